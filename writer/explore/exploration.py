"""What the explorations of one trace share: each call, branch and turn is explored by itself."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from ...schema.errors import TraceError
from ..blocks import truth_of
from ..context import Trace
from ..given import Given
from ..proxy import Proxy
from ..scope import Val
from .level import Level
from .path import Stuck, Unjoined


class Exploration:
    """What the explorations of one trace share, and the innermost of them."""

    def __init__(self, max_paths: int) -> None:
        self.max_paths = max_paths
        self.level: Level | None = None
        self.paths = 0
        #: Each sets another example of the arguments, for traces with several.
        self.examples: list[Callable[[], None]] = []
        #: Whether a run only finds out where an example goes: calls in it are not explored.
        self.scouting = False
        #: Whether some call's branches became its caller's, which scouting would not see.
        self.unjoined = False
        self._example_only = False
        #: Whether operators that fail on the example give made-up values where a run has left its path.
        self.retrying = False
        #: Whether some value of the path that is run is made up.
        self.made_up = False

    def begin(self) -> None:
        """Before each function that is traced."""
        self.examples, self.unjoined = [], False

    def run(
        self,
        trace: Trace,
        function: Callable[..., Any],
        args: Any,
        kwargs: dict[str, Any],
        *,
        changes: bool = False,
    ) -> Any:
        """The result of a call, run along every path; with `changes`, what it does to its containers."""
        if self._example_only or self.scouting:
            return function(*args, **kwargs)

        def call() -> Any:
            given = Given()
            copies = given.copy((tuple(args), kwargs), _itself)
            result = function(*copies[0], **copies[1])
            return (given.marked(result), given.contents()) if changes else result

        outer = self.level
        try:
            found = Level(trace, self, call, outer).run()
        except (Unjoined, Stuck) as error:
            if outer is not None:
                self.unjoined |= isinstance(error, Unjoined)
                raise
            raise TraceError(error.problems) from error.__cause__
        finally:
            self.level = outer
        if not changes:
            return found
        given = Given()
        given.copy((tuple(args), kwargs), _itself)
        result, contents = found
        for number, content in enumerate(contents):
            given.write(number, content)
        return given.unmarked(result)

    @property
    def exploring(self) -> bool:
        """Whether the branches of what runs now are recorded by a level."""
        return self.level is not None and self.level.here and not self._example_only

    def make_up(self) -> bool:
        """Whether what fails on the example gives made-up values; from then on the path has some."""
        may = self.retrying and self.level is not None and self.level.off
        self.made_up |= may
        return may

    @property
    def _passing(self) -> bool:
        """Whether a run that scouts is inside a call."""
        return self.scouting and self.level is not None and not self.level.here

    @contextlib.contextmanager
    def on_example(self) -> Iterator[None]:
        """Inside, what runs is recorded nowhere: branches go as on the example."""
        before, self._example_only = self._example_only, True
        try:
            yield
        finally:
            self._example_only = before

    def decide(self, condition: Proxy) -> bool | None:
        """Which way to go at a branch on a traced array; None if that is to be frozen."""
        if self._example_only or self._passing:
            return bool(condition._example)
        return self.level.decide(lambda trace: _truth(trace, condition)) if self.level else None

    def decide_sizes(self, make: Callable[[Trace], Val], answer: bool) -> bool | None:
        """The same for a comparison of sizes, which `make` records."""
        if self._example_only or self._passing:
            return answer
        return self.level.decide(make) if self.level else None


def _truth(trace: Trace, condition: Proxy) -> Val:
    """The truth of a bool, or of a number: whether it is not 0."""
    number: Any = condition
    return truth_of(trace, condition if condition.dtype == bool else number != 0)


def _itself(value: Any, path: str) -> Any:
    return value
