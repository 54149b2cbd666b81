"""What each pass does, and what it leaves alone, on programs written by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox.archive.cli import PASSES as COMMAND_PASSES
from tracebox.archive.cli import main
from tracebox.reader.program import Runnable
from tracebox.schema.encoding import programs_equal
from tracebox.schema.errors import GuardError, ProgramError
from tracebox.schema.ir import Node, Program, walk
from tracebox.schema.text.parser import parse_program
from tracebox.schema.verify import verify_program
from tracebox.writer.passes import INEXACT, PASSES, TENSOR_PASSES, run_passes

TENSORS = {"w": np.arange(3, dtype=np.float32), "u": np.ones(4, np.float32)}
HEAD = """__module__ = "m"


class Net(Module):
    w: Param[f32[3]]
    u: Param[f32[4]]
    h: Field["i64[]"]

"""
MAIN = """opset = 1

m0 = m.Net(w="w", u="u", h=i64(0))  # the root

exports = ["forward"]
"""


def program(*methods: str, functions: str = "") -> Program:
    """A program whose class has these methods."""
    bodies = "\n\n".join("    " + method.strip().replace("\n", "\n    ") for method in methods)
    text = HEAD.replace("\n\nclass", f"\n\n{functions.strip()}\n\n\nclass") if functions else HEAD
    bodies = re.sub(r"(\w+)\[\(\)\]", r'"\1[]"', bodies)  # a rank of 0, as the text has it
    made = parse_program({"code/m.py": text + bodies + "\n", "code/__program__.py": MAIN})
    assert verify_program(made) == []
    return made


def after(given: Program, *passes: str) -> Program:
    return run_passes(given, TENSORS, passes).program


def nodes(given: Program, name: str = "forward") -> list[Node]:
    return list(walk(given.export(name).body))


def names(given: Program) -> list[str]:
    """The kinds of the nodes of ``forward``, of operators their names."""
    return [node.name if node.kind == "op" else node.kind for node in nodes(given)]


def call(given: Program, *arguments: Any) -> Any:
    return Runnable(given, TENSORS)(*arguments)


X = np.array([-0.0, 1.5, np.inf], np.float32)


def test_the_command_knows_the_passes_that_there_are() -> None:
    assert (*PASSES, *TENSOR_PASSES, *INEXACT) == COMMAND_PASSES


def test_an_unknown_pass_is_named() -> None:
    given = program("def forward(self, x: f32[3]) -> f32[3]:\n    return x")
    with pytest.raises(ValueError, match="no pass folding; there are dead-code"):
        run_passes(given, TENSORS, ["folding"])


# --- dead code ------------------------------------------------------------------


def test_dead_code_leaves_out_what_nothing_uses_and_keeps_effects() -> None:
    given = program(
        """
def forward(self, x: f32[3], n: int) -> f32[3]:
    a = sin(x)
    b = cos(a)
    c = 0
    ok = int.less(c, n)
    guard(ok, "n is positive", reason="branch")
    w = self.w
    s = "ran"
    print(s)
    return w
""",
        "def unused(self, x: f32[3]) -> f32[3]:\n    u = self.u\n    return x",
    )
    made = run_passes(given, TENSORS, ["dead-code"])
    assert names(made.program) == ["const", "int.less", "guard", "param", "const", "print"]
    assert [m.name for m in made.program.classes[0].methods] == ["forward"]
    assert list(made.tensors) == ["w"]
    assert (made.before.parameter_bytes, made.after.parameter_bytes) == (28, 12)
    assert made.before.nodes["op"] == 3 and made.after.nodes["op"] == 1
    with pytest.raises(GuardError, match="n is positive"):
        call(made.program, X, 0)


def test_dead_code_leaves_out_values_that_a_loop_carries_for_nobody() -> None:
    given = program(
        """
def forward(self, x: f32[3], n: int) -> f32[3]:
    t = True
    a: f32[3]
    b: f32[3]
    for i, p, q in loop(n, t, x, x):
        p1 = sin(p)
        q1 = cos(q)
        yield t, p1, q1
    return a
"""
    )
    made = after(given, "dead-code")
    assert names(made) == ["const", "loop", "sin"]
    assert call(made, X, 2).tobytes() == call(given, X, 2).tobytes()


# --- common subexpressions ------------------------------------------------------


def test_the_same_call_is_made_once() -> None:
    given = program(
        """
