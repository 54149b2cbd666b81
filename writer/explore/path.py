"""What one run along a path leaves: its steps, its decisions, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ...schema.dims import Dim
from ...schema.errors import TraceError
from .. import rules
from ..context import Trace
from ..integral import SymbolicInt, size_number
from ..proxy import Proxy
from ..scope import BlockSteps, Captured, Step, Val
from ..sharing import Kin
from ..spans import Place


class Unjoined(TraceError):
    """The results of the paths of a call do not fit together. The caller may be explored with it."""


class Stuck(TraceError):
    """A path that the example cannot run: another one may, or values that are made up."""


class Decision:
    """A branch: before step `at` of its path, on the bool `truth`, which went as `answer` says."""

    __slots__ = ("at", "truth", "answer", "place")

    def __init__(self, at: int, truth: Val, answer: bool, place: Place | None) -> None:
        self.at = at
        self.truth = truth
        self.answer = answer
        self.place = place


class Slot:
    """A traced value in a result: an array, or a size that is `dim` where that is known."""

    __slots__ = ("value", "weak", "dim", "arrays")

    def __init__(
        self, value: Val, weak: bool = False, dim: Dim | None = None, arrays: tuple[Proxy, ...] = ()
    ) -> None:
        self.value = value
        self.weak = weak
        self.dim = dim
        #: What it was on the paths; it may be one of these.
        self.arrays = arrays


class Raised:
    """A path that ended in an exception of the program's own."""

    __slots__ = ("name", "message", "error", "place")

    def __init__(self, name: str, message: str, error: Exception, place: Place | None) -> None:
        self.name = name
        self.message = message
        self.error = error
        self.place = place


#: Traced arrays have no hash.
Changes = dict[int, tuple[Proxy, Val]]


class Recording:
    """What follows a decision: steps, then a result, or an exception.

    `changed` holds the arrays from outside that were changed in place, by their ids, with what
    they are now.
    """

    __slots__ = ("steps", "result", "changed", "raised")

    def __init__(
        self, steps: list[Step], result: Any, changed: Changes, raised: Raised | None = None
    ) -> None:
        self.steps = steps
        self.result = result
        self.changed = changed
        self.raised = raised


class Path:
    """One run: what it recorded into `block`, and the decisions on the way."""

    __slots__ = (
        "block",
        "forced",
        "decisions",
        "result",
        "changed",
        "raised",
        "state",
        "names",
        "plain",
        "fields",
        "stale",
        "made_up",
    )

    def __init__(self, block: BlockSteps, forced: tuple[bool, ...]) -> None:
        self.block = block
        self.forced = forced
        self.decisions: list[Decision] = []
        self.result: Any = None
        self.changed: Changes = {}
        self.raised: Raised | None = None
        self.state: dict[tuple[int, str], Any] = {}
        #: What arrays and fields had in common in the end: see `rewind`.
        self.stale: set[tuple[int, Kin]] = set()
        self.fields: dict[tuple[int, str], tuple[Kin, object]] = {}
        #: Symbols that the run made, with their sizes in the example.
        self.names: dict[str, int] = {}
        #: Whether some value is made up, since an operator fails on every example.
        self.made_up = False
        #: What the attributes of modules were in the end, apart from fields.
        self.plain: dict[int, dict[str, Any]] = {}

    @property
    def answers(self) -> tuple[bool, ...]:
        return tuple(decision.answer for decision in self.decisions)

    def described(self) -> str:
        """The decisions in words."""
        parts = [f"{decision.place} is {decision.answer}" for decision in self.decisions]
        shown = parts if len(parts) <= 6 else [*parts[:3], "...", *parts[-2:]]
        return ", ".join(shown)


