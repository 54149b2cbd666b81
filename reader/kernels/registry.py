"""The table of kernels, keyed by operator name. SPEC 8.

A kernel is ``kernel(xp, *operands, **attributes)`` and gives one array, or a tuple for
operators with several results. `xp` is NumPy, CuPy or another array namespace; operands
were checked against the declaration. Attributes come as plain values: dtypes by name, dimensions as integers.
A variadic operand comes as one tuple; an operand left out as None.
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

#: Kernels whose result may share memory with an operand; no engine may overwrite either.
VIEWS: set[str] = set()

#: ``prepare(xp, attrs, types) -> callable or None``: called once per node while planning,
#: for kernels that gain from constants computed ahead. `types` are the operands' static types.
PREPARE: dict[str, Callable[[Any, dict[str, Any], tuple[Any, ...]], Kernel | None]] = {}

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
)


class OperatorError(Exception):
    """A run-time error of an operator: `code` as in its declaration's `errors`, and what was found."""

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


def direct(name: str, function: str) -> None:
    """Register the namespace's `function` as the kernel of the operator `name`."""
    DIRECT[name] = function
    KERNELS[name] = lambda xp, *operands: getattr(xp, function)(*operands)


def prepare(name: str) -> Callable[[Callable[..., Kernel | None]], Callable[..., Kernel | None]]:
    """Register a planner-time specialisation of the operator `name`'s kernel."""

    def register(function: Callable[..., Kernel | None]) -> Callable[..., Kernel | None]:
        PREPARE[name] = function
        return function

    return register


def kernels() -> dict[str, Kernel]:
    """All kernels by operator name."""
    if not KERNELS:
        for family in FAMILIES:
            import_module(f"{__package__}.{family}")
    return KERNELS
