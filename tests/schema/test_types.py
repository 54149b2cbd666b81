"""Types: text, acceptance, joins. SPEC 4.3."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracebox.schema import types
from tracebox.schema.dims import symbol
from tracebox.schema.dtypes import BY_NAME
from tracebox.schema.errors import InvalidError
from tracebox.schema.types import ClassType, ContainerType, TensorType, Type, accepts, join, type_text
from tracebox.schema.types_text import parse_dim, parse_type

DIMS = st.sampled_from(["0", "1", "3", "B", "C", "2*B+1", "(H+1)//2-1", "max(B,C)", "?"]).map(parse_dim)
TENSORS = st.builds(
    TensorType,
    st.one_of(st.none(), st.sampled_from(list(BY_NAME))),
    st.one_of(st.none(), st.lists(DIMS, max_size=3).map(tuple)),
)
TYPES: st.SearchStrategy[Type] = st.recursive(
    st.one_of(TENSORS, st.sampled_from(list(types.SCALARS.values())), st.just(ClassType("pkg.Point"))),
    lambda inner: st.one_of(
        st.builds(types.list_of, inner),
        st.builds(types.dict_of, st.sampled_from(types.KEYS), inner),
        st.lists(inner, max_size=3).map(lambda items: types.tuple_of(*items)),
        st.builds(types.future, inner),
        inner.filter(lambda t: t is not types.NONE and not _optional(t)).map(types.optional),
    ),
    max_leaves=5,
)


def _optional(t: Type) -> bool:
    return isinstance(t, ContainerType) and t.kind == "optional"


@given(TYPES)
def test_the_text_of_a_type_is_read_back(t: Type) -> None:
    assert parse_type(type_text(t)) == t
    assert hash(parse_type(type_text(t))) == hash(t)


@given(TYPES)
def test_a_type_never_refuses_itself(t: Type) -> None:
    answer = accepts(t, t)
    assert answer is not False
    assert answer is True or "?" in type_text(t)


@given(TYPES, TYPES)
def test_a_join_accepts_both(a: Type, b: Type) -> None:
    found = join(a, b)
    if found is not None:
        assert accepts(found, a) is not False
        assert accepts(found, b) is not False
        assert join(b, a) == found


@given(TYPES, TYPES, TYPES)
def test_acceptance_is_transitive(a: Type, b: Type, c: Type) -> None:
    if accepts(a, b) is True and accepts(b, c) is True:
        assert accepts(a, c) is True


@pytest.mark.parametrize(
    ("want", "have", "answer"),
    [
        ("f32[B,3]", "f32[B,3]", True),
        ("f32[?,3]", "f32[B,3]", True),
        ("f32[...]", "f32[B,3]", True),
        ("?[...]", "f32[B,3]", True),
        ("f32[B,3]", "f32[C,3]", None),
        ("f32[B,3]", "f32[?,3]", None),
        ("f32[B,3]", "f32[...]", None),
        ("f32[B,3]", "?[B,3]", None),
        ("f32[B,3]", "f32[B,4]", False),
        ("f32[B,3]", "f32[B]", False),
        ("f32[B,3]", "f64[B,3]", False),
        ("f32[B+1]", "f32[B]", False),
        ("int", "float", False),
        ("list[f32[?]]", "list[f32[B]]", True),
        ("list[f32[?]]", "list[int]", False),
        ("optional[int]", "int", False),
        ("tuple[int,?[...]]", "tuple[int,f32[B]]", True),
        ("tuple[int]", "tuple[int,int]", False),
        ("pkg.Point", "pkg.Point", True),
        ("pkg.Point", "pkg.Line", False),
    ],
)
def test_what_a_type_accepts(want: str, have: str, answer: bool | None) -> None:
    assert accepts(parse_type(want), parse_type(have)) is answer


@pytest.mark.parametrize(
    ("a", "b", "joined"),
    [
        ("f32[B,3]", "f32[B,3]", "f32[B,3]"),
        ("f32[B,3]", "f32[C,3]", "f32[?,3]"),
        ("f32[B,3]", "f32[B]", "f32[...]"),
        ("f32[B]", "f64[B]", "?[B]"),
        ("list[f32[2]]", "list[f32[3]]", "list[f32[?]]"),
        ("int", "float", None),
        ("list[int]", "list[float]", None),
        ("tuple[int]", "tuple[int,int]", None),
    ],
)
def test_the_least_type_of_two(a: str, b: str, joined: str | None) -> None:
    assert join(parse_type(a), parse_type(b)) == (None if joined is None else parse_type(joined))


def test_symbols_stand_in_the_order_of_the_text() -> None:
    assert types.symbols_of(parse_type("tuple[f32[C,2*B+1],list[f32[A//2,C]]]")) == ["C", "B", "A"]


def test_substitution_reaches_every_dimension() -> None:
    t = parse_type("dict[str,f32[B,2*B]]")
    assert types.substitute(t, lambda name: 4) == parse_type("dict[str,f32[4,8]]")
    assert types.substitute(t, lambda name: symbol(name + "2")) == parse_type("dict[str,f32[B2,2*B2]]")


@pytest.mark.parametrize(
    "make",
    [
        lambda: TensorType("f32", (1,) * 33),
        lambda: types.tuple_of(*[types.INT] * 4096),
        lambda: parse_type("list[" * 40 + "int" + "]" * 40),
    ],
)
def test_types_are_bounded(make: object) -> None:
    with pytest.raises(InvalidError) as caught:
        make()  # type: ignore[operator]
    assert caught.value.code in ("type.size", "type.syntax")
