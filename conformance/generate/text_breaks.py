"""Texts that are no programs, each beside a valid one that differs in one place. SPEC 7."""

from __future__ import annotations

HEAD = '__module__ = "m"\n'
SIGNATURE = "def f(x: f32[B,3], n: int, b: bool, s: str) -> None:"

#: Name, label, the text, the place of the error (line, column), the valid twin.
Break = tuple[str, str, str, tuple[int, int] | None, str]


def body(*lines: str, head: str = SIGNATURE) -> str:
    """A function with these lines in it."""
    return HEAD + head + "\n" + "".join(f"    {line}\n" for line in lines)


def _one(name: str, label: str, wrong: str, column: int, right: str) -> Break:
    """A function of one statement, on line 3."""
    return name, label, body(wrong), (3, column), body(right)


def nested_blocks(depth: int) -> str:
    """Branches inside one another."""
    return (
        HEAD
        + SIGNATURE
        + "\n"
        + "".join(" " * (i + 1) + "if b:\n" for i in range(depth))
        + (" " * (depth + 1) + "pass\n")
    )


MODULE_FILE: tuple[Break, ...] = (
    # 7.1, 7.2: bounds, characters and tokens
    _one("character", "text.character", "y = $", 9, "y = 1"),
    _one("character-beyond-ascii", "text.character", "é = 1", 5, "e = 1"),
    _one("nul", "text.character", "y = 1\x00", 10, "y = 1"),
    _one("backslash-at-the-end", "text.character", "y = 1 \\", 11, "y = 1"),
    _one("bracket-closed-only", "text.character", "y = 1)", 10, "y = 1"),
    _one("other-bracket", "text.character", "y = sum(x, axes=[0))", 23, "y = sum(x, axes=[0])"),
    ("tab-indents", "text.character", body() + "\ty = 1\n", (3, 1), body("y = 1")),
    ("return-in-comment", "text.character", body("# text\ry = 1"), (3, 11), body("# text", "y = 1")),
    (
        "bracket-never-closed",
        "text.character",
        body("y = sum(x, axes=[0]"),
        (4, 1),
        body("y = sum(x, axes=[0])"),
    ),
    _one("string-not-closed", "text.string", "y = 'a", 9, "y = 'a'"),
    _one("escape", "text.string", "y = 'a\\q'", 11, "y = 'a\\n'"),
    _one("escape-of-a-surrogate", "text.string", "y = '\\ud800'", 10, "y = '\\ud7ff'"),
    _one("escape-too-short", "text.string", "y = '\\x4'", 10, "y = '\\x41'"),
    _one("three-quotes", "text.string", 'y = """a"""', 9, 'y = "a"'),
    _one("digits-with-underscore", "text.number", "y = 1_000", 9, "y = 1000"),
    _one("leading-zero", "text.number", "y = 012", 9, "y = 12"),
    _one("hexadecimal", "text.number", "y = 0x10", 9, "y = 16"),
    _one("letter-behind-number", "text.number", "y = 1e", 9, "y = 1e1"),
    ("dedent-to-no-block", "text.indent", body("pass") + "  pass\n", (4, 3), body("pass") + "    pass\n"),
    _one("long-number", "text.limit", f"y = {'0.' + '1' * 400}", 9, f"y = {'0.' + '1' * 398}"),
    ("deep-blocks", "text.limit", nested_blocks(90), None, nested_blocks(30)),
    _one(
        "deep-brackets",
        "text.limit",
        "y = reshape(x, shape=[" + "(" * 63 + "3*B" + ")" * 63 + "])",
        89,
        "y = reshape(x, shape=[" + "(" * 62 + "3*B" + ")" * 62 + "])",
    ),
    # 7.3: grammar
    _one("lambda", "text.syntax", "y = lambda: 1", 9, "y = 1"),
    _one("strings-side-by-side", "text.syntax", "y = 'a' 'b'", 13, "y = 'a'"),
    _one("call-as-target", "text.syntax", "f() = 1", 5, "y = 1"),
    _one("argument-twice", "text.syntax", "y = sum(x, axes=[0], axes=[0])", 31, "y = sum(x, axes=[0])"),
    _one(
        "operator-without-operand",
        "text.syntax",
        "y = reshape(x, shape=[3*])",
        29,
        "y = reshape(x, shape=[3*B])",
    ),
    ("no-colon", "text.syntax", body("if b", "    pass"), (3, 9), body("if b:", "    pass")),
    ("while", "text.syntax", body("while b:", "    pass"), (3, 5), body("if b:", "    pass")),
    ("import", "text.syntax", HEAD + "import os\n", (2, 1), HEAD),
    (
        "empty-brackets-in-type",
        "text.syntax",
        body("pass", head="def f(x: f32[]) -> None:"),
        (2, 14),
        body("pass", head="def f(x: 'f32[]') -> None:"),
    ),
    (
        "star-alone",
        "text.syntax",
        body("pass", head="def f(*) -> None:"),
        (2, 8),
        body("pass", head="def f() -> None:"),
    ),
    (
        "body-on-the-line",
        "text.syntax",
        HEAD + "def f() -> None: pass\n",
        (2, 18),
        HEAD + "def f() -> None:\n    pass\n",
    ),
    # 7.4: files
    ("no-module", "text.module", body("pass")[len(HEAD) :], (1, 1), body("pass")),
    ("empty-file", "text.module", "", (1, 1), HEAD),
    ("module-with-a-space", "text.module", '__module__ = "a b"\n', (1, 14), '__module__ = "a.b"\n'),
    ("statement-at-the-top", "text.module", HEAD + "x = 1\n", (2, 1), HEAD),
    (
        "base",
        "text.module",
        HEAD + "class C(Other):\n    x: int\n",
        (2, 1),
        HEAD + "class C(Record):\n    x: int\n",
    ),
    # 7.5: names
    (
        "function-twice",
        "text.name",
        body("pass") + body("pass")[len(HEAD) :],
        (4, 1),
        body("pass") + body("pass", head=SIGNATURE.replace("f(", "g("))[len(HEAD) :],
    ),
    _one("never-assigned", "text.name", "y = add(x, z)", 16, "y = add(x, x)"),
    _one("a-parameter-s", "text.name", "n = 1", 5, "m = 1"),
    ("assigned-twice", "text.name", body("y = 1", "y = 2"), (4, 5), body("y = 1", "z = 2")),
    (
        "assigned-later",
        "text.name",
        body("z = int.add(n, y)", "y = 1"),
        (3, 20),
        body("z = int.add(n, n)", "y = 1"),
    ),
    (
        "of-an-inner-block",
        "text.name",
        body("if b:", "    y = 1", "z = int.add(y, n)"),
        (5, 17),
        body("if b:", "    y = 1", "z = int.add(n, n)"),
    ),
    _one(
        "two-results-of-one-name",
        "text.name",
        "y, y = top_k(x, k=1, axis=1)",
        8,
        "y, z = top_k(x, k=1, axis=1)",
    ),
    (
        "parameter-without-type",
        "text.name",
        body("pass", head="def f(x) -> None:"),
        (2, 7),
        body("pass", head="def f(x: int) -> None:"),
    ),
    # 7.6: statements and operands
    _one("sum-as-statement", "text.statement", "y = n + 1", 9, "y = 1"),
    _one("name-as-statement", "text.statement", "y = n", 9, "y = 1"),
    _one("unknown-operator", "text.statement", "y = unknown(x)", 9, "y = abs(x)"),
    _one("unknown-attribute", "text.statement", "y = add(x, x, wrong=1)", 19, "y = add(x, x)"),
    _one("attribute-of-guard", "text.statement", "guard(b)", 5, 'guard(b, "m", reason="branch")'),
    _one("annotated-assignment", "text.statement", "y: int = 1", 5, "y = 1"),
    ("results-declared-for-nothing", "text.statement", body("y: int", "z = 1"), (4, 5), body("z = 1")),
    ("results-declared-at-the-end", "text.statement", body("pass", "y: int"), (4, 5), body("pass")),
    (
        "range",
        "text.statement",
        body("for i in range(3):", "    yield b"),
        (3, 14),
        body("for i in loop(n, b):", "    yield b"),
    ),
    (
        "results-not-declared",
        "text.statement",
        body("for i, h in loop(n, b, n):", "    yield b, h"),
        (3, 5),
        body("h: int", "for i, h1 in loop(n, b, n):", "    yield b, h1"),
    ),
    (
        "no-result-type",
        "text.statement",
        body("pass", head="def f(n: int):"),
        (2, 1),
        body("pass", head="def f(n: int) -> None:"),
    ),
    _one("constant-as-operand", "text.operand", "y = add(x, 1)", 16, "y = add(x, x)"),
    _one("call-as-operand", "text.operand", "y = add(x, abs(x))", 16, "y = add(x, x)"),
    _one("result-not-named", "text.operand", "add(x, x)", 5, "y = add(x, x)"),
    _one("result-too-many", "text.operand", "y, z = add(x, x)", 5, "y = add(x, x)"),
    # 7.7: attributes and constants
    _one("int-for-a-list", "text.attribute", "y = sum(x, axes=0)", 21, "y = sum(x, axes=[0])"),
    _one("float-in-a-list-of-ints", "text.attribute", "y = sum(x, axes=[0.5])", 22, "y = sum(x, axes=[0])"),
    _one("no-dtype", "text.attribute", "y = astype(x, dtype=f33)", 25, "y = astype(x, dtype=f64)"),
    _one(
        "division-by-zero",
        "text.attribute",
        "y = reshape(x, shape=[3*B//0])",
        32,
        "y = reshape(x, shape=[3*B//1])",
    ),
    _one(
        "comprehension",
        "text.attribute",
        "y = reshape(x, shape=[i for i in x])",
        26,
        "y = reshape(x, shape=[3*B])",
    ),
    _one("number-for-a-symbol", "text.attribute", "bind(n, symbol=1)", 20, "bind(n, symbol=k)"),
    _one("float-beyond-binary64", "text.constant", "y = 1e999", 9, "y = 1e99"),
    _one("int-of-67-bits", "text.constant", "y = 99999999999999999999", 9, "y = 999999999999999999"),
    _one("float-of-text", "text.constant", 'y = float("x")', 9, 'y = float("nan")'),
    _one("element-out-of-range", "text.constant", "y = i8([1, 200])", 16, "y = i8([1, 100])"),
    _one("ragged-elements", "text.constant", "y = i8([[1], [2, 3]])", 18, "y = i8([[1], [2]])"),
    _one("no-elements", "text.constant", "y = f32([])", 9, "y = f32([1.0])"),
    _one("too-few-bytes", "text.constant", 'y = f32([2], b"AAAA")', 18, 'y = f32([2], b"AAAAAAAAAAA=")'),
    _one("padding-of-base64", "text.constant", 'y = f32([1], b"AAAAA===")', 18, 'y = f32([1], b"AAAAAA==")'),
    _one("elements-of-a-storage-dtype", "text.constant", "y = bf16([1.0])", 9, "y = f16([1.0])"),
    _one("bytes-alone", "text.constant", "y = b'AAAA'", 9, "y = 'AAAA'"),
    # 7.8: ends of blocks
    _one("yield-in-a-function", "text.yield", "yield x", 5, "pass"),
    ("statement-behind-return", "text.yield", body("return", "y = 1"), (3, 5), body("y = 1", "return")),
    (
        "statement-behind-raise",
        "text.yield",
        body("raise ValueError(s)", "y = 1"),
        (3, 5),
        body("y = 1", "raise ValueError(s)"),
    ),
    ("return-in-a-branch", "text.yield", body("if b:", "    return"), (4, 9), body("if b:", "    pass")),
    ("result-of-none", "text.yield", body("return x"), (2, 1), body("return")),
)

