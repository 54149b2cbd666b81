"""Statements."""

from __future__ import annotations

import ast
import builtins
import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import rules
from .aliases import Running
from .arithmetic import equal
from .frames import BREAK, CODES, CONTINUE, DEAD, FALL, FALLS, MISSING, RESULT, RETURN, Absent, Dead, Flow
from .iteration import sequence_of
from .liveness import always_exits, assigned
from .narrowing import Facts, narrowed
from .repeat import Repeat
from .tables import statement
from .values import Closure, Scalar, describe
from .writes import delete

if TYPE_CHECKING:
    from .compiler import Compiler

#: How many turns of a loop over known items are written out.
MAX_UNROLLED = 1000
#: How deep the rest of a function is put into the branch of an early return.
MAX_NESTED = 10


def block(c: Compiler, body: Sequence[ast.stmt]) -> Flow:
    """Compile statements one after another."""
    for index, stmt in enumerate(body):
        rest = body[index + 1 :]
        if isinstance(stmt, ast.If) and rest:
            flow = _if_with_rest(c, stmt, rest)
            if flow is not None:
                return flow
        flow = c.statement(stmt)
        if flow.kinds == {FALL}:
            continue
        return _then(c, flow, rest)
    return FALLS


def _then(c: Compiler, flow: Flow, rest: Sequence[ast.stmt]) -> Flow:
    """The rest of a block, where what came before may have left it."""
    if FALL not in flow.kinds or not rest:
        return flow
    falls = c.emit("int.equal", flow.code, CODES[FALL])
    others = flow.kinds - {FALL}

    def goes_on() -> tuple[Flow, Any]:
        _settle(c, {FALL})
        return block(c, rest), None

    def leaves() -> tuple[Flow, Any]:
        code = next(iter(others)) if len(others) == 1 else None
        return (Flow(code) if code else Flow(*sorted(others), code=flow.code)), None

    found, _ = c.branch(c.scalar(falls), goes_on, leaves)
    return found


def _settle(c: Compiler, kinds: set[str]) -> None:
    """Only the ways `kinds` led here: variables that they set are set."""
    env = c.frame.env
    for name, value in list(env.items()):
        if name != RESULT and isinstance(value, Absent) and value.kinds and not value.kinds & kinds:
            env[name] = value.value


def _if_with_rest(c: Compiler, stmt: ast.If, rest: Sequence[ast.stmt]) -> Flow | None:
    """An ``if`` one of whose branches leaves the block: the rest goes into the other one."""
    ends = always_exits(stmt.body), always_exits(stmt.orelse)
    if ends[0] == ends[1] or _only_raises(stmt.body if ends[0] else stmt.orelse):
        return None
    if c.frame.depth >= MAX_NESTED:
        return None
    c.frame.depth += 1
    try:
        then = [*stmt.body, *rest] if ends[1] else stmt.body
        other = [*stmt.orelse, *rest] if ends[0] else stmt.orelse
        live = c.frame.liveness.after.get(id(rest[-1]), frozenset())
        found: Flow = c.at(stmt, lambda: _if(c, stmt, then, other, live))
        return found
    finally:
        c.frame.depth -= 1


def _only_raises(body: Sequence[ast.stmt]) -> bool:
    return len(body) == 1 and isinstance(body[0], ast.Raise)


def _if(
    c: Compiler, stmt: ast.If, then: Sequence[ast.stmt], other: Sequence[ast.stmt], live: frozenset[str]
) -> Flow:
    truth = c.truth(stmt.test)
    facts = narrowed(c, stmt.test)
    if isinstance(truth, bool):
        c.narrow(facts[0] if truth else facts[1])
        return block(c, then if truth else other)

    def run(body: Sequence[ast.stmt], known: Facts) -> Any:
        def go() -> tuple[Flow, Any]:
            c.narrow(known)
            return block(c, body), None

        return go

    flow, _ = c.branch(c.scalar(truth), run(then, facts[0]), run(other, facts[1]), live)
    return flow


