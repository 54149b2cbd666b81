"""What programs compute, interpreted and as generated code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from tracebox.reader.kernels.registry import KERNELS, PREPARE, load_family
from tracebox.reader.program import Runnable
from tracebox.schema.builder import FunctionBuilder, ProgramBuilder
from tracebox.schema.dims import Dim
from tracebox.schema.errors import GuardError, ProgramError
from tracebox.schema.ir import Initial, Instance, TensorRef, Value
from tracebox.schema.types import TensorType
from tracebox.schema.types_text import parse_type

from .build import assert_same, f32, function, loop, method, program, run_all_ways, tensor_const, tensor_type


def test_a_chain_of_operators() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        x, y = f.params
        (a,) = f.op("add", x, y)
        (b,) = f.op("multiply", a, a)
        (c,) = f.op("subtract", b, x)
        return [c, b]

    x, y = f32(2, 3), f32(3, start=1)
    made = program({"x": "f32[2,3]", "y": "f32[3]"}, make)
    assert_same(run_all_ways(made, x, y), ((x + y) ** 2 - x, (x + y) ** 2))


def test_inputs_and_parameters_are_never_written_to() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        x = f.params[0]
        (a,) = f.op("add", x, f.param("w"))
        (b,) = f.op("add", f.param("w"), a)
        (c,) = f.op("multiply", b, x)
        return [c]

    x, w = f32(4), f32(4, start=2)
    before = x.copy(), w.copy()
    made = program({"x": "f32[4]"}, make, tensors={"w": "f32[4]"})
    assert_same(run_all_ways(made, x, tensors={"w": w}), (x + 2 * w) * x)
    assert_same((x, w), before)


def test_a_view_that_lives_keeps_its_operand_from_being_overwritten() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (a,) = f.op("add", f.params[0], f.params[0])
        (view,) = f.op("reshape", a, shape=(2, 2))
        (b,) = f.op("negative", a)
        return [view, b]

    x = f32(4)
    made = program({"x": "f32[4]"}, make)
    assert_same(run_all_ways(made, x), ((2 * x).reshape(2, 2), -2 * x))


def test_an_unused_operator_that_would_fail_need_not_run() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        x, y = f.params
        f.op("floor_divide", x, y)
        return [x]

    x, zero = np.arange(3), np.zeros(3, np.int64)
    assert_same(run_all_ways(program({"x": "i64[3]", "y": "i64[3]"}, make), x, zero), x)


def test_if_takes_one_branch() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        x, flag = f.params
        f.block()
        then = f.close(f.op("negative", x))
        f.block()
        (doubled,) = f.op("add", x, x)
        otherwise = f.close(f.op("multiply", doubled, x))
        return f.if_(flag, then, otherwise, [x.type])

    made = program({"x": "f32[3]", "flag": "bool"}, make)
    x = f32(3)
    assert_same(run_all_ways(made, x, True), -x)
    assert_same(run_all_ways(made, x, False), 2 * x * x)


def counting(f: FunctionBuilder, trips: Value, start: Value) -> Value:
    """``for i in range(trips): total = total + i``."""
    (result,) = loop(f, trips, [start], lambda i, total: f.op("int.add", total, i))
    return result


@pytest.mark.parametrize(("trips", "expected"), [(0, 5), (-3, 5), (1, 5), (4, 11), (100, 4955)])
def test_a_counted_loop(trips: int, expected: int) -> None:
    made = program({"n": "int", "start": "int"}, lambda f: [counting(f, *f.params)])
    assert run_all_ways(made, trips, 5) == expected


def test_a_conditional_loop_that_swaps_its_carried_values() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:  # the greatest common divisor
        a, b = f.params
        zero = f.const(0)

        def turn(_: Value, p: Value, q: Value) -> list[Value]:
            (rest,) = f.op("int.remainder", p, q)
            (done,) = f.op("int.equal", rest, zero)
            (more,) = f.op("bool.not", done)
            return [more, q, rest]

        (done,) = f.op("int.equal", b, zero)
        (go,) = f.op("bool.not", done)
        return [loop(f, None, [a, b], turn, go)[0]]

    made = program({"a": "int", "b": "int"}, make)
    assert run_all_ways(made, 48, 36) == 12
    assert run_all_ways(made, 7, 0) == 7


def test_loops_inside_loops_and_branches() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        one, two, zero = f.const(1), f.const(2), f.const(0)

        def turn(i: Value, total: Value) -> Iterable[Value]:
            inner = counting(f, i, total)
            (rest,) = f.op("int.remainder", i, two)
            (even,) = f.op("int.equal", rest, zero)
            f.block()
            then = f.close(f.op("int.add", inner, one))
            f.block()
            otherwise = f.close([inner])
            return f.if_(even, then, otherwise, [inner.type])

        return loop(f, f.params[0], [zero], turn)

    expected = 0
    for i in range(9):
        expected += sum(range(i)) + (i % 2 == 0)
    assert run_all_ways(program({"n": "int"}, make), 9) == expected


def test_a_loop_carries_tensors() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        x, n = f.params
        (start,) = f.op("add", x, x)
        return loop(f, n, [start], lambda i, y: f.op("add", *f.op("multiply", y, x), x))

    x = f32(3, start=1) / 4
    expected = x + x
    for _ in range(5):
        expected = expected * x + x
    assert_same(run_all_ways(program({"x": "f32[3]", "n": "int"}, make), x, 5), expected)


def test_calls_of_functions_and_of_methods_of_modules_inside() -> None:
    builder = ProgramBuilder()
    function(builder, "net.twice", {"x": "f32[N]"}, lambda f: f.op("add", f.params[0], f.params[0]))
    inner = builder.module_class("net.Scale", params=[("w", parse_type("f32[3]"))])  # type: ignore[list-item]
    method(inner, "forward", {"x": "f32[3]"}, lambda f: f.op("multiply", f.params[0], f.param("w")))
    inner.finish()
    outer = builder.module_class("net.Net", submodules=[("a", "net.Scale"), ("b", "net.Scale")])

    def forward(f: FunctionBuilder) -> Iterable[Value]:
        (y,) = f.call("self.a.forward", f.params[0])
        (y,) = f.call("net.twice", y)
        return f.call("self.b.forward", y)

    method(outer, "forward", {"x": "f32[3]"}, forward)
    outer.finish()
    builder.instance(Instance("net.Scale", ("p",), (), ()))
    builder.instance(Instance("net.Scale", ("q",), (), ()))
    builder.instance(Instance("net.Net", (), (), (0, 1)))
    x, p, q = f32(3), f32(3, start=1), f32(3, start=2)
    assert_same(run_all_ways(builder.finish(["forward"]), x, tensors={"p": p, "q": q}), x * p * 2 * q)


def _shape(value: Value) -> tuple[Dim, ...]:
    assert isinstance(value.type, TensorType) and value.type.shape is not None
    return value.type.shape


def test_symbols_come_from_arguments_and_from_data() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (x,) = f.params
        (found,) = f.op("nonzero", x, size=f.fresh_symbol("k"))
        (k,) = f.op("size", dim=_shape(found)[0])
        (doubled,) = f.op("reshape", x, shape=(_shape(x)[0], 1))
        return [found, k, doubled]

    x = np.array([0, 3, 0, 4], np.int64)
    assert_same(run_all_ways(program({"x": "i64[N]"}, make), x), (np.array([1, 3]), 2, x[:, None]))


def test_expressions_of_symbols_are_computed_at_run_time() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (dim,) = tensor_type("f32[(N-1)//2+1]").shape or ()
        return f.op("size", dim=dim)

    made = program({"x": "f32[N]"}, make)
    assert [run_all_ways(made, f32(n)) for n in (1, 2, 5, 8)] == [1, 1, 3, 4]


def test_bind_makes_an_int_a_size() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (n,) = f.params
        return f.op("full", f.const(tensor_const(np.array(2, np.float32), "f32")), shape=(f.bind(n), 2))

    made = program({"n": "int"}, make)
    assert_same(run_all_ways(made, 3), np.full((3, 2), 2, np.float32))
    with pytest.raises(ProgramError, match=r"\[run.bind\]"):
        Runnable(made, {})(-1)


@pytest.mark.parametrize("calls", [1, 3])
def test_refine_checks_the_type(calls: int) -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        x, y = f.params
        same = f.refine(y, parse_type("f32[N]"))
        return f.op("add", x, same)

    run = Runnable(program({"x": "f32[N]", "y": "?[...]"}, make), {})
    for _ in range(calls):
        assert_same(run(f32(3), f32(3)), 2 * f32(3))
    for wrong in (f32(2), f32(3, 1), f32(3).astype(np.float64)):
        with pytest.raises(ProgramError) as caught:
            run(f32(3), wrong)
        assert caught.value.code == "run.refine"


def test_open_rules_are_checked_with_the_operators_own_label() -> None:
    run = Runnable(program({"x": "f32[A]", "y": "f32[?]"}, lambda f: f.op("add", *f.params)), {})
    for _ in range(3):
        assert_same(run(f32(3), f32(1)), f32(3))
        assert_same(run(f32(3), f32(3)), 2 * f32(3))
        for x, y in ((f32(3), f32(2)), (f32(1), f32(3))):  # a symbol of size 1 does not stretch
            with pytest.raises(ProgramError) as caught:
                run(x, y)
            assert caught.value.code == "add.C1"


@pytest.mark.parametrize("calls", [1, 3])
def test_a_guard_reports_message_and_values(calls: int) -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (n,) = f.params
        (same,) = f.op("int.equal", n, f.const(3))
        f.guard(same, "n was 3", "int")
        return [n]

    run = Runnable(program({"n": "int"}, make), {})
    for _ in range(calls):
        assert run(3) == 3
    with pytest.raises(GuardError, match=r"n was 3.*n = 4") as caught:
        run(4)
    assert caught.value.code == "run.guard"


@pytest.mark.parametrize("calls", [1, 3])
def test_raise_carries_the_class_of_the_exception(calls: int) -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        x, bad = f.params
        f.block()
        f.raise_("ValueError", f.const("too bad"))
        then = f.close()
        f.block()
        otherwise = f.close([x])
        return f.if_(bad, then, otherwise, [x.type])

    run = Runnable(program({"x": "f32[2]", "bad": "bool"}, make), {})
    for _ in range(calls):
        assert_same(run(f32(2), False), f32(2))
    with pytest.raises(ProgramError, match="ValueError: too bad") as caught:
        run(f32(2), True)
    assert caught.value.exception == "ValueError"


def test_print_writes_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (n,) = f.params
        (text,) = f.op("int.to_str", n)
        f.print_(f.const("n is"), text)
        return [n]

    run = Runnable(program({"n": "int"}, make), {})
    for n in (1, 2, 3):
        run(n)
    assert capsys.readouterr().out == "n is 1\nn is 2\nn is 3\n"


# --- forks --------------------------------------------------------------------------


def forking(waited: tuple[bool, bool]) -> Runnable:
    """Forks ``10 // a`` and ``10 // b``, then guards that a is not 7, then waits for some."""

    def declare(builder: ProgramBuilder) -> None:
        function(
            builder, "net.part", {"a": "int"}, lambda f: f.op("int.floor_divide", f.const(10), f.params[0])
        )

    def make(f: FunctionBuilder) -> Iterable[Value]:
        a, b = f.params
        tasks = [f.fork("net.part", a), f.fork("net.part", b)]
        (seven,) = f.op("int.equal", a, f.const(7))
        (fine,) = f.op("bool.not", seven)
        f.guard(fine, "a is not 7", "value")
        return [f.wait(task) if wanted else f.const(0) for task, wanted in zip(tasks, waited)]

    return Runnable(program({"a": "int", "b": "int"}, make, functions=declare), {})


