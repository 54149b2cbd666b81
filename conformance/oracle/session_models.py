"""The programs of `generate.session_programs` in plain Python. SPEC 10.3, 10.5."""

from __future__ import annotations

from typing import Any

from ..model import Record
from .arrays import Array
from .random import random_split, uniform
from .session import Failure, Model


def add(x: Array, y: Array) -> Array:
    return Array(x.dtype, x.shape, [a + b for a, b in zip(x.items, y.items)])


class Counter(Model):
    """Adds up vectors and counts; several methods write before they fail."""

    def initial(self) -> dict[str, Any]:
        return {"total": Array("f32", (2,), [0.5, -1.0]), "calls": 0, "note": "new"}

    def forward(self, x: Array) -> tuple[Any, ...]:
        self.fields["total"] = add(self.fields["total"], x)
        self.fields["calls"] += 1
        return (self.fields["total"],)

    def peek(self) -> tuple[Any, ...]:
        return self.fields["total"], self.fields["calls"], self.fields["note"]

    def divide(self, n: int, by: int) -> tuple[Any, ...]:
        self.fields["calls"] = n
        self.fields["note"] = "dividing"
        if by == 0:
            raise Failure("int.floor_divide.E2")
        return (n // by,)

    def check(self, n: int, p: bool) -> tuple[Any, ...]:
        self.fields["calls"] = n
        if not p:
            raise Failure("run.guard")
        return (self.fields["calls"],)

    def refuse(self, n: int, message: str) -> tuple[Any, ...]:
        self.fields["note"] = message
        if n < 0:
            raise Failure("run.raise", "KeyError")
        return (n,)

    def resize(self, x: Array) -> tuple[Any, ...]:
        self.fields["calls"] = 77
        if x.shape != (2,):
            raise Failure("run.refine")
        return (x,)

    def say(self, a: str, b: str) -> tuple[Any, ...]:
        self.print(a, b)
        self.print()
        self.print(b)
        return ()

    def shout(self, a: str, n: int) -> tuple[Any, ...]:
        self.print(a)
        self.fields["note"] = a
        if n < 0:
            raise Failure("run.raise", "pkg.Loud")
        self.print(a, "!", a)
        return (n,)


class Modules(Model):
    """A network of cells, each with a leaf; `c` is the cell `a` by another path."""

    def initial(self) -> dict[str, Any]:
        return {"n": 0, "a.n": 100, "a.leaf.n": 1, "b.n": 1000, "b.leaf.n": 10}

    def _leaf(self, path: str, k: int) -> int:
        self.fields[f"{path}.n"] += k
        found: int = self.fields[f"{path}.n"]
        return found

    def _cell(self, path: str, k: int) -> int:
        self.fields[f"{path}.n"] += self._leaf(f"{path}.leaf", k)
        self._leaf(f"{path}.leaf", 1)
        found: int = self.fields[f"{path}.n"] + self.fields[f"{path}.leaf.n"]
        return found

    def forward(self, k: int) -> tuple[Any, ...]:
        found = (self._cell("a", k), self._cell("b", k), self._cell("a", k))
        self.fields["n"] += k
        self.fields["b.leaf.n"] = 5 * k
        return (*found, self.fields["a.n"], self.fields["a.leaf.n"], self.fields["b.leaf.n"])

    def weights(self) -> tuple[Any, ...]:
        return Array("f32", (2,), [1, 2]), Array("f32", (2,), [3, 4]), Array("f32", (2,), [1, 2])

    def only(self, k: int) -> tuple[Any, ...]:
        return (self._leaf("b.leaf", k),)


class Blocks(Model):
    """Fields read and written in branches, loops and methods that they call."""

    def initial(self) -> dict[str, Any]:
        return {"a": 1, "b": 2}

    def branch(self, p: bool, n: int) -> tuple[Any, ...]:
        if p:
            self.fields["a"] = n
        else:
            self.fields["b"] += n
        return self.fields["a"], self.fields["b"]

    def total(self, n: int) -> tuple[Any, ...]:
        for i in range(n):
            self.fields["a"] += i
        return (self.fields["a"],)

    def nested(self, n: int, p: bool) -> tuple[Any, ...]:
        for i in range(n):
            if p:
                self.fields["b"] += i
            else:
                self.fields["a"] += self.fields["b"]
        return self.fields["a"], self.fields["b"]

    def until(self, most: int) -> tuple[Any, ...]:
        turns = 0
        while self.fields["a"] < most:
            self.fields["a"] += 3
            turns += 1
        return (turns,)

    def stop(self, n: int, at: int) -> tuple[Any, ...]:
        for i in range(n):
            self.fields["a"] = i
            self.fields["b"] -= 1
            if i == at:
                raise Failure("run.guard")
        return (self.fields["a"],)

    def order(self) -> tuple[Any, ...]:
        before = self.fields["a"]
        self.fields["a"] = before + 1
        between = self.fields["a"]
        self.fields["a"] = between * 2
        return before, between, self.fields["a"]

    def swap(self) -> tuple[Any, ...]:
        self.fields["a"], self.fields["b"] = self.fields["b"], self.fields["a"]
        return ()


class Forks(Model):
    """Forked reads, and errors that surface where they are waited for."""

    def initial(self) -> dict[str, Any]:
        return {"n": 1}

    def _check(self, k: int) -> int:
        if k < 0:
            raise Failure("run.raise", "ValueError")
        found: int = self.fields["n"] + k
        return found

    def snapshot(self, k: int) -> tuple[Any, ...]:
        early = self._check(k)
        self.fields["n"] = 50
        return early, early, self._check(k), self.fields["n"]

    def waited(self, k: int) -> tuple[Any, ...]:
        kept: Failure | None = None
        early = 0
        try:
            early = self._check(k)
        except Failure as failure:
            kept = failure
        self.fields["n"] += 10
        self.print("before the wait")
        if kept:
            raise kept
        self.print("behind the wait")
        return (early,)

    def first(self, k: int, j: int) -> tuple[Any, ...]:
        failed = [label for label, value in (("m.First", k), ("m.Second", j)) if value < 0]
        self.fields["n"] += 1
        self.print("all is done")
        if failed:
            raise Failure("run.raise", failed[0])
        return (self.fields["n"],)


class Random(Model):
    """Implicit randomness: a key in a field, split at each call."""

    def initial(self) -> dict[str, Any]:
        return {"key": Array("u32", (2,), [1, 2])}

    def forward(self) -> tuple[Any, ...]:
        keys = random_split(self.fields["key"], 2)
        self.fields["key"] = Array("u32", (2,), keys.items[:2])
        return (uniform(Array("u32", (2,), keys.items[2:]), "f32", (3,)),)


class Kinds(Model):
    """Fields of every kind."""

    def initial(self) -> dict[str, Any]:
        return {
            "i": -3,
            "f": 0.5,
            "c": 1 - 2j,
            "b": True,
            "s": "é",
            "o": None,
            "l": [1, 2],
            "d": {"b": 1, "a": 2},
            "t": (1, [0.5, -0.0]),
            "r": Record("m.Point", (1.5, Array("f32", (2,), [1, 2]))),
            "h": Array("f32", (0, 2), []),
            "u": Array("f32", (1,), [7]),
            "z": Array("bf16", (2,), [1, 2]),
        }

    def push(self, n: int) -> tuple[Any, ...]:
        self.fields["l"] += [n]
        self.fields["d"]["a"] = n
        return self.fields["l"], self.fields["d"]

    def grow(self, x: Array) -> tuple[Any, ...]:
        h = self.fields["h"]
        self.fields["h"] = Array("f32", (h.shape[0] + x.shape[0], 2), h.items + x.items)
        return (self.fields["h"],)

    def remember(self, x: Array) -> tuple[Any, ...]:
        old, self.fields["o"] = self.fields["o"], x
        return (old,)

    def forget(self) -> tuple[Any, ...]:
        old, self.fields["o"] = self.fields["o"], None
        return (old,)


class Limited(Model):
    """What takes few steps and little memory of `session_programs.limited`."""

    def initial(self) -> dict[str, Any]:
        return {"n": 0}

    def turns(self, n: int) -> tuple[Any, ...]:
        self.fields["n"] = 1
        return (sum(range(n)),)

    def make(self, n: int) -> tuple[Any, ...]:
        self.fields["n"] = 3
        return (Array("f32", (n, 64), [0] * (64 * n)),)

    def append(self, n: int) -> tuple[Any, ...]:
        self.fields["n"] = 4
        return (n,)

    def double(self, n: int) -> tuple[Any, ...]:
        self.fields["n"] = 5
        return (2 ** (n + 1),)

    def shallow(self) -> tuple[Any, ...]:
        self.fields["n"] = 6
        return (6,)

    def deep(self) -> tuple[Any, ...]:
        self.fields["n"] = 7
        return (7,)
