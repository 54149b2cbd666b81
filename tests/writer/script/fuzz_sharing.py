"""Statements about lists of lists and of arrays, whose items have several names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .fuzz_statements import maker, statements

if TYPE_CHECKING:
    from .fuzz_grammar import Grammar

__all__ = ["statements"]

#: What new lists of rows are, by the type of their items.
_NEW = {
    "rows": ["[[{int}, {k}] for _ in range(1 + {small})]", "[[{k}, i + {k}] for i in range(2)]",
             "[{list[int]} + [{k}], [{int}]]", "[[0] * 2] * 2"],
    "duos": ["[np.zeros(2) + {half} for _ in range(1 + {small})]", "[np.ones(2), np.zeros(2)]",
             "[np.array([{half}, i * 1.0]) for i in range(2)]"],
}  # fmt: skip
#: What is done with them. ``R`` is such a list, ``I`` an item, ``N`` a new variable of that kind.
_FORMS = {
    "rows": ["R[{at}][0] = {int}", "R[{at}][-1] += {k}", "R[{at}].append({k})", "R[{at}] += [{k}]",
             "R[{at}] = [{int}, {k}]", "N = R[{at}]", "N = R[0] if {bool} else [{k}]",
             "if len(R) < 6:\n    R.append([{int}])", "if len(R) < 6:\n    R.append(I)", "R[{at}] = I",
             "I[0] = {int}", "I.append({k})", "I += [{k}]", "for u in R:\n    acc += u[0] % 7",
             "for u in R:\n    u.append({k})", "R.reverse()", "acc += len(R[{at}])",
             "extend_by(R[{at}], {k})", "acc += extend_by(I, {k})", "if len(R) > 1:\n    R.pop()"],
    "duos": ["R[{at}][0] = {half}", "R[{at}] += {half}", "R[{at}] *= 0.5", "R[{at}] = np.ones(2) * {half}",
             "N = R[{at}]", "N = R[{at}] * 1.5", "N = R[0] if {bool} else np.ones(2)",
             "if len(R) < 6:\n    R.append(np.ones(2))", "if len(R) < 6:\n    R.append(I)", "R[{at}] = I",
             "I[0] = {half}", "I += {half}", "I[1:] = {half}", "for e in R:\n    log.append(float(e[0]))",
             "for e in R:\n    e[0] = {half}", "R[0], R[-1] = R[-1], R[0]", "N = R[{at}][:1]",
             "N = np.stack(R)[0]", "if len(R) > 1:\n    R.pop()"],
}  # fmt: skip
#: Other lists of the same items.
_AGAIN = ["R", "R.copy()", "list(R)", "R[:]", "R + R[:1]", "R[::-1]", "[w for w in R]"]
_ITEM = {"rows": "row", "duos": "duo"}


@maker(3)
def rows(g: Grammar, depth: int) -> list[str]:
    """A list of rows, or something done with one."""
    r = g.r
    kind = r.choice(["rows", "duos"])
    found = g.having(kind)
    if not found or r.random() < 0.15:
        name = g.name("r")
        text = g._filled(r.choice(_NEW[kind]), 1)
        g.vars[name] = kind
        return [f"{name} = {text}", *rows(g, depth)]
    if r.random() < 0.12:
        text = r.choice(_AGAIN).replace("R", r.choice(found))
        name = g.name("r")
        g.vars[name] = kind
        return [f"{name} = {text}"]
    form = r.choice(_FORMS[kind])
    items = g.having(_ITEM[kind])
    if "I" in form and not items:
        form = "N = R[{at}]"
    form = form.replace("{at}", r.choice(["0", "-1", "0", "({small} % len(R))"]))
    chosen = {"R": r.choice(found), "I": r.choice(items) if items else "", "N": g.name("i")}
    form = re.sub(r"\b[RIN]\b", lambda match: chosen[match[0]], form)
    if form.startswith(chosen["N"]):
        g.vars[chosen["N"]] = _ITEM[kind]
    return (g._filled(form, 1) or "pass").split("\n")
