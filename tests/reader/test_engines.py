"""One plan on several array libraries. SPEC 10.6."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from typing import Any

import array_api_strict
import numpy as np
import pytest

from tests.strict_namespace import NAMESPACE, HostConversion, StrictArray
from tracebox.reader.engine import Engine, engine
from tracebox.reader.kernels.registry import KERNELS
from tracebox.reader.program import Runnable
from tracebox.schema.builder import FunctionBuilder
from tracebox.schema.errors import UnsupportedError
from tracebox.schema.ir import Program, TensorRef, Value

from .build import assert_same, f32, loop, program

STRICT = Engine("strict", NAMESPACE, StrictArray, inplace=True)
STANDARD = Engine("array_api_strict", array_api_strict, type(array_api_strict.asarray(0)), inplace=False)


def network() -> Program:
    """Layers, a loop, a branch on a value, and a field."""

    def make(f: FunctionBuilder) -> Iterable[Value]:
        x = f.params[0]
        bias = f.param("b")

        def layer(_: Value, y: Value) -> Iterable[Value]:
            (y,) = f.op("matmul", y, f.param("w"))
            (y,) = f.op("add", y, bias)
            return f.op("maximum", *f.op("negative", y), bias)

        three = f.const(3)
        (y,) = loop(f, three, [x], layer)
        (total,) = f.op("sum", y, axes=(0, 1), keepdims=False)
        (number,) = f.op("item", total)
        (small,) = f.op("float.less", number, f.const(1e6))
        f.block()
        then = f.close(f.op("add", y, f.get("last")))
        f.block()
        otherwise = f.close([y])
        (y,) = f.if_(small, then, otherwise, [y.type])
        f.set("last", y)
        (tail,) = f.op("slice", y, starts=(0, 1), stops=(2, 4), steps=(1, 2))
        return [tail, total, number]

    return program(
        {"x": "f32[2,4]"},
        make,
        tensors={"w": "f32[4,4]", "b": "f32[4]"},
        fields={"last": ("f32[2,4]", TensorRef("start"))},
    )


TENSORS = {"w": f32(4, 4) / 16, "b": f32(4), "start": np.ones((2, 4), np.float32)}


def calls(made: Engine | str, give: Callable[[Any], Any], take: Callable[[Any], Any]) -> list[Any]:
    session = Runnable(network(), TENSORS, engine=made).new_session()
    found: list[Any] = []
    for n in range(4):
        tail, total, number = session(give(f32(2, 4, start=n)))
        found.append([take(tail), take(total), number])
    found.append({path: take(value) for path, value in session.state.items()})
    return found


@pytest.mark.parametrize(
    ("made", "give", "take"),
    [
        (STRICT, NAMESPACE.asarray, lambda x: x.get()),
        (STRICT, lambda x: x, lambda x: x.get()),
        (STANDARD, array_api_strict.asarray, np.from_dlpack),
        (STANDARD, lambda x: x, np.from_dlpack),
    ],
)
def test_every_engine_gives_what_numpy_gives(made: Engine, give: Any, take: Any) -> None:
    for ours, expected in zip(calls(made, give, take), calls("numpy", lambda x: x, lambda x: x)):
        assert_same(ours, expected)


def test_a_field_does_not_look_into_an_argument_of_the_device() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        f.set("tail", *f.op("slice", f.params[0], starts=(1,), stops=(3,), steps=(1,)))
        return []

    made = program({"x": "f32[3]"}, make, fields={"tail": ("f32[2]", TensorRef("start"))})
    session = Runnable(made, {"start": f32(2)}, engine=STRICT).new_session()
    x = NAMESPACE.asarray(f32(3))
    session(x)
    x[0:3] = 9
    assert session.state["tail"].get().tolist() == [1, 2]


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(UnsupportedError, match=r"\[run.engine\]"):
        engine("abacus")


def test_an_operator_without_a_kernel_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    made = program({"x": "f32[3]"}, lambda f: f.op("erf", f.params[0]))
    Runnable(made, {})(f32(3))
    monkeypatch.delitem(KERNELS, "erf")
    with pytest.raises(UnsupportedError, match=r"\[run.operator\].* erf"):
        Runnable(made, {})(f32(3))


@pytest.mark.skipif(find_spec("cupy") is not None, reason="CuPy is installed")
def test_a_missing_library_is_named() -> None:
    with pytest.raises(UnsupportedError, match="cupy"):
        engine("cupy")


def test_the_stand_in_refuses_the_host() -> None:
    x: Any = NAMESPACE.asarray(f32(3))
    for use in (
        bool,
        len,
        list,
        np.asarray,
        float,
        lambda x: x + f32(3),
        lambda x: np.add(x, x),
        lambda x: f32(3) + x,
    ):
        with pytest.raises((HostConversion, TypeError)):
            use(x)
    assert (x + x).get().tolist() == [0, 2, 4]


@pytest.mark.gpu
def test_cupy_gives_what_numpy_gives() -> None:
    cupy = pytest.importorskip("cupy")
    ours = calls("cupy", cupy.asarray, cupy.asnumpy)
    for mine, expected in zip(ours, calls("numpy", lambda x: x, lambda x: x)):
        for a, b in zip(mine, expected) if isinstance(mine, list) else [(mine["last"], expected["last"])]:
            np.testing.assert_allclose(a, b, rtol=1e-5)
