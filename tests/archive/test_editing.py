"""Edits of an unpacked archive: each runs, or is refused with file, line, column and a caret. SPEC 2.15."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox.archive.cli import main

Out = pytest.CaptureFixture[str]
Edit = tuple[str, str, str]
X = np.ones((2, 3), np.float32)
FILE, PROGRAM = "layers.py", "__program__.py"

MODEL = """
import numpy as np
import tracebox as tb


class Layer(tb.Module):
    def __init__(self):
        self.weight = np.eye(3, dtype=np.float32)

    def forward(self, x):
        return np.tanh(x @ self.weight) * 2


class Net(tb.Module):
    def __init__(self):
        self.first = Layer()
        self.total = tb.field(np.zeros((), np.float32))

    def forward(self, x):
        hidden = self.first(x)
        y = tb.for_loop(3, lambda i, h: h + 0.5, hidden)
        self.total = self.total + y.sum()
        return y - self.total
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("editing")
    (folder / "layers.py").write_text(MODEL)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        from importlib import import_module

        net = import_module("layers").Net()
        tb.save(tb.trace(net, X), folder / "net.tbox")
    sys.modules.pop("layers")
    assert main(["unpack", str(folder / "net.tbox"), "-d", str(folder / "net")]) == 0
    return folder / "net"


@pytest.fixture
def edit(unpacked: Path, tmp_path: Path, capsys: Out) -> Callable[..., tuple[int, str, Path]]:
    """Make edits in a copy and pack it: the exit code, what was printed, and the new file."""

    def change(*edits: Edit) -> tuple[int, str, Path]:
        copy = tmp_path / "net"
        shutil.copytree(unpacked, copy)
        for file, old, new in edits:
            path = copy / "code" / file
            text = path.read_text()
            assert old in text
            path.write_text(text.replace(old, new, 1))
        capsys.readouterr()
        code = main(["pack", str(copy), "-o", str(tmp_path / "new.tbox")])
        return code, capsys.readouterr().err, tmp_path / "new.tbox"

    return change


def net(x: Any, *, scale: float = 2, turns: int = 3, then: Callable[[Any], Any] = lambda x: x) -> Any:
    y = then(np.tanh(x) * np.float32(scale)) + np.float32(0.5 * turns)
    return y - y.sum()


