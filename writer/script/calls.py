"""Calls: of functions that are compiled into their caller, of NumPy, of builtins, of methods."""

from __future__ import annotations

import ast
import dataclasses
import difflib
import functools
import inspect
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from ...schema.types import ContainerType
from ..integral import SymbolicInt
from ..module import Module
from ..program import TracedProgram
from ..proxy import Proxy
from ..units import call_method, own_method
from . import objects, rules
from .frames import MISSING
from .inlining import Inlining
from .native import SIZES
from .tables import FUNCTIONS, METHODS
from .values import (
    BoundMethod,
    Closure,
    DictBox,
    FutureValue,
    ListBox,
    ObjectBox,
    Optional,
    Partial,
    Scalar,
    describe,
    is_array,
    scalar_kind,
)

#: Methods that change lists and dicts in place.
CHANGING = frozenset(
    {"append", "extend", "pop", "insert", "remove", "clear", "reverse", "sort", "update", "setdefault",
     "popitem", "fill"}
)  # fmt: skip


class Calls(Inlining):
    """Calls of every sort."""

    # --- the call ---

    def call_node(self, node: ast.Call) -> Any:
        """A call in the source."""
        store = None
        if isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
            owner, store = self.item_place(node.func.value)
            name = node.func.attr
            function = self.at(node.func, lambda: self.attribute(owner, name))
        else:
            function = self.expr(node.func)
        before = self.starting
        lazy = any(function is known for known in _LAZY) or getattr(node.func, "attr", "") in _VIEWS
        self.starting = before and lazy
        try:
            found = self._call_of(node, function)
        finally:
            self.starting = before
        if store is not None:
            store()
        return found

    def _call_of(self, node: ast.Call, function: Any) -> Any:
        if function in (any, all) and len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
            return self._quantified(function is any, node.args[0])
        args: list[Any] = []
        for arg in node.args:
            if isinstance(arg, ast.Starred):
                args += self.known_items(self.expr(arg.value), arg)
            else:
                if self._is_compiled(function):
                    self.refuse_lazy(arg, "an argument")
                args.append(self.expr(arg))
        kwargs: dict[str, Any] = {}
        for keyword in node.keywords:
            if self._is_compiled(function):
                self.refuse_lazy(keyword.value, "an argument")
            value = self.expr(keyword.value)
            if keyword.arg is not None:
                kwargs[keyword.arg] = value
            elif isinstance(value, DictBox) and value.items is not None:
                kwargs.update({str(key): item for key, item in value.items.items()})
            else:
                raise self.fail(
                    rules.STATIC, keyword.value, got=describe(value), hint="** takes a dict of known keys"
                )
        return self.call_function(function, tuple(args), kwargs)

    def _is_compiled(self, function: Any) -> bool:
        """Whether a function's source is compiled: it may run over an argument twice, or later."""
        if isinstance(function, types.FunctionType):
            return self._handler(function) is None and not self.is_native(function)
        return isinstance(function, Closure)

    def refuse_lazy(self, node: ast.expr, name: str) -> None:
        """Refuse an iterator that computes its items when it is run over, where nothing runs over it at once.

        Raises
        ------
        ScriptError
            ``script.construct``.
        """
        lazy = isinstance(node, ast.GeneratorExp)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("map", "filter"):
            function = self.expr(node.func)
            lazy = function is map or function is filter
        if lazy:
            got = f"{name}, an iterator that computes its items later"
            raise self.fail(rules.CONSTRUCT, node, got=got, hint="make it a list: [... for ... in ...]")

    def item_place(self, node: ast.expr) -> tuple[Any, Callable[[], None] | None]:
        """What is about to be changed in place."""
        raise NotImplementedError

    def at(self, node: ast.AST, run: Callable[[], Any]) -> Any:
        """Run with `node` as the construct that errors belong to."""
        raise NotImplementedError

    def attribute(self, owner: Any, name: str) -> Any:
        """``owner.name``."""
        raise NotImplementedError

    def _quantified(self, found: bool, node: ast.GeneratorExp) -> Any:
        """``any`` and ``all`` of a generator expression end as soon as the answer is known."""
        test = node.elt if found else ast.copy_location(ast.UnaryOp(ast.Not(), node.elt), node.elt)
        body: ast.stmt = ast.If(test, [ast.Return(ast.Constant(found))], [])
        for part in reversed(node.generators):
            for condition in reversed(part.ifs):
                body = ast.If(condition, [body], [])
            body = ast.For(part.target, part.iter, [body], [])
        statements: list[ast.stmt] = [body, ast.Return(ast.Constant(not found))]
        for child in (child for stmt in statements for child in ast.walk(stmt)):
            if not hasattr(child, "lineno"):
                ast.copy_location(child, node)
        arguments = ast.arguments([], [], None, [], [], None, [])
        made = ast.FunctionDef("any" if found else "all", arguments, statements, [])
        self._keep.append(made)
        return self._closure(Closure(made, self.frame, {}, f"<{made.name} {id(node)}>"), (), {})

    def call_function(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call anything that can be called."""
        if isinstance(function, Closure):
            return self._closure(function, args, kwargs)
        if isinstance(function, (Scalar, Proxy, Optional, ListBox, DictBox, SymbolicInt)):
            raise self.fail(rules.OPERAND, got=f"a call of {describe(function)}", expected="a function")
        if isinstance(function, BoundMethod):
            return self.method(function.owner, function.name, args, kwargs)
        if isinstance(function, functools.partial):
            merged = {**{k: self.known(v) for k, v in function.keywords.items()}, **kwargs}
            return self.call_function(function.func, (*map(self.known, function.args), *args), merged)
        if isinstance(function, Partial):
            return self.call_function(
                function.function, (*function.args, *args), {**function.kwargs, **kwargs}
            )
        handler = self._handler(function)
        if handler is not None:
            return handler(self, args, kwargs)
        scripted = getattr(function, "__tb_script__", None)
        if scripted is not None:
            function = scripted
        if isinstance(function, TracedProgram):
            return self.call_traced(function, args, kwargs)
        own = own_method(function)
        if own is not None:
            return self._module_call(own, args, kwargs)
        if isinstance(function, types.MethodType) and function.__name__ == "_make":
            (items,) = args
            cls: Any = function.__self__
            return cls(*self.known_items(items, self.node))
        if isinstance(function, types.MethodType):
            return self.call_function(function.__func__, (function.__self__, *args), kwargs)
        if isinstance(function, type):
            return self._construct(function, args, kwargs)
        if self.is_native(function):
            return self.native_call(function, args, kwargs)
        if isinstance(function, types.FunctionType):
            return self.inline(function, args, kwargs)
        call = getattr(type(function), "__call__", None)  # noqa: B004 - which function it is
        if isinstance(call, types.FunctionType):
            return self.inline(call, (function, *args), kwargs)
        if call is None or scalar_kind(function) is not None:
            raise self.fail(rules.OPERAND, got=f"a call of {describe(function)}", expected="a function")
        hint = "call it outside and pass the result, or write what it does"
        raise self.fail(rules.CALL, got=describe_function(function), hint=hint)

    def _handler(self, function: Any) -> Callable[..., Any] | None:
        try:
            return FUNCTIONS.get(getattr(function, "__wrapped__", function)) or FUNCTIONS.get(function)
        except TypeError:
            return None

    # --- what is recorded as a call ---

    def _module_call(
        self, own: tuple[Module, str, Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        module, name, method = own
        method = getattr(method, "__tb_script__", method)
        if method.__module__ == Module.__module__:
            raise self.fail(rules.CALL, got=f"{type(module).__name__}.{name}", hint="define it in the class")
        simple = all(_is_plain(value) for value in (*args, *kwargs.values()))
        if not simple:
            return self.inline(method, (module, *args), kwargs)

        def compiled(*inner: Any, **named: Any) -> Any:
            with self.called_with(*inner, *named.values()):
                return self.inline(method, inner, named)

        functools.update_wrapper(compiled, method)
        if any(frame.source.code is method.__code__ for frame in self.frames):
            return self.inline(method, (module, *args), kwargs)  # which says that it is recursive
        return call_method(self.trace, module, name, compiled, args, kwargs)

    # --- classes ---

    def _construct(self, cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if issubclass(cls, tuple) and hasattr(cls, "_fields"):
            defaults = getattr(cls, "_field_defaults", {})
            given = dict(zip(cls._fields, args))
            given.update(kwargs)
            missing = [name for name in cls._fields if name not in given and name not in defaults]
            extra = [name for name in given if name not in cls._fields]
            if missing or extra or len(args) > len(cls._fields):
                got = f"a call of {cls.__name__} with {', '.join(given) or 'nothing'}"
                raise self.fail(rules.OPERAND, got=got, expected=", ".join(cls._fields))
            return cls(*[given[name] if name in given else defaults[name] for name in cls._fields])
        if issubclass(cls, (np.generic,)):
            if not args or _is_static(args[0]):
                return self.called(lambda: cls(*args, **kwargs))
            return self.call_function(np.array, (args[0],), {"dtype": np.dtype(cls)})
        if issubclass(cls, np.dtype) or cls.__module__ == "builtins":
            if all(_is_static(a) for a in (*args, *kwargs.values())):
                return self.called(lambda: cls(*args, **kwargs))
            raise self.fail(rules.CALL, got=cls.__name__)
        if issubclass(cls, Module):
            raise self.fail(rules.CALL, got=f"a new {cls.__name__}", hint="make modules in __init__")
        if dataclasses.is_dataclass(cls) and "__init__" in vars(cls):
            return self._dataclass(cls, args, kwargs)
        init = cls.__init__
        made = ObjectBox(cls, {})
        if isinstance(init, types.FunctionType):
            self.inline(init, (made, *args), kwargs)
        elif args or kwargs:
            raise self.fail(rules.OPERAND, got=f"arguments of {cls.__name__}, which takes none")
        return made

    def _dataclass(self, cls: type, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        bound = self.bind(inspect.signature(cls), cls.__name__, args, kwargs)
        values: dict[str, Any] = {}
        for field in dataclasses.fields(cls):
            factory = field.default_factory
            if field.init and not (field.name not in bound):
                value = bound[field.name]
                if value is getattr(dataclasses, "_HAS_DEFAULT_FACTORY", MISSING):
                    value = self.call_function(factory, (), {})
            elif factory is not dataclasses.MISSING:
                value = self.call_function(factory, (), {})
            else:
                value = self.known(field.default)
            values[field.name] = value
        made = ObjectBox(cls, values)
        hook = getattr(cls, "__post_init__", None)
        if isinstance(hook, types.FunctionType):
            self.inline(hook, (made,), {})
        return made

    # --- methods ---

    def method(self, owner: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """``owner.name(*args, **kwargs)``."""
        if isinstance(owner, ObjectBox):
            function = getattr(owner.cls, name)
            plain = inspect.getattr_static(owner.cls, name)
            if isinstance(plain, staticmethod):
                return self.call_function(function, args, kwargs)
            if isinstance(plain, classmethod):
                return self.call_function(function.__func__, (owner.cls, *args), kwargs)
            return self.call_function(function, (owner, *args), kwargs)
        if isinstance(owner, (Proxy, np.ndarray, np.generic)):
            sort = "array"
        elif isinstance(owner, ListBox):
            sort = "list"
            if name in _RESIZES:
                self.resize(owner)
        elif isinstance(owner, DictBox):
            sort = "dict"
        elif isinstance(owner, tuple):
            sort = "named tuple" if name.startswith("_") else "tuple"
        elif isinstance(owner, FutureValue):
            sort = "task"
        else:
            sort = scalar_kind(owner) or ""
        handler = METHODS.get((sort, name))
        if handler is not None:
            return handler(self, owner, args, kwargs)
        if sort == "array":
            sizes = name in SIZES
            made = [self.native(arg, size=sizes) for arg in args]
            named = {key: self.native(value, size=sizes) for key, value in kwargs.items()}
            return self.called(lambda: getattr(owner, name)(*made, **named))
        known = sorted(n for s, n in METHODS if s == sort)
        if not known:
            raise self.fail(rules.ATTRIBUTE, got=f"{name} of {describe(owner)}")
        close = difflib.get_close_matches(name, known, 3)
        hint = f"did you mean {' or '.join(close)}?" if close else f"docs/script.md lists those of {sort}"
        raise self.fail(rules.ATTRIBUTE, got=f"{name} of {describe(owner)}", hint=hint)

    def special(self, a: Any, op: str, b: Any) -> Any:
        """An operator that an object's class defines, or NotImplemented."""
        name = _SPECIAL.get(op)
        if isinstance(a, ObjectBox) and name:
            found = self.special_call(a, f"__{name}__", (b,))
            if found is not NotImplemented:
                return found
        if isinstance(b, ObjectBox) and name:
            found = self.special_call(b, f"__{_REFLECTED.get(name, 'r' + name)}__", (a,))
            if found is not NotImplemented:
                return found
        if isinstance(a, ObjectBox) and isinstance(b, ObjectBox):
            compared = objects.compared(self.binary, a, op, b)
            return a is b if compared is NotImplemented and op == "Eq" else compared
        return NotImplemented

    def special_call(self, owner: ObjectBox, name: str, args: tuple[Any, ...]) -> Any:
        """A special method of an object's class, or NotImplemented."""
        found = getattr(owner.cls, name, None)
        if isinstance(found, types.FunctionType):
            if objects.is_made_by_python(found):
                return NotImplemented
            return self.inline(found, (owner, *args), {})
        return NotImplemented

    def arity(self, name: str, args: tuple[Any, ...], kwargs: dict[str, Any], low: int, high: int) -> None:
        """Check the number of arguments; of `kwargs` there are to be none."""
        if kwargs:
            raise self.fail(rules.OPERAND, got=f"{name}() with the keyword {', '.join(kwargs)}")
        if not low <= len(args) <= high:
            few = str(low) if low == high else f"{low} to {high}"
            expected = f"{few} argument{'' if few == '1' else 's'} of {name}()"
            raise self.fail(rules.OPERAND, expected=expected, got=str(len(args)))

    # --- what `Compiler` and the tables add ---

    def call_traced(self, program: TracedProgram, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        raise NotImplementedError

    def known_items(self, value: Any, node: ast.AST, count: int | None = None) -> list[Any]:
        raise NotImplementedError

    def binary(self, op: str, a: Any, b: Any) -> Any:
        raise NotImplementedError

    def called(self, run: Callable[[], Any]) -> Any:
        raise NotImplementedError

    def subscript(self, owner: Any, key: Any) -> Any:
        raise NotImplementedError

    def set_item(self, owner: Any, key: Any, value: Any) -> None:
        raise NotImplementedError

    def as_list(self, value: Any) -> ListBox:
        """A list as a list of the program."""
        if isinstance(value, ListBox) and value.items is None:
            return value
        box = value if isinstance(value, ListBox) else ListBox(list(value))
        t = self.list_type(box)
        return ListBox(val=self.materialise(box, t))

    def list_type(self, *lists: ListBox) -> ContainerType:
        raise NotImplementedError


#: What gives a loop the items of something itself, not those of a copy.
_LAZY = (enumerate, zip, reversed)
_VIEWS = frozenset({"items", "keys", "values"})
_RESIZES = frozenset({"append", "clear", "extend", "insert", "pop", "remove"})
_SPECIAL = {
    "Add": "add", "Sub": "sub", "Mult": "mul", "Div": "truediv", "FloorDiv": "floordiv", "Mod": "mod",
    "Pow": "pow", "MatMult": "matmul", "Eq": "eq", "Lt": "lt", "LtE": "le", "Gt": "gt", "GtE": "ge",
}  # fmt: skip


#: Comparisons by the other operand.
_REFLECTED = {"eq": "eq", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}


def describe_function(function: Any) -> str:
    """A function in the user's words."""
    name = getattr(function, "__qualname__", None) or getattr(function, "__name__", None)
    module = getattr(function, "__module__", None)
    if name is None:
        return describe(function)
    return f"{module}.{name}" if module and module not in ("builtins", "__main__") else str(name)


def _is_plain(value: Any) -> bool:
    """Whether a value may be an argument of a call that is recorded: nothing of it has identity."""
    if isinstance(value, tuple):
        return all(map(_is_plain, value))
    return is_array(value) or _is_static(value) or isinstance(value, SymbolicInt)


def _is_static(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float, complex, str, type, np.dtype))
