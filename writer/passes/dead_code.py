"""Dead code: what nothing uses and no effect needs."""

from __future__ import annotations

from ...schema import types
from ...schema.ir import Block, Function, ModuleClass, Node, Program, Value, walk
from .facts import PURE, Facts, has_effect
from .rewrite import Rewriter, attr_symbols, binds, functions_by_key, resolve


def dead_code(program: Program) -> Program:
    """Leave out nodes, results of branches, carried values, functions and parameters that nothing uses.

    Kept: every effect, and what effects need; whatever must fail where it fails (SPEC 10.3); exported
    methods, fields and submodules, so that the state and its paths stay.
    """
    return DeadCode(program).run()


class DeadCode(Rewriter):
    def __init__(self, program: Program) -> None:
        super().__init__(program)
        self.facts = Facts(program)
        self._called = _called(program)
        self._read = _read(program)
        self._live: set[Value | str] = set()

    def keeps(self, function: Function, cls: ModuleClass | None) -> bool:
        return (cls.name if cls else "", function.name) in self._called

    def class_params(self, cls: ModuleClass) -> list[int]:
        read = self._read.get(cls.name, set())
        return [index for index, (name, _) in enumerate(cls.params) if name in read]

    def begin(self, function: Function) -> None:
        self._live = Live(function, self.facts.harmful(function)).live

    def node(self, node: Node) -> None:
        if not _runs(node, self._live):
            return
        if node.kind not in ("if", "loop"):
            self.copy(node)
            return
        span = self.to.span
        kept = [index for index, value in enumerate(node.results) if value in self._live]
        if node.kind == "if":
            blocks = [self._branch(block, kept) for block in node.blocks]
            inputs, name = node.inputs, [node.results[i] for i in kept]
        else:
            blocks = [self._turn(node.blocks[0], kept)]
            inputs = (*node.inputs[:2], *(node.inputs[i + 2] for i in kept))
            name = [node.results[i] for i in kept]
        self.to.span = span
        fewer = Node(node.kind, "", inputs, results=tuple(name))
        self.become(fewer, self.control(fewer, blocks))

    def _branch(self, block: Block, kept: list[int]) -> Block:
        results = block.results if block.raises else tuple(block.results[i] for i in kept)
        return self.block(Block((), block.nodes, results))

    def _turn(self, body: Block, kept: list[int]) -> Block:
        params = (body.params[0], *(body.params[i + 1] for i in kept))
        results = body.results if body.raises else (body.results[0], *(body.results[i + 1] for i in kept))
        return self.block(Block(params, body.nodes, results))


class Live:
    """The values and symbols of a function that something needs."""

    def __init__(self, function: Function, harmful: set[Value]) -> None:
        self.live: set[Value | str] = set()
        self._harmful = harmful
        self._types(function.body.params)
        for t in function.results:
            self.live.update(types.symbols_of(t))
        before = -1
        while before != len(self.live):
            before = len(self.live)
            self.live.update(function.body.results)
            self._block(function.body)

    def _types(self, values: tuple[Value, ...]) -> None:
        for value in values:
            self.live.update(types.symbols_of(value.type))

    def _block(self, block: Block) -> None:
        for node in reversed(block.nodes):
            if not _runs(node, self.live):
                continue
            if node.kind == "if":
                self._branches(node)
            elif node.kind == "loop":
                self._loop(node)
            else:
                self.live.update(node.inputs)
                self._types(node.results)
                for value in node.attrs.values():
                    self.live.update(attr_symbols(value))

    def _branches(self, node: Node) -> None:
        self.live.add(node.inputs[0])
        for index, result in enumerate(node.results):
            yields = [block.results[index] for block in node.blocks if not block.raises]
            if result in self.live or any(value in self._harmful for value in yields):
                self.live.add(result)
                self.live.update(yields)
                self._types((result,))
        for block in node.blocks:
            self._block(block)

    def _loop(self, node: Node) -> None:
        body = node.blocks[0]
        self.live.update(node.inputs[:2])
        if not body.raises:
            self.live.add(body.results[0])
        for index, result in enumerate(node.results):
            param = body.params[index + 1]
            needed = result in self.live or param in self.live or param in self._harmful
            if needed or node.inputs[index + 2] in self._harmful:
                self.live.update((result, param, node.inputs[index + 2]))
                self.live.update(body.results[index + 1 : index + 2])
                self._types((param,))
        self._block(body)


def _runs(node: Node, live: set[Value | str]) -> bool:
    if node.kind not in PURE:
        return True
    if any(value in live for value in node.results) or any(name in live for name in binds(node)):
        return True
    return any(map(has_effect, node.blocks))


def _called(program: Program) -> set[tuple[str, str]]:
    """The functions that a call of an export may reach, as the names of their class and of themselves."""
    functions = functions_by_key(program)
    waiting = [(program.root.class_name, name) for name in program.exports]
    found = set(waiting)
    bodies: set[int] = set()

    def visit(function: Function, owner: str) -> None:
        for node in walk(function.body):
            if node.kind in ("call", "fork"):
                key = resolve(program, owner, node.name)
                if key not in found:
                    found.add(key)
                    waiting.append(key)
            if node.body is not None and node.body not in bodies:
                bodies.add(node.body)
                visit(program.bodies[node.body].function, "")

    while waiting:
        key = waiting.pop()
        visit(functions[key], key[0])
    return found


def _read(program: Program) -> dict[str, set[str]]:
    """For each class the parameters that a method that is kept reads."""
    called = _called(program)
    facts = Facts(program)
    found: dict[str, set[str]] = {}
    for cls in program.classes:
        names = found.setdefault(cls.name, set())
        for method in cls.methods:
            if (cls.name, method.name) in called:
                live = Live(method, facts.harmful(method)).live
                names.update(n.name for n in walk(method.body) if n.kind == "param" and n.results[0] in live)
    return found
