"""The manifest: model, canonical spelling, names. SPEC 2.9, 3."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracebox.archive import canonical, open_archive
from tracebox.archive.chunks import CODECS
from tracebox.archive.limits import DEFAULT, Limits
from tracebox.archive.names import check_names
from tracebox.schema.dtypes import ALL
from tracebox.schema.errors import InvalidError, MalformedError, TraceboxError, UnsupportedError
from tracebox.schema.manifest import FEATURES, KINDS, Manifest
from tracebox.schema.manifest_const import from_plain, to_plain

SCHEMA = json.loads((Path(__file__).parents[2] / "schema" / "manifest.schema.json").read_text("utf-8"))

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=20,
)


def plain_of(data: bytes) -> dict[str, Any]:
    with open_archive(data) as archive:
        return archive.manifest.as_json()


def test_plain_data_to_a_manifest_and_back(any_archive: bytes) -> None:
    plain = plain_of(any_archive)
    assert Manifest.from_json(plain).as_json() == plain
    assert Manifest.from_json(plain) == Manifest.from_json(json.loads(json.dumps(plain)))


def test_the_json_schema_accepts_what_is_written(any_archive: bytes) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(plain_of(any_archive), SCHEMA)


def test_the_json_schema_has_the_tables_of_the_code() -> None:
    assert set(SCHEMA["$defs"]["tensor"]["properties"]["dtype"]["enum"]) == {d.name for d in ALL}
    assert set(SCHEMA["$defs"]["tensor"]["properties"]["codec"]["enum"]) == set(CODECS)
    assert set(SCHEMA["properties"]["features"]["items"]["enum"]) == FEATURES
    assert tuple(SCHEMA["$defs"]["parameter"]["properties"]["kind"]["enum"]) == KINDS


def test_all_problems_are_reported_with_their_places(raw_archive: bytes) -> None:
    plain = plain_of(raw_archive)
    plain["tensors"][2]["shape"] = [-1, "x"]
    plain["members"][0]["sha256"] = "no"
    del plain["entry_points"][0]["method"]
    with pytest.raises(MalformedError) as caught:
        Manifest.from_json(plain)
    found = {(problem.where, problem.code) for problem in caught.value.problems}
    assert found == {
        ("tensors[2].shape[0]", "manifest.range"),
        ("tensors[2].shape[1]", "manifest.type"),
        ("members[0].sha256", "manifest.hex"),
        ("entry_points[0].method", "manifest.missing"),
    }


def test_bytes_come_before_meaning(raw_archive: bytes) -> None:
    plain = plain_of(raw_archive)
    plain["state"] *= 2
    with pytest.raises(InvalidError):
        Manifest.from_json(plain)
    plain["version"], plain["surprise"] = [9, 0], 1
    with pytest.raises(UnsupportedError, match=r"manifest\.version"):
        Manifest.from_json(plain)


def test_a_newer_minor_version_is_read(raw_archive: bytes) -> None:
    plain = plain_of(raw_archive)
    plain["version"] = [1, 7]
    plain["opsets"] = {"tracebox": 9, "org.example": 2}
    assert Manifest.from_json(plain).as_json() == plain


@pytest.mark.parametrize("value", [None, True, 3, -(2**63), "text", 0.5, float("inf"), -0.0, 1 - 2j])
def test_constants_keep_their_type_and_bits(value: Any) -> None:
    plain = json.loads(canonical.dump(to_plain(value)))
    assert repr(from_plain(plain)) == repr(value)


def test_a_constant_of_another_kind_is_no_constant() -> None:
    strange: tuple[Any, ...] = (
        1.5,
        [],
        {"float": "3FF0000000000000"},
        {"float": "3ff"},
        {"complex": ["3ff0000000000000"]},
        {},
    )
    for plain in strange:
        with pytest.raises(ValueError, match=r"neither|digits"):
            from_plain(plain)
    with pytest.raises(TypeError):
        to_plain(object())


@given(PLAIN)
def test_canonical_json_is_read_as_it_was_written(value: Any) -> None:
    data = canonical.dump(value)
    assert canonical.parse(data, DEFAULT) == value == json.loads(data)


@given(
    PLAIN,
    st.sampled_from(
        [{"indent": 1}, {"ensure_ascii": True}, {"separators": (", ", ":")}, {"sort_keys": False}]
    ),
)
def test_any_other_spelling_is_refused(value: Any, style: dict[str, Any]) -> None:
    arguments: dict[str, Any] = {"separators": (",", ":"), "ensure_ascii": False, "sort_keys": True} | style
    data = json.dumps(value, **arguments).encode()
    if data == canonical.dump(value):
        return
    with pytest.raises(TraceboxError, match=r"manifest\.(canonical|number)"):
        canonical.parse(data, DEFAULT)


def depth_of(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth_of, inner), default=0)


def values_of(value: Any) -> int:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return 1 + sum(map(values_of, inner))


@given(PLAIN, st.integers(0, 5))
def test_nesting_is_measured_before_parsing(value: Any, depth: int) -> None:
    data = canonical.dump(value)
    if depth_of(value) > depth:
        with pytest.raises(TraceboxError, match=r"limit\.depth"):
            canonical.parse(data, Limits(json_depth=depth))
    else:
        assert canonical.parse(data, Limits(json_depth=depth)) == value


@given(PLAIN)
def test_no_value_escapes_the_count(value: Any) -> None:
    data = canonical.dump(value)
    with pytest.raises(TraceboxError, match=r"limit\.values"):
        canonical.parse(data, Limits(json_values=values_of(value) - 1))


@given(st.lists(st.text(max_size=12), max_size=4))
def test_names_that_are_accepted_are_safe_everywhere(names: list[str]) -> None:
    if check_names(names, 240):
        return
    for name in names:
        assert name == unicodedata.normalize("NFC", name)
        assert not set(name) & set('\\<>:"|?*\0')
        assert not name.startswith("/") and ".." not in name.split("/") and "" not in name.split("/")
    assert len({name.casefold() for name in names}) == len(names)
