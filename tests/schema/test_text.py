"""The program text: printing and parsing are each other's inverse. SPEC 7."""

from __future__ import annotations

import ast
import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import LABELS, programs, random_const
from tracebox.conformance.generate.program_cases import BASES
from tracebox.schema import dtypes
from tracebox.schema.encoding import programs_equal
from tracebox.schema.errors import ScriptError
from tracebox.schema.formula import compile_formula
from tracebox.schema.ir import Program, all_functions, walk
from tracebox.schema.registry import operators
from tracebox.schema.text.constants import constant_text
from tracebox.schema.text.files import module_paths
from tracebox.schema.text.grammar import parse
from tracebox.schema.text.lexer import Source
from tracebox.schema.text.parser import parse_program
from tracebox.schema.text.printer import print_program
from tracebox.schema.text.statements import FORMS
from tracebox.schema.verify import verify_program


@given(programs())
def test_a_printed_program_parses_to_itself(program: Program) -> None:
    files = print_program(program)
    again = parse_program(files)
    assert programs_equal(again, program)
    assert print_program(again) == files


@pytest.mark.parametrize("base", BASES)
def test_the_conformance_programs_parse_to_themselves(base: str) -> None:
    program = BASES[base]()
    assert programs_equal(parse_program(print_program(program)), program)


@given(programs())
def test_printed_files_are_python_and_have_the_trees_that_python_gives_them(program: Program) -> None:
    for path, text in print_program(program).items():
        assert text.isascii()
        assert ast.dump(ast.Module(parse(Source(path, text)), [])) == ast.dump(ast.parse(text))


#: Every form of the grammar, in Python as in the text.
GRAMMAR = r"""
__module__ = "a.b"  # a comment

class Decoder(Module):
    weight: Param[f32[1,128,1]]
    h: Field["f32[?]"]

    def forward(self, x: f32[B,128,4], *, k) -> f32[B,1]:
        "a doc\n\x41\u0042\U00000043 \\ \" '"
        w = self.weight.inner
        y = conv(x, w, strides=[1], s=(1,), t=(), u=[], v=[1, 2,])
        c = 2.5; k = 3; z = -1e5; q = -0.0; a = b if c else d if e else f; g = .5; h = 1.
        r: f32[B]
        if c:
            yield a
        elif x < 3 <= 4 != 5 and not a or b in c and d not in e or f is g and h is not i:
            yield
        else:
            yield x, y
        for i, h in loop(n, c0):
            pass
        z = [a for a, b in zip(c, d) if a if not b] + [x[:-1], x[1:], x[a:b], x[...], x[a, b:c], x[a,]]
        m = all(a // b % 2 == -c * d for a in b)
        raise ValueError(msg)
        a, b = c, d
        (a, b) = f
        x = {1: 2, "a": b"QUJD", 'c': None}
        y = (1 if a is not None else 2) - 3 - 4 * (5 + 6) // (7)
        q = not a == b
        self.h = v
        y = f(g(h(
            1,  # in brackets
            2)))
        return a, b

    def g():
        return
@body("softmax", axis=1)
def f(x):
    return (x)
if a or b or c and d and e:
  for i in range(3):
   x = -(-1)
"""


def test_the_trees_are_pythons_with_their_starts() -> None:
    ours = ast.Module(parse(Source("x.py", GRAMMAR)), [])
    pythons = ast.parse(GRAMMAR)
    assert ast.dump(ours) == ast.dump(pythons)
    for mine, theirs in zip(ast.walk(ours), ast.walk(pythons)):
        if isinstance(mine, (ast.expr, ast.stmt)) and not isinstance(
            mine, (ast.GeneratorExp, ast.FunctionDef)
        ):
            assert isinstance(theirs, (ast.expr, ast.stmt))
            if hasattr(mine, "lineno"):
                assert (mine.lineno, mine.col_offset) == (theirs.lineno, theirs.col_offset), ast.dump(mine)