def forward(self, x: f32[3]) -> f32[3]:
    a = sin(x)
    w = self.w
    b = add(a, w)
    a1 = sin(x)
    w1 = self.w
    b1 = add(a1, w1)
    y = multiply(b, b1)
    return y
"""
    )
    assert names(after(given, "common-subexpressions")) == ["sin", "param", "add", "multiply"]


def test_constants_that_only_look_equal_stay_apart() -> None:
    given = program(
        """
def forward(self, x: f32[3]) -> f32[3]:
    a = f32(0.0)
    b = f32(-0.0)
    c = f32(0.0)
    y = add(x, a)
    z = add(y, b)
    r = add(z, c)
    return r
"""
    )
    made = after(given, "common-subexpressions")
    assert names(made).count("const") == 2


def test_a_field_is_read_again_after_a_write() -> None:
    given = program(
        """
def forward(self, x: i64[()]) -> (i64[()], i64[()], i64[()]):
    a = self.h
    b = self.h
    self.h = x
    c = self.h
    return a, b, c
"""
    )
    made = after(given, "common-subexpressions")
    assert names(made) == ["get", "set", "get"]
    assert [int(v) for v in call(made, np.int64(7))] == [0, 0, 7]


# --- constant folding -----------------------------------------------------------


def test_constants_and_known_sizes_are_computed() -> None:
    given = program(
        """
def forward(self, x: f32[B,3]) -> int:
    a = size(dim=3)
    b = 4
    c = int.multiply(a, b)
    d = size(dim=B)
    e = int.add(c, d)
    return e
"""
    )
    made = after(given, "constant-folding")
    assert names(made) == ["const", "size", "int.add"]
    assert nodes(made)[0].attrs["value"] == 12
    assert call(made, np.ones((2, 3), np.float32)) == 14


def test_what_fails_is_not_folded() -> None:
    given = program(
        """
def forward(self) -> int:
    a = 1
    b = 0
    c = int.floor_divide(a, b)
    return c
"""
    )
    made = after(given, "constant-folding")
    assert names(made) == ["const", "const", "int.floor_divide"]
    with pytest.raises(ProgramError):
        call(made)


def test_an_inexact_operator_is_folded_on_request_alone() -> None:
    given = program("def forward(self) -> f32[()]:\n    a = f32(0.5)\n    b = exp(a)\n    return b")
    assert names(run_passes(given, TENSORS).program) == ["const", "exp"]
    made = after(given, "constant-folding-inexact")
    assert names(made) == ["const"]
    assert call(made) == call(given)


# --- branch folding -------------------------------------------------------------


@pytest.mark.parametrize(("condition", "left"), [("True", ["sin"]), ("False", ["cos"])])
def test_the_branch_that_is_taken_takes_the_place(condition: str, left: list[str]) -> None:
    given = program(
        f"""
def forward(self, x: f32[3]) -> f32[3]:
    c = {condition}
    y: f32[3]
    if c:
        a = sin(x)
        yield a
    else:
        b = cos(x)
        yield b
    return y
"""
    )
    made = after(given, "branch-folding")
    assert names(made) == left
    assert call(made, X[:2].repeat(2)[:3]).tobytes() == call(given, X[:2].repeat(2)[:3]).tobytes()


def test_a_branch_stays_where_a_failure_would_go_with_it() -> None:
    given = program(
        """
def forward(self, n: int, m: int) -> int:
    q = int.floor_divide(n, m)
    c = True
    y: int
    if c:
        yield n
    else:
        yield q
    return y
"""
    )
    made = after(given, "branch-folding")
    assert names(made) == ["int.floor_divide", "const", "if"]
    with pytest.raises(ProgramError):
        call(made, 1, 0)


def test_a_loop_without_turns_gives_its_initial_values() -> None:
    given = program(
        """
def forward(self, x: f32[3]) -> f32[3]:
    n = 0
    t = True
    y: f32[3]
    for i, p in loop(n, t, x):
        p1 = sin(p)
        yield t, p1
    guard(t, "always", reason="branch")
    return y
