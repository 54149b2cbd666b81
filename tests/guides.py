"""Runs the examples of a page in docs/, blocks in the order in which they stand."""

from __future__ import annotations

import doctest
import re
import shlex
import sys
from pathlib import Path

import pytest

from tracebox.archive.cli import main

DOCS = Path(__file__).resolve().parent.parent / "docs"
_BLOCK = re.compile(r"^```(pycon|console)\n(.*?)^```$", re.M | re.S)
_COMMAND = re.compile(r"^\$ archive (.*?)\n(.*?)(?=^\$ |\Z)", re.M | re.S)


def run_guide(
    name: str, module: str, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, int]:
    """Run ``docs/NAME`` in `folder`, its first block of Python being the file ``MODULE.py``.

    Returns
    -------
    tuple
        How many examples of Python there were, and how many commands.
    """
    text = (DOCS / name).read_text("utf-8")
    source = re.search(r"^```python\n(.*?)^```$", text, re.M | re.S)
    assert source is not None
    (folder / f"{module}.py").write_text(source[1], "utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, module, raising=False)
    examples = commands = 0
    names: dict[str, object] = {}
    for kind, block in _BLOCK.findall(text):
        if kind == "pycon":
            test = doctest.DocTestParser().get_doctest(block, names, name, name, 0)
            report: list[str] = []
            doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(
                test, out=report.append, clear_globs=False
            )
            assert not report, "".join(report)
            names = test.globs
            examples += len(test.examples)
            continue
        capsys.readouterr()
        for command, want in _COMMAND.findall(block):
            main(shlex.split(command))
            shown = capsys.readouterr()
            got = shown.out + shown.err
            assert doctest.OutputChecker().check_output(want, got, doctest.ELLIPSIS), f"{command}\n{got}"
            commands += 1
    monkeypatch.delitem(sys.modules, module, raising=False)
    return examples, commands
