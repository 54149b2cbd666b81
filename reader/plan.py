"""Plans: a function of the program as steps over numbered slots. SPEC 10.3.

One plan for each function, and for each method of each instance, made when it is first
called. Constants and parameters have slots of their own; other slots are used again as soon
as their values are dead, and an elementwise operator writes into an operand that dies with
it, where nothing else can look into that operand.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..schema.calls import open_arguments
from ..schema.infer import Inference, infer
from ..schema.ir import Function, Node, Program, TensorConst
from ..schema.registry import Op
from ..schema.types import ClassType, TensorType, Type
from .engine import Engine
from .lower import Lowering
from .steps import Steps

if TYPE_CHECKING:  # making such a class takes long
    from typing import Protocol

    class Debug(Protocol):
        """What is known of the original source; asked only when there is an error to report."""

        def ready(self) -> None:
            """Give the nodes of the program their spans, if they have none yet."""

        def line(self, file: str, number: int) -> str:
            """A line of the source, or "" if it is not known."""


#: Builds the callable of a plan: what executes it. See `run.Machine`.
Start = Callable[["FunctionPlan"], Callable[..., Any]]


class Planner:
    """Makes the plans of one program on one engine, and knows where its fields are.

    Parameters
    ----------
    program
        A program that verifies.
    engine
        Where it runs.
    tensor
        Gives a stored tensor by its name, as the engine's array.
    start
        Gives a plan the function that runs it.
    inferences, arguments
        What the verifier found; see `tracebox.schema.verify.Verified`. Inferred anew where missing.
    native
        Whether composites run as kernels of their own, where there is one. ``TRACEBOX_NATIVE=0``
        in the environment is as False.
    operators
        Native kernels of custom operators by name.
    sizes
        Whether steps know the size of their results ahead, for limits.
    debug
        The original source, for messages.
    """

    def __init__(
        self,
        program: Program,
        engine: Engine,
        tensor: Callable[[str, TensorType], Any],
        start: Start,
        *,
        inferences: Mapping[int, Inference] | None = None,
        arguments: Mapping[int, tuple[int, ...]] | None = None,
        native: bool = True,
        operators: Mapping[str, Callable[..., Any]] | None = None,
        sizes: bool = False,
        debug: Debug | None = None,
    ) -> None:
        self.program = program
        self.engine = engine
        self.tensor = tensor
        self.start = start
        self.inferences = inferences if inferences is not None else {}
        self.arguments = arguments
        # For whole test runs, and for whoever suspects a native kernel.
        self.native = native and os.environ.get("TRACEBOX_NATIVE") != "0"
        self.operators = dict(operators or {})
        self.sizes = sizes
        self.debug = debug
        self.records = {record.name: record for record in program.records}
        self.functions = {function.name: function for function in program.functions}
        self.classes = {cls.name: cls for cls in program.classes}
        self.paths = program.instance_paths()
        #: Path, declared type and initial value of each field, in the order of their slots.
        self.fields: list[tuple[str, Type, Any]] = []
        self._stored: dict[int, dict[str, str]] = {}
        self._submodules: dict[int, dict[str, int]] = {}
        self._field_at: dict[tuple[int, str], int] = {}
        self._plans: dict[tuple[object, str], FunctionPlan] = {}
        for index, path in self.paths.items():
            instance = program.instances[index]
            for (name, t), initial in zip(self.classes[instance.class_name].fields, instance.fields):
                self._field_at[index, name] = len(self.fields)
                self.fields.append((f"{path}.{name}" if path else name, t, initial))

    def method(self, instance: int, name: str) -> FunctionPlan:
        """The plan of a method of an instance."""
        cls = self.classes[self.program.instances[instance].class_name]
        function = next(method for method in cls.methods if method.name == name)
        path = self.paths.get(instance, "")
        return self._plan((instance, name), function, instance, f"{path}.{name}" if path else name)

    def body(self, index: int) -> FunctionPlan:
        """The plan of an operator's body."""
        body = self.program.bodies[index]
        return self._plan(("body", str(index)), body.function, None, body.op)

    def callee(self, instance: int | None, name: str) -> FunctionPlan:
        """The plan that a ``call`` in a method of `instance` means."""
        if name in self.functions:
            return self._plan(("", name), self.functions[name], None, name)
        *path, method = name.split(".")[1:]
        assert instance is not None
        return self.method(self.inside(instance, path), method)

    def inside(self, instance: int, path: Sequence[str]) -> int:
        """The instance at `path` from another one."""
        for part in path:
            if instance not in self._submodules:
                found = self.program.instances[instance]
                names = [name for name, _ in self.classes[found.class_name].submodules]
                self._submodules[instance] = dict(zip(names, found.submodules))
            instance = self._submodules[instance][part]
        return instance

    def stored(self, instance: int, name: str) -> str:
        """The name of the tensor that is the parameter `name` of an instance."""
        if instance not in self._stored:
            found = self.program.instances[instance]
            names = [name for name, _ in self.classes[found.class_name].params]
            self._stored[instance] = dict(zip(names, found.params))
        return self._stored[instance][name]

    def field(self, instance: int, path: str) -> int:
        """The number of the field at `path` from an instance."""
        *inside, name = path.split(".")
        return self._field_at[self.inside(instance, inside), name]

    def resolve(self, value: TensorConst | ClassType) -> Any:
        """What kernels get for an attribute that is a constant tensor or a record class."""
        return (
            self.engine.constant(value)
            if isinstance(value, TensorConst)
            else self.records.get(value.name, value)
        )

    def inference(self, op: Op, node: Node) -> Inference:
        """What is known of an operator call."""
        found = self.inferences.get(id(node))
        if found is None:
            found = infer(op, node.attrs, [v.type for v in node.inputs], self.records)
        return found

    def open_arguments(self, node: Node, callee: FunctionPlan) -> bool:
        """Whether the types of a call's arguments leave something to check at run time."""
        if self.arguments is not None:
            return bool(self.arguments.get(id(node)))
        want = [p.type for p in callee.function.params]
        return bool(open_arguments(want, [v.type for v in node.inputs]))

    def _plan(
        self, key: tuple[object, str], function: Function, instance: int | None, path: str
    ) -> FunctionPlan:
        found = self._plans.get(key)
        if found is None:
            found = self._plans.setdefault(key, FunctionPlan(self, function, instance, path))
        return found


class FunctionPlan:
    """A function of the program that can be called.

    Attributes
    ----------
    run
        Takes the list of fields and the arguments; gives the result, or a tuple of several.
    path
        Module path and name, for messages.
    owns
        Whether the results are known to be arrays that nothing else looks into.
    """

    __slots__ = ("planner", "function", "instance", "path", "run", "steps", "calls", "owns")

    def __init__(self, planner: Planner, function: Function, instance: int | None, path: str) -> None:
        self.planner = planner
        self.function = function
        self.instance = instance
        self.path = path
        self.calls = 0
        self.owns = False
        self.steps: Steps | None = None
        self.run: Callable[..., Any] = planner.start(self)

    def prepare(self) -> Steps:
        """The steps, made at the first call, with all parameters fetched and checked."""
        steps = self.steps
        if steps is None:
            lowering = Lowering(self)
            steps = lowering.finish()
            self.owns = lowering.owns_results()
            for slot, name, t in steps.parameters:
                steps.template[slot] = self.planner.tensor(name, t)
            self.steps = steps
        return steps
