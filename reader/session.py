"""Methods that are called, and sessions that hold the state between calls. SPEC 10.5."""

from __future__ import annotations

from _thread import allocate_lock  # threading itself takes long to import
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..schema.types import Type, type_text
from .bind import Signature, check_shapes
from .convert import Converter, presenter
from .plan import FunctionPlan
from .rules import BIND_ENTRY, STATE_BUSY, STATE_PATH, STATE_TYPE
from .sharing import copied, keep, owners_of, separate

if TYPE_CHECKING:
    from .interpret import Watch
    from .profile import Profile
    from .record import Recording
    from .run import Machine
    from .watch import Watching


class Method:
    """An entry point of a program, ready to be called.

    Without a session the program has no state, or each call begins with the initial one.
    """

    __slots__ = ("machine", "signature", "plan", "session", "call")

    def __init__(
        self, machine: Machine, signature: Signature, plan: FunctionPlan, session: Session | None
    ) -> None:
        self.signature = signature
        self.plan = plan
        self.session = session
        self.use(machine)

    def use(self, machine: Machine) -> None:
        """Run on `machine` from now on."""
        self.machine = machine
        stateful = machine.planner.fields
        self.call = self._with_state if stateful else machine.stateless(self.plan, self.signature)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        return self.call(*args, **kwargs)

    def _with_state(self, *args: Any, **kwargs: Any) -> Any:
        values = self.signature.bind(args, kwargs)
        session = self.session
        if session is None:
            result = self.machine.execute(self.plan, self.machine.initial_fields(), values)
            result = separate(result, owners_of(values), self.machine.engine)
        else:
            result = session.execute(self.plan, values)
        return self.signature.build(result)

    def __repr__(self) -> str:
        return f"<entry point {self.signature}>"


_KEEP = "session.state = {**session.state, ...}"


class State(dict[str, Any]):
    """The state of a session at one time. It refuses to be changed, as that would change no session."""

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError(f"session.state is a copy; change a field with {_KEEP}")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[type, tuple[dict[str, Any]]]:
        return dict, (dict(self),)


