"""Running every path of a function: each undecided branch is taken both ways. SPEC 5.7.

A function is run again from its start for each path, with the decisions so far forced: a
depth-first search. Methods, forked calls, branches and turns of loops are explored by
themselves, so that the paths of a program add up rather than multiply.
"""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Any

from ...schema.errors import TraceError
from ...schema.ir import Attr
from .. import rules
from ..attributes import frozen
from ..context import Trace
from ..integral import SymbolicInt
from ..proxy import Proxy
from ..scope import BlockSteps, Step, Val
from ..sharing import may_be
from .following import Following
from .merging import Merge
from .path import Decision, Path, Raised, Recording, Slot, Stuck, Unjoined, filled, slots_of
from .prefix import identified
from .raising import caught, raised_by
from .rewind import Rewind, differing, place

if TYPE_CHECKING:
    from .exploration import Exploration

#: How often an exploration begins anew because sizes turned out to be equal.
ROUNDS = 8


class Again(Exception):
    """Sizes turned out to be equal on the way: the exploration begins anew."""


class Node:
    """A path and, for each decision after those that were forced, what lies on its other side."""

    __slots__ = ("path", "others")

    def __init__(self, path: Path) -> None:
        self.path = path
        self.others: dict[int, Node] = {}


class Level:
    """The exploration of one call."""

    def __init__(
        self, trace: Trace, shared: Exploration, call: Callable[[], Any], outer: Level | None
    ) -> None:
        self.trace = trace
        self.call = call
        self.shared = shared
        self.off_outside: bool = outer is not None and (outer.off or outer.example > 0)
        self.scope = trace.scope
        self.block = trace.scope.block
        #: Whether the run has left the path of the example.
        self.off: bool = self.off_outside
        self.examples = self.shared.examples if outer is None else []
        self.natural: list[tuple[bool, ...]] = []
        self.example: int = 0
        #: The frame in which the outermost exploration runs; None if that is this one.
        self.top: FrameType | None = None if outer is None else outer.top or outer.frame
        self.frame: FrameType | None = None

    def run(self) -> Any:
        """Explore, and give the result."""
        self.frame = sys._getframe()
        try:
            return self._run()
        finally:
            self.frame = None  # no cycle

    def _run(self) -> Any:
        for _ in range(ROUNDS):
            self.rewind = Rewind(self.trace)
            self.paths: list[Path] = []
            self.runs: list[tuple[int, Path]] = []
            try:
                return self._explore()
            except Again:
                self.rewind.back()
            except BaseException:
                self.rewind.back()
                raise
        raise rules.EXPLORE.fail(self.trace.where, got="sizes that turn out to be equal again and again")

    def _explore(self) -> Any:
        self.natural = []
        node = self._search(())
        main = node.path
        if not main.decisions:
            return self._only(main)
        self._check_attributes(main)
        merge = Merge(self.trace, self.block)
        self.rewind.back()
        if self.examples:
            self.examples[0]()
        self.rewind.done(self.paths, main)
        self.shared.made_up |= main.made_up
        found = self._merged(merge, node)
        if found.raised is not None:
            self._all_raise()
            raise found.raised.error
        self._splice(found.steps)
        for proxy, value in found.changed.values():
            proxy._source = value
            proxy._version += 1 + max(seen for _, _, seen, _ in self.rewind.proxies)
        return filled(found.result, self._give)

    def _only(self, path: Path) -> Any:
        """The one path there is: nothing is merged."""
        self.rewind.done([path], path)
        self.shared.made_up |= path.made_up
        if path.raised is not None:
            raise path.raised.error
        self._splice(path.block.steps)
        for proxy, value in path.changed.values():
            proxy._source = value
            proxy._version += 1
        return path.result

    def _splice(self, steps: list[Step]) -> None:
        place(self.block, steps)
        (self.scope.steps if self.block is None else self.block.steps).extend(steps)

    def _give(self, slot: Slot) -> Any:
        """A result for the caller."""
        if slot.dim is None:
            array = Proxy(self.trace, slot.value, weak=slot.weak)
            may_be(array, *slot.arrays)
            return array
        if isinstance(slot.dim, int):
            return slot.dim
        from ...schema import dims

        if not isinstance(slot.dim, dims.Unknown):
            return SymbolicInt(self.trace, self.scope, slot.dim)
        made = self.scope.symbols.new("n", int(slot.value.example), fresh=True)
        self.trace.add(Step("bind", "", [slot.value], {"symbol": str(dims.symbol_name(made))}))
        return SymbolicInt(self.trace, self.scope, made)

    # --- runs ---

    def _search(self, forced: tuple[bool, ...]) -> Node:
        path = self._path(forced)
        node = Node(path)
        self.paths.append(path)
        answers = path.answers
        for k in range(len(answers) - 1, len(forced) - 1, -1):
            node.others[k] = self._search((*answers[:k], not answers[k]))
        return node

    def _path(self, forced: tuple[bool, ...]) -> Path:
        """Run along a path, on the example that comes nearest to it if there are several.

        Where none can run it, what fails gives made-up values, and the run goes on.
        """
        self.shared.paths += 1
        if len(self.paths) >= self.shared.max_paths:
            self._too_many(self.paths[-1])
        try:
            return self._on_examples(forced)
        except Stuck:
            if self.shared.retrying:
                raise
            self.shared.retrying = True
            try:
                return self._on_examples(forced)
            except TraceError:
                pass  # what the first run says is nearer to the reason
            finally:
                self.shared.retrying = False
            raise

    def _on_examples(self, forced: tuple[bool, ...]) -> Path:
        if len(self.examples) < 2:
            return self._once(forced)
        if not forced:
            return self._natural_paths()
        order = sorted(range(len(self.examples)), key=lambda i: -_common(self.natural[i], forced))
        failures = []
        for index in order:
            self.examples[index]()
            self.example = index
            try:
                return self._once(forced)
            except TraceError as error:
                failures.append(error)
        raise failures[0]

    def _natural_paths(self) -> Path:
        """The path of the first example; and where the others go by themselves."""
        main = self._run_on(0)
        self.natural = [main.answers]
        self.paths.append(main)  # so that the other runs print nothing
        self.shared.scouting = bool(main.decisions) and not self.shared.unjoined
        try:
            for index in range(1, len(self.examples)) if main.decisions else ():
                self.natural.append(self._run_on(index).answers)
        finally:
            self.shared.scouting = False
            self.paths.pop()
        return main

    def _run_on(self, index: int) -> Path:
        self.examples[index]()
        self.example = index
        return self._once(())

    def _once(self, forced: tuple[bool, ...]) -> Path:
        trace, scope = self.trace, self.scope
        self.rewind.back()
        self.off = self.off_outside
        path = self.now = Path(BlockSteps(self.block), forced)
        self.decided: dict[int, bool] = {}
        self.numbers: dict[Val, int] = {}
        self.terms: dict[object, int] = {}
        self.numbered = 0
        self.makers: dict[Val, Step] = {}
        scope.block, self.shared.level = path.block, self
        again, made_up = bool(self.paths), self.shared.made_up
        outside, trace.following = trace.following, self._earlier(path)
        try:
            with contextlib.redirect_stdout(io.StringIO()) if again else contextlib.nullcontext():
                result = self.call()
                path.result = slots_of(trace, result) if path.decisions else result
        except Again:
            raise
        except Exception as error:  # noqa: BLE001 - a path may end in any exception
            path.raised = self._raised(path, error)
        finally:
            trace.scope, scope.block, path.block.open = scope, self.block, False
            trace.following = outside
            path.made_up, self.shared.made_up = self.shared.made_up, made_up
            self.rewind.leave(path)
        self.runs.append((self.example, path))
        return path

    def _earlier(self, path: Path) -> Following | None:
        """The run on the same example that went the same way for longest."""
        runs = [run for example, run in self.runs if example == self.example and not run.made_up]
        found = max(runs, key=lambda run: _common(run.answers, path.forced), default=None)
        return Following(path.block, found) if found is not None else None

    def _raised(self, path: Path, error: Exception) -> Raised:
        """What the program raised; errors of the tracer, and of the example, are raised again."""
        raised = raised_by(self.trace, error)
        if raised is not None and path.decisions and self.top is not None and caught(self.trace, self.top):
            got = f"{raised.name}, which the caller may catch"
            hint = "catch it in the function that raises it"
            raise Unjoined(rules.BRANCHES.problem(self.trace.where, got=got, hint=hint)) from error
        main = not self.off and self.example == 0
        if main or (isinstance(error, TraceError) and error.code == rules.EXPLORE.code):
            raise error
        if raised is not None:
            error.__traceback__ = None  # its frames would keep the arrays of the path
            return raised
        problem = rules.EXPLORE.problem(
            self.trace.where,
            expected=f"the path where {path.described()} runs on the example",
            got=str(error).splitlines()[0] if str(error) else type(error).__name__,
            hint="give an example that takes this path: examples=[(x2, ...), ...]",
        )
        raise Stuck(problem) from error

    # --- decisions ---

    def decide(self, make: Callable[[Trace], Val]) -> bool | None:
        """Which way to go at a branch on what `make` records; None if it is in no block of this level."""
        return self._decide(make(self.trace)) if self.here else None

    @property
    def here(self) -> bool:
        """Whether what is recorded now stands in the run's own block."""
        return self.trace.scope is self.scope and self.scope.block is self.now.block

    def _decide(self, truth: Val) -> bool:
        path = self.now
        number = self._number(truth)
        known = self.decided.get(abs(number))
        if known is not None:
            return known is (number > 0)
        self.trace.repeated = True
        natural = bool(truth.example)
        index = len(path.decisions)
        answer = path.forced[index] if index < len(path.forced) else natural
        where = self.trace.spans.here()
        path.decisions.append(Decision(len(path.block.steps), truth, answer, where))
        self.decided[abs(number)] = answer is (number > 0)
        self.off = self.off or answer is not natural
        following = self.trace.following
        if following is not None and not following.decided(index, answer):
            self.trace.following = None
        if index == len(path.forced) - 1:
            self.rewind.reserve()
        if index >= self.shared.max_paths:
            self._too_many(path)
        return answer

    def _number(self, value: Val) -> int:
        """A number that equal conditions share; that of the opposite condition is the negative."""
        steps = self.now.block.steps
        for step in steps[self.numbered :]:
            for result in step.results:
                self.makers[result] = step
        self.numbered = len(steps)
        pending = [value]
        while pending:
            top = pending[-1]
            maker = self.makers.get(top)
            if top in self.numbers or maker is None or maker.kind != "op" or maker.blocks:
                if top not in self.numbers:
                    self.numbers[top] = self._term(id(top))
                pending.pop()
                continue
            missing = [v for v in maker.inputs if v not in self.numbers]
            if missing:
                pending.extend(missing)
                continue
            self.numbers[top] = self._of(maker, top)
            pending.pop()
        return self.numbers[value]

    def _of(self, maker: Step, value: Val) -> int:
        inputs = tuple(self.numbers[v] for v in maker.inputs)
        if maker.name in ("bool.not", "logical_not"):
            return -inputs[0]
        attrs = tuple((name, _key(attr)) for name, attr in maker.attrs.items())
        if maker.name in ("item", "reshape") and inputs[0] < 0:
            return -self._term((maker.name, attrs, (-inputs[0],), 0))
        return self._term((maker.name, attrs, inputs, maker.results.index(value)))

    def _term(self, key: object) -> int:
        return self.terms.setdefault(key, len(self.terms) + 1)

    # --- merging ---

    def _merged(self, merge: Merge, node: Node) -> Recording:
        """What follows the decisions that were forced."""
        path = node.path
        decisions, steps = path.decisions, path.block.steps
        start = len(path.forced)
        last = decisions[-1].at if len(decisions) > start else self._start(path)
        found = Recording(steps[last:], path.result, path.changed, path.raised)
        for k in range(len(decisions) - 1, start - 1, -1):
            other = node.others[k]
            rest = self._merged(merge, other)
            problem = identified(self.scope, path, other.path, k, rest)
            if problem is not None:
                self._unlike(problem)
            try:
                found = merge.join(decisions[k], found, rest)
            except TraceError as error:
                if error.code != rules.BRANCHES.code:
                    raise
                raise Unjoined(error.problems) from error
            begin = decisions[k - 1].at if k > start else self._start(path)
            found.steps = steps[begin : decisions[k].at] + found.steps
        return found

    def _start(self, path: Path) -> int:
        return path.decisions[len(path.forced) - 1].at if path.forced else 0

    def _unlike(self, problem: str) -> None:
        if self.rewind.learned():
            raise Again
        hint = "keep no counters, caches or random choices that outlive a call"
        raise rules.EXPLORE.fail(
            problem, expected="a function that does the same when it is run again", hint=hint
        )

    # --- errors ---

    def _too_many(self, path: Path) -> None:
        counts: dict[str, int] = {}
        for decision in path.decisions:
            counts[str(decision.place)] = counts.get(str(decision.place), 0) + 1
        line, most = max(counts.items(), key=lambda pair: pair[1], default=("", 0))
        limit = self.shared.max_paths
        hint = "use tb.cond for independent branches, or raise max_paths="
        got = f"more; {len(path.decisions)} branches on one path"
        if most > 8:
            got = f"more; one path takes the branch at {line} {most} times"
            hint = "a loop that data drives has no end of paths: use tb.while_loop, tb.for_loop or tb.cond"
        raise rules.EXPLORE.fail(
            line or self.trace.where, expected=f"at most {limit} paths", got=got, hint=hint
        )

    def _check_attributes(self, main: Path) -> None:
        for path in self.paths:
            name = None if path.raised or main.raised else differing(main.plain, path.plain)
            if name is not None:
                hint = "make it a field, or give it as a result"
                got = f"the attribute {name!r}, which differs where {path.described()}"
                raise rules.EXPLORE.fail(self.trace.where, got=got, hint=hint)

    def _all_raise(self) -> None:
        kinds = {(path.raised.name, path.raised.message) for path in self.paths if path.raised}
        if len(kinds) > 1:
            got = f"a function that raises on every path: {', '.join(sorted(n for n, _ in kinds))}"
            raise rules.EXPLORE.fail(self.trace.where, got=got, hint="raise where it is called")


def _key(attr: Attr) -> object:
    return frozen(attr)


def _common(a: tuple[bool, ...], b: tuple[bool, ...]) -> int:
    """How long two paths go the same way."""
    count = 0
    for x, y in zip(a, b):
        if x is not y:
            break
        count += 1
    return count
