"""What the parts of the verifier share: tables of the program, memos, the problems found. SPEC 5."""

from __future__ import annotations

from . import dims
from .calls import Callee
from .dtypes import BY_NAME
from .errors import MAX_PROBLEMS, Problem
from .infer import Inference
from .ir import Function, ModuleClass, Program, RecordClass
from .labels import (
    NAME,
    TYPE_CLASS,
    TYPE_DIM,
    TYPE_DTYPE,
    TYPE_ITEMS,
    TYPE_KEY,
    TYPE_OPTIONAL,
)
from .names import is_identifier
from .rules import Rule
from .types import CONTAINERS, KEYS, NONE, ContainerType, ScalarType, TensorType, Type

#: A function of the program: ("", name), (class, method) or ("body", index).
Key = tuple[str, object]


class Full(Exception):
    """As many problems were found as are reported."""


class ClassInfo:
    """The members of a module class by name."""

    __slots__ = ("name", "params", "fields", "submodules", "methods")

    def __init__(self, cls: ModuleClass) -> None:
        self.name = cls.name
        self.params = dict(cls.params)
        self.fields = dict(cls.fields)
        self.submodules = dict(cls.submodules)
        self.methods = {method.name: method for method in cls.methods}


class Uses:
    """What a function does, for the call graph: whom it calls, forks or has as a body, and its effects."""

    __slots__ = ("where", "calls", "forks", "prints", "writes")

    def __init__(self, where: str) -> None:
        self.where = where
        self.calls: list[Key] = []
        self.forks: list[tuple[Key, str]] = []
        self.prints = False
        self.writes = False


class Context:
    """Tables and memos of one verification."""

    __slots__ = (
        "program",
        "problems",
        "records",
        "classes",
        "functions",
        "inferences",
        "arguments",
        "uses",
        "memo_infer",
        "memo_call",
        "memo_callee",
        "_types",
        "_dims",
        "_symbols",
        "_names",
    )

    def __init__(self, program: Program) -> None:
        self.program = program
        self.problems: list[Problem] = []
        self.records: dict[str, RecordClass] = {}
        self.classes: dict[str, ClassInfo] = {}
        self.functions: dict[str, Function] = {f.name: f for f in program.functions}
        self.inferences: dict[int, Inference] = {}
        self.arguments: dict[int, tuple[int, ...]] = {}
        self.uses: dict[Key, Uses] = {}
        self.memo_infer: dict[object, Inference] = {}
        self.memo_call: dict[object, tuple[tuple[Problem, ...], tuple[Type, ...], tuple[int, ...]]] = {}
        self.memo_callee: dict[tuple[str, str], tuple[Callee, Key] | None] = {}
        self._types: dict[int, bool] = {}
        self._dims: set[dims.Expr] = set()
        self._symbols: dict[int, tuple[str, ...]] = {}
        self._names: set[str] = set()

    def add(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) >= MAX_PROBLEMS:
            raise Full

    def report(self, rule: Rule, where: str, *, expected: str = "", got: str = "", hint: str = "") -> None:
        self.add(rule.problem(where, expected=expected, got=short(got), hint=hint))

    # --- names ---

    def identifier(self, name: str, where: str) -> bool:
        """Whether `name` is an identifier; if not, that is reported."""
        if name in self._names:
            return True
        if is_identifier(name):
            self._names.add(name)
            return True
        self.report(NAME, where, expected="an identifier", got=repr(name[:80]))
        return False

    # --- types ---

    def check_type(self, t: Type, where: str) -> bool:
        """Whether `t` is well formed; its problems are reported once for each type object."""
        if isinstance(t, ScalarType):
            return True
        good = self._types.get(id(t))
        if good is None:
            if isinstance(t, TensorType):
                good = self._check_tensor(t, where)
            elif isinstance(t, ContainerType):
                good = self._check_container(t, where)
            else:
                good = t.name in self.records
                if not good:
                    self.report(TYPE_CLASS, where, got=t.name[:80])
            self._types[id(t)] = good
        return good

    def _check_tensor(self, t: TensorType, where: str) -> bool:
        good = True
        if t.dtype is not None and t.dtype not in BY_NAME:
            self.report(TYPE_DTYPE, where, got=t.dtype[:80])
            good = False
        for dim in t.shape or ():
            if dim.__class__ is int:
                if not 0 <= dim < 2**63:
                    self.report(TYPE_DIM, where, got=str(dim)[:80])
                    good = False
            elif not self.check_dim(dim, where):
                good = False
        return good

    def _check_container(self, t: ContainerType, where: str) -> bool:
        asked = CONTAINERS.get(t.kind, -1)
        if asked is not None and asked != len(t.items):
            self.report(TYPE_ITEMS, where, expected=f"{asked} items of {t.kind[:80]}", got=str(len(t.items)))
            return False
        if t.kind == "dict" and t.items[0] not in KEYS:
            self.report(TYPE_KEY, where, got=kind_of(t.items[0]))
            return False
        if t.kind == "optional" and (t.items[0] is NONE or is_container(t.items[0], "optional")):
            self.report(TYPE_OPTIONAL, where, got=kind_of(t.items[0]))
            return False
        good = True
        for item in t.items:
            good = self.check_type(item, where) and good
        return good

    def check_dim(self, dim: object, where: str) -> bool:
        """Whether a dimension other than an integer is unknown or an expression in normal form."""
        if dim is dims.UNKNOWN:
            return True
        if not isinstance(dim, dims.Expr):
            self.report(TYPE_DIM, where, got=repr(dim)[:80])
            return False
        if dim in self._dims:
            return True
        problem = dims.problem_of(dim)
        if problem is not None:
            self.add(moved(problem, where))
            return False
        good = all(self.identifier(name, where) for name in dims.symbols_of(dim))
        if good:
            self._dims.add(dim)
        return good

    def symbols_of(self, t: Type) -> tuple[str, ...]:
        """The symbols of a type that is well formed."""
        if isinstance(t, (TensorType, ContainerType)):
            found = self._symbols.get(id(t))
            if found is None:
                names: dict[str, None] = {}
                if isinstance(t, TensorType):
                    for dim in t.shape or ():
                        if isinstance(dim, dims.Expr):
                            names.update(dict.fromkeys(dims.symbols_of(dim)))
                else:
                    for item in t.items:
                        names.update(dict.fromkeys(self.symbols_of(item)))
                found = self._symbols[id(t)] = tuple(names)
            return found
        return ()


def is_container(t: Type, kind: str) -> bool:
    return isinstance(t, ContainerType) and t.kind == kind


def kind_of(t: Type) -> str:
    """A word for `t` that is short whatever `t` is."""
    if isinstance(t, ContainerType):
        return f"{t.kind}[...]"
    return "a tensor" if isinstance(t, TensorType) else t.name[:80]


def holds_future(t: Type) -> bool:
    """Whether a type that is well formed is or has inside a future."""
    return isinstance(t, ContainerType) and (t.kind == "future" or any(map(holds_future, t.items)))


def moved(problem: Problem, where: str) -> Problem:
    """`problem` with its place inside `where`."""
    return Problem(
        f"{where} {problem.where.strip()}".strip(),
        problem.code,
        problem.rule,
        expected=short(problem.expected),
        got=short(problem.got),
        hint=problem.hint,
    )


def short(text: str) -> str:
    return text if len(text) <= 300 else text[:297] + "..."
