"""Fields of modules in a trace: where they are read, set and changed in place."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..schema import dims
from ..schema.dims import UNKNOWN, Dim
from ..schema.types import TensorType, accepts, type_text
from . import rules
from .attributes import dtype_name
from .context import Trace
from .integral import SymbolicInt
from .module import FieldInfo, Module
from .proxy import Proxy
from .scope import Step, Unit, Val
from .sharing import Kin, join, kin_of
from .units import path_to, unit_of


def _declare(trace: Trace, module: Module, name: str, info: FieldInfo) -> tuple[Unit, TensorType]:
    if trace.scope.op_body is not None:
        raise rules.CUSTOM.fail(trace.where, got=f"the field {name} in {trace.scope.op_body}")
    unit = unit_of(trace, module)
    path_to(trace, trace.scope.unit, unit)
    known = unit.fields.get(name)
    if known is None:
        initial = np.asarray(info.initial)
        shape: tuple[Dim, ...] = tuple(map(int, initial.shape))
        if info.shape is not None:
            shape = tuple(UNKNOWN if n is None else int(n) for n in info.shape)
        t = TensorType(dtype_name(initial.dtype, trace.where), shape)
        known = unit.fields[name] = (t, initial)
    return unit, known[0]


def read_field(trace: Trace, module: Module, name: str, info: FieldInfo) -> Proxy:
    """The field's value at this point of the trace."""
    unit, t = _declare(trace, module, name, info)
    value = trace.state.get((id(module), name))
    example = np.asarray(info.initial if value is None else value)
    made = Val(trace.scope, t, example, name, False, trace.spans.here())
    trace.add(Step("get", name, [], None, [made], target=unit))
    if any(isinstance(d, dims.Unknown) for d in t.shape or ()):
        made = trace.refine(made, None)
    proxy = Proxy(trace, made)
    proxy._field = FieldRead(trace, module, name, info)
    if proxy._field.array.pending:
        raise proxy._field.lost("which a method that was given it has changed, and has not ended")
    join(proxy, [proxy._field.array])
    if trace.on_read is not None:
        trace.on_read(proxy, (id(module), name))
    return proxy


class FieldRead:
    """The field that an array was read from: changes in place show on both sides, as in NumPy."""

    __slots__ = ("trace", "module", "name", "info", "place", "array")

    def __init__(self, trace: Trace, module: Module, name: str, info: FieldInfo) -> None:
        self.trace = trace
        self.module = module
        self.name = name
        self.info = info
        self.place = _place(trace)
        if self.key not in trace.held:
            _hold(trace, self.key)
        #: What all arrays that are read from the field have in common until it is set.
        self.array = trace.held[self.key][0]

    @property
    def key(self) -> tuple[int, str]:
        return id(self.module), self.name

    def passed(self) -> FieldRead:
        """The same for who has called the function that read the field."""
        made = FieldRead(self.trace, self.module, self.name, self.info)
        made.array = self.array
        return made

    def refresh(self, proxy: Proxy) -> None:
        """Let `proxy` show what was changed in place under the field's name, or another one."""
        trace = self.trace
        assert proxy._kin is not None
        if trace.on_write is not None or proxy._kin[self.array] == self.array.writes:
            return  # a script follows names by itself
        if trace.held[self.key][0] is not self.array or _place(trace) != self.place:
            raise self.lost("changed in place under another name since it was read")
        proxy._source = read_field(trace, self.module, self.name, self.info)._source
        proxy._version += 1
        proxy._kin[self.array] = self.array.writes

    def write(self, proxy: Proxy) -> None:
        """Let the field show that `proxy` was changed in place, if it still holds this array."""
        trace = self.trace
        array, place = trace.held[self.key]
        if array is self.array:
            write_field(trace, self.module, self.name, self.info, proxy, changed=True)
        elif trace.on_write is not None or not self.place == place == _place(trace):
            raise self.lost("which was set since then, on some path at least")

    def lost(self, why: str) -> Exception:
        got = f"an array that was read from {type(self.module).__name__}.{self.name}, {why}"
        hint = f"read self.{self.name} again, or take a copy of it at first"
        return rules.ALIAS.fail(self.trace.where, got=got, hint=hint)


def _place(trace: Trace) -> tuple[object, object]:
    return trace.scope, trace.scope.block


def _hold(trace: Trace, key: tuple[int, str]) -> None:
    """From here on a field holds another array."""
    trace.held[key] = Kin(field=key), _place(trace)


def set_field(trace: Trace, module: Module, name: str, info: FieldInfo, value: Any) -> None:
    """Set a field to a copy of `value`, unless that is the field's own array, as after ``self.name += x``.

    If nothing says whether it is, and one of the two is changed later, the other is not used any more.
    """
    key = id(module), name
    held, _ = trace.held.get(key, (None, None))
    unclear = False
    if held is not None and isinstance(value, Proxy) and value._view is None and held in kin_of(value):
        if value._field is not None and value._field.array is held:
            return
        unclear = True
    write_field(trace, module, name, info, value)
    if unclear and held is not None:
        now, _ = trace.held[key]
        now.beyond = frozenset((held,))
        trace.held[key] = now, None
        join(value, [now])
        value._kept = True


def write_field(
    trace: Trace, module: Module, name: str, info: FieldInfo, value: Any, *, changed: bool = False
) -> None:
    """Write the field; the value must be of the field's dtype, rank and fixed sizes.

    `changed` if it holds the same array as before, which was changed in place.
    """
    if trace.forking:
        raise rules.FORK.fail(trace.where, got=f"a write of the field {name}")
    from .apply import value_of
    from .creation import asarray
    from .promote import convert, weak_type

    unit, t = _declare(trace, module, name, info)
    initial = np.asarray(info.initial)
    if not isinstance(value, (Proxy, np.ndarray, SymbolicInt)) and isinstance(weak_type(value), type):
        value = convert(value, initial.dtype)
    found = trace.local(value_of(trace, asarray(value)))
    have = found.tensor
    if have.dtype != t.dtype or len(have.shape or ()) != len(t.shape or ()):
        raise _field_error(trace, module, name, t, have)
    for want, dim in zip(t.shape or (), found.shape):
        if not isinstance(want, dims.Unknown) and not isinstance(dim, dims.Unknown):
            trace.scope.symbols.require_equal(want, dim)
    fits = accepts(t, found.tensor)
    if fits is False:
        raise _field_error(trace, module, name, t, found.tensor)
    if fits is None:
        if tuple(found.example.shape) != tuple(
            n if isinstance(want, dims.Unknown) else want
            for want, n in zip(t.shape or (), found.example.shape)
        ):
            raise _field_error(trace, module, name, t, found.tensor)
        found = trace.refine(found, _refined_shape(t, found))
    trace.state[(id(module), name)] = found.example
    if not changed:
        _hold(trace, (id(module), name))
    trace.add(Step("set", name, [found], target=unit))


def _refined_shape(t: TensorType, found: Val) -> tuple[Dim, ...]:
    return tuple(
        have if isinstance(want, dims.Unknown) else want for want, have in zip(t.shape or (), found.shape)
    )


def _field_error(trace: Trace, module: Module, name: str, want: TensorType, have: TensorType) -> Exception:
    cls = type(module).__name__
    return rules.FIELD.fail(
        trace.where,
        expected=f"{cls}.{name}: {type_text(want)}",
        got=type_text(have),
        hint="convert with astype, or declare sizes that vary: field(initial, shape=(1, None))",
    )
