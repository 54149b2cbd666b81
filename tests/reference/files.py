"""The generated pages and stubs, by path."""

from __future__ import annotations

import functools
from pathlib import Path

from tests.numpy_api.table import page

from . import subset
from .pages import pages
from .stubs import stub

ROOT = Path(__file__).parents[2]


@functools.cache
def files() -> dict[Path, str]:
    """The text of each file."""
    found = {ROOT / "docs" / "operators" / name: text for name, text in pages().items()}
    found[ROOT / "docs" / "numpy.md"] = page()
    found[subset.PAGE] = subset.page()
    found[ROOT / "facade" / "xp.pyi"] = stub()
    return found
