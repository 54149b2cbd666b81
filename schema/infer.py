"""Operand checks and result types of operator calls. SPEC 5.4.

Everything follows from the declaration: the patterns of the operands bind the type
variables, the rules are evaluated, the results' formulas give the types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import dims
from .dtypes import BY_NAME, STORAGE
from .errors import Problem
from .formula import as_type, compile_formula, truth
from .ir import Attr, DTypeAttr, RecordClass, TensorConst
from .labels import ARITY, ATTR, KNOWN, OPERAND, TYPEVAR
from .registry import REQUIRED, AttrDecl, Op, Rule, Signature
from .types import SCALARS, ClassType, ContainerType, ScalarType, TensorType, Type, type_text


class Inference:
    """What a call comes to: `results`, or `problems`; `unknown` rules are checked at run time."""

    __slots__ = ("signature", "results", "problems", "unknown", "env")

    def __init__(
        self,
        signature: Signature | None,
        results: tuple[Type, ...],
        problems: tuple[Problem, ...],
        unknown: tuple[Rule, ...] = (),
        env: dict[str, Any] | None = None,
    ) -> None:
        self.signature = signature
        self.results = results
        self.problems = problems
        self.unknown = unknown
        self.env = env or {}


def infer(
    op: Op,
    attrs: Mapping[str, Attr],
    operands: Sequence[Type],
    records: Mapping[str, RecordClass],
    where: str = "",
) -> Inference:
    """Check a call of `op` and give its result types.

    Parameters
    ----------
    op
        The operator's declaration.
    attrs
        Every attribute of the operator, defaults included.
    operands
        The types of the operands, variadic ones one by one.
    records
        The program's record classes by name.
    where
        What messages name as the place.

    Returns
    -------
    Inference
        With `problems` empty if and only if the call is well typed.
    """
    if (attrs or op.attrs) and (problems := check_attrs(op, attrs, where)):
        return Inference(None, (), tuple(problems))
    attempts: list[list[Problem]] = []
    for signature in op.signatures:
        env = _base_env(attrs, records)
        mismatch = _match_operands(op, signature, operands, env, where)
        if not mismatch:
            return _apply(op, signature, env, where)
        attempts.append(mismatch)
    return Inference(None, (), tuple(_nearest(attempts)))


def _nearest(attempts: list[list[Problem]]) -> list[Problem]:
    """Of the failed alternatives, the one that got furthest: a broken type variable over a wrong count."""
    typed = [found for found in attempts if not any(p.code in (ARITY.code, OPERAND.code) for p in found)]
    return (typed or attempts)[0]


def _base_env(attrs: Mapping[str, Attr], records: Mapping[str, RecordClass]) -> dict[str, Any]:
    env: dict[str, Any] = {}
    for name, value in attrs.items():
        env[name] = value.name if isinstance(value, DTypeAttr) else value
    env["__records__"] = records
    return env


def _match_operands(
    op: Op, signature: Signature, operands: Sequence[Type], env: dict[str, Any], where: str
) -> list[Problem]:
    args = signature.args
    last = args[-1] if args else None
    least = len(args) - (1 if last and last.optional else 0)
    most = None if last and last.variadic else len(args)
    if len(operands) < least or (most is not None and len(operands) > most):
        expected = (
            f"{least}" if most == least else f"{least} or more" if most is None else f"{least} to {most}"
        )
        return [ARITY.problem(where, expected=f"{expected} operands of {op.name}", got=str(len(operands)))]
    problems: list[Problem] = []
    for position, arg in enumerate(args):
        if arg.variadic:
            rest = tuple(operands[position:])
            env[arg.name] = rest
            pairs: Sequence[Type] = rest
        elif position >= len(operands):
            env[arg.name] = None
            continue
        else:
            env[arg.name] = operands[position]
            pairs = (operands[position],)
        allowed = signature.typevars.get(arg.pattern)
        for have in pairs:
            if (
                isinstance(allowed, tuple)
                and isinstance(have, TensorType)
                and have.shape is not None
                and have.dtype in allowed
                and env.setdefault(arg.pattern, have.dtype) == have.dtype
            ):
                continue  # most operands
            problems += _match(op, signature, arg.pattern, have, env, f"{where} operand {arg.name}".strip())
    return problems


def _match(
    op: Op, signature: Signature, pattern: str, have: Type, env: dict[str, Any], where: str
) -> list[Problem]:
    allowed = signature.typevars.get(pattern)
    if allowed == "type":
        bound = env.setdefault(pattern, have)
        if bound != have:
            return [TYPEVAR.problem(where, expected=f"{pattern} = {bound!r}", got=type_text(have))]
        return []
    if pattern == "any":
        return []
    if allowed is None and pattern in SCALARS:
        return [] if have is SCALARS[pattern] else [_operand(where, pattern, have)]
    if allowed is None and "[" in pattern and pattern.partition("[")[0] not in BY_NAME:
        return _match_container(op, signature, pattern, have, env, where)
    if not isinstance(have, TensorType):
        return [_operand(where, f"a tensor of {pattern}", have)]
    if have.dtype is None or have.shape is None:
        return [
            KNOWN.problem(where, got=type_text(have), hint="refine the value to a type with dtype and rank")
        ]
    if allowed is None:
        return (
            []
            if have.dtype == pattern.partition("[")[0]
            else [_operand(where, f"a tensor of {pattern}", have)]
        )
    if have.dtype not in allowed:
        label = f"{op.name}.{pattern}"
        hint = f"{have.dtype} is for storage: convert with astype before" if have.dtype in STORAGE else ""
        text = f"{pattern} is one of {', '.join(allowed)}"
        return [Problem(where, label, text, got=type_text(have), hint=hint)]
    bound = env.setdefault(pattern, have.dtype)
    if bound != have.dtype:
        text = f"operands of dtype {pattern} have one dtype"
        hint = "operators never promote: insert astype"
        return [Problem(where, f"{op.name}.{pattern}", text, expected=bound, got=type_text(have), hint=hint)]
    return []


def _operand(where: str, expected: str, have: Type) -> Problem:
    return OPERAND.problem(where, expected=expected, got=type_text(have))


def _match_container(
    op: Op, signature: Signature, pattern: str, have: Type, env: dict[str, Any], where: str
) -> list[Problem]:
    kind, _, inside = pattern[:-1].partition("[")
    parts = [part.strip() for part in inside.split(",")] if inside else []
    if parts == ["..."]:
        if isinstance(have, ContainerType) and have.kind == kind:
            return []
        return [_operand(where, pattern, have)]
    if not isinstance(have, ContainerType) or have.kind != kind or len(parts) != len(have.items):
        return [_operand(where, pattern, have)]
    problems: list[Problem] = []
    for part, item in zip(parts, have.items):
        problems += _match(op, signature, part, item, env, where)
    return problems


def _apply(op: Op, signature: Signature, env: dict[str, Any], where: str) -> Inference:
    problems: list[Problem] = []
    unknown: list[Rule] = []
    for rule in signature.rules:
        answer: Any = compile_formula(rule.text)(env)
        if answer is True:
            continue
        answer = truth(answer)
        if answer is False:
            problems.append(broken(op, signature, rule, env, where))
            break
        if answer is None:
            unknown.append(rule)
    if problems:
        return Inference(signature, (), tuple(problems))
    formulas = signature.results
    if isinstance(formulas, str):
        types = tuple(map(as_type, compile_formula(formulas)(env)))
    else:
        types = tuple([as_type(compile_formula(text)(env)) for text in formulas])
    return Inference(signature, types, (), tuple(unknown), env)


def broken(op: Op, signature: Signature, rule: Rule, env: Mapping[str, Any], where: str) -> Problem:
    """The problem of a call that breaks `rule`: the formula, and what its names stand for."""
    names = [arg.name for arg in signature.args] + [attr.name for attr in op.attrs]
    got = ", ".join(f"{name}: {_show(env[name])}" for name in names if env.get(name) is not None)
    return Problem(where, f"{op.name}.{rule.code}", rule.text, got=got)


def _show(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_show, value)) + "]"
    return repr(value)


# --- attributes -----------------------------------------------------------------


def with_defaults(op: Op, attrs: Mapping[str, Attr]) -> dict[str, Attr]:
    """`attrs` in declared order, defaults filled in, unknown names last."""
    full: dict[str, Attr] = {}
    for decl in op.attrs:
        if decl.name in attrs:
            full[decl.name] = attrs[decl.name]
        elif decl.default is not REQUIRED:
            full[decl.name] = decl.default  # type: ignore[assignment]
    full.update({name: value for name, value in attrs.items() if name not in full})
    return full


def check_attrs(op: Op, attrs: Mapping[str, Attr], where: str) -> list[Problem]:
    """The problems of the attributes' names and kinds."""
    declared = {decl.name: decl for decl in op.attrs}
    problems = [
        ATTR.problem(where, expected=f"attributes of {op.name}: {', '.join(declared) or 'none'}", got=name)
        for name in attrs
        if name not in declared
    ]
    for decl in op.attrs:
        if decl.name not in attrs:
            problems.append(
                ATTR.problem(where, expected=f"attribute {decl.name} of {op.name}", got="nothing")
            )
        elif not fits(decl, attrs[decl.name]):
            got = f"{decl.name}={attrs[decl.name]!r}"
            problems.append(ATTR.problem(where, expected=f"{decl.name} of kind {decl.kind}", got=got))
    if not problems and list(attrs) != [decl.name for decl in op.attrs]:
        problems.append(ATTR.problem(where, expected="attributes in declared order", got=", ".join(attrs)))
    return problems


