"""The examples of docs/state.md run as they are printed."""

from __future__ import annotations

import doctest
import re
import shlex
import sys
from pathlib import Path

import pytest

from tracebox.archive.cli import main

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "state.md").read_text("utf-8")


@pytest.mark.filterwarnings("ignore::tracebox.TraceWarning")
def test_the_examples_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "stream.py").write_text(re.findall(r"```python\n(.*?)```", TEXT, re.S)[0])
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "stream", raising=False)
    python = "\n".join(re.findall(r"```pycon\n(.*?)```", TEXT, re.S))
    test = doctest.DocTestParser().get_doctest(python, {}, "state.md", "state.md", 0)
    runner = doctest.DocTestRunner()
    report: list[str] = []
    runner.run(test, out=report.append)
    assert runner.tries > 20
    assert runner.failures == 0, "".join(report)
    commands = re.findall(r"```console\n\$ archive (.*?)\n(.*?)```", TEXT, re.S)
    assert commands
    for command, expected in commands:
        capsys.readouterr()
        assert main(shlex.split(command)) == 0
        printed = capsys.readouterr().out
        for line in expected.splitlines():
            assert line == "..." or line.removesuffix("...") in printed
