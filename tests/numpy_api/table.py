"""What the tracer makes of each of NumPy's functions, and of the methods of its arrays.

``python -m tests.numpy_api.table`` prints the page docs/numpy.md.
"""

from __future__ import annotations

import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tracebox import TraceError, TraceWarning, trace
from tracebox.writer.suggest import INSTEAD

from . import samples
from .samples import ARRAYS

#: Functions that take no array, or take files and text alone; a trace runs them and keeps the result.
PLAIN = frozenset(
    (
        "array2string",
        "array_repr",
        "array_str",
        "asmatrix",
        "bartlett",
        "base_repr",
        "binary_repr",
        "blackman",
        "bmat",
        "busday_count",
        "busday_offset",
        "datetime_as_string",
        "datetime_data",
        "diag_indices",
        "format_float_positional",
        "format_float_scientific",
        "frombuffer",
        "fromfile",
        "fromfunction",
        "fromiter",
        "frompyfunc",
        "fromregex",
        "fromstring",
        "genfromtxt",
        "get_include",
        "get_printoptions",
        "getbufsize",
        "geterr",
        "geterrcall",
        "hamming",
        "hanning",
        "indices",
        "info",
        "is_busday",
        "isdtype",
        "kaiser",
        "load",
        "loadtxt",
        "mask_indices",
        "min_scalar_type",
        "mintypecode",
        "nested_iters",
        "printoptions",
        "promote_types",
        "set_printoptions",
        "setbufsize",
        "seterr",
        "seterrcall",
        "show_config",
        "show_runtime",
        "test",
        "tril_indices",
        "triu_indices",
        "typename",
        "fft.fftfreq",
        "fft.rfftfreq",
    )
)


class Entry:
    """A function or method: its name, the call that shows it, what that is lowered to or refused with."""

    def __init__(self, name: str, call: str) -> None:
        self.name = name
        self.call = call
        self.operators: tuple[str, ...] = ()
        self.refused = ""

    @property
    def bare(self) -> str:
        return self.name.removeprefix("np.").removeprefix("array.")


def functions() -> Iterator[Entry]:
    """NumPy's public functions and ufuncs, those of ``linalg`` and ``fft`` too."""
    for prefix, module in (("", np), ("linalg.", np.linalg), ("fft.", np.fft)):
        for short in sorted(set(module.__all__)):
            value = getattr(module, short)
            if isinstance(value, (type, types.ModuleType)) or not callable(value):
                continue
            name = prefix + short
            operands = "x, y" if getattr(value, "nin", 1) == 2 or name in samples.BINARY else "x"
            yield Entry(f"np.{name}", samples.FUNCTIONS.get(name, f"np.{name}({operands})"))


def methods() -> Iterator[Entry]:
    """The public methods and attributes of NumPy's arrays."""
    for name in sorted(n for n in dir(np.ndarray) if not n.startswith("_")):
        default = f"x.{name}" if name in samples.ATTRIBUTES else f"x.{name}()"
        yield Entry(f"array.{name}", samples.METHODS.get(name, default))


def sample(entry: Entry) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """The entry's call as a function, and the arrays that it is called on."""
    code = compile(entry.call, "<sample>", "eval")
    names = [name for name in ARRAYS if name in _names(code)]
    function: Callable[..., Any] = eval(f"lambda {', '.join(names)}: {entry.call}", {"np": np})
    return function, tuple(ARRAYS[name].copy() for name in names)


def _names(code: types.CodeType) -> set[str]:
    found = {*code.co_names, *code.co_varnames}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found |= _names(constant)
    return found


def examine(entry: Entry) -> Any:
    """Trace the entry's call and note what comes of it; the program, or None where it is refused."""
    function, arrays = sample(entry)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", TraceWarning)
        try:
            program = trace(function, *arrays)
        except TraceError as error:
            entry.refused = str(error)
            return None
    found = {node.name for body in _functions(program.program) for node in body if node.kind == "op"}
    entry.operators = tuple(sorted(found))
    return program


def _functions(program: Any) -> Iterator[Any]:
    for cls in program.classes:
        for method in cls.methods:
            yield method.body.nodes


def remedy(entry: Entry) -> str:
    """What the error names instead."""
    return INSTEAD.get(entry.bare, "")


# --- the page -------------------------------------------------------------------

_HEAD = """# NumPy in a trace

What `tracebox.trace` makes of NumPy's functions, and of the methods and attributes of its arrays, when a
traced array is among the arguments. Written by `make generate` from the calls in
`tests/numpy_api/samples.py`; a test traces each call, saves it, loads it, runs it, and compares the result
with NumPy's, and checks that what is refused is refused by name. Two of the ways in which a function can be
lowered to nothing: the result is known from the type alone (`np.ndim`), or the array is given back as it is
(`np.asarray`).

An option that a function has no operator for (`where=`, a mode of `np.pad`) is refused by name, too.
"""


def page() -> str:
    """The page docs/numpy.md."""
    parts = [_HEAD]
    for title, entries in (
        ("Functions and ufuncs", [e for e in functions() if "." not in e.bare]),
        ("numpy.linalg and numpy.fft", [e for e in functions() if "." in e.bare]),
        ("Methods and attributes of arrays", list(methods())),
    ):
        plain = [entry for entry in entries if entry.bare in PLAIN]
        rest = [entry for entry in entries if entry.bare not in PLAIN]
        refused = [entry for entry in rest if examine(entry) is None]
        covered = [entry for entry in rest if entry not in refused]
        parts.append(f"## {title}\n\n{len(covered)} covered, {len(refused)} refused.\n")
        parts.append("| | the call that is tested | operators |\n|---|---|---|")
        parts += [f"| `{e.bare}` | `{_cell(e.call)}` | {', '.join(e.operators)} |" for e in covered]
        if refused:
            parts.append("\n| refused | use instead |\n|---|---|")
            parts += [f"| `{e.bare}` | {_cell(remedy(e))} |" for e in refused]
        if plain:
            names = ", ".join(f"`{entry.bare}`" for entry in plain)
            parts.append(f"\nTake no arrays, or files and text alone; a trace keeps the result: {names}.")
        parts.append("")
    return "\n".join(parts).rstrip() + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    print(page(), end="")
