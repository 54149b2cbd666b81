"""The compiler's ground: values and blocks of the program, branches and loops. SPEC 5.7.

Statements are interpreted over values that stand for those of the program. Where paths
part, each is recorded into a block of its own; where they meet, `templates` say what the
variables have in common, and the rest becomes results of the ``if`` or ``loop`` node.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from ...schema import dims
from ...schema.errors import TraceboxError
from ...schema.ir import Span
from ...schema.rules import Rule
from ...schema.types import (
    NONE,
    ContainerType,
    ScalarType,
    TensorType,
    Type,
    accepts,
    dict_of,
    list_of,
    tuple_of,
    type_text,
)
from ..apply import value_of
from ..context import Trace
from ..integral import SymbolicInt, size_number
from ..proxy import Proxy
from ..scope import BlockSteps, Scope, Step, Val
from ..spans import Place
from . import rules
from .frames import DEAD, FALL, RESULT, Absent, Dead, Flow, Frame
from .templates import Mismatch, Template, Widening, common, known_parts, rebuilt
from .values import (
    PYTHON,
    Box,
    DictBox,
    ListBox,
    Named,
    ObjectBox,
    Optional,
    Scalar,
    births,
    class_of,
    describe,
    describe_type,
    is_array,
    scalar_kind,
)

#: Where the compiler's own functions are.
_OWN = str(Path(__file__).parent)

#: Blocks of the program nest at most 32 deep.
MAX_DEPTH = 24
#: How often the types of what a loop carries are widened.
MAX_TURNS = 12

_ZEROS: dict[str, Any] = {"int": 0, "float": 0.0, "bool": False, "complex": 0j, "str": "", "none": None}

Run = Callable[[], "tuple[Flow, Any]"]


class Outcome:
    """What one path recorded and changed."""

    __slots__ = ("block", "flow", "value", "env", "changes", "homes")

    def __init__(
        self,
        block: BlockSteps,
        flow: Flow,
        value: Any,
        env: dict[str, Any],
        changes: dict[int, Change],
        homes: dict[str, int],
    ) -> None:
        self.homes = homes
        self.block = block
        self.flow = flow
        self.value = value
        self.env = env
        self.changes = changes

    def content(self, box: Any) -> Any:
        """What `box` holds at the end of the path."""
        change = self.changes.get(id(box))
        return content_of(box) if change is None else change.new


class Change:
    __slots__ = ("box", "old", "new")

    def __init__(self, box: Any, old: Any) -> None:
        self.box = box
        self.old = old
        self.new: Any = None


def content_of(box: Any) -> Any:
    return (box._source, box._version, box._seen) if isinstance(box, Proxy) else box.content()


def restore(box: Any, content: Any) -> None:
    if isinstance(box, Proxy):
        box._source, box._version, box._seen = content
    else:
        box.restore(content)


class Missing:
    """Stands for the value of a variable on a path that does not set it."""


MISSING = Missing()


class Core:
    """Values, blocks, branches and loops."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.frames: list[Frame] = []
        self.node: ast.AST = ast.Pass()
        self.target = ""
        self._places: dict[tuple[int, str], Place] = {}
        self._journal: dict[int, Change] | None = None
        #: Keeps alive what is known by its identity.
        self._keep: list[Any] = []
        #: Arrays that other names may stand for, with the reason.
        self._tainted: dict[int, str] = {}
        #: What was got out of a list or dict of the program, and that list or dict.
        self._items: dict[int, tuple[Any, Any]] = {}
        self.depth = 0
        #: Lists that loops run over while they are compiled.
        self.running: list[Any] = []
        #: Whether what a loop runs over is being compiled.
        self.starting = False
        #: Parts of arrays, and whose memory they show.
        self._shown: dict[int, tuple[Any, Any]] = {}
        #: What was put into lists and dicts of the program, and whether something was twice.
        self._away: dict[int, Any] = {}
        self._twice = ""
        #: Of each loop that is being compiled, whether a value was there before the turn.
        self.loops: list[Callable[[Any], bool]] = []
        trace.spans.override = self.place
        trace.on_write = self.written

    # --- where we are ---

    @property
    def frame(self) -> Frame:
        """The innermost function."""
        return self.frames[-1]

    def place(self) -> Place | None:
        """The construct that is being compiled."""
        if not self.frames:
            return None
        source = self.frame.source
        key = (id(self.node), self.target)
        found = self._places.get(key)
        if found is None:
            line, column, last, end = source.position(self.node)
            spans = self.trace.spans
            span = Span(spans.named(source.code, self.frame.space), line, column, last, end, source.qualname)
            found = self._places[key] = Place(span, self.target, source.code)
            self._keep.append(self.node)
        return found

    def fail(
        self, rule: Rule, node: ast.AST | None = None, *, expected: str = "", got: str = "", hint: str = ""
    ) -> TraceboxError:
        """The error for a construct, by default the one that is being compiled.

        In functions of the compiler's own it belongs to the call of these.
        """
        depth, node = len(self.frames) - 1, node or self.node
        while depth and self.frames[depth].source.file.startswith(_OWN):
            node = self.frames[depth].site
            depth -= 1
        source, more = self.frames[depth].source, self.chain(depth)
        return source.fail(rule, node, expected=expected, got=got, hint=hint, more=more)

    def chain(self, depth: int) -> str:
        """The calls that lead to the function at a depth, one a line."""
        found = ""
        for inner, outer in zip(self.frames[depth:0:-1], self.frames[depth - 1 :: -1] if depth else []):
            if inner.site is not None:
                found += f"\n  called by {outer.name} at {outer.source.where(inner.site)}"
        return found

    # --- values of the program ---

    def emit(self, name: str, *operands: Any, **attrs: Any) -> Any:
        """Record an operator; operands are scalars, known or not, or values of the program."""
        values = [operand if isinstance(operand, Val) else self.value(operand) for operand in operands]
        found = self.trace.op(name, values, attrs)
        return self.wrap(found[0])

    def scalar(self, value: Any) -> Val:
        """A number, bool or str as a value of the program."""
        if isinstance(value, Scalar):
            return self.trace.local(value.val)
        if isinstance(value, SymbolicInt):
            return size_number(self.trace, value._tb_dim(self.trace))
        if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
            raise self.fail(rules.OPERAND, expected="an int of 64 bits", got=str(value)[:60])
        return self.trace.constant(value)

    def value(self, value: Any) -> Val:
        """Any value as one of the program, of its own type."""
        return self.materialise(value, self.type_of(value))

    def type_of(self, value: Any) -> Type:
        """The type that a value has in the program.

        Raises
        ------
        Mismatch
            It has none.
        """
        if isinstance(value, Proxy):
            source = value._source
            if isinstance(source, Val):
                value._refresh()
                return self._type_here(value._source)  # type: ignore[arg-type]
            return value._value(self.trace).tensor
        if isinstance(value, (np.ndarray, np.generic)):
            return value_of(self.trace, value).tensor
        if value is None:
            return NONE
        kind = scalar_kind(value)
        if kind is not None:
            return next(t for t in PYTHON.values() if t.name == kind)
        if isinstance(value, tuple):
            parts = tuple(map(self.type_of, value))
            fields = getattr(value, "_fields", None)
            return tuple_of(*parts) if fields is None else Named(type(value), fields, parts)
        if isinstance(value, ObjectBox):
            return Named(value.cls, tuple(value.fields), tuple(map(self.type_of, value.fields.values())))
        if isinstance(value, (Optional, ListBox, DictBox)) and value.val is not None:
            return self._type_here(value.val)
        if isinstance(value, ListBox):
            items = list(map(self.type_of, value.items or ()))
            return list_of(common(items, "a list whose items have no known type", "a list of "))
        if isinstance(value, DictBox):
            pairs = (value.items or {}).items()
            key = common([self.type_of(k) for k, _ in pairs], "a dict whose keys have no known type")
            return dict_of(key, common([self.type_of(v) for _, v in pairs], ""))
        raise Mismatch(f"{describe(value)}, which is no value of the program")

    def _type_here(self, val: Val) -> Type:
        """The type of a value in the symbols of the current function, also from a block that is closed."""
        found = val if val.scope is self.trace.scope else self.trace.local(val)
        return found.scope.symbols.resolve_type(found.type)

    def materialise(self, value: Any, t: Type) -> Val:
        """A value of the program for `value`, of a type that `t` accepts."""
        trace = self.trace
        if isinstance(t, TensorType):
            return self._array(value, t)
        if isinstance(t, ScalarType):
            if t is NONE:
                return trace.constant(None)
            found = self.scalar(value)
            if found.type is not t:
                raise Mismatch(f"{type_text(found.type)} and {type_text(t)}")
            return found
        assert isinstance(t, ContainerType), t
        if t.kind == "optional":
            return self._optional(value, t)
        if t.kind == "tuple":
            return self._parts(value, t)
        if value.val is not None:
            return self._converted(value, t)
        if t.kind == "list":
            parts = [self._item(item, t.items[0]) for item in value.items]
            return trace.op("list.new", parts, {"item": t.items[0]})[0]
        entries: list[Val] = []
        for key, item in value.items.items():
            entries += (self.materialise(key, t.items[0]), self._item(item, t.items[1]))
        return trace.op("dict.new", entries, {"key": t.items[0], "value": t.items[1]})[0]

    def _item(self, value: Any, t: Type) -> Val:
        """A value as an item of a list or dict of the program, which has a copy of it."""
        self.put_away(value)
        return self.materialise(value, t)

    def put_away(self, value: Any) -> None:
        """Forbid changes in place of what is put into a list or dict of the program."""
        if isinstance(value, (Box, Proxy)):
            line = self.line(self.node)
            reason = f"{describe(value)}, which was put into a list or dict in line {line}"
            if id(value) in self._away or (self.loops and self.loops[-1](value)):
                self._twice = self._twice or f"{reason}, perhaps twice"
            self._away[id(value)] = value
            self.taint(value, reason)
            if isinstance(value, Proxy):  # it may show another array's memory
                self.taint(self._root(value), reason)

    def got(self, value: Any, owner: Any) -> Any:
        """An item of a list or dict of the program: a copy, which is not changed in place."""
        if isinstance(value, (Box, Proxy)):
            self._items[id(value)] = (value, owner)
            self.taint(
                value, f"{describe(value)} from a {_sort(owner)} of the program, which has a copy of it"
            )
        return value

    def put_back(self, owner: Any, value: Any) -> None:
        """Prepare the change of an item where it stands, as in ``rows[i][j] = x``: it has no other name."""
        self._alone(owner)
        for name, other in self.frame.env.items():
            item, place = self._items.get(id(other), (None, None))
            if item is other and place is owner and other is not value:
                got = f"an item of a {_sort(owner)}, for which {name} stands, too"
                raise self.fail(
                    rules.ALIAS, got=got, hint=f"change {name}, and put it back: rows[i] = {name}"
                )
        self._tainted.pop(id(value), None)
        if isinstance(value, Box):
            value.tainted = ""

    def _alone(self, owner: Any) -> None:
        """Make sure that the items of lists and dicts have no other names that are read later."""
        got, hint = self._twice, "put copies into the list"
        for frame in self.frames:
            live = frame.liveness.after.get(id(frame.stmt)) if frame is self.frame else None
            for name, value in frame.env.items():
                if (live is None or name in live) and value is not owner and self._is_away(value):
                    got, hint = f"an item, for which {name} stands, too", f"put {name}.copy() into the list"
        if got:
            raise self.fail(rules.ALIAS, got=got, hint=hint)

    def _is_away(self, value: Any) -> bool:
        """Whether a value, or a part of it, was put into a list or dict of the program."""
        if id(value) in self._away:
            return True
        found = known_parts(value, content_of)
        return found is not None and any(map(self._is_away, found[2]))

    def away_too(self, made: Any, value: Any) -> None:
        """`made` stands for what `value` was: it may have been put into a list."""
        if isinstance(made, (Box, Proxy)) and self._is_away(value):
            self._away[id(made)] = made

    def _parts(self, value: Any, t: ContainerType) -> Val:
        """A tuple of the program, of a tuple or of an object, which is not changed in place afterwards."""
        items = value
        if isinstance(value, ObjectBox):
            if class_of(t) is not value.cls or tuple(value.fields) != getattr(t, "fields", ()):
                raise Mismatch(f"{describe(value)} and {describe_type(t)}")
            items = list(value.fields.values())
            self.taint(value, f"{describe(value)}, which was put into a list or dict, or met another object")
        elif not isinstance(value, tuple) or len(value) != len(t.items):
            raise Mismatch(f"{describe(value)} and {describe_type(t)}")
        parts = [self._item(item, part) for item, part in zip(items, t.items)]
        return self._typed(self.trace.op("tuple.new", parts, {})[0], t)

    def _converted(self, value: Any, t: ContainerType) -> Val:
        """A list or dict of the program as one of the type `t`, which may say less of its items."""
        if self._type_here(value.val) == t:
            return self.trace.local(value.val)
        if t.kind == "list":
            made: Any = ListBox(val=self.trace.op("list.new", [], {"item": t.items[0]})[0])
            return self.trace.local(self.prelude("copied_into", value, made).val)
        made = DictBox(val=self.trace.op("dict.new", [], {"key": t.items[0], "value": t.items[1]})[0])
        return self.trace.local(self.prelude("dict_updated", made, value).val)

    def prelude(self, name: str, *args: Any) -> Any:
        """A function that is written in the subset itself."""
        raise NotImplementedError

    def _typed(self, val: Val, t: Type) -> Val:
        """A value whose type knows the class that it stands for."""
        if isinstance(t, Named):
            val.type = t
        return val

    def _array(self, value: Any, t: TensorType) -> Val:
        found = value_of(self.trace, value) if is_array(value) else None
        if found is None:
            raise Mismatch(f"{describe(value)} and {type_text(t)}")
        fits = accepts(t, found.tensor)
        if fits is False:
            raise Mismatch(f"{describe(value)} and {type_text(t)}")
        if fits is None:
            shape = tuple(
                have if isinstance(want, dims.Unknown) else want
                for want, have in zip(t.shape or (), found.shape)
            )
            found = self.trace.refine(found, shape)
        return found

    def _optional(self, value: Any, t: ContainerType) -> Val:
        if value is None:
            return self.trace.op("optional.none", [], {"item": t.items[0]})[0]
        if isinstance(value, Optional):
            return self.trace.local(value.val)
        return self.trace.op("optional.some", [self._item(value, t.items[0])], {})[0]

    def item(self, val: Val) -> Any:
        """An item of a list, dict or optional of the program; other names may stand for it."""
        found = self.wrap(val)
        self.taint_all(found, "an item of a list, dict or optional of the program")
        return found

    def taint_all(self, value: Any, reason: str) -> None:
        """Forbid changes of `value` in place, and of the items of tuples."""
        if isinstance(value, tuple):
            for part in value:
                self.taint_all(part, reason)
            return
        self.taint(value, reason)
        if isinstance(value, ObjectBox):
            for part in value.fields.values():
                self.taint_all(part, reason)

    def wrap(self, val: Val, t: Type | None = None) -> Any:
        """What stands for a value of the program while it is compiled."""
        t = val.type if t is None else t
        if isinstance(t, TensorType):
            return Proxy(self.trace, self.trace._known_sizes(val))
        if isinstance(t, ScalarType):
            return None if t is NONE else Scalar(val)
        if isinstance(t, ContainerType):
            if t.kind == "optional":
                return Optional(val)
            if t.kind == "tuple":
                parts = [self.trace.op("tuple.get", [val], {"index": i})[0] for i in range(len(t.items))]
                return self._named(t, [self.wrap(part, item) for part, item in zip(parts, t.items)])
            if t.kind in ("list", "dict"):
                return ListBox(val=val) if t.kind == "list" else DictBox(val=val)
        raise self.fail(rules.OPERAND, got=type_text(t))

    def _named(self, t: Type, parts: list[Any]) -> Any:
        """A tuple, named tuple or object of its parts."""
        cls = class_of(t)
        if cls is None:
            return tuple(parts)
        if issubclass(cls, tuple):
            return cls(*parts)
        assert isinstance(t, Named)
        made = ObjectBox(cls, dict(zip(t.fields, parts)))
        self.taint(made, f"{describe(made)} from a list or dict: the program has a copy of it")
        return made

    def default(self, t: Type) -> Val:
        """Some value of a type: it is carried where a variable is not set, and never read."""
        trace = self.trace
        if isinstance(t, TensorType):
            shape = tuple(0 if isinstance(d, dims.Unknown) else d for d in t.shape or ())
            zero = False if t.dtype == "bool" else 0
            if t.dtype in ("bool", "i64", "f64"):
                start = trace.constant({"bool": False, "i64": 0, "f64": 0.0}[t.dtype])
                (single,) = trace.op("from_scalar", [start], {"dtype": t.dtype})
            else:
                (start,) = trace.op("from_scalar", [trace.constant(int(zero))], {"dtype": "i64"})
                (single,) = trace.op("astype", [start], {"dtype": t.dtype})
            return trace.op("broadcast_to", [single], {"shape": shape})[0] if shape else single
        if isinstance(t, ScalarType):
            zeros: dict[str, Any] = {
                "int": 0,
                "float": 0.0,
                "bool": False,
                "complex": 0j,
                "str": "",
                "none": None,
            }
            return trace.constant(zeros[t.name])
        assert isinstance(t, ContainerType)
        if t.kind == "optional":
            return trace.op("optional.none", [], {"item": t.items[0]})[0]
        if t.kind == "tuple":
            return trace.op("tuple.new", list(map(self.default, t.items)), {})[0]
        if t.kind == "list":
            return trace.op("list.new", [], {"item": t.items[0]})[0]
        return trace.op("dict.new", [], {"key": t.items[0], "value": t.items[1]})[0]

    # --- blocks ---

    @contextmanager
    def block(self, reopened: BlockSteps | None = None) -> Iterator[BlockSteps]:
        """Record into a block, a new one or one that was closed."""
        scope = self.trace.scope
        block = reopened or BlockSteps(scope.block)
        sizes, known = dict(scope.sizes), set(scope.constants)
        compacted = dict(scope.symbols.compacted)
        outer, scope.block, block.open = scope.block, block, True
        try:
            yield block
        finally:
            scope.block, block.open = outer, False
            scope.sizes, scope.symbols.compacted = sizes, compacted
            for key in set(scope.constants) - known:
                if scope.constants[key].block is block:
                    del scope.constants[key]

    # --- changes in place ---

    def written(self, box: Any, *, shown: bool = False) -> None:
        """Note that a box is about to change; `shown` if only to show what its parent holds."""
        if isinstance(box, Proxy) and not shown:
            self.change_array(box)
        if self._journal is not None and id(box) not in self._journal:
            self._journal[id(box)] = Change(box, content_of(box))

    def change(self, box: Box) -> None:
        """Prepare the change of a list, dict or object.

        Raises
        ------
        ScriptError
            ``script.alias``: another name may stand for it, or not.
        """
        if box.tainted:
            raise self.fail(rules.ALIAS, got=box.tainted, hint="copy it before, or build a new one")
        self.written(box)

    def shows(self, part: Any, array: Any) -> None:
        """Note that `part` shows memory of `array` in a way that writes are not carried back from.

        It is not written into, and not read any more when `array` has been.
        """
        if not (isinstance(part, Proxy) and isinstance(array, Proxy) and part.ndim) or part is array:
            return
        root = self._root(array)
        self._shown[id(part)] = (part, root)
        self.taint(part, f"{describe(part)}, a part of an array at an index that the program computes")

    def own_again(self, owner: Any, part: Any) -> bool:
        """Let a part of an array be written into, whose new value the caller puts back at its place."""
        if not isinstance(owner, Proxy) or self._shown.pop(id(part), None) is None:
            return False
        del self._tainted[id(part)]
        return True

    def shows_too(self, made: Any, value: Any) -> None:
        """`made` stands for `value` where paths meet, which may show another array's memory."""
        if isinstance(value, Proxy) and made is not value and (value._view or id(value) in self._shown):
            self.shows(made, value)

    def _root(self, array: Proxy) -> Proxy:
        while array._view is not None:
            array = array._view.parent
        return self._shown[id(array)][1] if id(array) in self._shown else array

    def _stale(self, root: Proxy) -> None:
        """Refuse a write into an array of which a part is read later that would not see it."""
        for frame in self.frames:
            live = frame.liveness.after.get(id(frame.stmt)) if frame is self.frame else None
            for name, value in frame.env.items():
                _, shown = self._shown.get(id(value), (None, None))
                if shown is root and (live is None or name in live):
                    got = f"an array, a part of which {name} stands for"
                    raise self.fail(rules.ALIAS, got=got, hint=f"copy it: {name} = {name}.copy()")

    def resize(self, box: Any) -> None:
        """Prepare a change of a list's length.

        Raises
        ------
        ScriptError
            ``script.alias``: a loop runs over it.
        """
        if any(box is other for other in self.running):
            hint = "run over a copy: for x in list(xs)"
            raise self.fail(rules.ALIAS, got="another length of a list that a loop runs over", hint=hint)

    def change_array(self, array: Proxy) -> None:
        """Prepare a write into an array; see `change`."""
        root = array
        while True:
            reason = self._tainted.get(id(root))
            if reason:
                raise self.fail(rules.ALIAS, got=reason, hint="write to a copy: x = x.copy()")
            if root._view is None:
                break
            root = root._view.parent
        if self._shown:
            self._stale(root)

    def tainted(self, box: Any) -> str:
        """Why `box` cannot be changed in place; empty if it can."""
        return box.tainted if isinstance(box, Box) else self._tainted.get(id(box), "")

    def taint(self, box: Any, reason: str) -> None:
        """Forbid changes of `box` in place from here on."""
        if isinstance(box, Proxy):
            self._tainted[id(box)] = reason
            self._keep.append(box)
        elif isinstance(box, Box):
            box.tainted = box.tainted or reason

    @contextmanager
    def journaled(self) -> Iterator[dict[int, Change]]:
        """What is changed inside is put back afterwards, and handed out."""
        outer, self._journal = self._journal, {}
        changes, mark = self._journal, births()
        try:
            yield changes
        finally:
            for key, change in list(changes.items()):
                if self.is_inner(change, mark):
                    del changes[key]
                else:
                    change.new = content_of(change.box)
            for change in changes.values():
                restore(change.box, change.old)
            self._journal = outer

    def is_inner(self, change: Change, mark: int, block: BlockSteps | None = None) -> bool:
        """Whether a changed box was made after the number `mark`, or in `block` or one that is closed."""
        if isinstance(change.box, Box):
            return change.box.born > mark
        source = change.old[0]
        home = source.block if isinstance(source, Val) else None
        return home is not None and (not home.open or home is block)

    def source_before(self, array: Proxy) -> Any:
        """What `array` held before the innermost block."""
        change = None if self._journal is None else self._journal.get(id(array))
        return array._source if change is None else change.old[0]

    def has_changed(self, box: Any) -> bool:
        """Whether `box` was changed since the innermost block began."""
        return self._journal is not None and id(box) in self._journal

    def held(self, box: Any, content: Any) -> Any:
        """The content of a box as a value of its own."""
        made: Any
        if isinstance(box, Proxy):
            made = Proxy(self.trace, content[0], weak=box._weak)
        else:
            made = ObjectBox(box.cls, {}) if isinstance(box, ObjectBox) else type(box)()
            made.restore(content)
        self._keep.append(made)
        return made

    def fill(self, box: Any, value: Any) -> None:
        """Give a box the content of `value`."""
        self.written(box, shown=True)
        if isinstance(box, Proxy):
            box._source = value._source
            box._version += 1
        else:
            box.restore(value.content())

    # --- branches ---

    def branch(
        self, truth: Val, run_then: Run, run_else: Run, live: frozenset[str] | None = None
    ) -> tuple[Flow, Any]:
        """An ``if`` node: both paths, and what they have in common afterwards.

        `live` are the variables that are read later; None for all. The result is how control
        leaves, and the value that the paths give.
        """
        frame = self.frame
        before, homes = dict(frame.env), dict(frame.homes)
        fresh = set(self.trace.scope.symbols.fresh)
        mark = births()
        outcomes = []
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fail(
                rules.LIMIT, expected=f"at most {MAX_DEPTH} nested blocks", hint="split the function"
            )
        for run in (run_then, run_else):
            frame.env, frame.homes = dict(before), dict(homes)
            with self.journaled() as changes, self.block() as block:
                try:
                    flow, value = run()
                except Dead:
                    flow, value = DEAD, None
                if not flow.kinds:
                    self.end_dead(block)
            outcomes.append(Outcome(block, flow, value, frame.env, changes, frame.homes))
        self.depth -= 1
        frame.env = before
        return _Merge(self, truth, outcomes, before, live, fresh, mark).finish()

    def end_dead(self, block: BlockSteps | Scope) -> None:
        """All paths of the block raise: so does its end, which is never reached."""
        if not block.steps or block.steps[-1].kind != "raise":
            self.record_raise("RuntimeError", self.trace.constant("this line is never reached"))

    def record_raise(self, exception: str, message: Val) -> None:
        """End the block with an error."""
        self.trace.add(Step("raise", exception, [message]))

    def raise_unless(self, truth: Any, exception: str, message: str) -> None:
        """Raise an error of the program where a bool is false."""
        if truth is True:
            return
        if truth is False:
            self.record_raise(exception, self.trace.constant(message))
            raise Dead

        def fails() -> tuple[Flow, Any]:
            self.record_raise(exception, self.trace.constant(message))
            return DEAD, None

        self.branch(self.scalar(truth), lambda: (Flow(FALL), None), fails)

    def truth_val(self, value: Any) -> Val:
        """A known or unknown bool as a value of the program."""
        return self.scalar(value)

    def widening(self, fresh: set[str], outside: Callable[[Any], bool] = lambda box: False) -> Widening:
        """Templates for values that leave a block before which the symbols `fresh` were bound.

        `outside` says of a box whether it was there before.
        """
        symbols = self.trace.scope.symbols

        def visible(name: str) -> bool:
            return name not in symbols.fresh or name in fresh

        return Widening(visible, self.type_of, outside)

    def line(self, node: ast.AST) -> int:
        """The line of a construct in its file."""
        return self.frame.source.position(node)[0]

    def name_of(self, box: Any) -> str:
        """The variable that stands for a list, dict, object or array, or for one of the same content."""
        for name, value in self.frame.env.items():
            if value is box and name.isidentifier():
                return name
        return ""

    def at_line(self, name: str, homes: dict[str, int]) -> str:
        """The line in which a variable was assigned, as text behind its type."""
        return f" (line {homes[name]})" if name in homes else ""


