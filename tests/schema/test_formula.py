"""Formulas have three values, and what they decide holds for every instance. SPEC 5.4."""

from __future__ import annotations

import ast
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracebox.schema import dims
from tracebox.schema.dims import UNKNOWN, Dim, symbol
from tracebox.schema.errors import InvalidError
from tracebox.schema.formula import FUNCTIONS, SymbolSize, as_type, broadcast_dim, compile_formula, truth
from tracebox.schema.infer import Inference, infer, with_defaults
from tracebox.schema.ir import Attr, DTypeAttr
from tracebox.schema.registry import Arg, AttrDecl, Op, Signature, operators
from tracebox.schema.types import BOOL, FLOAT, INT, SCALARS, STR, ContainerType, TensorType, Type, tensor
from tracebox.schema.types_text import parse_type

A, B = symbol("A"), symbol("B")


def value(text: str, **env: Any) -> Any:
    return compile_formula(text)(env)


def answer(text: str, **env: Any) -> bool | None:
    return truth(value(text, **env))


# --- the language -------------------------------------------------------------------------


X = tensor("f32", (A, 3))
Y = tensor("f32", (B, 3))
Q = tensor("f32", (UNKNOWN, 3))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rank(x) == 2", True),
        ("rank(x) == 2 and shape(x)[1] == 3", True),
        ("shape(x) == shape(y)", None),
        ("shape(x) == shape(x)", True),
        ("shape(x)[0] == shape(x)[0] + 1", False),
        ("shape(x)[0] >= 0", True),
        ("shape(x)[0] > 0", None),
        ("shape(q)[0] == shape(q)[0]", None),
        ("not shape(x) == shape(y)", None),
        ("shape(x) == shape(y) and shape(x)[1] == 4", False),
        ("shape(x) == shape(y) or shape(x)[1] == 3", True),
        ("shape(x) == shape(y) or shape(x)[1] == 4", None),
        ("0 <= 1 < rank(x)", True),
        ("shape(x)[0] in [shape(x)[0], 5]", True),
        ("shape(x)[0] in [4, 5]", None),
        ("3 not in shape(x)", False),
        ("all(d >= 0 for d in shape(x))", True),
        ("any(d == 3 for d in shape(q))", True),
        ("all(d == 3 for d in shape(q))", None),
        ("distinct([1, 2, 1])", False),
        ("distinct(shape(x))", None),
        ("distinct([shape(x)[0], shape(x)[0]])", False),
        ("sorted([2, 1]) == [1, 2]", True),
        ("sorted(shape(x)) == shape(x)", None),
        ("range(shape(x)[0]) == [0]", None),
        ("product(shape(x)) == 3 * shape(x)[0]", True),
        ("product(shape(q)) == 3", None),
        ("sum(shape(x)) == shape(x)[0] + 3", True),
        ("max(shape(x)[0], 0) == shape(x)[0]", True),
        ("shape(x)[0] // 0 == 0", None),
        ("shape(x)[0] % 2 < 2", None),
        ("[d for d in shape(x) if d == 3] == [3]", None),
        ("len(shape(x)) == 2", True),
        ("shape(x)[shape(q)[0]] == 3", None),
        ("shape(x)[:shape(q)[0]] == shape(x)", None),
        ("dtype(x) == f32 and kind(dtype(x)) == 'float' and itemsize(f32) == 4", True),
        ("reversed([1, 2]) == [2, 1]", True),
        ("[a for a, b in zip([1, 2], [3, 4])] == [1, 2]", True),
        ("all(i == v for i, v in enumerate([0, 1]))", True),
        ("(3 if shape(x) == shape(y) else 4) == 3", None),
        ("n is None", True),
        ("n is not None", False),
        ("broadcastable(shape(x), shape(y))", None),
        ("broadcastable(shape(x), [3])", True),
        ("broadcastable(shape(x), [1, 3])", True),
        ("broadcastable(shape(x), [4, 4])", False),
        ("is_tensor(x) and not is_container(x, 'list')", True),
        ("0.5 - 0.25 == 0.25", True),
        ("-rank(x) == 0 - 2", True),
    ],
)
def test_truth(text: str, expected: bool | None) -> None:
    assert answer(text, x=X, y=Y, q=Q, n=None) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("T[shape(x)]", "f32[A,3]"),
        ("i64[2 * shape(x)[0], 4]", "i64[2*A,4]"),
        ("T[broadcast(shape(x), shape(q))]", "f32[A,3]"),
        ("T[shape(x)[0] // 0, 1]", "f32[?,1]"),
        ("list[x]", "list[f32[A,3]]"),
        ("tuple[int, bool]", "tuple[int,bool]"),
        ("dict[str, float]", "dict[str,float]"),
        ("optional[x] if rank(x) == 2 else x", "optional[f32[A,3]]"),
        ("item(list[x], 0)", "f32[A,3]"),
        ("bool", "bool"),
        ("bool[shape(x)]", "bool[A,3]"),
        ("f32[symbol(name)]", "f32[n]"),
    ],
)
def test_types(text: str, expected: str) -> None:
    assert as_type(value(text, x=X, q=Q, T="f32", name="n")) == parse_type(expected)


