"""The declaration of operators, and the table of all of them. SPEC 5.4 and 8.

An operator is declared once, in ``schema/ops/<family>.py``. The verifier, shape
inference, the spec's tables, ``ops.json`` and the conformance suite read it from here.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from .dtypes import COMPLEX, STORED
from .errors import InvalidError
from .ops.index import FAMILY_OF
from .rules import Rule as LabelledRule

#: The families, in the order of the specification's sections 8.1, 8.2, ...
FAMILIES: tuple[str, ...] = (
    "elementwise",
    "comparison",
    "reduction",
    "linear",
    "shape",
    "indexing",
    "creation",
    "network",
    "sorting",
    "random",
    "scalar",
    "string",
    "container",
    "composite",
    "linalg",
    "layers",
    "functions",
    "fft",
)

#: The operator set that this package implements.
OPSET = 1


class Missing:
    """The default of an attribute that has none."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "required"


REQUIRED = Missing()

#: The kinds of attributes. A kind with ``?`` also accepts None. SPEC 5.4.2.
#: ``dim`` is an integer or an expression; ``symbol`` a name that the node binds.
ATTR_KINDS = (
    *("int", "float", "bool", "str", "dtype", "dim", "type", "symbol"),
    *("ints", "dims", "strs", "const"),
)


class Arg:
    """An operand: `pattern` is a type variable or a type such as ``int`` or ``list[A]``.

    A tensor of one dtype is ``bool[...]`` or just ``i64``; ``any`` takes a value of any type.
    At most the last operand is `variadic` (any number, at least 1) or `optional`.
    A tensor operand accepts every shape; rules say which are right.
    """

    __slots__ = ("name", "pattern", "variadic", "optional", "doc")

    def __init__(
        self, name: str, pattern: str, doc: str = "", *, variadic: bool = False, optional: bool = False
    ) -> None:
        self.name = name
        self.pattern = pattern
        self.variadic = variadic
        self.optional = optional
        self.doc = doc


class AttrDecl:
    """An attribute: `kind` as in `ATTR_KINDS`, with ``?`` where None is accepted."""

    __slots__ = ("name", "kind", "default", "doc")

    def __init__(self, name: str, kind: str, doc: str = "", *, default: object = REQUIRED) -> None:
        self.name = name
        self.kind = kind
        self.default = default
        self.doc = doc


class Rule:
    """A rule of an operator: `text` is the formula, the check and the message at once."""

    __slots__ = ("code", "text")

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        self.text = text


class Relation:
    """What holds between operands and results, by the names of the operands and ``r0``, ... SPEC 9.3.1.

    `when` is a formula of the attributes; "" where the relation always holds.
    """

    __slots__ = ("text", "when")

    def __init__(self, text: str, when: str = "") -> None:
        self.text = text
        self.when = when


class Accuracy:
    """How near a result must be to the exact one. SPEC 9.3.

    `kind` is ``exact`` (the one correct value), ``rounded`` (correctly rounded),
    ``ulp`` (within `ulp` units in the last place), ``dot`` (a sum of products, bounded by
    the operation on absolute values), ``body`` (a composite: within `ulp` units in the last
    place of the result, or `absolute` units in the last place of the largest of the results), or
    ``stable`` (`relations` hold, or bounds in the operator's entry; `ulp` is their factor).
    Of complex results the bounds are for each part; those of ``ulp`` count in units of the
    greater part.
    """

    __slots__ = ("kind", "ulp", "absolute", "relations")

    def __init__(
        self, kind: str, ulp: float = 0.0, absolute: float = 0.0, relations: tuple[Relation, ...] = ()
    ) -> None:
        self.kind = kind
        self.ulp = ulp
        self.absolute = absolute
        self.relations = relations

    def __repr__(self) -> str:
        if self.kind == "body":
            return f"body {self.ulp:g}, {self.absolute:g}"
        return f"{self.kind} {self.ulp:g}" if self.kind in ("ulp", "stable") else self.kind


def Exact() -> Accuracy:
    return Accuracy("exact")


def Rounded() -> Accuracy:
    return Accuracy("rounded", 0.5)


def Ulp(ulp: float) -> Accuracy:
    return Accuracy("ulp", ulp)


def Body(ulp: float, absolute: float = 0.0) -> Accuracy:
    return Accuracy("body", ulp, absolute)


def Dot() -> Accuracy:
    return Accuracy("dot")


def Stable(factor: float, *relations: Relation) -> Accuracy:
    return Accuracy("stable", factor, relations=relations)