"""
    )
    assert names(after(given, "branch-folding")) == []


# --- inlining -------------------------------------------------------------------


HELPER = """
def helper(x: f32[N,3], k: int) -> f32[N,3]:
    w = sin(x)
    return w
"""
FAILS = """
def helper(a: int, b: int) -> (int, int):
    q = int.floor_divide(a, b)
    return a, q
"""


def test_a_function_that_is_called_once_takes_the_place_of_the_call() -> None:
    given = program(
        """
def forward(self, x: f32[B,3], k: int) -> f32[B,3]:
    w = cos(x)
    y = m.helper(w, k)
    return y
""",
        functions=HELPER,
    )
    made = after(given, "inlining")
    assert names(made) == ["cos", "sin"] and made.functions == ()
    x = np.ones((2, 3), np.float32)
    assert call(made, x, 1).tobytes() == call(given, x, 1).tobytes()


@pytest.mark.parametrize(
    ("signature", "lines"),
    [
        ("x: f32[1,3], k: int) -> f32[1,3]", "y = m.helper(x, k)"),  # N would be 1, which broadcasts
        # the division must fail where it fails, though the callee ignores it
        ("x: f32[B,3], k: int) -> f32[B,3]", "z = int.floor_divide(k, k)\n    y = m.helper(x, z)"),
    ],
)
def test_a_call_stays_where_inlining_would_change_what_fails_or_copy_it(signature: str, lines: str) -> None:
    given = program(f"def forward(self, {signature}:\n    {lines}\n    return y", functions=HELPER)
    assert "call" in names(after(given, "inlining"))


@pytest.mark.parametrize(("count", "left"), [(25, 0), (26, 2)])
def test_a_small_function_takes_the_place_of_each_of_its_calls(count: int, left: int) -> None:
    lines = "".join(f"    v{i} = sin({f'v{i - 1}' if i else 'x'})\n" for i in range(count))
    helper = f"def helper(x: f32[N,3]) -> f32[N,3]:\n{lines}    return v{count - 1}"
    given = program(
        """
def forward(self, x: f32[B,3]) -> f32[B,3]:
    y = m.helper(x)
    z = m.helper(y)
    return z
""",
        functions=helper,
    )
    made = after(given, "inlining")
    assert names(made).count("call") == left and (made.functions == ()) == (left == 0)
    x = np.ones((2, 3), np.float32)
    assert call(made, x).tobytes() == call(given, x).tobytes()


def test_calls_of_calls_do_not_grow_without_end() -> None:
    body = "y = m.f{before}(x)\n    z = m.f{before}(y)\n    return z"
    head = "def f{number}(x: f32[N,3]) -> f32[N,3]:\n    "
    functions = [(head + body).format(number=i, before=i - 1) for i in range(1, 20)]
    functions.insert(0, "def f0(x: f32[N,3]) -> f32[N,3]:\n    y = sin(x)\n    return y")
    given = program(
        "def forward(self, x: f32[B,3]) -> f32[B,3]:\n    y = m.f19(x)\n    return y",
        functions="\n\n\n".join(functions),
    )
    made = run_passes(given, TENSORS, ["inlining"])
    assert made.after.total < 4000  # and not a million
    again = run_passes(made.program, TENSORS, ["inlining"]).program
    assert programs_equal(again, made.program)


class Scaled(tb.Module):
    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = np.full(3, factor, np.float32)

    def forward(self, x: Any) -> Any:
        return np.tanh(x * self.factor)


class Inside(tb.Module):
    def __init__(self, factor: float) -> None:
        super().__init__()
        self.first, self.second = Scaled(factor), Scaled(-factor)

    def forward(self, x: Any) -> Any:
        return self.second(self.first(x)) + self.first(x)


class Outside(tb.Module):
    def __init__(self) -> None:
        super().__init__()
        self.parts = [Inside(1.0), Inside(2.0)]

    def forward(self, x: Any) -> Any:
        for part in self.parts:
            x = part(x)
        return x


def test_methods_that_read_parameters_are_inlined_with_the_parameters_of_each_instance() -> None:
    x = np.ones((2, 3), np.float32)
    given = tb.trace(Outside(), x)
    made = given.optimize()
    assert made(x).tobytes() == given(x).tobytes()
    assert {node.kind for node in walk(made.program.export("forward").body)} == {"param", "op"}
    assert sorted(made.tensors) == sorted(given.tensors)  # the same tensors, stored once
    root = made.program.module_class(made.program.root.class_name)
    assert [name for name, _ in root.params] == [
        *("parts_0_first_factor", "parts_0_second_factor", "parts_1_first_factor", "parts_1_second_factor")
    ]
    assert made.program.instance_paths() == given.program.instance_paths()


def test_a_result_that_may_fail_keeps_its_use() -> None:
    given = program(
        "def forward(self, k: int) -> int:\n    a, b = m.helper(k, k)\n    return a", functions=FAILS
    )
    made = after(given, "inlining")
    assert names(made) == ["call"]
    with pytest.raises(ProgramError):
        call(made, 0)


def test_methods_are_inlined_with_their_fields_and_parameters() -> None:
    given = program(
        "def step(self, x: i64[()]) -> f32[3]:\n    self.h = x\n    w = self.w\n    return w",
        "def forward(self, x: i64[()]) -> f32[3]:\n    y = self.step(x)\n    return y",
    )
    made = after(given, "inlining")
    assert names(made) == ["set", "param"]
    assert call(made, np.int64(1)).tobytes() == TENSORS["w"].tobytes()


# --- parameters -----------------------------------------------------------------


def test_an_operator_on_a_parameter_becomes_a_parameter() -> None:
    given = program(
        """
