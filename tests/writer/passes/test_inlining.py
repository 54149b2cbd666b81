"""Inlining of functions and methods."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tests.writer.passes.programs import TENSORS, after, call, names, program
from tracebox.schema.encoding import programs_equal
from tracebox.schema.errors import ProgramError
from tracebox.schema.ir import walk
from tracebox.writer.passes import run_passes

HELPER = """
def helper(x: f32[N,3], k: int) -> f32[N,3]:
    w = sin(x)
    return w
"""
FAILS = """
def helper(a: int, b: int) -> (int, int):
    q = int.floor_divide(a, b)
    return a, q
"""


def test_a_function_that_is_called_once_takes_the_place_of_the_call() -> None:
    given = program(
        """
def forward(self, x: f32[B,3], k: int) -> f32[B,3]:
    w = cos(x)
    y = m.helper(w, k)
    return y
""",
        functions=HELPER,
    )
    made = after(given, "inlining")
    assert names(made) == ["cos", "sin"] and made.functions == ()
    x = np.ones((2, 3), np.float32)
    assert call(made, x, 1).tobytes() == call(given, x, 1).tobytes()


@pytest.mark.parametrize(
    ("signature", "lines"),
    [
        ("x: f32[1,3], k: int) -> f32[1,3]", "y = m.helper(x, k)"),  # N would be 1, which broadcasts
        # the division must fail where it fails, though the callee ignores it
        ("x: f32[B,3], k: int) -> f32[B,3]", "z = int.floor_divide(k, k)\n    y = m.helper(x, z)"),
    ],
)
def test_a_call_stays_where_inlining_would_change_what_fails_or_copy_it(signature: str, lines: str) -> None:
    given = program(f"def forward(self, {signature}:\n    {lines}\n    return y", functions=HELPER)
    assert "call" in names(after(given, "inlining"))


@pytest.mark.parametrize(("count", "left"), [(25, 0), (26, 2)])
def test_a_small_function_takes_the_place_of_each_of_its_calls(count: int, left: int) -> None:
    lines = "".join(f"    v{i} = sin({f'v{i - 1}' if i else 'x'})\n" for i in range(count))
    helper = f"def helper(x: f32[N,3]) -> f32[N,3]:\n{lines}    return v{count - 1}"
    given = program(
        """
def forward(self, x: f32[B,3]) -> f32[B,3]:
    y = m.helper(x)
    z = m.helper(y)
    return z
""",
        functions=helper,
    )
    made = after(given, "inlining")
    assert names(made).count("call") == left and (made.functions == ()) == (left == 0)
    x = np.ones((2, 3), np.float32)
    assert call(made, x).tobytes() == call(given, x).tobytes()


def test_calls_of_calls_do_not_grow_without_end() -> None:
    body = "y = m.f{before}(x)\n    z = m.f{before}(y)\n    return z"
    head = "def f{number}(x: f32[N,3]) -> f32[N,3]:\n    "
    functions = [(head + body).format(number=i, before=i - 1) for i in range(1, 20)]
    functions.insert(0, "def f0(x: f32[N,3]) -> f32[N,3]:\n    y = sin(x)\n    return y")
    given = program(
        "def forward(self, x: f32[B,3]) -> f32[B,3]:\n    y = m.f19(x)\n    return y",
        functions="\n\n\n".join(functions),
    )
    made = run_passes(given, TENSORS, ["inlining"])
    assert made.after.total < 4000  # and not a million
    again = run_passes(made.program, TENSORS, ["inlining"]).program
    assert programs_equal(again, made.program)


class Scaled(tb.Module):
    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = np.full(3, factor, np.float32)

    def forward(self, x: Any) -> Any:
        return np.tanh(x * self.factor)


class Inside(tb.Module):
    def __init__(self, factor: float) -> None:
        super().__init__()
        self.first, self.second = Scaled(factor), Scaled(-factor)

    def forward(self, x: Any) -> Any:
        return self.second(self.first(x)) + self.first(x)


class Outside(tb.Module):
    def __init__(self) -> None:
        super().__init__()
        self.parts = [Inside(1.0), Inside(2.0)]

    def forward(self, x: Any) -> Any:
        for part in self.parts:
            x = part(x)
        return x


def test_methods_that_read_parameters_are_inlined_with_the_parameters_of_each_instance() -> None:
    x = np.ones((2, 3), np.float32)
    given = tb.trace(Outside(), x)
    made = given.optimize()
    assert made(x).tobytes() == given(x).tobytes()
    assert {node.kind for node in walk(made.program.export("forward").body)} == {"param", "op"}
    assert sorted(made.tensors) == sorted(given.tensors)  # the same tensors, stored once
    root = made.program.module_class(made.program.root.class_name)
    assert [name for name, _ in root.params] == [
        *("parts_0_first_factor", "parts_0_second_factor", "parts_1_first_factor", "parts_1_second_factor")
    ]
    assert made.program.instance_paths() == given.program.instance_paths()


def test_a_result_that_may_fail_keeps_its_use() -> None:
    given = program(
        "def forward(self, k: int) -> int:\n    a, b = m.helper(k, k)\n    return a", functions=FAILS
    )
    made = after(given, "inlining")
    assert names(made) == ["call"]
    with pytest.raises(ProgramError):
        call(made, 0)


def test_methods_are_inlined_with_their_fields_and_parameters() -> None:
    given = program(
        "def step(self, x: i64[()]) -> f32[3]:\n    self.h = x\n    w = self.w\n    return w",
        "def forward(self, x: i64[()]) -> f32[3]:\n    y = self.step(x)\n    return y",
    )
    made = after(given, "inlining")
    assert names(made) == ["set", "param"]
    assert call(made, np.int64(1)).tobytes() == TENSORS["w"].tobytes()
