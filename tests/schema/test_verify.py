"""The verifier: valid programs pass, each rule that is broken is named. SPEC 5."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracebox.archive.program import apply_spans, decode_program
from tracebox.conformance.generate import program as generate
from tracebox.conformance.generate.program_bytes import Case as Encoding
from tracebox.conformance.generate.program_bytes import cases as encodings
from tracebox.conformance.generate.program_cases import BASES, ZEROS, f32
from tracebox.conformance.generate.program_types import TYPES
from tracebox.schema import dims, types
from tracebox.schema.builder import ProgramBuilder
from tracebox.schema.decoding import from_plain
from tracebox.schema.encoding import to_plain
from tracebox.schema.errors import InvalidError, LimitError, TraceboxError, UnsupportedError
from tracebox.schema.ir import Block, Function, Instance, ModuleClass, Node, Program, Value
from tracebox.schema.limits import BLOCK_NESTING
from tracebox.schema.types import BOOL, INT, STR, ContainerType, TensorType, tensor
from tracebox.schema.types_text import parse_type
from tracebox.schema.verify import check_program, error_of, verify, verify_program

BREAKS = list(generate.breaks())


def codes(program: Program) -> set[str]:
    return {problem.code for problem in verify_program(program)}


def program_of(*functions: Function, classes: tuple[ModuleClass, ...] = ()) -> Program:
    """A program of methods of one class, unchecked."""
    cls = ModuleClass("m.Net", (), (), (), functions)
    return Program(1, (), (), (), (*classes, cls), (Instance("m.Net", (), (), ()),), (functions[0].name,))


def method(params: tuple[Value, ...], nodes: tuple[Node, ...], results: tuple[Value, ...] = ()) -> Function:
    return Function("forward", tuple(v.type for v in results), Block(params, nodes, results))


@pytest.mark.parametrize("base", BASES)
def test_a_valid_program_has_no_problems(base: str) -> None:
    program = BASES[base]()
    assert verify_program(program) == []
    assert verify_program(from_plain(to_plain(program))) == []


@pytest.mark.parametrize("case", BREAKS, ids=lambda case: f"{case.base}-{case.name}")
def test_a_broken_rule_is_named(case: generate.Break) -> None:
    program = generate.broken(case)
    assert case.label in codes(program)
    assert case.label in codes(from_plain(to_plain(program)))


def test_every_break_changes_its_twin() -> None:
    same = [case.name for case in BREAKS if to_plain(generate.broken(case)) == to_plain(BASES[case.base]())]
    assert same == []


def test_case_files_are_those_generated() -> None:
    have = {path.name: path.read_text(encoding="utf-8") for path in Path(generate.DIRECTORY).glob("*.json")}
    assert have == generate.files()


def test_the_case_that_is_nested_too_deeply_is_refused_when_it_is_read() -> None:
    with pytest.raises(TraceboxError) as caught:
        from_plain(generate.too_deep())
    assert caught.value.code in ("enc.limit", "limit.nesting")


def test_cases_of_types_are_accepted_or_refused_by_name() -> None:
    for name, label, text in TYPES:
        try:
            parse_type(text)
            found = None
        except InvalidError as error:
            found = error.code
        assert found == label, name


@pytest.mark.parametrize("case", list(encodings()), ids=lambda case: case[0])
def test_cases_of_encodings_are_accepted_or_refused_by_name(case: Encoding) -> None:
    _, label, data, spans = case
    found = None
    try:
        program = decode_program(data)
        if spans is not None:
            apply_spans(program, spans)
        assert verify_program(program) == []
    except TraceboxError as error:
        found = error.code
    assert found == label


# --- what no file can hold, but a builder's user can make ----------------------------


def test_a_value_is_defined_once() -> None:
    v = Value("c", INT)
    const = Node("const", attrs={"value": 1}, results=(v,))
    assert codes(program_of(method((), (const, Node("const", attrs={"value": 1}, results=(v,))), (v,)))) == {
        "ir.ssa"
    }


def test_a_value_of_another_function_is_not_seen() -> None:
    v = Value("x", INT)
    other = Function("other", (INT,), Block((), (), (v,)))
    assert codes(program_of(method((v,), (), (v,)), other)) == {"ir.ssa"}


def test_a_dtype_is_known() -> None:
    v = Value("x", TensorType("f33", ()))
    assert codes(program_of(method((v,), (), (v,)))) == {"type.dtype"}


@pytest.mark.parametrize(
    "terms",
    [
        (((("s", "B"),), 0),),
        (((("s", "B"), ("s", "A")), 1),),
        (((), 3),),
        (((("/", 4, 2),), 1),),
        (((("/", dims.symbol("B"), 0),), 1),),
        (((("max", dims.symbol("B"), 0),), 1),),
        (((), 1), ((("s", "B"),), 1)),
    ],
)
def test_an_expression_is_in_normal_form(terms: tuple[tuple[dims.Monomial, int], ...]) -> None:
    x = Value("x", tensor("f32", [dims.symbol("A"), dims.symbol("B"), dims.Expr(terms)]))
    assert codes(program_of(method((x,), (), (x,)))) == {"type.dim"}


def test_a_symbol_is_an_identifier() -> None:
    v = Value("x", f32("a b"))
    assert codes(program_of(method((v,), (), (v,)))) == {"ir.name"}


def test_kinds_are_those_listed() -> None:
    assert codes(program_of(method((), (Node("goto"),)))) == {"ir.kind"}


def test_a_text_constant_has_no_surrogates() -> None:
    v = Value("c", STR)
    assert codes(program_of(method((), (Node("const", attrs={"value": "\ud800"}, results=(v,)),), (v,)))) == {
        "ir.const"
    }


def test_nested_attributes_are_bounded() -> None:
    nested: tuple[object, ...] = ()
    for _ in range(1000):
        nested = (nested,)
    x = Value("x", f32(2))
    node = Node("op", "sum", (x,), {"axes": nested, "keepdims": False}, (Value("y", f32()),))  # type: ignore[dict-item]
    assert codes(program_of(method((x,), (node,), (x,)))) == {"limit.nesting"}


def test_blocks_that_are_far_too_deep_do_not_exhaust_the_stack() -> None:
    p = Value("p", BOOL)
    block = Block((), (), ())
    for _ in range(20_000):
        block = Block((), (Node("if", "", (p,), {}, (), (block, Block((), (), ()))),), ())
    assert codes(program_of(Function("forward", (), Block((p,), block.nodes, ())))) == {"limit.nesting"}
    while block.nodes:  # unravel it here: the interpreter's own deallocation is recursive
        node = block.nodes[0]
        block, node.blocks = node.blocks[0], ()


def test_a_long_chain_of_calls_is_followed() -> None:
    functions = [
        Function(f"f{i}", (), Block((), (Node("call", f"self.f{i + 1}", attrs={"symbols": ()}),), ()))
        for i in range(3000)
    ]
    last = Function("f3000", (), Block((), (Node("print"),), ()))
    assert codes(program_of(*functions, last)) == set()
    last.body.nodes = (Node("call", "self.f0", attrs={"symbols": ()}),)
    assert codes(program_of(*functions, last)) == {"ir.recursion"}


def test_printing_deep_inside_makes_a_fork_invalid() -> None:
    functions = [
        Function(f"f{i}", (), Block((), (Node("call", f"self.f{i + 1}", attrs={"symbols": ()}),), ()))
        for i in range(10)
    ]
    last = Function("f10", (), Block((), (Node("print"),), ()))
    task = Node(
        "fork", "self.f0", attrs={"symbols": ()}, results=(Value("t", types.future(types.tuple_of())),)
    )
    start = Function("forward", (), Block((), (task,), ()))
    assert codes(program_of(start, *functions, last)) == {"ir.fork"}


# --- what is reported ------------------------------------------------------------------


def test_all_problems_are_collected_up_to_a_hundred() -> None:
    missing = [Node("get", f"field{i}", results=(Value(f"v{i}", INT),)) for i in range(150)]
    assert len(verify_program(program_of(method((), tuple(missing[:40]))))) == 40
    assert len(verify_program(program_of(method((), tuple(missing))))) == 100


def test_the_error_is_that_of_the_worst_rule() -> None:
    broken = {case.name: generate.broken(case) for case in BREAKS}
    deep = Block((), (), ())
    p = Value("p", BOOL)
    for _ in range(BLOCK_NESTING + 1):
        deep = Block((), (Node("if", "", (p,), {}, (), (deep, Block((), (), ()))),), ())
    with pytest.raises(UnsupportedError, match=r"ir\.operator"):
        check_program(broken["unknown-operator"])
    with pytest.raises(LimitError, match=r"limit\.nesting"):
        check_program(program_of(Function("forward", (), Block((p,), deep.nodes, ()))))
    with pytest.raises(InvalidError, match=r"ir\.result"):
        check_program(broken["result-dtype"])
    assert check_program(BASES["calls"]()).problems == []


def test_a_problem_names_the_function_the_node_and_what_was_expected() -> None:
    (problem,) = verify_program(generate.broken(next(c for c in BREAKS if c.name == "guard-reason")))
    assert problem.where == "m.Net.forward: guard"
    assert "branch" in problem.expected and problem.got == "'whim'"


def test_an_operator_of_a_broken_rule_is_named_with_its_formula() -> None:
    build = ProgramBuilder()
    cls = build.module_class("m.Net")
    f = cls.method("forward", [("x", f32("B", 2)), ("y", f32("B", 2))])
    (z,) = f.op("add", *f.params)
    f.finish([z])
    cls.finish()
    build.instance(Instance("m.Net", (), (), ()))
    program = build.finish(["forward"])
    program.export("forward").params[1].type = f32("B", 3)
    assert {"add.C1"} == codes(program)


def test_error_of_an_unregistered_label_is_invalid() -> None:
    problem = verify_program(program_of(method((), (Node("goto"),))))[0]
    problem.code = "nothing.known"
    assert isinstance(error_of([problem]), InvalidError)


# --- what the planner is told ------------------------------------------------------------


def test_rules_that_are_unknown_are_kept_for_the_planner() -> None:
    build = ProgramBuilder()
    cls = build.module_class("m.Net")
    f = cls.method("forward", [("x", f32("A")), ("y", f32("B")), ("z", f32("A"))])
    x, y, z = f.params
    (loose,) = f.op("add", x, y)
    (tight,) = f.op("add", x, z)
    f.finish([loose, tight])
    cls.finish()
    build.instance(Instance("m.Net", (), (), ()))
    verified = verify(build.finish(["forward"]))
    first, second = (verified.inferences[id(node)] for node in cls.methods["forward"].body.nodes)
    assert [rule.code for rule in first.unknown] == ["C1"]
    assert second.unknown == ()


def test_arguments_to_check_at_run_time_are_kept_for_the_planner() -> None:
    build = ProgramBuilder()
    free = build.function("lib.same", [("x", f32("N")), ("y", f32("N"))])
    free.finish([free.params[0]])
    cls = build.module_class("m.Net")
    f = cls.method("forward", [("x", f32("A")), ("y", f32("B"))])
    x, y = f.params
    (a,) = f.call("lib.same", x, x)
    (b,) = f.call("lib.same", x, y)
    f.finish([a, b])
    cls.finish()
    build.instance(Instance("m.Net", (), (), ()))
    program = build.finish(["forward"])
    first, second = cls.methods["forward"].body.nodes
    arguments = verify(program).arguments
    assert id(first) not in arguments
    assert arguments[id(second)] == (1,)


# --- time ----------------------------------------------------------------------------------


def chain(length: int) -> Program:
    x = Value("x", f32("B"))
    nodes = []
    before = x
    for index in range(length):
        after = Value(f"v{index}", f32("B"))
        nodes.append(Node("op", "add", (before, x), {}, (after,)))
        before = after
    return program_of(method((x,), tuple(nodes), (before,)))


def test_inference_is_done_once_for_equal_calls() -> None:
    verified = verify(chain(500))
    assert verified.problems == []
    assert len({id(found) for found in verified.inferences.values()}) == 1


def test_shared_types_are_looked_at_once() -> None:
    wide = types.tuple_of(*[f32(f"B{i}") for i in range(1000)])
    row = types.tuple_of(wide, wide, wide)
    params = tuple(Value(f"p{i}", row) for i in range(2000))
    assert verify_program(program_of(method(params, (), ()))) == []  # otherwise this takes hours


def test_a_type_bomb_is_refused_when_it_is_made() -> None:
    t: types.Type = INT
    with pytest.raises(InvalidError, match=r"type\.size"):
        for _ in range(20):
            t = ContainerType("tuple", (t, t))


def test_depth_of_blocks_is_the_stated_one() -> None:
    assert BLOCK_NESTING == 32
    assert codes(BASES["nested"]()) == set()
    assert ZEROS.type == f32(2)
