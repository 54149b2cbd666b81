"""Programs in memory that can be executed. SPEC 10."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..schema.errors import TraceboxError
from ..schema.ir import Initial, InitialValue, Program, TensorConst, TensorRef
from ..schema.types import ClassType, ContainerType, TensorType, Type, type_text
from .bind import Signature
from .engine import Engine
from .engine import engine as find_engine
from .interpret import interpret, watched
from .kernels.registry import OperatorError
from .plan import FunctionPlan, Planner
from .rules import BIND_TENSOR, RUN_BYTES, RUN_NESTING
from .sharing import owners_of, separate
from .values import Record, matches, tensor_text

if TYPE_CHECKING:
    from .interpret import Watch
    from .limits import Limits
    from .plan import Debug

#: From which call on a plan runs as generated code.
HOT = 2

#: What kernels raise: errors of the program, and of the machine that runs it.
FAILURES = (
    OperatorError,
    TraceboxError,
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    RecursionError,
    TypeError,
    ValueError,
)

Tensors = Mapping[str, Any] | Callable[[str], Any]


class Machine:
    """A program on an engine: makes plans, runs them, says where errors happened.

    Parameters
    ----------
    program
        A program that verifies.
    tensors
        The stored tensors by name: a mapping, or a function that gives one.
    engine
        ``"numpy"``, ``"cupy"``, or an `Engine`.
    limits
        Bounds on every call, which then always runs in the interpreter.
    watch
        Makes what watches a call, in the place of `limits`.
    native, operators, inferences, arguments, debug
        See `Planner`.
    """

    def __init__(
        self,
        program: Program,
        tensors: Tensors,
        *,
        engine: str | Engine = "numpy",
        limits: Limits | None = None,
        watch: Callable[[], Watch] | None = None,
        native: bool = True,
        operators: Mapping[str, Callable[..., Any]] | None = None,
        inferences: Mapping[int, Any] | None = None,
        arguments: Mapping[int, tuple[int, ...]] | None = None,
        debug: Debug | None = None,
    ) -> None:
        self.program = program
        self.engine = find_engine(engine)
        self.watch = watch if watch is not None or limits is None else _meter(limits)
        #: The machine that this one watches for a while; see `watched_by`.
        self.unwatched: Machine | None = None
        self._read = tensors if callable(tensors) else tensors.__getitem__
        self._tensors: dict[tuple[str, str], Any] = {}
        self.planner = Planner(
            program,
            self.engine,
            self.tensor,
            self._start,
            inferences=inferences,
            arguments=arguments,
            native=native,
            operators=operators,
            sizes=limits is not None,
            debug=debug,
        )

    def watched_by(self, watch: Callable[[], Watch]) -> Machine:
        """The same machine, each call seen by what `watch` makes; limits stay."""
        twin = Machine.__new__(Machine)
        twin.__dict__.update(self.__dict__)
        twin.unwatched = self
        own = self.watch
        if own is None:
            twin.watch = watch
        else:
            from .watch import Both

            twin.watch = lambda: Both(own(), watch())
        return twin

    # --- execution ---

    def _start(self, plan: FunctionPlan) -> Callable[..., Any]:
        """What runs a plan at first: the interpreter, until the plan is hot."""

        def run(fields: list[Any], *args: Any) -> Any:
            plan.calls = calls = plan.calls + 1
            if calls >= HOT:  # threads may meet here; each then compiles the same
                from .generate import compiled

                plan.run = compiled(plan) or plain
                return plan.run(fields, *args)
            return interpret(plan, fields, args)

        def plain(fields: list[Any], *args: Any) -> Any:
            return interpret(plan, fields, args)

        return run

    # As a decorator, errstate takes half the time that it takes in a ``with``.
    @np.errstate(all="ignore")
    def execute(self, plan: FunctionPlan, fields: list[Any], args: Sequence[Any]) -> Any:
        """Run `plan` on arguments of its types; `fields` are read and written.

        Raises
        ------
        GuardError, ProgramError, LimitError
            With the place in the program. After an error `fields` are of no use.
        """
        try:
            if self.watch is None:
                return plan.run(fields, *args)
            return watched(plan, fields, args, self.watch())
        except FAILURES as error:
            raise placed(error) from None

    def stateless(self, plan: FunctionPlan, signature: Signature) -> Callable[..., Any]:
        """The function that binds, runs and gives back, for programs without fields."""
        bind, build, fields = signature.bind, signature.build, list[Any]()
        as_is = signature.single and signature.presenters[0] is None
        if self.watch is not None:

            def watch(*args: Any, **kwargs: Any) -> Any:
                values = bind(args, kwargs)
                return build(separate(self.execute(plan, fields, values), owners_of(values), self.engine))

            return watch

        @np.errstate(all="ignore")
        def call(*args: Any, **kwargs: Any) -> Any:
            values = bind(args, kwargs)
            try:
                result = plan.run(fields, *values)
            except FAILURES as error:
                raise placed(error) from None
            if not plan.owns:
                result = separate(result, owners_of(values), self.engine)
            return result if as_is else build(result)

        return call

    # --- contents ---

    def tensor(self, name: str, t: TensorType) -> Any:
        """The stored tensor `name` as an array of type `t`; read, checked and placed once."""
        key = (name, t.dtype or "")
        found = self._tensors.get(key)
        if found is None:
            found = self._tensors[key] = self.engine.parameter(self._read(name), t.dtype)
        if not matches(found, t, {}):
            raise BIND_TENSOR.fail(name, expected=type_text(t), got=tensor_text(found))
        return found

    def initial_fields(self) -> list[Any]:
        """The fields as a new session has them."""
        return [self._initial(value, t) for _, t, value in self.planner.fields]

    def _initial(self, value: InitialValue, t: Type) -> Any:
        if isinstance(t, ContainerType) and t.kind == "optional" and value is not None:
            t = t.items[0]
        if isinstance(value, TensorRef):
            assert isinstance(t, TensorType)
            return self.tensor(value.name, t)
        if isinstance(value, TensorConst):
            return self.engine.constant(value)
        return self._compound(value, t) if isinstance(value, Initial) else value

    def _compound(self, value: Initial, t: Type) -> Any:
        if isinstance(t, ClassType):
            fields = self.planner.records[t.name].fields
            return Record(t.name, {name: self._initial(v, ft) for (name, ft), v in zip(fields, value.items)})
        assert isinstance(t, ContainerType)
        if t.kind == "dict":
            key, item = t.items
            pairs = zip(value.items[::2], value.items[1::2])
            return {self._initial(k, key): self._initial(v, item) for k, v in pairs}
        if t.kind == "list":
            return [self._initial(v, t.items[0]) for v in value.items]
        return tuple([self._initial(v, item) for v, item in zip(value.items, t.items)])


def _meter(limits: Limits) -> Callable[[], Watch]:
    from .limits import Meter

    return lambda: Meter(limits)


def placed(error: Exception) -> Exception:
    """The error to raise: a program's with its place in it; a bug stays what it is, with a note."""
    from .where import annotate, located

    if isinstance(error, RecursionError):
        return RUN_NESTING.fail(got=f"more than Python's stack holds ({error})")
    if isinstance(error, MemoryError):
        error = RUN_BYTES.fail(expected="memory for a result", got=str(error) or "none").with_traceback(
            error.__traceback__
        )
    if isinstance(error, (OperatorError, TraceboxError)):
        return located(error)
    annotate(error)
    return error
