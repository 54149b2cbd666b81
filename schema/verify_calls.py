"""Verification of operator calls, bodies, calls and forks. SPEC 5.4 to 5.6 and 5.12."""

from __future__ import annotations

from . import dims, limits
from .calls import Callee, check_arguments, open_arguments, result_types
from .errors import InvalidError
from .infer import Inference, infer
from .ir import Attr, DTypeAttr, Node, TensorConst
from .labels import (
    ARGUMENT,
    ATTR,
    BODY,
    BODY_SIGNATURE,
    CALLEE,
    LIMIT_NESTING,
    OPERATOR,
    SYMBOL,
    SYMBOL_BOUND,
    WAIT,
)
from .names import is_custom
from .nodes import const_type
from .registry import Op, find
from .rules import Rule
from .types import (
    ClassType,
    ContainerType,
    ScalarType,
    TensorType,
    Type,
    accepts,
    future,
    symbols_of,
    type_text,
)
from .verify_context import Key
from .verify_function import Scope, alone

#: Classes of attributes that need no look of their own.
_PLAIN = frozenset({int, bool, float, complex, str, type(None), DTypeAttr})


# --- operators -------------------------------------------------------------------


def check_op(scope: Scope, node: Node, depth: int) -> None:
    operands = tuple([v.type for v in node.inputs])
    op = find(node.name)
    types = None
    if scope.known(operands):
        types = _custom(scope, node, operands) if op is None else _standard(scope, node, op, operands)
    if op is not None and types is not None:
        for name in op.fresh:
            if node.attrs[name] is not None:
                scope.bind(node.attrs[name], node)
    scope.results(node, types)


def _standard(scope: Scope, node: Node, op: Op, operands: tuple[Type, ...]) -> tuple[Type, ...] | None:
    context = scope.context
    key = _attrs_key(node.attrs)
    if key is None:
        scope.report(
            LIMIT_NESTING, node, expected=f"at most {limits.VALUE_NESTING} values inside one another"
        )
        return None
    for value in node.attrs.values():
        if value.__class__ not in _PLAIN and not _attr_in_scope(scope, node, value):
            return None
    memo = (op.name, key, operands)
    found = context.memo_infer.get(memo)
    if found is None:
        found = context.memo_infer[memo] = _infer(scope, op, node, operands)
    if found.problems:
        scope.move(found.problems, node)
        return None
    for t in found.results:
        if not context.check_type(t, scope.where):
            return None
    context.inferences[id(node)] = found
    _body_of(scope, node, op, operands, found)
    return found.results


def _infer(scope: Scope, op: Op, node: Node, operands: tuple[Type, ...]) -> Inference:
    try:
        found = infer(op, node.attrs, operands, scope.context.records)
    except InvalidError as error:  # a dimension that grew over its limit
        return Inference(None, (), error.problems)
    if (
        found.signature is not None
        and not found.problems
        and found.signature.since > scope.context.program.opset
    ):
        opset = str(found.signature.since)
        problem = OPERATOR.problem(
            expected=f"an opset of at least {opset}", got=str(scope.context.program.opset)
        )
        return Inference(found.signature, (), (problem,))
    return found


def _attr_in_scope(scope: Scope, node: Node, value: Attr) -> bool:
    """Whether an attribute names only symbols that are bound here; symbols to be bound are strings."""
    if isinstance(value, dims.Expr):
        return scope.context.check_dim(value, scope.at(node)) and scope.seen(dims.symbols_of(value), node)
    if isinstance(value, (TensorType, ScalarType, ContainerType, ClassType)):
        return scope.type_in_scope(value, node)
    if isinstance(value, tuple):
        return _PLAIN.issuperset(map(type, value)) or all(
            _attr_in_scope(scope, node, item) for item in value if item.__class__ not in _PLAIN
        )
    if isinstance(value, TensorConst):
        try:
            const_type(value)
        except InvalidError as error:
            scope.move(error.problems, node)
            return False
    return True