class Signature:
    """One alternative of an operator.

    `typevars` maps a name to the dtypes that it stands for, or to ``"type"`` for any type.
    `results` is a tuple of formulas, one a result, or one formula that gives a tuple of types.
    `template` is a composite's definition in the program text (SPEC 7.9), "" for a primitive.
    """

    __slots__ = ("since", "typevars", "args", "rules", "results", "template")

    def __init__(
        self,
        args: tuple[Arg, ...],
        results: tuple[str, ...] | str,
        *,
        typevars: dict[str, tuple[str, ...] | str] | None = None,
        rules: tuple[Rule, ...] = (),
        template: str = "",
        since: int = 1,
    ) -> None:
        self.since = since
        self.typevars = typevars or {}
        self.args = args
        self.rules = rules
        self.results = results
        self.template = template

    def labelled_typevars(self) -> dict[str, tuple[str, ...]]:
        """The type variables that a call can break: not for every dtype, or in two places."""
        found: dict[str, tuple[str, ...]] = {}
        for var, dtypes in self.typevars.items():
            uses = sum(2 if arg.variadic else 1 for arg in self.args if arg.pattern == var)
            if not isinstance(dtypes, str) and (dtypes != STORED or uses > 1):
                found[var] = dtypes
        return found


class Op:
    """The declaration of an operator.

    `doc` states the meaning in full sentences, special cases included; it is printed in
    the specification. `signatures` are tried in order; the first whose operand types fit is taken.
    `complex_accuracy` is the accuracy for complex operands where it is not that for real ones.
    """

    __slots__ = (
        *("name", "section", "doc", "attrs", "signatures", "accuracy", "complex_accuracy", "family"),
        *("errors", "fresh"),
    )

    def __init__(
        self,
        name: str,
        *,
        section: str,
        doc: str,
        signatures: tuple[Signature, ...],
        attrs: tuple[AttrDecl, ...] = (),
        accuracy: Accuracy,
        complex_accuracy: Accuracy | None = None,
        errors: tuple[Rule, ...] = (),
    ) -> None:
        self.name = name
        self.section = section
        self.doc = doc
        self.attrs = attrs
        self.signatures = signatures
        self.accuracy = accuracy
        self.complex_accuracy = complex_accuracy
        self.errors = errors
        #: The attributes that name the symbols which a call binds.
        self.fresh = tuple([decl.name for decl in attrs if decl.kind in ("symbol", "symbol?")])
        self.family = FAMILIES[int(section.split(".")[1]) - 1]

    @property
    def composite(self) -> bool:
        return bool(self.signatures[0].template)

    def accuracy_for(self, operands: Iterable[str]) -> Accuracy:
        """The accuracy of a call whose operands have these types, as texts."""
        if self.complex_accuracy is not None and any(text.startswith(COMPLEX) for text in operands):
            return self.complex_accuracy
        return self.accuracy

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of the operator's rules, type variables first, run-time errors last."""
        found: dict[str, None] = {}
        for signature in self.signatures:
            found.update({f"{self.name}.{var}": None for var in signature.labelled_typevars()})
        for signature in self.signatures:
            found.update({f"{self.name}.{rule.code}": None for rule in signature.rules})
        found.update({f"{self.name}.{rule.code}": None for rule in self.errors})
        return tuple(found)


OPS: dict[str, Op] = {}
_all: dict[str, Op] = {}

TypeVars = dict[str, tuple[str, ...] | str]


def define(op: Op) -> Op:
    """Add `op` to the table."""
    if op.name in OPS:
        raise ValueError(f"operator {op.name} is declared twice")
    OPS[op.name] = op
    return op


def operators() -> dict[str, Op]:
    """All operators by name, in the order of the specification."""
    global _all
    if not _all or len(_all) != len(OPS):
        for family in FAMILIES:
            import_module(f"{__package__}.ops.{family}")
        # A new dict: other threads may be looking into the ones that there are.
        _all = dict(sorted(OPS.items(), key=lambda item: tuple(map(int, item[1].section.split(".")))))
    return _all


def find(name: str) -> Op | None:
    """The standard operator `name`, or None (a custom operator has a dot-separated name of its own).

    Only its family is imported: that is where much of the time to load a small program goes.
    """
    found = OPS.get(name)
    if found is None and name in FAMILY_OF:
        import_module(f"{__package__}.ops.{FAMILY_OF[name]}")
        import_module(f"{__package__}.ops.formulas.{FAMILY_OF[name]}")
        found = OPS[name]
    return found


def label_rules() -> dict[str, LabelledRule]:
    """Register every operator's rules as labelled rules, once, and return them by label."""
    from .rules import RULES

    found: dict[str, LabelledRule] = {}
    for op in operators().values():
        texts: dict[str, str] = {}
        for signature in op.signatures:
            for var, dtypes in signature.labelled_typevars().items():
                texts.setdefault(f"{op.name}.{var}", f"{var} is one of {', '.join(dtypes)}")
            for rule in signature.rules:
                texts.setdefault(f"{op.name}.{rule.code}", rule.text)
        for rule in op.errors:
            texts.setdefault(f"{op.name}.{rule.code}", rule.text)
        for code, text in texts.items():
            found[code] = RULES.get(code) or LabelledRule(code, op.section, InvalidError, text)
    return found
