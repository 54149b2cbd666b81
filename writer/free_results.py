"""Which results of a program are free: other runtimes may give others, as good. SPEC 9.3.1, 10.7.3."""

from __future__ import annotations

from ..schema.ir import Block, Function, Node, Program, Value, all_functions, walk
from ..schema.registry import find


def free_results(program: Program) -> dict[str, tuple[bool, ...]] | None:
    """For each exported method, which of its results may depend on a free result of an operator.

    None where even sizes may depend on one. Whatever is computed from a free result counts, by way of
    fields, calls, branches and loops too, so that some are named that are determined after all, such as the
    product of both factors.
    """
    if not any(map(_free_of, {n.name for _, _, f in all_functions(program) for n in _operators(f)})):
        return {name: (False,) * len(program.export(name).results) for name in program.exports}
    found = _Search(program)
    if found.sizes:
        return None
    exports = ((name, program.export(name)) for name in program.exports)
    return {name: tuple(v in found.free for v in function.body.results) for name, function in exports}


def _operators(function: Function) -> list[Node]:
    return [node for node in walk(function.body) if node.kind == "op"]


def _free_of(operator: str) -> frozenset[int]:
    """The results of an operator that its relations leave free."""
    op = find(operator)
    words = {relation.text for relation in op.accuracy.relations} if op else set()
    return frozenset(i for i in range(4) if words & {f"free(r{i})", f"unordered(r{i})"})


class _Search:
    """Goes through every function until nothing new is free: values, fields by name, sizes."""

    def __init__(self, program: Program) -> None:
        self.free: set[Value] = set()
        self.fields: set[str] = set()
        #: Functions of which a free value decides whether they run.
        self.hidden: set[Function] = set()
        self.sizes = False
        self._callees: dict[str, list[Function]] = {}
        functions = [function for _, _, function in all_functions(program)]
        for body in program.bodies:
            if find(body.op) is None:
                self._callees.setdefault(f"custom {body.op}", []).append(body.function)
        for function in program.functions:
            self._callees.setdefault(function.name, []).append(function)
        for cls in program.classes:
            for method in cls.methods:
                self._callees.setdefault(f"self.{method.name}", []).append(method)
        seen = None
        while seen != (seen := (len(self.free), len(self.fields), len(self.hidden), self.sizes)):
            for function in functions:
                self._block(function.body, function in self.hidden)

    def _block(self, block: Block, hidden: bool) -> None:
        for node in block.nodes:
            self._node(node, hidden)

    def _mark(self, values: tuple[Value, ...], free: bool) -> None:
        if free:
            self.free.update(values)

    def _node(self, node: Node, hidden: bool) -> None:
        """`hidden` says that a free value decides whether the node runs."""
        given = any(value in self.free for value in node.inputs)
        if node.kind == "op":
            self._operator(node, given)
        elif node.kind in ("call", "fork"):
            _, dot, last = node.name.rpartition(".")
            self._call(node, f"self.{last}" if node.name.startswith("self.") and dot else node.name, hidden)
        elif node.kind == "if":
            decided = node.inputs[0] in self.free
            for block in node.blocks:
                self._block(block, hidden or decided)
                for result, value in zip(node.results, block.results):
                    self._mark((result,), decided or value in self.free)
        elif node.kind == "loop":
            self._loop(node, hidden)
        elif node.kind == "get":
            self._mark(node.results, node.name.rpartition(".")[2] in self.fields)
        elif node.kind == "set":
            if given or hidden:
                self.fields.add(node.name.rpartition(".")[2])
        else:
            self._mark(node.results, given)
            self.sizes |= given and (node.kind == "bind" or bool(node.attrs.get("symbols")))

    def _operator(self, node: Node, given: bool) -> None:
        op = find(node.name)
        if op is None:
            self._call(node, f"custom {node.name}", False)
            return
        for place in _free_of(node.name):
            self._mark(node.results[place : place + 1], True)
        self._mark(node.results, given)
        self.sizes |= given and any(node.attrs.get(name) is not None for name in op.fresh)

    def _call(self, node: Node, callee: str, hidden: bool) -> None:
        for function in self._callees[callee]:
            for parameter, value in zip(function.params, node.inputs):
                self._mark((parameter,), value in self.free)
            results = [value in self.free for value in function.body.results]
            if node.kind == "fork":
                results = [any(results)]
            for result, free in zip(node.results, results):
                self._mark((result,), free)
            if hidden:
                self.hidden.add(function)

    def _loop(self, node: Node, hidden: bool) -> None:
        (block,) = node.blocks
        count, condition, *initial = node.inputs
        following, *carried = block.results
        decided = any(value in self.free for value in (count, condition, following))
        self._block(block, hidden or decided)
        for parameter, before, after, result in zip(block.params[1:], initial, carried, node.results):
            free = decided or before in self.free or after in self.free
            self._mark((parameter, result), free)
