"""Reference pages and stubs are those that the declarations and the namespace give."""

from __future__ import annotations

import ast
from pathlib import Path
from types import FunctionType

import pytest

from tracebox import xp

from .files import ROOT, files

STUB = ROOT / "facade" / "xp.pyi"


@pytest.mark.filterwarnings("ignore")
def test_every_file_is_up_to_date() -> None:
    stale = [path for path, text in files().items() if not path.exists() or path.read_text() != text]
    assert stale == []


@pytest.mark.filterwarnings("ignore")
def test_no_page_is_left_over() -> None:
    pages: set[Path] = {path for path in files() if path.parent.name == "operators"}
    assert set((ROOT / "docs" / "operators").iterdir()) == pages


def test_the_stub_has_every_public_name_of_the_namespace() -> None:
    named = {node.name for node in ast.parse(STUB.read_text()).body if isinstance(node, ast.FunctionDef)}
    public = {name for name in dir(xp) if isinstance(getattr(xp, name), FunctionType)}
    assert public - {"__array_namespace_info__"} <= named
    assert len(public) > 130