def fits(decl: AttrDecl, value: Attr) -> bool:
    """Whether `value` is of the attribute's kind."""
    kind = decl.kind
    if kind.endswith("?"):
        if value is None:
            return True
        kind = kind[:-1]
    if kind in _LISTS:
        if not isinstance(value, tuple):
            return False
        if kind != "strs" and _INT.issuperset(map(type, value)):
            sizes: Any = value
            return not sizes or -(2**63) <= min(sizes) <= max(sizes) < 2**63
        return all(map(_FITS[_LISTS[kind]], value))
    return bool(_FITS[kind](value))


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


_INT = frozenset({int})
_LISTS = {"ints": "int", "dims": "dim", "strs": "str"}
_FITS: dict[str, Any] = {
    "int": _is_int,
    "float": lambda value: isinstance(value, float),
    "bool": lambda value: isinstance(value, bool),
    "str": lambda value: isinstance(value, str),
    "dtype": lambda value: isinstance(value, DTypeAttr),
    "dim": lambda value: _is_int(value) or isinstance(value, dims.Expr),
    "type": lambda value: isinstance(value, (TensorType, ScalarType, ContainerType, ClassType)),
    "symbol": lambda value: isinstance(value, str) and value.isidentifier(),
    "const": lambda value: value is None or isinstance(value, (bool, int, float, complex, str, TensorConst)),
}
