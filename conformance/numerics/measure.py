"""Running samples on a runtime, and the largest errors of what it gives. SPEC 9.3."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, Protocol

from ...schema.registry import Accuracy, Body, Ulp, operators
from ..formats import FLOATS, largest, part
from ..json_form import value_from_json, value_json
from ..model import Accept, Value
from ..oracle.arrays import Array
from ..programs import ENTRY, archive_of, call_program
from ..protocol import Message
from ..relations import compare_results, largest_share, match, stated
from ..tolerance import compare, permitted
from .sampling import is_elementwise, samples

WAYS = ("native", "body")


class Runtime(Protocol):
    """What answers requests as SPEC 14.3 has them."""

    def request(self, request: str, **fields: Any) -> Message:
        """The answer to one request."""


class OwnReader:
    """This package's reader, in this process; with `native` false composites run by their bodies."""

    def __init__(self, *, native: bool) -> None:
        from ..adapter import Adapter

        self._adapter = Adapter(native=native)

    def request(self, request: str, **fields: Any) -> Message:
        return self._adapter.answer({"id": 0, "request": request, **fields})


@dataclass(frozen=True, slots=True)
class Row:
    """The largest error of one operator in one dtype.

    `ulp` is in units in the last place, `share` a part of what is permitted (None where nothing
    is); infinite where a result is wrong altogether. `case` is the operands, and what came of them.
    """

    op: str
    dtype: str
    way: str
    accuracy: str
    samples: int
    ulp: float
    share: float | None
    honoured: bool
    case: str


class _Worst:
    """The largest error so far."""

    def __init__(self, op: str) -> None:
        self.count = 0
        self.ulp = 0.0
        self.share: float | None = None
        self.wrong = ""
        self.accuracy = repr(operators()[op].accuracy)
        self.case = ""

    def add(self, case: Accept, got: Sequence[Value], op: str) -> None:
        declared = operators()[op]
        accuracy = declared.accuracy_for(x.dtype for x in case.inputs if isinstance(x, Array))
        self.accuracy = repr(accuracy)
        bounds = case.bounds or (None,) * len(case.outputs)
        got = [_predictable(a, b, bound) for a, b, bound in zip(got, case.outputs, bounds, strict=True)]
        if accuracy.kind == "body" and is_elementwise(op) and not case.bounds:
            # In a tensor of one element its own magnitude is the largest.
            accuracy = Body(max(accuracy.ulp, accuracy.absolute))
            found = (compare(a, b, accuracy) for a, b in zip(got, case.outputs))
            wrong = next((text for text in found if text), "")
        else:
            wrong = compare_results(declared, case.attrs, case.inputs, got, case.outputs, case.bounds)
        if wrong and not self.wrong:
            self.wrong, self.share, self.case = wrong, None, f"{_operands(case, 0, op)}: {wrong}"
        if accuracy.kind == "stable" and not wrong:
            share = largest_share(declared, case.attrs, case.inputs, got)
            self.count += 1
            self._note(0.0, share, lambda: _operands(case, 0, op))
        free = stated(declared, case.attrs)
        for index, (value, expected, bound) in enumerate(zip(got, case.outputs, bounds, strict=True)):
            if f"unordered(r{index})" in free and isinstance(value, Array) and isinstance(expected, Array):
                value = match(value, expected, accuracy, bound)
            for at, ulp, share in _errors(value, expected, accuracy, bound):
                self.count += 1
                if self.wrong and not wrong:
                    continue
                self._note(ulp, share, partial(_shown, case, value, expected, at, op))

    def _note(self, ulp: float, share: float | None, shown: Callable[[], str]) -> None:
        if (share or 0.0, ulp) > (self.share or 0.0, self.ulp):
            self.ulp, self.case = ulp, shown()
        if share is not None:
            self.share = max(share, self.share or 0.0)


def measure(op: str, dtype: str, way: str, runtime: Runtime, count: int, seed: int) -> Row:
    """Run about `count` samples of `op` with results of `dtype`."""
    worst = _Worst(op)
    programs: dict[Any, int] = {}
    for case in samples(op, dtype, count, seed):
        got = _run(runtime, programs, op, case)
        if isinstance(got, str):
            worst.wrong, worst.case = got, _operands(case, 0, op)
            break
        worst.add(case, got, op)
    for program in programs.values():
        runtime.request("drop", program=program)
    return Row(
        op, dtype, way, worst.accuracy, worst.count, worst.ulp, worst.share, not worst.wrong, worst.case
    )


