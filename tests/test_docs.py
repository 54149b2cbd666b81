"""The examples in docstrings run as they are printed."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import tracebox

MODULES = sorted(
    found.name
    for folder in ("schema", "archive", "reader", "writer", "conformance")
    for found in pkgutil.walk_packages(
        importlib.import_module(f"tracebox.{folder}").__path__, f"tracebox.{folder}."
    )
    if not found.name.endswith(".__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name), extraglobs={"tb": tracebox}).failed == 0
