"""Programs as text: Python syntax, one file for each module. SPEC 7.4.

Printing depends on the program alone, and `parser.parse_program` reads back the same program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from keyword import kwlist

from ..errors import InvalidError
from ..ir import (
    Attr,
    Block,
    Function,
    Initial,
    InitialValue,
    Instance,
    ModuleClass,
    Node,
    OpBody,
    Program,
    RecordClass,
    TensorRef,
    Value,
)
from ..labels import ATTR, BODY, INSTANCE, KIND
from ..labels import NAME as NAME_RULE
from ..names import OPERATOR_PREFIXES, is_identifier
from ..registry import Op, find
from ..types import type_text
from .attributes import annotation_text, attribute_text, frozen
from .constants import constant_text, string_text
from .files import dependency_order, module_of, module_paths, needed_records
from .parser import OPERATORS_FILE, PROGRAM_FILE

_STEP = "    "


def print_program(program: Program, comment: Callable[[Node], str] | None = None) -> dict[str, str]:
    """The text of `program`: the contents of its files by path, in the order of the paths.

    `comment` may give what to say above a node, such as its line of the source; the text
    without any is the one that an archive holds.

    Raises
    ------
    InvalidError
        The program breaks a rule of the verifier, so that it has no text.

    Notes
    -----
    SPEC 7.4.
    """
    printer = _Printer(program, comment)
    modules: dict[str, list[str]] = {}
    declared: dict[str, list[str]] = {"records": [], "functions": [], "classes": []}
    parts: tuple[tuple[str, Iterable[tuple[str, list[str]]]], ...] = (
        ("records", [(record.name, printer.record(record)) for record in program.records]),
        ("functions", [(function.name, printer.free(function)) for function in program.functions]),
        ("classes", [(cls.name, printer.module_class(cls)) for cls in program.classes]),
    )
    for _, items in parts:
        for name, lines in items:
            modules.setdefault(module_of(name), []).append("\n".join(lines) + "\n")
    paths = module_paths(modules)
    for path in sorted(paths):
        for kind, items in parts:
            declared[kind] += [name for name, _ in items if module_of(name) == paths[path]]
    files = {
        path: f"__module__ = {string_text(module)}\n\n\n" + "\n\n".join(modules[module])
        for path, module in paths.items()
    }
    if program.bodies:
        files[OPERATORS_FILE] = "\n\n".join(map(printer.body, program.bodies))
    records = {record.name: needed_records(record) for record in program.records}
    classes = {cls.name: [inner for _, inner in cls.submodules] for cls in program.classes}
    declared["records"] = dependency_order({name: records[name] for name in declared["records"]})
    declared["classes"] = dependency_order({name: classes[name] for name in declared["classes"]})
    orders = {kind: [name for name, _ in items] for kind, items in parts}
    files[PROGRAM_FILE] = printer.program_file({k: v for k, v in orders.items() if v != declared[k]})
    return {path: files[path] for path in sorted(files)}


def function_lines(program: Program, function: Function, *, method: bool = False) -> list[str]:
    """The text of one function of `program`, line by line."""
    printer = _Printer(program)
    return printer.function(function, method=method, name=_name(function.name.rpartition(".")[2]))


def _name(name: str) -> str:
    if not is_identifier(name):
        raise NAME_RULE.fail(repr(name))
    return name


def operator_text(name: str) -> str:
    """An operator's name; Python takes no keyword behind a dot, as in ``bool.and_``. SPEC 7.6.1."""
    return ".".join(part + "_" if part in kwlist else _name(part) for part in name.split("."))


def _qualified(name: str) -> str:
    return ".".join(map(_name, name.split(".")))


