"""The functions that are being compiled into one another: their variables, and how control leaves them."""

from __future__ import annotations

from typing import Any

from .liveness import Liveness
from .source import Source

#: Ways to leave a statement, and the number that stands for each where several are possible.
FALL, BREAK, CONTINUE, RETURN = "fall", "break", "continue", "return"
CODES = {FALL: 0, BREAK: 1, CONTINUE: 2, RETURN: 3}
#: The variable that holds what a function returns.
RESULT = "<return>"


class Dead(Exception):
    """What follows is never reached."""


class Flow:
    """How control leaves statements: `kinds` are the ways that are possible; none if all paths raise.

    Where there are several, `code` is the number of the way that is taken.
    """

    __slots__ = ("kinds", "code")

    def __init__(self, *kinds: str, code: Any = None) -> None:
        self.kinds = frozenset(kinds)
        self.code = CODES[kinds[0]] if len(kinds) == 1 else code


FALLS = Flow(FALL)
DEAD = Flow()


class Absent:
    """A variable that some path has not set, or for which paths have nothing in common.

    `kinds` are the ways of leaving on which it is absent, and `value` what it is on others.
    """

    __slots__ = ("kinds", "value", "why", "flag")

    def __init__(self, kinds: frozenset[str], value: Any, why: str, flag: Any = None) -> None:
        self.kinds = kinds
        self.value = value
        self.why = why
        #: A bool of the program that says whether it was set.
        self.flag = flag


class Missing:
    """Stands for the value of a variable on a path that does not set it."""


MISSING = Missing()


class Frame:
    """One call of a function: its source and variables."""

    __slots__ = (
        "source",
        "env",
        "space",
        "cells",
        "liveness",
        "name",
        "outer",
        "depth",
        "homes",
        "stmt",
        "site",
    )

    def __init__(
        self, source: Source, space: dict[str, Any], cells: dict[str, Any], liveness: Liveness
    ) -> None:
        self.source = source
        self.env: dict[str, Any] = {}
        #: The statement that is being compiled.
        self.stmt: object = None
        #: The globals, and the variables of the functions around.
        self.space = space
        self.cells = cells
        self.liveness = liveness
        self.name = source.qualname
        #: The frame of the function around, for a nested function.
        self.outer: Frame | None = None
        #: How deep blocks are nested here.
        self.depth = 0
        #: The line in which each variable was last assigned.
        self.homes: dict[str, int] = {}
        #: The construct of the caller that calls this.
        self.site: Any = None
