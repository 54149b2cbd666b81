"""The encoding of programs: one form for one program, and nothing else is read. SPEC 6."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import PAYLOAD, programs
from tracebox.archive.program import apply_spans, decode_program, encode_program, encode_spans
from tracebox.schema import decoding, encoding
from tracebox.schema.builder import ProgramBuilder
from tracebox.schema.dims import symbol
from tracebox.schema.errors import InvalidError, MalformedError, TraceboxError, UnsupportedError
from tracebox.schema.ir import Block, Function, Node, Program, Span, Value, all_functions, walk
from tracebox.schema.program_schema import json_form, program_schema, schema_text
from tracebox.schema.types import INT, tensor
from tracebox.schema.verify import verify_program

SCHEMA = Path(__file__).parents[2] / "schema" / "program.schema.json"


def small(value: object = 2.5) -> Program:
    """``y = add(x, x)`` and a constant."""
    builder = ProgramBuilder()
    f = builder.function("pkg.f", [("x", tensor("f32", [symbol("B"), 3]))])
    y = f.op("add", f.params[0], f.params[0], names=["y"])[0]
    f.const(value, "c")  # type: ignore[arg-type]
    f.finish([y])
    return builder.finish([])


#: `small` as SPEC 6 writes it.
SMALL: list[Any] = [
    "tracebox-ir",
    1,
    1,
    [[0, 10, [[[1, ["B"]]], 3]], [1, 1]],
    [],
    [],
    [
        [
            "pkg.f",
            "",
            ["x", "y", "c"],
            [0],
            [
                [0],
                [
                    [2, "add", [0, 0], [], [], [0], None],
                    [0, "", [], [["value", [0, b"\0\0\0\0\0\0\x04@"]]], [], [1], None],
                ],
                [1],
            ],
        ]
    ],
    [],
    [],
    [],
]


def test_the_plain_form_is_the_specified_one() -> None:
    assert encoding.to_plain(small()) == SMALL


@given(programs())
def test_what_is_encoded_decodes_to_the_same_program(program: Program) -> None:
    data = encode_program(program)
    again = decode_program(data)
    assert encoding.programs_equal(again, program)
    assert encode_program(again) == data
    assert not verify_program(again)


@given(programs())
def test_the_plain_form_fits_its_json_schema(program: Program) -> None:
    jsonschema.Draft202012Validator(program_schema()).validate(json_form(encoding.to_plain(program)))


def test_the_json_schema_on_disk_is_the_generated_one() -> None:
    assert SCHEMA.read_text("utf-8") == schema_text()
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize(
    ("a", "b"),
    [(0.0, -0.0), (1, True), (1.0, 1), (None, False), ("1", 1), (float("nan"), PAYLOAD)],
)
def test_programs_with_different_constants_differ(a: object, b: object) -> None:
    assert not encoding.programs_equal(small(a), small(b))
    assert encoding.programs_equal(small(a), small(a))


# --- what is refused -------------------------------------------------------------


def changed(path: tuple[int, ...], value: Any) -> list[Any]:
    """`SMALL` with one place changed."""
    plain = copy.deepcopy(SMALL)
    place: Any = plain
    for index in path[:-1]:
        place = place[index]
    place[path[-1]] = value
    return plain


NODE = (6, 0, 4, 1, 0)
CONST = (6, 0, 4, 1, 1)


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ((0,), "other", "enc.root"),
        ((0,), None, "enc.root"),
        ((1,), True, "enc.root"),
        ((2,), 1.0, "enc.form"),
        ((2,), 2**63, "enc.form"),
        ((4,), None, "enc.form"),
        ((6, 0), [], "enc.form"),
        ((9,), [1], "enc.form"),
        ((3, 0), [], "enc.type"),
        ((3, 0), [4, 0], "enc.type"),
        ((3, 0), [True, 10, []], "enc.type"),
        ((3, 0, 1), 99, "enc.type"),
        ((3, 0, 1), -1, "enc.type"),
        ((3, 0, 2), [0] * 40, "enc.type"),
        ((3, 1), [2, 1, [1]], "enc.type"),
        ((3, 1), [2, 1, [0, 5]], "enc.type"),
        ((3, 0, 2, 0), [], "enc.dim"),
        ((3, 0, 2, 0), [[1, ["B"]], [1, ["A"]]], "enc.dim"),
        ((3, 0, 2, 0), [[0, ["B"]]], "enc.dim"),
        ((3, 0, 2, 0), [[1, []]], "enc.dim"),
        ((3, 0, 2, 0), [[True, ["B"]]], "enc.dim"),
        ((3, 0, 2, 0), [[1, [[0, [[1, ["B"]]], 0]]]], "enc.dim"),
        ((3, 0, 2, 0), [[1, [[0, [[2, ["B"]]], 2]]]], "enc.dim"),
        ((3, 0, 2, 0), [[1, [[3, 1, 1]]]], "enc.dim"),
        ((3, 0, 2, 0), [[2**64 - 1, ["B"]]], "enc.dim"),
        (NODE, [2, "add"], "enc.node"),
        ((*NODE, 0), 15, "enc.node"),
        ((*NODE, 0), False, "enc.node"),
        ((*NODE, 2), [0, 3], "enc.index"),
        ((*NODE, 2), [0, -1], "enc.index"),
        ((*NODE, 2), [0, 1], "enc.index"),
        ((*NODE, 5), [2], "enc.index"),
        ((*NODE, 6), 0, "enc.index"),
        ((6, 0, 2), ["x", "y"], "enc.names"),
        ((6, 0, 2), ["x", "y", "c", "d"], "enc.names"),
        ((6, 0, 2), ["x", "y", 1], "enc.form"),
        ((*CONST, 3), [["value", 1], ["value", 1]], "enc.constant"),
        ((*CONST, 3), [["value", []]], "enc.constant"),
        ((*CONST, 3), [["value", [0, b"1234567"]]], "enc.constant"),
        ((*CONST, 3), [["value", [6, 10, [2], b"1234"]]], "enc.constant"),
        ((*CONST, 3), [["value", [6, 10, [2**62] * 32, b""]]], "enc.constant"),
        ((*CONST, 3), [["value", [7, "x"]]], "enc.constant"),
        ((*CONST, 3), [["value", {}]], "enc.form"),
        ((8,), [["pkg.C", [], [], [0]]], "enc.index"),
    ],
)
def test_a_malformed_place_is_refused_by_name(path: tuple[int, ...], value: Any, code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        decoding.from_plain(changed(path, value))
    assert caught.value.code == code


def test_the_twin_of_the_malformed_ones_is_read() -> None:
    assert encoding.programs_equal(decoding.from_plain(copy.deepcopy(SMALL)), small())


def test_another_version_is_not_supported() -> None:
    with pytest.raises(UnsupportedError) as caught:
        decoding.from_plain(changed((1,), 2))
    assert caught.value.code == "enc.version"


def nested_blocks(depth: int) -> list[Any]:
    block: list[Any] = [[], [], []]
    for _ in range(depth):
        block = [[], [[4, "", [], [], [block], [], None]], []]
    return changed((6, 0), ["pkg.f", "", [], [], block])


def nested_values(depth: int) -> list[Any]:
    value: list[Any] = [5, []]
    for _ in range(depth):
        value = [5, [value]]
    return changed((*CONST, 3), [["value", value]])


@pytest.mark.parametrize("nested", [nested_blocks, nested_values])
def test_nesting_is_limited(nested: Any) -> None:
    with pytest.raises(MalformedError) as caught:
        decoding.from_plain(nested(60))
    assert caught.value.code == "enc.limit"


def types_reversed() -> list[Any]:
    plain = changed((3,), SMALL[3][::-1])
    function = plain[6][0]
    function[3] = function[4][0] = function[4][1][0][5] = [1]
    function[4][1][1][5] = [0]
    return plain


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param(changed((3,), [*SMALL[3], [1, 0]]), id="a type that is not used"),
        pytest.param(changed((3,), [*SMALL[3], SMALL[3][1]]), id="a type that is listed twice"),
        pytest.param(types_reversed(), id="types in another order"),
    ],
)
def test_another_spelling_of_the_plain_form_is_refused(spelling: Any) -> None:
    assert encoding.programs_equal(decoding.from_plain(spelling), small())
    with pytest.raises(MalformedError) as caught:
        decode_program(msgpack.packb(spelling))
    assert caught.value.code == "enc.canonical"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"\xabtracebox-ir\x01\x01", b"\xabtracebox-ir\x01\xcc\x01", "enc.canonical"),
        (b"\xabtracebox-ir", b"\xd9\x0btracebox-ir", "enc.canonical"),
        (b"\xabtracebox-ir", b"\xabtracebox-i\xff", "enc.msgpack"),
        (b"\xabtracebox-ir", b"\xcb\0\0\0\0\0\0\0\0", "enc.root"),
        (b"\xabtracebox-ir", b"\x81\x01\x01", "enc.msgpack"),
        (b"\xabtracebox-ir", b"\xc1", "enc.msgpack"),
        (b"\xabtracebox-ir", b"\xd4\x01\x01", "enc.msgpack"),
        (b"\x9a\xab", b"\xdd\xff\xff\xff\xff\xab", "enc.limit"),
    ],
)
def test_another_spelling_of_the_bytes_is_refused(old: bytes, new: bytes, code: str) -> None:
    data = encode_program(small())
    assert old in data
    with pytest.raises(MalformedError) as caught:
        decode_program(data.replace(old, new, 1))
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "enc.msgpack"),
        (b"\xc0\xc0", "enc.msgpack"),
        (b"\x91" * 2000, "enc.limit"),
        (b"\xdc\xff\xff" * 5, "enc.limit"),
        (b"\xdd\x7f\xff\xff\xff" * 200, "enc.limit"),
        (b"\xdc\x00\x01" * 300_000, "enc.limit"),
        (b"\0" * (9 << 20), "enc.limit"),
        (b"\xdd\x00\x04\x00\x01" + b"\xc7\x01\x01\x01" * 100_000, "enc.msgpack"),
        (b"\xdd\x00\x04\x00\x01" + b"\xc0" * 0x40000, "enc.limit"),
    ],
)
def test_what_claims_more_than_it_holds_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(MalformedError) as caught:
        decode_program(data)
    assert caught.value.code == code


@given(programs(), st.randoms(use_true_random=False))
def test_damaged_bytes_give_a_labelled_error_or_a_program_with_exactly_these_bytes(
    program: Program, r: Random
) -> None:
    data = encode_program(program)
    for _ in range(20):
        damaged = bytearray(data)
        at = r.randrange(len(damaged))
        kind = r.randrange(3)
        if kind == 0:
            damaged[at] ^= 1 << r.randrange(8)
        elif kind == 1:
            del damaged[at]
        else:
            damaged.insert(at, r.randrange(256))
        try:
            read = decode_program(bytes(damaged))
        except (MalformedError, UnsupportedError) as error:
            assert error.code.startswith("enc.")
        else:
            assert encode_program(read) == bytes(damaged)


WRONG: list[Any] = [None, True, 0, 1, -1, 7, 2**63, 2**64 - 1, "", "x", b"", b"12345678"]
WRONG += [[], [0], [[1, ["B"]]], [0, 1, 2], {}, 1.5]


@given(programs(), st.randoms(use_true_random=False))
def test_a_damaged_plain_form_gives_a_labelled_error_or_a_program(program: Program, r: Random) -> None:
    for _ in range(20):
        plain: Any = encoding.to_plain(program)
        place, index = plain, r.randrange(len(plain))
        while isinstance(place[index], list) and place[index] and r.random() < 0.85:
            place = place[index]
            index = r.randrange(len(place))
        place[index] = r.choice(WRONG)
        try:
            read = decoding.from_plain(plain)
        except (MalformedError, UnsupportedError) as error:
            assert error.code.startswith("enc.")
        else:
            verify_program(read)


# --- programs without an encoding --------------------------------------------------


def test_a_value_that_is_not_defined_has_no_encoding() -> None:
    stray = Value("v", INT)
    function = Function("pkg.f", (INT,), Block((), (), (stray,)))
    with pytest.raises(InvalidError) as caught:
        encoding.to_plain(Program(1, (), (), (function,), (), (), ()))
    assert caught.value.code == "ir.ssa"


def test_a_value_that_is_defined_twice_has_no_encoding() -> None:
    value = Value("v", INT)
    node = Node("const", attrs={"value": 1}, results=(value,))
    function = Function("pkg.f", (), Block((), (node, node), ()))
    with pytest.raises(InvalidError) as caught:
        encoding.to_plain(Program(1, (), (), (function,), (), (), ()))
    assert caught.value.code == "ir.ssa"


# --- source positions ------------------------------------------------------------


def spans(program: Program) -> list[str]:
    return [
        f"{s.file} {s.function} {s.line} {s.column} {s.end_line} {s.end_column}" if (s := node.span) else "-"
        for _, _, function in all_functions(program)
        for node in walk(function.body)
    ]


@given(programs(), st.randoms(use_true_random=False))
def test_source_positions_travel_beside_the_program(program: Program, r: Random) -> None:
    for _, _, function in all_functions(program):
        for node in walk(function.body):
            if r.random() < 0.7:
                node.span = Span(
                    r.choice(("a.py", "b/c.py")), r.randrange(1, 99), 4, 0, 9, r.choice(("", "f"))
                )
    again = decode_program(encode_program(program))
    assert set(spans(again)) <= {"-"}
    apply_spans(again, encode_spans(program))
    assert spans(again) == spans(program)


@pytest.mark.parametrize(
    "plain",
    [
        None,
        ["tracebox-spans", 2, [], [[None, None]]],
        ["tracebox-spans", 1, [1], [[None, None]]],
        ["tracebox-spans", 1, [], []],
        ["tracebox-spans", 1, [], [[None]]],
        ["tracebox-spans", 1, ["a"], [[None, [0, 1, 1, 1, 1, 1]]]],
        ["tracebox-spans", 1, ["a"], [[None, [0, 0, -1, 1, 1, 1]]]],
        ["tracebox-spans", 1, ["a"], [[None, [0, 0, 1]]]],
    ],
)
def test_positions_that_do_not_fit_the_program_are_refused(plain: Any) -> None:
    program = small()
    with pytest.raises(TraceboxError) as caught:
        apply_spans(program, msgpack.packb(plain))
    assert caught.value.code == "enc.spans"
