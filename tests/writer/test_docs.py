"""The examples of the tracer's documentation run."""

from __future__ import annotations

import doctest
from typing import Any

import pytest

import tracebox.writer.module
import tracebox.writer.nested
import tracebox.writer.tracing


@pytest.mark.parametrize(
    "module",
    [tracebox.writer.tracing, tracebox.writer.module, tracebox.writer.nested],
    ids=lambda m: m.__name__,
)
def test_examples_in_docstrings(module: Any) -> None:
    found = doctest.testmod(module)
    assert found.attempted > 0 and found.failed == 0
