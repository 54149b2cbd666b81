"""What a trace records: values, steps, and the functions that hold them.

Nothing here is IR yet: types may still change while symbols are solved for. `replay`
builds the program when the trace is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..schema.dims import Dim
from ..schema.ir import Attr, Span
from ..schema.types import TensorType, Type
from .symbols import Symbols


class Val:
    """A recorded value: its type in the symbols of `scope`, and its value in the example.

    `inexact` says that an operator whose result may differ between runtimes had a part in it.
    """

    __slots__ = ("scope", "type", "example", "name", "inexact", "place", "fixed", "block")

    def __init__(
        self, scope: Scope, t: Type, example: Any, name: str, inexact: bool = False, place: object = None
    ) -> None:
        self.scope = scope
        self.type = t
        self.example = example
        self.name = name
        self.inexact = inexact
        self.place = place
        #: Whether it is the same in every call: made of constants and parameters alone.
        self.fixed = False
        #: The block of a branch or loop that it is made in.
        self.block = scope.block

    def again(self) -> Val:
        """The same value, made once more in the block that is recorded now."""
        made = Val(self.scope, self.type, self.example, self.name, self.inexact, self.place)
        made.fixed = self.fixed
        return made

    @property
    def tensor(self) -> TensorType:
        """The type, with solved symbols replaced; the value must be a tensor."""
        found = self.scope.symbols.resolve_type(self.type)
        assert isinstance(found, TensorType)
        return found

    @property
    def shape(self) -> tuple[Dim, ...]:
        shape = self.tensor.shape
        assert shape is not None
        return shape


class Step:
    """A node to be: `kind` and the rest as in `schema.ir.Node`; `callee` is what a call calls."""

    __slots__ = ("kind", "name", "inputs", "attrs", "results", "span", "callee", "target", "blocks")

    def __init__(
        self,
        kind: str,
        name: str = "",
        inputs: list[Val] | None = None,
        attrs: dict[str, Attr] | None = None,
        results: list[Val] | None = None,
        span: Span | None = None,
        callee: Scope | None = None,
        target: Unit | None = None,
        blocks: tuple[BlockSteps, ...] = (),
    ) -> None:
        self.kind = kind
        self.blocks = blocks
        self.name = name
        self.inputs = inputs if inputs is not None else []
        self.attrs = attrs or {}
        self.results = results if results is not None else []
        self.span = span
        self.callee = callee
        self.target = target


class BlockSteps:
    """A block of a branch or loop: what is recorded in it, and what it yields."""

    __slots__ = ("outer", "params", "steps", "results", "open")

    def __init__(self, outer: BlockSteps | None) -> None:
        self.outer = outer
        self.params: list[Val] = []
        self.steps: list[Step] = []
        self.results: list[Val] = []
        self.open = True


class Captured:
    """A plain array that the traced code holds; becomes a parameter of every unit that uses it."""

    __slots__ = ("array", "name", "names")

    def __init__(self, array: Any, owner: object, name: str) -> None:
        self.array = array
        self.name = name
        #: The attribute's name by the id of the object that holds it.
        self.names: dict[int, str] = {id(owner): name}


class Unit:
    """A module to be: one instance in the program.

    `source` is the Python object that it stands for, or None for the root of a plain
    function. `children` are the modules that its attributes hold; those that are used
    become `submodules`.
    """

    __slots__ = ("source", "class_name", "doc", "params", "fields", "submodules", "methods", "children")

    def __init__(self, source: object, class_name: str, doc: str = "") -> None:
        self.source = source
        self.class_name = class_name
        self.doc = doc
        self.params: dict[str, Captured] = {}
        self.fields: dict[str, tuple[TensorType, Any]] = {}
        self.submodules: dict[str, Unit] = {}
        self.methods: list[Scope] = []
        self.children: dict[str, object] = {}


class Scope:
    """A function that is being traced, or was."""

    __slots__ = (
        "unit", "name", "doc", "parent", "call", "symbols", "params", "steps", "results",
        "imported", "exported", "constants", "captured", "sizes", "closed", "op_body", "block",
        "block_around", "forked",
    )  # fmt: skip

    def __init__(self, unit: Unit, name: str, parent: Scope | None, doc: str = "") -> None:
        self.unit = unit
        self.name = name
        self.doc = doc
        self.parent = parent
        #: The innermost block that is open, and the caller's block that the call stands in.
        self.block: BlockSteps | None = None
        self.block_around: BlockSteps | None = parent.block if parent else None
        self.call: Step | None = None
        self.symbols: Symbols = Symbols(parent.symbols if parent else None)
        self.params: list[Val] = []
        self.steps: list[Step] = []
        self.results: list[Val] = []
        #: Values of callers that are used here, and the parameters that bring them.
        self.imported: dict[Val, Val] = {}
        #: Values made here that are used outside, and the caller's values for them.
        self.exported: dict[Val, Val] = {}
        self.constants: dict[tuple[object, ...], Val] = {}
        self.captured: dict[int, Val] = {}
        #: What is recorded once: sizes as ints, and the places (value, axis) where a value is not zero.
        self.sizes: dict[object, Val] = {}
        self.closed = False
        #: Whether the call is a fork, whose results nobody but `wait` gives.
        self.forked = False
        #: The attributes of a custom operator whose body this is.
        self.op_body: str | None = None

    def add_param(self, t: Type, example: Any, name: str, inexact: bool = False) -> Val:
        """A further parameter."""
        made = Val(self, t, example, name, inexact)
        made.block = None
        self.params.append(made)
        return made

    def everywhere(self) -> Iterator[Step]:
        """All steps, those in blocks after the step that holds the blocks."""
        yield from walk_steps(self.steps)

    def is_inside(self, other: Scope) -> bool:
        """Whether this function is called, directly or not, by `other`."""
        scope = self.parent
        while scope is not None:
            if scope is other:
                return True
            scope = scope.parent
        return False


def walk_steps(steps: Iterable[Step]) -> Iterator[Step]:
    """`steps` and those in their blocks."""
    for step in steps:
        yield step
        for block in step.blocks:
            yield from walk_steps(block.steps)