class _Printer:
    __slots__ = ("program", "comment", "functions", "custom", "keys")

    def __init__(self, program: Program, comment: Callable[[Node], str] | None = None) -> None:
        self.program = program
        self.comment = comment
        self.functions = {function.name for function in program.functions}
        self.custom = {body.op for body in program.bodies}
        self.keys: dict[object, int] = {}

    # --- declarations ---

    def record(self, record: RecordClass) -> list[str]:
        lines = [f"class {_name(record.name.rpartition('.')[2])}(Record):"]
        return lines + (
            [f"{_STEP}{_name(name)}: {annotation_text(t)}" for name, t in record.fields] or [_STEP + "pass"]
        )

    def free(self, function: Function) -> list[str]:
        return self.function(function, name=_name(function.name.rpartition(".")[2]))

    def module_class(self, cls: ModuleClass) -> list[str]:
        lines = [f"{_STEP}{string_text(cls.doc)}"] if cls.doc else []
        lines += [f"{_STEP}{_name(name)}: Param[{annotation_text(t)}]" for name, t in cls.params]
        lines += [f"{_STEP}{_name(name)}: Field[{annotation_text(t)}]" for name, t in cls.fields]
        lines += [f"{_STEP}{_name(name)}: {_qualified(inner)}" for name, inner in cls.submodules]
        for method in cls.methods:
            lines += [""] if lines else []
            lines += [_STEP + line if line else "" for line in self.function(method, method=True)]
        return [f"class {_name(cls.name.rpartition('.')[2])}(Module):", *(lines or [_STEP + "pass"])]

    def body(self, body: OpBody) -> str:
        function = body.function
        if function.name != body.op:
            raise BODY.fail(body.op, expected="a function of the operator's name", got=function.name)
        attrs = self.attrs(find(body.op), body.attrs)
        head = f"@body({', '.join([string_text(body.op), *attrs])})"
        return "\n".join([head, *self.function(function, name=_name(body.op.rpartition(".")[2]))]) + "\n"

    def function(self, function: Function, *, method: bool = False, name: str = "") -> list[str]:
        params = ["self"] if method else []
        params += [f"{_name(value.name)}: {annotation_text(value.type)}" for value in function.params]
        types = list(map(annotation_text, function.results))
        result = "None" if not types else types[0] if len(types) == 1 else f"({', '.join(types)})"
        head = f"def {name or _name(function.name)}({', '.join(params)}) -> {result}:"
        lines = [_STEP + string_text(function.doc)] if function.doc else []
        lines += [_STEP + line for line in self.block(function.body, "return")]
        return [head, *(lines or [_STEP + "pass"])]

    # --- the program's file ---

    def program_file(self, orders: dict[str, list[str]]) -> str:
        program = self.program
        lines = [f"opset = {program.opset}"]
        for kind, names in orders.items():
            lines += [f"{kind} = [", *(f"{_STEP}{_qualified(name)}," for name in names), "]"]
        if program.instances:
            lines.append("")
        paths = program.instance_paths() if program.instances else {}
        for index, instance in enumerate(program.instances):
            path = paths.get(index)
            comment = "  # the root" if path == "" else f"  # {path}" if path else ""
            lines.append(f"m{index} = {self.instance(instance)}{comment}")
        if program.instances:
            lines.append("")
        exports = ", ".join(map(string_text, program.exports))
        return "\n".join([*lines, f"exports = [{exports}]"]) + "\n"

    def instance(self, instance: Instance) -> str:
        cls = self.program.module_class(instance.class_name)
        groups = (
            (cls.params, [string_text(name) for name in instance.params]),
            (cls.fields, [self.initial(value) for value in instance.fields]),
            (cls.submodules, [f"m{index}" for index in instance.submodules]),
        )
        members: list[str] = []
        for declared, given in groups:
            if len(declared) != len(given):
                raise INSTANCE.fail(cls.name, expected=f"{len(declared)} members", got=str(len(given)))
            members += [f"{_name(member[0])}={text}" for member, text in zip(declared, given)]
        return f"{_qualified(cls.name)}({', '.join(members)})"

    def initial(self, value: InitialValue) -> str:
        if isinstance(value, TensorRef):
            return f"tensor({string_text(value.name)})"
        if not isinstance(value, Initial):
            return constant_text(value)
        items = list(map(self.initial, value.items))
        if value.kind == "dict" and len(items) % 2 == 0:
            return "{" + ", ".join(f"{key}: {item}" for key, item in zip(items[::2], items[1::2])) + "}"
        if value.kind == "list":
            return f"[{', '.join(items)}]"
        if value.kind == "tuple":
            return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
        if value.kind == "record":
            return f"record({', '.join(items)})"
        raise INSTANCE.fail(expected="the initial value of a field", got=value.kind)

    # --- blocks ---

    def block(self, block: Block, leave: str) -> list[str]:
        lines: list[str] = []
        said = ""
        for node in block.nodes:
            comment = self.comment(node) if self.comment is not None else said
            if comment and comment != said:
                lines.append(f"# {comment}")
            said = comment
            lines += self.node(node)
        if block.results:
            lines.append(f"{leave} {', '.join(_name(value.name) for value in block.results)}")
        return lines

    def inner(self, block: Block) -> list[str]:
        return [_STEP + line for line in self.block(block, "yield")] or [_STEP + "pass"]

    def node(self, node: Node) -> list[str]:
        if node.kind == "if":
            lines = [f"{_name(value.name)}: {annotation_text(value.type)}" for value in node.results]
            lines += [f"if {self.values(node.inputs)}:", *self.inner(node.blocks[0])]
            otherwise = node.blocks[1]
            if otherwise.nodes or otherwise.results:
                lines += ["else:", *self.inner(otherwise)]
            return lines
        if node.kind == "loop":
            (body,) = node.blocks
            lines = [f"{_name(value.name)}: {annotation_text(value.type)}" for value in node.results]
            lines.append(f"for {self.values(body.params)} in loop({self.values(node.inputs)}):")
            return [*lines, *self.inner(body)]
        text = self.step(node)
        if not node.results:
            return [text]
        comment = ", ".join(type_text(value.type) for value in node.results)
        return [f"{self.values(node.results)} = {text}  # {comment}"]

    def values(self, values: Sequence[Value]) -> str:
        return ", ".join(_name(value.name) for value in values)

    def step(self, node: Node) -> str:
        """The right side of a node's line, or all of it if it has no results."""
        kind, values, attrs = node.kind, self.values(node.inputs), node.attrs
        if kind == "op":
            return self.operator(node)
        if kind == "const":
            return constant_text(attrs["value"])  # type: ignore[arg-type]
        if kind in ("param", "get"):
            return f"self.{_qualified(node.name)}"
        if kind == "set":
            return f"self.{_qualified(node.name)} = {values}"
        if kind in ("call", "fork"):
            return self.call(node)
        if kind == "guard":
            message, reason = string_text(str(attrs["message"])), string_text(str(attrs["reason"]))
            return f"guard({values}, {message}, reason={reason})"
        if kind == "raise":
            return f"raise {_qualified(node.name)}({values})"
        if kind == "refine":
            return f"refine({values}, {attribute_text(attrs['type'], 'type')}{self.symbols(attrs)})"
        if kind == "bind":
            return f"bind({values}, symbol={_name(str(attrs['symbol']))})"
        if kind in ("print", "wait"):
            return f"{kind}({values})"
        raise KIND.fail(got=kind)

    def symbols(self, attrs: dict[str, Attr]) -> str:
        symbols = attrs.get("symbols")
        if not isinstance(symbols, tuple) or not symbols:
            return ""
        return f", symbols=[{', '.join(_name(str(symbol)) for symbol in symbols)}]"

    def call(self, node: Node) -> str:
        parts = [_name(value.name) for value in node.inputs]
        first, _, rest = node.name.partition(".")
        target = f"self.{_qualified(rest)}" if first == "self" else _qualified(node.name)
        if node.kind == "fork":
            return f"fork({', '.join([target, *parts])}{self.symbols(node.attrs)})"
        plain = first == "self" or (rest and first not in OPERATOR_PREFIXES and node.name not in self.custom)
        if plain:
            return f"{target}({', '.join(parts)}{self.symbols(node.attrs)})".replace("(, ", "(", 1)
        return f"call({', '.join([target, *parts])}{self.symbols(node.attrs)})"

    # --- operators ---

    def operator(self, node: Node) -> str:
        op = find(node.name)
        operands = [_name(value.name) for value in node.inputs]
        if op is not None and operands and op.signatures[0].args and op.signatures[0].args[-1].variadic:
            fixed = len(op.signatures[0].args) - 1
            operands = [*operands[:fixed], f"[{', '.join(operands[fixed:])}]"]
        name = operator_text(node.name)
        if node.body is not None and node.body != self.usual_body(op, node):
            name = f"{name}[{node.body}]"
        return f"{name}({', '.join([*operands, *self.attrs(op, node.attrs)])})"

    def attrs(self, op: Op | None, attrs: dict[str, Attr]) -> list[str]:
        """The attributes that differ from their defaults."""
        declared = {decl.name: decl for decl in op.attrs} if op else {}
        parts = []
        for name, value in attrs.items():
            decl = declared.get(name)
            if decl is None:
                raise ATTR.fail(op.name if op else "", expected="attributes that are declared", got=name)
            if frozen(value) != frozen(decl.default):  # type: ignore[arg-type]
                parts.append(f"{name}={attribute_text(value, decl.kind)}")
        return parts

    def usual_body(self, op: Op | None, node: Node) -> int | None:
        """The body that the parser takes where the text names none. SPEC 7.6.1."""
        from ..expand import General, body_key, find_custom

        types = [value.type for value in node.inputs]
        if op is None:
            return find_custom(self.program.bodies, node.name, types)
        if not self.keys:
            for index, body in enumerate(self.program.bodies):
                self.keys.setdefault(body_key(body), index)
        try:
            return self.keys.get(General(op, node.attrs, types).key)
        except InvalidError:
            return None
