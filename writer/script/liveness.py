"""Which variables are read later: what branches and loops carry. SPEC 5.7 has no more to say of it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

Names = frozenset[str]
NOTHING: Names = frozenset()


class Liveness:
    """For each statement of a function, the names that are read after it.

    `after` is by the identity of the statement; `head` are the names that are read from the
    start of a further turn of a loop on.
    """

    def __init__(self, body: Sequence[ast.stmt]) -> None:
        self.after: dict[int, Names] = {}
        self.head: dict[int, Names] = {}
        self._always = _captured(body)
        self._block(body, NOTHING, NOTHING, NOTHING)

    def _block(self, body: Sequence[ast.stmt], out: Names, on_break: Names, on_continue: Names) -> Names:
        for stmt in reversed(body):
            out |= self._always
            self.after[id(stmt)] = out
            out = self._before(stmt, out, on_break, on_continue)
        return out

    def _before(self, stmt: ast.stmt, out: Names, on_break: Names, on_continue: Names) -> Names:
        if isinstance(stmt, ast.If):
            then = self._block(stmt.body, out, on_break, on_continue)
            other = self._block(stmt.orelse, out, on_break, on_continue)
            return reads(stmt.test) | then | other
        if isinstance(stmt, (ast.For, ast.While)):
            return self._loop(stmt, out, on_break, on_continue)
        if isinstance(stmt, (ast.With,)):
            inside = self._block(stmt.body, out, on_break, on_continue)
            return inside.union(*(reads(item.context_expr) for item in stmt.items))
        if isinstance(stmt, ast.Return):
            return reads(stmt.value)
        if isinstance(stmt, ast.Raise):
            return reads(stmt.exc)
        if isinstance(stmt, ast.Break):
            return on_break
        if isinstance(stmt, ast.Continue):
            return on_continue
        if isinstance(stmt, ast.Assign):
            return (out - _killed(stmt.targets)) | reads(stmt.value).union(*map(_target_reads, stmt.targets))
        if isinstance(stmt, ast.AnnAssign):
            killed = _killed([stmt.target]) if stmt.value is not None else NOTHING
            return (out - killed) | reads(stmt.value) | _target_reads(stmt.target)
        if isinstance(stmt, ast.AugAssign):
            return out | reads(stmt.value) | all_names(stmt.target)
        if isinstance(stmt, ast.FunctionDef):
            return (out - {stmt.name}) | reads(stmt)
        return out | reads(stmt)

    def _loop(self, stmt: ast.For | ast.While, out: Names, on_break: Names, on_continue: Names) -> Names:
        done = self._block(stmt.orelse, out, on_break, on_continue)
        head = done
        while True:
            inside = self._block(stmt.body, head, out, head)
            if isinstance(stmt, ast.While):
                found = head | reads(stmt.test) | inside
            else:
                found = head | (inside - _killed([stmt.target])) | _target_reads(stmt.target)
            if found == head:
                break
            head = found
        self.head[id(stmt)] = head
        return head | reads(stmt.iter) if isinstance(stmt, ast.For) else head


def reads(node: ast.AST | None) -> Names:
    """The names that are read in a construct, those of functions inside included."""
    if node is None:
        return NOTHING
    return frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load))


def all_names(node: ast.AST) -> Names:
    return frozenset(n.id for n in ast.walk(node) if isinstance(n, ast.Name))


def _killed(targets: Iterable[ast.expr]) -> Names:
    """Names that are given a new value whatever they had."""
    found: set[str] = set()
    for target in targets:
        if isinstance(target, ast.Name):
            found.add(target.id)
        elif isinstance(target, (ast.Tuple, ast.List)):
            found |= _killed(target.elts)
        elif isinstance(target, ast.Starred):
            found |= _killed([target.value])
    return frozenset(found)


def _target_reads(target: ast.expr) -> Names:
    return reads(target)


def _captured(body: Sequence[ast.stmt]) -> Names:
    """What functions inside read: they may be called at any time."""
    found: Names = NOTHING
    for stmt in body:
        for node in ast.walk(stmt):
            if isinstance(node, (ast.FunctionDef, ast.Lambda)):
                found |= reads(node)
    return found


def assigned(body: Iterable[ast.AST]) -> Names:
    """The names that statements assign, those of functions and comprehensions inside left out."""
    found: set[str] = set()
    pending = list(body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, (ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp)):
            found |= {n.target.id for n in ast.walk(node) if isinstance(n, ast.NamedExpr)}
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        pending.extend(ast.iter_child_nodes(node))
    return frozenset(found)


def always_exits(body: Sequence[ast.stmt]) -> bool:
    """Whether the end of the statements is never reached."""
    if not body:
        return False
    last = body[-1]
    if isinstance(last, (ast.Return, ast.Raise, ast.Break, ast.Continue)):
        return True
    if isinstance(last, ast.If):
        return always_exits(last.body) and always_exits(last.orelse)
    return False
