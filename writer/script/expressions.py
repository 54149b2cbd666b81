"""Expressions."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from . import rules
from .arithmetic import binary, compare, unary
from .frames import Dead
from .liveness import reads
from .narrowing import Facts, narrowed
from .tables import expression
from .values import Closure, DictBox, ListBox, describe, is_known, scalar_kind

if TYPE_CHECKING:
    from .compiler import Compiler


@expression(ast.Constant)
def constant(c: Compiler, node: ast.Constant) -> Any:
    """Numbers, strings, True, False, None and ``...``."""
    if isinstance(node.value, bytes):
        raise c.fail(rules.CONSTRUCT, node, got="bytes", hint="use a str")
    return node.value


@expression(ast.Name)
def name(c: Compiler, node: ast.Name) -> Any:
    """Variables, globals and builtins."""
    return c.lookup(node.id)


@expression(ast.Attribute)
def attribute(c: Compiler, node: ast.Attribute) -> Any:
    """Attributes of modules, arrays, objects and classes."""
    return c.attribute(c.expr(node.value), node.attr)


@expression(ast.BinOp)
def bin_op(c: Compiler, node: ast.BinOp) -> Any:
    """``+ - * / // % ** @ & | ^ << >>``."""
    return binary(c, type(node.op).__name__, c.expr(node.left), c.expr(node.right))


@expression(ast.UnaryOp)
def unary_op(c: Compiler, node: ast.UnaryOp) -> Any:
    """``-x``, ``+x``, ``~x``, ``not x``."""
    if isinstance(node.op, ast.Not):
        truth = c.truth(node.operand)
        return not truth if isinstance(truth, bool) else c.emit("bool.not", truth)
    return unary(c, type(node.op).__name__, c.expr(node.operand))


@expression(ast.Compare)
def comparison(c: Compiler, node: ast.Compare) -> Any:
    """``< <= > >= == != is in``, also chained; each part is evaluated only if the ones before hold."""
    left = c.expr(node.left)
    return _chain(c, left, list(zip(node.ops, node.comparators)))


def _chain(c: Compiler, left: Any, rest: list[tuple[ast.cmpop, ast.expr]]) -> Any:
    (op, node), *others = rest
    right = c.expr(node)
    found = compare(c, op, left, right)
    if not others:
        return found
    truth = c.truth_of(found)
    if isinstance(truth, bool):
        return _chain(c, right, others) if truth else found
    return c.choose(truth, lambda: c.truth_of(_chain(c, right, others)), lambda: False)


@expression(ast.BoolOp)
def bool_op(c: Compiler, node: ast.BoolOp) -> Any:
    """``and``, ``or``: the second operand is evaluated only if it matters."""
    return _short(c, isinstance(node.op, ast.And), node.values)


def _short(c: Compiler, conjunction: bool, values: Sequence[ast.expr]) -> Any:
    first = c.expr(values[0])
    if len(values) == 1:
        return first
    truth = c.truth_of(first)
    facts = narrowed(c, values[0])[0 if conjunction else 1]
    if isinstance(truth, bool):
        if truth != conjunction:
            return first
        c.narrow(facts)
        return _short(c, conjunction, values[1:])

    def second() -> Any:
        c.narrow(facts)
        return _short(c, conjunction, values[1:])

    if scalar_kind(first) != "bool":
        first = truth if _is_condition(c) else first
    stays = (lambda: first) if scalar_kind(first) is None or first is not truth else (lambda: not conjunction)

    def rest() -> Any:
        found = second()
        return c.truth_of(found) if first is truth else found

    return c.choose(truth, rest if conjunction else stays, stays if conjunction else rest)


def _is_condition(c: Compiler) -> bool:
    """Whether only the truth of the expression that is being compiled is asked."""
    return c.asked_truth


@expression(ast.IfExp)
def if_exp(c: Compiler, node: ast.IfExp) -> Any:
    """``a if condition else b``."""
    truth = c.truth(node.test)
    facts = narrowed(c, node.test)
    if isinstance(truth, bool):
        c.narrow(facts[0] if truth else facts[1])
        return c.expr(node.body if truth else node.orelse)

    def run(part: ast.expr, known: Facts) -> Any:
        def go() -> Any:
            c.narrow(known)
            return c.expr(part)

        return go

    return c.choose(truth, run(node.body, facts[0]), run(node.orelse, facts[1]))


@expression(ast.Tuple)
def tuple_(c: Compiler, node: ast.Tuple) -> Any:
    """Tuples, with starred items."""
    return tuple(_items(c, node.elts))


@expression(ast.List)
def list_(c: Compiler, node: ast.List) -> Any:
    """Lists, with starred items."""
    found: list[Any] = []
    for i, item in enumerate(node.elts):
        if not isinstance(item, ast.Starred):
            found.append(c.expr(item))
            continue
        value = c.call_function(list, (c.expr(item.value),), {})
        if value.items is None:  # a list of the program, and so is what it is put into
            rest = ast.copy_location(ast.List(node.elts[i + 1 :], ast.Load()), node)
            if rest.elts:
                value = binary(c, "Add", value, list_(c, rest))
            return binary(c, "Add", ListBox(found), value) if found else value
        found += value.items
    return ListBox(found)


def _items(c: Compiler, nodes: Sequence[ast.expr]) -> list[Any]:
    found: list[Any] = []
    for node in nodes:
        if isinstance(node, ast.Starred):
            found += c.known_items(c.expr(node.value), node)
        else:
            found.append(c.expr(node))
    return found


