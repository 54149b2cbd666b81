"""The trace that is running: it evaluates operators as it records them. SPEC 10.1 is about
running programs; this module is about what makes them."""

from __future__ import annotations

import sys
import threading
import warnings
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

from ..schema import dims
from ..schema.dims import Dim, Expr
from ..schema.infer import Inference, with_defaults
from ..schema.ir import Attr, Const, DTypeAttr, TensorConst
from ..schema.names import fresh_name
from ..schema.nodes import MAX_CONST_BYTES, const_type
from ..schema.registry import Op, find
from ..schema.types import BOOL, TensorType, Type
from . import ghosts, rules
from .attributes import (
    const_array,
    dtype_name,
    little_endian,
)
from .operators import evaluated
from .scope import Captured, Scope, Step, Unit, Val
from .spans import Place, Spans
from .warn import Frozen, TraceWarning

if TYPE_CHECKING:
    from .capture import Capture
    from .explore.exploration import Exploration
    from .explore.following import Following
    from .sharing import Kin

_ACTIVE = threading.local()

#: Expressions of sizes that have more parts, or are nested deeper, get a symbol of their own.
LONG_DIM, DEEP_DIM = 48, 6


def active() -> Trace | None:
    """The trace that runs in this thread."""
    found: Trace | None = getattr(_ACTIVE, "trace", None)
    return found


