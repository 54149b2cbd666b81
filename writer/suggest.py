"""Refusals by name, with the nearest function that there is."""

from __future__ import annotations

from difflib import get_close_matches

from ..schema.errors import TraceError
from . import rules
from .context import active

#: What to use instead of functions whose names do not tell.
INSTEAD: dict[str, str] = {
    "apply_along_axis": "operations on the whole axis",
    "apply_over_axes": "np.sum(x, axis=(0, 1), keepdims=True) and the like",
    "einsum_path": "np.einsum",
    "frexp": "log2 and floor",
    "gcd": "loops before the trace, or remainder",
    "geomspace": "np.logspace",
    "histogram2d": "comparisons and sum",
    "histogramdd": "comparisons and sum",
    "i0": "np.exp and a polynomial",
    "isnat": "integers for dates",
    "lcm": "loops before the trace, or remainder",
    "nanmedian": "np.nanmean, or np.median of numbers alone",
    "nanpercentile": "np.percentile of numbers alone",
    "nanquantile": "np.quantile of numbers alone",
    "packbits": "shifts and sum",
    "piecewise": "nested where",
    "poly": "np.convolve of the factors",
    "polyadd": "sums of the coefficients",
    "polyder": "slices and products of the coefficients",
    "polydiv": "the division before the trace",
    "polyfit": "np.linalg.pinv(np.vander(x, n)) @ y",
    "polyint": "slices and quotients of the coefficients",
    "polymul": "np.convolve",
    "polysub": "differences of the coefficients",
    "random.normal": "xp.random with a key",
    "ravel_multi_index": "i * columns + j",
    "real_if_close": "np.real",
    "resize": "np.tile and a slice",
    "roots": "np.roots before the trace",
    "save": "the array as a result, and save it there",
    "savetxt": "the array as a result, and save it there",
    "savez": "the array as a result, and save it there",
    "savez_compressed": "the array as a result, and save it there",
    "trim_zeros": "a slice",
    "unpackbits": "np.bitwise_right_shift and np.bitwise_and",
    "vectorize": "operations on whole arrays",
    # attributes and methods of arrays
    "base": "the array itself",
    "byteswap": "astype; a program's bytes have one order",
    "ctypes": "the array itself",
    "data": "the array itself",
    "dump": "tracebox.save",
    "dumps": "tracebox.save",
    "getfield": "astype",
    "setfield": "x[...] = values",
    "flags": "the array itself; compiled code cannot be traced",
    "setflags": "the array itself",
    "strides": "shape; the engine lays memory out",
    "tobytes": "the array itself",
    "tofile": "the array as a result, and save it there",
    "tolist": "the array itself",
    "view": "astype",
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
