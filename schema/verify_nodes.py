"""Verification of each kind of node. SPEC 5.3 to 5.12."""

from __future__ import annotations

from collections.abc import Callable

from .errors import InvalidError
from .ir import GUARD_REASONS, Node
from .labels import (
    BIND,
    CONDITION,
    FIELD,
    FIELD_TYPE,
    GUARD,
    KIND,
    LOOP,
    PARAM,
    PRINT,
    RAISE,
    REFINE,
    SYMBOL_BOUND,
)
from .names import is_qualified
from .nodes import carried_types, check_loop_inputs, const_type
from .types import (
    BOOL,
    INT,
    STR,
    ClassType,
    ContainerType,
    ScalarType,
    TensorType,
    Type,
    accepts,
    type_text,
)
from .verify_calls import check_call, check_fork, check_op, check_wait
from .verify_function import Scope, alone

# --- constants, module parameters, fields ----------------------------------------


def _const(scope: Scope, node: Node, depth: int) -> None:
    value = node.attrs["value"]
    try:
        found: tuple[Type, ...] | None = (const_type(value),)  # type: ignore[arg-type]
    except InvalidError as error:
        scope.move(error.problems, node)
        found = None
    scope.results(node, found)


def _param(scope: Scope, node: Node, depth: int) -> None:
    declared = scope.owner.params.get(node.name) if scope.owner else None
    if declared is None:
        scope.report(PARAM, node, expected=_members(scope.owner.params if scope.owner else {}), got=node.name)
    scope.results(node, None if declared is None else (declared,))


def _field(scope: Scope, node: Node) -> Type | None:
    info = scope.owner
    *inside, last = node.name.split(".")
    for part in inside:
        info = scope.context.classes.get(info.submodules.get(part, "")) if info else None
    found = info.fields.get(last) if info else None
    if found is None:
        scope.report(FIELD, node, expected=_members(info.fields if info else {}), got=node.name)
    return found


def _members(table: dict[str, Type] | dict[str, TensorType]) -> str:
    names = ", ".join(list(table)[:10])
    return f"one of {names}" if names else "nothing: none is declared here"


def _get(scope: Scope, node: Node, depth: int) -> None:
    found = _field(scope, node)
    scope.results(node, None if found is None else (found,))


def _set(scope: Scope, node: Node, depth: int) -> None:
    scope.uses.writes = True
    want = _field(scope, node)
    have = node.inputs[0].type
    if want is not None and scope.known((want, have)) and accepts(want, have) is not True:
        hint = "refine the value first" if accepts(want, have) is None else ""
        scope.report(FIELD_TYPE, node, expected=type_text(want), got=type_text(have), hint=hint)


# --- control flow ----------------------------------------------------------------


def _if(scope: Scope, node: Node, depth: int) -> None:
    _condition(scope, node)
    types = tuple([v.type for v in node.results])
    for t in types:
        scope.type_in_scope(t, node)
    for block in node.blocks:
        if block.params:
            scope.report(KIND, node, expected="blocks without parameters", got=str(len(block.params)))
        scope.inner(block, depth, node, types)
    scope.results(node, types)


def _condition(scope: Scope, node: Node) -> None:
    have = node.inputs[0].type
    if have is not BOOL and scope.known((have,)):
        scope.report(CONDITION, node, expected="bool", got=type_text(have))


def _loop(scope: Scope, node: Node, depth: int) -> None:
    (body,) = node.blocks
    types = carried_types(body)
    if len(node.inputs) < 2:
        scope.report(
            LOOP, node, expected="a trip count, a condition and carried values", got=str(len(node.inputs))
        )
        scope.results(node, None)
        return
    good = [scope.type_in_scope(param.type, node) for param in body.params]
    scope.inner(body, depth, node, None)
    trips, condition, *carried = node.inputs
    if all(good) and scope.known([v.type for v in (*node.inputs, *body.results)]):
        scope.move(check_loop_inputs(trips, condition, carried, body, ""), node)
    scope.results(node, types)


# --- guards, errors, text, refinement ---------------------------------------------


def _guard(scope: Scope, node: Node, depth: int) -> None:
    _condition(scope, node)
    message, reason = node.attrs["message"], node.attrs["reason"]
    if not isinstance(message, str):
        scope.report(GUARD, node, expected="a str as message", got=type(message).__name__)
    if reason not in GUARD_REASONS:
        scope.report(GUARD, node, expected=f"one of {', '.join(GUARD_REASONS)}", got=repr(reason)[:80])


def _raise(scope: Scope, node: Node, depth: int) -> None:
    if not is_qualified(node.name):
        scope.report(RAISE, node, expected="the name of an exception class", got=repr(node.name[:80]))
    if node.inputs[0].type is not STR and scope.known((node.inputs[0].type,)):
        scope.report(RAISE, node, expected="str", got=type_text(node.inputs[0].type))


def _print(scope: Scope, node: Node, depth: int) -> None:
    scope.uses.prints = True
    for value in node.inputs:
        if value.type is not STR and scope.known((value.type,)):
            scope.report(PRINT, node, expected="str", got=f"{value.name[:80]}: {type_text(value.type)}")


def _refine(scope: Scope, node: Node, depth: int) -> None:
    want, symbols = node.attrs["type"], node.attrs["symbols"]
    have = node.inputs[0].type
    if not isinstance(want, (TensorType, ScalarType, ContainerType, ClassType)) or not isinstance(
        symbols, tuple
    ):
        scope.report(REFINE, node, expected="a type and a list of symbols", got=f"{want!r}, {symbols!r}"[:80])
        scope.results(node, None)
        return
    if not scope.known((want, have)):
        scope.results(node, None)
        return
    standing = set(alone(want))
    for name in symbols:
        if name not in standing:
            scope.report(
                SYMBOL_BOUND, node, expected=f"a dimension of {type_text(want)}", got=repr(name)[:80]
            )
        scope.bind(name, node)
    scope.seen(scope.context.symbols_of(want), node)
    if accepts(want, have) is False:
        scope.report(REFINE, node, expected=f"a type that {type_text(have)} may have", got=type_text(want))
    scope.results(node, (want,))


def _bind(scope: Scope, node: Node, depth: int) -> None:
    have = node.inputs[0].type
    if have is not INT and scope.known((have,)):
        scope.report(BIND, node, expected="int", got=type_text(have))
    scope.bind(node.attrs["symbol"], node)


CHECKS: dict[str, Callable[[Scope, Node, int], None]] = {
    "const": _const,
    "param": _param,
    "op": check_op,
    "call": check_call,
    "if": _if,
    "loop": _loop,
    "get": _get,
    "set": _set,
    "guard": _guard,
    "raise": _raise,
    "print": _print,
    "refine": _refine,
    "bind": _bind,
    "fork": check_fork,
    "wait": check_wait,
}
