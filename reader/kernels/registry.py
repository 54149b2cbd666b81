"""The table of kernels, keyed by operator name. SPEC 8.

A kernel is ``kernel(xp, *operands, **attributes)`` and gives one value, or a tuple for
operators with several results. `xp` is NumPy, CuPy or another array namespace; operands
were checked against the declaration and are never written to. Attributes come as plain
values: dtypes by name, dimensions as integers, constants as arrays or Python scalars, the
type of a record as its `tracebox.schema.ir.RecordClass`.
A variadic operand comes as one tuple; an operand left out as None.

Values are Python's: a list is a `list` and a dict a `dict` that nobody changes once made,
a tuple a `tuple`, an optional the value or None, a record a `tracebox.reader.values.Record`,
int, float, bool, complex and str themselves. A tensor without axes may be a NumPy scalar.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

Kernel = Callable[..., Any]

KERNELS: dict[str, Kernel] = {}

#: Operators that are one function of the namespace, called with the operands alone: the
#: engine binds that function itself, so that nothing stands between plan and library.
DIRECT: dict[str, str] = {}

#: Those of them that the namespace does not get right on complex numbers, with the module of this
#: folder that does: its table ``COMPLEX`` has a function ``f(xp, *operands)`` for the operator.
MENDED: dict[str, str] = {}

#: Kernels whose result may share memory with an operand; no engine may overwrite either.
#: A kernel that is not listed gives arrays that nothing else looks into.
VIEWS: set[str] = set()

#: ``prepare(xp, attrs, types) -> callable or None``: called once per node while planning,
#: for kernels that gain from constants computed ahead. `types` are the operands' static
#: types. The callable takes the operands alone. Nodes with symbolic attributes are not prepared.
PREPARE: dict[str, Callable[[Any, dict[str, Any], tuple[Any, ...]], Kernel | None]] = {}

#: Kernels that change their first operand and give it back, for lists, dicts and tensors that
#: the planner proved nobody else looks at. They take what the operator's kernel takes.
INPLACE: dict[str, Kernel] = {}

#: Python functions that are one expression, for generated code: ``{0}`` and ``{1}`` are the operands, ``{k}``
#: the function itself, to be called where it fails; ``t`` may be assigned to.
EXPRESSIONS: dict[Any, str] = {}

#: Kernels of several results that need not make all. They take ``wanted``, the positions of the
#: results that something uses, and may give None for others.
CHOOSY: set[str] = set()

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

_imported: set[str] = set()


class OperatorError(Exception):
    """A run-time error of an operator: `code` as in its declaration's `errors`, and what was found.

    The error of an operator in a composite's body has that operator's name in front: ``svd.E1``.
    """

    def __init__(self, code: str, got: str = "") -> None:
        super().__init__(code, got)
        self.code = code
        self.got = got


def kernel(name: str, *, view: bool = False) -> Callable[[Kernel], Kernel]:
    """Register the kernel of the operator `name`."""

    def register(function: Kernel) -> Kernel:
        KERNELS[name] = function
        if view:
            VIEWS.add(name)
        return function

    return register


def direct(name: str, function: str, *, mended: str = "") -> None:
    """Register the namespace's `function` as the kernel of the operator `name`.

    On complex numbers it is that of the module `mended`, if that is given.
    """
    DIRECT[name] = function
    if mended:
        MENDED[name] = mended

    def call(xp: Any, *operands: Any) -> Any:
        if mended and xp.isdtype(operands[0].dtype, "complex floating"):
            return complex_function(name)(xp, *operands)
        return getattr(xp, function)(*operands)

    KERNELS[name] = call


def complex_function(name: str) -> Kernel:
    """The function of an operator on complex numbers; its module is imported when it is needed."""
    found: Kernel = import_module(f"{__package__}.{MENDED[name]}").COMPLEX[name]
    return found


def prepare(name: str) -> Callable[[Callable[..., Kernel | None]], Callable[..., Kernel | None]]:
    """Register a planner-time specialisation of the operator `name`'s kernel."""

    def register(function: Callable[..., Kernel | None]) -> Callable[..., Kernel | None]:
        PREPARE[name] = function
        return function

    return register


def inplace(name: str) -> Callable[[Kernel], Kernel]:
    """Register the in-place form of the operator `name`'s kernel."""

    def register(function: Kernel) -> Kernel:
        INPLACE[name] = function
        return function

    return register


def item(x: Any) -> Any:
    """The one element of `x` as a Python scalar: the only way from a device to the host."""
    if hasattr(x, "item"):
        return x.item()
    kind = str(x.dtype)
    for word, convert in (("bool", bool), ("int", int), ("float", float)):
        if word in kind:
            return convert(x)
    return complex(x)


def load_family(family: str) -> None:
    """Import the kernels of one family."""
    if family not in _imported:
        import_module(f"{__package__}.{family}")
        _imported.add(family)


def kernels() -> dict[str, Kernel]:
    """All kernels by operator name."""
    for family in FAMILIES:
        load_family(family)
    return KERNELS
