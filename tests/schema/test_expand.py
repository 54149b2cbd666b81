"""Composites: templates are expanded once for each form of call, and bodies are checked. SPEC 5.5, 7.9."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tracebox.schema import registry
from tracebox.schema.builder import ProgramBuilder
from tracebox.schema.dims import symbol
from tracebox.schema.dtypes import FLOATING
from tracebox.schema.encoding import function_plain, programs_equal
from tracebox.schema.errors import InvalidError, ScriptError
from tracebox.schema.expand import check_bodies
from tracebox.schema.ir import Instance, Node, OpBody, Program, walk
from tracebox.schema.registry import Arg, AttrDecl, Exact, Op, Signature
from tracebox.schema.text.parser import parse_program
from tracebox.schema.text.printer import print_program
from tracebox.schema.types import tensor
from tracebox.schema.types_text import parse_type
from tracebox.schema.verify import verify_program


def composite(name: str, template: str, args: tuple[Arg, ...] = (Arg("x", "T"),), **more: object) -> Op:
    """A composite for a test."""
    signature = Signature(
        args,
        more.pop("results", ("T[shape(x)]",)),  # type: ignore[arg-type]
        typevars={"T": FLOATING},
        template=template,
    )
    attrs: tuple[AttrDecl, ...] = more.pop("attrs", ())  # type: ignore[assignment]
    return Op(name, section="8.1.0", doc="", signatures=(signature,), attrs=attrs, accuracy=Exact())


INNER = composite("test_inner", "def test_inner(x):\n    return exp(x)\n")
OUTER = composite(
    "test_outer",
    """
def test_outer(x, *, n, mode):
    y = test_inner(x)
    for i in range(n):
        y = add(y, const(T, 0.5))
    if mode == "double":
        y = multiply(y, const(T, 2))
    else:
        y = test_inner(y)
    k = rank(x) - 1
    return reshape(y, shape=shape(x)[:k] + [shape(x)[k]])
""",
    attrs=(AttrDecl("n", "int"), AttrDecl("mode", "str", default="double")),
)
MANY = composite(
    "test_many",
    """
def test_many(x, scale, *, trips):
    if scale is not None:
        x = multiply(x, scale)
    n = size(dim=shape(x)[0])
    go = int.less(0, n)
    y: T[shape(x)]
    for i, h in loop(trips, True, x):
        yield go, add(h, x)
    z: T[shape(x)]
    if go:
        yield y
    else:
        w = add(y, y)
        yield w
    return z, concat([x, y], axis=0)
