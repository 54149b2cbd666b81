"""What the explorations of one trace share: each call, branch and turn is explored by itself."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from ...schema.errors import TraceError
from ..blocks import truth_of
from ..context import Trace
from ..proxy import Proxy
from ..scope import Val
from .level import Level
from .path import Unjoined


class Exploration:
    """What the explorations of one trace share, and the innermost of them."""

    def __init__(self, max_paths: int) -> None:
        self.max_paths = max_paths
        self.level: Level | None = None
        self.paths = 0
        #: Each sets another example of the arguments, for traces with several.
        self.examples: list[Callable[[], None]] = []
        self._example_only = False

    def run(self, trace: Trace, function: Callable[..., Any], args: Any, kwargs: dict[str, Any]) -> Any:
        """The result of a call, run along every path."""
        if self._example_only:
            return function(*args, **kwargs)

        def call() -> Any:
            return function(*map(copied, args), **{key: copied(value) for key, value in kwargs.items()})

        outer = self.level
        try:
            return Level(trace, self, call, outer).run()
        except Unjoined as error:
            if outer is not None:
                raise
            raise TraceError(error.problems) from None
        finally:
            self.level = outer

    @property
    def exploring(self) -> bool:
        """Whether the branches of what runs now are recorded by a level."""
        return self.level is not None and self.level.here and not self._example_only

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
        if self._example_only:
            return bool(condition._example)
        return self.level.decide(lambda trace: truth_of(trace, condition)) if self.level else None

    def decide_sizes(self, make: Callable[[Trace], Val], answer: bool) -> bool | None:
        """The same for a comparison of sizes, which `make` records."""
        if self._example_only:
            return answer
        return self.level.decide(make) if self.level else None


def copied(value: Any) -> Any:
    """Lists and dicts anew, since the call may change them."""
    if type(value) is list:
        return [copied(item) for item in value]
    if type(value) is dict:
        return {key: copied(item) for key, item in value.items()}
    return value
