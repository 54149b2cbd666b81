"""Small programs with branches that depend on data, drawn at random, as source text.

All arithmetic is exact on the inputs that are used, so that whoever runs a program takes the same branches.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Any

#: What a program may hold; each draw notes what it used.
CONSTRUCTS = (
    "if", "else", "elif", "nested if", "early return", "raise", "assert", "conditional expression", "and",
    "or", "not", "chained comparison", "max", "min", "in", "condition kept", "number that differs",
    "item assignment", "augmented assignment", "list", "helper function", "method", "field",
    "slice that differs", "size", "loop of constants", "for_loop", "cond", "map", "integers",
    "mask", "size of a mask", "any and all", "dict", "argument changed", "view", "break", "continue",
    "while_loop", "except",
    "nested function", "assignment expression", "sorted", "tuple that differs", "None that differs",
    "text that differs", "function that differs", "index that differs", "comprehension", "array field",
    "field set on a path", "field or another", "field by cond", "field changed in place",
    "operator that fails on the example", "index that fails on the example", "field that is empty at first",
    "small", "large", "examples",
)  # fmt: skip


@dataclass(slots=True)
class Source:
    """A drawn program: its text, how many further examples its trace is given, what it uses."""

    source: str
    seed: str
    examples: int
    used: set[str] = field(default_factory=set)


#: Statements by their kind: what they use, and their lines, with parts to be drawn.
OTHER = {
    "mask": (
        ["mask", "if"],
        "{n} = {v}[{v} > {c}]\nif {n}.shape[0] > 1:\n    {s} = {s} + {n}[0]\n{s} = {s} + {n}.sum()",
    ),
    "masks": (
        ["mask", "size of a mask", "if", "else"],
        "{n} = {v}[{v} > {c}]\nif {if}:\n    {s} = {s} + np.broadcast_to({e}, {n}.shape).sum()\n"
        "else:\n    {s} = {s} - np.broadcast_to({f}, {n}.shape).sum()\n{s} = {s} + {n}.sum()",
    ),
    "dict": (
        ["dict", "if"],
        "{n} = {{'a': {v}, 'b': {e}}}\nif {if}:\n    {n}['a'] = {a}\n    {n}['c'] = {n}.pop('b')\n"
        "{v} = {n}['a'] + sum({n}[key] for key in {n} if key != 'a')",
    ),
    "changed": (
        ["argument changed", "if", "method"],
        "{n} = [{e}]\n{v} = self.note({n}, {a}) + {n}[-1]\n{s} = {s} + len({n})",
    ),
    "view": (["view", "item assignment"], "{n} = {v}[1:]\n{n}[0] = {e}\n{s} = {v}.sum()"),
    "break": (
        ["break", "loop of constants", "if"],
        "for i in range(2):\n    if {v}[i] > {c}:\n        break\n    {s} = {s} + {v}[i]\n"
        "else:\n    {s} = {s} - 1",
    ),
    "continue": (
        ["continue", "loop of constants", "if"],
        "for {n} in [{e}, {f}]:\n    if {n} < {c}:\n        continue\n    {s} = {s} + {n}",
    ),
    "while_loop": (
        ["while_loop", "if"],
        "def {n}(i, total):\n    if total > {c}:\n        total = total * 0.5\n"
        "    return i + 1, total - 1\n"
        "{n}, {s} = tb.while_loop(lambda i, total: i < {v}.shape[0], {n}, np.asarray(0), {s} + 0.0)",
    ),
    "except": (
        ["except", "raise", "if"],
        "try:\n    if {if}:\n        raise ValueError('caught')\n    {v} = {a}\n"
        "except ValueError:\n    {s} = {e}",
    ),
    "nested": (
        ["nested function", "if"],
        "def {n}(u):\n    if u > {c}:\n        return u - {e}\n    return u\n{s} = {n}({f})",
    ),
    "walrus": (
        ["assignment expression", "any and all", "if"],
        "if ({n} := ({v} > {c})).any() and not {n}.all():\n    {v} = np.where({n}, {a}, {v})",
    ),
    "sorted": (["sorted", "if"], "{s}, {n} = sorted([{e}, {f}])\n{v} = {v} + {n}"),
    "tuple": (
        ["tuple that differs", "conditional expression", "if"],
        "{n} = ({v}, {e}) if {if} else ({a}, {s})\n{v}, {s} = {n}",
    ),
    "none": (
        ["None that differs", "if"],
        "{n} = None\nif {if}:\n    {n} = {a}\nif {n} is not None:\n    {v} = {v} + {n}",
    ),
    "text": (
        ["text that differs", "conditional expression", "if"],
        "{n} = 'up' if {if} else 'down'\n{v} = {v} + 1 if {n} == 'up' else {v} - {e}",
    ),
    "function": (
        ["function that differs", "conditional expression", "if"],
        "{n} = np.abs if {if} else (lambda u: u - {e})\n{v} = {n}({v})",
    ),
    "index": (
        ["index that differs", "conditional expression", "if"],
        "{n} = 0 if {if} else -1\n{s} = {v}[{n}] + {e}",
    ),
    "comprehension": (
        ["comprehension", "if"],
        "{n} = [e for e in ({e}, {f}) if e > {c}]\n{s} = np.stack([{s}, *{n}]).sum()",
    ),
    "part": (
        ["operator that fails on the example", "mask", "if"],
        "{n} = {v}[{v} > {c}]\nif {n}.shape[0] > 0:\n    {s} = {s} + {n}.max() * {n}[{n}.argmin()]",
    ),
    "far": (
        ["index that fails on the example", "size", "if", "else"],
        "if {v}.shape[0] > 3:\n    {s} = {v}[3] + {e}\nelse:\n    {v} = {v} + {v}[-2]",
    ),
    "grown": (
        ["field that is empty at first", "operator that fails on the example", "if"],
        "if self.rows.shape[0] > 0:\n    {s} = {s} + self.rows.min() - self.rows[-1]\n"
        "self.rows = np.concatenate([self.rows, {v}[:2]])[-5:]",
    ),
    "field set": (
        ["field set on a path", "if"],
        "{n} = self.last\nif {if}:\n    {n} = {n} + {v}[:2]\nself.last = {n}\n{s} = {s} + self.last.sum()",
    ),
    "field later": (
        ["field set on a path", "field or another", "if"],
        "{n} = self.last\nif {if}:\n    self.last = {v}[-2:] * 2\n{s} = {s} + {n}.sum() - self.last[0]",
    ),
    "field or": (
        ["field or another", "conditional expression", "if"],
        "{n} = self.last if {if} else {v}[:2]\nself.last = {n}\n{s} = {s} + {n}.max()",
    ),
    "field cond": (
        ["field by cond", "cond"],
        "self.last = tb.cond({v}[0] > {c}, lambda: self.last, lambda: {v}[:2] - {e})\n"
        "{s} = {s} + self.last[1]",
    ),
    "field items": (
        ["field changed in place", "item assignment", "if"],
        "{n} = self.last\nif {if}:\n    {n}[0] = {e}\nelse:\n    self.last[1] = {f}\n{s} = {s} + {n}.sum()",
    ),
}

#: How a part of a program changes its field.
FIELDS = (
    ["if {if}:", "    self.h = self.h + 1"],
    ["h = self.h", "if {if}:", "    h = h + s", "self.h = h"],
    ["self.h = s if {if} else self.h"],
    ["self.h = tb.cond(s > {c}, lambda: self.h, lambda: s + 1.0)"],
)


class Draw:
    """Draws one program; `names` are the variables that hold something on every path."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.lines: list[str] = []
        self.used: set[str] = set()
        self.count = 0
        self.branches = 0
        #: How many branches are enough, and how many statements the body has.
        self.limit, least, most = rng.choice(
            [(1, 1, 2)] * 10 + [(2, 1, 3)] * 10 + [(3, 2, 4)] * 4 + [(5, 3, 5)]
        )
        self.length = rng.randint(least, most)
        self.stateful = rng.random() < 0.3
        self.buffer = rng.random() < 0.15

    def program(self) -> Source:
        """A module `Net` whose `forward` takes an array of floats and one of integers."""
        out = self.lines
        out += ["import numpy as np", "import tracebox as tb", ""]
        out += ["def helper(v, s):"]
        self.used = helper = set[str]()
        self._body(["v"], ["s"], [], 1, min(2, self.length), calls=False)
        out += ["    return v, s", ""]
        out += [
            "class Part(tb.Module):",
            "    def __init__(self):",
            "        self.h = tb.field(np.zeros(()))",
        ]
        out += [""]
        out += ["    def forward(self, v, s):"]
        self.used = part = set[str]()
        if self.stateful:
            self._use("field")
            fill = {"if": self._condition([], ["s"], []), "c": self._constant()}
            out += ["        " + line.format_map(fill) for line in self.rng.choice(FIELDS)]
            out += ["        s = s + self.h"]
        self._body(["v"], ["s"], [], 2, min(2, self.length), calls=False)
        out += ["        return v, s", ""]
        out += ["class Note(tb.Module):", "    def forward(self, kept, v):"]
        out += [f"        if {self._comparison(['v'], ['v[0]'], [])}:", "            kept.append(v[1])"]
        out += ["        v[0] = kept[-1] + 1", "        return v * 2", ""]
        out += ["class Net(tb.Module):", "    def __init__(self):", "        self.part = Part()"]
        out += ["        self.note = Note()"]
        out += ["        self.last = tb.field(np.zeros(2))"]
        out += ["        self.rows = tb.field(np.zeros(0), shape=(None,))", ""]
        out += ["    def forward(self, x, m):", "        v = x * 1", "        w = x + 1", "        s = x[0]"]
        out += ["        t = s * 0.5", "        k = 2.0"]
        self.branches = 0
        self.used = used = set[str]()
        if self.buffer:
            self._use("array field", "if")
            out += [f"        if {self._condition(['v', 'w'], ['s', 't'], ['k'])}:"]
            out += ["            self.last = np.concatenate([self.last[1:], v[:1]])"]
            out += ["        s = s + self.last.sum()"]
        self._body(["v", "w"], ["s", "t"], ["k"], 2, self.length, integers=True)
        out += [f"        return {self._result(['v', 'w'], ['s', 't'], ['k'])}", ""]
        examples = self.rng.choice([0, 0, 0, 0, 0, 1, 1, 2, 3, 9])
        self._use(*(["small"] if self.limit == 1 else ["large"] if self.limit == 5 else []))
        self._use(*(["examples"] if examples else []))
        used |= helper if any("= helper(" in line for line in out) else set()  # what is called counts
        used |= part if any("= self.part(" in line for line in out) else set()
        return Source("\n".join(out) + "\n", "", examples, used)

    # --- statements ---

    def _use(self, *names: str) -> None:
        self.used.update(names)

    def _body(
        self,
        arrays: list[str],
        scalars: list[str],
        numbers: list[str],
        depth: int,
        length: int,
        *,
        calls: bool = True,
        integers: bool = False,
        level: int = 0,
    ) -> None:
        """Statements that leave every variable as it was: an array, a scalar or a number."""
        for _ in range(length):
            self._statement(arrays, scalars, numbers, "    " * depth, calls, integers, level, depth)

    def _statement(
        self,
        arrays: list[str],
        scalars: list[str],
        numbers: list[str],
        pad: str,
        calls: bool,
        integers: bool,
        level: int,
        depth: int,
    ) -> None:
        rng, out = self.rng, self.lines
        v, s = rng.choice(arrays), rng.choice(scalars)
        kinds = ["array", "array", "scalar", "choice", "set", "augmented"]
        if self.branches < self.limit and level < 3:
            kinds += ["if", "if", "if", "if", "raise", "assert", "list", "kept"]
        if calls and level < 2:
            kinds += ["helper", "method", "for_loop", "cond", "map", "view", "nested", "index"]
            if self.branches < self.limit:
                kinds += ["loop", "return", "slice", "mask", "masks", "dict", "changed", "break", "continue"]
                kinds += ["while_loop", "except", "walrus", "sorted", "tuple", "none", "text", "function"]
                kinds += ["comprehension"]
                kinds += ["part", "far", "grown"]
                kinds += ["field set", "field later", "field or", "field cond", "field items"]
        if numbers:
            kinds += ["number"]
        if integers and level == 0:
            kinds += ["integers"]
        kind = rng.choice(kinds)
        every = (arrays, scalars, numbers)
        if kind == "array":
            out.append(f"{pad}{v} = {self._array(*every)}")
        elif kind == "scalar":
            out.append(f"{pad}{s} = {self._scalar(*every)}")
        elif kind == "choice":
            self._use("conditional expression")
            self.branches += 1
            a, b = self._array(*every), self._array(*every)
            out.append(f"{pad}{v} = {a} if {self._condition(*every)} else {b}")
        elif kind == "set":
            self._use("item assignment")
            out.append(f"{pad}{v}[0] = {self._scalar(*every)}")
        elif kind == "augmented":
            self._use("augmented assignment")
            out.append(f"{pad}{v} = {v} + 0")
            out.append(f"{pad}{v} {rng.choice(['+=', '-='])} {self._scalar(*every)}")
        elif kind == "number":
            self._use("number that differs")
            self.branches += 1
            one, other = rng.randint(1, 3), rng.randint(1, 3)
            out.append(f"{pad}k = {one}.0 if {self._condition(*every)} else {other}.5")
        elif kind == "if":
            self._if(arrays, scalars, numbers, pad, calls, level, depth)
        elif kind == "kept":
            self._use("condition kept", "if")
            self.branches += 1
            name = self._name("c")
            out.append(f"{pad}{name} = {self._comparison(*every)}")
            for _ in range(2):
                out.append(f"{pad}if {name if rng.random() < 0.7 else 'not ' + name}:")
                self._body(arrays, scalars, numbers, depth + 1, 1, calls=False, level=level + 1)
        elif kind == "raise":
            self._use("raise", "if")
            self.branches += 1
            error = rng.choice(["ValueError", "RuntimeError", "KeyError"])
            out.append(f"{pad}if {self._condition(*every)}:")
            self._body(arrays, scalars, numbers, depth + 1, 1, calls=False, level=3)
            out.append(f'{pad}    raise {error}("case {rng.randint(0, 9)}")')
        elif kind == "assert":
            self._use("assert")
            self.branches += 1
            out.append(f'{pad}assert {self._condition(*every)}, "case {rng.randint(0, 9)}"')
        elif kind == "return":
            self._use("early return", "if")
            self.branches += 1
            out.append(f"{pad}if {self._condition(*every)}:")
            out.append(f"{pad}    return {self._result(*every)}")
        elif kind == "list":
            self._use("list", "if", "else")
            self.branches += 1
            name = self._name("kept")
            out += [f"{pad}{name} = []", f"{pad}if {self._condition(*every)}:"]
            out += [f"{pad}    {name}.append({self._scalar(*every)})", f"{pad}else:"]
            out += [f"{pad}    {name}.append({self._scalar(*every)})"]
            out += [f"{pad}{name}.append({s})", f"{pad}{s} = np.stack({name}).sum()"]
        else:
            self._call(kind, v, s, every, pad, depth)

    def _if(
        self,
        arrays: list[str],
        scalars: list[str],
        numbers: list[str],
        pad: str,
        calls: bool,
        level: int,
        depth: int,
    ) -> None:
        rng, out = self.rng, self.lines
        every = (arrays, scalars, numbers)
        self._use("if", *(["nested if"] if level else []))
        self.branches += 1
        out.append(f"{pad}if {self._condition(*every)}:")
        self._body(arrays, scalars, numbers, depth + 1, rng.randint(1, 2), calls=calls, level=level + 1)
        if rng.random() < 0.25 and self.branches < self.limit:
            self._use("elif")
            self.branches += 1
            out.append(f"{pad}elif {self._condition(*every)}:")
            self._body(arrays, scalars, numbers, depth + 1, 1, calls=False, level=level + 1)
        if rng.random() < 0.6:
            self._use("else")
            out.append(f"{pad}else:")
            self._body(arrays, scalars, numbers, depth + 1, rng.randint(1, 2), calls=calls, level=level + 1)

    def _call(self, kind: str, v: str, s: str, every: Any, pad: str, depth: int) -> None:
        rng, out = self.rng, self.lines
        if kind == "helper":
            self._use("helper function")
            out.append(f"{pad}{v}, {s} = helper({self._array(*every)}, {self._scalar(*every)})")
        elif kind == "method":
            self._use("method")
            out.append(f"{pad}{v}, {s} = self.part({self._array(*every)}, {self._scalar(*every)})")
        elif kind == "loop":
            self._use("loop of constants", "if")
            self.branches += 2
            out.append(f"{pad}for i in range(2):")
            out.append(f"{pad}    if {v}[i] > {self._constant()}:")
            out.append(f"{pad}        {s} = {s} + {v}[i]")
        elif kind == "for_loop":
            self._use("for_loop", "if")
            name = self._name("turn")
            out.append(f"{pad}def {name}(i, total, row):")
            out.append(f"{pad}    if row[i] > {self._constant()}:")
            out.append(f"{pad}        return total + row[i], row * 1")
            out.append(f"{pad}    return total - 1.0, row * 1")
            out.append(f"{pad}{s}, {v} = tb.for_loop({v}.shape[0], {name}, {s} + 0.0, {v})")
        elif kind == "cond":
            self._use("cond")
            a, b = self._array(*every), self._array(*every)
            out.append(f"{pad}{v} = tb.cond({self._comparison(*every)}, lambda: {a}, lambda: {b})")
        elif kind == "map":
            self._use("map", "conditional expression")
            name, k = self._name("item"), self._constant()
            out.append(f"{pad}def {name}(e, g):")
            out.append(f"{pad}    return e + g if e > {k} else e * 0.5")
            out.append(f"{pad}{v} = tb.map({name}, {v}, {self._array(*every)})")
        elif kind == "slice":
            self._use("slice that differs", "if", "else")
            self.branches += 1
            name = self._name("part")
            out += [f"{pad}if {self._condition(*every)}:", f"{pad}    {name} = {v}[:{rng.randint(1, 3)}]"]
            out += [f"{pad}else:", f"{pad}    {name} = np.concatenate([{v}, {v}])"]
            out += [f"{pad}{name} = {name} * 2 + {s}", f"{pad}{s} = {name}.sum() + {name}.shape[0]"]
        elif kind in OTHER:
            names, lines = OTHER[kind]
            self._use(*names)
            self.branches += "if" in names
            fill = {
                "v": v,
                "s": s,
                "c": self._constant(),
                "n": self._name("n"),
                "if": self._condition(*every),
            }
            fill |= {"a": self._array(*every), "e": self._scalar(*every), "f": self._scalar(*every)}
            out += [pad + line.format_map(fill) for line in lines.splitlines()]
        elif kind == "integers":
            self._use("integers", "if", "else")
            self.branches += 1
            out += [f"{pad}if m.sum() % 3 == {rng.randint(0, 2)}:", f"{pad}    m = m // 2"]
            out += [f"{pad}else:", f"{pad}    m = m * 3 - 1", f"{pad}{s} = {s} + m.max()"]
        else:
            self._use("early return", "if")
            self.branches += 1
            out.append(f"{pad}if {self._condition(*every)}:")
            out.append(f"{pad}    return {self._result(*every)}")

    # --- expressions ---

    def _name(self, stem: str) -> str:
        self.count += 1
        return f"{stem}{self.count}"

    def _constant(self) -> str:
        return self.rng.choice(["-2.0", "-0.5", "0", "0.25", "1", "3.5"])

    def _result(self, arrays: list[str], scalars: list[str], numbers: list[str]) -> str:
        return f"{self._array(arrays, scalars, numbers)}, {self._scalar(arrays, scalars, numbers)}"

    def _array(self, arrays: list[str], scalars: list[str], numbers: list[str]) -> str:
        rng = self.rng
        v, w, s = rng.choice(arrays), rng.choice(arrays), rng.choice(scalars)
        forms = [f"{v} + {w}", f"{v} - {w} * 0.5", f"np.abs({v})", f"-{v}", f"{v} * {self._constant()}"]
        forms += [f"np.maximum({v}, {s})", f"np.floor({v}) + {s}", f"{v}[::-1] + {w}"]
        forms += [f"np.where({v} > {s}, {w}, {v})"]
        forms += [f"{v} * {k}" for k in numbers] * 2
        return rng.choice(forms)

    def _scalar(self, arrays: list[str], scalars: list[str], numbers: list[str]) -> str:
        rng = self.rng
        s, t = rng.choice(scalars), rng.choice(scalars)
        forms = [f"{s} + {t}", f"{s} * 0.5", f"-{s}", f"np.floor({s})"]
        if arrays:
            forms += [f"{rng.choice(arrays)}.{what}" for what in ("sum()", "max()", "min()")] * 2
        if rng.random() < 0.2 and self.branches < self.limit:
            which = rng.choice(["max", "min"])
            self._use(which)
            self.branches += 1
            return f"{which}({s}, {t})"
        forms += [f"{s} + {k}" for k in numbers]
        return rng.choice(forms)

    def _comparison(self, arrays: list[str], scalars: list[str], numbers: list[str]) -> str:
        rng = self.rng
        left = rng.choice(scalars)
        if arrays and rng.random() < 0.5:
            left = f"{rng.choice(arrays)}.{rng.choice(['sum()', 'max()', 'min()'])}"
        right = self._constant() if rng.random() < 0.6 else rng.choice(scalars)
        return f"{left} {rng.choice(['>', '<', '>=', '<='])} {right}"

    def _condition(self, arrays: list[str], scalars: list[str], numbers: list[str]) -> str:
        rng = self.rng
        every = (arrays, scalars, numbers)
        draw = rng.random()
        if draw < 0.1:
            self._use("and")
            self.branches += 1
            return f"{self._comparison(*every)} and {self._comparison(*every)}"
        if draw < 0.2:
            self._use("or")
            self.branches += 1
            return f"{self._comparison(*every)} or {self._comparison(*every)}"
        if draw < 0.3:
            self._use("not")
            return f"not {self._comparison(*every)}"
        if draw < 0.38:
            self._use("chained comparison")
            self.branches += 1
            return f"-1 < {rng.choice(scalars)} < {rng.randint(0, 3)}"
        if draw < 0.41 and arrays:
            self._use("any and all")
            return f"({rng.choice(arrays)} > {self._constant()}).{rng.choice(['any()', 'all()'])}"
        if draw < 0.44 and arrays:
            self._use("in")
            return f"{self._constant()} in {rng.choice(arrays)}"
        if draw < 0.5 and arrays:
            self._use("size")
            return f"{rng.choice(arrays)}.shape[0] {rng.choice(['>', '==', '<='])} {rng.randint(2, 5)}"
        return self._comparison(*every)
