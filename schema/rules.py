"""The registry of labelled rules: the one place that ties a label to its section and error.

Each layer declares its rules in a module ``rules.py`` of its own; operators declare
theirs in `tracebox.schema.ops`. SPEC 11 lists all of them, generated from here.
"""

from __future__ import annotations

from .errors import Problem, TraceboxError

RULES: dict[str, Rule] = {}


class Rule:
    """A labelled rule of the specification.

    `code` is its label, `section` where the specification states it, `error` the class
    that is raised when it is broken, `text` the rule in one sentence.
    """

    __slots__ = ("code", "section", "error", "text")

    def __init__(self, code: str, section: str, error: type[TraceboxError], text: str) -> None:
        if code in RULES:
            raise ValueError(f"rule {code} is declared twice")
        self.code = code
        self.section = section
        self.error = error
        self.text = text
        RULES[code] = self

    def problem(self, where: str = "", *, expected: str = "", got: str = "", hint: str = "") -> Problem:
        """A `Problem` that cites this rule."""
        return Problem(where, self.code, self.text, expected=expected, got=got, hint=hint)

    def fail(self, where: str = "", *, expected: str = "", got: str = "", hint: str = "") -> TraceboxError:
        """The error to raise for one breach of this rule."""
        return self.error(self.problem(where, expected=expected, got=got, hint=hint))
