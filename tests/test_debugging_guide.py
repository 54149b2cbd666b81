"""The examples of docs/debugging.md run as they are printed."""

from __future__ import annotations

import doctest
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracebox.archive.cli import main

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "debugging.md").read_text("utf-8")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where the guide's module lies, and its two files after its Python examples ran."""
    (module,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.M | re.S)
    (tmp_path / "layers.py").write_text(module, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "layers", raising=False)
    yield tmp_path
    sys.modules.pop("layers", None)


def test_the_examples_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    python = "\n".join(re.findall(r"^```pycon\n(.*?)^```$", TEXT, re.M | re.S))
    test = doctest.DocTestParser().get_doctest(python, {}, "debugging.md", "debugging.md", 0)
    assert len(test.examples) > 15
    runner = doctest.DocTestRunner()
    runner.run(test)
    assert runner.failures == 0, capsys.readouterr().out
    capsys.readouterr()
    commands = re.findall(r"^```console\n\$ archive (.*?)\n(.*?)^```$", TEXT, re.M | re.S)
    assert len(commands) == 4
    for command, want in commands:
        main(shlex.split(command))
        got = capsys.readouterr().out
        assert doctest.OutputChecker().check_output(want, got, doctest.ELLIPSIS), f"{command}\n{got}"
