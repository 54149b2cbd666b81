"""The compiler: names, attributes, subscripts and calls over the values of a scripted function."""

from __future__ import annotations

import ast
import builtins
import difflib
import inspect
import types
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ...schema.errors import ScriptError, TraceboxError
from ...schema.types import ContainerType, list_of
from ..intercept import REPLACEMENTS
from ..program import TracedProgram
from ..proxy import Proxy
from ..texts import BUILTINS
from . import arithmetic, expressions, mixing, rules, statements, subscripts, texts, writes
from .annotations import annotate
from .assignment import Assignment
from .frames import DEAD, FALL, FALLS, MISSING, RESULT, RETURN, Absent, Dead, Flow, Frame
from .iteration import sequence_of
from .objects import super_attribute
from .tables import EXPRESSIONS, METHODS, REFUSED, STATEMENTS
from .templates import Mismatch
from .values import (
    BoundMethod,
    Box,
    DictBox,
    FutureValue,
    ListBox,
    ObjectBox,
    Optional,
    Scalar,
    Super,
    describe,
    is_array,
    scalar_kind,
)
from .values import Sequence as Items

_LOADED = expressions, statements

#: Rules of the tracer that are broken in a script, as the script's own.
_AS_SCRIPT = {"trace.method": rules.ATTRIBUTE, "trace.dtype": rules.OPERAND, "trace.alias": rules.ALIAS}
#: Those that say more than the script's own.
_OF_TRACES = ("trace.ghost", "trace.operator")


def nearest(name: str, names: Iterable[str]) -> str:
    """Names that `name` may be meant for, as a question."""
    found = difflib.get_close_matches(name, [n for n in names if n.isidentifier()], 2, 0.7)
    return f"did you mean {' or '.join(found)}?" if found else ""


def _annotated(mismatch: str) -> str:
    """What to write where a list or dict is empty and nothing says of what it is one."""
    if "no known type" not in mismatch:
        return ""
    return "annotate it, or what it is put into: xs: list[float] = [], groups: dict[int, list[int]] = {}"


#: Errors that NumPy and Python raise for operands that do not fit.
_NATIVE = (TypeError, ValueError, IndexError, KeyError, AttributeError, ZeroDivisionError, OverflowError)


