"""Programs from their text: one file for each module, and the two files of the program. SPEC 7.4."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import NoReturn, TypeVar

from ..builder import ClassBuilder, ProgramBuilder
from ..ir import Attr, Function, Initial, InitialValue, Instance, ModuleClass, Program, RecordClass, TensorRef
from ..names import is_identifier
from ..registry import find
from ..rules import Rule
from ..types import TensorType, Type
from .attributes import AttributeReader, dotted
from .files import dependency_order, needed_records
from .grammar import parse
from .headers import ClassHeader, Declarations, Header, TextFunction
from .labels import LIMIT, MODULE, NAME, STATEMENT, YIELD
from .lexer import MAX_TEXT, Source
from .statements import BodyReader

PROGRAM_FILE = "code/__program__.py"
OPERATORS_FILE = "code/__operators__.py"

T = TypeVar("T")


def parse_program(files: Mapping[str, str]) -> Program:
    """The program whose text `files` hold: texts by paths such as ``code/pkg/mod.py``.

    It is built by the builder, and verified by `tracebox.schema.verify` like any other.

    Raises
    ------
    ScriptError
        ``text.*``, with the place and a picture of the line.
    InvalidError
        What the builder refuses, with the place in the text.

    Notes
    -----
    SPEC 7.
    """
    total = sum(map(len, files.values()))
    if total > MAX_TEXT:
        raise LIMIT.fail(expected=f"at most {MAX_TEXT} characters in all files", got=str(total))
    reader = _ProgramReader()
    for path in sorted(files):
        if path == PROGRAM_FILE:
            reader.program_file(Source(path, files[path]))
        elif path == OPERATORS_FILE:
            reader.operators_file(Source(path, files[path]))
        else:
            reader.module_file(Source(path, files[path]))
    return reader.finish()


class _ProgramReader:
    """Collects the declarations of all files; reads functions when all are known."""

    def __init__(self) -> None:
        self.builder = ProgramBuilder()
        self.records: dict[str, RecordClass] = {}
        self.declared = Declarations()
        self.functions = self.declared.functions
        self.classes = self.declared.classes
        self.bodies: list[tuple[str, dict[str, Attr], Header]] = []
        self.order: dict[str, tuple[Source, list[ast.expr]]] = {}
        self.instances: list[tuple[Source, ast.Assign]] = []
        self.exports: list[str] = []
        self.stated: set[str] = set()
        self.source = Source("", "")
        self.called: frozenset[str] = frozenset()

    def fail(self, rule: Rule, node: ast.AST, expected: str = "", got: str = "", hint: str = "") -> NoReturn:
        raise self.source.fail_at(rule, node, expected=expected, got=got, hint=hint)

    # --- module files ---

    def module_file(self, source: Source) -> None:
        self.source = source
        statements = parse(source)
        prefix = self.module_name(statements)
        for node in statements[1:]:
            if isinstance(node, ast.FunctionDef) and not node.decorator_list:
                name = self.claim(prefix + node.name, node)
                self.functions[name] = self.header(name, node, method=False)
            elif isinstance(node, ast.ClassDef):
                self.class_(self.claim(prefix + node.name, node), node)
            else:
                self.fail(MODULE, node, expected="a class or a function")

    def module_name(self, statements: list[ast.stmt]) -> str:
        """What stands in front of the names of the file: ``pkg.mod.`` or nothing."""
        first = statements[0] if statements else None
        if (
            not isinstance(first, ast.Assign)
            or dotted(first.targets[0]) != "__module__"
            or not isinstance(first.value, ast.Constant)
            or not isinstance(first.value.value, str)
        ):
            raise self.source.fail(MODULE, 0, expected='__module__ = "name" in the first line')
        name = first.value.value
        if name and not all(map(is_identifier, name.split("."))):
            self.fail(MODULE, first.value, expected="names joined by dots")
        return name + "." if name else ""

    def claim(self, name: str, node: ast.AST) -> str:
        if name in self.functions or name in self.classes or name in self.records:
            self.fail(NAME, node, expected="a name that is declared once", got=name)
        return name

    def header(self, name: str, node: ast.FunctionDef, *, method: bool) -> Header:
        attributes = AttributeReader(self.source)
        given = node.args.args
        if node.args.kwonlyargs or (method and (not given or given[0].arg != "self" or given[0].annotation)):
            self.fail(STATEMENT, node, expected="def name(self, x: type, ...) -> type")
        params: list[tuple[str, Type]] = []
        for arg in given[1:] if method else given:
            if arg.annotation is None or not is_identifier(arg.arg) or arg.arg in dict(params):
                self.fail(NAME, arg, expected="a parameter with a name of its own and a type")
            params.append((arg.arg, attributes.type(arg.annotation)))
        if node.returns is None:
            self.fail(
                STATEMENT, node, expected="-> and the type of the result", hint="write -> None for none"
            )
        results: list[ast.expr] = [node.returns]
        if isinstance(node.returns, ast.Constant) and node.returns.value is None:
            results = []
        elif isinstance(node.returns, ast.Tuple):
            results = node.returns.elts
        return Header(name, self.source, node, params, tuple(map(attributes.type, results)))

    def class_(self, name: str, node: ast.ClassDef) -> None:
        kind = dotted(node.bases[0]) if len(node.bases) == 1 else ""
        if kind == "Record":
            members = [statement for statement in node.body if not isinstance(statement, ast.Pass)]
            self.records[name] = RecordClass(name, tuple(map(self.member, members)))
        elif kind == "Module":
            self.classes[name] = self.module_class(ClassHeader(name), node)
        else:
            self.fail(MODULE, node, expected="class Name(Module) or class Name(Record)")

    def member(self, node: ast.stmt) -> tuple[str, Type]:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is None:
            return node.target.id, AttributeReader(self.source).type(node.annotation)
        self.fail(STATEMENT, node, expected="name: type")

    def module_class(self, cls: ClassHeader, node: ast.ClassDef) -> ClassHeader:
        for index, statement in enumerate(node.body):
            if isinstance(statement, ast.FunctionDef) and not statement.decorator_list:
                if statement.name in cls.methods:
                    self.fail(NAME, statement, expected="one method of a name", got=statement.name)
                cls.methods[statement.name] = self.header(statement.name, statement, method=True)
            elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                self.attribute(cls, statement.target.id, statement)
            elif index == 0 and (doc := _doc(statement)) is not None:
                cls.doc = doc
            elif not isinstance(statement, ast.Pass):
                self.fail(STATEMENT, statement, expected="a member or a method")
        return cls

    def attribute(self, cls: ClassHeader, name: str, node: ast.AnnAssign) -> None:
        annotation = node.annotation
        if node.value is not None:
            self.fail(STATEMENT, node, expected="name: type")
        if isinstance(annotation, ast.Subscript) and dotted(annotation.value) in ("Param", "Field"):
            t = AttributeReader(self.source).type(annotation.slice)
            if dotted(annotation.value) == "Field":
                cls.fields.append((name, t))
            elif isinstance(t, TensorType):
                cls.params.append((name, t))
            else:
                self.fail(STATEMENT, node, expected="a tensor type")
        elif dotted(annotation):
            cls.submodules.append((name, dotted(annotation)))
        else:
            self.fail(STATEMENT, node, expected="Param[type], Field[type] or the name of a class")

    # --- the two files of the program ---

    def operators_file(self, source: Source) -> None:
        self.source = source
        for node in parse(source):
            if not isinstance(node, ast.FunctionDef) or len(node.decorator_list) != 1:
                self.fail(MODULE, node, expected='@body("operator", ...) and a function')
            (call,) = node.decorator_list
            if not isinstance(call, ast.Call) or dotted(call.func) != "body" or len(call.args) != 1:
                self.fail(MODULE, call, expected='@body("operator", attributes...)')
            name = call.args[0]
            if not isinstance(name, ast.Constant) or not isinstance(name.value, str):
                self.fail(MODULE, call, expected="the name of an operator")
            attrs = self.body_attrs(name.value, call)
            if node.name != name.value.rpartition(".")[2]:
                self.fail(MODULE, node, expected="a function of the operator's name", got=node.name)
            self.bodies.append((name.value, attrs, self.header(name.value, node, method=False)))

    def body_attrs(self, name: str, call: ast.Call) -> dict[str, Attr]:
        op, attributes = find(name), AttributeReader(self.source)
        declared = {decl.name: decl for decl in op.attrs} if op else {}
        attrs: dict[str, Attr] = {}
        for keyword in call.keywords:
            label = str(keyword.arg)
            if label not in declared:
                self.fail(
                    STATEMENT, keyword, expected=f"attributes of {name}: {', '.join(declared) or 'none'}"
                )
            attrs[label] = attributes.attribute(declared[label], keyword.value)
        if op is None:
            return attrs
        from ..infer import with_defaults

        return with_defaults(op, attrs)

    def program_file(self, source: Source) -> None:
        self.source = source
        for node in parse(source):
            if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
                self.fail(MODULE, node, expected="name = value")
            name, value = node.targets[0].id, node.value
            if isinstance(value, ast.Call):
                self.instances.append((source, node))
                continue
            if name in self.stated:
                self.fail(MODULE, node, expected=f"one statement of {name}", got="another one")
            self.stated.add(name)
            if name == "opset" and isinstance(value, ast.Constant) and type(value.value) is int:
                self.builder.opset = value.value
            elif isinstance(value, ast.List) and name == "exports":
                self.exports = [self.text(item) for item in value.elts]
            elif isinstance(value, ast.List) and name in ("records", "functions", "classes"):
                self.order[name] = (source, value.elts)
            else:
                self.fail(MODULE, node, expected="opset, records, functions, classes, exports or an instance")

    def text(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return node.value
        self.fail(STATEMENT, node, expected="a string")

    # --- the program ---

    def finish(self) -> Program:
        builder = self.builder
        self.called = frozenset(self.functions) - {op for op, _, _ in self.bodies}
        needs = {name: needed_records(record) for name, record in self.records.items()}
        builder.records = self.ordered("records", self.records, needs)
        for op, attrs, header in self.bodies:
            builder.body(op, attrs, self.function(header, None))
        for name, header in self.ordered("functions", self.functions, {}).items():
            builder.functions[name] = self.function(header, None)
        needs = {name: [inner for _, inner in cls.submodules] for name, cls in self.classes.items()}
        for name, cls in self.ordered("classes", self.classes, needs).items():
            builder.classes[name] = self.finish_class(name, cls)
        self.finish_instances()
        return builder.finish(self.exports)

    def ordered(self, kind: str, found: dict[str, T], needs: dict[str, list[str]]) -> dict[str, T]:
        """What was declared, in the order that the program's file gives; what it leaves out comes last."""
        usual = dependency_order(needs) if needs else list(found)
        source, nodes = self.order.get(kind, (self.source, []))
        wanted = list(map(dotted, nodes))
        for name, node in zip(wanted, nodes):
            if name not in found:
                raise source.fail_at(MODULE, node, expected=f"{kind} that are declared")
        first = set(wanted)
        return {name: found[name] for name in [*wanted, *(name for name in usual if name not in first)]}

    def finish_class(self, name: str, cls: ClassHeader) -> ModuleClass:
        owner = self.builder.module_class(
            name, params=cls.params, fields=cls.fields, submodules=cls.submodules, doc=cls.doc
        )
        for header in cls.methods.values():
            owner.methods[header.name] = self.function(header, owner)
        return owner.finish()

    def function(self, header: Header, owner: ClassBuilder | None) -> Function:
        self.source = header.source
        builder = TextFunction(self.builder, self.declared, header, owner)
        statements = header.tree.body
        doc = _doc(statements[0])
        if doc is not None:
            builder.doc, statements = doc, statements[1:]
        reader = BodyReader(header.source, builder, self.called)
        results = reader.block(statements, False)
        nodes = builder.blocks[-1].nodes
        if len(results) != len(header.results) and not (nodes and nodes[-1].kind == "raise"):
            self.fail(YIELD, header.tree, expected=f"{len(header.results)} results", got=str(len(results)))
        return builder.end(results, header.results)

    # --- instances ---

    def finish_instances(self) -> None:
        known: dict[str, int] = {}
        for source, node in self.instances:
            self.source = source
            name = dotted(node.targets[0])
            if name in known:
                self.fail(NAME, node, expected="a name that is used once", got=name)
            assert isinstance(node.value, ast.Call)
            known[name] = self.builder.instance(self.instance(node.value, known))

    def instance(self, node: ast.Call, known: dict[str, int]) -> Instance:
        name = dotted(node.func)
        cls = self.classes.get(name)
        if cls is None or node.args:
            self.fail(STATEMENT, node, expected="a module class and its members by name")
        given = {str(keyword.arg): keyword.value for keyword in node.keywords}
        members = [member for member, _ in (*cls.params, *cls.fields, *cls.submodules)]
        if set(given) != set(members):
            self.fail(STATEMENT, node, expected=f"the members {', '.join(members)}", got=", ".join(given))
        submodules = []
        for member, _ in cls.submodules:
            index = known.get(dotted(given[member]))
            if index is None:
                self.fail(NAME, given[member], expected="an instance that is defined above")
            submodules.append(index)
        return Instance(
            name,
            tuple([self.text(given[member]) for member, _ in cls.params]),
            tuple([self.initial(given[member]) for member, _ in cls.fields]),
            tuple(submodules),
        )

    def initial(self, node: ast.expr) -> InitialValue:
        """A field's initial value. SPEC 7.4.4."""
        if isinstance(node, (ast.List, ast.Tuple)):
            kind = "list" if isinstance(node, ast.List) else "tuple"
            return Initial(kind, tuple(map(self.initial, node.elts)))
        if isinstance(node, ast.Dict):
            items = [part for pair in zip(node.keys, node.values) for part in pair if part is not None]
            return Initial("dict", tuple(map(self.initial, items)))
        if isinstance(node, ast.Call) and not node.keywords:
            name = dotted(node.func)
            if name == "tensor" and len(node.args) == 1:
                return TensorRef(self.text(node.args[0]))
            if name == "record":
                return Initial(name, tuple(map(self.initial, node.args)))
        return AttributeReader(self.source).constants.read(node)


def _doc(node: ast.stmt) -> str | None:
    value = node.value if isinstance(node, ast.Expr) else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None
