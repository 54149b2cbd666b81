"""What to measure: operators whose results are floats, and operands for them.

Nothing here knows an operator by name, except where operands must be of a special form. An
operator whose elements depend on one element each (as its oracle shows) is given dense samples;
any other one the operands of its conformance cases, changed at random within their signs.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...schema.dims import Expr
from ...schema.dtypes import BY_NAME
from ...schema.infer import infer
from ...schema.ir import Attr
from ...schema.registry import operators
from ...schema.types import TensorType
from ...schema.types_text import parse_type
from ..formats import FLOATS, part, round_float
from ..generate.registry import by_oracle, generated
from ..model import Accept, Value, type_of
from ..oracle.arrays import Array, Shape
from ..records import RECORDS
from .floats import Operands

#: Elements of one call.
CHUNK = 509
#: Calls of an operator that is not elementwise, for each case that it has.
_TEMPLATES = 12
_COMBINATIONS = 40
_ROUNDS = 50
#: Families whose matrices keep their form (definite, orthogonal...) if all elements are scaled alike.
_SCALED = frozenset({"linalg"})


class Kind:
    """One way to call an operator: the dtypes of operands, attributes, and a case that does it."""

    __slots__ = ("op", "dtypes", "attrs", "template", "dense")

    def __init__(self, op: str, dtypes: tuple[str, ...], template: Accept, dense: bool) -> None:
        self.op = op
        self.dtypes = dtypes
        self.attrs = template.attrs
        self.template = template
        #: Whether each element of the result depends on the elements in its place alone.
        self.dense = dense


def is_float(dtype: str) -> bool:
    return BY_NAME[dtype].kind in ("float", "complex")


def result_dtype(case: Accept) -> str:
    """The dtype of the first result that is of floats, or ""."""
    for value in case.outputs:
        if isinstance(value, float):
            return "f64"
        if isinstance(value, Array) and is_float(value.dtype):
            return value.dtype
    return ""


def _open(case: Accept) -> bool:
    """Whether the case is about types or attributes that are not known before it runs."""
    texts = case.operands != tuple(map(type_of, case.inputs))
    return texts or any(isinstance(v, Expr) for a in case.attrs.values() for v in _flat(a))


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for item in value:
            yield from _flat(item)
    else:
        yield value


@functools.cache
def kinds(op: str) -> dict[str, list[Kind]]:
    """The ways to call `op` that give floats, by the dtype of the result."""
    found: dict[str, list[Kind]] = {}
    seen: dict[Any, bool] = {}
    for case in generated(op):
        if not isinstance(case, Accept) or not (result := result_dtype(case)):
            continue
        if _open(case):
            continue
        dtypes = tuple(value.dtype for value in case.inputs if isinstance(value, Array))
        key = (dtypes, tuple(sorted((name, repr(value)) for name, value in case.attrs.items())))
        fresh = key not in seen
        if fresh:
            seen[key] = len(dtypes) == len(case.inputs) and _is_dense(op, dtypes, case.attrs)
        if fresh or not seen[key]:
            found.setdefault(result, []).append(Kind(op, dtypes, case, seen[key]))
    return found


@functools.cache
def float_operators() -> dict[str, tuple[str, ...]]:
    """Every operator that gives floats, with the dtypes of its results, narrow ones first."""
    order = list(BY_NAME)
    found = {op: tuple(sorted(kinds(op), key=order.index)) for op in operators()}
    return {op: dtypes for op, dtypes in found.items() if dtypes}


@functools.cache
def is_elementwise(op: str) -> bool:
    """Whether `op` works element by element, however it is called."""
    return all(kind.dense for found in kinds(op).values() for kind in found)


def is_moving(op: str) -> bool:
    """Whether `op` only moves elements, or makes them: exact, and not element by element."""
    return operators()[op].accuracy.kind == "exact" and not is_elementwise(op)


def _is_dense(op: str, dtypes: tuple[str, ...], attrs: Mapping[str, Attr]) -> bool:
    """Whether each element of the result depends on the elements in its place alone."""
    if not dtypes:
        return False
    types = [parse_type(f"{dtype}[3]") for dtype in dtypes]
    found = infer(operators()[op], attrs, types, RECORDS_OF)
    if found.problems or not all(isinstance(t, TensorType) and t.shape == (3,) for t in found.results):
        return False
    columns = [[2, 1, 3], [3, 3, 1], [1, 4, 2], [2, 1, 1]]
    inputs = [Array(dtype, (3,), column) for dtype, column in zip(dtypes, columns)]
    if len(inputs) < len(dtypes):
        return False
    try:
        whole = by_oracle(op, "", *inputs, **attrs).outputs
        for at in range(3):
            parts = by_oracle(op, "", *[Array(x.dtype, (1,), [x[at]]) for x in inputs], **attrs).outputs
            for full, one in zip(whole, parts, strict=True):
                if not isinstance(one, Array) or full[at] != one[0]:  # type: ignore[index]
                    return False
    except (LookupError, ValueError):  # operands of such values mean nothing to it
        return False
    return True


#: `infer` wants the record classes; operators on records give no floats of their own.
RECORDS_OF: dict[str, Any] = dict.fromkeys(RECORDS)


def samples(op: str, dtype: str, count: int, seed: int) -> Iterator[Accept]:
    """Calls of `op` with results of `dtype`, about `count` elements in all, with what the oracle gives."""
    found = kinds(op)[dtype]
    draw = Operands(f"{seed} {op} {dtype}")
    if is_elementwise(op):
        yield from _dense(_spread(found, _COMBINATIONS), count, draw)
    else:
        yield from _changed(_spread(found, _TEMPLATES) + list(_long(op, found)), count, draw)


def _spread(items: list[Kind], count: int) -> list[Kind]:
    """At most `count` of the items, from everywhere in the list."""
    if len(items) <= count:
        return items
    return [items[number * len(items) // count] for number in range(count)]


def _dense(found: list[Kind], count: int, draw: Operands) -> Iterator[Accept]:
    for kind in found:
        left = math.ceil(count / len(found))
        if kind.dtypes == ("f16",) and left >= 2**16:
            yield from _every_half(kind)
            continue
        while left > 0:
            size = min(left, CHUNK)
            arrays = draw.several(kind.dtypes, size)
            inputs = [to_array(dtype, array) for dtype, array in zip(kind.dtypes, arrays)]
            yield by_oracle(kind.op, "sample", *inputs, **kind.attrs)
            left -= size
        if len(kind.dtypes) == 2:  # a kernel may treat a scalar in a way of its own
            row = draw.array(kind.dtypes[0], min(count, CHUNK))
            scalar = to_array(kind.dtypes[1], draw.array(kind.dtypes[1], 1)).reshape(())
            scalar_call = (to_array(kind.dtypes[0], row), scalar)
            yield by_oracle(kind.op, "scalar", *scalar_call, **kind.attrs)


def _every_half(kind: Kind) -> Iterator[Accept]:
    codes = np.arange(2**16, dtype=np.uint16)
    for start in range(0, 2**16, 2**12):
        piece = to_array("f16", codes[start : start + 2**12].view(np.float16))
        yield by_oracle(kind.op, "every", piece, **kind.attrs)


def to_array(dtype: str, array: Any) -> Array:
    """A vector as the oracle's; storage types come as their codes."""
    return Array.from_bytes(dtype, (len(array),), array.tobytes())