class Session:
    """The state of one stream of calls; the program itself never changes.

    Calling the session calls the program's main entry point; its attributes are the other
    ones. Sessions are independent of each other. One session runs one call at a time: threads
    have sessions of their own. A call that ends in an error leaves the state as it was.
    """

    __slots__ = ("_machine", "_methods", "_main", "_fields", "_lock", "_program")

    def __init__(
        self,
        machine: Machine,
        entries: Mapping[str, tuple[Signature, FunctionPlan]],
        main: str,
        fields: list[Any] | None = None,
        program: object = None,
    ) -> None:
        #: What the session is of, for `tracebox.save`.
        self._program = program
        self._machine = machine
        self._methods = {name: Method(machine, *entry, self) for name, entry in entries.items()}
        self._main = self._methods[main]
        self._fields = machine.initial_fields() if fields is None else fields
        self._lock = allocate_lock()

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        """Call the main entry point."""
        return self._main(*args, **kwargs)

    def entry(self, name: str) -> Method:
        """The entry point `name`, also one that is called like something that all sessions have."""
        if name not in self._methods:
            raise BIND_ENTRY.fail("entry", expected=f"one of {', '.join(self._methods)}", got=repr(name))
        return self._methods[name]

    def __getattr__(self, name: str) -> Method:
        if name.startswith("_") or name not in self._methods:
            raise AttributeError(
                f"the program has no entry point {name!r}; it has {', '.join(self._methods)}"
            )
        return self._methods[name]

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *self._methods})

    def execute(self, plan: FunctionPlan, values: Any) -> Any:
        """Run a plan on bound arguments, and keep what it wrote if it ends well."""
        self._begin()
        try:
            old = self._fields
            fields = old[:]
            result = self._machine.execute(plan, fields, values)
            engine = self._machine.engine
            keep(old, fields, values, engine)
            self._fields = fields
            return separate(result, owners_of(values) | owners_of(fields), engine)
        finally:
            self._lock.release()

    def _begin(self) -> None:
        """Keep other calls out, or be kept out by one."""
        if not self._lock.acquire(blocking=False):
            raise STATE_BUSY.fail(
                "session",
                got="a call while another one runs in it",
                hint="give each thread a session of its own: new_session() or fork()",
            )

    def run_leaves(self, entry: str, leaves: Sequence[Any]) -> tuple[list[Any], list[Type]]:
        """Call an entry point with one value for each leaf of its arguments.

        Returns
        -------
        tuple
            The leaves of the results, and their types.
        """
        method = self.entry(entry)
        result = self.execute(method.plan, method.signature.bind_leaves(leaves))
        return method.signature.shown(result), method.signature.outputs

    @property
    def busy(self) -> bool:
        """Whether a call runs in it; a second one at the same time is refused."""
        return self._lock.locked()

    # --- state ---

    @property
    def state(self) -> dict[str, Any]:
        """The fields by path, such as ``"cell.h"``: a copy, which stays as it is.

        What is assigned to it becomes the state, as by `load_state`::

            session.state = {**session.state, "cell.h": h}
        """
        engine = self._machine.engine
        return State(
            (path, copied((presenter(engine, t) or (lambda v: v))(value), engine))
            for (path, t, _), value in zip(self._machine.planner.fields, self._fields)
        )

    @state.setter
    def state(self, state: Mapping[str, Any]) -> None:
        self.load_state(state)

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Set every field; the arrays are copied.

        Raises
        ------
        StateError
            ``state.path``: a field is missing or unknown; ``state.type``: a value is not of
            the field's type. Nothing has changed then.
        """
        declared = self._machine.planner.fields
        paths = [path for path, _, _ in declared]
        problems = [
            STATE_PATH.problem(f"field {path}", got="nothing", hint=f"keep it with {_KEEP}")
            for path in paths
            if path not in state
        ]
        there = f"there are {', '.join(paths)}" if paths else "the program has no state"
        problems += [
            STATE_PATH.problem(f"field {path}", got="no such field", hint=there)
            for path in state
            if path not in paths
        ]
        if problems:
            raise STATE_PATH.error(problems)
        engine = self._machine.engine
        fields = []
        for path, t, _ in declared:
            converter = Converter(engine, self._machine.planner.records)
            try:
                value = converter.value(state[path], t, path)
                check_shapes(converter.tensors)
            except BIND_ENTRY.error as error:
                problem = error.problems[0]
                raise STATE_TYPE.fail(
                    f"field {path}", expected=type_text(t), got=problem.got, hint=problem.hint
                ) from None
            fields.append(copied(value, engine))
        self._replace(fields)

    def reset(self) -> None:
        """Go back to the initial state."""
        self._replace(self._machine.initial_fields())

    def _replace(self, fields: list[Any]) -> None:
        """Set the state; not while a call runs, which would write over it."""
        self._begin()
        self._fields = fields
        self._lock.release()

    def fork(self) -> Session:
        """A new session that begins with this one's state."""
        entries = {name: (method.signature, method.plan) for name, method in self._methods.items()}
        main = next(name for name, method in self._methods.items() if method is self._main)
        return Session(self._machine, entries, main, list(self._fields), self._program)

    # --- debugging ---

    def _watched(self, watch: Callable[[], Watch] | None) -> None:
        """Let each call be seen by what `watch` makes too; None ends that."""
        machine = self._machine
        self._machine = machine.watched_by(watch) if watch is not None else machine.unwatched or machine
        for method in self._methods.values():
            method.use(self._machine)

    def trace_values(self) -> Watching[Recording]:
        """Record every value of the calls in a ``with`` block.

        Returns
        -------
        Watching
            A context manager that gives a `Recording`.

        Notes
        -----
        The calls run step by step in the interpreter. Every value is kept in memory.
        """
        from .record import Recorder, Recording
        from .watch import Watching

        recording = Recording()
        machine = self._machine
        return Watching(self._watched, recording, lambda: Recorder(recording, machine))

    def profile(self, *, events: bool = True) -> Watching[Profile]:
        """Measure the time of every node of the calls in a ``with`` block.

        Parameters
        ----------
        events
            Whether to keep each single run of each node too, for `Profile.save_trace`.

        Returns
        -------
        Watching
            A context manager that gives a `Profile`.
        """
        from .profile import Profile
        from .watch import Watching

        profile = Profile(self._machine.planner.debug, events=events)
        return Watching(self._watched, profile, profile.start)

    def __repr__(self) -> str:
        fields = ", ".join(f"{path}: {type_text(t)}" for path, t, _ in self._machine.planner.fields)
        return f"<session with {fields or 'no state'}>"