@pytest.mark.parametrize(
    ("a", "b", "result", "fits"),
    [
        (1, A, A, True),
        (A, 1, A, True),
        (A, A, A, True),
        (A, B, A, None),
        (A, 3, 3, None),
        (3, A, 3, None),
        (UNKNOWN, 3, 3, None),
        (A, UNKNOWN, A, None),
        (1, UNKNOWN, UNKNOWN, True),
        (2, 3, 2, False),
        (dims.add(A, 1), A, dims.add(A, 1), False),
        (SymbolSize(1), 3, 3, False),
        (SymbolSize(1), SymbolSize(2), SymbolSize(1), False),
        (SymbolSize(3), 3, 3, True),
        (1, SymbolSize(3), SymbolSize(3), True),
    ],
)
def test_only_the_integer_one_broadcasts(a: Dim, b: Dim, result: Dim, fits: bool | None) -> None:
    made, answer = broadcast_dim(a, b)
    assert truth(answer) is fits
    assert fits is False or made == result


def test_a_value_that_is_no_type_is_a_mistake_of_the_declaration() -> None:
    with pytest.raises(TypeError, match="no type"):
        as_type(3)


# --- what is decided for symbols holds for numbers -----------------------------------------


SIZES: dict[str, int] = {}
NAMES = ("A", "B")
DIMS: st.SearchStrategy[Dim] = st.one_of(
    st.integers(0, 4),
    st.sampled_from([A, B, dims.add(A, 1), dims.mul(2, B), dims.floordiv(A, 2), UNKNOWN]),
)


@st.composite
def _tensors(draw: st.DrawFn, dtypes: tuple[str, ...], rank: int) -> TensorType:
    return tensor(draw(st.sampled_from(dtypes)), draw(st.lists(DIMS, min_size=rank, max_size=rank)))


@st.composite
def operands_of(draw: st.DrawFn, signature: Signature) -> tuple[Type, ...]:
    """Types of operands that match the patterns of `signature`."""
    bound: dict[str, Any] = {}
    rank = draw(st.integers(0, 4))

    def of_pattern(pattern: str) -> Type:
        allowed = signature.typevars.get(pattern)
        if allowed == "type" or pattern == "any":
            some: list[Type] = [INT, STR, tensor("f32", (2,)), tensor("f32", (A,))]
            made: Type = bound.setdefault(pattern, draw(st.sampled_from(some)))
            return made
        if allowed is None and pattern in SCALARS:
            return SCALARS[pattern]
        head, _, inside = pattern.partition("[")
        if allowed is None and head in ("list", "optional", "dict", "tuple", "future"):
            return ContainerType(
                head, tuple(of_pattern(part.strip()) for part in inside[:-1].split(",") if part != "...")
            )
        dtype = head if allowed is None else bound.setdefault(pattern, draw(st.sampled_from(allowed)))
        near = draw(st.one_of(st.just(rank), st.integers(0, 4)))
        return draw(_tensors((dtype,), near))

    types: list[Type] = []
    for arg in signature.args:
        count = draw(st.integers(1, 3)) if arg.variadic else draw(st.integers(0, 1)) if arg.optional else 1
        types += [of_pattern(arg.pattern) for _ in range(count)]
    return tuple(types)


SMALL = st.integers(-1, 4)
ATTRS: dict[str, st.SearchStrategy[Any]] = {
    "int": SMALL,
    "float": st.sampled_from([0.0, 0.5, -1.0]),
    "bool": st.booleans(),
    "str": st.sampled_from(["", "constant", "edge", "x", "y"]),
    "dtype": st.sampled_from(["f32", "i64", "bool", "c64", "u8"]).map(DTypeAttr),
    "dim": st.one_of(SMALL, st.sampled_from([A, B, dims.add(A, 1), dims.sub(B, 1)])),
    "type": st.sampled_from([INT, FLOAT, BOOL, tensor("f32", (A,)), ContainerType("list", (INT,))]),
    "symbol": st.just("fresh"),
    "const": st.sampled_from([None, 1, 0.5, True, "a"]),
}
LISTS = {"ints": "int", "dims": "dim", "strs": "str"}


def attr_of(decl: AttrDecl) -> st.SearchStrategy[Any]:
    kind = decl.kind.rstrip("?")
    made = st.lists(ATTRS[LISTS[kind]], max_size=4).map(tuple) if kind in LISTS else ATTRS[kind]
    return st.one_of(st.none(), made) if decl.kind.endswith("?") else made


