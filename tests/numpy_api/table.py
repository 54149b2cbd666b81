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
    ["array2string", "array_repr", "array_str", "asmatrix", "bartlett", "base_repr", "binary_repr", "blackman", "bmat", "busday_count", "busday_offset", "datetime_as_string", "datetime_data", "diag_indices", "format_float_positional", "format_float_scientific", "frombuffer", "fromfile", "fromfunction", "fromiter", "frompyfunc", "fromregex", "fromstring", "genfromtxt", "get_include", "get_printoptions", "getbufsize", "geterr", "geterrcall", "hamming", "hanning", "indices", "info", "is_busday", "isdtype", "kaiser", "load", "loadtxt", "mask_indices", "min_scalar_type", "mintypecode", "nested_iters", "printoptions", "promote_types", "set_printoptions", "setbufsize", "seterr", "seterrcall", "show_config", "show_runtime", "test", "tril_indices", "triu_indices", "typename", "fft.fftfreq", "fft.rfftfreq"]
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
