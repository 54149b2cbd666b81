"""The compiler's ground: values and blocks of the program, branches and loops. SPEC 5.7.

Statements are interpreted over values that stand for those of the program. Where paths
part, each is recorded into a block of its own; where they meet, `templates` say what the
variables have in common, and the rest becomes results of the ``if`` or ``loop`` node.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..scope import BlockSteps, Scope, Step, Val
from . import rules
from .frames import DEAD, FALL, Dead, Flow
from .merging import Merge, Outcome
from .program_values import Values
from .templates import Widening
from .values import (
    births,
)

#: Blocks of the program nest at most 32 deep.
MAX_DEPTH = 24
#: How often the types of what a loop carries are widened.
MAX_TURNS = 12

Run = Callable[[], "tuple[Flow, Any]"]


class Core(Values):
    """Blocks and branches."""

    @contextmanager
    def block(self, reopened: BlockSteps | None = None) -> Iterator[BlockSteps]:
        """Record into a block, a new one or one that was closed."""
        scope = self.trace.scope
        block = reopened or BlockSteps(scope.block)
        sizes, known = dict(scope.sizes), set(scope.constants)
        compacted = dict(scope.symbols.compacted)
        outer, scope.block, block.open = scope.block, block, True
        try:
            yield block
        finally:
            scope.block, block.open = outer, False
            scope.sizes, scope.symbols.compacted = sizes, compacted
            for key in set(scope.constants) - known:
                if scope.constants[key].block is block:
                    del scope.constants[key]

    def branch(
        self, truth: Val, run_then: Run, run_else: Run, live: frozenset[str] | None = None
    ) -> tuple[Flow, Any]:
        """An ``if`` node: both paths, and what they have in common afterwards.

        `live` are the variables that are read later; None for all. The result is how control
        leaves, and the value that the paths give.
        """
        frame = self.frame
        before, homes = dict(frame.env), dict(frame.homes)
        fresh = set(self.trace.scope.symbols.fresh)
        mark = births()
        outcomes = []
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(
                rules.LIMIT, expected=f"at most {MAX_DEPTH} nested blocks", hint="split the function"
            )
        for run in (run_then, run_else):
            frame.env, frame.homes = dict(before), dict(homes)
            with self.journaled() as changes, self.block() as block:
                try:
                    flow, value = run()
                except Dead:
                    flow, value = DEAD, None
                if not flow.kinds:
                    self.end_dead(block)
                else:
                    self.show([value, *frame.env.values()])
            outcomes.append(Outcome(block, flow, value, frame.env, changes, frame.homes))
        self.depth -= 1
        frame.env = before
        return Merge(self, truth, outcomes, before, live, fresh, mark).finish()

    def end_dead(self, block: BlockSteps | Scope) -> None:
        """All paths of the block raise: so does its end, which is never reached."""
        if not block.steps or block.steps[-1].kind != "raise":
            self.record_raise("RuntimeError", self.trace.constant("this line is never reached"))

    def record_raise(self, exception: str, message: Val) -> None:
        """End the block with an error."""
        self.trace.add(Step("raise", exception, [message]))

    def raise_unless(self, truth: Any, exception: str, message: str) -> None:
        """Raise an error of the program where a bool is false."""
        if truth is True:
            return
        if truth is False:
            self.record_raise(exception, self.trace.constant(message))
            raise Dead

        def fails() -> tuple[Flow, Any]:
            self.record_raise(exception, self.trace.constant(message))
            return DEAD, None

        self.branch(self.scalar(truth), lambda: (Flow(FALL), None), fails)

    def widening(self, fresh: set[str], outside: Callable[[Any], bool] = lambda box: False) -> Widening:
        """Templates for values that leave a block before which the symbols `fresh` were bound.

        `outside` says of a box whether it was there before.
        """
        symbols = self.trace.scope.symbols

        def visible(name: str) -> bool:
            return name not in symbols.fresh or name in fresh

        return Widening(visible, self.type_of, outside)
