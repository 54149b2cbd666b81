"""Symbolic sizes: what `x.shape[0]` gives while a function is traced.

Arithmetic stays symbolic. Whatever needs the number itself freezes it, with a guard. Not
a subclass of int, because NumPy reads such an object without asking it.
"""

from __future__ import annotations

import math
import numbers
import operator
from collections.abc import Callable
from typing import Any

from ..schema import dims
from ..schema.dims import Dim, Known
from ..schema.types import INT
from . import rules
from .context import Trace, active
from .scope import Scope, Step, Val


class SymbolicInt:
    """An integer that is an expression of the sizes of the arguments."""

    __slots__ = ("_dim", "_scope", "_trace", "__weakref__")

    def __init__(self, trace: Trace, scope: Scope, dim: Dim) -> None:
        self._trace = trace
        self._scope = scope
        self._dim = dim

    # --- within the tracer ---

    def _tb_dim(self, trace: Trace) -> Dim:
        """The size in the symbols of the function that is being traced."""
        if trace is not self._trace or trace.over:
            raise rules.LEAK.fail(trace.where, got=f"the size {self!r}")
        return _move(self._scope.symbols.resolve(self._dim), self._scope, trace.scope, trace)

    def _now(self) -> tuple[Trace, Dim]:
        trace = active()
        if trace is None or trace is not self._trace or trace.over:
            raise rules.LEAK.fail("", got=f"the size {self!r}", hint="keep no sizes of a trace after it")
        return trace, self._tb_dim(trace)

    def _example(self) -> int:
        return self._scope.symbols.value(self._scope.symbols.resolve(self._dim))

    def _tensor(self) -> Any:
        """The size as an array of shape ``()`` that takes part in promotion like a Python int."""
        from .proxy import Proxy

        trace, dim = self._now()
        return Proxy(trace, size_value(trace, dim), weak=True)

    # --- arithmetic ---

    def __add__(self, other: object) -> Any:
        return _arith(self, other, dims.add, operator.add)

    def __radd__(self, other: object) -> Any:
        return _arith(self, other, lambda a, b: dims.add(b, a), lambda a, b: b + a)

    def __sub__(self, other: object) -> Any:
        return _arith(self, other, dims.sub, operator.sub)

    def __rsub__(self, other: object) -> Any:
        return _arith(self, other, lambda a, b: dims.sub(b, a), lambda a, b: b - a)

    def __mul__(self, other: object) -> Any:
        if isinstance(other, (str, bytes, list, tuple)):
            return other * operator.index(self)
        return _arith(self, other, dims.mul, operator.mul)

    def __rmul__(self, other: object) -> Any:
        return self.__mul__(other)

    def __floordiv__(self, other: object) -> Any:
        return _arith(self, other, dims.floordiv, operator.floordiv)

    def __rfloordiv__(self, other: object) -> Any:
        return _arith(self, other, lambda a, b: dims.floordiv(b, a), lambda a, b: b // a)

    def __mod__(self, other: object) -> Any:
        return _arith(self, other, dims.mod, operator.mod)

    def __rmod__(self, other: object) -> Any:
        return _arith(self, other, lambda a, b: dims.mod(b, a), lambda a, b: b % a)

    def __divmod__(self, other: object) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def __lshift__(self, other: Any) -> Any:
        return self * (1 << operator.index(other))

    def __rshift__(self, other: Any) -> Any:
        return self // (1 << operator.index(other))

    def __and__(self, other: Any) -> Any:
        mask = operator.index(other)
        return self % (mask + 1) if mask >= 0 and not mask & (mask + 1) else operator.index(self) & mask

    __rand__ = __and__

    def __or__(self, other: Any) -> Any:
        return operator.index(self) | operator.index(other)

    __ror__ = __or__

    def __xor__(self, other: Any) -> Any:
        return operator.index(self) ^ operator.index(other)

    __rxor__ = __xor__

    def __invert__(self) -> Any:
        return -self - 1

    def __neg__(self) -> Any:
        trace, dim = self._now()
        assert not isinstance(dim, dims.Unknown)
        return size(trace, dims.neg(dim))

    def __pos__(self) -> SymbolicInt:
        return self

    def __abs__(self) -> Any:
        return self if dims.nonnegative(_known(self._now()[1])) else abs(operator.index(self))

    def __pow__(self, other: object) -> Any:
        if isinstance(other, int) and 0 <= other <= 8:
            made: Any = 1
            for _ in range(other):
                made = self * made
            return made
        return self._tensor() ** other

    def __rpow__(self, other: Any) -> Any:
        return other ** self._tensor()

    def __truediv__(self, other: object) -> Any:
        other = other._tensor() if isinstance(other, SymbolicInt) else other
        return self._tensor() / other

    def __rtruediv__(self, other: Any) -> Any:
        return other / self._tensor()

    # --- comparison: by the normal form, or frozen ---

    def __eq__(self, other: object) -> Any:
        return _compare(self, other, "==", dims.equal, operator.eq)

    def __ne__(self, other: object) -> Any:
        return _negated(_compare(self, other, "==", dims.equal, operator.eq))

    def __le__(self, other: object) -> Any:
        return _compare(self, other, "<=", dims.less_equal, operator.le)

    def __lt__(self, other: object) -> Any:
        return _compare(self, other, "<", _less, operator.lt)

    def __ge__(self, other: object) -> Any:
        return _negated(_compare(self, other, "<", _less, operator.lt))

    def __gt__(self, other: object) -> Any:
        return _negated(_compare(self, other, "<=", dims.less_equal, operator.le))

    def __bool__(self) -> bool:
        return not _compare(self, 0, "==", dims.equal, operator.eq)

    # --- what needs the number ---

    def __index__(self) -> int:
        return freeze_size(self, "was used as a plain int", "keep to arithmetic, shapes and xp functions")

    def __int__(self) -> int:
        return freeze_size(self, "was turned into a plain int", "leave out int()")

    def __float__(self) -> float:
        return float(
            freeze_size(
                self, "was turned into a float", "use n ** 0.5 or np.sqrt(n) rather than functions of math"
            )
        )

    def __complex__(self) -> complex:
        return complex(float(self))

    def __hash__(self) -> int:
        return hash(freeze_size(self, "was hashed", "do not look sizes up in a dict or set"))

    def __str__(self) -> str:
        return str(freeze_size(self, "was turned into text", "print repr(n) to look at it"))

    def __format__(self, spec: str) -> str:
        value = freeze_size(self, "was turned into text", "print repr(n) to look at it")
        return format(value, spec)

    def __round__(self, digits: int | None = None) -> Any:
        return self

    def __trunc__(self) -> Any:
        return self

    __floor__ = __ceil__ = __trunc__

    def __repr__(self) -> str:
        return f"<size {dims.dim_text(self._scope.symbols.resolve(self._dim))}, here {self._example()}>"

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        import numpy as np

        return np.asarray(
            freeze_size(self, "was turned into a NumPy number", "use np.asarray(n), or n itself"), dtype
        )

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        moved = [value._tensor() if isinstance(value, SymbolicInt) else value for value in inputs]
        first = self._tensor()
        return first.__array_ufunc__(ufunc, method, *moved, **kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        from .numpy_functions import dispatch

        return dispatch(func, args, kwargs)

    @property
    def real(self) -> SymbolicInt:
        return self

    @property
    def imag(self) -> int:
        return 0

    @property
    def numerator(self) -> SymbolicInt:
        return self

    @property
    def denominator(self) -> int:
        return 1

    def bit_length(self) -> int:
        return operator.index(self).bit_length()

    def is_integer(self) -> bool:
        return True


numbers.Integral.register(SymbolicInt)


def size(trace: Trace, dim: Dim) -> Any:
    """A dimension for the traced code: an int, or a `SymbolicInt`."""
    dim = trace.compact(dim)
    return dim if isinstance(dim, int) else SymbolicInt(trace, trace.scope, dim)


def _known(dim: Dim) -> Known:
    assert not isinstance(dim, dims.Unknown)
    return dim


def _less(a: Dim, b: Dim) -> bool | None:
    found = dims.less_equal(b, a)
    return None if found is None else not found


def _arith(
    left: SymbolicInt, right: object, symbolic: Callable[[Any, Any], Known], plain: Callable[[Any, Any], Any]
) -> Any:
    trace, dim = left._now()
    if isinstance(right, SymbolicInt):
        return size(trace, symbolic(dim, right._tb_dim(trace)))
    if isinstance(right, bool) or (isinstance(right, numbers.Integral) and hasattr(right, "__index__")):
        return size(trace, symbolic(dim, operator.index(right)))
    if isinstance(right, (float, complex)):
        return plain(left._tensor(), right)
    return NotImplemented


def _compare(
    left: SymbolicInt,
    right: Any,
    sign: str,
    known: Callable[[Dim, Dim], bool | None],
    plain: Callable[[Any, Any], bool],
) -> Any:
    if hasattr(right, "__array_ufunc__") and not isinstance(right, (SymbolicInt, numbers.Number)):
        return NotImplemented  # an array, which compares elements
    if isinstance(right, float) and math.isfinite(right) and not right.is_integer():
        return sign != "==" and plain(
            freeze_size(left, "was compared with a float", "compare with ints"), right
        )
    if isinstance(right, float) and not math.isfinite(right):
        return plain(0, right)
    if not isinstance(right, (numbers.Integral, float)):
        if sign == "==":
            return False
        raise TypeError(f"'{sign}' not supported between a symbolic size and {type(right).__name__}")
    trace, a = left._now()
    b = trace.dim(right)
    answer = known(a, b)
    if answer is not None:
        return answer
    symbols = trace.scope.symbols
    if trace.ghost:
        got = f"{dims.dim_text(a)} {sign} {dims.dim_text(b)}"
        raise rules.GHOST.fail(trace.where, got=f"a comparison of sizes, {got}")
    answer = plain(symbols.value(a), symbols.value(b))
    if _is_fixed(trace, a) and _is_fixed(trace, b):
        return answer
    text = f"{dims.dim_text(a)} {sign} {dims.dim_text(b)}"
    from .guards import compare_sizes, decided_sizes

    decided = decided_sizes(trace, a, b, sign, answer) if trace.asked_by_user(2) else None
    if decided is not None:
        return decided
    compare_sizes(trace, a, b, sign, answer)
    trace.freeze(
        "dim",
        f"the comparison of sizes {text} is frozen as {answer}",
        'the program refuses inputs for which it is otherwise: trace with branches="explore",'
        " or choose with tb.cond(np.asarray(size) == ..., ...)",
    )
    return answer


def _negated(answer: Any) -> Any:
    return answer if answer is NotImplemented else not answer


def _is_fixed(trace: Trace, dim: Dim) -> bool:
    """Whether a guard of the current function says what a size is."""
    return isinstance(dim, int) or ("fixed", dim) in trace.scope.constants


def freeze_size(number: SymbolicInt, what: str, remedy: str) -> int:
    """The number itself, with a guard that it stays that number."""
    from .guards import fixed_size

    trace, dim = number._now()
    if isinstance(dim, int):
        return dim
    value = trace.scope.symbols.value(dim)
    place = trace.where
    if _is_fixed(trace, dim) and any(f.reason == "length" and f.place == place for f in trace.frozen):
        return value  # list(x) asks for the length twice
    trace.freeze("length", f"the size {dims.dim_text(dim)} {what} and is frozen as {value}", remedy)
    fixed_size(trace, dim, value)
    return value


def size_number(trace: Trace, dim: Dim) -> Val:
    """A size as an ``int`` of the current function."""
    dim = trace.scope.symbols.resolve(dim)
    if isinstance(dim, int):
        return trace.constant(dim)
    found = trace.scope.sizes.get(dim)
    if found is None:
        (found,) = trace.op("size", (), {"dim": dim})
        trace.scope.sizes[dim] = found
    return found


def size_value(trace: Trace, dim: Dim) -> Val:
    """A size as a tensor ``i64[]`` of the current function."""
    (found,) = trace.op("from_scalar", (size_number(trace, dim),), {"dtype": "i64"})
    return found


def _move(dim: Dim, source: Scope, target: Scope, trace: Trace) -> Dim:
    """`dim` of the function `source` in the symbols of the function `target`."""
    dim = source.symbols.resolve(dim)
    if source is target or isinstance(dim, int):
        return dim
    if target.is_inside(source):
        assert target.parent is not None
        outside = _move(dim, source, target.parent, trace)
        found = target.symbols.from_outer(outside)
        return _bring(outside, target, trace) if found is None else found
    found = source.symbols.to_outer(dim)
    assert source.parent is not None
    return _move(_lift(dim, source, trace) if found is None else found, source.parent, target, trace)


def _lift(dim: Dim, source: Scope, trace: Trace) -> Dim:
    """A size that only a function knows, in its caller: a further result, bound to a symbol there."""
    assert source.parent is not None
    here = trace.scope
    try:
        trace.scope = source
        number = size_number(trace, dim)
        trace.scope = source.parent
        outside = trace.local(number)
        made = trace.scope.symbols.new("n", number.example, fresh=True)
        trace.add(Step("bind", "", [outside], {"symbol": str(dims.symbol_name(made))}))
    finally:
        trace.scope = here
    name = dims.symbol_name(dim)
    if name is not None:
        source.symbols.outer[name] = made
    return made


def _bring(dim: Dim, target: Scope, trace: Trace) -> Dim:
    """A caller's size that no argument has: passed as an int, and bound to a symbol."""
    assert target.parent is not None and target.call is not None
    inner = trace.scope
    trace.scope = target.parent
    try:
        number = size_number(trace, dim)
    finally:
        trace.scope = inner
    symbols = target.symbols
    made = symbols.new("n", target.parent.symbols.value(dim), fresh=True)
    name = str(dims.symbol_name(made))
    symbols.outer[name] = dim
    param = target.add_param(INT, number.example, name)
    target.call.inputs.append(number)
    target.steps.insert(0, Step("bind", "", [param], {"symbol": name}))
    return made
