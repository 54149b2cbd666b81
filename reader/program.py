"""Programs that can be called: the public face of the reader. SPEC 10."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..schema.ir import Program
from ..schema.manifest import EntryPoint
from ..schema.verify import Verified, check_program
from .bind import Signature
from .engine import Engine
from .plan import FunctionPlan
from .rules import BIND_ENTRY, BIND_SIGNATURE
from .run import Machine, Tensors
from .session import Method, Session

if TYPE_CHECKING:
    from .interpret import Watch
    from .limits import Limits
    from .plan import Debug


class Runnable:
    """A program that can be called.

    Calling it calls its main entry point; its attributes are the other ones. If it has state,
    each such call begins with the initial state and forgets it: use `new_session` to keep it.
    It never changes, and may be called from many threads at once.

    Parameters
    ----------
    program
        The program; it is verified unless `verified` is given.
    tensors
        The stored tensors by name: a mapping, or a function that gives one.
    entry_points
        How it is called; by default each export with its parameters by name.
    entry
        The main entry point: by default ``forward``, ``__call__`` or the first one.
    engine
        ``"numpy"``, ``"cupy"``, or an `Engine`.
    limits
        Bounds on every call.
    native
        Whether composites run as kernels of their own rather than by their bodies.
    operators
        Native kernels of custom operators by name.
    debug
        The original source, for messages.
    watch
        Makes what watches a call: a profiler, or a check of every result.

    Raises
    ------
    InvalidError, UnsupportedError, LimitError
        The program does not verify, or the entry points are not the program's.
    """

    def __init__(
        self,
        program: Program,
        tensors: Tensors,
        *,
        entry_points: Sequence[EntryPoint] | None = None,
        entry: str | None = None,
        engine: str | Engine = "numpy",
        limits: Limits | None = None,
        native: bool = True,
        operators: Mapping[str, Callable[..., Any]] | None = None,
        debug: Debug | None = None,
        watch: Callable[[], Watch] | None = None,
        verified: Verified | None = None,
    ) -> None:
        found = verified or check_program(program)
        self.program = program
        self._machine = Machine(
            program,
            tensors,
            engine=engine,
            limits=limits,
            native=native,
            operators=operators,
            debug=debug,
            watch=watch,
            inferences=found.inferences,
            arguments=found.arguments,
        )
        if entry_points is None:
            from ..archive.entries import entry_points as of_exports

            entry_points = of_exports(program)
        self._entries = {point.name: self._entry(point) for point in entry_points}
        self._main_name = self._choose(entry)
        self._methods = {name: Method(self._machine, *found, None) for name, found in self._entries.items()}
        self._main = self._methods[self._main_name].call

    def _entry(self, point: EntryPoint) -> tuple[Signature, FunctionPlan]:
        planner = self._machine.planner
        root = len(self.program.instances) - 1
        if point.module or point.method not in self.program.exports:
            got = f"{point.module}.{point.method}".strip(".")
            expected = f"a method of {', '.join(self.program.exports)}"
            raise BIND_SIGNATURE.fail(f"entry point {point.name}", expected=expected, got=got)
        plan = planner.method(root, point.method)
        return Signature(point, plan.function, self._machine.engine, planner.records), plan

    def _choose(self, wanted: str | None) -> str:
        names = list(self._entries)
        if (wanted is not None and wanted not in names) or not names:
            raise BIND_ENTRY.fail("entry", expected=f"one of {', '.join(names)}", got=repr(wanted))
        if wanted is not None:
            return wanted
        return next((name for name in ("forward", "__call__") if name in names), names[0])

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Call the main entry point.

        Raises
        ------
        ArgumentError
            The arguments do not fit: the rules ``bind.*``.
        GuardError, ProgramError, LimitError
            The program ends in an error: with the operator, the shapes and the source line.
        """
        return self._main(*args, **kwargs)

    def entry(self, name: str) -> Method:
        """The entry point `name`, also one that is called like something that all programs have."""
        return self._methods[self._choose(name)]

    def __getattr__(self, name: str) -> Method:
        methods: dict[str, Method] = self.__dict__.get("_methods", {})
        if name not in methods:
            raise AttributeError(f"the program has no entry point {name!r}; it has {', '.join(methods)}")
        return methods[name]

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._methods})

    @property
    def entry_points(self) -> tuple[str, ...]:
        """The names of the entry points."""
        return tuple(self._entries)

    def signature(self, entry: str | None = None) -> str:
        """How an entry point is called, such as ``forward(x: f32[B,4]) -> f32[B]``."""
        name = self._choose(entry) if entry is not None else self._main_name
        return str(self._entries[name][0])

    def new_session(self) -> Session:
        """A session, which keeps the state from call to call."""
        return Session(self._machine, self._entries, self._main_name, program=self)

    def __repr__(self) -> str:
        from .show import module_tree

        return module_tree(self.program, [str(signature) for signature, _ in self._entries.values()])
