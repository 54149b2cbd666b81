"""What errors at run time say, whole: each message was read, and is held here.

``python -m tests.writer.test_runtime_messages`` prints them anew.
"""

from __future__ import annotations

import difflib
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox.reader.limits import CancelToken, Limits
from tracebox.reader.program import Runnable
from tracebox.schema.text.parser import parse_program

FOLDER = Path(__file__).parent / "runtime_messages"
EXPECTED = FOLDER / "expected.txt"
TEXT = (FOLDER / "program.py.txt").read_text("utf-8")
INSTANCES = """opset = 1

m0 = net.Part(limit=5)
m1 = net.Net(part=m0)

exports = ["check", "count", "size", "narrow", "item", "look", "fork", "pass_on"]
"""

F = np.float32
I = np.asarray  # noqa: E741
MATRIX, VECTOR = np.ones((4, 3), F), np.ones(4, F)

#: Methods of the model: the example, and arguments that fail.
TRACED: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {
    "index": ((MATRIX, I(1)), (MATRIX, I(9))),
    "loop": ((VECTOR, I(1)), (VECTOR, I(2))),
    "branch": ((VECTOR, I(1)), (VECTOR, I(8))),
    "fork": ((MATRIX, I(1)), (MATRIX, I(9))),
    "unwaited": ((MATRIX, I(1)), (MATRIX, I(-7))),
    "guard": ((VECTOR,), (-VECTOR,)),
    "frozen": ((VECTOR,), (np.ones(5, F),)),
    "split": ((VECTOR,), (np.ones(5, F),)),
    "custom": ((VECTOR, VECTOR), (VECTOR, VECTOR)),
    "divide": ((I(1), I(1)), (I(1), I(0))),
    "linalg": ((np.eye(3, dtype=F),), (np.zeros((3, 3), F),)),
    "pair": ((VECTOR, np.ones((2, 2), F)), (np.array([1, 1, 1, -1], F), np.ones((2, 2), F))),
    "top": ((VECTOR,), (-VECTOR,)),
}

#: Entry points of the text, and arguments that fail.
WRITTEN: dict[str, tuple[Any, ...]] = {
    "check": (3,),
    "count": (1,),
    "size": (-1,),
    "narrow": (np.ones(3, F),),
    "item": (["a", "b"], 2),
    "look": ({"a": 1}, "b"),
    "fork": (7,),
    "pass_on": (np.ones((2, 2), F),),
}


class _Lines:
    """The lines of the text."""

    def ready(self) -> None:
        pass

    def line(self, file: str, number: int) -> str:
        return TEXT.splitlines()[number - 1]


def said(what: str, call: Callable[..., object], *args: Any) -> str:
    try:
        got = call(*args)
    except tb.TraceboxError as error:
        notes = getattr(error, "__notes__", [])
        return "\n".join([f"== {what}", f"{type(error).__name__}: {error}", *notes])
    raise AssertionError(f"{what} gave {got!r}")


def traced() -> Iterator[str]:
    """Each program fails in its first call, without debug information, and after calls that went well."""
    net = import_module("failing").Net()
    for name, (example, bad) in TRACED.items():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            program = tb.trace(getattr(net, name), *example)
        kernels = {"com.acme.scaled": lambda x, by: x[:2]} if name == "custom" else None
        whole, stripped = tb.save(program, None), tb.save(program, None, debug=False)
        first = said(name, tb.load(whole, operators=kernels), *bad)
        yield first
        yield said(f"{name}, stripped", tb.load(stripped, operators=kernels), *bad)
        if name != "custom":
            hot = tb.load(whole)
            for _ in range(3):
                hot(*example)
            assert said(name, hot, *bad) == first
            assert said(name, program, *bad) == first


def calls() -> Iterator[str]:
    """Calls that do not fit, states, and limits."""
    net = import_module("failing").Net()
    program = tb.load(tb.save(tb.trace(net.index, MATRIX, I(1)), None))
    wrong: tuple[tuple[Any, ...], ...] = (
        (MATRIX.astype(np.float64), I(1)),
        (np.ones((4, 2), F), I(1)),
        (np.ones(4, F), I(1)),
        (MATRIX,),
        (MATRIX, I(1), I(1)),
        (MATRIX, 1.5),
        ("a", I(1)),
    )
    for args in wrong:
        yield said("a call that does not fit", program, *args)
    session = tb.load(tb.save(tb.trace(net.grow, MATRIX), None)).new_session()
    session(MATRIX)
    yield said("grow, second call", session, MATRIX)
    states: list[dict[str, Any]] = [
        {},
        {"encoder.cell.h": VECTOR},
        {"encoder.cell.h": MATRIX, "h": 1},
    ]
    for state in states:
        yield said("a state that does not fit", session.load_state, state)
    data = tb.save(tb.trace(net.loop, VECTOR, I(1)), None)
    token = CancelToken()
    token.cancel()
    for limits in (Limits(steps=5), Limits(bytes=10), Limits(nesting=1), Limits(cancel=token)):
        yield said("a limit", tb.load(data, limits=limits), VECTOR, I(0))


def written() -> Iterator[str]:
    """Programs that no tracer makes: with exceptions, containers, checks of types."""
    program = parse_program({"code/net.py": TEXT, "code/__program__.py": INSTANCES})
    for name, args in WRITTEN.items():
        run = Runnable(program, {}, debug=_Lines()).entry(name)
        first = said(f"text, {name}", run, *args)
        yield first
        for _ in range(2):
            assert said(f"text, {name}", run, *args) == first


def everything(folder: Path) -> str:
    """All messages; the model is written to `folder`, which modules are imported from."""
    (folder / "failing.py").write_text((FOLDER / "model.py.txt").read_text("utf-8"), "utf-8")
    return "\n\n".join([*traced(), *calls(), *written()]) + "\n"


@pytest.mark.skipif(os.environ.get("TRACEBOX_NATIVE") == "0", reason="bodies name the operators inside")
def test_errors_say_what_was_read_and_found_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    found = everything(tmp_path)
    monkeypatch.delitem(sys.modules, "failing")
    expected = EXPECTED.read_text("utf-8")
    changed = difflib.unified_diff(expected.splitlines(), found.splitlines(), lineterm="")
    assert found == expected, "\n".join(changed)
    assert found.count("== ") >= 45


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        sys.path.insert(0, name)
        sys.stdout.write(everything(Path(name)))