@statement(ast.If)
def if_(c: Compiler, stmt: ast.If) -> Flow:
    """``if``, ``elif``, ``else``; a condition that is known is decided when the function is compiled."""
    return _if(c, stmt, stmt.body, stmt.orelse, c.frame.liveness.after.get(id(stmt), frozenset()))


@statement(ast.While)
def while_(c: Compiler, stmt: ast.While) -> Flow:
    """``while``, with ``break``, ``continue`` and ``return`` inside."""
    head = c.frame.liveness.head.get(id(stmt), frozenset())

    known = narrowed(c, stmt.test)

    def turn(index: Scalar) -> Flow:
        c.narrow(known[0])
        return block(c, stmt.body)

    repeat = Repeat(
        c,
        None,
        lambda: c.truth(stmt.test),
        turn,
        assigned=assigned([stmt.test, *stmt.body]),
        head=head,
    )
    flow = repeat.record()
    if not any(isinstance(node, ast.Break) for part in stmt.body for node in ast.walk(part)):
        c.narrow(known[1])
    return flow


@statement(ast.For)
def for_(c: Compiler, stmt: ast.For) -> Flow:
    """``for`` over ranges, arrays, lists, tuples, dicts, strings, ``enumerate``, ``zip``, ``reversed``."""
    outer = len(c.running)
    try:
        return _for(c, stmt)
    finally:
        del c.running[outer:]


def _for(c: Compiler, stmt: ast.For) -> Flow:
    first, outer, c.starting = len(c.running), c.starting, True
    try:
        items = sequence_of(c, c.expr(stmt.iter), stmt.iter)
    finally:
        c.starting = outer
    running = c.running[first:]
    if len(running) > 1:  # of `zip`
        for one in running:
            one.length = None
    if items.unrolled:
        if items.length > MAX_UNROLLED:
            expected = f"at most {MAX_UNROLLED} items of a tuple or list that is known"
            raise c.fail(rules.LIMIT, stmt.iter, expected=expected, got=str(items.length))
        return _unrolled(c, stmt, items, 0, running)
    head = c.frame.liveness.head.get(id(stmt), frozenset())

    def turn(index: Scalar) -> Flow:
        c.trace.counted.add(index.val)
        c.assign(stmt.target, items.item(index))
        return _unresized(c, block(c, stmt.body), running)

    sure = isinstance(items.length, int) and items.length > 0
    if isinstance(items.length, int) and items.length <= 0:
        return FALLS
    names = assigned([stmt.target, *stmt.body])
    return Repeat(c, items.length, None, turn, assigned=names, head=head, sure=sure).record()


def _unresized(c: Compiler, flow: Flow, running: Sequence[Running]) -> Flow:
    """A turn that goes on raises, as Python does, if the dict that the loop runs over has another length."""
    stays = flow.kinds & {FALL, CONTINUE}
    for one in running:
        if not one.changes or not stays:
            continue
        fits = equal(c, c.length(one.box), one.length)
        for kind in sorted(flow.kinds - stays):
            left = c.emit("int.equal", flow.code, CODES[kind])
            fits = left if fits is False else fits if fits is True else c.emit("bool.or", fits, left)
        try:
            c.raise_unless(fits, "RuntimeError", "dictionary changed size during iteration")
        except Dead:
            return DEAD
    return flow