@pytest.mark.parametrize("calls", [1, 3])
def test_the_error_of_a_fork_waits(calls: int) -> None:
    run = forking((True, True))
    for _ in range(calls):
        assert run(5, 2) == (2, 5)
    for args, code in (
        ((0, 2), "int.floor_divide.E2"),
        ((7, 0), "run.guard"),
        ((5, 0), "int.floor_divide.E2"),
    ):
        with pytest.raises((ProgramError, GuardError)) as caught:
            run(*args)
        assert caught.value.code == code


@pytest.mark.parametrize("calls", [1, 3])
def test_an_error_that_nobody_waits_for_comes_at_the_end(calls: int) -> None:
    run = forking((True, False))
    for _ in range(calls):
        assert run(5, 2) == (2, 0)
    for args, code in (((5, 0), "int.floor_divide.E2"), ((7, 0), "run.guard")):
        with pytest.raises((ProgramError, GuardError)) as caught:
            run(*args)
        assert caught.value.code == code


# --- containers and results ---------------------------------------------------------


def test_containers_come_back_as_the_callers_own() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        x, items = f.params
        (longer,) = f.op("list.append", items, x)
        (pair,) = f.op("tuple.new", x, longer)
        return [longer, pair]

    items = [f32(2)]
    made = program({"x": "f32[2]", "items": "list[f32[2]]"}, make)
    longer, pair = run_all_ways(made, f32(2, start=5), items)
    assert_same(longer, [f32(2), f32(2, start=5)])
    assert_same(pair, (f32(2, start=5), longer))
    assert len(items) == 1 and pair[1] is not longer


