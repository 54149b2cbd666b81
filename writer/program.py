"""`TracedProgram`: what `trace` gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from linecache import getline
from typing import TYPE_CHECKING, Any

from ..schema.ir import Program
from ..schema.manifest import EntryPoint, StateField
from ..schema.types import type_text
from .context import active
from .warn import Frozen

if TYPE_CHECKING:
    from ..reader.limits import Limits
    from ..reader.program import Runnable


class Vector:
    """A recorded call: the arrays that went in and those that came out, as leaves."""

    __slots__ = ("inputs", "outputs")

    def __init__(self, inputs: list[Any], outputs: list[Any]) -> None:
        self.inputs = inputs
        self.outputs = outputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A branch that an explored trace recorded: its ``file:line``, and the answers that were tried."""

    place: str
    reached: tuple[bool, ...]


class _Sources:
    """The lines of the files that were traced."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self._files = files

    def ready(self) -> None:
        """The nodes have their spans already."""

    def line(self, file: str, number: int) -> str:
        return getline(self._files.get(file, ""), number).rstrip()


class TracedProgram:
    """A traced program: call it, print it, check it, save it.

    Called in another trace, it stays a call: its function is traced there as a function of its own.

    Attributes
    ----------
    function
        What was traced; with several entry points, the first one's.
    program
        The typed IR.
    tensors
        The program's stored tensors by name.
    entry_points
        How it is called.
    warnings
        What the trace froze.
    vectors
        The example's inputs and outputs, by entry point.
    checks
        What `check` tried, as it is kept in an archive. SPEC 3.4.
    branches
        The branches of an explored trace, with the answers that were compared with the function.
    """

    def __init__(
        self,
        *,
        function: Callable[..., Any],
        program: Program,
        tensors: Mapping[str, Any],
        entry_points: tuple[EntryPoint, ...],
        warnings: tuple[Frozen, ...],
        sources: Mapping[str, str],
        vectors: Mapping[str, list[Vector]],
    ) -> None:
        self.function = function
        self.program = program
        self.tensors = dict(tensors)
        self.entry_points = entry_points
        self.warnings = warnings
        self.sources = dict(sources)
        self.vectors = dict(vectors)
        #: What was traced, by entry point.
        self.functions: dict[str, Callable[..., Any]] = {entry_points[0].name: function}
        self.checks: list[dict[str, Any]] = []
        self.branches: tuple[Branch, ...] = ()
        #: The limit of an explored trace; None where branches were frozen.
        self.max_paths: int | None = None

    @cached_property
    def runnable(self) -> Runnable:
        """The program in the reader, in memory."""
        return self._runnable(None)

    def limited(self, limits: Limits) -> Runnable:
        """The program in the reader, its calls ended at `limits`."""
        return self._runnable(limits)

    def _runnable(self, limits: Limits | None) -> Runnable:
        from ..reader.program import Runnable

        return Runnable(
            self.program,
            self.tensors,
            entry_points=self.entry_points,
            debug=_Sources(self.sources),
            limits=limits,
        )

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Call the program; within a trace, record a call of it."""
        trace = active()
        if trace is not None:
            from .nested import call_program

            return call_program(trace, self, args, kwargs)
        return self.runnable(*args, **kwargs)

    def optimize(self, passes: Iterable[str] | None = None) -> TracedProgram:
        """A program that computes the same with less; see `tracebox.optimize`.

        Parameters
        ----------
        passes
            Names of passes; by default all that leave every bit of every result as it is.

        Raises
        ------
        ValueError
            There is no pass of that name.
        """
        from .passes import run_passes

        made = run_passes(self.program, self.tensors, passes)
        program = TracedProgram(
            function=self.function,
            program=made.program,
            tensors=made.tensors,
            entry_points=self.entry_points,
            warnings=self.warnings,
            sources=self.sources,
            vectors=self.vectors,
        )
        program.functions = self.functions
        return program

    def new_session(self) -> Any:
        """A session, which keeps the state from call to call."""
        session = self.runnable.new_session()
        session._program = self
        return session

    @property
    def code(self) -> str:
        """The program as text."""
        from ..schema.text.printer import print_program

        files = print_program(self.program)
        return "\n".join(f"# {path}\n{text}" for path, text in files.items())

    @property
    def graph(self) -> str:
        """The program's nodes, one a line, below the source lines that they come from."""
        from ..schema.graph import graph_text

        sources = _Sources(self.sources)
        return graph_text(self.program, lines=lambda span: sources.line(span.file, span.line))

    @property
    def state(self) -> tuple[StateField, ...]:
        """The fields that calls may change, by their paths from the root."""
        found = []
        for index, path in self.program.instance_paths().items():
            cls = self.program.module_class(self.program.instances[index].class_name)
            for name, t in cls.fields:
                found.append(StateField(f"{path}.{name}" if path else name, type_text(t)))
        return tuple(found)

    def __repr__(self) -> str:
        calls = [
            f"{entry.name}({', '.join(entry.inputs)}) -> {', '.join(entry.outputs)}"
            for entry in self.entry_points
        ]
        return f"<TracedProgram {'; '.join(calls)}>"