def _sort(owner: Any) -> str:
    return "dict" if isinstance(owner, DictBox) else "list"


class _Merge:
    """Two paths that meet."""

    def __init__(
        self,
        core: Core,
        truth: Val,
        outcomes: list[Outcome],
        before: dict[str, Any],
        live: frozenset[str] | None,
        fresh: set[str],
        mark: int,
    ) -> None:
        self.core = core
        self.mark = mark
        self.truth = truth
        self.outcomes = outcomes
        self.alive = [outcome for outcome in outcomes if outcome.flow.kinds]
        self.before = before
        self.live = live
        self.widening = core.widening(fresh)
        self.results: list[Val] = []
        self.yields: list[list[Val]] = [[] for _ in outcomes]
        self._shared: dict[tuple[int, int], Callable[[], Any]] = {}
        self._partners: dict[int, Any] = {}

    def finish(self) -> tuple[Flow, Any]:
        """Record the node; the variables are those after it."""
        core = self.core
        kinds = frozenset().union(*(outcome.flow.kinds for outcome in self.outcomes))
        code: Callable[[], Any] | None = None
        contents: list[tuple[Any, Callable[[], Any]]] = []
        env: dict[str, Callable[[], Any]] = {}
        value: Callable[[], Any] = lambda: None  # noqa: E731
        if self.alive:
            if len(kinds) > 1:
                code = self._values([outcome.flow.code for outcome in self.alive])
            contents = self._boxes()
            env = self._variables()
            value = self._values([outcome.value for outcome in self.alive])
        for outcome, values in zip(self.outcomes, self.yields):
            outcome.block.results = values
        blocks = (self.outcomes[0].block, self.outcomes[1].block)
        if self.results or any(outcome.block.steps for outcome in self.outcomes):
            core.trace.add(Step("if", "", [self.truth], None, self.results, blocks=blocks))
        for box, build in contents:
            core.fill(box, build())
        core.frame.env = {name: build() for name, build in env.items()}
        flow = Flow(*sorted(kinds), code=code() if code is not None else None)
        return flow, value()

    # --- variables ---

    def _variables(self) -> dict[str, Callable[[], Any]]:
        names = dict.fromkeys([*self.before, *(name for outcome in self.alive for name in outcome.env)])
        found: dict[str, Callable[[], Any]] = {}
        for name in names:
            if (
                self.live is not None
                and name not in self.live
                and name != RESULT
                and not self._everywhere(name)
            ):
                continue
            build = self._variable(name)
            if build is not None:
                found[name] = build
        return found

    def _everywhere(self, name: str) -> bool:
        """Whether no path changed the variable."""
        if name not in self.before:
            return False
        return all(outcome.env.get(name, MISSING) is self.before[name] for outcome in self.alive)

    def _variable(self, name: str) -> Callable[[], Any] | None:
        found = [outcome.env.get(name, MISSING) for outcome in self.alive]
        if all(value is found[0] for value in found) and self._outside(found[0]):
            return self._constant(found[0])
        values = [value.value if isinstance(value, Absent) else value for value in found]
        absent: frozenset[str] = frozenset()
        why, flags = "", [_flag(value) for value in found]
        for outcome, value in zip(self.alive, found):
            if isinstance(value, Absent):
                absent |= value.kinds & outcome.flow.kinds
                why = value.why
            elif value is MISSING:
                absent |= outcome.flow.kinds
                lines = [other.homes[name] for other in self.alive if name in other.homes]
                where = f", in line {lines[0]}" if lines else ""
                why = why or f"{name}, which is set on one path only{where}"
        if all(value is MISSING for value in values):
            return self._constant(Absent(absent, MISSING, why)) if absent else None
        try:
            build = self._values(values)
            flag = None
            if absent and any(isinstance(value, Absent) and value.flag is not None for value in found):
                flag = self._values(flags)
        except Mismatch as mismatch:
            kinds = frozenset().union(*(outcome.flow.kinds for outcome in self.alive))
            what = "the result" if name == RESULT else name
            text = f"{what}, which is {self._two(name, values, mismatch)}"
            return self._constant(Absent(kinds, MISSING, text))
        if not absent:
            return build
        return lambda: Absent(absent, build(), why, flag() if flag is not None else None)

    def _two(self, name: str, values: list[Any], mismatch: Mismatch) -> str:
        """Two types of a variable, with the lines that they come from."""
        found = [
            describe(value) + self.core.at_line(name, outcome.homes)
            for value, outcome in zip(values, self.alive)
        ]
        more = "" if describe(values[0]) != describe(values[-1]) else f": {mismatch}"
        return " and ".join(dict.fromkeys(found)) + more

    @staticmethod
    def _constant(value: Any) -> Callable[[], Any]:
        return lambda: value

    # --- values ---

    def _values(self, values: list[Any]) -> Callable[[], Any]:
        """What the paths have in common, to be built when the node is recorded."""
        if len(values) == 1:
            return self._pair(values[0], values[0])
        return self._pair(values[0], values[1])

    def _pair(self, a: Any, b: Any) -> Callable[[], Any]:
        key = (id(a), id(b))
        found = self._shared.get(key)
        if found is None:
            found = self._shared[key] = _once(self._joined(a, b))
        return found

    def _joined(self, a: Any, b: Any) -> Callable[[], Any]:
        if a is b and self._outside(a):
            return lambda: a
        present = b if a is MISSING else a
        if (
            (a is MISSING or b is MISSING)
            and isinstance(present, (Box, Proxy))
            and self._outside_box(present)
        ):
            return lambda: present
        parts = self._parts(a, b)
        if parts is not None:
            self._aliases(a, b)
            cls, keys, builds = parts
            return lambda: self._note(rebuilt(cls, keys, [build() for build in builds]), a, b)
        values = [a, b] if len(self.alive) == 2 else [a]
        seen = [v if v is MISSING else self._left(outcome, v) for outcome, v in zip(self.alive, values)]
        if MISSING in seen:
            template = self.widening.one(next(value for value in seen if value is not MISSING), loose=False)
        else:
            template = self.widening.widen(seen[0], seen[-1])
        slots = self._leaves(template, seen)
        self._aliases(a, b)

        def build() -> Any:
            return self._note(template.build(iter(slots), self.core.wrap), a, b)

        return build

    def _parts(self, a: Any, b: Any) -> tuple[type, tuple[Any, ...], list[Callable[[], Any]]] | None:
        """How the parts of two values of the same known structure meet, each by itself."""
        shapes: list[tuple[type, tuple[Any, ...], list[Any]]] = []
        for outcome, value in zip(self.alive, (a, b) if len(self.alive) == 2 else (a,)):
            if value is MISSING:
                continue
            shape = known_parts(value, outcome.content)
            if shape is None or (shapes and shape[:2] != shapes[0][:2]):
                return None
            shapes.append(shape)
        cls, keys, ours = shapes[0]
        if len(shapes) == 2:
            pairs = list(zip(ours, shapes[1][2]))
        else:
            pairs = [(MISSING if a is MISSING else p, MISSING if b is MISSING else p) for p in ours]
        return cls, keys, [self._pair(*pair) for pair in pairs]

    def _left(self, outcome: Outcome, value: Any, *, inner: bool = False) -> Any:
        """A value as the path left it, with copies of what it changed."""
        if inner and isinstance(value, (Box, Proxy)):
            self.core.taint(value, f"{describe(value)}, which two containers may hold")
        if isinstance(value, Proxy):
            change = outcome.changes.get(id(value))
            return value if change is None else self.core.held(value, change.new)
        shape = known_parts(value, outcome.content)
        if shape is not None:
            cls, keys, parts = shape
            return rebuilt(cls, keys, [self._left(outcome, part, inner=True) for part in parts])
        if isinstance(value, Box) and id(value) in outcome.changes:
            return self.core.held(value, outcome.content(value))
        return value

    def _leaves(self, template: Template, values: list[Any]) -> list[Val]:
        core = self.core
        types = list(template.types())
        columns: list[list[Val]] = []
        index = {id(outcome): i for i, outcome in enumerate(self.outcomes)}
        for outcome, value in zip(self.alive, values):
            with core.block(outcome.block):
                if value is MISSING:
                    column = [core.default(t) for t in types]
                else:
                    column = [core.materialise(x, t) for x, t in zip(template.leaves(value), types)]
            columns.append(column)
        for outcome, column in zip(self.alive, columns):
            self.yields[index[id(outcome)]] += column
        names = [column.name for column in columns[0]]
        made = []
        for i, t in enumerate(types):
            inexact = any(column[i].inexact for column in columns)
            made.append(core.trace.ghost_value(t, names[i], inexact))
        self.results += made
        return made

    def _outside(self, value: Any) -> bool:
        """Whether a value was made before the paths parted."""
        if isinstance(value, Proxy):
            source = value._source
            return not isinstance(source, Val) or source.block is None or source.block.open
        if isinstance(value, (Scalar, Optional)):
            return value.val.block is None or value.val.block.open
        if isinstance(value, Absent):
            return all(
                part is None or part is MISSING or self._outside(part) for part in (value.value, value.flag)
            )
        if isinstance(value, tuple):
            return all(map(self._outside, value))
        if isinstance(value, ListBox):
            if value.val is not None:
                return value.val.block is None or value.val.block.open
            return all(map(self._outside, value.items or ()))
        if isinstance(value, DictBox):
            if value.val is not None:
                return value.val.block is None or value.val.block.open
            return all(map(self._outside, (value.items or {}).values()))
        if isinstance(value, ObjectBox):
            return all(map(self._outside, value.fields.values()))
        if isinstance(value, SymbolicInt):
            names = dims.symbols_of(value._scope.symbols.resolve(value._dim))
            return all(map(self.widening.visible, names)) or value._scope is not self.core.trace.scope
        return True

    # --- boxes ---

    def _boxes(self) -> list[tuple[Any, Callable[[], Any]]]:
        changed: dict[int, Any] = {}
        for outcome in self.alive:
            for key, change in outcome.changes.items():
                changed.setdefault(key, change.box)
        found = []
        for box in changed.values():
            if isinstance(box, Proxy) and box._view is not None:
                continue  # shows its parent's memory
            held = [self.core.held(box, outcome.content(box)) for outcome in self.alive]
            try:
                found.append((box, self._values(held)))
            except Mismatch as mismatch:
                raise self.core.fail(
                    rules.TYPES, got=f"a value that is changed to {mismatch} on different paths"
                ) from None
        return found

    # --- aliases ---

    def _aliases(self, a: Any, b: Any) -> None:
        """Note boxes that have different partners on the other path."""
        if a is MISSING or b is MISSING or len(self.alive) < 2:
            return
        for one, other in ((a, b), (b, a)):
            if not isinstance(one, (Box, Proxy)):
                continue
            partner = self._partners.setdefault(id(one), other)
            self.core._keep.append(one)
            if partner is not other or (self._outside_box(one) and one is not other):
                where = self.core.frame.source.where(self.core.node)
                self.core.taint(one, f"{describe(one)}, for which two names may stand since {where}")

    def _outside_box(self, box: Any) -> bool:
        return box.born < self.mark if isinstance(box, Box) else self._outside(box)

    def _note(self, made: Any, a: Any, b: Any) -> Any:
        """A box that stands for one of two, one of which has another name."""
        if a is b or a is MISSING or b is MISSING or not isinstance(made, (Box, Proxy)):
            return made
        for one in (a, b):
            self.core.away_too(made, one)
            self.core.shows_too(made, one)
            reason = self.core.tainted(one)
            if reason:
                self.core.taint(made, reason)
        return made


def _flag(value: Any) -> Any:
    """Whether a variable is set."""
    if isinstance(value, Absent):
        return False if value.flag is None else value.flag
    return value is not MISSING


def _once(build: Callable[[], Any]) -> Callable[[], Any]:
    made: list[Any] = []

    def call() -> Any:
        if not made:
            made.append(build())
        return made[0]

    return call