TOKENS = [
    *(
        "x",
        "1",
        "2.5",
        "'s'",
        "b'QQ'",
        "if",
        "else",
        "for",
        "in",
        "not",
        "and",
        "or",
        "is",
        "None",
        "...",
        "lambda",
    ),
    *(
        "+",
        "-",
        "*",
        "//",
        "%",
        "==",
        "<",
        "=",
        ",",
        ":",
        ".",
        ";",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "@",
        "->",
        "#",
    ),
    *(
        " ",
        "\n",
        "\n  ",
        "\n    ",
        "def f():",
        "class C:",
        "return",
        "yield",
        "raise",
        "pass",
        "elif",
        "\\",
        "\t",
        "?",
    ),
]


@given(st.lists(st.sampled_from(TOKENS), max_size=25))
def test_what_is_accepted_is_python_with_the_same_tree(tokens: list[str]) -> None:
    text = " ".join(tokens)
    try:
        ours = parse(Source("x.py", text))
    except ScriptError as error:
        assert error.code.startswith("text.")
        return
    assert ast.dump(ast.Module(ours, [])) == ast.dump(ast.parse(text))


@given(st.randoms(use_true_random=False))
def test_a_constant_is_read_as_it_was_written(r: object) -> None:
    value = random_const(r)  # type: ignore[arg-type]
    text = f'__module__ = "m"\ndef f() -> None:\n    c = {constant_text(value)}\n'
    program = parse_program({"code/m.py": text})
    (node,) = program.functions[0].body.nodes
    assert constant_text(node.attrs["value"]) == constant_text(value)  # type: ignore[arg-type]
    assert node.attrs["value"] == value or value != value or isinstance(value, complex)


# --- one example of each statement, by hand ------------------------------------------

EXAMPLE = {
    "code/__program__.py": """\
opset = 1
cell = nn.Cell(weight="cell.weight", h=tensor("h0"), seen=[1, 2], last=3, table={"a": (1.5,)})
root = app.Net(cell=cell)
exports = ["forward"]
""",
    "code/nn.py": """\
__module__ = "nn"

class Cell(Module):
    "A cell."
    weight: Param[f32[3]]
    h: Field["f32[?,3]"]
    seen: Field[list[int]]
    last: Field[optional[int]]
    table: Field[dict[str,tuple[float]]]

    def step(self, x: f32[B,3]) -> (f32[B,3], "f32[?,3]"):
        w = self.weight
        y = add(x, w)  # the result's type is a comment that the parser skips
        h = self.h
        return y, h
""",
    "code/app.py": """\
__module__ = "app"

class Point(Record):
    x: int

def work(x: f32[B,3], n: int) -> f32[B,3]:
    return x

class Net(Module):
    cell: nn.Cell

    def forward(self, x: f32[B,3], n: int, text: str) -> (f32[B,3], int):
        y, h = self.cell.step(x)
        z = app.work(y, n)
        task = fork(app.work, z, n)
        v = wait(task)
        i, j = nonzero(v, size=k)
        flag = int.less(n, n)
        guard(flag, "n was less", reason="branch")
        bind(n, symbol=m)
        big = refine(h, f32[q,3], symbols=[q])
        out: int
        if flag:
            yield n
        else:
            raise ValueError(text)
        trips = None
        last: int
        for index, carried in loop(trips, flag, n):
            yield flag, carried
        self.cell.h = h
        print(text, text)
        return y, last
""",
}


def test_an_example_has_a_node_of_each_kind_and_prints_and_reads_back() -> None:
    program = parse_program(EXAMPLE)
    kinds = {node.kind for _, _, function in all_functions(program) for node in walk(function.body)}
    assert kinds >= {
        "op",
        "const",
        "param",
        "get",
        "set",
        "call",
        "fork",
        "wait",
        "if",
        "loop",
        "guard",
        "refine",
    }
    assert kinds >= {"raise", "print", "bind"}
    assert programs_equal(parse_program(print_program(program)), program)
    nodes = list(walk(program.classes[1].methods[0].body))
    assert str(nodes[0].span) == "code/app.py:13"
    assert not verify_program(program)


def test_the_order_of_declarations_is_kept() -> None:
    files = {
        "code/__program__.py": "functions = [b.f, a.f]\n",
        "code/a.py": '__module__ = "a"\ndef f() -> None:\n    pass\n',
        "code/b.py": '__module__ = "b"\ndef f() -> None:\n    pass\n',
    }
    program = parse_program(files)
    assert [function.name for function in program.functions] == ["b.f", "a.f"]
    assert "functions = [\n    b.f,\n    a.f,\n]" in print_program(program)["code/__program__.py"]


