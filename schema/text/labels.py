"""The labelled rules of the program text, and the errors that show the line. SPEC 7."""

from __future__ import annotations

from ..errors import Problem, ScriptError
from ..rules import Rule


def _rule(code: str, section: str, text: str) -> Rule:
    return Rule(code, section, ScriptError, text)


CHARACTER = _rule("text.character", "7.2", "the text is made of the characters and tokens of the grammar")
STRING = _rule("text.string", "7.2", "a string ends on its line and has the listed escapes only")
NUMBER = _rule("text.number", "7.2", "a number is a decimal integer or float")
INDENT = _rule("text.indent", "7.2", "a block is indented by spaces, deeper than the line that opens it")
LIMIT = _rule("text.limit", "7.1", "the text is within the limits of length, tokens and nesting")
SYNTAX = _rule("text.syntax", "7.3", "the text follows the grammar")
MODULE = _rule("text.module", "7.4", "a file names its module first, and declares classes and functions")
NAME = _rule("text.name", "7.5", "a name is defined once, before it is used")
STATEMENT = _rule("text.statement", "7.6", "a statement is one of the listed forms")
OPERAND = _rule(
    "text.operand", "7.6", "an operand is a value, a constant is named first, and results are all named"
)
ATTRIBUTE = _rule("text.attribute", "7.7", "an attribute is written in the form of its kind")
CONSTANT = _rule("text.constant", "7.7", "a constant is written in one of the listed forms")
YIELD = _rule(
    "text.yield", "7.8", "a block with results ends in yield or raise, a function in return or raise"
)
TEMPLATE = _rule(
    "text.template", "7.9", "a template is one function whose formulas are known when it is expanded"
)


class Place:
    """A place in a source text: `line` from 1, `column` from 0."""

    __slots__ = ("path", "line", "column", "source")

    def __init__(self, path: str, line: int, column: int, source: str) -> None:
        self.path = path
        self.line = line
        self.column = column
        self.source = source

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column + 1}"

    @property
    def picture(self) -> str:
        """The source line with a caret under the place."""
        start = max(0, self.column - 60)
        shown = self.source[start : start + 100]
        return f"\n    {shown}\n    {' ' * (self.column - start)}^"


class SourceError(ScriptError):
    """A text that cannot be read: `str` of it shows the line and a caret."""

    def __init__(self, problem: Problem, place: Place) -> None:
        super().__init__(problem)
        self.place = place

    def __str__(self) -> str:
        return super().__str__() + self.place.picture


def fail(rule: Rule, place: Place, *, expected: str = "", got: str = "", hint: str = "") -> SourceError:
    """The error to raise for a breach of `rule` at `place`."""
    return SourceError(rule.problem(str(place), expected=expected, got=got, hint=hint), place)