#: Texts that are well formed, of programs that are not valid: phase `invalid`, without a place.
INVALID: tuple[tuple[str, str, str, str], ...] = (
    (
        "operands",
        "add.T",
        body("y = astype(x, dtype=f64)", "z = add(x, y)"),
        body("y = astype(x, dtype=f32)", "z = add(x, y)"),
    ),
    (
        "condition",
        "ir.condition",
        body("guard(n, 'm', reason='branch')"),
        body("guard(b, 'm', reason='branch')"),
    ),
    (
        "type",
        "type.dtype",
        body("pass", head="def f(x: f33[B]) -> None:"),
        body("pass", head="def f(x: f32[B]) -> None:"),
    ),
    ("callee", "ir.callee", body("self.g(x)"), body("y = abs(x)")),
)

APP = (
    '__module__ = "app"\n\n\nclass Net(Module):\n    h: Field[list[int]]\n\n'
    "    def forward(self, n: int) -> int:\n        return n\n"
)
PROGRAM_TEXT = 'opset = 1\nfunctions = [m.f]\n\nm0 = app.Net(h=[1, 2])\n\nexports = ["forward"]\n'

#: Changes of `PROGRAM_TEXT`: name, label, what is replaced, by what, line and column.
PROGRAM_FILE: tuple[tuple[str, str, str, str, tuple[int, int]], ...] = (
    ("opset-twice", "text.module", "functions", "opset = 1\nfunctions", (2, 1)),
    ("unknown-function", "text.module", "m.f", "m.g", (2, 14)),
    ("branch", "text.module", "m0 =", "if x:\n    pass\nm0 =", (4, 1)),
    ("number", "text.module", "m0 =", "x = 1\nm0 =", (4, 1)),
    ("unknown-class", "text.statement", "app.Net", "app.Missing", (4, 6)),
    ("member-missing", "text.statement", "(h=[1, 2])", "()", (4, 6)),
    ("exports-without-quotes", "text.statement", '["forward"]', "[forward]", (6, 12)),
    ("name-in-a-value", "text.constant", "[1, 2]", "[1, x]", (4, 20)),
)


def program(text: str) -> dict[str, str]:
    """A program whose module `m` has the text."""
    rest = PROGRAM_TEXT.replace("functions = [m.f]\n", "")
    return {"code/m.py": text, "code/app.py": APP, "code/__program__.py": rest}
