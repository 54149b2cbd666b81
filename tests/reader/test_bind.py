"""Binding arguments by the signature, and building results. SPEC 10.1 and 10.2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from tracebox.reader.program import Runnable
from tracebox.reader.values import Record
from tracebox.schema.builder import ProgramBuilder
from tracebox.schema.errors import ArgumentError, InvalidError
from tracebox.schema.ir import Program
from tracebox.schema.manifest import MISSING, EntryPoint, Parameter, Tree
from tracebox.schema.manifest_const import to_plain

from .build import assert_same, f32, method, program


def identity(**params: str) -> Program:
    """A program that gives back its arguments."""
    return program(params, lambda f: list(f.params))


def entry(made: Program, parameters: tuple[Parameter, ...], results: Tree) -> EntryPoint:
    function = made.export("forward")
    inputs = tuple(map(repr, (p.type for p in function.params)))
    return EntryPoint(
        "forward", "", "forward", parameters, results, inputs, tuple(map(repr, function.results))
    )


def refused(run: Any, *args: Any, **kwargs: Any) -> ArgumentError:
    with pytest.raises(ArgumentError) as caught:
        run(*args, **kwargs)
    return caught.value


# --- dtypes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "given", "stored"),
    [
        ("f32", np.array([1, 2], np.float32), np.float32),
        ("f32", np.array([1, 2], np.float16), np.float32),
        ("f32", np.array([1, 2], np.int16), np.float32),
        ("f64", np.array([1, 2], np.int32), np.float64),
        ("i64", np.array([1, 2], np.uint32), np.int64),
        ("f32", np.array([1, 2], np.bool_), np.float32),
        ("c64", np.array([1, 2], np.float32), np.complex64),
        ("f32", np.array([1, 2], ">f4"), np.float32),
        ("f32", [1, 2.5], np.float32),
        ("i8", [True, 7], np.int8),
    ],
)
def test_safe_casts_are_made(declared: str, given: Any, stored: type) -> None:
    result = Runnable(identity(x=f"{declared}[2]"), {})(given)
    assert result.dtype == stored and result.dtype.isnative
    assert (result == np.asarray(given).astype(stored)).all()


@pytest.mark.parametrize("given", [np.array([1, 2], np.uint16), np.array([1, 2], ml_dtypes.bfloat16)])
def test_a_storage_type_is_taken_as_itself_or_as_bits(given: Any) -> None:
    result = Runnable(identity(x="bf16[2]"), {})(given)
    assert result.dtype == ml_dtypes.bfloat16
    assert (result.view(np.uint16) == given.view(np.uint16)).all()


@pytest.mark.parametrize(
    ("declared", "given"),
    [
        ("f32", np.array([1.0, 2])),
        ("i32", np.array([1, 2], np.int64)),
        ("u8", np.array([1, 2], np.int8)),
        ("i32", np.array([1, 2], np.float32)),
        ("bool", np.array([1, 2], np.int8)),
        ("f32", np.array([1j, 2], np.complex64)),
        ("i32", [1.5, 2]),
        ("f32", np.array(["a", "b"])),
        ("bf16", np.array([1, 2], np.float32)),
        ("u16", np.array([1, 2], ml_dtypes.bfloat16)),
    ],
)
def test_other_casts_are_refused(declared: str, given: Any) -> None:
    error = refused(Runnable(identity(x=f"{declared}[2]"), {}), given)
    assert error.code == "bind.dtype" and "argument x" in str(error)
    assert isinstance(error, TypeError)


@pytest.mark.parametrize(
    ("declared", "given"),
    [("i8", 128), ("u8", -1), ("f16", 70000), ("f32", 1e39), ("u64", 2**64), ("i64", -(2**63) - 1)],
)
def test_python_numbers_out_of_range_are_refused(declared: str, given: float) -> None:
    assert refused(Runnable(identity(x=f"{declared}[]"), {}), given).code in ("bind.value", "bind.dtype")


def test_python_numbers_are_taken_at_the_declared_dtype() -> None:
    run = Runnable(identity(x="f32[]", y="i8[]"), {})
    assert_same(run(0.1, -128), (np.asarray(np.float32(0.1)), np.asarray(np.int8(-128))))
    assert np.isinf(run(float("inf"), 0)[0])


@pytest.mark.parametrize(
    "layout", [lambda x: x.T.copy().T, lambda x: x[::-1, ::2], lambda x: np.asfortranarray(x)]
)
def test_any_layout_is_taken(layout: Any) -> None:
    x = layout(f32(4, 6))
    run = Runnable(
        program({"x": f"f32[{x.shape[0]},{x.shape[1]}]"}, lambda f: f.op("add", *f.params * 2)), {}
    )
    for _ in range(3):
        assert (run(x) == 2 * x).all()


# --- scalars ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("declared", "given", "value"),
    [
        ("int", 3, 3),
        ("int", np.int8(3), 3),
        ("int", np.array(3), 3),
        ("float", 3, 3.0),
        ("float", np.float32(0.5), 0.5),
        ("complex", 2.0, 2 + 0j),
        ("bool", np.bool_(True), True),
        ("str", "a", "a"),
        ("none", None, None),
        ("optional[int]", None, None),
        ("optional[int]", 4, 4),
    ],
)
def test_scalars(declared: str, given: Any, value: Any) -> None:
    assert_same(Runnable(identity(x=declared), {})(given), value)


@pytest.mark.parametrize(
    ("declared", "given", "code"),
    [
        ("int", 1.0, "bind.type"),
        ("int", True, "bind.type"),
        ("int", 2**63, "bind.value"),
        ("float", True, "bind.type"),
        ("float", "1", "bind.type"),
        ("float", 2**53 + 1, "bind.value"),
        ("float", 10**400, "bind.value"),
        ("bool", 1, "bind.type"),
        ("str", b"a", "bind.type"),
        ("none", 0, "bind.type"),
        ("list[int]", 3, "bind.type"),
        ("tuple[int,int]", (1,), "bind.type"),
        ("f32[2]", "text", "bind.type"),
        ("f32[2]", None, "bind.type"),
    ],
)
def test_values_of_another_kind_are_refused(declared: str, given: Any, code: str) -> None:
    assert refused(Runnable(identity(x=declared), {}), given).code == code


def test_records_are_taken_from_objects_and_dicts() -> None:
    builder = ProgramBuilder()
    builder.record("net.Point", [("x", _t("int")), ("y", _t("f32[2]"))])
    cls = builder.module_class("net.Net")
    method(
        cls,
        "forward",
        {"p": "net.Point"},
        lambda f: [f.params[0], *f.op("record.get", f.params[0], field="x")],
    )
    cls.finish()
    builder.instance(_instance())
    run = Runnable(builder.finish(["forward"]), {})
    for given in ({"x": 3, "y": f32(2)}, Record("net.Point", {"x": 3, "y": f32(2)})):
        point, x = run(given)
        assert x == 3 and point.x == 3 and (point.y == f32(2)).all()
    assert refused(run, {"x": 3}).code == "bind.type"


def _t(text: str) -> Any:
    from tracebox.schema.types_text import parse_type

    return parse_type(text)


def _instance() -> Any:
    from tracebox.schema.ir import Instance

    return Instance("net.Net", (), (), ())


# --- shapes -------------------------------------------------------------------------


def test_symbols_are_bound_in_the_order_of_the_parameters() -> None:
    run = Runnable(identity(x="f32[B,4]", y="f32[B]"), {})
    for _ in range(2):
        run(f32(3, 4), f32(3))
        error = refused(run, f32(3, 4), f32(5))
        assert error.code == "bind.shape"
        assert (
            "argument y" in str(error) and "f32[B] with B = 3 from x" in str(error) and "f32[5]" in str(error)
        )


def test_expressions_are_compared_after_all_symbols_are_bound() -> None:
    run = Runnable(identity(x="f32[2*B+1]", y="f32[B]"), {})
    run(f32(7), f32(3))
    assert "argument x" in str(refused(run, f32(8), f32(3)))


def test_a_size_of_one_does_not_stretch() -> None:
    assert refused(Runnable(identity(x="f32[B]", y="f32[B]"), {}), f32(1), f32(3)).code == "bind.shape"


def test_every_wrong_shape_is_reported_at_once() -> None:
    error = refused(Runnable(identity(x="f32[2]", y="f32[3]"), {}), f32(3), f32(1, 3))
    assert [problem.where for problem in error.problems] == ["argument x", "argument y"]
    assert "y[0]" in str(error)


def test_sizes_inside_containers_are_compared_too() -> None:
    run = Runnable(identity(x="f32[B]", more="list[f32[B]]"), {})
    run(f32(2), [f32(2), f32(2)])
    assert "argument more[1]" in str(refused(run, f32(2), [f32(2), f32(3)]))


# --- arguments ----------------------------------------------------------------------


def signed() -> Runnable:
    """``forward(a, /, b, c=2, *, d=0.5)``."""
    made = identity(a="int", b="int", c="int", d="float")
    parameters = (
        Parameter("a", "positional", {"leaf": 0}),
        Parameter("b", "positional_or_keyword", {"leaf": 1}, MISSING),
        Parameter("c", "positional_or_keyword", {"leaf": 2}, 2),
        Parameter("d", "keyword", {"leaf": 3}, 0.5),
    )
    leaves: list[Tree] = [{"leaf": i} for i in range(4)]
    return Runnable(made, {}, entry_points=[entry(made, parameters, {"tuple": leaves})])


@pytest.mark.parametrize(
    ("args", "kwargs", "result"),
    [
        ((1, 5), {}, (1, 5, 2, 0.5)),
        ((1,), {"b": 5}, (1, 5, 2, 0.5)),
        ((1, 5, 6), {"d": 1.5}, (1, 5, 6, 1.5)),
        ((1,), {"c": 6, "b": 5}, (1, 5, 6, 0.5)),
    ],
)
def test_arguments_bind_as_in_python(args: tuple[int, ...], kwargs: Mapping[str, Any], result: Any) -> None:
    assert signed()(*args, **kwargs) == result


@pytest.mark.parametrize(
    ("args", "kwargs", "codes"),
    [
        ((), {}, ["bind.missing", "bind.missing"]),
        ((1,), {}, ["bind.missing"]),
        ((1, 2, 3, 4), {}, ["bind.unexpected"]),
        ((1, 2), {"b": 3}, ["bind.duplicate"]),
        ((1, 2), {"e": 3}, ["bind.unexpected"]),
        ((), {"a": 1, "b": 2}, ["bind.unexpected", "bind.missing"]),
    ],
)
def test_wrong_arguments_are_named(
    args: tuple[int, ...], kwargs: Mapping[str, Any], codes: list[str]
) -> None:
    assert [problem.code for problem in refused(signed(), *args, **kwargs).problems] == codes


def test_the_signature_reads_as_in_python() -> None:
    assert (
        signed().signature()
        == "forward(a: int, /, b: int, c: int = 2, *, d: float = 0.5) -> (int, int, int, float)"
    )


# --- trees --------------------------------------------------------------------------


def nested() -> Runnable:
    made = identity(p="f32[B]", q="f32[B]")
    tree: Tree = {"dict": [["a", {"leaf": 0}], [3, {"tuple": [{"leaf": 1}, {"const": to_plain(1.5)}]}]]}
    results: Tree = {"list": [{"dict": [["q", {"leaf": 1}]]}, {"const": None}, {"leaf": 0}]}
    return Runnable(
        made, {}, entry_points=[entry(made, (Parameter("state", "positional_or_keyword", tree),), results)]
    )


def test_trees_of_arguments_and_results() -> None:
    run = nested()
    for _ in range(3):
        assert_same(run({3: (f32(2, start=4), 1.5), "a": f32(2)}), [{"q": f32(2, start=4)}, None, f32(2)])
    assert (
        run.signature() == "forward(state: {'a': f32[B], 3: (f32[B], 1.5)}) -> [{'q': f32[B]}, None, f32[B]]"
    )


@pytest.mark.parametrize(
    ("given", "code", "place"),
    [
        ({"a": f32(2)}, "bind.tree", "state"),
        (f32(2), "bind.tree", "state"),
        ({"a": f32(2), 3: f32(2)}, "bind.tree", "state[3]"),
        ({"a": f32(2), 3: (f32(2), 2.5)}, "bind.const", "state[3][1]"),
        ({"a": f32(2), 3: (f32(2), 1)}, "bind.const", "state[3][1]"),
        ({"a": f32(2), 3: (f32(3), 1.5)}, "bind.shape", "state[3][0]"),
    ],
)
def test_arguments_that_nest_otherwise_are_refused(given: Any, code: str, place: str) -> None:
    error = refused(nested(), given)
    assert error.code == code and f"argument {place}:" in str(error)


def test_an_entry_point_must_have_the_program_s_types() -> None:
    made = identity(x="f32[2]")
    point = EntryPoint(
        "forward",
        "",
        "forward",
        (Parameter("x", "positional", {"leaf": 0}),),
        {"leaf": 0},
        ("f32[3]",),
        ("f32[2]",),
    )
    with pytest.raises(InvalidError, match=r"\[bind.signature\]"):
        Runnable(made, {}, entry_points=[point])
