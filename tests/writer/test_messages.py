"""The messages of the most likely mistakes, word for word."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tracebox as tb

Array = Any
WEIGHT = np.ones((3, 4), np.float32)


def message(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    """The error's text, with the place replaced by HERE."""
    with pytest.raises((tb.TraceError, tb.InvalidError)) as caught:
        tb.trace(fn, *(args or (np.ones((2, 3), np.float32),)), **kwargs)
    return re.sub(re.escape(__file__) + r":\d+", "HERE", str(caught.value))


def assign_captured(x: Array) -> Array:
    WEIGHT[0] = 0
    return x @ WEIGHT


MISTAKES: list[tuple[Callable[..., Any], str]] = [
    (
        lambda x: np.nanmedian(x),
        "HERE: [trace.function] a traced array is used only with functions that have an operator; "
        "got np.nanmedian; use np.nanmean, or np.median of numbers alone",
    ),
    (
        lambda x: np.linalg.qr(x, "raw"),
        "HERE: [trace.function] a traced array is used only with functions that have an operator; "
        "got np.linalg.qr with mode='raw'; use mode='reduced'",
    ),
    (
        lambda x: tb.cond(x.sum() > 0, lambda: x, lambda: (x, x)),
        "HERE: [trace.branches] branches give results of the same structure, dtypes and ranks; "
        "expected an array; got (an array, an array)",
    ),
    (
        lambda x: tb.for_loop(3, lambda i, y: y.astype(np.float64), x.astype(np.float32)),
        "HERE: [trace.carried] what a loop carries keeps its structure, dtypes and ranks; "
        "expected f32[x_0,x_1]; got f64[x_0,x_1] after a turn; "
        "convert with astype, or begin with an array like those that follow",
    ),
    (
        lambda x: tb.for_loop(3, lambda i, y: x.__setitem__(0, y) or y, x[0] * 1),
        "HERE: [trace.block] a branch or turn of a loop gives what it makes as its result and changes no "
        "other array; got a change of x; give the new array as a result",
    ),
    (
        lambda x: np.frexp(x),
        "HERE: [trace.function] a traced array is used only with functions that have an operator; "
        "got np.frexp; use log2 and floor",
    ),
    (
        lambda x: x.tolist(),
        "HERE: [trace.method] a traced array is asked only for methods and attributes that it has; "
        "got array.tolist; use the array itself",
    ),
    (
        lambda x: x.flaten(),
        "HERE: [trace.method] a traced array is asked only for methods and attributes that it has; "
        "got array.flaten; use flatten",
    ),
    (
        lambda x: x if x > 0 else -x,
        "HERE: [trace.freeze] only an array of one element stands for a Python number; "
        "expected one element; got shape [2, 3]; use .any(), .all() or where",
    ),
    (
        lambda x: x * float(x.mean()),
        "HERE: [trace.float] a float that an inexact operator gave is not frozen; "
        "got the float of v: f32[], "
        "made at HERE; its last bits differ between machines: keep the array",
    ),
    (
        assign_captured,
        "HERE: [trace.mutate] a traced array is changed in place only by item assignment "
        "that has an operator; "
        "got an assignment into the captured array WEIGHT; "
        "what changes between calls is a field: self.name = tracebox.field(initial)",
    ),
    (
        lambda x: x["a"],
        "HERE: [trace.index] an index is an int, a slice, None, Ellipsis, or an array of ints or booleans; "
        "got an index of str",
    ),
    (
        lambda x: x[x],
        "HERE: [trace.index] an index is an int, a slice, None, Ellipsis, or an array of ints or booleans; "
        "got an index of float32",
    ),
    (
        lambda x: {1},
        "HERE: [trace.output] a traced function returns arrays, numbers, None, or tuples, lists "
        "and dicts of these; "
        "got result: set",
    ),
    (
        lambda x: np.add(x, 1, out=np.zeros((2, 3), np.float32)),
        "HERE: [trace.mutate] a traced array is changed in place only by item assignment "
        "that has an operator; "
        "got out= with a plain array; use the result instead: a plain array cannot take a traced one",
    ),
]


@pytest.mark.parametrize(
    "array", [np.ones((2, 2)).view(np.matrix), np.ma.array([1.0, 2.0], mask=[False, True])]
)
def test_arrays_whose_operators_mean_something_else_are_refused(array: Any) -> None:
    with pytest.raises(tb.TraceError, match=r"\[trace\.input\].*pass a plain array"):
        tb.trace(lambda x: x * x, array)


