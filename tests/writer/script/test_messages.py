"""What the compiler says of the mistakes that are likely is what mistakes.txt holds."""

from __future__ import annotations

import subprocess
import sys

import pytest

import tracebox as tb
from tracebox.writer.script.source import function_of

from .mistakes import GOLDEN, HERE, MISTAKES, messages


@pytest.fixture(scope="module")
def said() -> dict[str, str]:
    """The messages by the name of the mistake."""
    return dict(part.split("\n", 1) for part in messages().split("--- ")[1:])


def test_the_messages_are_those_that_were_read() -> None:
    text = messages().replace("tests.writer.script.mistakes", "__main__")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_every_mistake_is_explained_by_a_rule_of_the_compiler(said: dict[str, str]) -> None:
    assert len(said) == len(MISTAKES) >= 60
    for name, text in said.items():
        assert text.startswith(("ScriptError: ", "TraceError: ")), name
        assert "] " in text and "got " in text, name


def test_a_caret_stands_under_the_construct(said: dict[str, str]) -> None:
    lines = HERE.read_text(encoding="utf-8").splitlines()
    for name, text in said.items():
        if " parameter " in text.split("[", 1)[0]:
            continue
        place, shown, marks = text.splitlines()[:3]
        assert "|" in marks, name
        line, column = place.split(" [", 1)[0].removesuffix(":").split(":")[-2:]
        source = lines[int(line.strip()) - 1]
        assert shown.split("| ", 1)[1] == source.strip(), name
        start = marks.index("^") - marks.index("| ") - 2
        assert source[int(column) - 1 :].startswith(source.strip()[start:]), name


def test_the_golden_text_is_written_by_a_command() -> None:
    before = GOLDEN.read_text(encoding="utf-8")
    subprocess.run([sys.executable, "-W", "ignore", "-m", "tests.writer.script.mistakes"], check=True)
    assert GOLDEN.read_text(encoding="utf-8") == before


def test_an_expression_that_is_nested_too_deep_is_refused() -> None:
    text = f"def program(n: int):\n    return {' + '.join(['n'] * 2000)}\n"
    with pytest.raises(tb.ScriptError, match="nested too deep") as caught:
        tb.script(function_of(text, {}))
    assert caught.value.code == "script.limit"