def test_functions_may_be_used_before_they_are_declared() -> None:
    text = '__module__ = "a"\ndef f(n: int) -> int:\n    m = a.g(n)\n    return m\n'
    text += "def g(n: int) -> int:\n    return n\n"
    assert [f.name for f in parse_program({"code/a.py": text}).functions] == ["a.f", "a.g"]


# --- files and names -----------------------------------------------------------------


def test_each_module_has_a_file_that_every_system_can_hold() -> None:
    modules = ["pkg.mod", "Pkg.mod", "pkg.MOD", "con", "x.aux.y", "", "__program__", "a" * 300]
    paths = module_paths(modules)
    assert sorted(paths.values()) == sorted(modules)
    assert len({path.lower() for path in paths}) == len(modules)
    assert all(len(path) <= 240 and path.endswith(".py") for path in paths)
    assert not any(part.removesuffix(".py") in ("con", "aux") for path in paths for part in path.split("/"))
    folders = {path.rpartition("/")[0] for path in paths}
    assert len({folder.lower() for folder in folders}) == len(folders)


def test_no_operator_has_the_name_of_a_form_or_of_a_dtype() -> None:
    words = {*FORMS, *dtypes.BY_NAME, "float", "complex", "const", "body", "tensor"}
    assert not words & set(operators())


def test_names_of_values_may_be_words_of_the_text() -> None:
    for label in LABELS:
        head = f'__module__ = "m"\ndef f({label}: f32[B]) -> f32[B]:\n'
        text = f"{head}    y1 = add({label}, {label})\n    return y1\n"
        assert parse_program({"code/m.py": text}).functions[0].params[0].name == label


def test_templates_and_formulas_share_one_grammar() -> None:
    for op in operators().values():
        for signature in op.signatures:
            for rule in signature.rules:
                text = rule.text
                (statement,) = parse(Source("rule", text))
                assert ast.dump(statement) == ast.dump(ast.parse(text).body[0])
                compile_formula(text)


def test_a_function_with_the_name_of_an_operator_is_called_by_call() -> None:
    text = """\
__module__ = "com.example"

def scale(x: f32[B]) -> f32[B]:
    return x

def use(x: f32[B]) -> f32[B]:
    y = com.example.scale(x)
    z = call(com.example.scale, y)
    return z
"""
    operators_text = (
        '@body("com.example.scale")\ndef scale(x: f32[s0]) -> f32[s0]:\n    y = add(x, x)\n    return y\n'
    )
    program = parse_program({"code/m.py": text, "code/__operators__.py": operators_text})
    assert [node.kind for node in program.functions[1].body.nodes] == ["op", "call"]
    assert programs_equal(parse_program(print_program(program)), program)


def test_functions_without_a_module_are_called_by_call() -> None:
    text = '__module__ = ""\ndef f(n: int) -> int:\n    return n\n'
    text += "def g(n: int) -> int:\n    m = call(f, n)\n    return m\n"
    program = parse_program({"code/m.py": text})
    assert [function.name for function in program.functions] == ["f", "g"]
    assert programs_equal(parse_program(print_program(program)), program)


PIECES = re.findall(r"\n *|\w+|\s|.", GRAMMAR)


@given(st.randoms(use_true_random=False))
def test_a_damaged_text_that_is_accepted_is_python_with_the_same_tree(r: Random) -> None:
    lines = GRAMMAR.split("\n")
    for _ in range(20):
        start = r.randrange(len(lines) - 4)
        indent = len(lines[start]) - len(lines[start].lstrip())
        window = [line[indent:] for line in lines[start : start + r.randrange(1, 6)]]
        pieces = re.findall(r"\n *|\w+|\s|.", "\n".join(window) + "\n")
        at = r.randrange(len(pieces))
        pieces[at : at + r.randrange(2)] = [r.choice(PIECES)] if r.random() < 0.7 else []
        text = "".join(pieces)
        try:
            ours = parse(Source("x.py", text))
        except ScriptError:
            continue
        assert ast.dump(ast.Module(ours, [])) == ast.dump(ast.parse(text)), text
