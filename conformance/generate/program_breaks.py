"""Changes that break each rule of the verifier, one place each. SPEC 5."""

from __future__ import annotations

from collections.abc import Callable

from ...schema import dims, types
from ...schema.ir import (
    Attr,
    Block,
    Function,
    Initial,
    Node,
    OpBody,
    Program,
    TensorConst,
    TensorRef,
    Value,
)
from ...schema.types import BOOL, FLOAT, INT, NONE, ContainerType, tensor
from .program_cases import ZEROS, f32

Change = Callable[[Program], None]


def _forward(program: Program) -> Function:
    return program.export("forward")


def _node(program: Program, position: int) -> Node:
    return _forward(program).body.nodes[position]


def _named(program: Program, result: str) -> Node:
    """The node of `forward` that defines `result`."""
    return next(n for n in _all(_forward(program).body) if any(v.name == result for v in n.results))


def _all(block: Block) -> list[Node]:
    return [node for outer in block.nodes for node in (outer, *(n for b in outer.blocks for n in _all(b)))]


def _kind(program: Program, kind: str) -> Node:
    """The first node of `forward` of a kind."""
    return next(node for node in _all(_forward(program).body) if node.kind == kind)


def _value(program: Program, name: str) -> Value:
    """A parameter, block parameter or result of `forward`."""
    values = {v.name: v for v in _forward(program).params}
    for node in _all(_forward(program).body):
        values |= {v.name: v for v in (*node.results, *(p for block in node.blocks for p in block.params))}
    return values[name]


def _put(target: Callable[[Program], object], attribute: str, value: object) -> Change:
    """Set an attribute of what `target` gives; a function gives the value from the program."""

    def change(program: Program) -> None:
        setattr(target(program), attribute, value(program) if callable(value) else value)

    return change


def _of(result: str) -> Callable[[Program], Node]:
    return lambda program: _named(program, result)


def _first(kind: str) -> Callable[[Program], Node]:
    return lambda program: _kind(program, kind)


def _typed(name: str, t: types.Type) -> Change:
    return lambda program: setattr(_value(program, name), "type", t)


def _attr(node: Callable[[Program], Node], name: str, value: Attr) -> Change:
    return lambda program: node(program).attrs.__setitem__(name, value)


def _inputs(node: Callable[[Program], Node], *names: str) -> Change:
    return lambda program: setattr(node(program), "inputs", tuple(_value(program, name) for name in names))


def _yields(node: str, block: int, *names: str) -> Change:
    """Change what a block of a node yields."""

    def change(program: Program) -> None:
        _named(program, node).blocks[block].results = tuple(_value(program, name) for name in names)

    return change


def _class(name: str) -> Callable[[Program], object]:
    return lambda program: program.module_class(name)


def _item(index: int) -> Callable[[Program], object]:
    return lambda program: program.instances[index]


def _field(index: int, value: object) -> Change:
    """Change an initial value of the root's."""

    def change(program: Program) -> None:
        fields = list(program.root.fields)
        fields[index] = value  # type: ignore[call-overload]
        program.root.fields = tuple(fields)

    return change


def _field_type(index: int, t: types.Type) -> Change:
    def change(program: Program) -> None:
        cls = program.module_class("m.Net")
        fields = list(cls.fields)
        fields[index] = (fields[index][0], t)
        cls.fields = tuple(fields)

    return change


def _root(program: Program) -> object:
    return program


def _after_raise(program: Program) -> None:
    block = _named(program, "branch").blocks[1]
    block.nodes = (
        *block.nodes,
        Node("guard", "", (_value(program, "p"),), {"message": "", "reason": "branch"}),
    )


def _body_function(program: Program, index: int = 0) -> Function:
    return program.bodies[index].function


def _printing_body(program: Program) -> None:
    block = _body_function(program).body
    block.nodes = (*block.nodes, Node("print"))


def _body_result(program: Program) -> None:
    """The body gives its first intermediate value, of another type than the operator's result."""
    function = _body_function(program)
    value = function.body.nodes[0].results[0]
    function.results, function.body.results = (value.type,), (value,)


def _swapped_bodies(program: Program) -> None:
    first = program.bodies[0]
    program.bodies = (OpBody("com.example.thrice", first.attrs, first.function), *program.bodies[1:])


def _of_module(function: Callable[[Program], Function], kind: str, name: str) -> Change:
    """In place of the function's first node one that only a method has."""

    def change(program: Program) -> None:
        block = function(program).body
        (node, *rest), (x,) = block.nodes, block.params
        inputs = (x,) if kind in ("set", "call") else ()
        other = Node(kind, name, inputs, {"symbols": ()} if kind == "call" else {}, node.results)
        if kind == "set":
            other.results = ()
            rest = [node, *rest]
        block.nodes = (other, *rest)

    return change


