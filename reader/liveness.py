"""What a function needs: which nodes run, and where each value is used last. SPEC 10.3."""

from __future__ import annotations

from collections.abc import Iterator

from ..schema.dims import Expr
from ..schema.dims import symbols_of as symbols_in
from ..schema.ir import Block, Function, Node, Value
from ..schema.registry import find
from ..schema.types import ScalarType, TensorType, Type, symbols_of
from .checks import node_symbols, symbol_path

#: A value, or the name of a symbol.
Key = Value | str

_EFFECTS = frozenset({"set", "guard", "raise", "print", "call", "fork", "wait", "refine", "bind"})


class Needs:
    """What the nodes of a function read and bind, and which of them run.

    A pure node whose results and symbols nobody uses is left out. `sizes` says that the
    symbols in result types are read too, for limits on memory.
    """

    __slots__ = ("sizes", "used", "kept", "makers", "_own", "_reads")

    def __init__(self, function: Function, *, sizes: bool) -> None:
        self.sizes = sizes
        self.used: set[Key] = set()
        #: The nodes that run, by ``id``.
        self.kept: set[int] = set()
        #: The node that makes a value, for the values that a guard reports.
        self.makers: dict[Value, Node] = {}
        self._own: dict[int, tuple[Key, ...]] = {}
        self._reads: dict[int, tuple[Key, ...]] = {}
        self._find_makers(function.body)
        self._visit(function.body)

    def _find_makers(self, block: Block) -> None:
        for node in block.nodes:
            for result in node.results:
                self.makers[result] = node
            for inner in node.blocks:
                self._find_makers(inner)

    def _visit(self, block: Block) -> None:
        self.used.update(block.results)
        for node in reversed(block.nodes):
            if self._runs(node):
                self.kept.add(id(node))
                for inner in node.blocks:
                    self._visit(inner)
                self.used.update(self.own_reads(node))

    def _runs(self, node: Node) -> bool:
        if node.kind in _EFFECTS:
            return True
        if any(result in self.used for result in node.results):
            return True
        if any(name in self.used for name in binds(node)):
            return True
        return any(self._has_effect(inner) for inner in node.blocks)

    def _has_effect(self, block: Block) -> bool:
        return any(node.kind in _EFFECTS or any(map(self._has_effect, node.blocks)) for node in block.nodes)

    def own_reads(self, node: Node) -> tuple[Key, ...]:
        """The values and symbols that `node` itself reads, blocks inside left out."""
        known = self._own.get(id(node))
        if known is None:
            known = self._own[id(node)] = self._find_own_reads(node)
        return known

    def _find_own_reads(self, node: Node) -> tuple[Key, ...]:
        found: dict[Key, None] = dict.fromkeys(node.inputs)
        if node.kind == "op":
            found.update(dict.fromkeys(node_symbols(node)))
            if self.sizes:
                for result in node.results:
                    found.update(dict.fromkeys(n for n in size_symbols(result.type) if n not in binds(node)))
        elif node.kind == "guard":
            found.update(dict.fromkeys(self.reported(node)))
        elif node.kind == "refine":
            found.update(dict.fromkeys(refine_outer(node)))
        return tuple(found)

    def reported(self, guard: Node) -> tuple[Value, ...]:
        """The scalars that a guard's condition was computed from; its message shows them."""
        maker = self.makers.get(guard.inputs[0])
        if maker is None or maker.kind != "op":
            return ()
        scalars = [v for v in maker.inputs if isinstance(v.type, ScalarType)]
        return tuple([v for v in scalars if v not in self.makers or self.makers[v].kind != "const"])

    def reads(self, node: Node) -> tuple[Key, ...]:
        """What `node` and the nodes inside it read that is made outside it."""
        if not node.blocks:
            return self.own_reads(node)
        known = self._reads.get(id(node))
        if known is None:
            found: dict[Key, None] = dict.fromkeys(self.own_reads(node))
            for block in node.blocks:
                found.update(self._outer_reads(block))
            known = self._reads[id(node)] = tuple(found)
        return known

    def _outer_reads(self, block: Block) -> dict[Key, None]:
        made: set[Key] = set(block.params)
        found: dict[Key, None] = {}
        for node in block.nodes:
            if id(node) in self.kept:
                found.update(dict.fromkeys(key for key in self.reads(node) if key not in made))
                made.update(node.results)
                made.update(binds(node))
        found.update(dict.fromkeys(key for key in block.results if key not in made))
        return found

    def body_reads(self, node: Node) -> tuple[Key, ...]:
        """What the blocks of `node` read that is made outside them."""
        return tuple({key: None for block in node.blocks for key in self._outer_reads(block)})

    def wanted(self, node: Node) -> tuple[int, ...]:
        """The positions of the results of `node` that are used, those that symbols are read off included."""
        found = {position for position, result in enumerate(node.results) if result in self.used}
        for name in binds(node):
            place = symbol_path([result.type for result in node.results], name)
            if place is not None:
                found.add(place[0])
        return tuple(sorted(found))

    def last_uses(self, block: Block) -> dict[Key, int]:
        """For each key that a node of `block` reads, the position of the last that does."""
        last: dict[Key, int] = {}
        for position, node in enumerate(block.nodes):
            if id(node) in self.kept:
                for key in self.reads(node):
                    last[key] = position
        for value in block.results:
            last[value] = len(block.nodes)
        return last


def binds(node: Node) -> tuple[str, ...]:
    """The symbols that a node gives values to."""
    if node.kind == "op":
        op = find(node.name)
        if op is None:
            return ()
        return tuple([str(node.attrs[name]) for name in op.fresh if node.attrs[name] is not None])
    if node.kind in ("call", "fork", "refine"):
        symbols = node.attrs.get("symbols", ())
        return tuple(map(str, symbols)) if isinstance(symbols, tuple) else ()
    return (str(node.attrs["symbol"]),) if node.kind == "bind" else ()


def refine_outer(node: Node) -> tuple[str, ...]:
    """The symbols in the type of a ``refine`` that it reads."""
    own = binds(node)
    want = node.attrs["type"]
    assert not isinstance(want, (str, int, float, complex, tuple)) and want is not None
    return tuple(name for name in symbols_of(want) if name not in own)  # type: ignore[arg-type]


def size_symbols(t: Type) -> Iterator[str]:
    """The symbols that the size of a tensor of type `t` depends on."""
    if isinstance(t, TensorType):
        for dim in t.shape or ():
            if isinstance(dim, Expr):
                yield from symbols_in(dim)