def _run(runtime: Runtime, programs: dict[Any, int], op: str, case: Accept) -> list[Value] | str:
    """The results of a case, or why there are none."""
    key = (case.operands, repr(sorted(case.attrs.items(), key=lambda item: item[0])))
    if key not in programs:
        archive = archive_of(call_program(op, case.attrs, case.operands))
        answer = runtime.request("load", archive=base64.b64encode(archive).decode())
        if not answer["ok"]:
            return f"refused: {answer['error']}"
        programs[key] = answer["program"]
    inputs = list(map(value_json, case.inputs))
    answer = runtime.request("run", program=programs[key], entry=ENTRY, inputs=inputs)
    if not answer["ok"]:
        return f"failed: {answer['error']}"
    return [value_from_json(output) for output in answer["outputs"]]


def _errors(
    got: Value, expected: Value, accuracy: Accuracy, bound: Array | None
) -> Iterator[tuple[int, float, float | None]]:
    """Position, error in ulp and share of the permitted error, of each element that is a float."""
    if isinstance(expected, (list, tuple)) and isinstance(got, (list, tuple)):
        for a, b in zip(got, expected):
            yield from _errors(a, b, accuracy, None)
        return
    if isinstance(expected, float):
        expected, got = Array("f64", (), [expected]), Array("f64", (), [got])
    if (
        not isinstance(expected, Array)
        or not isinstance(got, Array)
        or expected.kind not in ("float", "complex")
    ):
        return
    if accuracy.kind == "stable" and bound is None:
        return
    dtype = part(expected.dtype)
    finite = [abs(x) for item in expected.items for x in _parts(item) if math.isfinite(x)]
    scale = max(finite, default=0.0)
    for at, (ours, want) in enumerate(zip(got.items, expected.items)):
        limits = (None, None) if bound is None else _parts(bound.items[at])
        besides = (want.imag, want.real) if isinstance(want, complex) else (0.0,)
        for a, b, limit, beside in zip(_parts(ours), _parts(want), limits, besides):
            yield at, *_error(a, b, dtype, accuracy, limit, scale, beside)


def _predictable(got: Value, expected: Value, bound: Array | None) -> Value:
    """`got`, but as `expected` where a sum's terms overflow, so that any value will do. SPEC 9.2."""
    if bound is None or not isinstance(got, Array) or not isinstance(expected, Array):
        return got
    dtype = part(expected.dtype)
    if len(got.items) != len(expected.items) or expected.kind not in ("float", "complex"):
        return got
    edge = float(largest(dtype)) / 2 ** FLOATS[dtype][0]
    items = [
        want if max(_parts(limit)) > edge or not all(map(math.isfinite, _parts(want))) else ours
        for ours, want, limit in zip(got.items, expected.items, bound.items)
    ]
    return Array(got.dtype, got.shape, items)


def _parts(item: Any) -> tuple[float, ...]:
    return (item.real, item.imag) if isinstance(item, complex) else (item,)


def _error(
    a: float, b: float, dtype: str, accuracy: Accuracy, limit: Any, scale: float, beside: float
) -> tuple[float, float | None]:
    if a == b or (math.isnan(a) and math.isnan(b)):
        return 0.0, None
    if not (math.isfinite(a) and math.isfinite(b)):
        return math.inf, math.inf
    error = abs(Fraction(a) - Fraction(b))
    unit = permitted(b, dtype, Ulp(1), None, scale, beside)
    return _ratio(error, unit), _ratio(error, permitted(b, dtype, accuracy, limit, scale, beside))


def _ratio(a: Fraction, b: Fraction) -> float:
    return float(a / b) if b and a / b < 2**1000 else math.inf


def _shown(case: Accept, got: Value, expected: Value, at: int, op: str) -> str:
    if isinstance(got, Array) and isinstance(expected, Array):
        return f"{_operands(case, at, op)} gives {got.items[at]!r}, not {expected.items[at]!r}"
    return f"{_operands(case, at, op)} gives {got!r}, not {expected!r}"[:160]


def _operands(case: Accept, at: int, op: str) -> str:
    """The operands that made the element at `at`; of large ones their types."""
    attrs = [f"{name}={value!r}" for name, value in case.attrs.items() if value is not None and value != ()]
    shown = []
    for value in case.inputs:
        if isinstance(value, Array) and (len(value.items) == 1 or is_elementwise(op)):
            shown.append(repr(value.items[at if len(value.items) > 1 else 0]))
        elif isinstance(value, Array):
            shown.append(f"{value.type}")
        else:
            shown.append(repr(value))
    return f"({', '.join([*shown, *attrs])})"
