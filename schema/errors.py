"""The errors of every phase.

::

    TraceboxError
    ├── MalformedError     the bytes of an archive break a container or encoding rule
    ├── InvalidError       a program, manifest or call of an operator breaks a typing rule
    ├── UnsupportedError   the file is sound, but asks for what this reader does not have
    ├── TraceError         a program cannot be traced
    ├── ScriptError        a source text cannot be compiled
    ├── ArgumentError      a call's arguments do not fit the signature (also a TypeError)
    ├── GuardError         what a trace observed does not hold for this call
    ├── ProgramError       the program itself raised; `exception` names the class
    ├── StateError         a session or a field is used in a way it cannot be
    └── LimitError         an execution limit was reached, or the call was cancelled

Every error carries `problems`, each with the label of the rule in the specification.
SPEC 11.
"""

from __future__ import annotations

from collections.abc import Iterable

MAX_PROBLEMS = 100


class Problem:
    """One broken rule: where, which rule, what was expected, what was found, what to do."""

    __slots__ = ("where", "code", "rule", "expected", "got", "hint")

    def __init__(
        self,
        where: str,
        code: str,
        rule: str,
        *,
        expected: str = "",
        got: str = "",
        hint: str = "",
    ) -> None:
        self.where = where
        self.code = code
        self.rule = rule
        self.expected = expected
        self.got = got
        self.hint = hint

    def __str__(self) -> str:
        text = f"{self.where}: [{self.code}] {self.rule}" if self.where else f"[{self.code}] {self.rule}"
        if self.expected:
            text += f"; expected {self.expected}"
        if self.got:
            text += f"; got {self.got}"
        if self.hint:
            text += f"; {self.hint}"
        return text

    def __repr__(self) -> str:
        return f"Problem({str(self)!r})"

    def as_json(self) -> dict[str, str]:
        """The problem as plain data, empty fields left out."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}


class TraceboxError(Exception):
    """Base of all errors; `problems` holds at least one `Problem`.

    `phase` is the word for the class in other languages and in the protocol. SPEC 11.1.
    """

    phase = ""

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (
            (problems,) if isinstance(problems, Problem) else tuple(problems)[:MAX_PROBLEMS]
        )
        super().__init__("\n".join(map(str, self.problems)))

    @property
    def code(self) -> str:
        """The label of the first broken rule."""
        return self.problems[0].code


class MalformedError(TraceboxError):
    """The bytes of an archive break a rule of the container or of an encoding."""

    phase = "malformed"


class InvalidError(TraceboxError):
    """A program or manifest decodes, but breaks a rule of the verifier."""

    phase = "invalid"


class UnsupportedError(TraceboxError):
    """The file asks for a version, feature or operator that is unknown here."""

    phase = "unsupported"


class TraceError(TraceboxError):
    """A program cannot be traced."""

    phase = "trace"


class ScriptError(TraceboxError):
    """A source text cannot be compiled."""

    phase = "script"


class ArgumentError(TraceboxError, TypeError):
    """The arguments of a call do not fit the signature of the entry point."""

    phase = "argument"


class GuardError(TraceboxError):
    """Something that was frozen when the program was traced does not hold for this call."""

    phase = "guard"


class ProgramError(TraceboxError):
    """The program raised.

    `exception` is the class name that the program raised, such as ``"ValueError"``.
    """

    phase = "program"

    def __init__(self, problems: Problem | Iterable[Problem], exception: str = "RuntimeError") -> None:
        super().__init__(problems)
        self.exception = exception


class StateError(TraceboxError):
    """A session or a field is used in a way that it cannot be."""

    phase = "state"


class LimitError(TraceboxError):
    """An execution limit was reached, or the call was cancelled."""

    phase = "limit"
