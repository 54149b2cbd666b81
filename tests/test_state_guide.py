"""The examples of docs/state.md run as they are printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from .guides import run_guide


def test_the_examples_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    examples, commands = run_guide("state.md", "stream", tmp_path, monkeypatch, capsys)
    assert examples > 20 and commands == 1
