"""The function that the step of an operator's call runs. SPEC 8 and 10.3."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from ..schema import dims
from ..schema.infer import Inference
from ..schema.ir import Node, Value
from ..schema.registry import Op
from ..schema.types import TensorType
from . import checks
from .calling import bound, checked, dynamic, packed
from .kernels.registry import DIRECT, INPLACE, KERNELS, MENDED, PREPARE, complex_function
from .liveness import Key, size_symbols

if TYPE_CHECKING:
    from .engine import Engine
    from .plan import Planner


def library_function(engine: Engine, op: Op, found: Inference) -> Any:
    """The library's own function, if that is all that the operator is."""
    if op.name not in DIRECT or op.name in PREPARE or found.unknown or op.attrs:
        return None
    result = found.results[0]
    if op.name in MENDED and isinstance(result, TensorType) and result.dtype in ("c64", "c128"):
        return partial(complex_function(op.name), engine.xp)
    return getattr(engine.xp, DIRECT[op.name])


def kernel_function(
    planner: Planner,
    node: Node,
    op: Op,
    found: Inference,
    symbols: tuple[str, ...],
    *,
    grows: bool,
    wanted: tuple[int, ...] | None,
) -> Any:
    """The kernel as a function of the operands and the sizes of `symbols`.

    With `grows` it changes its first operand. `wanted` is what a kernel among `CHOOSY` is told.
    """
    xp, resolve = planner.engine.xp, planner.resolve
    kernel, operands = (INPLACE if grows else KERNELS)[op.name], len(node.inputs)
    types = [v.type for v in node.inputs]
    attrs = {d.name: node.attrs[d.name] for d in op.attrs if d.kind != "symbol"}
    open_ = {name: value for name, value in attrs.items() if symbols and checks.attr_symbols(value)}
    plain = {name: checks.plain(value, resolve) for name, value in attrs.items() if name not in open_}
    place = {name: i for i, name in enumerate(symbols)}
    if wanted is not None:
        plain["wanted"] = wanted
    if open_:
        compiled = {name: checks.compile_attr(value, place, resolve) for name, value in open_.items()}
        fn = dynamic(kernel, xp, plain, compiled, found.signature, operands)
    else:
        prepared = PREPARE[op.name](xp, plain, tuple(types)) if op.name in PREPARE and not grows else None
        fn = packed(prepared or bound(kernel, xp, plain), found.signature, operands)
    if found.unknown:
        fn = checked(fn, checks.rule_check(op, found, types, open_, place), operands)
    return fn


def rules_function(op: Op, node: Node, found: Inference, symbols: tuple[str, ...]) -> Any:
    """The function of the operands and the sizes of `symbols` that checks what the types left open."""
    open_ = {name: value for name, value in node.attrs.items() if symbols and checks.attr_symbols(value)}
    place = {name: i for i, name in enumerate(symbols)}
    check = checks.rule_check(op, found, [v.type for v in node.inputs], open_, place)
    return checked(lambda *values: None, check, len(node.inputs))


def out_operand(engine: Engine, node: Node, fn: Any, free: Container[Value]) -> Value | None:
    """An operand among `free` that the library's elementwise function `fn` may write its result into."""
    want = node.results[0].type
    if not engine.inplace or getattr(fn, "signature", "") is not None:
        return None
    if getattr(fn, "nout", 0) != 1 or getattr(fn, "nin", 0) != len(node.inputs):
        return None
    if not isinstance(want, TensorType) or not want.shape:
        return None
    if any(isinstance(dim, dims.Unknown) for dim in want.shape):
        return None
    return next((value for value in node.inputs if value in free and value.type == want), None)


def size_function(node: Node, slots: Mapping[Key, int]) -> Callable[[list[Any]], int] | None:
    """The function of all slots that tells how many bytes the results will take; None if unknown."""
    wanted = dict.fromkeys(name for r in node.results for name in size_symbols(r.type))
    names = [name for name in wanted if name in slots]
    places = [slots[name] for name in names]
    measure = checks.result_size([r.type for r in node.results], {n: i for i, n in enumerate(names)})
    if measure is None:
        return None
    return lambda values: measure([values[place] for place in places])
