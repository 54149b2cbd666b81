"""``__array_ufunc__``: NumPy's ufuncs on traced arrays."""

from __future__ import annotations

from typing import Any

import numpy as np

from . import rules
from .context import active
from .elementwise import elementwise, has_ufunc, loop_dtypes, where
from .promote import convert, is_operand
from .proxy import Proxy
from .suggest import unsupported

_REDUCTIONS = {
    "add": "sum",
    "multiply": "prod",
    "maximum": "max",
    "minimum": "min",
    "logical_and": "all",
    "logical_or": "any",
}


def dispatch(ufunc: Any, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """A ufunc, or its ``reduce`` or ``accumulate``, with a traced array among the operands."""
    name = ufunc.__name__
    out = kwargs.pop("out", None)
    if method == "__call__":
        found = _call(ufunc, name, inputs, kwargs)
    elif method in ("reduce", "accumulate", "outer"):
        found = _method(name, method, inputs, kwargs)
    else:
        raise unsupported(f"np.{name}.{method}")
    return found if out is None else _into(out, inputs, found)


def _call(ufunc: Any, name: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    if not all(map(is_operand, inputs)):
        if any(isinstance(value, (list, tuple)) for value in inputs):
            from .creation import asarray

            inputs = tuple(asarray(v) if isinstance(v, (list, tuple)) else v for v in inputs)
        else:
            return NotImplemented
    chosen = kwargs.pop("where", True)
    dtype = kwargs.pop("dtype", None)
    for ignored in ("casting", "order", "subok"):
        kwargs.pop(ignored, None)
    if kwargs:
        raise unsupported(f"np.{name} with {', '.join(kwargs)}=")
    if name == "matmul":
        from .linear import matmul

        return matmul(*inputs)
    if name in ("divmod", "modf", "frexp"):
        return _several(name, inputs)
    if name in ("matvec", "vecmat"):
        from .linear import matvec, vecmat

        return (matvec if name == "matvec" else vecmat)(*inputs)
    if name == "vecdot":
        from .linear import vecdot

        return vecdot(*inputs)
    if getattr(np, name, None) is not ufunc:
        return _foreign(ufunc, inputs, dtype, chosen)
    if not has_ufunc(name):
        raise unsupported(f"np.{name}")
    if dtype is not None:
        inputs = tuple(convert(value, dtype) for value in inputs)
    found = elementwise(name, *inputs)
    if chosen is not True:
        raise unsupported(f"np.{name} with where=", "np.where")
    return found


def _foreign(ufunc: Any, inputs: tuple[Any, ...], dtype: Any, chosen: Any) -> Any:
    """Another library's ufunc, which is known by its name, or is compiled code that nobody can look into."""
    from .special import FUNCTIONS

    known = FUNCTIONS.get(ufunc.__name__)
    if known is None or dtype is not None or chosen is not True or len(inputs) != ufunc.nin:
        raise unsupported(
            f"the ufunc {ufunc.__name__}", "xp.special, or a custom operator: it is compiled code"
        )
    return known(*inputs)


def _several(name: str, inputs: tuple[Any, ...]) -> Any:
    if name == "divmod":
        return elementwise("floor_divide", *inputs), elementwise("remainder", *inputs)
    if name == "modf":
        x = convert(inputs[0], loop_dtypes(np.modf, inputs)[0])
        whole = elementwise("trunc", x)
        part = where(elementwise("isinf", x), np.zeros((), x.dtype), elementwise("subtract", x, whole))
        return elementwise("copysign", part, x), whole
    raise unsupported(f"np.{name}")


def _method(name: str, method: str, inputs: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    from . import reductions

    x = inputs[0]
    if method == "reduce" and name in _REDUCTIONS:
        function = getattr(reductions, _REDUCTIONS[name] + "_")
        kwargs = {k: v for k, v in kwargs.items() if k in ("axis", "keepdims", "dtype") and v is not None}
        return function(x, **{"axis": 0, **kwargs})
    if method == "accumulate" and name == "add":
        return reductions.cumulative_sum(x, axis=kwargs.get("axis", 0))
    if method == "outer" and has_ufunc(name):
        from .shaping import expand_dims

        y = inputs[1]
        for _ in range(getattr(y, "ndim", 0)):
            x = expand_dims(x, axis=-1)
        return elementwise(name, x, y)
    raise unsupported(f"np.{name}.{method}")


def _into(out: Any, inputs: tuple[Any, ...], found: Any) -> Any:
    """``out=``: a traced array takes the result; `a += p` on a plain `a` rebinds `a`."""
    (target,) = out if isinstance(out, tuple) else (out,)
    if target is None:
        return found
    if isinstance(target, Proxy):
        target._replace(found if found.dtype == target.dtype else convert(found, target.dtype))
        return target
    if target is inputs[0]:
        return convert(found, target.dtype)
    trace = active()
    raise rules.MUTATE.fail(
        trace.where if trace else "",
        got="out= with a plain array",
        hint="use the result instead: a plain array cannot take a traced one",
    )
