"""`tracebox.xp` against the array API standard: names and signatures."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from tracebox import xp
from tracebox.writer.proxy import Proxy

#: The standard's functions and methods as its version 2025.12 writes them, without types.
SIGNATURES = {
    line.partition("(")[0]: "(" + line.partition("(")[2]
    for line in Path(__file__).with_name("standard_signatures.txt").read_text().splitlines()
}


def _find(name: str) -> Any:
    first, _, rest = name.partition(".")
    if first == "array":
        return getattr(Proxy, rest)
    if first == "info":
        return getattr(xp.__array_namespace_info__(), rest)
    found: Any = xp
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _bare(function: Any) -> str:
    signature = inspect.signature(function)
    bare = [p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()]
    return str(signature.replace(parameters=bare, return_annotation=inspect.Signature.empty))


@pytest.mark.parametrize("name", [name for name in SIGNATURES if not name.startswith("array.")])
def test_functions_have_the_signatures_of_the_standard(name: str) -> None:
    assert _bare(_find(name)) == SIGNATURES[name]


@pytest.mark.parametrize("name", [name for name in SIGNATURES if name.startswith("array.")])
def test_arrays_have_the_methods_of_the_standard(name: str) -> None:
    assert callable(_find(name))


def test_the_dtypes_and_constants_of_the_standard_are_there() -> None:
    info = xp.__array_namespace_info__()
    assert {name for name in info.dtypes() if getattr(xp, name) == info.dtypes()[name]} == set(info.dtypes())
    assert (xp.newaxis, xp.inf, xp.nan != xp.nan) == (None, float("inf"), True)
    assert round(xp.pi * xp.e, 3) == 8.54
