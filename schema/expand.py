"""The bodies of composites: templates expanded at types and attributes. SPEC 5.5 and 7.9."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from . import dims
from .builder import FunctionBuilder, ProgramBuilder
from .calls import Callee, check_arguments
from .dims import Dim, Expr
from .encoding import function_plain
from .errors import InvalidError, Problem
from .infer import infer, with_defaults
from .ir import Attr, Function, Node, OpBody, Program, all_functions, walk
from .labels import BODY
from .registry import Op, find
from .text.attributes import frozen
from .types import ClassType, ContainerType, ScalarType, TensorType, Type, accepts, map_dims

#: How many bodies of a custom operator are tried for a call that names none.
MAX_TRIED = 64


class General:
    """A call's operand types and attributes, each distinct dimension expression a symbol of its own.

    The symbols are ``s0``, ``s1``, ... in the order of their first occurrence in the operands'
    types. Integers stay, and so does ``?``. Calls that agree in this share one body. SPEC 7.9.3.
    """

    __slots__ = ("op", "attrs", "types", "names")

    def __init__(self, op: Op, attrs: dict[str, Attr], types: Sequence[Type]) -> None:
        self.op = op
        self.names: dict[Dim, Dim] = {}
        self.types = tuple(map_dims(t, self._name) for t in types)
        self.attrs = {name: self._attr(value) for name, value in attrs.items()}

    @property
    def key(self) -> object:
        attrs = tuple((name, frozen(value)) for name, value in self.attrs.items())
        return (self.op.name, attrs, self.types)

    def _name(self, dim: Dim) -> Dim:
        if not isinstance(dim, Expr):
            return dim
        return self.names.setdefault(dim, dims.symbol(f"s{len(self.names)}"))

    def _known(self, dim: Dim) -> Dim:
        if not isinstance(dim, Expr) or dim in self.names:
            return self.names.get(dim, dim)
        return dims.substitute(dim, self._symbol)

    def _symbol(self, name: str) -> Dim:
        known = self.names.get(dims.symbol(name))
        if known is None:
            hint = f"{name} is no dimension of an operand"
            raise BODY.fail(
                self.op.name, expected="attributes in dimensions of the operands", got=name, hint=hint
            )
        return known

    def _attr(self, value: Attr) -> Attr:
        if isinstance(value, tuple):
            return tuple(map(self._attr, value))
        if isinstance(value, Expr):
            return self._known(value)
        if isinstance(value, (TensorType, ScalarType, ContainerType, ClassType)):
            return map_dims(value, self._known)
        return value


def composite_body(program: ProgramBuilder, op: Op, attrs: dict[str, Attr], operands: Sequence[Type]) -> int:
    """The index of the body of the composite `op` at `attrs` and `operands`, expanded if it is new.

    Parameters
    ----------
    program
        Where the body is looked for and added, those of composites inside it first.
    op
        The composite's declaration.
    attrs
        Every attribute, defaults included, in declared order.
    operands
        The types of the operands.

    Notes
    -----
    SPEC 7.9.3.
    """
    general = General(op, attrs, operands)
    found = find_body(program, general.key)
    if found is None:
        function = expand(op, general.attrs, general.types, program)
        found = program.expansions[general.key] = program.body(op.name, general.attrs, function)
    return found


def find_body(program: ProgramBuilder, key: object) -> int | None:
    """The index of the first body that was expanded at `key`."""
    known = program.expansions
    for index in range(len(known), len(program.bodies)):  # those that were added without being expanded
        found = body_key(program.bodies[index])
        known[("again", index) if found in known else found] = index
    return known.get(key)


def body_key(body: OpBody) -> object:
    """What `body` was expanded at, as `General.key`; a custom operator's is its place alone."""
    if find(body.op) is None:
        return id(body)
    attrs = tuple((name, frozen(value)) for name, value in body.attrs.items())
    return (body.op, attrs, tuple(p.type for p in body.function.params))


def find_custom(bodies: Sequence[OpBody], name: str, types: Sequence[Type]) -> int | None:
    """Of the custom operator's first bodies, the index of the first that takes operands of `types`.

    SPEC 7.6.1.
    """
    own = (index for index, body in enumerate(bodies) if body.op == name)
    for index in islice(own, MAX_TRIED):
        function = bodies[index].function
        callee = Callee(name, tuple(p.type for p in function.params), function.results)
        if not check_arguments(callee, types, ""):
            return index
    return None


def expand(op: Op, attrs: dict[str, Attr], operands: Sequence[Type], program: ProgramBuilder) -> Function:
    """The expansion of the composite `op` at exactly these attributes and types.

    Bodies of composites that the template calls are added to `program`.

    Raises
    ------
    InvalidError
        The call is not well typed, or the template asks for a dimension that is ``?``.

    Notes
    -----
    SPEC 7.9.
    """
    from .text.template import TemplateReader, parse_template

    full = with_defaults(op, attrs)
    found = infer(op, full, operands, program.records, op.name)
    if found.problems or found.signature is None:
        raise InvalidError(found.problems)
    template = parse_template(op.name, found.signature.template)
    params: list[tuple[str, Type]] = []
    for position, arg in enumerate(found.signature.args):
        if arg.variadic:
            params += [(f"{arg.name}{i}", t) for i, t in enumerate(operands[position:])]
        elif position < len(operands):
            params.append((arg.name, operands[position]))
    builder = FunctionBuilder(program, op.name, params, None)
    results = TemplateReader(template, builder, found.signature, found.env).run()
    if len(results) != len(found.results):
        raise BODY.fail(op.name, expected=f"{len(found.results)} results", got=str(len(results)))
    for index, (want, value) in enumerate(zip(found.results, results)):
        if accepts(want, value.type) is not True:
            results[index] = builder.refine(value, want)
    return builder.end(results, found.results)


