"""What a session is, in plain Python: fields by path, and calls that happen whole or not at all. SPEC 10.5.

The model of a program is a `Model` whose methods are its entry points. A method takes the
inputs and gives a tuple of the outputs; it reads and writes `self.fields`, prints by
`self.print` and ends by `Failure`.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any


class Failure(Exception):
    """The end of a call: the label, and for `raise` the exception that the program names."""

    def __init__(self, label: str, exception: str = "") -> None:
        super().__init__(label)
        self.label = label
        self.exception = exception


class Model:
    """A program with its fields; `initial` gives their first values by path."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = self.initial()
        self.lines: list[str] = []

    def initial(self) -> dict[str, Any]:
        """The initial values of the fields by path."""
        return {}

    def print(self, *texts: str) -> None:
        """One line: the texts with single spaces between."""
        self.lines.append(" ".join(texts))

    def call(self, entry: str, *inputs: Any) -> tuple[Any, ...]:
        """Call an entry point; a call that fails leaves the fields as they were.

        Raises
        ------
        Failure
            The call ends in an error.
        """
        before = deepcopy(self.fields)
        self.lines = []
        try:
            outputs: tuple[Any, ...] = getattr(self, entry)(*inputs)
        except Failure:
            self.fields = before
            raise
        return deepcopy(outputs)

    def reset(self) -> None:
        """Back to the initial values."""
        self.fields = self.initial()

    def fork(self) -> Model:
        """A session that begins as a copy of this one."""
        other = type(self)()
        other.fields = deepcopy(self.fields)
        return other

    def load(self, state: dict[str, Any]) -> None:
        """Set every field.

        Raises
        ------
        Failure
            The state has other paths.
        """
        if set(state) != set(self.fields):
            raise Failure("state.path")
        self.fields = deepcopy(state)