@st.composite
def calls(draw: st.DrawFn, op: Op) -> tuple[dict[str, Attr], tuple[Type, ...]]:
    """A call of `op`: attributes of the right kinds, operands that match one signature."""
    attrs = {decl.name: draw(attr_of(decl)) for decl in op.attrs}
    return with_defaults(op, attrs), draw(operands_of(draw(st.sampled_from(op.signatures))))


def size_of(dim: Dim, sizes: dict[str, int], unknown: int) -> Dim:
    """The size that `dim` has in one call; a symbol's is marked, as at run time."""
    if isinstance(dim, dims.Unknown):
        return unknown
    return dim if isinstance(dim, int) else SymbolSize(dims.evaluate(dim, sizes))


def instance(t: Type, sizes: dict[str, int], unknown: int) -> Type:
    if isinstance(t, TensorType) and t.shape is not None:
        return TensorType(t.dtype, tuple(size_of(dim, sizes, unknown) for dim in t.shape))
    if isinstance(t, ContainerType):
        return ContainerType(t.kind, tuple(instance(item, sizes, unknown) for item in t.items))
    return t


def attr_instance(value: Any, sizes: dict[str, int]) -> Any:
    if isinstance(value, tuple):
        return tuple(attr_instance(item, sizes) for item in value)
    if isinstance(value, (TensorType, ContainerType)):
        return instance(value, sizes, 1)
    return SymbolSize(dims.evaluate(value, sizes)) if isinstance(value, dims.Expr) else value


def same_type(static: Type, found: Type, sizes: dict[str, int]) -> bool:
    """Whether `found`, the result for one instance, is an instance of `static`."""
    if isinstance(static, TensorType) and isinstance(found, TensorType):
        if static.shape is None or found.shape is None or len(static.shape) != len(found.shape):
            return static.shape == found.shape
        known = {**sizes, "fresh": 7}
        pairs = zip(static.shape, found.shape)
        return static.dtype == found.dtype and all(
            isinstance(a, dims.Unknown) or dims.evaluate(a, known) == dims.evaluate(b, known)  # type: ignore[arg-type]
            for a, b in pairs
        )
    if isinstance(static, ContainerType) and isinstance(found, ContainerType):
        return static.kind == found.kind and all(
            same_type(a, b, sizes) for a, b in zip(static.items, found.items)
        )
    return static == found


def try_infer(op: Op, attrs: dict[str, Attr], operands: tuple[Type, ...]) -> Inference | None:
    """The inference, or None where a dimension grows over its limits."""
    try:
        return infer(op, attrs, operands, {})
    except InvalidError as error:
        assert error.code == "type.dim-size"
        return None


@pytest.mark.parametrize("name", list(operators()))
def test_what_an_operator_decides_for_symbols_holds_for_every_size(name: str) -> None:
    op = operators()[name]

    @given(calls(op), st.fixed_dictionaries({n: st.integers(0, 4) for n in NAMES}), st.integers(0, 4))
    @settings(max_examples=40)
    def holds(call: tuple[dict[str, Attr], tuple[Type, ...]], sizes: dict[str, int], unknown: int) -> None:
        attrs, operands = call
        static = try_infer(op, attrs, operands)
        if static is None:
            return
        there = {key: attr_instance(value, sizes) for key, value in attrs.items()}
        found = try_infer(op, there, tuple(instance(t, sizes, unknown) for t in operands))
        assert found is not None
        if static.problems and not _needs_equal_types(op):
            assert found.problems
        if found.problems:
            assert static.problems or static.unknown
        elif not static.problems:
            assert all(same_type(a, b, sizes) for a, b in zip(static.results, found.results))
            assert not found.unknown

    holds()


def _needs_equal_types(op: Op) -> bool:
    """Whether the operator asks that types be the same as they are written, not only when it runs."""
    texts = [rule.text for signature in op.signatures for rule in signature.rules]
    return any("type" in signature.typevars.values() for signature in op.signatures) or any(
        "fits(" in t for t in texts
    )


# --- the declarations -----------------------------------------------------------------------


def formulas() -> list[tuple[str, str]]:
    found = []
    for op in operators().values():
        for signature in op.signatures:
            found += [(f"{op.name}.{rule.code}", rule.text) for rule in signature.rules]
            results = (signature.results,) if isinstance(signature.results, str) else signature.results
            found += [(f"{op.name} result", text) for text in results]
    return found


@pytest.mark.parametrize(("where", "text"), formulas())
def test_formulas_use_the_language_alone(where: str, text: str) -> None:
    compile_formula(text)
    tree = ast.parse(text, mode="eval")
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert called <= set(FUNCTIONS) | {"is_record", "field_names", "field_types", "field_type"}


@pytest.mark.parametrize("op", list(operators().values()), ids=lambda op: op.name)
def test_at_most_the_last_operand_is_variadic_or_optional(op: Op) -> None:
    def plain(arg: Arg) -> bool:
        return not arg.variadic and not arg.optional

    assert all(plain(arg) for signature in op.signatures for arg in signature.args[:-1])