BREAKS: dict[str, list[tuple[str, str, Change]]] = {
    "operators": [
        ("opset", "ir.opset", _put(_root, "opset", 99)),
        ("unknown-operator", "ir.operator", _put(_of("y"), "name", "summate")),
        ("reserved-name", "ir.name", lambda p: setattr(_value(p, "y"), "name", "class")),
        ("name-with-a-space", "ir.name", lambda p: setattr(_value(p, "y"), "name", "y z")),
        ("name-twice", "ir.name", lambda p: setattr(_value(p, "y"), "name", "x")),
        ("function-name", "ir.name", lambda p: setattr(_forward(p), "name", "for")),
        ("constant-without-value", "ir.kind", _put(_of("zeros"), "attrs", {})),
        ("constant-with-input", "ir.kind", _inputs(_of("zeros"), "x")),
        ("named-constant", "ir.kind", _put(_of("zeros"), "name", "zeros")),
        ("result-shape", "ir.result", _typed("y", f32("B", 3))),
        ("result-dtype", "ir.result", _typed("s", tensor("f64", (2,)))),
        (
            "result-count",
            "ir.result",
            _put(_of("s"), "results", lambda p: (_value(p, "s"), Value("t", f32(2)))),
        ),
        ("missing-operand", "ir.arity", _inputs(_of("y"), "x")),
        ("operand-kind", "ir.operand", _inputs(_of("y"), "x", "n")),
        ("unknown-rank", "ir.known", _inputs(_of("y"), "x", "u")),
        ("missing-attribute", "ir.attr", _put(_of("s"), "attrs", {"axes": (0,)})),
        ("unknown-attribute", "ir.attr", _attr(_of("y"), "axis", 0)),
        ("attribute-kind", "ir.attr", _attr(_of("s"), "axes", 0)),
        ("attribute-order", "ir.attr", _put(_of("s"), "attrs", {"keepdims": False, "axes": (0,)})),
        ("type-variable", "ir.typevar", _inputs(_of("more"), "xs", "ints")),
        ("block-of-constant", "ir.kind", _put(_of("zeros"), "blocks", (Block((), (), ()),))),
        (
            "large-constant",
            "ir.const",
            _attr(_of("zeros"), "value", TensorConst("f32", (1025,), bytes(4100))),
        ),
        ("bool-constant", "ir.const", _attr(_of("zeros"), "value", TensorConst("bool", (2,), b"\0\2"))),
        ("attribute-symbol", "ir.symbol", _attr(_of("ones"), "shape", (dims.symbol("missing"),))),
        ("fresh-symbol-twice", "ir.symbol", _attr(_of("found"), "size", "B")),
        ("return-count", "ir.return", lambda p: setattr(_forward(p), "results", _forward(p).results[:-1])),
        (
            "return-type",
            "ir.return",
            lambda p: setattr(_forward(p), "results", (f32("B", 3), *_forward(p).results[1:])),
        ),
        ("negative-dimension", "type.dim", _typed("u", f32(-1))),
        ("class-type", "type.class", _typed("n", types.ClassType("m.Missing"))),
        ("dict-key", "type.key", _typed("n", ContainerType("dict", (FLOAT_TENSOR := f32(2), INT)))),
        ("optional-none", "type.optional", _typed("n", ContainerType("optional", (NONE,)))),
        ("list-of-two", "type.items", _typed("n", ContainerType("list", (INT, INT)))),
        (
            "symbol-in-expression",
            "ir.symbol-bound",
            _typed("u", tensor("f32", (dims.mul(2, dims.symbol("Q")),))),
        ),
        ("symbol-in-list", "ir.symbol-bound", _typed("u", types.list_of(f32("Q")))),
        ("no-export", "ir.export", _put(_root, "exports", ())),
        ("unknown-export", "ir.export", _put(_root, "exports", ("backward",))),
        ("export-twice", "ir.export", _put(_root, "exports", ("forward", "forward"))),
        ("future-parameter", "ir.export", _typed("n", types.future(INT))),
        ("no-instance", "ir.instance", _put(_root, "instances", ())),
        ("unknown-class", "ir.instance", _put(_item(0), "class_name", "m.Missing")),
        ("parameters-of-instance", "ir.instance", _put(_item(0), "params", ("w",))),
    ],
    "symbols": [
        ("refined-symbol-unbound", "ir.symbol", _attr(_of("r"), "symbols", ())),
        ("refined-symbol-not-alone", "ir.symbol-bound", _attr(_of("r"), "symbols", ("M", "Z"))),
        ("refined-symbol-twice", "ir.symbol", _attr(_first("bind"), "symbol", "M")),
        ("bound-twice", "ir.symbol", _attr(_first("bind"), "symbol", "B")),
        ("bind-of-tensor", "ir.bind", _inputs(_first("bind"), "r")),
        ("bind-reserved", "ir.name", _attr(_first("bind"), "symbol", "if")),
        ("used-after-its-block", "ir.symbol", _attr(_of("shaped"), "shape", (dims.symbol("inner"),))),
        ("symbols-of-call", "ir.symbol", _attr(_of("picked"), "symbols", ())),
        ("symbol-of-call-twice", "ir.symbol", _attr(_of("picked"), "symbols", ("S",))),
        (
            "result-symbol-not-alone",
            "ir.symbol-bound",
            lambda p: setattr(
                p.functions[0], "results", (tensor("i64", (dims.mul(2, dims.symbol("found")),)),)
            ),
        ),
        ("if-symbol", "ir.symbol", _typed("joined", f32("inner", 2))),
        ("refine-to-int", "ir.refine", _put(_of("r"), "inputs", lambda p: (_value(p, "n"),))),
        ("refine-rank", "ir.refine", _inputs(_of("r"), "x")),
    ],
    "calls": [
        ("unknown-function", "ir.callee", _put(_of("a"), "name", "lib.triple")),
        ("unknown-method", "ir.callee", _put(_of("b"), "name", "self.cell.stop")),
        ("unknown-submodule", "ir.callee", _put(_of("b"), "name", "self.gate.step")),
        ("argument-type", "ir.argument", _inputs(_of("a"), "message")),
        ("argument-count", "ir.argument", _inputs(_of("a"), "x", "x")),
        ("calls-itself", "ir.recursion", _put(_of("a"), "name", "self.forward")),
        (
            "calls-caller",
            "ir.recursion",
            lambda p: setattr(p.module_class("m.Net").methods[0].body.nodes[0], "name", "self.helper"),
        ),
        (
            "fork-that-prints",
            "ir.fork",
            lambda p: setattr(p.classes[0].methods[0].body, "nodes", (Node("print"),)),
        ),
        ("wait-for-tensor", "ir.wait", _inputs(_of("d"), "c")),
        ("fork-result", "ir.result", _typed("task", f32("B"))),
        ("class-after-use", "ir.class", lambda p: setattr(p, "classes", (p.classes[1], p.classes[0]))),
        ("class-twice", "ir.class", lambda p: setattr(p.functions[0], "name", "m.Inner")),
        ("method-twice", "ir.class", lambda p: setattr(p.classes[0].methods[1], "name", "step")),
        ("instance-class", "ir.instance", lambda p: setattr(p.instances[0], "class_name", "m.Missing")),
        (
            "instance-unreached",
            "ir.instance",
            lambda p: setattr(p, "instances", (p.instances[0], *p.instances)),
        ),
    ],
    "control": [
        ("if-condition", "ir.condition", _inputs(_of("branch"), "n")),
        ("guard-condition", "ir.condition", _inputs(_first("guard"), "n")),
        ("loop-condition", "ir.condition", _inputs(_of("sum"), "n", "n", "branch")),
        ("loop-trips", "ir.loop", _inputs(_of("sum"), "p", "p", "branch")),
        ("loop-carried", "ir.loop", _inputs(_of("sum"), "n", "p", "message")),
        ("loop-inputs", "ir.loop", _inputs(_of("sum"), "n")),
        ("loop-symbol", "ir.symbol", _typed("total", f32("inner"))),
        ("loop-index", "ir.loop", _typed("i", BOOL)),
        ("loop-yield", "ir.yield", _yields("sum", 0, "p", "message")),
        ("if-yield", "ir.yield", _yields("branch", 0, "p")),
        ("if-yield-count", "ir.yield", _yields("branch", 0)),
        ("yield-after-raise", "ir.yield", _yields("branch", 1, "x")),
        ("value-of-ended-block", "ir.ssa", lambda p: setattr(_forward(p).body, "results", (_value(p, "y"),))),
        (
            "value-of-ended-loop",
            "ir.ssa",
            lambda p: setattr(_forward(p).body, "results", (_value(p, "next_total"),)),
        ),
        (
            "one-block",
            "ir.kind",
            lambda p: setattr(_named(p, "branch"), "blocks", _named(p, "branch").blocks[:1]),
        ),
        ("guard-reason", "ir.guard", _attr(_first("guard"), "reason", "whim")),
        ("guard-message", "ir.guard", _attr(_first("guard"), "message", 5)),
        ("raise-name", "ir.raise", _put(_first("raise"), "name", "not a class")),
        ("raise-message", "ir.raise", _inputs(_first("raise"), "n")),
        ("after-raise", "ir.raise", _after_raise),
        ("print-int", "ir.print", _inputs(_first("print"), "n")),
    ],
    "nested": [],
    "state": [
        ("unknown-parameter", "ir.param", _put(_first("param"), "name", "v")),
        ("unknown-field", "ir.field", _put(_first("get"), "name", "counter")),
        ("field-of-unknown-module", "ir.field", _put(_first("set"), "name", "gate.h")),
        (
            "parameter-symbol",
            "ir.param-type",
            lambda p: setattr(p.module_class("m.Net"), "params", (("w", f32("W")),)),
        ),
        ("field-symbol", "ir.field-type", lambda p: setattr(p.classes[0], "fields", (("h", f32("H", 2)),))),
        ("written-type", "ir.field-type", _put(_first("set"), "name", "count")),
        ("future-field", "ir.field-type", _field_type(0, types.future(INT))),
        (
            "member-twice",
            "ir.class",
            lambda p: setattr(p.module_class("m.Net"), "params", (("count", f32(2)),)),
        ),
        ("initial-type", "ir.initial", _field(0, 0.0)),
        ("initial-items", "ir.initial", _field(3, Initial("tuple", (1,)))),
        ("initial-kind", "ir.initial", _field(3, Initial("list", (1, 2)))),
        ("initial-keys", "ir.initial", _field(2, Initial("dict", ("a", 1, "a", 2)))),
        ("initial-record", "ir.initial", _field(4, Initial("record", (1.0,)))),
        ("initial-tensor", "ir.initial", _field(0, TensorRef("count"))),
        ("initial-shape", "ir.initial", lambda p: setattr(p.instances[0], "fields", (ZEROS,))),
        (
            "record-of-itself",
            "type.class",
            lambda p: setattr(p.records[0], "fields", (("x", types.ClassType("m.Point")), ("y", FLOAT))),
        ),
        ("submodule-class", "ir.instance", lambda p: setattr(p.root, "submodules", (0,))),
    ],
    "bodies": [
        ("body-of-another", "ir.body", _swapped_bodies),
        ("body-of-primitive", "ir.body", _put(_of("z"), "body", 0)),
        ("no-body", "ir.operator", _put(_of("y"), "body", None)),
        (
            "body-operand",
            "ir.body-signature",
            lambda p: setattr(_body_function(p).params[0], "type", f32("N", "M")),
        ),
        ("body-prints", "ir.pure", _printing_body),
        ("custom-attribute", "ir.attr", _attr(_of("y"), "axis", 0)),
        ("body-calls-itself", "ir.recursion", lambda p: _recursive_body(p)),
    ],
    "inside": [
        (f"{where}-{what}", label, _of_module(function, kind, name))
        for where, function in (("body", _body_function), ("function", lambda p: p.functions[0]))
        for what, label, kind, name in (
            ("reads-a-field", "ir.field", "get", "h"),
            ("writes-a-field", "ir.field", "set", "h"),
            ("reads-a-parameter", "ir.param", "param", "w"),
            ("calls-a-method", "ir.callee", "call", "self.helper"),
        )
    ]
    + [
        (
            "parameter-symbol",
            "ir.param-type",
            lambda p: setattr(p.classes[0], "params", (p.classes[0].params[0], ("unread", f32("W")))),
        ),
        (
            "parameter-unknown-size",
            "ir.param-type",
            lambda p: setattr(
                p.classes[0], "params", (p.classes[0].params[0], ("unread", f32(dims.UNKNOWN)))
            ),
        ),
        (
            "body-of-another-name",
            "ir.body",
            lambda p: setattr(_body_function(p), "name", "com.example.other"),
        ),
    ],
    "composites": [
        ("body-missing", "ir.body", _put(_of("y"), "body", None)),
        ("body-attributes", "ir.body", lambda p: p.bodies[0].attrs.__setitem__("axis", 0)),
        ("body-result", "ir.body-signature", _body_result),
        (
            "body-dtype",
            "ir.body-signature",
            lambda p: setattr(_body_function(p).params[0], "type", tensor("f64", (dims.symbol("s0"), 3))),
        ),
    ],
}


def _recursive_body(program: Program) -> None:
    node = _body_function(program).body.nodes[0]
    node.name, node.inputs, node.body = "com.example.twice", node.inputs[:1], 0