@expression(ast.Dict)
def dict_(c: Compiler, node: ast.Dict) -> Any:
    """Dicts with known keys, or keys of one type; ``**other`` inside."""
    items: dict[Any, Any] = {}
    known = True
    pairs: list[tuple[Any, Any]] = []
    for key, value in zip(node.keys, node.values):
        if key is None:
            other = c.expr(value)
            if not isinstance(other, DictBox) or other.items is None:
                raise c.fail(rules.STATIC, value, got=describe(other), hint="** takes a dict of known keys")
            pairs += other.items.items()
            continue
        made = c.expr(key)
        known = known and is_known(made)
        pairs.append((made, c.expr(value)))
    if known and len({type(key) for key, _ in pairs}) <= 1:
        for made, value in pairs:
            items[made] = value
        return DictBox(items)
    return c.new_dict(pairs)


@expression(ast.Subscript)
def subscript(c: Compiler, node: ast.Subscript) -> Any:
    """Indexing and slicing of arrays, lists, tuples, dicts and strings."""
    owner = c.expr(node.value)
    return c.subscript(owner, c.expr(node.slice))


@expression(ast.Slice)
def slice_(c: Compiler, node: ast.Slice) -> Any:
    """``start:stop:step``."""
    parts = [None if part is None else c.expr(part) for part in (node.lower, node.upper, node.step)]
    return slice(*parts)


@expression(ast.Call)
def call(c: Compiler, node: ast.Call) -> Any:
    """Calls, with keywords, ``*args`` and ``**kwargs`` of known structure."""
    return c.call_node(node)


@expression(ast.Lambda)
def lambda_(c: Compiler, node: ast.Lambda) -> Any:
    """Functions without a name; they see the variables around them as they are when they are called."""
    return Closure(node, c.frame, c.defaults(node.args), "<lambda>")


@expression(ast.NamedExpr)
def named_expr(c: Compiler, node: ast.NamedExpr) -> Any:
    """``(name := value)``."""
    value = c.named(node.target.id, node.value)
    c.assign(node.target, value)
    return value


@expression(ast.JoinedStr)
def joined(c: Compiler, node: ast.JoinedStr) -> Any:
    """f-strings, with format specs that are known."""
    found: Any = ""
    for part in node.values:
        if isinstance(part, ast.Constant):
            text: Any = part.value
        else:
            assert isinstance(part, ast.FormattedValue)
            spec = c.expr(part.format_spec) if part.format_spec is not None else ""
            text = c.format(c.expr(part.value), spec, chr(part.conversion) if part.conversion > 0 else "")
        found = text if isinstance(found, str) and found == "" else binary(c, "Add", found, text)
    return found


# --- comprehensions ---------------------------------------------------------------


@expression(ast.ListComp, ast.GeneratorExp)
def list_comp(c: Compiler, node: ast.ListComp | ast.GeneratorExp) -> Any:
    """List comprehensions; generator expressions as arguments."""
    made = ListBox([])
    slot = f"<items {id(node)}>"
    call = ast.Call(ast.Attribute(ast.Name(slot, ast.Load()), "append", ast.Load()), [node.elt], [])
    _comprehend(c, node, node.generators, ast.Expr(call), slot, made)
    return made


@expression(ast.DictComp)
def dict_comp(c: Compiler, node: ast.DictComp) -> Any:
    """Dict comprehensions."""
    made = DictBox({})
    slot = f"<items {id(node)}>"
    target = ast.Subscript(ast.Name(slot, ast.Load()), node.key, ast.Store())
    _comprehend(c, node, node.generators, ast.Assign([target], node.value), slot, made)
    return made


def _comprehend(
    c: Compiler,
    node: ast.expr,
    generators: Sequence[ast.comprehension],
    inner: ast.stmt,
    slot: str,
    made: Any,
) -> None:
    """The loops that a comprehension stands for."""
    frame = c.frame
    body: ast.stmt = inner
    bound: set[str] = set()
    everything = reads(node) | {slot}
    for part in reversed(generators):
        bound |= {n.id for n in ast.walk(part.target) if isinstance(n, ast.Name)}
        for test in reversed(part.ifs):
            body = ast.If(test, [body], [])
        body = ast.For(part.target, part.iter, [body], [])
    for child in ast.walk(body):
        if not hasattr(child, "lineno"):
            ast.copy_location(child, node)
        if isinstance(child, ast.For):
            frame.liveness.head[id(child)] = frozenset(everything)
    c.keep(body)
    hidden = {
        name: frame.env.pop(name) for name in bound if name in frame.env and name not in _outer(generators)
    }
    saved = {name: frame.env.get(name) for name in bound if name in frame.env}
    frame.env[slot] = made
    try:
        flow = c.statement(body)
        if not flow.kinds:
            raise Dead
    finally:
        frame.env.pop(slot, None)
        for name in bound:
            frame.env.pop(name, None)
        frame.env.update(hidden)
        frame.env.update({name: value for name, value in saved.items() if value is not None})


def _outer(generators: Sequence[ast.comprehension]) -> frozenset[str]:
    """Names that the first iterable reads, which is evaluated outside of the comprehension."""
    return reads(generators[0].iter)


def builtin(name_: str) -> Any:
    """A builtin by its name, or None."""
    return getattr(builtins, name_, None)