def forward(self, x: f32[3]) -> (f32[3], f32[3], f32[4]):
    w = self.w
    a = reshape(w, shape=[3, 1])
    b = flip(a, axes=[0])
    c = reshape(b, shape=[3])
    y = add(x, c)
    u = self.u
    v = negative(u)
    s = sin(u)
    z = sin(x)
    return y, z, s
"""
    )
    made = run_passes(given, TENSORS, ["parameter-folding"])
    assert names(made.program) == ["param", "add", "param", "sin", "sin"]
    assert made.after.parameter_bytes == made.before.parameter_bytes
    (name,) = set(made.tensors) - {"u"}
    assert made.tensors[name].tolist() == [2.0, 1.0, 0.0]
    results = [Runnable(p, t)(X) for p, t in ((given, TENSORS), (made.program, made.tensors))]
    assert [r.tobytes() for r in results[0]] == [r.tobytes() for r in results[1]]


def test_a_parameter_with_another_use_and_an_inexact_operator_stay() -> None:
    given = program(
        """
def forward(self) -> (f32[3], f32[3], f32[4]):
    w = self.w
    a = negative(w)
    u = self.u
    b = exp(u)
    return w, a, b
"""
    )
    made = run_passes(given, TENSORS, ["parameter-folding"])
    assert names(made.program) == ["param", "negative", "param", "exp"]


# --- loops ----------------------------------------------------------------------


def test_what_is_the_same_in_every_turn_is_made_before_the_loop() -> None:
    given = program(
        """
def forward(self, x: f32[3], n: int, m: int) -> f32[3]:
    t = True
    y: f32[3]
    for i, p in loop(n, t, x):
        w = self.w
        s = sin(w)
        q = int.floor_divide(n, m)
        z: f32[3]
        for j, o in loop(q, t, p):
            u = cos(s)
            o1 = add(o, u)
            yield t, o1
        yield t, z
    return y
"""
    )
    made = after(given, "loop-invariant-motion")
    assert names(made) == ["const", "param", "sin", "cos", "loop", "int.floor_divide", "loop", "add"]
    assert call(made, X, 0, 0).tobytes() == X.tobytes()
    assert call(made, X, 2, 1).tobytes() == call(given, X, 2, 1).tobytes()


LOOP = """
def forward(self, x: f32[3]) -> f32[3]:
    n = {}
    t = True
    y: f32[3]
    for i, p in loop(n, t, x):
        a = multiply(p, p)
        yield t, a
    return y
"""


def test_a_few_turns_follow_one_another() -> None:
    made = after(program(LOOP.format(3)), "unrolling")
    assert names(made) == ["multiply"] * 3
    assert call(made, X).tobytes() == call(program(LOOP.format(3)), X).tobytes()


@pytest.mark.parametrize("turns", [0, 9, -1])
def test_other_loops_stay(turns: int) -> None:
    assert "loop" in names(after(program(LOOP.format(turns)), "unrolling"))


def test_an_unrolled_index_is_the_turn() -> None:
    given = program(
        """
