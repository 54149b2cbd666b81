"""Traced arrays: what stands for an array while a function is traced.

A traced array is a value with an example. Item assignment and ``+=`` give the Python
object another value, as they change a NumPy array. Views know what they show, so that what
is written to them is written there, and the other way round.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

from . import rules
from .attributes import dtype_name, dtype_of
from .context import Trace, active
from .scope import Captured, Val
from .sharing import Kin, check, was_changed
from .spans import result_dropped

if TYPE_CHECKING:
    from .fields import FieldRead


class View:
    """How a traced array shows the memory of another: there, and back again.

    `backward` is None where NumPy might have copied, or made the view read-only.
    """

    __slots__ = ("parent", "forward", "backward", "key", "plain")

    def __init__(
        self,
        parent: Proxy,
        forward: Callable[[Proxy], Proxy],
        backward: Callable[[Proxy, Proxy], Proxy] | None,
        *,
        key: object = None,
        plain: bool = False,
    ) -> None:
        self.parent = parent
        self.forward = forward
        self.backward = backward
        #: The index that made it, so that ``x[key] += y`` is noticed.
        self.key = key
        #: Whether the elements lie in memory in the order of the shape.
        self.plain = plain


class Proxy:
    """A traced array. Made by the tracer alone."""

    __slots__ = (
        "_trace",
        "_source",
        "_weak",
        "_view",
        "_version",
        "_seen",
        "_field",
        "_kin",
        "_own",
        "_kept",
        "__weakref__",
    )
    __array_priority__ = 1e6
    __hash__ = None  # type: ignore[assignment]

    def __init__(
        self, trace: Trace, source: Val | Captured, *, weak: bool = False, view: View | None = None
    ) -> None:
        self._trace = trace
        self._source = source
        #: Whether it gives way in promotion, as a Python number does.
        self._weak = weak
        self._view = view
        #: Counts the values that it has had, and which one of its parent's it shows.
        self._version = 0
        self._seen = view.parent._version if view is not None else 0
        #: The field that this array was read from.
        self._field: FieldRead | None = None
        #: What it has in common with arrays that it may be; see `sharing`.
        self._kin: dict[Kin, int] | None = None
        self._own: Kin | None = None
        #: Whether it may be a field's array without writing it.
        self._kept = False
        trace.proxies.append(ref(self))

    def _refresh(self) -> None:
        """Show what the parent's memory now holds."""
        if self._view is None:
            if self._field is not None:
                self._field.refresh(self)
            if self._kin is not None:
                check(self)
            return
        parent = self._view.parent
        parent._refresh()
        if parent._version != self._seen:
            if self._trace.on_write is not None:
                self._trace.on_write(self, shown=True)
            self._source = self._view.forward(parent)._source
            self._version += 1
            self._seen = parent._version

    def _value(self, trace: Trace) -> Val:
        """The recorded value, for the function that is being traced."""
        if trace is not self._trace or trace.over:
            raise self._leaked(trace.where)
        self._refresh()
        source = self._source
        return trace.param(source) if isinstance(source, Captured) else trace.local(source)

    def _leaked(self, where: str) -> Exception:
        place = self._source.place if isinstance(self._source, Val) else None
        made = f", made at {place}" if place else ""
        return rules.LEAK.fail(
            where,
            got=f"{self._label()}, kept after its trace{made}",
            hint="return it, or keep it in a field of a Module",
        )

    def _label(self) -> str:
        source = self._source
        if isinstance(source, Captured):
            return f"{source.name}: {source.array.dtype}{list(source.array.shape)}"
        return f"{source.name}: {source.scope.symbols.resolve_type(source.type)}"

    def _now(self) -> tuple[Trace, Val]:
        trace = active()
        if trace is None:
            if not self._trace.over:
                raise rules.THREAD.fail(self._label(), hint="run the trace in one thread")
            raise self._leaked("")
        return trace, self._value(trace)

    @property
    def __class__(self) -> Any:
        """What isinstance asks, so that a traced array passes for NumPy's; its type it is not."""
        return np.ndarray

    @__class__.setter
    def __class__(self, cls: type) -> None:
        raise TypeError("the class of a traced array cannot be changed")

    @property
    def _example(self) -> Any:
        source = self._source
        return source.array if isinstance(source, Captured) else source.example

    # --- attributes ---

    @property
    def shape(self) -> tuple[Any, ...]:
        """The shape; sizes that vary are symbolic."""
        from .apply import sizes

        if isinstance(self._source, Captured):
            return tuple(map(int, self._source.array.shape))
        return sizes(*self._now())

    @property
    def dtype(self) -> np.dtype[Any]:
        """NumPy's dtype."""
        source = self._source
        if isinstance(source, Captured):
            return dtype_of(dtype_name(source.array.dtype, ""))
        return dtype_of(source.tensor.dtype or "")

    @property
    def ndim(self) -> int:
        return len(self._example.shape)

    @property
    def size(self) -> Any:
        """The number of elements; symbolic where the shape is."""
        total: Any = 1
        for n in self.shape:
            total = total * n
        return total

    @property
    def itemsize(self) -> int:
        return self.dtype.itemsize

    @property
    def nbytes(self) -> Any:
        return self.size * self.itemsize

    @property
    def device(self) -> str:
        return "cpu"

    def to_device(self, device: str, /, *, stream: object = None) -> Proxy:
        from .creation import on_cpu

        on_cpu(device)
        return self

    def __repr__(self) -> str:
        return f"<traced {self._label()}>"

    # --- conversions that freeze ---

    def __bool__(self) -> bool:
        if result_dropped(sys._getframe(1)) and self._now()[1].example.size == 1:
            return bool(self._example)
        answer = _decided(self)
        if answer is not None:
            return answer
        remedy = 'use where or tb.cond, or trace with branches="explore"'
        return bool(_freeze(self, "branch", "the truth", remedy))

    def __int__(self) -> int:
        number: Any = np.trunc(self) if self.dtype.kind == "f" else self
        return int(_freeze(number, "int", "the int", "keep it an array"))

    def __index__(self) -> int:
        if self.dtype.kind not in "iu" or self.ndim:
            raise TypeError("only integer arrays of shape () can be turned into an index")
        return int(_freeze(self, "int", "the index", "keep it an array: x[i], np.take, tb.for_loop"))

    def __float__(self) -> float:
        return float(_freeze(self, "float", "the float", "keep it an array"))

    def __complex__(self) -> complex:
        return complex(_freeze(self, "value", "the complex", "keep it an array"))

    def item(self, *args: Any) -> Any:
        """The only element as a Python number, frozen."""
        array = self if not args else self[args if len(args) > 1 else args[0]]
        reason = {"b": "value", "i": "int", "u": "int", "f": "float"}.get(self.dtype.kind, "value")
        return _freeze(array, reason, "the item", "keep it an array").item()

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("len() of an array of shape ()")
        first = self.shape[0]
        if isinstance(first, int):
            return first
        from .integral import freeze_size

        return freeze_size(first, "was asked for by len()", "use x.shape[0], which stays symbolic")

    def __iter__(self) -> Any:
        if not self.ndim:
            raise TypeError("iteration over an array of shape ()")
        first = self.shape[0]
        if not isinstance(first, int):
            from .integral import freeze_size

            remedy = "use operations on the whole axis, or name a fixed size in inputs="
            first = freeze_size(first, "was iterated over", remedy)
        return iter([self[index] for index in range(first)])

    def __contains__(self, item: object) -> bool:
        found: Any = (self == item).any()  # type: ignore[attr-defined]
        answer = _decided(found) if isinstance(found, Proxy) else None
        return bool(found) if answer is None else answer

    def __array__(self, *args: object, **kwargs: object) -> Any:
        trace = active()
        raise rules.CONVERT.fail(
            trace.where if trace else "",
            got=self._label(),
            hint="compiled code cannot be traced; for np.float32(x) write x.astype, for array[x] "
            "np.take(array, x, axis=0)",
        )

    def __dlpack__(self, **options: object) -> Any:
        hint = "xp.from_dlpack takes a traced array as it is"
        raise rules.CONVERT.fail(self._trace.where, got=self._label(), hint=hint)

    def __dlpack_device__(self) -> tuple[int, int]:
        return (1, 0)  # the host's memory

    def __array_namespace__(self, /, *, api_version: str | None = None) -> Any:
        from . import namespace

        return namespace

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        from .numpy_ufuncs import dispatch

        return dispatch(ufunc, method, inputs, kwargs)

    def __array_function__(self, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
        from .numpy_functions import dispatch

        return dispatch(func, args, kwargs)

    # --- indexing ---

    def __getitem__(self, key: Any) -> Any:
        from .indexing import get

        return get(self, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        from .assigning import updated

        view = value._view if isinstance(value, Proxy) else None
        if view is not None and view.parent is self and view.key is key and value._seen == self._version:
            return  # the second half of x[key] += y, which the first has done
        self._now()
        self._replace(updated(self, key, value))

    def _replace(self, new: Proxy) -> None:
        """Give this array another value, as NumPy would write into its memory."""
        trace = active()
        where = trace.where if trace else ""
        if isinstance(self._source, Captured):
            raise rules.MUTATE.fail(
                where,
                got=f"an assignment into the captured array {self._source.name}",
                hint="what changes between calls is a field: self.name = tracebox.field(initial)",
            )
        view = self._view
        if view is not None and view.backward is None:
            raise rules.MUTATE.fail(
                where,
                got="an assignment into a view that may be a copy, or that is read-only",
                hint="copy() it before, or write to the array that it shows",
            )
        if self._kept:
            got = f"a change of {self._label()}, which may be what a field holds"
            raise rules.ALIAS.fail(where, got=got, hint="change a copy: y = y.copy()")
        if self._trace.on_write is not None:
            self._trace.on_write(self)
        self._source = new._source
        self._version += 1
        was_changed(self)
        if view is not None and view.backward is not None:
            view.parent._replace(view.backward(view.parent, self))
            self._seen = view.parent._version
        if self._field is not None:
            self._field.write(self)

    # --- copying keeps the value, pickling does not ---

    def __copy__(self) -> Proxy:
        return self.copy()

    def __deepcopy__(self, memo: object) -> Proxy:
        return self.copy()

    def copy(self, order: str = "C") -> Proxy:
        """The same value, on its own."""
        trace, value = self._now()
        return Proxy(trace, value, weak=self._weak)

    def __reduce__(self) -> Any:
        raise rules.CONVERT.fail(
            self._trace.where, got=self._label(), hint="a traced array cannot be pickled"
        )

    def __getattr__(self, name: str) -> Any:
        from .methods import missing

        raise missing(name)


def _decided(array: Proxy) -> bool | None:
    """Which way to go at a branch that the user's code takes, if branches are explored."""
    trace, value = array._now()
    if trace.exploration is None or trace.ghost or value.fixed or array.ndim or not trace.asked_by_user(2):
        return None
    return trace.exploration.decide(array)


def _freeze(array: Proxy, reason: str, what: str, remedy: str) -> Any:
    from .guards import freeze_number

    trace, value = array._now()
    return freeze_number(trace, value, reason, what, remedy)


def traced(value: object) -> bool:
    """Whether `value` is a traced array."""
    return isinstance(value, Proxy)
