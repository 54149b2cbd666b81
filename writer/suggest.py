"""Refusals by name, with the nearest function that there is."""

from __future__ import annotations

from difflib import get_close_matches

from ..schema.errors import TraceError
from . import rules
from .context import active

#: What to use instead of functions whose names do not tell.
INSTEAD: dict[str, str] = {
    "apply_along_axis": "operations on the whole axis",
    "vectorize": "operations on whole arrays",
    "convolve": "xp.nn.conv",
    "select": "nested where",
    "piecewise": "nested where",
    "put": "x[indices] = values",
    "putmask": "where",
    "copyto": "x[...] = values",
    "place": "where",
    "fill": "x[...] = value",
    "tolist": "the array itself",
    "tobytes": "the array itself",
    "view": "astype",
    "data": "the array itself",
    "interp": "take on the table, and arithmetic",
    "frexp": "log2 and floor",
    "gcd": "loops before the trace, or remainder",
    "lcm": "loops before the trace, or remainder",
    "isnat": "integers for dates",
    "random.normal": "xp.random with a key",
}


class TraceAttributeError(TraceError, AttributeError):
    """A traced array lacks an attribute; also an AttributeError, so that hasattr works."""


def unsupported(name: str, instead: str = "") -> TraceError:
    """The error for a function that has no operator."""
    trace = active()
    return TraceError(
        rules.FUNCTION.problem(trace.where if trace else "", got=name, hint=_hint(name, instead))
    )


def missing_attribute(name: str, known: list[str]) -> TraceAttributeError:
    """The error for an attribute or method that traced arrays lack."""
    trace = active()
    near = get_close_matches(name, known, 1, 0.7)
    hint = f"use {INSTEAD[name]}" if name in INSTEAD else f"use {near[0]}" if near else ""
    return TraceAttributeError(
        rules.METHOD.problem(trace.where if trace else "", got=f"array.{name}", hint=hint)
    )


def _hint(name: str, instead: str) -> str:
    if instead:
        return f"use {instead}"
    bare = name.removeprefix("np.").partition(" ")[0]
    if bare in INSTEAD:
        return f"use {INSTEAD[bare]}"
    from .elementwise import OPERATORS
    from .functions import SPECIAL
    from .numpy_functions import FUNCTIONS

    names = [*(key for key in FUNCTIONS), *OPERATORS, *SPECIAL]
    near = get_close_matches(bare, [other for other in names if other != bare], 1, 0.7)
    return f"the nearest is np.{near[0]}" if near else "docs/tracing.md lists what there is"
