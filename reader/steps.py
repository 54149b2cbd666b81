"""The steps of a plan: what the interpreter runs and the generator prints. SPEC 10.3.

A plan has numbered slots. A step takes its operands from the slots `ins`, puts its results
into the slots `outs`, and then empties the slots `frees`, whose values nobody needs any more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..schema.ir import Node
from ..schema.types import TensorType

#: What a step does. `fn` is a function of the operands, except where something else is said.
ONE = 0  # one result
MANY = 1  # a tuple of results
EFFECT = 2  # no result
MOVE = 3  # all of `ins` at once to `outs`
CALL = 4  # `fn` is a plan
FORK = 5  # `fn` is a function of fields, arguments and tasks; one result, a future
GET = 6  # `index` is a field
SET = 7  # likewise
GUARD = 8  # `fn` fails with the operands after the first, unless that is true
IF = 9  # two blocks
#: ins: trip count or -1, condition, then carried values; outs: carried values; one block. `fn` is what
#: runs the turns that are left once the loop is hot, False if there is no such thing.
LOOP = 10

KIND_NAMES = ("one", "many", "effect", "move", "call", "fork", "get", "set", "guard", "if", "loop")


class Step:
    """One step. `node` is the node of the program that it comes from."""

    __slots__ = (
        "kind",
        "fn",
        "ins",
        "outs",
        "frees",
        "index",
        "blocks",
        "node",
        "operands",
        "size",
        "fresh",
        "grows",
    )

    def __init__(
        self,
        kind: int,
        node: Node | None,
        fn: Any = None,
        ins: tuple[int, ...] = (),
        outs: tuple[int, ...] = (),
        *,
        index: int = 0,
        blocks: tuple[BlockPlan, ...] = (),
        operands: int | None = None,
    ) -> None:
        self.kind = kind
        self.node = node
        self.fn = fn
        self.ins = ins
        self.outs = outs
        self.frees: tuple[int, ...] = ()
        self.index = index
        self.blocks = blocks
        #: How many of `ins` are the node's own operands; sizes of symbols may follow them.
        self.operands = len(ins) if operands is None else operands
        #: The bytes of the results before they are made, where that can be told; for limits.
        self.size: Callable[[list[Any]], int] | None = None
        #: Whether the results share no memory with the operands, as the kernel says.
        self.fresh = False
        #: Whether the first operand becomes the result, changed in place.
        self.grows = False

    @property
    def writes_operand(self) -> bool:
        """Whether the result is written into an operand's memory."""
        return len(self.ins) > self.operands and self.outs == self.ins[-1:]


class BlockPlan:
    """The steps of a block. A loop's block has an index slot (-1 if unused) and a condition slot."""

    __slots__ = ("steps", "index", "condition")

    def __init__(self, steps: tuple[Step, ...], index: int = -1, condition: int = -1) -> None:
        self.steps = steps
        self.index = index
        self.condition = condition


class Steps:
    """A planned function.

    Attributes
    ----------
    body
        The steps of the outermost block.
    template
        The slots as a call begins: constants and parameters in their places. Arguments go
        into the first slots.
    results
        The slots of the results.
    constants
        The slots that hold constants and parameters.
    parameters
        For each module parameter its slot, the name of the stored tensor, and its type.
    forks
        Whether there is a ``fork``.
    arity
        How many arguments there are.
    """

    __slots__ = ("body", "template", "results", "constants", "parameters", "forks", "arity")

    def __init__(
        self,
        body: tuple[Step, ...],
        template: list[Any],
        results: tuple[int, ...],
        constants: frozenset[int],
        parameters: tuple[tuple[int, str, TensorType], ...],
        forks: bool,
        arity: int,
    ) -> None:
        self.body = body
        self.template = template
        self.results = results
        self.constants = constants
        self.parameters = parameters
        self.forks = forks
        self.arity = arity