def _attrs_key(attrs: dict[str, Attr]) -> object:
    """Something equal for equal attributes; 1, 1.0 and True are not. None if nested too deeply."""
    if not attrs:
        return ()
    found: list[object] = []
    for name, value in attrs.items():
        found.append(name)
        if value.__class__ is tuple:
            if not _shallow(value, 0):
                return None
            found.append(repr(value))
        else:
            found.append(value.__class__)
            found.append(value)
    return tuple(found)


def _shallow(value: tuple[object, ...], depth: int) -> bool:
    if depth >= limits.VALUE_NESTING:
        return False
    if tuple not in map(type, value):
        return True
    return all(_shallow(item, depth + 1) for item in value if item.__class__ is tuple)


def _body_of(scope: Scope, node: Node, op: Op, operands: tuple[Type, ...], found: Inference) -> None:
    """Check that a composite, and nothing else, carries a body that fits this call."""
    if not (found.signature and found.signature.template):
        if node.body is not None:
            scope.report(BODY, node, expected=f"no body: {op.name} is a primitive", got=f"body {node.body}")
        return
    body = _body(scope, node)
    if body is None:
        return
    declared = scope.context.program.bodies[node.body].attrs  # type: ignore[index]
    if not _same_attrs(declared, node.attrs):
        got = repr(declared)[:80]
        scope.report(BODY, node, expected="a body expanded at the attributes of the call", got=got)
    given = _call_types(scope, node, body, operands, BODY_SIGNATURE)
    if given is None:
        return
    if len(given) != len(found.results):
        expected = f"{len(found.results)} results"
        scope.report(BODY_SIGNATURE, node, expected=expected, got=str(len(given)))
        return
    for want, have in zip(found.results, given):
        if accepts(want, have) is False:
            scope.report(BODY_SIGNATURE, node, expected=type_text(want), got=type_text(have))


def _same_attrs(declared: dict[str, Attr], given: dict[str, Attr]) -> bool:
    """Whether a body may be that of a call; attributes with symbols are the expansion's to compare."""
    return list(declared) == list(given) and all(
        _attrs_key({"": declared[name]}) == _attrs_key({"": value})
        for name, value in given.items()
        if not _has_symbols(value)
    )


def _has_symbols(value: Attr) -> bool:
    if isinstance(value, tuple):
        return any(map(_has_symbols, value))
    return isinstance(value, dims.Expr) or (
        isinstance(value, (TensorType, ContainerType)) and bool(symbols_of(value))
    )


def _body(scope: Scope, node: Node) -> Callee | None:
    """The body that an operator call carries."""
    bodies = scope.context.program.bodies
    if node.body is None or not 0 <= node.body < len(bodies):
        got = "none" if node.body is None else str(node.body)
        scope.report(BODY, node, expected=f"one of {len(bodies)} bodies", got=got)
        return None
    body = bodies[node.body]
    if body.op != node.name:
        scope.report(BODY, node, expected=f"a body of {node.name}", got=f"a body of {body.op[:80]}")
        return None
    scope.uses.calls.append(("body", node.body))
    function = body.function
    params = tuple(p.type for p in function.params)
    if not scope.known((*params, *function.results)):
        return None
    return Callee(f"body {node.body}", params, function.results)


def _custom(scope: Scope, node: Node, operands: tuple[Type, ...]) -> tuple[Type, ...] | None:
    if not is_custom(node.name):
        scope.report(OPERATOR, node, expected="an operator of the opset", got=node.name[:80])
        return None
    if node.attrs:
        scope.report(ATTR, node, expected="no attributes of a custom operator", got=", ".join(node.attrs))
        return None
    if node.body is None:
        hint = "a custom operator carries its body"
        scope.report(OPERATOR, node, expected="an operator of the opset", got=node.name[:80], hint=hint)
        return None
    body = _body(scope, node)
    if body is None:
        return None
    if body.result_symbols():
        got = ", ".join(body.result_symbols())
        scope.report(
            SYMBOL, node, expected="a body whose results have the symbols of its parameters", got=got
        )
        return None
    return _call_types(scope, node, body, operands, BODY_SIGNATURE)


