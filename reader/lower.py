"""From the nodes of a function to the steps of its plan. SPEC 10.3."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..schema.ir import Block, Node, TensorConst, Value
from ..schema.registry import Op, find
from ..schema.types import NONE, ScalarType, TensorType, Type, symbols_of
from . import checks
from . import steps as s
from .calling import copy_container, fail_guard, fail_raise, show, wait
from .kernels.registry import CHOOSY, INPLACE, KERNELS, load_family
from .liveness import Key, Needs, binds, refine_outer
from .operators import kernel_function, library_function, out_operand, rules_function, size_function
from .ownership import Ownership, Place
from .rules import RUN_OPERATOR
from .steps import BlockPlan, Step, Steps

if TYPE_CHECKING:
    from .plan import FunctionPlan


class Lowering:
    """One function's way from nodes to steps.

    A slot belongs to one live value at a time. `spare` holds the slots of the values that
    die with the node at hand; its results take them first.
    """

    def __init__(self, plan: FunctionPlan) -> None:
        self.plan = plan
        self.planner = plan.planner
        self.needs = Needs(plan.function, sizes=self.planner.sizes)
        self.ownership = Ownership(self.planner, plan.instance, self.needs)
        self.slots: dict[Key, int] = {}
        self.count = 0
        self.free: list[int] = []
        self.spare: list[int] = []
        self.dying: list[Key] = []
        self.fixed: dict[int, Any] = {}
        self.parameters: list[tuple[int, str, TensorType]] = []
        self.forks = False
        #: Values that a kernel made and that nothing else looks into.
        self.own: set[Key] = set()
        #: Nodes that may change their container in place though it comes from around their block.
        self.in_place: set[Place] = set()

    def finish(self) -> Steps:
        function = self.plan.function
        held: dict[Key, int] = {}
        for value in function.params:
            held[value] = self.slots[value] = self._new()
        out: list[Step] = []
        entry: dict[str, None] = {}
        for value in function.params:
            entry.update(dict.fromkeys(symbols_of(value.type)))
        self._bind(function.params, tuple(entry), out)
        self._block(function.body, out, held)
        results = tuple(self.slots[v] for v in function.body.results)
        template = [self.fixed.get(slot) for slot in range(self.count)]
        return Steps(
            tuple(out),
            template,
            results,
            frozenset(self.fixed),
            tuple(self.parameters),
            self.forks,
            len(function.params),
        )

    def owns_results(self) -> bool:
        """Whether each result is a scalar, or a tensor that a kernel made and nothing else looks into."""
        results = self.plan.function.body.results
        return len(set(results)) == len(results) and all(
            isinstance(v.type, ScalarType) or (isinstance(v.type, TensorType) and v in self.own)
            for v in results
        )

    # --- slots ---

    def _new(self) -> int:
        if self.free:
            return self.free.pop()
        self.count += 1
        return self.count - 1

    def _constant(self, value: Value, content: Any) -> None:
        """Give `value` a slot that holds `content` from the start."""
        self.slots[value] = self.count
        self.fixed[self.count] = content
        self.count += 1

    def _at(self, keys: Sequence[Key]) -> tuple[int, ...]:
        return tuple([self.slots[key] for key in keys])

    def _results(self, node: Node) -> tuple[int, ...]:
        for result in node.results:
            self.slots[result] = self.spare.pop() if self.spare else self._new()
        return self._at(node.results)

    # --- blocks ---

    def _block(
        self, block: Block, out: list[Step], held: dict[Key, int], outs: Sequence[int] | None = None
    ) -> None:
        """Lower `block`; `held` are the slots that it may free, `outs` where its results go."""
        last = self.needs.last_uses(block)
        for position, node in enumerate(block.nodes):
            if id(node) not in self.needs.kept:
                continue
            if node.kind == "const":
                value = node.attrs["value"]
                content = self.planner.resolve(value) if isinstance(value, TensorConst) else value
                self._constant(node.results[0], content)
            elif node.kind == "param":
                self._parameter(node)
            else:
                self.dying = [k for k in self.needs.reads(node) if k in held and last[k] == position]
                self._step(node, out, held, last)
        if outs is not None and not block.raises:
            self._move(self._at(block.results), outs, out)
        if outs is not None and out:
            _clear(out[-1], [slot for key, slot in held.items() if _needs_clearing(key)])
            self.free += held.values()

    def _step(self, node: Node, out: list[Step], held: dict[Key, int], last: dict[Key, int]) -> None:
        """Lower one node, then free the slots that died with it."""
        dying = self.dying
        self.spare = [held.pop(key) for key in dying]
        clearing = {self.slots[key] for key in dying if _needs_clearing(key)}
        _LOWER[node.kind](self, node, out)
        freed = self.spare
        self.spare = []
        made: list[Key] = [*node.results, *binds(node)]
        for key in made:
            slot = self.slots.get(key)
            if slot is None:
                continue
            if key in last:
                held[key] = slot
            elif slot not in freed:
                freed.append(slot)
                if _needs_clearing(key):
                    clearing.add(slot)
        if freed:
            _clear(out[-1], [slot for slot in freed if slot in clearing])
            self.free += freed

    def _move(self, sources: Sequence[int], targets: Sequence[int], out: list[Step]) -> None:
        pairs = [(a, b) for a, b in zip(sources, targets) if a != b]
        if pairs:
            out.append(Step(s.MOVE, None, None, tuple(a for a, _ in pairs), tuple(b for _, b in pairs)))

    def _bind(self, values: Sequence[Value], names: Sequence[str], out: list[Step]) -> None:
        """Steps that read the sizes of symbols off `values`, for those that are used."""
        types = [value.type for value in values]
        for name in names:
            found = checks.symbol_path(types, name) if name in self.needs.used else None
            if found is not None:
                position, read = found
                slot = self.slots[name] = self._new()
                out.append(Step(s.ONE, None, read, (self.slots[values[position]],), (slot,)))

    def _simple(
        self, node: Node, out: list[Step], fn: Any, keys: Sequence[Key], kind: int | None = None
    ) -> Step:
        """A step that calls `fn` with `keys`."""
        ins = self._at(keys)
        outs = self._results(node)
        if kind is None:
            kind = s.ONE if len(outs) == 1 else s.MANY if outs else s.EFFECT
        step = Step(kind, node, fn, ins, outs, operands=len(node.inputs))
        out.append(step)
        return step

    def _parameter(self, node: Node) -> None:
        assert self.plan.instance is not None
        result = node.results[0]
        assert isinstance(result.type, TensorType)
        self._constant(result, None)
        stored = self.planner.stored(self.plan.instance, node.name)
        self.parameters.append((self.slots[result], stored, result.type))

    # --- operators ---

    def _op(self, node: Node, out: list[Step]) -> None:
        op = find(node.name)
        if op is None:
            self._custom(node, out)
            return
        load_family(op.family)
        if op.name in KERNELS and (self.planner.native or node.body is None):
            self._kernel(node, op, out)
        elif node.body is not None:
            self._check_rules(node, op, out)
            self._call_plan(node, out, self.planner.body(node.body))
        else:
            raise RUN_OPERATOR.fail(self.plan.path, got=op.name)

    def _check_rules(self, node: Node, op: Op, out: list[Step]) -> None:
        """What the types leave open of a composite's rules is checked before its body runs."""
        found = self.planner.inference(op, node)
        if not found.unknown:
            return
        symbols = checks.node_symbols(node)
        fn = rules_function(op, node, found, symbols)
        out.append(Step(s.EFFECT, node, fn, self._at([*node.inputs, *symbols]), operands=len(node.inputs)))

    def _kernel(self, node: Node, op: Op, out: list[Step]) -> None:
        found, engine = self.planner.inference(op, node), self.planner.engine
        symbols = checks.node_symbols(node)
        grows = op.name in INPLACE and self._owned(node)
        wanted = self.needs.wanted(node) if op.name in CHOOSY else None
        fn = library_function(engine, op, found) or kernel_function(
            self.planner, node, op, found, symbols, grows=grows, wanted=wanted
        )
        free = {key for key in self.dying if isinstance(key, Value) and key in self.own}
        target = None if symbols else out_operand(engine, node, fn, free)
        self.own.difference_update(self.ownership.kept(node))
        if target is None:
            step = self._simple(node, out, fn, (*node.inputs, *symbols))
        else:
            slot = self.slots[node.results[0]] = self.slots[target]
            self.spare.remove(slot)
            step = Step(s.ONE, node, fn, (*self._at(node.inputs), slot), (slot,), operands=len(node.inputs))
            out.append(step)
        step.grows = grows
        if self.ownership.fresh(node):
            step.fresh = True
            self.own.update(node.results)
        elif len(node.results) == 1 and self.ownership.makes_new(node):
            self.own.update(node.results)
        if self.planner.sizes and not grows:
            step.size = size_function(node, self.slots)
        self._bind(node.results, binds(node), out)

    def _owned(self, node: Node) -> bool:
        """Whether a node may change its first operand in place."""
        first = node.inputs[0]
        dies = first in self.dying and first in self.own and node.inputs.count(first) == 1
        return dies or id(node) in self.in_place

    def _custom(self, node: Node, out: list[Step]) -> None:
        native = self.planner.operators.get(node.name)
        if native is not None:
            self.own.difference_update(node.inputs)
            body = self.planner.program.bodies[node.body or 0].function
            params = [p.type for p in body.params]
            fn = checks.native_check(node.name, native, params, body.results)
            self._simple(node, out, fn, node.inputs)
        elif node.body is not None:
            self._call_plan(node, out, self.planner.body(node.body))
        else:
            raise RUN_OPERATOR.fail(
                self.plan.path, got=node.name, hint="pass operators={...} with a kernel for it"
            )

    # --- calls ---

    def _call(self, node: Node, out: list[Step]) -> None:
        self._call_plan(node, out, self.planner.callee(self.plan.instance, node.name))

    def _fork(self, node: Node, out: list[Step]) -> None:
        self.forks = True
        self._call_plan(node, out, self.planner.callee(self.plan.instance, node.name))

    def _call_plan(self, node: Node, out: list[Step], callee: FunctionPlan) -> None:
        self.own.difference_update(node.inputs)
        if self.planner.open_arguments(node, callee):
            check = checks.arguments_check(callee.path, [p.type for p in callee.function.params])
            out.append(Step(s.EFFECT, node, check, self._at(node.inputs)))
        if node.kind == "fork":
            from .forks import ForkPoint

            self._simple(node, out, ForkPoint(self.plan, node, callee), node.inputs, s.FORK)
        else:
            self._simple(node, out, callee, node.inputs, s.CALL)
        self._bind(node.results, binds(node), out)

    def _wait(self, node: Node, out: list[Step]) -> None:
        self._simple(node, out, wait, node.inputs)

    # --- control flow ---

    def _if(self, node: Node, out: list[Step]) -> None:
        self.own.difference_update(self.needs.reads(node))
        condition = self._at(node.inputs)
        for result in node.results:
            self.slots[result] = self._new()
        outs = self._at(node.results)
        spare = self.spare
        blocks = []
        for block in node.blocks:
            inner: list[Step] = []
            self._block(block, inner, {}, outs)
            blocks.append(BlockPlan(tuple(inner)))
        self.spare = spare
        out.append(Step(s.IF, node, None, condition, outs, blocks=tuple(blocks)))

    def _loop(self, node: Node, out: list[Step]) -> None:
        body = node.blocks[0]
        owned, made = set(self.own), list[Value]()
        self.own.difference_update(self.needs.reads(node))
        index, *params = body.params
        inside = set(self.needs.body_reads(node))
        sources = self._at(node.inputs)
        entry = list(sources)
        changes = self.ownership.carried(node)
        for number, (param, value, result) in enumerate(zip(params, node.inputs[2:], node.results)):
            mine = changes[number]
            mover = value in owned and value in self.dying and value not in inside
            moved = (mover and node.inputs.count(value) == 1) or (id(node), number) in self.in_place
            slot = self._carried_slot(value, node, inside)
            self.slots[param] = self.slots[result] = slot
            if mine:
                self.in_place.update(mine)
                if not moved:
                    copy = self._copy_of(param)
                    out.append(Step(s.ONE, None, copy, (sources[number + 2],), (slot,)))
                    entry[number + 2] = slot
            if mine or (mine is not None and moved):
                made.append(result)
        counter, condition = self._new(), self._new()
        self.slots[index] = counter
        outs = self._at(node.results)
        spare, dying = self.spare, self.dying
        inner: list[Step] = []
        self._block(body, inner, {}, (condition, *outs))
        self.spare, self.dying = spare, dying
        self.own.update(made)
        trips = -1 if node.inputs[0].type is NONE else sources[0]
        block = BlockPlan(tuple(inner), counter, condition)
        out.append(Step(s.LOOP, node, None, (trips, *entry[1:]), outs, blocks=(block,)))
        self.free += (counter, condition)

    def _copy_of(self, value: Value) -> Any:
        """What gives a loop a value of its own to change."""
        return self.planner.engine.copy if isinstance(value.type, TensorType) else copy_container

    def _carried_slot(self, value: Value, node: Node, inside: set[Key]) -> int:
        """The slot of a carried value: that of its first content, if nobody needs it in the loop."""
        once = node.inputs.count(value) == 1
        if value in self.dying and value not in inside and once and self.slots[value] in self.spare:
            slot = self.slots[value]
            self.spare.remove(slot)
            return slot
        return self._new()

    # --- state and effects ---

    def _get(self, node: Node, out: list[Step]) -> None:
        assert self.plan.instance is not None
        number = self.planner.field(self.plan.instance, node.name)
        out.append(Step(s.GET, node, None, (), self._results(node), index=number))

    def _set(self, node: Node, out: list[Step]) -> None:
        assert self.plan.instance is not None
        self.own.difference_update(node.inputs)
        number = self.planner.field(self.plan.instance, node.name)
        out.append(Step(s.SET, node, None, self._at(node.inputs), (), index=number))

    def _guard(self, node: Node, out: list[Step]) -> None:
        values = self.needs.reported(node)
        fail = fail_guard(node, tuple(value.name for value in values))
        out.append(Step(s.GUARD, node, fail, self._at((*node.inputs, *values)), operands=1))

    def _raise(self, node: Node, out: list[Step]) -> None:
        self._simple(node, out, fail_raise(node.name), node.inputs)

    def _print(self, node: Node, out: list[Step]) -> None:
        self._simple(node, out, show, node.inputs)

    def _refine(self, node: Node, out: list[Step]) -> None:
        self.own.difference_update(node.inputs)
        outer = refine_outer(node)
        want: Type = node.results[0].type
        self._simple(node, out, checks.refine_check(want, outer), (*node.inputs, *outer))
        self._bind(node.results, binds(node), out)

    def _bind_node(self, node: Node, out: list[Step]) -> None:
        (name,) = binds(node)
        slot = self.slots[name] = self.spare.pop() if self.spare else self._new()
        out.append(Step(s.ONE, node, checks.bind_check, self._at(node.inputs), (slot,)))


def _needs_clearing(key: Key) -> bool:
    return isinstance(key, Value) and not isinstance(key.type, ScalarType)


def _clear(step: Step, slots: Sequence[int]) -> None:
    step.frees += tuple([slot for slot in slots if slot not in step.frees])


_LOWER = {
    "op": Lowering._op,
    "call": Lowering._call,
    "if": Lowering._if,
    "loop": Lowering._loop,
    "get": Lowering._get,
    "set": Lowering._set,
    "guard": Lowering._guard,
    "raise": Lowering._raise,
    "print": Lowering._print,
    "refine": Lowering._refine,
    "bind": Lowering._bind_node,
    "fork": Lowering._fork,
    "wait": Lowering._wait,
}
