"""Programs in the subset that `tracebox.script` compiles, made by chance: source text and arguments."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

from .fuzz_templates import RISKY, SAFE

_HOLE = re.compile(r"\{\{|\}\}|\{([a-z0-9]+(?:\[[^\]]*\])?)\}|<([a-z0-9]+(?:\[[^\]]*\])?)(#\d)?>")
_METHOD = re.compile(r"(?:\{|<)([a-z]+)[^{}<>]*(?:\}|>|\]\))\.([a-z_]+)\(")

_OTHERS = [
    (re.compile(r"'\.([a-z]+)\("), "str"),
    (re.compile(r"'\)\.(count|index)\("), "tuple"),
    (re.compile(r"\.(item|tolist)\("), "array"),
    (re.compile(r"\.(wait)\(\)"), "task"),
]
#: How a value of each type is folded into what every path returns.
FOLDS: dict[str, list[str]] = {
    "rows": ["acc = (acc * 31 + sum(sum(w) for w in {v})) % 1000003",
             "for u in {v}:\n    acc += u[0] * len(u)"],
    "row": ["acc = (acc * 17 + sum({v})) % 1000003", "acc += {v}[0] - len({v})"],
    "duos": ["for e in {v}:\n    log.append(float(e.sum()))", "log.append(float(np.stack({v}).sum()))"],
    "duo": ["log.append(float({v}.sum()))"],
    "int": ["acc = (acc * 3 + {v}) % 1000003", "acc += {v} % 97"],
    "float": ["log.append({v})"],
    "bool": ["acc += {v}", "acc = acc * 2 + int({v})"],
    "str": ["txt = (txt + {v})[-24:]"],
    "vec": ["log.append(float({v}.sum()))", "log += [float({v}.sum())]"],
    "arr": ["log.append(float({v}.sum()))"],
    "mat": ["log.append(float({v}.sum()))"],
    "ivec": ["acc += int({v}.sum())"],
    "list[int]": ["acc = (acc + sum({v})) % 65521", "acc += len({v})", "log.extend([float(w) for w in {v}])"],
    "list[float]": ["log.extend({v})", "log.append(sum({v}, 0.5))"],
    "list[str]": ["txt = (txt + '.'.join({v}))[-24:]"],
    "list[vec]": ["log += [float(w.sum()) for w in {v}]"],
    "dict[str,int]": ["for p, q in {v}.items():\n    acc = (acc * 5 + len(p) * q) % 1000003"],
    "dict[int,float]": ["for p in {v}:\n    log.append({v}[p] + p)"],
    "tuple": ["acc += {v}[0] % 101\nlog.append({v}[1])"],
    "opt": ["if {v} is not None:\n    log.append({v})\nelse:\n    acc += 1"],
    "pair": ["acc += {v}.left % 103\nlog.append({v}.right)"],
    "tally": ["acc += {v}.count % 103\nlog.append({v}.total)"],
    "plain": ["acc = (acc + {v}.value * len({v}.seen)) % 1000003"],
}  # fmt: skip
_RETURNED = {"int", "float", "bool", "str", "vec", "arr", "ivec", "list[int]", "list[float]", "list[str]",
             "list[vec]", "dict[str,int]", "dict[int,float]", "tuple", "opt", "mat"}  # fmt: skip


@dataclass
class Made:
    """A program: the text of a function, and the arguments of some calls."""

    source: str
    calls: list[tuple[Any, ...]]
    tags: Counter[str] = field(default_factory=Counter)
    module: bool = False


class Grammar:
    """Makes one program, as `random` chooses."""

    def __init__(self, random: Random) -> None:
        self.r = random
        self.tags: Counter[str] = Counter()
        self.vars: dict[str, str] = {}
        self.fixed: set[str] = set()
        self.number = 0
        self.loops = 0
        #: How many statements there are, about; most programs are small.
        self.size = random.choice((0, 0, 0, 1, 1, 2, 5))
        self.module = random.random() < 0.12
        self.early = random.random() < 0.45
        self.inner: list[str] = []

    # --- expressions ---

    def name(self, prefix: str) -> str:
        self.number += 1
        return f"{prefix}{self.number}"

    def having(self, t: str) -> list[str]:
        return [name for name, have in self.vars.items() if have == t]

    def expr(self, t: str, depth: int, *, risky: bool = False) -> str:
        """An expression of a type."""
        r = self.r
        simple = getattr(self, f"_{t}", None)
        if simple is not None:
            return str(simple())
        found = self.having(t)
        if found and (depth <= 0 or r.random() < 0.3):
            return r.choice(found)
        if depth <= 0:
            leaf = self._leaf(t)
            if leaf:
                return leaf
        for _ in range(8):
            if depth < -2 and found:
                break
            made = self._filled(r.choice(RISKY[t] if risky and t in RISKY else SAFE[t]), depth - 1)
            if made is not None:
                return made
        return self._leaf(t) or (r.choice(found) if found else _DEEP[t])

    def _leaf(self, t: str) -> str:
        r = self.r
        if t == "int":
            return str(r.choice([r.randrange(-9, 20), r.randrange(-3, 4), 2**31 if r.random() < 0.05 else 1]))
        if t == "float":
            return r.choice(["0.5", "-1.5", "2.0", "1e3", "-0.0", "0.1", "3.25"])
        if t == "bool":
            return r.choice(["True", "False"])
        if t == "str":
            return self._ch()
        if t == "opt":
            return "None" if r.random() < 0.2 else "maybe(1.5, 2.0)"
        return {
            "list[int]": "[1, 2]", "list[float]": "[0.5]", "list[str]": "['a']", "dict[str,int]": "{'a': 1}",
            "dict[int,float]": "{1: 0.5}", "tuple": "(3, 1.5)", "pair": "Pair(2, 0.5)", "tally": "Tally(1)",
            "plain": "Plain(4)",
        }.get(t, "")  # fmt: skip

    def _filled(self, template: str, depth: int) -> str | None:
        chosen: dict[str, str] = {}
        failed = False

        def put(match: re.Match[str]) -> str:
            nonlocal failed
            text = match[0]
            if text in ("{{", "}}"):
                return text[0]
            if match[1]:
                if failed or (match[1] in _ARRAYS and not self.having("mat" if match[1] == "mat" else "vec")):
                    failed = True
                    return "0"
                return self.expr(match[1], depth)
            key = match[2] + (match[3] or str(match.start()))
            if key not in chosen:
                found = self.having(match[2])
                if not found:
                    failed = True
                    return "0"
                chosen[key] = self.r.choice(found)
            return chosen[key]

        made = _HOLE.sub(put, template)
        if failed:
            return None
        for sort, method in _METHOD.findall(template):
            self.tag(f"{_SORTS.get(sort, sort)}.{method}")
        for pattern, sort in _OTHERS:
            for method in pattern.findall(template):
                self.tag(f"{sort}.{method}")
        return made

    def tag(self, name: str) -> None:
        self.tags[name] += 1

    def _k(self) -> str:
        return str(self.r.choice([0, 1, 2, 3, -1, -2, 5, 7]))

    def _small(self) -> str:
        ints = self.having("int")
        if ints and self.r.random() < 0.6:
            return f"(abs({self.r.choice(ints)}) % {self.r.randrange(2, 6)})"
        return str(self.r.randrange(0, 5))

    def _shift(self) -> str:
        ints = self.having("int")
        if ints and self.r.random() < 0.4:
            return f"({self.r.choice(ints)} & 3)"
        return str(self.r.randrange(0, 4))

    def _nz(self) -> str:
        ints = self.having("int")
        if ints and self.r.random() < 0.4:
            return f"(abs({self.r.choice(ints)}) + 1)"
        return str(self.r.choice([1, 2, 3, 7, -2, -5]))

    def _nzf(self) -> str:
        found = self.having("float")
        if found and self.r.random() < 0.4:
            return f"(abs({self.r.choice(found)}) + 1.0)"
        return str(self.r.choice([2.0, 0.5, -3.0, 1.25]))

    def _bit(self) -> str:
        return str(self.r.randrange(2))

    def _ch(self) -> str:
        return self.r.choice(["'a'", "'b'", "'ab'", "'c'", "'12'", "''"])

    def _known(self) -> str:
        return self.r.choice(["0.5", "2.0", "3.25"])

    def _letter(self) -> str:
        return self.r.choice(["'a'", "'b'", "'c'"])

    def _mat(self) -> str:
        return self.r.choice(self.having("mat"))

    # --- statements ---

    def lines(self, depth: int) -> list[str]:
        """A few statements."""
        from .fuzz_sharing import statements

        return statements(self, depth)

    def fold(self, name: str) -> list[str]:
        """Use a variable that goes out of sight."""
        template = self.r.choice(FOLDS[self.vars[name]])
        for method in re.findall(r"log\.([a-z]+)\(", template):
            self.tag(f"list.{method}")
        if ".items()" in template:
            self.tag("dict.items")
        return template.replace("{v}", name).split("\n")

    def block(self, depth: int, *, fold: bool = True) -> list[str]:
        """Statements in a block of their own; what they define is used at its end."""
        before, fixed, inner = dict(self.vars), set(self.fixed), list(self.inner)
        made = self.lines(depth)
        for name in [n for n in self.vars if n not in before]:
            if fold and not _leaves(made):
                made += self.fold(name)
        self.vars, self.fixed, self.inner = before, fixed, inner
        return made or ["pass"]

    def results(self) -> str:
        """What is returned: the same structure wherever the function ends."""
        names = ["acc", "log", "txt"] + [n for n in ("x", "n") if n in self.vars]
        return ", ".join(names)

    def program(self) -> Made:
        """The program."""
        from .fuzz_inputs import parameters

        r = self.r
        names, notes, calls = parameters(self)
        body = ['"""A program."""'] if r.random() < 0.1 else []
        body += [f"acc = {self.expr('int', 1)}", f"log = [{self.expr('half', 1)}]", f"txt = {self._ch()}"]
        if r.random() < 0.15:
            body[-2] = f"log: list[float] = [{self.expr('half', 1)}]"
        self.vars |= {"acc": "int", "txt": "str"}
        self.fixed |= {"acc", "txt"}
        seen = set(self.vars)
        body += self.lines(3)
        ends = [n for n in self.vars if n not in seen]
        if self.early:
            for name in ends:
                if not _leaves(body):
                    body += self.fold(name)
            body.append(f"return {self.results()}")
        else:
            told = [n for n in ends if self.vars[n] in _RETURNED]
            for name in ends:
                if name not in told:
                    body += self.fold(name)
            body.append(f"return {', '.join([self.results(), *told])}")
        head = ["self", *names] if self.module else names
        text = ", ".join(f"{n}: {notes[n]}" if n in notes else n for n in head)
        lines = [f"def program({text}):", *("    " + line for line in body)]
        return Made("\n".join(lines) + "\n", calls, self.tags, self.module)


def _leaves(lines: list[str]) -> bool:
    return bool(lines) and lines[-1].split()[0] in ("break", "continue", "return", "raise")


_ARRAYS = {"vec", "arr", "ivec", "mat", "list[vec]"}
_DEEP = {"arr": "np.ones(2)", "vec": "np.ones(3)", "list[vec]": "[np.ones(2)]", "ivec": "np.arange(3)"}
_SORTS = {
    "vec": "array", "mat": "array", "arr": "array", "ivec": "array", "half": "float", "pair": "named tuple",
    "tally": "tally", "plain": "plain",
}  # fmt: skip