# --- calls -----------------------------------------------------------------------


def _callee(scope: Scope, node: Node) -> tuple[Callee, Key] | None:
    """What a call names, and what it takes and gives."""
    context = scope.context
    memo = (scope.owner.name if scope.owner else "", node.name)
    if memo not in context.memo_callee:
        context.memo_callee[memo] = _resolve(scope, node.name)
    found = context.memo_callee[memo]
    if found is None:
        scope.report(CALLEE, node, got=node.name[:80])
    return found


def _resolve(scope: Scope, name: str) -> tuple[Callee, Key] | None:
    function = scope.context.functions.get(name)
    key: Key = ("", name)
    if function is None:
        first, *inside = name.split(".")
        info = scope.owner
        if first != "self" or not inside or info is None:
            return None
        for part in inside[:-1]:
            info = scope.context.classes.get(info.submodules.get(part, ""))
            if info is None:
                return None
        function = info.methods.get(inside[-1])
        if function is None:
            return None
        key = (info.name, function.name)
    params = tuple(p.type for p in function.params)
    return Callee(name[:80], params, function.results), key


def _call_types(
    scope: Scope,
    node: Node,
    callee: Callee,
    args: tuple[Type, ...],
    rule: Rule,
    symbols: tuple[str, ...] = (),
) -> tuple[Type, ...] | None:
    """The types that a call gives, its arguments checked; what is unknown of them is noted."""
    context = scope.context
    memo = (callee.params, callee.results, args, symbols)
    found = context.memo_call.get(memo)
    if found is None:
        problems = tuple(check_arguments(callee, args, ""))
        found = (problems, (), ())
        if not problems:
            types = result_types(callee, args, symbols)
            found = (problems, types, open_arguments(callee.params, args))
        context.memo_call[memo] = found
    problems, types, unknown = found
    if problems:
        scope.move([rule.problem(p.where, expected=p.expected, got=p.got) for p in problems], node)
        return None
    if unknown:
        context.arguments[id(node)] = unknown
    return types


def check_call(scope: Scope, node: Node, depth: int) -> None:
    scope.results(node, _called(scope, node))


def _called(scope: Scope, node: Node) -> tuple[Type, ...] | None:
    found = _callee(scope, node)
    if found is None:
        return None
    callee, key = found
    scope.uses.calls.append(key)
    if node.kind == "fork":
        scope.uses.forks.append((key, scope.at(node)))
    args = tuple([v.type for v in node.inputs])
    symbols = node.attrs["symbols"]
    if not scope.known((*args, *callee.params, *callee.results)):
        return None
    needed = callee.result_symbols()
    if not isinstance(symbols, tuple) or len(symbols) != len(needed):
        got = str(len(symbols)) if isinstance(symbols, tuple) else "no list"
        scope.report(SYMBOL, node, expected=f"{len(needed)} fresh symbols", got=got)
        return None
    if needed:
        standing = {name for t in callee.results for name in alone(t)}
        for missing in needed:
            if missing not in standing:
                got = f"{missing} of the results of {callee.name}"
                scope.report(SYMBOL_BOUND, node, expected="a dimension of a result", got=got)
    for name in symbols:
        scope.bind(name, node)
    if not all(isinstance(name, str) for name in symbols):
        return None
    return _call_types(scope, node, callee, args, ARGUMENT, symbols)  # type: ignore[arg-type]


def check_fork(scope: Scope, node: Node, depth: int) -> None:
    types = _called(scope, node)
    if types is not None:
        try:
            types = (future(types[0] if len(types) == 1 else ContainerType("tuple", types)),)
        except InvalidError as error:  # a type that is too large
            scope.move(error.problems, node)
            types = None
    scope.results(node, types)


def check_wait(scope: Scope, node: Node, depth: int) -> None:
    have = node.inputs[0].type
    types = None
    if scope.known((have,)):
        if isinstance(have, ContainerType) and have.kind == "future":
            types = have.items
        else:
            scope.report(WAIT, node, expected="future[...]", got=type_text(have))
    scope.results(node, types)
