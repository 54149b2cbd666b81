"""Updates in loops: nobody sees another value change, and the common ones copy nothing. SPEC 10.3."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strict_namespace import NAMESPACE, StrictArray
from tracebox.reader.engine import Engine
from tracebox.reader.kernels.registry import INPLACE, KERNELS, PREPARE, load_family
from tracebox.reader.limits import Limits
from tracebox.reader.program import Runnable
from tracebox.reader.watch import ResultCheck
from tracebox.schema.builder import FunctionBuilder, ProgramBuilder
from tracebox.schema.errors import LimitError, ProgramError
from tracebox.schema.ir import DTypeAttr, TensorConst, Value
from tracebox.schema.types_text import parse_type

from . import changing_programs
from .build import Make, assert_same, f32, function, loop, program, run_all_ways

STRICT = Engine("strict", NAMESPACE, StrictArray, inplace=True)


def host(value: Any) -> Any:
    return value.get() if isinstance(value, StrictArray) else value


# --- nobody sees it -------------------------------------------------------------


@settings(max_examples=80)
@given(st.randoms(use_true_random=False), st.integers(0, 3))
def test_programs_that_change_values_give_what_a_plain_evaluation_gives(r: Random, turns: int) -> None:
    made = changing_programs.random_program(r)
    args = (turns, f32(4), [1, 2, 3], {5: 6})
    before = changing_programs.copied(args)
    plain = changing_programs.Plain(made)
    expected = [plain(*args) for _ in range(3)]
    for options in ({}, {"watch": ResultCheck}, {"native": False}):
        session = Runnable(made, {}, **options).new_session()
        for want in expected:
            assert_same(session(*args), tuple(want))
            assert_same(args, before)
        assert_same(session.state["h"], plain.fields["h"])
    strict = Runnable(made, {}, engine=STRICT).new_session()
    for want in expected:
        assert_same(changing_programs.mapped(strict(*args), host), tuple(want))


# --- what copies nothing --------------------------------------------------------


def place(f: FunctionBuilder, i: Value) -> Value:
    """The index ``i % 4`` as a tensor."""
    (small,) = f.op("int.remainder", i, f.const(4))
    return f.op("from_scalar", small, dtype=DTypeAttr("i64"))[0]


def written(f: FunctionBuilder, x: Value, i: Value) -> Value:
    """``x[i % 4] = -x[3 - i % 4]``."""
    at = place(f, i)
    (other,) = f.op("subtract", f.const(TensorConst("i64", (), (3).to_bytes(8, "little"))), at)
    (value,) = f.op("take", x, other, axis=0)
    (value,) = f.op("negative", value)
    return f.op("scatter", x, value, at)[0]


def odd(f: FunctionBuilder, i: Value) -> Value:
    (rest,) = f.op("int.remainder", i, f.const(2))
    return f.op("int.equal", rest, f.const(1))[0]


def chosen(f: FunctionBuilder, condition: Value, then: Make, otherwise: Make) -> tuple[Value, ...]:
    """An ``if`` whose branches give what the functions make."""
    f.block()
    a = f.close(list(then(f)))
    f.block()
    b = f.close(list(otherwise(f)))
    return f.if_(condition, a, b, [value.type for value in a.results])


Turn = Callable[[FunctionBuilder, Value, Value], Iterable[Value]]


def under_a_branch(f: FunctionBuilder, i: Value, x: Value) -> Iterable[Value]:
    return chosen(f, odd(f, i), lambda f: [written(f, x, i)], lambda f: [x])


def after_a_view(f: FunctionBuilder, i: Value, x: Value) -> Iterable[Value]:
    (back,) = f.op("flip", x, axes=(0,))
    (value,) = f.op("take", back, place(f, i), axis=0)
    return f.op("scatter", x, *f.op("negative", value), place(f, i))


def after_a_branch_that_reads(f: FunctionBuilder, i: Value, x: Value) -> Iterable[Value]:
    (value,) = chosen(
        f,
        odd(f, i),
        lambda f: f.op("take", x, place(f, i), axis=0),
        lambda f: f.op("negative", *f.op("take", x, place(f, i), axis=0)),
    )
    return f.op("scatter", x, value, place(f, f.op("list.len", f.params[2])[0]))


def after_a_loop_that_reads(f: FunctionBuilder, i: Value, x: Value) -> Iterable[Value]:
    (start,) = f.op("take", x, place(f, i), axis=0)

    def turn(j: Value, total: Value) -> Iterable[Value]:
        return f.op("add", total, *f.op("take", x, place(f, j), axis=0))

    (total,) = loop(f, i, [start], turn)
    return f.op("scatter", x, total, place(f, i))


def after_a_call_that_reads(f: FunctionBuilder, i: Value, x: Value) -> Iterable[Value]:
    (total,) = f.call("last", x)
    return f.op("scatter", x, total, place(f, i))


def in_a_loop_inside(f: FunctionBuilder, i: Value, x: Value) -> Iterable[Value]:
    (x,) = loop(f, i, [x], lambda j, inner: [written(f, inner, j)])
    return [f.refine(x, x.type)]


def by_slices(f: FunctionBuilder, i: Value, x: Value) -> Iterable[Value]:
    (part,) = f.op("slice", x, starts=(1,), stops=(3,), steps=(1,))
    return f.op("update_slice", x, *f.op("negative", part), starts=(0,), stops=(2,), steps=(1,))


def added(f: FunctionBuilder, i: Value, x: Value) -> Iterable[Value]:
    (value,) = f.op("take", x, place(f, i), axis=0)
    return f.op("scatter_add", x, value, place(f, i))


def appended(f: FunctionBuilder, i: Value, items: Value) -> Iterable[Value]:
    return chosen(f, odd(f, i), lambda f: f.op("list.append", items, i), lambda f: [items])


def set_items(f: FunctionBuilder, i: Value, items: Value) -> Iterable[Value]:
    (first,) = f.op("list.get", items, f.const(0))
    return f.op("list.set", items, f.const(1), *f.op("int.add", first, i))


def set_keys(f: FunctionBuilder, i: Value, table: Value) -> Iterable[Value]:
    (length,) = f.op("dict.len", table)
    return f.op("dict.set", table, i, length)


def begun_anew(f: FunctionBuilder, i: Value, items: Value) -> Iterable[Value]:
    """``if odd: items = [i, i]``, ``else: items.append(i)``."""
    return chosen(
        f,
        odd(f, i),
        lambda f: f.op("list.new", i, i, item=parse_type("int")),
        lambda f: f.op("list.append", items, i),
    )


def helpers(builder: ProgramBuilder) -> None:
    """Functions to call: one gives an element, the other one what it was given."""
    builder.record("pkg.Record", [("items", changing_programs.LIST), ("x", changing_programs.TENSOR)])
    function(
        builder, "last", {"x": "f32[4]"}, lambda f: f.op("take", f.params[0], place(f, f.const(3)), axis=0)
    )
    function(builder, "same", {"x": "f32[4]"}, lambda f: list(f.params))


def one_loop(number: int, turn: Turn) -> Any:
    """A program with a loop that carries its parameter of that number."""

    def make(f: FunctionBuilder) -> Iterable[Value]:
        return loop(f, f.params[0], [f.params[number]], lambda i, x: turn(f, i, x))

    return program(changing_programs.PARAMS, make, functions=helpers)


@pytest.mark.parametrize(
    ("number", "turn"),
    [
        (1, lambda f, i, x: [written(f, x, i)]),
        (1, under_a_branch),
        (1, after_a_view),
        (1, after_a_branch_that_reads),
        (1, after_a_loop_that_reads),
        (1, after_a_call_that_reads),
        (1, in_a_loop_inside),
        (1, by_slices),
        (1, added),
        (2, appended),
        (2, set_items),
        (2, begun_anew),
        (3, set_keys),
    ],
)
def test_common_updates_in_loops_copy_nothing(
    number: int, turn: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = one_loop(number, turn)
    args = (5, f32(4, start=1), [1, 2, 3], {5: 6})
    before = changing_programs.copied(args)
    (expected,) = changing_programs.Plain(made)(*args)

    def never(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("a value was copied")

    load_family("container")
    load_family("indexing")
    for name in set(INPLACE):
        monkeypatch.setitem(KERNELS, name, never)
        monkeypatch.setitem(PREPARE, name, lambda xp, attrs, types: never)
    assert_same(run_all_ways(made, *args), expected)
    assert_same(args, before)


def kept_in_a_list(f: FunctionBuilder, i: Value, x: Value, kept: Value) -> Iterable[Value]:
    return [written(f, x, i), *f.op("list.append", kept, x)]


def kept_in_a_record(f: FunctionBuilder, i: Value, x: Value, kept: Value) -> Iterable[Value]:
    (record,) = f.op("record.new", f.params[2], x, record=parse_type("pkg.Record"))
    new = written(f, x, i)
    return [new, *f.op("list.append", kept, *f.op("record.get", record, field="x"))]


def kept_by_a_view(f: FunctionBuilder, i: Value, x: Value, kept: Value) -> Iterable[Value]:
    return [written(f, x, i), *f.op("list.append", kept, *f.op("flip", x, axes=(0,)))]


def kept_by_a_branch(f: FunctionBuilder, i: Value, x: Value, kept: Value) -> Iterable[Value]:
    (old,) = chosen(f, odd(f, i), lambda f: [x], lambda f: f.op("negative", x))
    return [written(f, x, i), *f.op("list.append", kept, old)]


def kept_by_a_loop(f: FunctionBuilder, i: Value, x: Value, kept: Value) -> Iterable[Value]:
    (old,) = loop(f, i, [f.params[1]], lambda j, inner: [x])
    return [written(f, x, i), *f.op("list.append", kept, old)]


def kept_by_a_loop_that_turns(f: FunctionBuilder, i: Value, x: Value, kept: Value) -> Iterable[Value]:
    _, old = loop(f, f.const(1), [x, f.params[1]], lambda j, a, b: [b, a])
    return [written(f, x, i), *f.op("list.append", kept, old)]


def kept_by_a_call(f: FunctionBuilder, i: Value, x: Value, kept: Value) -> Iterable[Value]:
    (old,) = f.call("same", x)
    return [written(f, x, i), *f.op("list.append", kept, old)]


def kept_by_a_fork(f: FunctionBuilder, i: Value, x: Value, kept: Value) -> Iterable[Value]:
    task = f.fork("same", x)
    new = written(f, x, i)
    return [new, *f.op("list.append", kept, f.wait(task))]


def kept_by_a_refinement(f: FunctionBuilder, i: Value, x: Value, kept: Value) -> Iterable[Value]:
    old = f.refine(x, x.type)
    return [written(f, x, i), *f.op("list.append", kept, old)]


def kept_in_a_field(f: FunctionBuilder, i: Value, x: Value, kept: Value) -> Iterable[Value]:
    f.set("h", x)
    new = written(f, x, i)
    return [new, *f.op("list.append", kept, f.get("h"))]


def kept_in_a_field_by_a_loop(f: FunctionBuilder, i: Value, x: Value, kept: Value) -> Iterable[Value]:
    def turn(j: Value, inner: Value) -> Iterable[Value]:
        f.set("h", inner)
        return [inner]

    loop(f, f.const(1), [x], turn)
    new = written(f, x, i)
    return [new, *f.op("list.append", kept, f.get("h"))]


def begun_again_from_an_argument(f: FunctionBuilder, i: Value, x: Value, kept: Value) -> Iterable[Value]:
    (new,) = chosen(f, odd(f, i), lambda f: [f.params[1]], lambda f: [written(f, x, i)])
    return [new, *f.op("list.append", kept, f.params[1])]


def kept_by_a_loop_that_changes_it(f: FunctionBuilder, i: Value, x: Value, kept: Value) -> Iterable[Value]:
    def turn(j: Value, inner: Value) -> Iterable[Value]:
        (old,) = f.op("take", x, place(f, j), axis=0)
        return f.op("scatter", inner, old, place(f, f.op("int.add", i, j)[0]))

    return [*loop(f, f.const(4), [x], turn), kept]


def kept_as_another_value(f: FunctionBuilder, i: Value, x: Value, kept: Value) -> Iterable[Value]:
    (both,) = f.op("list.append", kept, x)
    (x,) = f.op("list.get", both, f.const(0))
    return [written(f, x, i), both]


@pytest.mark.parametrize(
    "turn",
    [
        kept_in_a_list,
        kept_in_a_record,
        kept_by_a_view,
        kept_by_a_branch,
        kept_by_a_loop,
        kept_by_a_loop_that_turns,
        kept_by_a_call,
        kept_by_a_fork,
        kept_by_a_refinement,
        kept_in_a_field,
        kept_in_a_field_by_a_loop,
        begun_again_from_an_argument,
        kept_by_a_loop_that_changes_it,
        kept_as_another_value,
    ],
)
def test_versions_that_somebody_keeps_do_not_change(turn: Callable[..., Iterable[Value]]) -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (kept,) = f.op("list.new", item=parse_type("f32[4]"))
        return loop(f, f.params[0], [f.params[1], kept], lambda i, x, kept: turn(f, i, x, kept))

    made = program(changing_programs.PARAMS, make, fields=changing_programs.FIELDS, functions=helpers)
    args = (5, f32(4, start=1), [1, 2, 3], {5: 6})
    before = changing_programs.copied(args)
    assert_same(run_all_ways(made, *args), tuple(changing_programs.Plain(made)(*args)))
    assert_same(args, before)


def test_a_value_that_is_carried_twice_does_not_change() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        def turn(i: Value, x: Value, same: Value, kept: Value) -> Iterable[Value]:
            new = written(f, x, i)
            return [new, new, *f.op("list.append", kept, same)]

        (kept,) = f.op("list.new", item=parse_type("f32[4]"))
        return loop(f, f.params[0], [f.params[1], f.params[1], kept], turn)

    made = program(changing_programs.PARAMS, make)
    args = (5, f32(4, start=1), [1, 2, 3], {5: 6})
    assert_same(run_all_ways(made, *args), tuple(changing_programs.Plain(made)(*args)))


def test_a_list_in_a_list_that_changes_does_not_change() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        items = f.params[2]
        (kept,) = f.op("list.new", items, item=items.type)

        def turn(i: Value, items: Value, kept: Value) -> Iterable[Value]:
            (kept,) = f.op("list.append", kept, items)
            (kept,) = f.op("list.set", kept, f.const(0), f.params[2])
            return [*f.op("list.append", items, i), kept]

        return loop(f, f.params[0], [items, kept], turn)

    made = program(changing_programs.PARAMS, make)
    args = (3, f32(4), [1, 2, 3], {5: 6})
    assert_same(run_all_ways(made, *args), tuple(changing_programs.Plain(made)(*args)))


def test_a_list_in_a_record_does_not_change() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (record,) = f.op("record.new", f.params[0], f.params[1], record=parse_type("pkg.Record"))
        (items,) = f.op("record.get", record, field="items")
        (longer,) = f.op("list.append", items, f.const(1))
        return [longer, *f.op("record.get", record, field="items")]

    made = program({"items": "list[int]", "x": "f32[4]"}, make, functions=helpers)
    assert run_all_ways(made, [5], f32(4)) == ([5, 1], [5])


def test_a_list_of_a_wider_type_keeps_versions_too() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (empty,) = f.op("list.new", item=parse_type("f32[3]"))
        (none,) = f.op("list.new", item=parse_type("list[f32[?]]"))

        def turn(i: Value, items: Value, kept: Value) -> Iterable[Value]:
            (items,) = f.op("list.append", items, f.params[1])
            return [items, *f.op("list.append", kept, items)]

        return loop(f, f.params[0], [empty, none], turn)

    _, kept = run_all_ways(program({"n": "int", "x": "f32[3]"}, make), 3, f32(3))
    assert [len(items) for items in kept] == [1, 2, 3]


def test_after_an_error_or_a_limit_nothing_was_changed() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        def turn(i: Value, x: Value, items: Value) -> Iterable[Value]:
            (index,) = f.op("from_scalar", i, dtype=DTypeAttr("i64"))
            (x,) = f.op("scatter", x, *f.op("take", f.params[1], index, axis=0), index)
            return [x, *f.op("list.set", items, i, i)]

        old, items = f.get("h"), f.params[2]
        f.set("h", *f.op("negative", old))
        x, items = loop(f, f.params[0], [old, items], turn)
        f.set("h", x)
        return [items]

    made = program(changing_programs.PARAMS, make, fields=changing_programs.FIELDS)
    args = (9, f32(4, start=1), [1, 2, 3], {5: 6})
    before = changing_programs.copied(args)
    limited = Limits(steps=15)
    for options, error in (({}, ProgramError), ({"limits": limited}, LimitError)):
        session = Runnable(made, {}, **options).new_session()  # type: ignore[arg-type]
        for _ in range(3):
            with pytest.raises(error):
                session(*args)
            assert_same(args, before)
            assert_same(session.state["h"], f32(4))


def test_a_limit_on_memory_counts_an_array_that_is_changed_once() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        return loop(f, f.params[0], [f.params[1]], lambda i, x: [written(f, x, i)])

    made = program({"n": "int", "x": "f32[100000]"}, make)
    x = f32(100_000)
    result: Any = Runnable(made, {}, limits=Limits(bytes=1_000_000))(1000, x)
    assert result.shape == x.shape