class Compiler(Assignment):
    """Compiles functions into the trace that is given."""

    asked_truth = False
    #: Whether what is compiled is a part of an expression.
    inner = False

    # --- dispatch ---

    def at(self, node: ast.AST, run: Callable[[], Any]) -> Any:
        """Run with `node` as the construct that errors and nodes belong to."""
        outer, self.node = self.node, node
        try:
            return run()
        except Mismatch as mismatch:
            raise self.fail(rules.TYPES, got=str(mismatch), hint=_annotated(str(mismatch))) from None
        finally:
            self.node = outer

    def statement(self, stmt: ast.stmt) -> Flow:
        """Compile a statement; how control leaves it."""
        handler = STATEMENTS.get(type(stmt))
        if handler is None:
            raise self.refused(stmt)
        self.frame.stmt = stmt
        inner, self.inner = self.inner, False
        try:
            found: Flow = self.at(stmt, lambda: handler(self, stmt))
        except Dead:
            return DEAD
        finally:
            self.inner = inner
        return found

    def expr(self, node: ast.expr) -> Any:
        """Compile an expression; its value."""
        handler = EXPRESSIONS.get(type(node))
        if handler is None:
            raise self.refused(node)
        asked, self.asked_truth = self.asked_truth and isinstance(node, ast.BoolOp), False
        self.asked_truth = asked
        outer, self.node = self.node, node
        inner, self.inner, mark = self.inner, True, len(self.pending)
        try:
            found = handler(self, node)
            del self.pending[mark:]
            if inner and isinstance(found, (Box, Proxy, tuple)):
                self.pending.append(found)
            return found
        except Mismatch as mismatch:
            raise self.fail(rules.TYPES, got=str(mismatch), hint=_annotated(str(mismatch))) from None
        finally:
            self.node, self.inner = outer, inner
            del self.pending[mark + 1 :]
            self.asked_truth = False

    def refused(self, node: ast.AST) -> TraceboxError:
        """The error for a construct outside of the subset."""
        what, hint = REFUSED.get(type(node), (type(node).__name__, ""))
        return self.fail(rules.CONSTRUCT, node, got=what, hint=hint)

    def keep(self, node: ast.AST) -> None:
        """Keep a node that was made, so that its identity stays its own."""
        self._keep.append(node)

    def called(self, run: Callable[[], Any]) -> Any:
        """Run the tracer's code; errors of NumPy's get the construct that they belong to."""
        try:
            return self.taken(run())
        except TraceboxError as error:
            if isinstance(error, ScriptError):
                raise
            problem = error.problems[0]
            rule = _AS_SCRIPT.get(problem.code)
            if rule is None and problem.code.startswith("trace.") and problem.code not in _OF_TRACES:
                rule = rules.CALL
            if rule is not None:
                raise self.fail(rule, expected=problem.expected, got=problem.got, hint=problem.hint) from None
            instead = problem.hint or f"docs/operators has the rules of {problem.code.rpartition('.')[0]}"
            hint = instead + self.frame.source.excerpt(self.node)
            problem.where = self.frame.source.where(self.node)
            problem.hint = hint + self.chain(len(self.frames) - 1)
            kind = type(error) if problem.code.startswith("trace.") else ScriptError
            raise kind(error.problems) from None
        except _NATIVE as error:
            raise self.fail(rules.OPERAND, got=f"{type(error).__name__}: {error}") from None

    # --- names ---

    def lookup(self, name: str) -> Any:
        """The value of a variable."""
        frame: Frame | None = self.frame
        while frame is not None:
            if name in frame.env:
                value = frame.env[name]
                return self._present(frame, name, value) if isinstance(value, Absent) else value
            frame = frame.outer
        frame = self.frame
        for space in (frame.cells, frame.space):
            if name in space and space[name] is not BUILTINS.get(name):
                return self.known(space[name])
        if hasattr(builtins, name):
            return getattr(builtins, name)
        names = {*frame.env, *frame.cells, *frame.space, *vars(builtins)}
        raise self.fail(rules.NAME, got=name, hint=nearest(name, names) or "define it before")

    def _present(self, frame: Frame, name: str, value: Absent) -> Any:
        if value.flag is not None and value.value is not MISSING:
            text = f"cannot access local variable '{name}' where it is not associated with a value"
            self.raise_unless(value.flag, "UnboundLocalError", text)
            frame.env[name] = value.value
            return value.value
        if value.value is MISSING and ", which is " in value.why and " is set " not in value.why:
            hint = "make them one type, or use two names"
            raise self.fail(rules.TYPES, got=value.why, hint=hint)
        raise self.fail(rules.UNDEFINED, got=value.why, hint="set it before, or on each path")

    def known(self, value: Any) -> Any:
        """What a global, attribute or closure variable stands for; lists and dicts are constants."""
        if isinstance(value, list):
            return self._constant(value, lambda: ListBox([self.known(item) for item in value]))
        if isinstance(value, dict) and all(type(key) in (str, int, bool, float) for key in value):
            return self._constant(value, lambda: DictBox({k: self.known(v) for k, v in value.items()}))
        if type(value) is tuple:
            return tuple(map(self.known, value))
        return value

    def _constant(self, value: Any, make: Callable[[], Any]) -> Any:
        made = make()
        sort = "list" if isinstance(value, list) else "dict"
        made.tainted = f"a {sort} that was made outside of the function"
        return made

    def narrow(self, facts: dict[tuple[str, ...], bool]) -> None:
        """Use what a condition says of values that may be None."""
        env = self.frame.env
        for (name, *path), none in facts.items():
            value = env.get(name)
            if not path:
                if isinstance(value, Optional):
                    env[name] = self._narrowed(value, none)
                continue
            for part in path[:-1]:
                value = value.fields.get(part) if isinstance(value, ObjectBox) else None
            if isinstance(value, ObjectBox) and isinstance(value.fields.get(path[-1]), Optional):
                self.written(value)
                inner = self._narrowed(value.fields[path[-1]], none)
                value.fields = {**value.fields, path[-1]: inner}

    def _narrowed(self, value: Optional, none: bool) -> Any:
        if none:
            return None
        return self.item(self.trace.op("optional.get", [self.trace.local(value.val)], {})[0])

    # --- truth ---

    def truth(self, node: ast.expr) -> Any:
        """The truth of an expression: a bool, or one of the program."""
        self.asked_truth = isinstance(node, ast.BoolOp)
        value = self.expr(node)
        return self.at(node, lambda: self.truth_of(value))

    def truth_of(self, value: Any) -> Any:
        """The truth of a value, as Python has it."""
        kind = scalar_kind(value)
        if isinstance(value, bool):
            return value
        if kind == "bool":
            return value
        if value is None:
            return False
        if kind is not None:
            if not isinstance(value, Scalar) and type(value) in (int, float, str, complex):
                return bool(value)
            if kind == "str":
                return self.binary("Gt", self.emit("str.len", value), 0)
            return self.emit(f"{kind}.to_bool", value)
        if is_array(value):
            return self._array_truth(value)
        if isinstance(value, Optional):
            hint = "compare it with None: if x is not None: ..."
            raise self.fail(rules.OPTIONAL, got=describe(value), hint=hint)
        if isinstance(value, (ListBox, DictBox, tuple)):
            length = self.length(value)
            return length > 0 if isinstance(length, int) else self.binary("Gt", length, 0)
        if isinstance(value, ObjectBox):
            hook = self.special_call(value, "__bool__", ())
            return True if hook is NotImplemented else self.truth_of(hook)
        return bool(value)

    def _array_truth(self, value: Any) -> Any:
        if not isinstance(value, Proxy):
            return bool(value)
        if value.ndim:
            size = value.size
            if not (isinstance(size, int) and size == 1):
                hint = "use .any() or .all()"
                raise self.fail(rules.OPERAND, got=f"the truth of {describe(value)}", hint=hint)
            value = value.reshape(())
        if value.dtype.kind != "b":
            value = value != 0
        return Scalar(self.trace.op("item", (value._value(self.trace),), {})[0])

    def choose(self, truth: Any, first: Callable[[], Any], second: Callable[[], Any]) -> Any:
        """One of two expressions, by a bool of the program."""
        if isinstance(truth, bool):
            return first() if truth else second()
        flow, value = self.branch(
            self.scalar(truth), lambda: (FALLS, first()), lambda: (FALLS, second()), live=None
        )
        if not flow.kinds:
            raise Dead
        return value

    # --- operators ---

    def binary(self, op: str, a: Any, b: Any) -> Any:
        """``a op b``, `op` by the name of its class in `ast`."""
        return arithmetic.binary(self, op, a, b)

    def least(self, a: Any, b: Any) -> Any:
        """The smaller of two lengths."""
        if isinstance(a, int) and isinstance(b, int):
            return min(a, b)
        return self.emit("int.min", a, b)

    def list_type(self, *lists: ListBox) -> ContainerType:
        """The type of a list that holds the items of all of `lists`."""
        return list_of(self.widening(set(self.trace.scope.symbols.fresh)).item_type(list(lists)))

    # --- attributes ---

    def attribute(self, owner: Any, name: str) -> Any:
        """``owner.name``."""
        if isinstance(owner, Optional):
            hint = "compare it with None first"
            raise self.fail(rules.OPTIONAL, got=describe(owner), hint=hint)
        if isinstance(owner, ObjectBox):
            return self._object_attribute(owner, name)
        if isinstance(owner, Super):
            return super_attribute(self, owner, name)
        if name == "__class__":
            return self.call_function(type, (owner,), {})
        if isinstance(owner, (ListBox, DictBox, Scalar, FutureValue)) or (
            scalar_kind(owner) is not None and not isinstance(owner, (Proxy, type))
        ):
            return BoundMethod(owner, name)
        methods = ("index", "count", "_replace", "_asdict")
        if isinstance(owner, tuple) and name in methods and name not in getattr(owner, "_fields", ()):
            return BoundMethod(owner, name)
        if isinstance(owner, (Proxy, np.ndarray, np.generic)):
            if ("array", name) in METHODS:
                return BoundMethod(owner, name)
            found = self.called(lambda: getattr(owner, name))
            if isinstance(found, tuple) or not callable(found):
                return found
            return BoundMethod(owner, name)
        replaced = REPLACEMENTS.get(id(owner), owner) if isinstance(owner, types.ModuleType) else owner
        try:
            found = getattr(replaced, name)
        except AttributeError as error:
            raise self.fail(rules.ATTRIBUTE, got=str(error), hint=nearest(name, dir(replaced))) from None
        return self.known(REPLACEMENTS.get(id(found), found))

    def _object_attribute(self, owner: ObjectBox, name: str) -> Any:
        if name in owner.fields:
            return owner.fields[name]
        if name == "__class__":
            return owner.cls
        member = getattr(owner.cls, name, None)
        if isinstance(member, property):
            return self.call_function(member.fget, (owner,), {})
        if isinstance(member, types.FunctionType):
            return BoundMethod(owner, name)
        if member is not None:
            return self.known(member)
        got = f"{owner.cls.__name__} has no attribute {name}"
        hint = nearest(name, [*owner.fields, *dir(owner.cls)])
        raise self.fail(rules.ATTRIBUTE, got=got, hint=hint or f"it has {', '.join(owner.fields)}")

    def set_attribute(self, owner: Any, name: str, value: Any) -> None:
        """``owner.name = value``."""
        from ..module import Module

        if isinstance(owner, ObjectBox):
            member = inspect.getattr_static(owner.cls, name, None)
            if isinstance(member, property):
                if member.fset is None:
                    raise self.fail(rules.ATTRIBUTE, got=f"{name}, a property without a setter")
                self.call_function(member.fset, (owner, value), {})
                return
            if getattr(getattr(owner.cls, "__dataclass_params__", None), "frozen", False):
                raise self.fail(rules.ATTRIBUTE, got=f"{owner.cls.__name__} is frozen", hint="make a new one")
            self.change(owner, value)
            owner.fields = {**owner.fields, name: value}
            return
        if isinstance(owner, Module):
            if name not in owner.__dict__.get("_tb_fields", {}):
                hint = f"declare it in __init__: self.{name} = tracebox.field(initial)"
                raise self.fail(
                    rules.ATTRIBUTE, got=f"{type(owner).__name__}.{name}, which is no field", hint=hint
                )
            self.called(lambda: setattr(owner, name, self.native(value)))
            return
        hint = "objects that the function makes, and fields of a Module, can be changed"
        raise self.fail(rules.ATTRIBUTE, got=f"an attribute of {describe(owner)}", hint=hint)

    # --- what the tables do ---

    def subscript(self, owner: Any, key: Any) -> Any:
        """``owner[key]``."""
        return subscripts.get(self, owner, key)

    def set_item(self, owner: Any, key: Any, value: Any) -> None:
        """``owner[key] = value``."""
        writes.put(self, owner, key, value)

    def contains(self, owner: Any, item: Any) -> Any:
        """``item in owner``."""
        return subscripts.contains(self, owner, item)

    def length(self, value: Any) -> Any:
        """``len(value)``."""
        return subscripts.length(self, value)

    def text(self, value: Any) -> Any:
        """``str(value)``."""
        return texts.text(self, value)

    def format(self, value: Any, spec: Any, conversion: str = "") -> Any:
        """``format(value, spec)``."""
        return texts.formatted(self, value, spec, conversion)

    def annotated(self, value: Any, annotation: ast.expr) -> Any:
        """A value with the type of an annotation, where that says more."""
        return annotate(self, value, annotation)

    def new_dict(self, pairs: Sequence[tuple[Any, Any]]) -> Any:
        """A dict whose keys are not all known."""
        made = DictBox({})
        for key, value in pairs:
            self.set_item(made, key, value)
        return made

    def as_program_list(self, part: Items) -> Items:
        """A sequence whose items are known as one of the program."""
        box = self.as_list(ListBox([part.item(i) for i in range(part.length)]))
        return sequence_of(self, box, ast.Constant(None))

    def call_traced(self, program: TracedProgram, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A call of a traced program."""
        return self.called(lambda: mixing.call_traced(self, program, tuple(map(self.native, args)), kwargs))

    # --- functions ---

    def run_function(self, frame: Frame, body: list[ast.stmt] | ast.expr) -> Any:
        """Compile the body of a function into the one that calls it; what it returns."""
        if len(self.frames) > 60:
            raise self.fail(rules.LIMIT, got="calls that are nested too deep")
        outer, target = self.node, self.target
        frame.site = outer
        self.frames.append(frame)
        try:
            if isinstance(body, ast.expr):
                return self.expr(body)
            flow = statements.block(self, body)
            return self._result(frame, flow)
        finally:
            self.frames.pop()
            self.node, self.target = outer, target

    def _result(self, frame: Frame, flow: Flow) -> Any:
        found = frame.env.get(RESULT, MISSING)
        if not flow.kinds:
            raise Dead
        if isinstance(found, Absent):
            if RETURN in found.kinds:
                hint = "return one type on all paths"
                raise self.fail(rules.TYPES, frame.source.node, got=found.why, hint=hint)
            found = found.value
        if flow.kinds == {FALL}:
            return None
        if FALL not in flow.kinds:
            return found
        # some paths end without return: they give None
        falls = self.emit("int.equal", flow.code, 0)
        return self.choose(falls, lambda: None, lambda: found)