def forward(self, a: int) -> int:
    n = 4
    t = True
    y: int
    for i, p in loop(n, t, a):
        b = int.add(p, i)
        yield t, b
    return y
"""
    )
    made = after(given, "unrolling", "constant-folding")
    assert names(made) == ["const", "int.add"] * 4
    assert call(made, 1) == 7


# --- algebra --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a = negative(x)\n    y = negative(a)", []),
        ("c = f32(1.0)\n    y = multiply(c, x)", []),
        ("c = f32(-0.0)\n    y = add(x, c)", []),
        ("c = f32(0.0)\n    y = subtract(x, c)", []),
        ("c = f32(1.0)\n    y = divide(x, c)", []),
        ("y = astype(x, dtype=f32)", []),
        ("y = concat(x, axis=0)", []),
        ("a = reshape(x, shape=[3, 1])\n    y = reshape(a, shape=[3])", []),
        ("y = permute_dims(x, axes=[0])", []),
        ("y = slice(x, starts=[0], stops=[3], steps=[1])", []),
        ("y = broadcast_to(x, shape=[3])", []),
        ("a = tuple.new(x, x)\n    y = tuple.get(a, index=1)", []),
        ("a = abs(x)\n    y = abs(a)", ["abs"]),
        ("c = f32(0.0)\n    y = add(x, c)", ["const", "add"]),
        ("c = f32(-0.0)\n    y = subtract(x, c)", ["const", "subtract"]),
        ("c = f32(1.0)\n    y = divide(c, x)", ["const", "divide"]),
        ("c = f32(0.0)\n    y = multiply(x, c)", ["const", "multiply"]),
        ("a = astype(x, dtype=f16)\n    y = astype(a, dtype=f32)", ["astype", "astype"]),
    ],
)
def test_a_rewrite_keeps_every_bit(text: str, left: list[str]) -> None:
    given = program(f"def forward(self, x: f32[3]) -> f32[3]:\n    {text}\n    return y")
    made = after(given, "algebra")
    assert names(made) == left
    with np.errstate(all="ignore"):
        assert call(made, X).tobytes() == call(given, X).tobytes()


def test_two_permutations_or_slices_become_one() -> None:
    given = program(
        """
def forward(self, x: f32[2,3,8]) -> f32[2,2,3]:
    a = permute_dims(x, axes=[2, 0, 1])
    b = permute_dims(a, axes=[0, 2, 1])
    c = slice(b, starts=[1, 0, 0], stops=[8, 3, 2], steps=[1, 1, 1])
    d = slice(c, starts=[1, 1, 0], stops=[7, 3, 2], steps=[4, 1, 1])
    e = permute_dims(d, axes=[0, 2, 1])
    f = reshape(e, shape=[2, 4])
    g = reshape(f, shape=[2, 2, 2])
    h = concat(g, g, axis=2)
    y = slice(h, starts=[0, 0, 0], stops=[2, 2, 3], steps=[1, 1, 1])
    return y
"""
    )
    made = after(given, "algebra")
    assert names(made) == ["permute_dims", "slice", "permute_dims", "concat", "slice"]
    x = np.arange(48, dtype=np.float32).reshape(2, 3, 8)
    assert call(made, x).tobytes() == call(given, x).tobytes()


# --- what trace and load give, and the command ----------------------------------


class Scale(tb.Module):
    """Has a step that does nothing, one that is made twice, and a count of its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = np.arange(4, dtype=np.float32)
        self.count = tb.field(np.int64(0))

    def forward(self, x: Any) -> Any:
        self.count = self.count + 1
        return np.sin(x) * self.weight * 1.0 + np.sin(x)


@pytest.fixture
def traced() -> tb.TracedProgram:
    return tb.trace(Scale(), np.ones((2, 4), np.float32), inputs={"x": "f32[B,4]"})


def test_a_traced_program_is_optimized_and_saved(traced: tb.TracedProgram, tmp_path: Path) -> None:
    made = traced.optimize()
    assert [names(p.program).count("sin") for p in (traced, made)] == [2, 1]
    x = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
    assert made(x).tobytes() == traced(x).tobytes() and made.state == traced.state
    tb.save(made, tmp_path / "made.tbox")
    with tb.load(tmp_path / "made.tbox") as loaded:
        assert loaded(x).tobytes() == traced(x).tobytes()


