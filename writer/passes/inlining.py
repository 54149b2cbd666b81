"""Inlining: the nodes of a function in the place of its call."""

from __future__ import annotations

from ...schema import dims, limits
from ...schema.calls import Callee, bind_symbols, open_arguments
from ...schema.dims import Dim
from ...schema.ir import Block, Function, Node, Program, Value, walk
from ...schema.names import fresh_name
from ...schema.types import TensorType
from .branches import widened
from .facts import Facts
from .rewrite import Rewriter, binds, call_counts, functions_by_key, resolve, symbols_in, uses

#: A function of more nodes, those of its blocks included, stays a function.
MAX_NODES = 100

#: One of at most so many is put in the place of each of its calls, as long as the caller has no more
#: than these.
MAX_COPIED = 25
MAX_CALLER = 400


def inlining(program: Program) -> Program:
    """Put functions and methods of at most 100 nodes that are called once in the place of the call.

    One of at most 25 nodes takes the place of each of its calls, until the caller has 400. Inlined
    nodes keep their own source positions, and read and write the fields that they did; parameters
    that they read become parameters of the caller's module too, the same stored tensors. Kept:
    calls whose arguments are checked at run time; callees that fork or end in an error; calls that
    give a size 1 to a symbol, which would then broadcast (SPEC 4.2.6); calls that would take a use
    from a value that may fail to be made.
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
        self._nodes = 0
        #: For each class the parameters of modules inside it that it got: path and name, and its own name.
        self._lifted: dict[str, dict[tuple[str, str], str]] = {}

    def added_tensors(self, index: int) -> list[str]:
        own = self.program.instances[index]
        return [self._stored(index, path, name) for path, name in self._lifted.get(own.class_name, {})]

    def _stored(self, index: int, path: str, name: str) -> str:
        """The stored tensor of a parameter of the module at `path` from an instance."""
        found = self.program.instances[index]
        for part in path.split("."):
            names = [label for label, _ in self.program.module_class(found.class_name).submodules]
            found = self.program.instances[found.submodules[names.index(part)]]
        names = [label for label, _ in self.program.module_class(found.class_name).params]
        return found.params[names.index(name)]

    def begin(self, function: Function) -> None:
        self._inside = [(self.owner.name if self.owner else "", function)]
        self._depth = 0
        self._nodes = _count(function)

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
            if self._may_move(callee, self._counts[key]) and self._may_lose(node, callee, caller):
                dimensions = self._dimensions(node, callee)
                if dimensions is not None:
                    self._inline(node, callee, key[0], dimensions)
                    return
        elif node.kind == "param" and self.prefix:
            name = self._lift(node)
            self.become(node, [self.to.param(name, node.results[0].name)])
            return
        self.copy(node)

    def _lift(self, node: Node) -> str:
        """The parameter of the caller's module that is a parameter of a module inside it."""
        assert self.owner is not None
        lifted = self._lifted.setdefault(self.owner.name, {})
        key = (self.prefix[:-1], node.name)
        if key not in lifted:
            cls, t = self.program.module_class(self.owner.name), node.results[0].type
            assert isinstance(t, TensorType)
            taken = {name for name, _ in (*self.owner.params, *cls.fields, *cls.submodules)}
            taken.update(method.name for method in cls.methods)
            lifted[key] = fresh_name(f"{self.prefix.replace('.', '_')}{node.name}", taken)
            self.owner.params += ((lifted[key], t),)
        return lifted[key]

    def _may_move(self, callee: Function, calls: int) -> bool:
        count = _count(callee)
        if count > MAX_NODES or callee.body.raises:
            return False
        if calls > 1 and (count > MAX_COPIED or self._nodes + count > MAX_CALLER):
            return False
        if self._depth + _depth(callee.body) > limits.BLOCK_NESTING:
            return False
        return all(inner.kind != "fork" for inner in walk(callee.body))

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
        self._nodes += _count(callee)
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


def _count(function: Function) -> int:
    return sum(1 for _ in walk(function.body))


def _depth(block: Block) -> int:
    return max((1 + _depth(inner) for node in block.nodes for inner in node.blocks), default=0)