""",
    args=(Arg("x", "T"), Arg("scale", "T", optional=True)),
    attrs=(AttrDecl("trips", "int"),),
    results=("T[shape(x)]", "T[[2 * shape(x)[0]] + shape(x)[1:]]"),
)
ROWS = composite(
    "test_rows",
    "def test_rows(xs):\n    return add(xs[0], concat(xs, axis=0))\n",
    args=(Arg("xs", "T", variadic=True),),
    results=("T[shape(xs[0])]",),
)


@pytest.fixture(autouse=True)
def declared() -> Iterator[None]:
    """The composites of this file, for the time of a test."""
    registry.operators()
    for op in (INNER, OUTER, MANY, ROWS):
        registry.OPS[op.name] = op
    yield
    for op in (INNER, OUTER, MANY, ROWS):
        del registry.OPS[op.name]


def program(*types: str, op: str = "test_outer", **attrs: object) -> Program:
    """One method that calls `op` once on a parameter of each type."""
    builder = ProgramBuilder()
    cls = builder.module_class("m.M")
    f = cls.method("forward", [(f"x{i}", parse_type(text)) for i, text in enumerate(types)])
    results = [f.op(op, value, **attrs)[0] for value in f.params]  # type: ignore[arg-type]
    f.finish(results)
    cls.finish()
    builder.instance(Instance("m.M", (), (), ()))
    return builder.finish(["forward"])


def steps(made: Program, index: int) -> list[str]:
    return [node.name or node.kind for node in walk(made.bodies[index].function.body)]


def test_a_template_becomes_its_primitives_at_the_calls_types_and_attributes() -> None:
    made = program("f32[B,3]", n=2)
    assert [body.op for body in made.bodies] == ["test_inner", "test_outer"]
    assert steps(made, 0) == ["exp"]
    assert steps(made, 1) == ["test_inner", "const", "add", "const", "add", "const", "multiply", "reshape"]
    function = made.bodies[1].function
    assert repr(function.params) == "(x: f32[s0,3],)"
    assert repr(function.results) == "(f32[s0,3],)"
    assert made.bodies[1].attrs == {"n": 2, "mode": "double"}
    assert not check_bodies(made) and not verify_program(made)


def test_calls_that_differ_only_in_their_expressions_share_a_body() -> None:
    made = program("f32[B,3]", "f32[2*B+1,3]", "f32[C,3]", n=0)
    assert len(made.bodies) == 2


@pytest.mark.parametrize("other", ["f64[B,3]", "f32[B,4]", "f32[B,C]", "f32[B,B]", "f32[?,3]", "f32[B,3,1]"])
def test_calls_of_other_types_have_bodies_of_their_own(other: str) -> None:
    if other == "f32[?,3]":
        with pytest.raises(InvalidError) as caught:
            program("f32[B,3]", other, n=0)
        assert caught.value.code == "ir.known"
    else:
        assert len(program("f32[B,3]", other, n=0).bodies) == 4


def test_an_unknown_dimension_stays_unknown() -> None:
    made = program("f32[?,B]", op="test_inner")
    assert repr(made.bodies[0].function.params) == "(x: f32[?,s0],)"


def test_control_flow_optional_operands_and_constants() -> None:
    made = program("f32[B]", op="test_many", trips=3)
    assert steps(made, 0) == [
        "size",
        "const",
        "int.less",
        "const",
        "const",
        "loop",
        "add",
        "if",
        "add",
        "concat",
    ]
    assert not verify_program(made) and not check_bodies(made)
    builder = ProgramBuilder()
    f = builder.function("m.f", [("x", tensor("f32", [symbol("B")])), ("s", tensor("f32", []))])
    f.finish(f.op("test_many", *f.params, trips=1))
    assert builder.bodies[0].function.body.nodes[0].name == "multiply"


def test_a_variadic_operand_is_a_row_of_values() -> None:
    builder = ProgramBuilder()
    f = builder.function("m.f", [("x", tensor("f32", [3])), ("y", tensor("f32", [0]))])
    f.finish(f.op("test_rows", *f.params))
    function = builder.bodies[0].function
    assert [p.name for p in function.params] == ["xs0", "xs1"]
    assert [n.name for n in function.body.nodes] == ["concat", "add"]


def test_every_composite_of_the_opset_has_a_template_that_names_its_operands_and_attributes() -> None:
    import ast

    from tracebox.schema.text.template import parse_template

    for op in registry.operators().values():
        for signature in op.signatures if op.composite else ():
            tree = parse_template(op.name, signature.template).tree
            assert tree.name == op.name
            assert [arg.arg for arg in tree.args.args] == [arg.name for arg in signature.args]
            assert [arg.arg for arg in tree.args.kwonlyargs] == [attr.name for attr in op.attrs]
            assert isinstance(tree.body[-1], ast.Return)


def test_text_prints_bodies_and_reads_them_back() -> None:
    made = program("f32[B,3]", "f32[2*B,3]", "f64[B]", n=1, mode="single")
    files = print_program(made)
    assert '@body("test_outer", n=1, mode="single")' in files["code/__operators__.py"]
    assert 'test_outer(x1, n=1, mode="single")' in files["code/m.py"]
    assert programs_equal(parse_program(files), made)


def test_a_body_that_the_text_leaves_out_is_expanded() -> None:
    made = program("f32[B,3]", n=1)
    files = print_program(made)
    del files["code/__operators__.py"]
    assert programs_equal(parse_program(files), made)


def test_bodies_stand_in_the_order_of_their_first_use() -> None:
    builder = ProgramBuilder()
    late = builder.function("m.late", [("x", tensor("f32", [1]))])
    late_result = late.op("test_inner", late.params[0])
    first = builder.function("m.first", [("x", tensor("f32", [2]))])
    first.finish(first.op("test_inner", first.params[0]))
    late.finish(late_result)
    made = builder.finish([])
    assert [repr(body.function.params[0].type) for body in made.bodies] == ["f32[2]", "f32[1]"]
    assert not check_bodies(made)


# --- bodies that are not what they should be ------------------------------------------


def with_bodies(made: Program, bodies: tuple[OpBody, ...]) -> Program:
    return Program(
        made.opset, made.records, bodies, made.functions, made.classes, made.instances, made.exports
    )


def codes(made: Program) -> set[str]:
    return {problem.code for problem in check_bodies(made)}


def node_of(made: Program) -> Node:
    return made.classes[0].methods[0].body.nodes[0]


def test_a_changed_body_is_found() -> None:
    made = program("f32[B,3]", op="test_inner")
    other = program("f32[B,3]", n=0)
    function = other.bodies[1].function
    assert codes(with_bodies(made, (OpBody("test_inner", {}, function),))) == {"ir.body"}


def test_a_body_of_other_attributes_is_found() -> None:
    made = program("f32[B,3]", n=1)
    node_of(made).attrs["n"] = 2
    assert codes(made) == {"ir.body"}


def test_a_body_of_another_operator_is_found() -> None:
    made = program("f32[B,3]", n=1)
    node_of(made).body = 0
    assert codes(made) == {"ir.body"}


def test_a_missing_body_is_found() -> None:
    made = program("f32[B,3]", n=1)
    node_of(made).body = None
    assert codes(made) == {"ir.body"}


def test_a_body_that_nothing_uses_is_found() -> None:
    made = program("f32[B,3]", op="test_inner")
    extra = program("f32[4]", op="test_inner").bodies[0]
    assert codes(with_bodies(made, (*made.bodies, extra))) == {"ir.body"}


def test_a_body_that_is_there_twice_is_found() -> None:
    made = program("f32[B,3]", op="test_inner")
    assert codes(with_bodies(made, (*made.bodies, *made.bodies))) == {"ir.body"}


def test_a_body_of_symbols_with_other_names_is_found() -> None:
    made = program("f32[B,3]", op="test_inner")
    text = print_program(made)["code/__operators__.py"].replace("s0", "t")
    files = {**print_program(made), "code/__operators__.py": text}
    renamed = parse_program(
        {**files, "code/m.py": files["code/m.py"].replace("test_inner(", "test_inner[0](")}
    )
    assert codes(renamed) == {"ir.body"}


def test_a_body_of_a_primitive_is_found() -> None:
    made = program("f32[B,3]", op="test_inner")
    assert codes(with_bodies(made, (OpBody("exp", {}, made.bodies[0].function), *made.bodies))) == {"ir.body"}


def test_expanding_again_gives_the_same_function() -> None:
    first, second = program("f32[B,3]", n=3), program("f32[C,3]", n=3)
    assert function_plain(first.bodies[1].function) == function_plain(second.bodies[1].function)


def test_attributes_may_name_dimensions_of_the_operands_only() -> None:
    op = composite(
        "test_dims",
        "def test_dims(x, *, n):\n    return broadcast_to(x, shape=[n])\n",
        attrs=(AttrDecl("n", "dim"),),
        results=("T[n]",),
    )
    registry.OPS[op.name] = op
    try:
        made = program("f32[B]", op="test_dims", n=symbol("B"))
        assert made.bodies[0].attrs == {"n": symbol("s0")}
        assert not check_bodies(made)
        with pytest.raises(InvalidError) as caught:
            program("f32[B]", op="test_dims", n=symbol("C"))
        assert caught.value.code == "ir.body"
    finally:
        del registry.OPS[op.name]


@pytest.mark.parametrize(
    "template",
    [
        "x = 1\n",
        "def a(x):\n    return x\ndef b(x):\n    return x\n",
        "def a(x):\n    return sum(x, axes=[0.5])\n",
        "def a(x):\n    return astype(x, dtype=3)\n",
    ],
)
def test_a_template_that_is_none_is_a_mistake_of_the_declaration(template: str) -> None:
    registry.OPS["test_wrong"] = composite("test_wrong", template)
    try:
        with pytest.raises(ScriptError) as caught:
            program("f32[3]", op="test_wrong")
        assert caught.value.code == "text.template"
    finally:
        del registry.OPS["test_wrong"]
