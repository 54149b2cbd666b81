"""Small programs for the tests of the reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from tracebox.reader.program import Runnable
from tracebox.reader.values import Record
from tracebox.reader.watch import ResultCheck
from tracebox.schema.builder import ClassBuilder, FunctionBuilder, ProgramBuilder
from tracebox.schema.ir import InitialValue, Instance, Program, TensorConst, Value
from tracebox.schema.types import TensorType, Type
from tracebox.schema.types_text import parse_type

Make = Callable[[FunctionBuilder], Iterable[Value]]


def types(*texts: str) -> list[Type]:
    return [parse_type(text) for text in texts]


def tensor_type(text: str) -> TensorType:
    found = parse_type(text)
    assert isinstance(found, TensorType)
    return found


def method(
    cls: ClassBuilder, name: str, params: Mapping[str, str], make: Make, results: Sequence[str] = ()
) -> None:
    """Add a method whose body `make` builds."""
    f = cls.method(name, [(label, parse_type(text)) for label, text in params.items()])
    made = make(f)
    f.finish(made, types(*results) if results else None)


def function(
    builder: ProgramBuilder, name: str, params: Mapping[str, str], make: Make, results: Sequence[str] = ()
) -> None:
    """Add a free function."""
    f = builder.function(name, [(label, parse_type(text)) for label, text in params.items()])
    f.finish(make(f), types(*results) if results else None)


def program(
    params: Mapping[str, str],
    make: Make,
    *,
    fields: Mapping[str, tuple[str, InitialValue]] | None = None,
    tensors: Mapping[str, str] | None = None,
    functions: Callable[[ProgramBuilder], None] | None = None,
    results: Sequence[str] = (),
) -> Program:
    """A program of one method ``forward``; `tensors` are module parameters by name."""
    builder = ProgramBuilder()
    if functions is not None:
        functions(builder)
    fields, tensors = fields or {}, tensors or {}
    cls = builder.module_class(
        "net.Net",
        params=[(name, tensor_type(text)) for name, text in tensors.items()],
        fields=[(name, parse_type(text)) for name, (text, _) in fields.items()],
    )
    method(cls, "forward", params, make, results)
    cls.finish()
    builder.instance(Instance("net.Net", tuple(tensors), tuple(value for _, value in fields.values()), ()))
    return builder.finish(["forward"])


def run_all_ways(made: Program, *args: Any, tensors: Mapping[str, Any] | None = None, **options: Any) -> Any:
    """The result of one call: interpreted, as generated code, and with every result checked."""
    runnable = Runnable(made, tensors or {}, **options)
    first = runnable(*args)
    for again in (runnable(*args), runnable(*args)):
        assert_same(again, first)
    watched = Runnable(made, tensors or {}, watch=ResultCheck, **options)
    assert_same(watched(*args), first)
    return first


def assert_same(a: Any, b: Any) -> None:
    """Equal to the bit, dtypes and nesting included."""
    assert type(a) is type(b) or (isinstance(a, dict) and isinstance(b, dict))
    if isinstance(a, np.ndarray):
        assert a.dtype == b.dtype and a.shape == b.shape
        assert a.tobytes() == b.tobytes()
    elif isinstance(a, (list, tuple)):
        assert len(a) == len(b)
        for x, y in zip(a, b):
            assert_same(x, y)
    elif isinstance(a, Record):
        assert a.class_name == b.class_name
        assert_same(a.fields, b.fields)
    elif isinstance(a, dict):
        assert_same(list(a), list(b))
        assert_same(list(a.values()), list(b.values()))
    else:
        assert a == b or (a != a and b != b)


def f32(*shape: int, start: float = 0) -> np.ndarray[Any, Any]:
    """Consecutive numbers."""
    return (np.arange(int(np.prod(shape)), dtype=np.float32) + np.float32(start)).reshape(shape)


def loop(
    f: FunctionBuilder,
    trips: Value | None,
    carried: Sequence[Value],
    make: Callable[..., Iterable[Value]],
    condition: Value | None = None,
) -> tuple[Value, ...]:
    """A loop; `make` takes index and carried values and gives the next ones, or condition and next ones."""
    trips = trips if trips is not None else f.const(None)
    first = condition if condition is not None else f.const(True)
    body = f.block([("i", parse_type("int")), *((value.name, value.type) for value in carried)])
    made = list(make(*body.params))
    if condition is None:
        made.insert(0, f.const(True))
    return f.loop(trips, first, carried, f.close(made))


def tensor_const(array: np.ndarray[Any, Any], dtype: str) -> TensorConst:
    return TensorConst(dtype, array.shape, array.tobytes())
