"""What a program is made of and what it takes: the figures before and after."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from ...schema import dims, dtypes
from ...schema.dims import Expr, Unknown
from ...schema.errors import InvalidError
from ...schema.ir import Block, Function, Initial, InitialValue, Node, Program, TensorRef, Value, walk
from ...schema.types import ContainerType, TensorType, Type, symbols_of
from .facts import used_inside
from .rewrite import functions_by_key, resolve


class Statistics:
    """The figures of a program.

    Attributes
    ----------
    nodes
        How many nodes of each kind its functions have; bodies of operators are not counted.
    functions
        How many functions and methods it has.
    parameter_bytes
        What its stored tensors take.
    peak_bytes
        An estimate of what arguments, intermediate values and results of a call take at most at a
        time: the largest of its exports, parameters left out, with every symbol as the size given.
    """

    __slots__ = ("nodes", "functions", "parameter_bytes", "peak_bytes")

    def __init__(self, nodes: dict[str, int], functions: int, parameter_bytes: int, peak_bytes: int) -> None:
        self.nodes = nodes
        self.functions = functions
        self.parameter_bytes = parameter_bytes
        self.peak_bytes = peak_bytes

    @property
    def total(self) -> int:
        """How many nodes there are."""
        return sum(self.nodes.values())

    def as_json(self) -> dict[str, object]:
        """The figures as JSON has them."""
        return {
            "nodes": self.nodes,
            "functions": self.functions,
            "parameter_bytes": self.parameter_bytes,
            "peak_bytes": self.peak_bytes,
        }


def measure(program: Program, sizes: Mapping[str, int], *, symbol: int = 1) -> Statistics:
    """The figures of `program`; `sizes` are its tensors' bytes, and every symbol counts as `symbol`."""
    nodes: dict[str, int] = {}
    functions = functions_by_key(program)
    for function in functions.values():
        for node in walk(function.body):
            nodes[node.kind] = nodes.get(node.kind, 0) + 1
    stored = stored_names(program)
    peak = Peak(program, functions, symbol)
    root = program.root.class_name
    return Statistics(
        dict(sorted(nodes.items())),
        len(functions),
        sum(sizes[name] for name in stored if name in sizes),
        max((peak.function((root, name)) for name in program.exports), default=0),
    )


def stored_names(program: Program) -> set[str]:
    """The stored tensors that the program's instances name."""
    found = {name for instance in program.instances for name in instance.params}
    for instance in program.instances:
        for initial in instance.fields:
            found |= _references(initial)
    return found


def _references(value: InitialValue) -> set[str]:
    if isinstance(value, TensorRef):
        return {value.name}
    return set().union(*map(_references, value.items)) if isinstance(value, Initial) else set()


class Peak:
    """Values held at a time, each from its node to its last use, calls by what they need themselves."""

    def __init__(self, program: Program, functions: dict[tuple[str, str], Function], symbol: int) -> None:
        self._program = program
        self._functions = functions
        self._symbol = symbol
        self._known: dict[tuple[str, str], int] = {}

    def function(self, key: tuple[str, str]) -> int:
        if key not in self._known:
            self._known[key] = self.block(self._functions[key].body, key[0])
        return self._known[key]

    def block(self, block: Block, owner: str) -> int:
        last: dict[Value, int] = {}
        for position, node in enumerate(block.nodes):
            for value in (*node.inputs, *used_inside(node.blocks)):
                last[value] = position
        last.update(dict.fromkeys(block.results, len(block.nodes)))
        ends: dict[int, list[Value]] = {}
        for value, position in last.items():
            ends.setdefault(position, []).append(value)
        held = {value: self.bytes(value.type) for value in block.params}
        live = peak = sum(held.values())
        live -= sum(held.pop(value) for value in block.params if value not in last)
        for position, node in enumerate(block.nodes):
            inner = self.inside(node, owner)
            if node.kind not in ("param", "const"):
                for value in node.results:
                    held[value] = self.bytes(value.type)
                    live += held[value]
            peak = max(peak, live + inner)
            for value in ends.get(position, ()):
                live -= held.pop(value, 0)
            live -= sum(held.pop(value, 0) for value in node.results if value not in last)
        return peak

    def inside(self, node: Node, owner: str) -> int:
        """What a node needs for itself while it runs: its blocks, or what it calls."""
        if node.kind in ("call", "fork"):
            return self.function(resolve(self._program, owner, node.name))
        return max((self.block(block, owner) for block in node.blocks), default=0)

    def bytes(self, t: Type) -> int:
        """What a value of type `t` takes; a size that is not known counts as a symbol."""
        if isinstance(t, ContainerType):
            return sum(map(self.bytes, t.items))
        if not isinstance(t, TensorType):
            return 8
        known = dict.fromkeys(symbols_of(t), self._symbol)
        sizes = []
        for dim in t.shape or ():
            try:
                size = dims.evaluate(dim, known) if isinstance(dim, Expr) else dim
            except (InvalidError, ArithmeticError, ValueError):
                size = self._symbol
            sizes.append(self._symbol if isinstance(size, Unknown) else max(int(size), 0))
        return prod(sizes) * (dtypes.BY_NAME[t.dtype].itemsize if t.dtype else 8)
