"""Engines: the array namespace that kernels are handed, and the way in and out of it. SPEC 10.6."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from ..schema import dtypes
from ..schema.ir import TensorConst
from .rules import RUN_ENGINE
from .values import STORED_AS, dtype_name

#: The NumPy dtype of the elements of each dtype; the ones that NumPy lacks are unsigned integers.
NUMPY_DTYPES: dict[str, np.dtype[Any]] = {name: np.dtype(stored) for name, stored in STORED_AS.items()}


class Engine:
    """An array namespace `xp`, and what the reader must know about it.

    Parameters
    ----------
    name
        ``numpy``, ``cupy``, or what messages call another one.
    xp
        The namespace.
    array_type
        The class of its arrays.
    inplace
        Whether its elementwise functions take an output as their last positional argument.
    """

    __slots__ = ("name", "xp", "array_type", "inplace", "dtypes")

    def __init__(self, name: str, xp: Any, array_type: type, *, inplace: bool) -> None:
        self.name = name
        self.xp = xp
        self.array_type = array_type
        self.inplace = inplace
        self.dtypes: dict[str, Any] = NUMPY_DTYPES
        if name != "numpy":
            self.dtypes = {
                key: getattr(xp, stored, dtype)
                for (key, stored), dtype in zip(STORED_AS.items(), NUMPY_DTYPES.values())
            }

    def from_host(self, array: np.ndarray[Any, Any]) -> Any:
        """An array of the namespace with the elements of `array`, which is not changed."""
        return array if self.name == "numpy" else self.xp.asarray(array)

    def parameter(self, array: Any, dtype: str | None) -> Any:
        """A stored tensor as the programs see it: read-only where the library has that."""
        if isinstance(array, np.ndarray):
            stored = NUMPY_DTYPES[dtype] if dtype else _stored(array.dtype)
            if array.dtype != stored:
                array = array.view(stored) if array.dtype.itemsize == stored.itemsize else array
            if array.flags.writeable:
                array = array.view()
                array.flags.writeable = False
        return self.from_host(array) if isinstance(array, np.ndarray) else array

    def constant(self, const: TensorConst) -> Any:
        """A constant of the program."""
        stored = NUMPY_DTYPES[const.dtype]
        array = np.frombuffer(const.data, stored.newbyteorder("<")).reshape(const.shape)
        return self.from_host(array if array.dtype.isnative else array.astype(stored))

    def is_array(self, value: Any) -> bool:
        return isinstance(value, self.array_type)

    def result(self, value: Any) -> Any:
        """A tensor as callers get it: an array, also if it has no axes."""
        return value if isinstance(value, self.array_type) else self.xp.asarray(value)

    def copy(self, array: Any) -> Any:
        """A copy that shares no memory."""
        if isinstance(array, (np.ndarray, np.generic)):
            return np.array(array)
        return array.copy() if hasattr(array, "copy") else self.xp.asarray(array, copy=True)

    def to_host(self, array: Any) -> Any:
        """The elements as a NumPy array."""
        if isinstance(array, (np.ndarray, np.generic)):
            return np.asarray(array)
        if hasattr(array, "get"):
            return array.get()
        return np.from_dlpack(array)


def _stored(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The dtype of a tensor of unknown type: another package's are unsigned integers here."""
    return dtype if dtype.name in dtypes.BY_NUMPY else np.dtype(f"u{dtype.itemsize}")


_ENGINES: dict[str, Engine] = {}


def engine(wanted: str | Engine) -> Engine:
    """The engine of that name.

    Raises
    ------
    UnsupportedError
        ``run.engine``: the name is unknown, or its library is not installed.
    """
    if isinstance(wanted, Engine):
        return wanted
    if wanted not in _ENGINES:
        _ENGINES[wanted] = _make(wanted)
    return _ENGINES[wanted]


def _make(name: str) -> Engine:
    if name == "numpy":
        return Engine("numpy", np, np.ndarray, inplace=True)
    if name != "cupy":
        raise RUN_ENGINE.fail("engine", expected="'numpy' or 'cupy'", got=repr(name))
    try:
        cupy = import_module("cupy")
    except ImportError as error:
        raise RUN_ENGINE.fail("engine", got=str(error), hint="pip install 'tracebox[cupy]'") from error
    return Engine("cupy", cupy, cupy.ndarray, inplace=True)


def numpy_dtype_code(array: Any) -> str | None:
    """The name in the type syntax of an array's dtype, or None if there is none."""
    known = dtypes.BY_NUMPY.get(dtype_name(array))
    return known.name if known else None