def test_a_loaded_program_is_optimized_and_saved(traced: tb.TracedProgram, tmp_path: Path) -> None:
    tb.save(traced, tmp_path / "a.tbox", name="scale")
    with tb.load(tmp_path / "a.tbox") as loaded:
        made = tb.optimize(loaded, ["common-subexpressions"])
    assert names(made.program).count("sin") == 1
    tb.save(made, tmp_path / "b.tbox")
    assert main(["verify", str(tmp_path / "b.tbox"), "--run"]) == 0
    session = made.new_session()
    session(np.ones((1, 4), np.float32))
    assert int(session.state["count"]) == 1 and made.manifest.metadata["name"] == "scale"


def test_the_command_optimizes_a_file(
    traced: tb.TracedProgram, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = str(tmp_path / "a.tbox"), str(tmp_path / "b.tbox")
    tb.save(traced, source)
    assert main(["optimize", source, "-o", target, "--pass", "algebra", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["before"]["nodes"]["op"] == found["after"]["nodes"]["op"] + 1
    assert found["after"]["parameter_bytes"] == 4 * 4 + 8
    assert main(["verify", target, "--run"]) == 0
    assert main(["optimize", source]) == 0
    shown = capsys.readouterr().out
    assert "nodes: op" in shown and "peak memory" in shown
    first = Path(source).read_bytes()
    assert main(["optimize", source]) == 0 and Path(source).read_bytes() == first


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as error:
        main(["optimize", "a.tbox", "--pass", "nothing"])
    assert error.value.code == 2
    assert main(["optimize", str(tmp_path / "none.tbox")]) == 2
    (tmp_path / "bad.tbox").write_bytes(b"PK nothing of the kind")
    assert main(["optimize", str(tmp_path / "bad.tbox")]) == 3


# --- memory ordering ------------------------------------------------------------


def test_what_is_large_is_used_up_before_the_next_is_made() -> None:
    given = program(
        """
def forward(self, x: f32[4]) -> f32[]:
    a = broadcast_to(x, shape=[1000, 4])
    a1 = sin(a)
    b = broadcast_to(x, shape=[2000, 4])
    b1 = cos(b)
    c = broadcast_to(x, shape=[3000, 4])
    c1 = tan(c)
    a2 = sum(a1, axes=[0, 1], keepdims=False)
    b2 = sum(b1, axes=[0, 1], keepdims=False)
    c2 = sum(c1, axes=[0, 1], keepdims=False)
    d = add(a2, b2)
    e = add(d, c2)
    return e
""".replace("f32[]:", '"f32[]":')
    )
    made = run_passes(given, TENSORS, ["memory-ordering"])
    assert made.before.peak_bytes > 100_000 and made.after.peak_bytes < 97_000
    x = np.ones(4, np.float32)
    assert call(made.program, x).tobytes() == call(given, x).tobytes()


def test_effects_and_what_may_fail_stay_in_their_order() -> None:
    given = program(
        """
def forward(self, x: f32[4], k: int) -> (f32[4], int, "i64[]"):
    a = broadcast_to(x, shape=[1000, 4])
    a1 = sin(a)
    h = self.h
    b = broadcast_to(x, shape=[1000, 4])
    b1 = cos(b)
    q = int.floor_divide(k, k)
    g = int.less(q, k)
    guard(g, "small", reason="value")
    h1 = from_scalar(q, dtype=i64)
    self.h = h1
    a2 = max(a1, axes=[0], keepdims=False)
    r = int.remainder(k, q)
    b2 = max(b1, axes=[0], keepdims=False)
    c = add(a2, b2)
    return c, r, h
"""
    )
    made = after(given, "memory-ordering")
    order = [
        name for name in names(made) if name in {"get", "int.floor_divide", "guard", "set", "int.remainder"}
    ]
    assert order == ["get", "int.floor_divide", "guard", "set", "int.remainder"]
    assert names(made) != names(given)
    with pytest.raises(ProgramError, match=r"int\.floor_divide"):
        call(made, np.ones(4, np.float32), 0)
