"""Inlining: the nodes of a function in the place of its only call."""

from __future__ import annotations

from ...schema import dims, limits
from ...schema.calls import Callee, bind_symbols, open_arguments
from ...schema.dims import Dim
from ...schema.ir import Block, Function, Node, Program, Value, walk
from .branches import widened
from .facts import Facts
from .rewrite import Rewriter, binds, call_counts, functions_by_key, resolve, symbols_in, uses

#: A function of more nodes, those of its blocks included, stays a function.
MAX_NODES = 100


def inlining(program: Program) -> Program:
    """Put functions and methods of at most 100 nodes that are called once in the place of the call.

    Inlined nodes keep their own source positions, and read and write the fields that they did. Kept:
    calls whose arguments are checked at run time; callees that fork, that read parameters of another
    module, or that end in an error; calls that give a size 1 to a symbol, which would then broadcast
    (SPEC 4.2.6); calls that would take a use from a value that may fail to be made.
    """
    return Inlining(program).run()


class Inlining(Rewriter):
    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self._facts = Facts(program)
        self._counts = call_counts(program)
        self._functions = functions_by_key(program)
        self._harmful: dict[int, set[Value]] = {}
        self._used: dict[int, set[Value]] = {}
        self._inside: list[tuple[str, Function]] = []
        self._depth = 0

    def begin(self, function: Function) -> None:
        self._inside = [(self.owner.name if self.owner else "", function)]
        self._depth = 0

    def block(self, block: Block) -> Block:
        self._depth += 1
        made = super().block(block)
        self._depth -= 1
        return made

    def node(self, node: Node) -> None:
        if node.kind == "call":
            owner, caller = self._inside[-1]
            key = resolve(self.program, owner, node.name)
            callee = self._functions[key]
            if (
                self._counts[key] == 1
                and self._may_move(node, callee)
                and self._may_lose(node, callee, caller)
            ):
                dimensions = self._dimensions(node, callee)
                if dimensions is not None:
                    self._inline(node, callee, key[0], dimensions)
                    return
        self.copy(node)

    def _may_move(self, node: Node, callee: Function) -> bool:
        nodes = list(walk(callee.body))
        if (
            len(nodes) > MAX_NODES
            or callee.body.raises
            or self._depth + _depth(callee.body) > limits.BLOCK_NESTING
        ):
            return False
        kinds = {inner.kind for inner in nodes}
        elsewhere = bool(self.prefix) or (node.name.count(".") > 1 and node.name.startswith("self."))
        return "fork" not in kinds and not (elsewhere and "param" in kinds)

    def _may_lose(self, node: Node, callee: Function, caller: Function) -> bool:
        """Whether arguments that the callee ignores, and results that the caller does, cannot fail."""
        harmful, used = self._of(caller)
        inner_harmful, inner_used = self._of(callee)
        arguments = zip(node.inputs, callee.params)
        if any(value in harmful and param not in inner_used for value, param in arguments):
            return False
        results = zip(callee.body.results, node.results)
        return not any(value in inner_harmful and result not in used for value, result in results)

    def _of(self, function: Function) -> tuple[set[Value], set[Value]]:
        if id(function) not in self._harmful:
            self._harmful[id(function)] = self._facts.harmful(function)
            self._used[id(function)] = set(uses(function.body))
        return self._harmful[id(function)], self._used[id(function)]

    def _dimensions(self, node: Node, callee: Function) -> dict[str, Dim] | None:
        """What the callee's symbols become here; None if they cannot be said."""
        want = [value.type for value in callee.params]
        have = [value.type for value in self.inputs(node)]
        if open_arguments(want, have):
            return None
        found = bind_symbols(want, have)
        if any(isinstance(dim, dims.Unknown) or dim == 1 for dim in found.values()):
            return None
        own = symbols_in(callee)
        if own - found.keys() - {name for inner in walk(callee.body) for name in binds(inner)}:
            return None  # a symbol of a parameter that nothing here binds
        return found

    def _inline(self, node: Node, callee: Function, owner: str, dimensions: dict[str, Dim]) -> None:
        here = self.type
        params = [value.type for value in callee.params]
        needed = Callee(callee.name, tuple(params), callee.results).result_symbols()
        wished = map(self.symbol, map(str, node.attrs["symbols"]))  # type: ignore[arg-type]
        symbols = dimensions | {name: dims.symbol(new) for name, new in zip(needed, wished)}
        for inner in walk(callee.body):
            for name in binds(inner):
                if name not in symbols:
                    fresh = self.to.fresh_symbol(name)
                    self.to.symbols.add(fresh)
                    symbols[name] = dims.symbol(fresh)
        declared = [here(value.type) for value in node.results]
        arguments = self.inputs(node)
        before = self.symbols, self.prefix
        self.symbols = symbols
        path = node.name.split(".")[1:-1] if node.name.startswith("self.") else []
        self.prefix += "".join(f"{name}." for name in path)
        for param, value in zip(callee.params, arguments):
            self.to.span = node.span
            self.values[param] = widened(self, value, param.type, param.name)
        self._inside.append((owner, callee))
        results = self.nodes(callee.body)
        self._inside.pop()
        self.symbols, self.prefix = before
        self.to.span = node.span
        made = [
            value if value.type == want else self.to.refine(value, want, (), old.name)
            for value, want, old in zip(results, declared, node.results)
        ]
        self.become(node, made)


def _depth(block: Block) -> int:
    return max((1 + _depth(inner) for node in block.nodes for inner in node.blocks), default=0)