# --- changed cases ----------------------------------------------------------------------


#: The most elements that the accuracy of bodies is stated for.
LONG = 256
#: Shapes of operands that make long sums, of operators that have no axes to name.
_LONG = {"matmul": ((2, LONG), (LONG, 2)), "linear": ((2, LONG), (2, LONG), (2,))}


def _long(op: str, found: list[Kind]) -> Iterator[Kind]:
    """Calls with long sums."""
    template = found[-1].template
    shapes: Sequence[Shape] = _LONG.get(op, ((LONG,),))
    attrs = dict(template.attrs)
    if "axes" in attrs or "axis" in attrs:
        attrs["axes" if "axes" in attrs else "axis"] = (0,) if "axes" in attrs else 0
    elif op not in _LONG:
        return
    dtype = found[-1].dtypes[0]
    normal = np.random.Generator(np.random.PCG64(256)).standard_normal
    inputs = tuple(Array(dtype, shape, normal(math.prod(shape)).tolist()) for shape in shapes)
    operands = tuple(map(type_of, inputs))
    if not is_float(dtype) or infer(operators()[op], attrs, [parse_type(t) for t in operands], {}).problems:
        return
    yield Kind(op, tuple(x.dtype for x in inputs), Accept("long", inputs, (), attrs), False)


def _changed(found: list[Kind], count: int, draw: Operands) -> Iterator[Accept]:
    each = math.ceil(count / len(found))
    for kind in found:
        case, family = kind.template, operators()[kind.op].family
        work = sum(len(v.items) if isinstance(v, Array) else 1 for v in (*case.inputs, *case.outputs))
        if case.outputs:
            yield case
        for _ in range(min(math.ceil(each / max(1, work)), _ROUNDS) if case.inputs else 0):
            inputs = [_change(value, draw, family) for value in case.inputs]
            yield by_oracle(kind.op, "sample", *inputs, operands=case.operands, **case.attrs)


def _change(value: Value, draw: Operands, family: str) -> Value:
    """Another value of the same form: floats keep their signs, random keys are drawn anew."""
    if isinstance(value, Array):
        if family == "random" and value.kind in ("int", "uint"):
            return to_array(value.dtype, draw.array(value.dtype, len(value.items))).reshape(value.shape)
        if not is_float(value.dtype) or value.dtype not in (*FLOATS, "c64", "c128"):
            return value
        count = 1 if family in _SCALED else max(1, len(value.items))
        factors = draw.factors(count)
        scaled = [_scaled(item, factors[at % count], value.dtype) for at, item in enumerate(value.items)]
        return Array(value.dtype, value.shape, scaled)
    if isinstance(value, float) and math.isfinite(value):
        return float(_scaled(value, draw.factors(1)[0], "f64"))
    if isinstance(value, list):
        return [_change(item, draw, family) for item in value]
    return tuple(_change(item, draw, family) for item in value) if isinstance(value, tuple) else value


def _scaled(item: Any, factor: float, dtype: str) -> Any:
    if isinstance(item, complex):
        return complex(_scaled(item.real, factor, part(dtype)), _scaled(item.imag, factor, part(dtype)))
    scaled = round_float(item * factor, dtype) if math.isfinite(item) else item
    return scaled if math.isfinite(scaled) else item