class Trace:
    """One run of `tracing.trace`."""

    def __init__(self, root: Unit, method: str, folder: str, *, strict: bool = False) -> None:
        self.root = root
        self.strict = strict
        self.spans = Spans(folder)
        self.scope = Scope(root, method, None)
        self.units: dict[int, Unit] = {}
        self.frozen: list[Frozen] = []
        self.captured: dict[int, Captured] = {}
        self.proxies: list[ref[Any]] = []
        self.state: dict[tuple[int, str], Any] = {}
        self.custom: dict[str, Scope] = {}
        self.known_arrays: dict[int, Captured] = {}
        self.kept: list[Any] = []
        #: Ints that are never negative.
        self.counted: set[Val] = set()
        self.thread = threading.get_ident()
        self.over = False
        #: Whether a forked call is being traced.
        self.forking = False
        #: What runs every path, if branches are explored.
        self.exploration: Exploration | None = None
        #: What was inferred for operators of these types and attributes.
        self.inferred: dict[object, Inference] = {}
        #: The run along another path that did the same so far.
        self.following: Following | None = None
        #: Whether something was run several times, and calls may be left that stand in no path.
        self.repeated = False
        #: Whether values are known by their types alone: nothing is evaluated, and nothing frozen.
        self.ghost = False
        #: What wraps the arrays that the code holds.
        self.capture: Capture | None = None
        #: What is told of arrays that are about to change.
        self.on_write: Callable[..., None] | None = None
        #: What is told of arrays that were read from fields; set together with `on_write`.
        self.on_read: Callable[..., None] | None = None
        #: What stands for the array that each field holds, and where the field was set.
        self.held: dict[tuple[int, str], tuple[Kin, object]] = {}

    # --- running ---

    def __enter__(self) -> Trace:
        self._outer = active()
        _ACTIVE.trace = self
        return self

    def __exit__(self, *exc: object) -> None:
        _ACTIVE.trace = self._outer

    @property
    def where(self) -> str:
        place = self.spans.here()
        return str(place) if place else self.scope.name

    def asked_by_user(self, depth: int) -> bool:
        """Whether the frame `depth` above the caller is the user's: neither ours nor NumPy's."""
        return not self.spans.is_own(sys._getframe(depth + 1).f_code.co_filename)

    # --- values across functions ---

    def local(self, value: Val) -> Val:
        """`value` as the function that is being traced sees it."""
        scope = self.scope
        if value.block is not None and not value.block.open:
            raise rules.BLOCK.fail(self.where, got=f"{value.name}, used after its branch or turn")
        if value.scope is scope:
            return value
        if scope.is_inside(value.scope):
            return self._import(value, scope)
        return self.local(self._export(value))

    def _import(self, value: Val, scope: Scope) -> Val:
        """Bring a caller's value in by a further parameter, of every function on the way."""
        found = scope.imported.get(value)
        if found is not None:
            return found
        assert scope.parent is not None and scope.call is not None
        outside = value if value.scope is scope.parent else self._import(value, scope.parent)
        made = self.parameter(scope, outside, value.name)
        scope.imported[value] = made
        scope.call.inputs.append(outside)
        return made

    def parameter(self, scope: Scope, outside: Val, name: str) -> Val:
        """A parameter of `scope` for the caller's value: its sizes become symbols of the function."""
        t = outside.scope.symbols.resolve_type(outside.type)
        if isinstance(t, TensorType) and t.shape is not None:
            shape: list[Dim] = []
            for axis, dim in enumerate(t.shape):
                if isinstance(dim, int):
                    shape.append(dim)
                else:
                    size = int(outside.example.shape[axis])
                    shape.append(scope.symbols.new(f"{name}_{axis}", size, outer=dim))
            t = TensorType(t.dtype, tuple(shape))
        return scope.add_param(t, outside.example, name, outside.inexact)

    def _export(self, value: Val) -> Val:
        """The caller's value for one that a function made which has ended: a further result."""
        inner = value.scope
        outer = inner.parent
        if outer is None or inner.call is None:
            raise rules.LEAK.fail(self.where, got=value.name)
        found = inner.exported.get(value)
        if found is None and inner.forked:
            raise rules.FORK.fail(self.where, got=f"{value.name}, which is no result of the forked call")
        if found is None:
            inner.results.append(value)
            found = inner.exported[value] = self.outside(inner, value)
            inner.call.results.append(found)
        return found

    def outside(self, inner: Scope, value: Val) -> Val:
        """A value of the caller for the result `value` of the function `inner`."""
        outer = inner.parent
        assert outer is not None
        t = inner.symbols.resolve_type(value.type)
        if isinstance(t, TensorType) and t.shape is not None:
            shape = tuple(self._outside_dim(inner, outer, dim) for dim in t.shape)
            t = TensorType(t.dtype, shape)
        made = Val(outer, t, value.example, value.name, value.inexact, value.place)
        made.block = inner.block_around
        return made

    def _outside_dim(self, inner: Scope, outer: Scope, dim: Dim) -> Dim:
        for name in dims.symbols_of(inner.symbols.resolve(dim)):
            if name in inner.symbols.fresh and name not in inner.symbols.outer:
                made = outer.symbols.new("n", inner.symbols.examples[name], fresh=True)
                inner.symbols.outer[name] = made
        found = inner.symbols.to_outer(dim)
        return dims.UNKNOWN if found is None else found

    # --- recording ---

    def add(self, step: Step, place: Place | None = None) -> Step:
        """Record a step of the current function."""
        place = place or self.spans.here()
        step.span = place.span if place else None
        block = self.scope.block
        (self.scope.steps if block is None else block.steps).append(step)
        return step

    def hoist(self, step: Step) -> None:
        """Record a step that stands before all blocks, and whose results are seen in all of them."""
        scope = self.scope
        block, scope.block = scope.block, None
        for value in step.results:
            value.block = None
        self.add(step)
        scope.block = block

    def constant(self, value: Const, name: str = "c") -> Val:
        """A constant of the current function; equal ones are one."""
        key = (type(value), repr(value) if isinstance(value, (float, complex)) else value)
        found = self.scope.constants.get(key)
        if found is None:
            example = const_array(value) if isinstance(value, TensorConst) else value
            found = Val(self.scope, const_type(value), example, name)
            found.fixed = True
            self.hoist(Step("const", attrs={"value": value}, results=[found]))
            self.scope.constants[key] = found
        return found

    def array(self, array: np.ndarray[Any, Any], name: str = "c") -> Val:
        """A plain array as a value: an inline constant, or a parameter if it is large."""
        known = self.captured.get(id(array))
        if known is not None and known.array is array:
            return self.param(known)
        dtype = dtype_name(array.dtype, self.where)
        if array.nbytes <= MAX_CONST_BYTES:
            if array.ndim:
                self._report(array, quiet=True)
            return self.constant(TensorConst(dtype, array.shape, little_endian(array)), name)
        place = self.spans.here()
        made = self.known_arrays.get(id(array))
        if made is None:
            made = Captured(array.copy(), None, place.target if place and place.target else "constant")
            self.known_arrays[id(array)] = made
            self.kept.append(array)
        self._report(array, quiet=False)
        return self.param(made)

    def _report(self, array: np.ndarray[Any, Any], *, quiet: bool) -> None:
        """Say that an array turned up in mid-trace, and is now part of the program."""
        if self.ghost:
            return  # a constant of the source
        self.freeze(
            "constant",
            f"an array that turned up in mid-trace, {array.dtype}{list(array.shape)}, is frozen",
            "make it before the trace if it never changes, or pass it in",
            guarded=False,
            quiet=quiet,
        )

    def param(self, captured: Captured) -> Val:
        """A captured array as a parameter of the module whose method is being traced."""
        scope = self.scope
        found = scope.captured.get(id(captured))
        if found is None and scope.op_body is not None:
            found = scope.captured[id(captured)] = self.local(self._outer_param(scope, captured))
        if found is None:
            name = self._param_name(scope.unit, captured)
            array = captured.array
            t = TensorType(dtype_name(array.dtype, self.where), tuple(map(int, array.shape)))
            found = scope.captured[id(captured)] = Val(scope, t, array, name)
            found.fixed = True
            self.hoist(Step("param", name, results=[found]))
        return found

    def _outer_param(self, scope: Scope, captured: Captured) -> Val:
        """A captured array as the caller's parameter: the body of a custom operator has none."""
        assert scope.parent is not None
        self.scope = scope.parent
        try:
            return self.param(captured)
        finally:
            self.scope = scope

    def _param_name(self, unit: Unit, captured: Captured) -> str:
        for name, known in unit.params.items():
            if known is captured:
                return name
        wish = captured.names.get(id(unit.source), captured.name)
        name = fresh_name(wish, {*unit.params, *unit.fields, *unit.children, *unit.submodules})
        unit.params[name] = captured
        return name

    def op(self, name: str, operands: Sequence[Val | None], attrs: dict[str, Any]) -> tuple[Val, ...]:
        """Evaluate an operator on the examples and record it."""
        op = find(name)
        if op is None:
            raise rules.FUNCTION.fail(self.where, got=name)
        place = self.spans.here()
        inputs = [self.local(value) for value in operands if value is not None]
        full = with_defaults(op, self._attrs(op, attrs))
        results = self._taken_over(name, inputs, full, place)
        if results is None:
            inputs, results = evaluated(self, op, full, inputs, place)
        self.add(Step("op", name, inputs, full, results, None), place)
        return tuple(self._known_sizes(value) for value in results)

    def _taken_over(
        self, name: str, inputs: list[Val], full: dict[str, Attr], place: Place | None
    ) -> list[Val] | None:
        """The results as an earlier run along another path had them, if it did the same here."""
        following = self.following
        if following is None or following.block is not self.scope.block:
            return None
        step = following.step(name, inputs, full, place)
        return None if step is None else [value.again() for value in step.results]

    def _attrs(self, op: Op, attrs: dict[str, Any]) -> dict[str, Attr]:
        made: dict[str, Attr] = {}
        kinds = {decl.name: decl.kind.rstrip("?") for decl in op.attrs}
        for name, value in attrs.items():
            kind = kinds.get(name)
            if kind == "dtype" and isinstance(value, str):
                value = DTypeAttr(value)
            elif kind == "dims":
                value = tuple(self.dim(item) for item in value)
            elif kind == "dim" and value is not None:
                value = self.dim(value)
            elif kind in ("ints", "strs") and value is not None:
                value = tuple(value)
            made[name] = value
        for decl in op.attrs:
            if decl.kind == "symbol" and decl.name not in made:
                symbol = self.scope.symbols.new("n", 0, fresh=True)
                made[decl.name] = dims.symbol_name(symbol)
        return made

    def dim(self, value: Any) -> Dim:
        """An int or a symbolic size as a dimension of the current function."""
        own = getattr(value, "_tb_dim", None)
        if own is not None:
            found: Dim = own(self)
            return found
        return value if isinstance(value, Expr) else int(value)

    def _known_sizes(self, value: Val) -> Val:
        """`value` itself, or refined so that each of its sizes is known and none a long expression."""
        t = value.type
        if not isinstance(t, TensorType) or t.shape is None:
            return value
        if any(isinstance(d, dims.Unknown) for d in t.shape):
            value = self.refine(value, None)
        shape = tuple(map(self.compact, value.shape))
        return value if shape == value.shape else self.refine(value, shape)

    def compact(self, dim: Dim) -> Dim:
        """`dim`, or a symbol that is bound to it if it is a long expression."""
        symbols = self.scope.symbols
        dim = symbols.resolve(dim)
        if not isinstance(dim, Expr) or (dim.size <= LONG_DIM and dim.depth <= DEEP_DIM):
            return dim
        found = symbols.compacted.get(dim)
        if found is None:
            (number,) = self.op("size", (), {"dim": dim})
            found = symbols.compacted[dim] = symbols.new("n", symbols.value(dim), fresh=True)
            name = str(dims.symbol_name(found))
            symbols.definitions[name] = dim
            self.add(Step("bind", "", [number], {"symbol": name}))
        return found

    def refine(self, value: Val, shape: tuple[Dim, ...] | None) -> Val:
        """`value` checked at run time to have `shape`, or with fresh symbols for unknown sizes."""
        t = value.tensor
        symbols: list[str] = []
        sizes: list[Dim] = []
        for axis, dim in enumerate(shape if shape is not None else t.shape or ()):
            if isinstance(dim, dims.Unknown):
                made = self.scope.symbols.new("n", int(value.example.shape[axis]), fresh=True)
                symbols.append(str(dims.symbol_name(made)))
                dim = made
            sizes.append(dim)
        refined = TensorType(t.dtype, tuple(sizes))
        result = Val(self.scope, refined, value.example, value.name, value.inexact, value.place)
        self.add(Step("refine", "", [value], {"type": refined, "symbols": tuple(symbols)}, [result]))
        return result

    # --- branches ---

    def explored(
        self, function: Callable[..., Any], args: Any = (), kwargs: Any = None, *, changes: bool = False
    ) -> Any:
        """The result of a call that is recorded, along every path if branches are explored.

        `changes` says that the caller sees what the call does to lists and dicts that it was given.
        """
        if self.exploration is None:
            return function(*args, **kwargs or {})
        return self.exploration.run(self, function, args, kwargs or {}, changes=changes)

    def make_up(self) -> bool:
        """Whether what the example cannot give may be made up, so that a path is recorded all the same."""
        return self.exploration is not None and self.exploration.make_up()

    @property
    def made_up(self) -> bool:
        """Whether some value of the path that is run is made up."""
        return self.exploration is not None and self.exploration.made_up

    def on_example(self) -> AbstractContextManager[object]:
        """Inside, branches go as on the example alone, since nothing of it is recorded."""
        return nullcontext() if self.exploration is None else self.exploration.on_example()

    def ghost_value(self, t: Type, name: str, inexact: bool = True) -> Val:
        """A value of the current function that is known by its type alone."""
        example = ghosts.example(t, self.scope.symbols)
        return Val(self.scope, t, example, name, inexact, self.spans.here())

    # --- what is frozen ---

    def freeze(
        self, reason: str, message: str, remedy: str, *, guarded: bool = True, quiet: bool = False
    ) -> None:
        """Note that something was frozen: a warning, or an error in a strict trace."""
        place = self.spans.here()
        at = str(place) if place else self.scope.name
        if self.ghost and reason != "constant":
            raise rules.GHOST.fail(at, got=message, hint=remedy)
        if self.made_up and reason != "constant":
            raise rules.EXPLORE.fail(at, got=f"{message}, on a path that no example runs", hint=remedy)
        if self.strict and not quiet:
            raise rules.STRICT.fail(at, got=message, hint=remedy)
        found = Frozen(reason=reason, place=at, message=message, remedy=remedy, guarded=guarded)
        if found in self.frozen:
            return
        self.frozen.append(found)
        if not quiet:
            warnings.warn_explicit(
                str(found), TraceWarning, place.file if place else "<trace>", place.span.line if place else 1
            )

    def guard(self, condition: Val, message: str, reason: str) -> None:
        """Record a guard that the scalar `condition` is true."""
        assert condition.type is BOOL
        self.add(Step("guard", "", [condition], {"message": message, "reason": reason}))
