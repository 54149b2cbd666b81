"""Rules that no case can break, each broken here: `PROVOKED` holds a function for each that must raise it.

No archive breaks a rule of writing, and what breaks the rules of native kernels, engines and templates
is in the program that embeds the reader, or in the specification. SPEC 14.5.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tests.reader.build import f32, method, program
from tracebox.reader.engine import engine
from tracebox.reader.kernels.registry import KERNELS, kernels
from tracebox.reader.program import Runnable
from tracebox.schema.builder import ProgramBuilder
from tracebox.schema.ir import Instance
from tracebox.schema.text.template import parse_template
from tracebox.schema.types_text import parse_type

Provoke = Callable[[pytest.MonkeyPatch], object]
PROVOKED: dict[str, Provoke] = {}
X = np.ones((2, 3), np.float32)
WEIGHT = np.ones((3, 4), np.float32)
SCALE = {"by": 2.0}


def breaks(label: str) -> Callable[[Provoke], Provoke]:
    """Register what breaks the rule `label`; the test asserts that an error with this very code is raised."""

    def register(provoke: Provoke) -> Provoke:
        assert label not in PROVOKED, label
        PROVOKED[label] = provoke
        return provoke

    return register


def traced(label: str, fn: Callable[..., Any], *args: Any, **options: Any) -> None:
    """A trace that breaks the rule."""
    breaks(label)(lambda patch: tb.trace(fn, *(args or (X,)), **options))


# --- scripts --------------------------------------------------------------------


def scripted(label: str, *args: Any) -> Callable[[Callable[..., Any]], None]:
    """A script that breaks the rule."""

    def register(fn: Callable[..., Any]) -> None:
        breaks(label)(lambda patch: tb.script(fn, *args))

    return register


breaks("script.source")(lambda patch: tb.script(len))
breaks("script.parameter")(lambda patch: tb.script(lambda x: x, object()))


@scripted("script.construct", 1)
def _try(n: Any) -> Any:
    try:
        return n
    finally:
        pass


@scripted("script.name", 1)
def _unnamed(n: Any) -> Any:
    return n + undefined_name  # type: ignore[name-defined]  # noqa: F821


@scripted("script.undefined", 1)
def _one_armed(n: Any) -> Any:
    if n > 0:
        y = 1
    return y


@scripted("script.types", 1)
def _two_types(n: Any) -> Any:
    y = "a" if n > 0 else 1
    return y


@scripted("script.operand", 1)
def _operands(n: Any) -> Any:
    return n + "a"


@scripted("script.optional", 1)
def _maybe(n: Any) -> Any:
    y: Any = None
    if n > 0:
        y = 1
    return y + 1


@scripted("script.static", 1)
def _structure(n: Any) -> Any:
    return (1, "a")[n]


@scripted("script.alias", X, 1)
def _alias(x: Any, n: Any) -> Any:
    y = x * 2
    z = x * 3
    if n > 0:
        z = y
    z[0] = 1
    return y


@scripted("script.call", 1)
def _unknown_call(n: Any) -> Any:
    return memoryview(n)


@scripted("script.recursion", 1)
def _recursive(n: Any) -> Any:
    return _factorial(n)


def _factorial(n: Any) -> Any:
    return 1 if n < 2 else n * _factorial(n - 1)


@scripted("script.attribute", "a")
def _unknown_method(s: Any) -> Any:
    return s.sparkle()


@scripted("script.limit", 1)
def _too_long(n: Any) -> Any:
    for i in (1,) * 2000:
        n = n + i
    return n


@scripted("trace.ghost", X)
def _asks_for_a_value(x: Any) -> Any:
    return np.tril(x, k=x[0, 0].astype(np.int64))


# --- tracing --------------------------------------------------------------------


def _write_captured(x: Any) -> Any:
    WEIGHT[0] = 0
    return x @ WEIGHT


traced("trace.function", lambda x: np.polyfit(x, x, 1))
traced("trace.method", lambda x: x.tolist())
traced("trace.operand", lambda x: tb.xp.add(x, "a"))
traced("trace.convert", lambda x: np.float32(x[0, 0]))
traced("trace.float", lambda x: x * float(x.mean()))
traced("trace.strict", lambda x: x * int(x[0, 0]), strict=True)
traced("trace.freeze", lambda x: x if x > 0 else -x)
traced("trace.input", lambda x: x, {"a": [object()]})
traced("trace.spec", lambda x: x, inputs=["x: f32[B,5]"])
traced("trace.output", lambda x: {1})
traced("trace.dtype", lambda x: x, np.array(["a"]))
traced("trace.index", lambda x: x["a"])
traced("trace.mutate", _write_captured)


traced("trace.branches", lambda x: tb.cond(x.sum() > 0, lambda: x, lambda: (x, x)))
traced("trace.carried", lambda x: tb.for_loop(3, lambda i, y: y.astype(np.float64), x))
traced("trace.explore", lambda x: x if x[0, 0] > 0 else -x, branches="explore", max_paths=1)
traced("trace.fork", lambda x: tb.wait(tb.fork(lambda y: y.__setitem__(0, 1) or y, x * 1)))
traced("trace.block", lambda x: tb.for_loop(3, lambda i, y: x.__setitem__(0, y) or y, x[0] * 1))


@breaks("trace.shape")
def _(patch: pytest.MonkeyPatch) -> object:
    patch.setitem(kernels(), "exp", lambda xp, x: x[:1])
    return tb.trace(lambda x: np.exp(x), X)


@breaks("trace.leak")
def _(patch: pytest.MonkeyPatch) -> object:
    kept: list[Any] = []
    tb.trace(lambda x: x, X)

    def fn(x: Any) -> Any:
        kept.append(x)
        return x

    return tb.trace(fn, X)


@breaks("trace.thread")
def _(patch: pytest.MonkeyPatch) -> object:
    errors: list[tb.TraceError] = []

    def fn(x: Any) -> Any:
        def other() -> None:
            try:
                x + 1
            except tb.TraceError as error:
                errors.append(error.with_traceback(None))  # its frames hold `x`

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        return x

    tb.trace(fn, X)
    raise errors[0]


class Wrong(tb.Module):
    """Changes the dtype of its field."""

    def __init__(self) -> None:
        self.h = tb.field(np.zeros(2, np.float32))

    def forward(self, x: Any) -> Any:
        self.h = x.astype(np.float64)
        return x


traced("trace.field", Wrong(), np.ones(2, np.float32))


class Before(tb.Module):
    """Changes an array that its field held before a call, perhaps."""

    def __init__(self) -> None:
        self.h = tb.field(np.zeros(2))

    @tb.export
    def put(self, x: Any) -> Any:
        self.h = x
        return x

    def forward(self, x: Any) -> Any:
        before = self.h
        self.put(x)
        before[0] = 1
        return before


traced("trace.alias", Before(), np.ones(2))


class Circle(tb.Module):
    """Calls a module that contains it."""

    def forward(self, x: Any) -> Any:
        return self.other(x[0]) if x.ndim > 1 else x


@breaks("trace.module")
def _(patch: pytest.MonkeyPatch) -> object:
    a, b = Circle(), Circle()
    a.other, b.other = b, a

    class Outer(tb.Module):
        def __init__(self) -> None:
            self.a = a

        def forward(self, x: Any) -> Any:
            return self.a(x[None, None])

    return tb.trace(Outer(), np.ones(2, np.float32))


@breaks("trace.custom")
def _(patch: pytest.MonkeyPatch) -> object:
    return tb.custom_operator("smooth")


# --- checking and saving ----------------------------------------------------------


@breaks("check.differs")
def _(patch: pytest.MonkeyPatch) -> object:
    made = tb.trace(lambda x: x * SCALE["by"], np.ones(2))
    patch.setitem(SCALE, "by", 3.0)
    return tb.check(made)


@breaks("save.metadata")
def _(patch: pytest.MonkeyPatch) -> object:
    return tb.save(tb.trace(lambda x: x + 1, X), None, extra={"x": 0.5})


@breaks("save.vectors")
def _(patch: pytest.MonkeyPatch) -> object:
    return tb.save(tb.trace(lambda x: x + 1, X), None, vectors=[{"y": X}])


# --- what embeds the reader, and the specification -----------------------------------


@breaks("run.native")
def _(patch: pytest.MonkeyPatch) -> object:
    builder = ProgramBuilder()
    f = builder.function("com.acme.op", [("x", parse_type("f32[2]"))])
    body = builder.body("com.acme.op", {}, f.finish([f.params[0]]))
    del builder.functions["com.acme.op"]
    cls = builder.module_class("net.Net")
    method(cls, "forward", {"x": "f32[2]"}, lambda f: f.op("com.acme.op", f.params[0], body=body))
    cls.finish()
    builder.instance(Instance("net.Net", (), (), ()))
    made = builder.finish(["forward"])
    return Runnable(made, {}, operators={"com.acme.op": lambda x: x[:1]})(f32(2))


@breaks("run.engine")
def _(patch: pytest.MonkeyPatch) -> object:
    return engine("abacus")


@breaks("run.operator")
def _(patch: pytest.MonkeyPatch) -> object:
    patch.delitem(KERNELS, "erf")
    return Runnable(program({"x": "f32[3]"}, lambda f: f.op("erf", f.params[0])), {})(f32(3))


@breaks("text.template")
def _(patch: pytest.MonkeyPatch) -> object:
    return parse_template("wrong", "x = 1\n")