# --- checking -------------------------------------------------------------------


def check_bodies(program: Program) -> list[Problem]:
    """The problems (``ir.body``) of the bodies that `program` carries.

    Each composite's body is its template's expansion, each call has the body of its types and
    attributes, and bodies stand in the order of their first use, inner ones first. What the verifier
    refuses is left to it.

    Notes
    -----
    SPEC 5.5.
    """
    problems = _check_expansions(program)
    for place, _, function in all_functions(program):
        for node in walk(function.body):
            if node.kind == "op":
                problems += _check_call(program, node, place)
    if not problems:
        problems = _check_order(program)
    return problems


def _check_expansions(program: Program) -> list[Problem]:
    scratch = ProgramBuilder(program.opset)
    scratch.records = {record.name: record for record in program.records}
    problems: list[Problem] = []
    for index, body in enumerate(program.bodies):
        op = find(body.op)
        if body.function.name != body.op:
            where = f"bodies[{index}]"
            problems.append(BODY.problem(where, expected=f"a function {body.op}", got=body.function.name))
        if op is not None:
            problems += _check_expansion(scratch, op, body, f"bodies[{index}] ({body.op})")
        if len(scratch.bodies) > index:
            del scratch.bodies[index:]
            scratch.expansions = {key: at for key, at in scratch.expansions.items() if at < index}
        scratch.bodies.append(body)
    return problems


def _check_expansion(scratch: ProgramBuilder, op: Op, body: OpBody, where: str) -> list[Problem]:
    if not op.composite:
        return [BODY.problem(where, expected="no body", got="a body of a primitive")]
    types = tuple(p.type for p in body.function.params)
    before = len(scratch.bodies)
    try:
        general = General(op, body.attrs, types)
        if general.types != types or find_body(scratch, body_key(body)) is not None:
            return [BODY.problem(where, expected="one body at symbols s0, s1, ...", got=_types(types))]
        again = expand(op, body.attrs, types, scratch)
    except InvalidError as error:
        return [
            BODY.problem(where, expected="types and attributes that the operator accepts", got=str(error))
        ]
    if len(scratch.bodies) != before:
        return [BODY.problem(where, expected="the bodies that it calls in front of it")]
    if function_plain(again) != function_plain(body.function):
        return [BODY.problem(where, expected="the expansion of the template", got="another program")]
    return []


def _types(types: Sequence[Type]) -> str:
    return ", ".join(map(repr, types))


def _check_call(program: Program, node: Node, place: str) -> list[Problem]:
    op = find(node.name)
    if node.body is None or not 0 <= node.body < len(program.bodies):
        if op is not None and op.composite:
            return [BODY.problem(f"{place} {node.name}", expected="a body")]
        return []
    body = program.bodies[node.body]
    where = f"{place} {node.name}"
    if body.op != node.name:
        return [BODY.problem(where, expected=f"a body of {node.name}", got=f"a body of {body.op}")]
    if op is None:
        return []
    try:
        key = General(op, node.attrs, [value.type for value in node.inputs]).key
    except InvalidError as error:
        return list(error.problems)
    if key != body_key(body):
        return [
            BODY.problem(
                where, expected="the body of the call's types and attributes", got=f"body {node.body}"
            )
        ]
    return []


def _check_order(program: Program) -> list[Problem]:
    """Bodies in the order of first use, inner ones first, and none that is not used."""
    order = body_order(program)
    if order != list(range(len(program.bodies))):
        return [BODY.problem("bodies", expected="the order of first use", got=", ".join(map(str, order)))]
    return []


def body_order(program: Program) -> list[int]:
    """The bodies that are used, in the order of their first use, inner ones first. SPEC 7.9.3."""
    order: list[int] = []
    seen: set[int] = set()

    def visit(function: Function) -> None:
        for node in walk(function.body):
            if node.body is not None and node.body not in seen:
                seen.add(node.body)
                visit(program.bodies[node.body].function)
                order.append(node.body)

    for function in program.functions:
        visit(function)
    for cls in program.classes:
        for method in cls.methods:
            visit(method)
    return order


def order_bodies(program: Program) -> Program:
    """`program` with its bodies in canonical order, those that nothing uses left out.

    Its nodes are renumbered in place: only for a program that is still being built.
    """
    order = body_order(program)
    if order == list(range(len(program.bodies))):
        return program
    position = {old: new for new, old in enumerate(order)}
    for index, _, function in _numbered(program):
        if index is None or index in position:
            for node in walk(function.body):
                if node.body is not None:
                    node.body = position[node.body]
    bodies = tuple(program.bodies[old] for old in order)
    return Program(
        program.opset,
        program.records,
        bodies,
        program.functions,
        program.classes,
        program.instances,
        program.exports,
    )


def _numbered(program: Program) -> Iterator[tuple[int | None, str, Function]]:
    """Every function, with its index if it is a body."""
    for index, (name, _, function) in enumerate(all_functions(program)):
        yield index if index < len(program.bodies) else None, name, function
