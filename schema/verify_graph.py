"""Verification across functions: recursion, and what forked code and bodies may do. SPEC 5.5, 5.6, 5.12."""

from __future__ import annotations

from .labels import FORK, PURE, RECURSION
from .verify_context import Context, Key


def verify_graph(context: Context) -> None:
    """Report recursion; where there is none, forks of code with effects and bodies that print."""
    order = _callees_first(context)
    if order is None:
        return
    prints: set[Key] = set()
    writes: set[Key] = set()
    for key in order:
        uses = context.uses[key]
        if uses.prints or any(callee in prints for callee in uses.calls):
            prints.add(key)
        if uses.writes or any(callee in writes for callee in uses.calls):
            writes.add(key)
    for key, uses in context.uses.items():
        for callee, where in uses.forks:
            if callee in prints or callee in writes:
                effect = "prints" if callee in prints else "writes a field"
                context.report(FORK, where, got=f"{_text(callee)}, which {effect}")
        if key[0] == "body" and key in prints:
            context.report(PURE, uses.where, got="a print")


def _callees_first(context: Context) -> list[Key] | None:
    """All functions, each after those that it calls; None, and reported, if one calls itself."""
    order: list[Key] = []
    done: set[Key] = set()
    path: set[Key] = set()
    good = True
    for start in context.uses:
        if start in done:
            continue
        path.add(start)
        stack = [(start, iter(dict.fromkeys(context.uses[start].calls)))]
        while stack:
            key, callees = stack[-1]
            callee = next(callees, None)
            if callee is None:
                stack.pop()
                path.discard(key)
                done.add(key)
                order.append(key)
            elif callee in path:
                good = False
                context.report(RECURSION, context.uses[key].where, got=f"a call of {_text(callee)}")
            elif callee not in done and callee in context.uses:
                path.add(callee)
                stack.append((callee, iter(dict.fromkeys(context.uses[callee].calls))))
    return order if good else None


def _text(key: Key) -> str:
    return f"{key[0]}.{key[1]}"[:80] if key[0] not in ("", "body") else f"{key[0]} {key[1]}".strip()[:80]