def _unrolled(c: Compiler, stmt: ast.For, items: Any, index: int, running: Sequence[Running]) -> Flow:
    """The turns from `index` on, one after another."""
    left: set[str] = set()
    while index < items.length:
        c.assign(stmt.target, items.item(index))
        flow = _unresized(c, block(c, stmt.body), running)
        index += 1
        if flow.kinds <= {FALL, CONTINUE}:
            if not flow.kinds:
                return DEAD
            _settle(c, {FALL, CONTINUE})
            continue
        if not flow.kinds & {FALL, CONTINUE}:
            left |= flow.kinds
            return _without_break(c, flow)
        goes = [c.emit("int.equal", flow.code, CODES[k]) for k in sorted(flow.kinds & {FALL, CONTINUE})]
        stays = goes[0] if len(goes) == 1 else c.emit("bool.or", *goes)
        others = flow.kinds - {FALL, CONTINUE}
        start = index

        def goes_on(start: int = start) -> tuple[Flow, Any]:
            _settle(c, {FALL, CONTINUE})
            return _unrolled(c, stmt, items, start, running), None

        def leaves(flow: Flow = flow, others: frozenset[str] = others) -> tuple[Flow, Any]:
            one = next(iter(others)) if len(others) == 1 else None
            return _without_break(c, Flow(one) if one else Flow(*sorted(others), code=flow.code)), None

        found, _ = c.branch(c.scalar(stays), goes_on, leaves)
        return found
    return FALLS


def _without_break(c: Compiler, flow: Flow) -> Flow:
    """How a loop is left whose body is left by `flow`."""
    if BREAK not in flow.kinds:
        return flow
    if RETURN not in flow.kinds:
        return FALLS
    returned = c.emit("bool.to_int", c.emit("int.equal", flow.code, CODES[RETURN]))
    return Flow(FALL, RETURN, code=c.emit("int.multiply", returned, CODES[RETURN]))


@statement(ast.Break)
def break_(c: Compiler, stmt: ast.Break) -> Flow:
    """``break``."""
    return Flow(BREAK)


@statement(ast.Continue)
def continue_(c: Compiler, stmt: ast.Continue) -> Flow:
    """``continue``."""
    return Flow(CONTINUE)


@statement(ast.Return)
def return_(c: Compiler, stmt: ast.Return) -> Flow:
    """``return``, anywhere."""
    c.frame.env[RESULT] = None if stmt.value is None else c.expr(stmt.value)
    c.frame.homes[RESULT] = c.line(stmt)
    return Flow(RETURN)


@statement(ast.Pass)
def pass_(c: Compiler, stmt: ast.Pass) -> Flow:
    """``pass``."""
    return FALLS


@statement(ast.Expr)
def expr_(c: Compiler, stmt: ast.Expr) -> Flow:
    """An expression whose value is not used, such as a call; docstrings."""
    if not isinstance(stmt.value, ast.Constant):
        c.expr(stmt.value)
    return FALLS


@statement(ast.Assign)
def assign_(c: Compiler, stmt: ast.Assign) -> Flow:
    """Assignment to names, tuples, starred names, attributes, subscripts."""
    first = stmt.targets[0]
    value = c.named(first.id if isinstance(first, ast.Name) else "", stmt.value)
    for target in stmt.targets:
        c.assign(target, value)
    return FALLS


@statement(ast.AnnAssign)
def annotated_(c: Compiler, stmt: ast.AnnAssign) -> Flow:
    """Assignment with an annotation, which types what is empty: ``outs: list[float] = []``."""
    if stmt.value is None:
        return FALLS
    value = c.named(stmt.target.id if isinstance(stmt.target, ast.Name) else "", stmt.value)
    c.assign(stmt.target, c.annotated(value, stmt.annotation))
    return FALLS


@statement(ast.Delete)
def delete_(c: Compiler, stmt: ast.Delete) -> Flow:
    """``del`` of variables, of items of lists and dicts, and of slices of lists."""
    for target in stmt.targets:
        if isinstance(target, ast.Subscript):
            owner, store = c.item_place(target.value)
            key = c.expr(target.slice)
            c.at(target, functools.partial(c.resize, owner, "go"))
            c.at(target, functools.partial(delete, c, owner, key))
            if store is not None:
                store()
        elif isinstance(target, ast.Name):
            c.at(target, functools.partial(c.lookup, target.id))
            why = f"{target.id}, which was deleted in line {c.line(target)}"
            c.frame.env[target.id] = Absent(frozenset(CODES), MISSING, why)
        else:
            raise c.fail(rules.CONSTRUCT, target, got="del of an attribute", hint="set it to None")
    return FALLS


