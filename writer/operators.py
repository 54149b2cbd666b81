"""An operator that is recorded: its types, and its results on the examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..schema import dims, dtypes
from ..schema.dims import Dim
from ..schema.errors import TraceError
from ..schema.infer import Inference, infer
from ..schema.ir import Attr
from ..schema.registry import Op
from ..schema.types import TensorType, Type, type_text
from . import ghosts, rules
from .attributes import format_name, frozen, is_exact, resolve_attr, varies
from .evaluate import evaluate
from .scope import Val
from .spans import Place
from .unify import settle, stretched

if TYPE_CHECKING:
    from .context import Trace

#: What helps where a size that is known late is broadcast.
_STRETCH = "trace an example in which it has another size, such as a state that begins empty"


def evaluated(
    trace: Trace, op: Op, full: dict[str, Attr], inputs: list[Val], place: Place | None
) -> tuple[list[Val], list[Val]]:
    """The operands as they are recorded, and the results."""
    name, where = op.name, str(place) if place else trace.scope.name
    found = _settled(trace, op, full, inputs, where)
    if any("broadcast" in rule.text for rule in found.unknown):
        shapes = stretched(name, trace.scope.symbols, inputs, full.get("shape"))
        inputs = [v if s is None else _stretched(trace, v, s) for v, s in zip(inputs, shapes)]
        found = _settled(trace, op, full, inputs, where)
    exact = is_exact(op) and not any(v.inexact for v in inputs)
    label = place.target if place and place.target else "v"
    fixed = all(v.fixed for v in inputs) and not any(map(varies, full.values()))

    def made(examples: Sequence[Any]) -> list[Val]:
        return _results(trace, found.results, examples, label, not exact, place)

    def ghost() -> list[Any]:
        return [ghosts.example(t, trace.scope.symbols) for t in found.results]

    if trace.ghost:
        results = made(ghost())
    else:
        try:
            results = made(evaluate(name, inputs, full, found.signature, trace.scope.symbols, where))
        except (TraceError, ArithmeticError, LookupError, ValueError):
            if not trace.make_up():
                raise
            results, fixed = made(ghost()), False
    for value in results:
        value.fixed = fixed
    return inputs, results


def _settled(trace: Trace, op: Op, attrs: dict[str, Attr], inputs: list[Val], where: str) -> Inference:
    symbols = trace.scope.symbols

    def attempt() -> Inference:
        resolved = {name: resolve_attr(symbols, value) for name, value in attrs.items()}
        types = [symbols.resolve_type(value.type) for value in inputs]
        key = (op.name, *types, *((name, frozen(value)) for name, value in resolved.items()))
        found = trace.inferred.get(key)
        if found is None:
            found = infer(op, resolved, types, {}, where)
            if not found.problems:
                trace.inferred[key] = found
        return found

    found = attempt()
    if found.problems:
        raise TraceError(found.problems)
    if found.unknown:
        found = settle(op.name, symbols, inputs, attempt)
    return found


def _results(
    trace: Trace,
    types: Sequence[Type],
    examples: Sequence[Any],
    label: str,
    inexact: bool,
    place: Place | None,
) -> list[Val]:
    results = []
    for t, example in zip(types, examples):
        if isinstance(t, TensorType) and t.shape is not None:
            for dim, size in zip(t.shape, example.shape):
                name = dims.symbol_name(dim)
                if name in trace.scope.symbols.fresh:
                    trace.scope.symbols.examples[str(name)] = int(size)
            _check_shape(trace, t, example, place)
        results.append(Val(trace.scope, t, example, label, inexact, place))
    return results


def _check_shape(trace: Trace, t: TensorType, example: Any, place: Place | None) -> None:
    value = trace.scope.symbols.value
    shape = tuple(-1 if isinstance(d, dims.Unknown) else value(d) for d in t.shape or ())
    fits = len(shape) == example.ndim and all(a in (-1, b) for a, b in zip(shape, example.shape))
    have = format_name(example.dtype)
    if not fits or (have not in (None, t.dtype) and t.dtype not in dtypes.STORAGE):
        got = f"{example.dtype.name}{list(example.shape)}"
        raise rules.SHAPE.fail(str(place or trace.scope.name), expected=type_text(t), got=got)


def _stretched(trace: Trace, value: Val, shape: tuple[Dim, ...]) -> Val:
    """`value` with the size 1 on the axes that are broadcast, which is only now known."""
    for axis, (old, new) in enumerate(zip(value.shape, shape)):
        if new == 1 and dims.symbol_name(old) in trace.scope.symbols.fresh:
            what = f"the size of axis {axis} of {value.name or 'a value'}, which depends on data or state,"
            message = f"{what} is frozen as 1, since it is broadcast"
            trace.freeze("dim", message, _STRETCH)
    return trace.refine(value, shape)