def slots_of(trace: Trace, value: Any) -> Any:
    """`value` with the traced arrays and sizes in it as slots of the function that is traced."""
    if isinstance(value, Proxy):
        source = value._source
        if isinstance(source, Captured):
            return value
        return Slot(value._value(trace), value._weak, arrays=(value,))
    if isinstance(value, SymbolicInt):
        dim = value._tb_dim(trace)
        return Slot(size_number(trace, dim), dim=dim)
    if isinstance(value, (tuple, list)):
        items = [slots_of(trace, item) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if type(value) is dict:
        return {key: slots_of(trace, item) for key, item in value.items()}
    return value


def filled(value: Any, give: Callable[[Slot], Any]) -> Any:
    """`value` with `give` of each slot in its place."""
    if isinstance(value, Slot):
        return give(value)
    if isinstance(value, (tuple, list)):
        items = [filled(item, give) for item in value]
        return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
    if type(value) is dict:
        return {key: filled(item, give) for key, item in value.items()}
    return value


class Pair:
    """Two slots in one place of the results of two paths."""

    __slots__ = ("first", "second")

    def __init__(self, first: Slot, second: Slot) -> None:
        self.first = first
        self.second = second


def paired(trace: Trace, a: Any, b: Any, where: str, path: str = "result") -> Any:
    """The results of two paths as one, with a pair where they differ.

    Raises
    ------
    TraceError
        ``trace.branches`` where they differ in structure, or in what is no array or number.
    """
    if a is b:
        return a
    if isinstance(a, (tuple, list)) and type(a) is type(b) and len(a) == len(b):
        items = [paired(trace, x, y, where, f"{path}[{i}]") for i, (x, y) in enumerate(zip(a, b))]
        return type(a)(*items) if hasattr(a, "_fields") else type(a)(items)
    if type(a) is dict and type(b) is dict and list(a) == list(b):
        return {key: paired(trace, a[key], b[key], where, f"{path}[{key!r}]") for key in a}
    if _same(a, b):
        return a
    first, second = _slot(trace, a, b), _slot(trace, b, a)
    if first is None or second is None:
        hint = "give results of one structure in all branches, numbers of one type"
        expected = f"{path} as in the other branch, {_shown(a)}"
        raise rules.BRANCHES.fail(where, expected=expected, got=_shown(b), hint=hint)
    return Pair(first, second)


def _same(a: Any, b: Any) -> bool:
    """Whether two plain values need no choice."""
    if isinstance(a, Slot) or isinstance(b, Slot) or type(a) is not type(b):
        return False
    if isinstance(a, (bool, int, float, complex, np.generic)):
        return repr(a) == repr(b)  # -0.0 is not 0.0, and NaN is NaN
    if isinstance(a, Proxy):
        return a._source is b._source
    if isinstance(a, np.ndarray):
        return bool(a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes())
    try:
        return a is b or bool(a == b)
    except (TypeError, ValueError):
        return False


_NUMBERS = (bool, int, float, complex)


def _slot(trace: Trace, value: Any, other: Any) -> Slot | None:
    """A plain value as a slot, if it may stand beside `other`."""
    if isinstance(value, Slot):
        if value.dim is None or (isinstance(other, Slot) and other.dim is not None) or type(other) is int:
            return value
        return None
    if isinstance(value, Proxy):
        return Slot(value._value(trace))
    if isinstance(value, (np.ndarray, np.generic)):
        return Slot(trace.array(np.asarray(value)))
    if type(value) not in _NUMBERS:
        return None
    if isinstance(other, Slot) and other.dim is not None:
        return Slot(trace.constant(value), dim=value) if type(value) is int else None
    if type(other) in _NUMBERS:
        return Slot(trace.array(np.asarray(value)), weak=True) if type(value) is type(other) else None
    dtype = Proxy(trace, other.value).dtype if isinstance(other, Slot) else np.asarray(other).dtype
    made = np.asarray(value)
    if (made.dtype.kind == "c" and dtype.kind != "c") or (made.dtype.kind == "f" and dtype.kind not in "fc"):
        return None
    return Slot(trace.array(made.astype(dtype)), weak=isinstance(other, Slot) and other.weak)


def _shown(value: Any) -> str:
    if isinstance(value, Slot):
        return "a size" if value.dim is not None else str(value.value.tensor)
    if isinstance(value, (tuple, list, dict)):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, _NUMBERS) or value is None or isinstance(value, str):
        return f"{value!r}"
    return f"a {type(value).__name__}"