GOOD: dict[str, tuple[tuple[Edit, ...], dict[str, Any]]] = {
    "a constant": (((FILE, "c = f32(2.0)", "c = f32(4.0)"),), {"scale": 4}),
    "an operator more": (
        (
            (
                FILE,
                "        return v2\n\n\nclass Net",
                "        v9 = exp(v2)\n        return v9\n\n\nclass Net",
            ),
        ),
        {"then": np.exp},
    ),
    "a value renamed": (
        ((FILE, "v1 = tanh(v)", "squashed = tanh(v)"), (FILE, "multiply(v1", "multiply(squashed")),
        {},
    ),
    "a function more": (
        (
            (
                FILE,
                "class Layer",
                "def twice(x: f32[n,3]) -> f32[n,3]:\n    y = add(x, x)\n    return y\n\n\nclass Layer",
            ),
            (FILE, "v2 = multiply(v1, c)", "v2 = layers.twice(v1)"),
        ),
        {},
    ),
    "the bound of a loop": (((FILE, "c = 3  # int", "c = 5"),), {"turns": 5}),
    "a comment": (((FILE, "v1 = tanh(v)  # f32[x_0,3]", "v1 = tanh(v)  # squashed"),), {}),
    "a print": (
        (
            (
                FILE,
                "        return v2\n\n\n",
                '        text = "here"\n        print(text)\n        return v2\n\n\n',
            ),
        ),
        {},
    ),
    "a type": (
        (
            (
                FILE,
                "def forward(self, x: f32[x_0,3]) -> f32[x_0,3]:\n        weight",
                "def forward(self, x: f32[n,3]) -> f32[n,3]:\n        weight",
            ),
        ),
        {},
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_an_edited_program_runs(name: str, edit: Callable[..., tuple[int, str, Path]], capsys: Out) -> None:
    edits, expected = GOOD[name]
    code, _, path = edit(*edits)
    assert code == 0
    with tb.load(path, verify="full") as program:
        np.testing.assert_allclose(program(X), net(X, **expected), rtol=1e-5)
        assert capsys.readouterr().out == ("here\n" if name == "a print" else "")


BAD: dict[str, tuple[int, Edit, str, str]] = {
    "a used line deleted": (
        1,
        (FILE, "        v = matmul(x, weight)  # f32[x_0,3]\n", ""),
        "code/layers.py:9:19: [text.name]",
        "            v1 = tanh(v)  # f32[x_0,3]\n                      ^\n",
    ),
    "a value renamed in one place": (
        1,
        (FILE, "v1 = tanh(v)", "y = tanh(v)"),
        "code/layers.py:12:23: [text.name]",
        "            v2 = multiply(v1, c)  # f32[x_0,3]\n                          ^\n",
    ),
    "a parameter's shape": (
        3,
        (
            FILE,
            "x: f32[x_0,3]) -> f32[x_0,3]:\n        weight",
            "x: f32[x_0,4]) -> f32[x_0,4]:\n        weight",
        ),
        "code/layers.py:9:9: layers.Layer.forward: [matmul.C3]",
        "            v = matmul(x, weight)  # f32[x_0,3]\n            ^\n",
    ),
    "a parameter's dtype": (
        3,
        (
            FILE,
            "x: f32[x_0,3]) -> f32[x_0,3]:\n        weight",
            "x: f64[x_0,3]) -> f32[x_0,3]:\n        weight",
        ),
        "code/layers.py:9:9: layers.Layer.forward operand y: [matmul.T]",
        "            ^\n",
    ),
    "a result of another type": (
        3,
        (FILE, "matmul(x, weight)", "matmul(weight, x)"),
        "code/layers.py:13:9: layers.Layer.forward: [ir.return]",
        "            return v2\n            ^\n",
    ),
    "the indentation": (
        1,
        (FILE, "        v1 = tanh(v)", "      v1 = tanh(v)"),
        "code/layers.py:10:7: [text.indent]",
        "          v1 = tanh(v)  # f32[x_0,3]\n          ^\n",
    ),
    "a bracket": (
        1,
        (FILE, "v1 = tanh(v)", "v1 = tanh(v"),
        "code/layers.py:36:1: [text.character]",
        "the bracket at code/layers.py:10:18 is not closed",
    ),
    "an unknown operator": (
        1,
        (FILE, "tanh(v)", "tanhh(v)"),
        "got tanhh; is tanh meant?",
        "            v1 = tanhh(v)  # f32[x_0,3]\n                 ^\n",
    ),
    "NumPy's name": (1, (FILE, "tanh(v)", "np.tanh(v)"), "got np.tanh; is tanh meant?", "^\n"),
    "an expression": (1, (FILE, "tanh(v)", "v + 1"), "call an operator, as in y = add(a, b)", "^\n"),
    "an unknown attribute": (
        1,
        (FILE, "axes=[0, 1]", "axis=[0, 1]"),
        "code/layers.py:30:22: [text.statement]",
        "^\n",
    ),
    "a wrong attribute": (
        3,
        (FILE, "axes=[0, 1]", "axes=[0, 7]"),
        "code/layers.py:30:9: layers.Net.forward: [sum.C1]",
        "^\n",
    ),
    "an unknown method": (
        3,
        (FILE, "self.first.forward(x)", "self.first.forwrd(x)"),
        "code/layers.py:21:9: layers.Net.forward: [ir.callee]",
        "the methods there are forward\n            v = self.first.forwrd(x)  # f32[x_0,3]\n            ^\n",
    ),
    "an unknown module": (
        3,
        (FILE, "self.first.forward(x)", "self.second.forward(x)"),
        "the modules there are first\n",
        "            v = self.second.forward(x)  # f32[x_0,3]\n            ^\n",
    ),
    "a field's type": (
        3,
        (FILE, 'Field["f32[]"]', 'Field["f64[]"]'),
        "code/layers.py:31:9: layers.Net.forward operand y: [add.T]",
        "^\n",
    ),
    "a print of a tensor": (
        3,
        (FILE, "        return v2\n\n\n", "        print(v2)\n        return v2\n\n\n"),
        "code/layers.py:13:9: layers.Layer.forward: print: [ir.print]",
        "            print(v2)\n            ^\n",
    ),
    "an unknown export": (
        3,
        (PROGRAM, '["forward"]', '["forwards"]'),
        "code/__program__.py:6:1: export forwards: [ir.export]",
        '    exports = ["forwards"]\n    ^\n',
    ),
    "an unknown tensor": (
        3,
        (PROGRAM, '"first.weight"', '"nothere"'),
        "first.weight: [bind.tensor]",
        "no tensor nothere",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_an_edit_that_cannot_be_is_shown(name: str, edit: Callable[..., tuple[int, str, Path]]) -> None:
    want, change, place, picture = BAD[name]
    code, printed, path = edit(change)
    assert code == want
    assert place in printed and picture in printed
    assert not path.exists()


def test_a_file_that_is_not_utf_8_is_named(unpacked: Path, tmp_path: Path, capsys: Out) -> None:
    shutil.copytree(unpacked, tmp_path / "net")
    path = tmp_path / "net/code/layers.py"
    path.write_bytes(path.read_bytes().replace(b"v1 = tanh(v)", b"v1 = tanh(v)  # \xe9"))
    assert main(["pack", str(tmp_path / "net"), "-o", str(tmp_path / "new.tbox")]) == 2
    assert "code/layers.py:10: not UTF-8: byte 0xe9" in capsys.readouterr().err


def test_errors_at_run_time_show_the_edited_text(edit: Callable[..., tuple[int, str, Path]]) -> None:
    code, _, path = edit(
        (
            FILE,
            "        return v2\n\n\n",
            "        c9 = i64(9)\n        v9 = take(v2, c9, axis=0)  # my own\n        return v2\n\n\n",
        ),
        (FILE, "return v2\n\n\n", "v8 = add(v2, v9)\n        return v8\n\n\n"),
    )
    assert code == 0
    with tb.load(path) as program, pytest.raises(tb.ProgramError) as caught:
        program(X)
    assert "at code/layers.py:14 `v9 = take(v2, c9, axis=0)  # my own`: [take.E1]" in str(caught.value)
    assert '  File "code/layers.py", line 24, in Net.forward' in caught.value.__notes__[0]