def test_a_parameter_may_be_called_self() -> None:
    program = tb.trace(lambda self: self + 1, np.zeros(2))
    np.testing.assert_array_equal(program(self=np.ones(2)), [2, 2])
    np.testing.assert_array_equal(tb.load(tb.save(program, None)).new_session()(self=np.ones(2)), [2, 2])


def test_elements_are_not_placed_as_memory_happens_to_be() -> None:
    for fn in (lambda x: x.T.reshape(-1, order="A"), lambda x: np.ravel(x.T, order="K")):
        with pytest.raises(tb.TraceError, match=r"\[trace\.function\].*order="):
            tb.trace(fn, np.ones((2, 3)))


@pytest.mark.parametrize(
    ("fn", "expected"), MISTAKES, ids=[text.split("[")[1].split("]")[0] for _, text in MISTAKES]
)
def test_a_mistake_is_explained(fn: Callable[..., Any], expected: str) -> None:
    found = message(fn)
    assert expected in found.replace("forward:", "HERE:"), found


def test_conversions_that_numpy_hides_are_refused() -> None:
    assert "[trace.convert] a traced array is never turned into a plain NumPy array" in message(
        lambda x: np.float32(x[0, 0])
    )
    assert "for np.float32(x) write x.astype" in message(lambda x: np.float32(x[0, 0]))


def test_operands_of_another_sort_are_named() -> None:
    found = message(lambda x: tb.xp.add(x, "a"))
    assert "[trace.operand] an operand of a traced function is an array, a number or a symbolic size" in found
    assert "got str in add" in found


def test_a_kernel_that_breaks_its_declaration_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from tracebox.reader.kernels.registry import kernels

    monkeypatch.setitem(kernels(), "exp", lambda xp, x: x[:1])
    assert "[trace.shape]" in message(lambda x: np.exp(x))


def test_every_rule_of_the_writer_is_broken_by_a_test() -> None:
    from pathlib import Path

    from tracebox.schema.registry import operators
    from tracebox.schema.rules import RULES

    labels = {label for op in operators().values() for label in op.labels}  # there is an operator `trace`
    folder = Path(__file__).parent
    tests = "".join(path.read_text() for path in folder.glob("test_*.py"))
    tests += (folder.parent / "schema" / "provoked.py").read_text()
    mine = [code for code in RULES if code.partition(".")[0] in ("trace", "check", "save", "vectors")]
    mine = [code for code in mine if code not in labels]
    assert len(mine) > 20
    assert [code for code in mine if code not in tests] == []


def test_an_argument_of_another_sort_is_named() -> None:
    with pytest.raises(tb.TraceError) as caught:
        tb.trace(lambda x: x, {"a": [object()]})
    assert str(caught.value) == (
        "forward: [trace.input] an argument is an array, a number, a str, None, or a tuple, list "
        "or dict of these; "
        "got x['a'][0]: object"
    )


def test_a_dtype_that_the_format_lacks_is_named() -> None:
    with pytest.raises(tb.TraceError) as caught:
        tb.trace(lambda x: x, np.array(["a"]))
    assert caught.value.code == "trace.dtype" and "got <U1" in str(caught.value)


def test_numpys_own_errors_stay_what_they_are() -> None:
    x = np.ones((2, 3), np.float32)
    with pytest.raises(IndexError, match="index 5 is out of bounds for axis 0 with size 2"):
        tb.trace(lambda x: x[5], x)
    with pytest.raises(IndexError, match="too many indices"):
        tb.trace(lambda x: x[0, 0, 0], x)
    with pytest.raises(np.exceptions.AxisError):
        tb.trace(lambda x: x.sum(axis=4), x)
    with pytest.raises(ValueError, match="mismatch in its core dimension"):
        tb.trace(lambda x: x @ WEIGHT.T, x)
    with pytest.raises(TypeError, match="unsupported operand"):
        tb.trace(lambda x: x + "a", x)
    with pytest.raises(OverflowError):
        tb.trace(lambda x: x + 300, np.ones(2, np.uint8))


def test_hasattr_works_on_traced_arrays() -> None:
    def fn(x: Array) -> Array:
        assert (
            not hasattr(x, "toarray") and not hasattr(x, "__cuda_array_interface__") and hasattr(x, "shape")
        )
        return x

    tb.trace(fn, np.ones(2))


def test_a_guard_that_fails_names_the_source_line() -> None:
    def fn(x: Array) -> Array:
        if x[0] > 0:
            return x
        return -x

    with pytest.warns(tb.TraceWarning):
        program = tb.trace(fn, np.ones(2))
    with pytest.raises(tb.GuardError) as caught:
        program(np.array([-1.0, 2.0]))
    assert f"test_messages.py:{fn.__code__.co_firstlineno + 1}" in str(caught.value)