def test_a_list_grown_in_a_loop_leaves_the_caller_s_list_alone() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        items, n = f.params

        def turn(i: Value, inside: Value) -> Iterable[Value]:
            (length,) = f.op("list.len", inside)
            return f.op("list.append", inside, *f.op("int.add", i, length))

        return [items, *loop(f, n, [items], turn)]

    made = program({"items": "list[int]", "n": "int"}, make)
    given = [7]
    assert run_all_ways(made, given, 3) == ([7], [7, 1, 3, 5])
    assert given == [7]


def test_results_without_axes_are_arrays_and_scalars_are_pythons() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (x,) = f.params
        (total,) = f.op("sum", x, axes=(0,), keepdims=False)
        (number,) = f.op("item", total)
        return [total, number]

    total, number = run_all_ways(program({"x": "f32[3]"}, make), f32(3))
    assert isinstance(total, np.ndarray) and total.shape == () and total == 3
    assert type(number) is float and number == 3


def test_no_warning_of_numpy_escapes(recwarn: pytest.WarningsRecorder) -> None:
    made = program({"x": "f32[2]", "y": "f32[2]"}, lambda f: f.op("divide", *f.params))
    run_all_ways(made, f32(2), np.zeros(2, np.float32))
    assert not recwarn.list


def test_a_parameter_is_handed_out_read_only() -> None:
    run = Runnable(program({}, lambda f: [f.param("w")], tensors={"w": "f32[2]"}), {"w": f32(2)})
    for _ in range(3):
        assert not run().flags.writeable


