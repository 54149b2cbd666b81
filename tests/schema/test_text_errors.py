"""Text that is no program: refused by name, with the place, and without exhausting anything. SPEC 7."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schema.test_text import EXAMPLE
from tests.strategies import programs
from tracebox.schema.errors import InvalidError, ScriptError, TraceboxError
from tracebox.schema.ir import Program
from tracebox.schema.text.labels import SourceError
from tracebox.schema.text.parser import parse_program
from tracebox.schema.text.printer import print_program

HEAD = '__module__ = "m"\n'


def body(*lines: str, head: str = "def f(x: f32[B,3], n: int, b: bool, s: str) -> None:") -> str:
    return HEAD + head + "\n" + "".join(f"    {line}\n" for line in lines)


TEXTS = [
    # 7.2 characters and tokens
    ("text.character", HEAD + "x = $\n", "m.py:2:5"),
    ("text.character", HEAD + "\tx = 1\n", "m.py:2:1"),
    ("text.character", HEAD + "x = (1\n", "m.py:3:1"),
    ("text.character", HEAD + "x = 1)\n", "m.py:2:6"),
    ("text.character", HEAD + "x = é\n", "m.py:2:5"),
    ("text.character", HEAD + "x = 1\x00\n", "m.py:2:6"),
    ("text.character", HEAD + "# a comment\rx = 1\n", "m.py:2:12"),
    ("text.character", HEAD + "x = '\ud800'\n", "m.py:2:6"),
    ("text.string", HEAD + "x = 'a\n", "m.py:2:5"),
    ("text.string", HEAD + "x = '\\q'\n", "m.py:2:6"),
    ("text.string", HEAD + "x = '\\ud800'\n", "m.py:2:6"),
    ("text.string", HEAD + 'x = """a"""\n', "m.py:2:5"),
    ("text.number", HEAD + "x = 1_000\n", "m.py:2:5"),
    ("text.number", HEAD + "x = 012\n", "m.py:2:5"),
    ("text.number", HEAD + "x = 0x10\n", "m.py:2:5"),
    ("text.limit", HEAD + f"x = {'9' * 500}\n", "m.py:2:5"),
    ("text.indent", HEAD + "def f() -> None:\n    pass\n  pass\n", "m.py:4:3"),
    ("text.limit", HEAD + "x = " + "(" * 70 + "\n", "m.py:2:69"),
    ("text.limit", HEAD + "x = " + "-" * 200 + "1\n", "m.py:2:101"),
    ("text.limit", HEAD + "".join(" " * i + "if x:\n" for i in range(100)), "m.py:"),
    # 7.3 grammar
    ("text.syntax", HEAD + "x = lambda: 1\n", "m.py:2:5"),
    ("text.syntax", HEAD + "import os\n", "m.py:2:1"),
    ("text.syntax", HEAD + "x = 'a' 'b'\n", "m.py:2:9"),
    ("text.syntax", HEAD + "x = f32[]\n", "m.py:2:9"),
    ("text.syntax", HEAD + "def f(*):\n    pass\n", "m.py:2:8"),
    ("text.syntax", HEAD + "x = a == not b\n", "m.py:2:10"),
    ("text.syntax", HEAD + "(x): int\n", "m.py:2:4"),
    ("text.syntax", HEAD + "f() = 1\n", "m.py:2:1"),
    ("text.syntax", HEAD + "f(a=1, a=2)\n", "m.py:2:10"),
    ("text.syntax", HEAD + "def f(): pass\n", "m.py:2:10"),
    # 7.4 files
    ("text.module", "x = 1\n", "m.py:1:1"),
    ("text.module", "", "m.py:1:1"),
    ("text.module", '__module__ = "a b"\n', "m.py:1:14"),
    ("text.module", HEAD + "x = 1\n", "m.py:2:1"),
    ("text.module", HEAD + "class C(Other):\n    pass\n", "m.py:2:1"),
    # 7.5 names
    ("text.name", HEAD + "def f() -> None:\n    pass\ndef f() -> None:\n    pass\n", "m.py:4:1"),
    ("text.name", body("y = add(x, z)"), "m.py:3:16"),
    ("text.name", body("n = 1"), "m.py:3:5"),
    ("text.name", body("y = 1", "y = 2"), "m.py:4:5"),
    ("text.name", body("if b:", "    y = 1", "z = int.add(y, y)"), "m.py:5:17"),
    ("text.name", body("y, y = top_k(x, k=1, axis=0)"), "m.py:3:8"),
    ("text.name", body("y: int", "if b:", "    y = 1", "    yield y", "else:", "    yield n"), "m.py:3:5"),
    ("text.name", HEAD + "def f(x) -> None:\n    pass\n", "m.py:2:7"),
    # 7.6 statements and operands
    ("text.statement", body("y = n + 1"), "m.py:3:9"),
    ("text.statement", body("y = n"), "m.py:3:9"),
    ("text.statement", body("y = unknown(x)"), "m.py:3:9"),
    ("text.statement", body("y = add(x, x, wrong=1)"), "m.py:3:19"),
    ("text.statement", body("for i in range(3):", "    pass"), "m.py:3:14"),
    ("text.statement", body("for i, h in loop(n, b, n):", "    yield b, h"), "m.py:3:5"),
    ("text.statement", body("guard(b)"), "m.py:3:5"),
    ("text.statement", body("y: int", "z = 1"), "m.py:4:5"),
    ("text.statement", body("y: int"), "m.py:3:5"),
    ("text.statement", body("y: int = 1"), "m.py:3:5"),
    ("text.statement", HEAD + "def f(x: f32[B]):\n    pass\n", "m.py:2:1"),
    ("text.operand", body("y = add(x, 1)"), "m.py:3:16"),
    ("text.operand", body("y = add(x, add(x, x))"), "m.py:3:16"),
    ("text.operand", body("add(x, x)"), "m.py:3:5"),
    ("text.operand", body("y, z = add(x, x)"), "m.py:3:5"),
    # 7.7 attributes and constants
    ("text.attribute", body("y = sum(x, axes=0)"), "m.py:3:21"),
    ("text.attribute", body("y = sum(x, axes=[0.5])"), "m.py:3:22"),
    ("text.attribute", body("y = astype(x, dtype=f33)"), "m.py:3:25"),
    ("text.attribute", body("y = reshape(x, shape=[B//0])"), "m.py:3:30"),
    ("text.attribute", body("y = reshape(x, shape=[i for i in x])"), "m.py:3:26"),
    ("text.attribute", body("bind(n, symbol=1)"), "m.py:3:20"),
    ("text.constant", body("y = 1e999"), "m.py:3:9"),
    ("text.constant", body("y = 99999999999999999999"), "m.py:3:9"),
    ("text.constant", body('y = float("x")'), "m.py:3:9"),
    ("text.constant", body("y = i8([1, 200])"), "m.py:3:16"),
    ("text.constant", body("y = i8([[1], [2, 3]])"), "m.py:3:18"),
    ("text.constant", body("y = f32([])"), "m.py:3:9"),
    ("text.constant", body('y = f32([2], b"AAAA")'), "m.py:3:18"),
    ("text.constant", body('y = f32([1], b"AAAAA===")'), "m.py:3:18"),
    ("text.constant", body("y = bf16([1.0])"), "m.py:3:9"),
    ("text.constant", body("y = b'AAAA'"), "m.py:3:9"),
    # 7.8 ends of blocks
    ("text.yield", body("return x"), "m.py:2:1"),
    ("text.yield", body("yield x"), "m.py:3:5"),
    ("text.yield", body("return", "y = 1"), "m.py:3:5"),
    ("text.yield", body("raise ValueError(s)", "y = 1"), "m.py:3:5"),
    ("text.yield", body("if b:", "    return"), "m.py:4:9"),
]


@pytest.mark.parametrize(("code", "text", "place"), TEXTS)
def test_a_text_that_is_wrong_is_refused_where_it_is_wrong(code: str, text: str, place: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_program({"m.py": text})
    assert caught.value.code == code
    assert caught.value.problems[0].where.startswith(place), caught.value
    assert isinstance(caught.value, SourceError)
    line, caret = str(caught.value).split("\n")[-2:]
    column = caught.value.place.column
    assert caret.strip() == "^"
    assert column > 60 or line[4:][: column + 1] == caught.value.place.source[: column + 1]


@pytest.mark.parametrize(
    ("code", "text", "place"),
    [
        ("add.T", body("y = add(x, f)", head="def f(x: f32[B], f: f64[B]) -> None:"), "m.f (m.py:3)"),
        ("ir.callee", body("m.g(x)").replace("m.g", "self.g"), "m.f (m.py:3)"),
        ("type.dtype", HEAD + "def f(x: f33[B]) -> None:\n    pass\n", "m.py:2:10"),
        ("ir.condition", body("guard(n, 'm', reason='branch')"), "m.f (m.py:3)"),
    ],
)
def test_what_the_builder_refuses_names_the_place_in_the_text(code: str, text: str, place: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse_program({"m.py": text})
    assert caught.value.code == code
    assert caught.value.problems[0].where.startswith(place)


def test_a_message_shows_the_line_and_a_caret() -> None:
    with pytest.raises(ScriptError) as caught:
        parse_program({"code/m.py": body("y = n + 1")})
    assert str(caught.value) == (
        "code/m.py:3:9: [text.statement] a statement is one of the listed forms; "
        "expected a constant, self.name or a call; got n + 1; call an operator, as in y = add(a, b)\n"
        "        y = n + 1\n"
        "            ^"
    )


PROGRAM = [
    ("text.module", "x = 1\n"),
    ("text.module", "if x:\n    pass\n"),
    ("text.module", "functions = [app.other]\n"),
    ("text.statement", "i = app.Missing()\n"),
    ("text.statement", "i = nn.Cell()\n"),
    ("text.statement", "exports = [forward]\n"),
    ("text.name", "i = app.Net(cell=other)\n"),
    ("text.constant", EXAMPLE["code/__program__.py"].replace("[1, 2]", "[x]")),
]


@pytest.mark.parametrize(("code", "text"), PROGRAM)
def test_the_program_file_is_checked(code: str, text: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_program({**EXAMPLE, "code/__program__.py": text})
    assert caught.value.code == code


OPERATORS = [
    ("text.module", "x = 1\n"),
    ("text.module", "def f() -> None:\n    pass\n"),
    ("text.module", "@other('x')\ndef f() -> None:\n    pass\n"),
    ("text.module", "@body(x)\ndef f() -> None:\n    pass\n"),
    ("text.statement", "@body('softmax', wrong=1)\ndef softmax() -> None:\n    pass\n"),
    ("text.module", "@body('com.example.g')\ndef f() -> None:\n    pass\n"),
]


@pytest.mark.parametrize(("code", "text"), OPERATORS)
def test_the_operators_file_is_checked(code: str, text: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_program({"code/__operators__.py": text})
    assert caught.value.code == code


HOSTILE = {
    "brackets": HEAD + "x = " + "[" * 100_000,
    "blocks": HEAD + "".join(" " * i + "if x:\n" for i in range(2000)),
    "minus": HEAD + "x = " + "- " * 100_000 + "1\n",
    "not": HEAD + "x = " + "not " * 100_000 + "x\n",
    "attributes": body("y = x" + ".a" * 100_000),
    "calls": HEAD + "x = f" + "()" * 100_000 + "\n",
    "sums": HEAD + "x = " + "+".join(["1"] * 20_000) + "\n",
    "dimensions": body("y = reshape(x, shape=[" + "+".join(["B"] * 5_000) + "])"),
    "products": body("y = reshape(x, shape=[" + "*".join(["(a+b+c)"] * 200) + "])"),
    "conditions": HEAD + "x = " + "1 if x else " * 20_000 + "1\n",
    "elif": HEAD + "if x:\n    pass\n" + "elif x:\n    pass\n" * 10_000,
    "digits": HEAD + "x = 1" + "0" * 1_000_000 + "\n",
    "classes": HEAD
    + "".join(f"class C{i}(Module):\n    c: m.C{i + 1}\n" for i in range(3000))
    + "class C3000(Module):\n    pass\n",
    "targets": body(",".join(f"a{i}" for i in range(20_000)) + " = add(x, x)"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_ends_in_an_error_or_a_program(name: str) -> None:
    try:
        parse_program({"m.py": HOSTILE[name]})
    except TraceboxError as error:
        assert error.code.partition(".")[0] in ("text", "type", "ir", "reshape")
    else:
        assert name in ("classes", "dimensions")


@given(programs(), st.data())
def test_a_damaged_text_ends_in_an_error_or_a_program(program: Program, data: st.DataObject) -> None:
    files = print_program(program)
    path = data.draw(st.sampled_from(sorted(files)))
    text = files[path]
    for _ in range(10):
        at = data.draw(st.integers(0, max(0, len(text) - 1)))
        new = data.draw(
            st.sampled_from(["", "\n", " ", "    ", "(", "]", ",", "x", "0", "=", "'", ".", "if", ":", "é"])
        )
        size = data.draw(st.integers(0, 6))
        try:
            parse_program({**files, path: text[:at] + new + text[at + size :]})
        except TraceboxError as error:
            assert "." in error.code


@pytest.mark.parametrize("line", ["opset = 1", "exports = []", "classes = []"])
def test_what_the_programs_file_states_is_stated_once(line: str) -> None:
    text = f"{line}\n{line}\n"
    with pytest.raises(ScriptError, match=r"\[text.module\].*expected one statement") as caught:
        parse_program({"code/__program__.py": text})
    assert caught.value.problems[0].where.startswith("code/__program__.py:2:1")