@statement(ast.AugAssign)
def augmented_(c: Compiler, stmt: ast.AugAssign) -> Flow:
    """``+=`` and its like; arrays and lists are changed in place, as in Python."""
    c.augment(stmt)
    return FALLS


@statement(ast.Assert)
def assert_(c: Compiler, stmt: ast.Assert) -> Flow:
    """``assert``, with a message."""
    truth = c.truth(stmt.test)
    facts = narrowed(c, stmt.test)
    if truth is True:
        c.narrow(facts[0])
        return FALLS

    def fails() -> tuple[Flow, Any]:
        message = "" if stmt.msg is None else c.text(c.expr(stmt.msg))
        c.record_raise("AssertionError", c.scalar(message))
        return DEAD, None

    def holds() -> tuple[Flow, Any]:
        c.narrow(facts[0])
        return FALLS, None

    if truth is False:
        return fails()[0]
    flow, _ = c.branch(c.scalar(truth), holds, fails)
    return flow


#: The exceptions that programs may raise.
EXCEPTIONS = tuple(
    value for value in vars(builtins).values() if isinstance(value, type) and issubclass(value, Exception)
)


@statement(ast.Raise)
def raise_(c: Compiler, stmt: ast.Raise) -> Flow:
    """``raise`` of the standard exceptions, with a message."""
    if stmt.exc is None or stmt.cause is not None:
        got = "raise alone" if stmt.exc is None else "raise from"
        raise c.fail(rules.CONSTRUCT, stmt, got=got, hint="raise an exception with a message")
    call = stmt.exc if isinstance(stmt.exc, ast.Call) else None
    cls = c.expr(call.func if call else stmt.exc)
    if not (isinstance(cls, type) and issubclass(cls, Exception)):
        raise c.fail(rules.CONSTRUCT, stmt.exc, got=describe(cls), expected="an exception such as ValueError")
    parts = [c.text(c.expr(arg)) for arg in call.args] if call else []
    if len(parts) > 1:
        raise c.fail(rules.CONSTRUCT, call, got="several arguments", hint="make one message of them")
    name = cls.__name__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
    c.record_raise(name, c.scalar(parts[0] if parts else ""))
    return DEAD


@statement(ast.FunctionDef)
def function_(c: Compiler, stmt: ast.FunctionDef) -> Flow:
    """A function inside of a function; it sees the variables around it as they are when it is called."""
    if stmt.decorator_list:
        raise c.fail(
            rules.CONSTRUCT, stmt.decorator_list[0], got="a decorator", hint="define the function outside"
        )
    c.frame.env[stmt.name] = Closure(stmt, c.frame, c.defaults(stmt.args), stmt.name)
    return FALLS


#: Contexts that mean nothing in a program, by their qualified names.
CONTEXTS = {"errstate", "nullcontext", "no_grad", "inference_mode", "printoptions", "config_context"}


@statement(ast.With)
def with_(c: Compiler, stmt: ast.With) -> Flow:
    """``with`` for contexts that mean nothing in a program: ``np.errstate``, ``nullcontext``, ``no_grad``."""
    for item in stmt.items:
        called = item.context_expr
        function = c.expr(called.func) if isinstance(called, ast.Call) else c.expr(called)
        if getattr(function, "__name__", type(function).__name__) not in CONTEXTS:
            hint = f"contexts that may stand here: {', '.join(sorted(CONTEXTS))}"
            raise c.fail(rules.CONSTRUCT, called, got=f"with of {describe(function)}", hint=hint)
        if item.optional_vars is not None:
            raise c.fail(rules.CONSTRUCT, item.optional_vars, got="as after with", hint="leave it out")
    return block(c, stmt.body)