def test_int_overflow_is_an_error() -> None:
    run = Runnable(program({"n": "int"}, lambda f: f.op("int.add", f.params[0], f.const(1))), {})
    with pytest.raises(ProgramError, match=r"int.add.E1"):
        run(2**63 - 1)


def test_fields_of_containers_have_their_initial_value() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (first,) = f.op("dict.get", f.get("table"), f.const("a"))
        return [first, f.get("maybe")]

    table = Initial("dict", ("a", TensorRef("t"), "b", TensorRef("u")))
    made = program(
        {}, make, fields={"table": ("dict[str,f32[?]]", table), "maybe": ("optional[f32[?]]", None)}
    )
    result: Any = Runnable(made, {"t": f32(2), "u": f32(3)})()
    assert_same(result, (f32(2), None))


def grown(f: FunctionBuilder, n: Value, start: Value) -> Value:
    """``for i in range(n): if i % 2: items.append(i); for j in range(i): items.append(j)``."""
    two, one = f.const(2), f.const(1)

    def turn(i: Value, items: Value) -> Iterable[Value]:
        (odd,) = f.op("int.equal", *f.op("int.remainder", i, two), one)
        f.block()
        then = f.close(f.op("list.append", items, i))
        f.block()
        otherwise = f.close([items])
        (items,) = f.if_(odd, then, otherwise, [items.type])
        return loop(f, i, [items], lambda j, inner: f.op("list.append", inner, j))

    (result,) = loop(f, n, [start], turn)
    return result


def test_a_list_that_nobody_else_sees_grows_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        return [grown(f, f.params[0], *f.op("list.new", item=parse_type("int")))]

    made = program({"n": "int"}, make)
    expected = []
    for i in range(6):
        expected += [i] * (i % 2) + list(range(i))

    def never(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("the list was copied")

    load_family("container")
    monkeypatch.setitem(KERNELS, "list.append", never)
    monkeypatch.setitem(PREPARE, "list.append", lambda xp, attrs, types: never)
    assert run_all_ways(made, 6) == expected


def test_a_list_that_somebody_else_sees_does_not_change() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (start,) = f.op("list.new", f.const(7), item=parse_type("int"))
        (pair,) = f.op("tuple.new", start, start)
        result = grown(f, f.params[0], start)
        (longer,) = f.op("list.append", result, f.const(8))
        (again,) = f.op("list.append", longer, f.const(9))
        return [start, pair, longer, again]

    start, pair, longer, again = run_all_ways(program({"n": "int"}, make), 4)
    assert start == [7] and pair == ([7], [7])
    assert again == [*longer, 9]


def test_a_list_kept_by_each_turn_of_a_loop_does_not_change() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (empty,) = f.op("list.new", item=parse_type("int"))
        (none,) = f.op("list.new", item=empty.type)

        def turn(i: Value, items: Value, kept: Value) -> Iterable[Value]:
            (items,) = f.op("list.append", items, i)
            return [items, *f.op("list.append", kept, items)]

        return loop(f, f.params[0], [empty, none], turn)

    assert run_all_ways(program({"n": "int"}, make), 3) == ([0, 1, 2], [[0], [0, 1], [0, 1, 2]])


def test_dicts_are_updated_in_place_too() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        (start,) = f.op("dict.new", key=parse_type("int"), value=parse_type("int"))
        return loop(f, f.params[0], [start], lambda i, d: f.op("dict.set", d, i, i))

    assert run_all_ways(program({"n": "int"}, make), 3) == {0: 0, 1: 1, 2: 2}
