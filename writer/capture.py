"""Arrays that the traced code holds: found before the trace, wrapped, and put back after it.

NumPy gives a plain array no chance to notice ``W[p]`` or ``W += p``, so arrays in globals,
closures, defaults, attributes and containers are replaced by traced ones while the trace
runs. They become the program's parameters.
"""

from __future__ import annotations

import functools
import os
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from .attributes import has_name
from .context import Trace
from .intercept import REPLACEMENTS, Cached, uncached
from .program import TracedProgram
from .proxy import Proxy
from .scope import Captured
from .texts import BUILTINS

_SKIPPED = (
    "numpy",
    "tracebox",
    "builtins",
    "typing",
    "collections",
    "functools",
    "threading",
    "logging",
    "re",
    "os",
)
_LIMIT = 20000


class Capture:
    """The arrays that are reachable from the traced code, wrapped while it is entered."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        trace.capture = self
        self._undo: list[Callable[[], None]] = []
        self._seen: dict[int, object] = {}
        self._proxies: dict[int, Proxy] = {}
        self._by_memory: dict[tuple[Any, ...], Captured] = {}
        self._copies: dict[int, Any] = {}
        #: What was looked into first, and by which names.
        self._roots: list[tuple[object, str]] = []
        #: Every function that was looked at.
        self.codes: list[types.CodeType] = []

    def undo(self) -> None:
        """Put everything back."""
        while self._undo:
            self._undo.pop()()
        self._proxies.clear()
        self._copies.clear()
        self._seen.clear()

    def enter(self, value: object, name: str) -> None:
        """Wrap what is reachable from `value`."""
        self._roots.append((value, name))
        self.visit(value, None, name)

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Inside, everything is as it was before the trace."""
        self.undo()
        try:
            yield
        finally:
            for value, name in self._roots:
                self.visit(value, None, name)

    # --- wrapping ---

    def wrapped(self, array: Any, owner: object, name: str) -> Proxy:
        """The traced array for a captured one; the same for tied arrays."""
        found = self._proxies.get(id(array))
        if found is not None:
            assert isinstance(found._source, Captured)
            found._source.names.setdefault(id(owner), name)
            return found
        memory = (array.__array_interface__["data"][0], array.shape, array.strides, array.dtype.str)
        captured = self._by_memory.get(memory) if array.size else None
        if captured is None:
            captured = self._by_memory[memory] = Captured(array, owner, name)
        captured.names.setdefault(id(owner), name)
        self.trace.captured[id(array)] = captured
        found = self._proxies[id(array)] = Proxy(self.trace, captured)
        return found

    def replacement(self, value: Any, owner: object, name: str) -> Any:
        """What stands for `value` during the trace: itself, or with arrays wrapped."""
        if isinstance(value, Proxy):
            return value
        if isinstance(value, np.ndarray):
            plain = type(value) is np.ndarray and has_name(value.dtype)
            return self.wrapped(value, owner, name) if plain else value
        if id(value) in REPLACEMENTS:
            return REPLACEMENTS[id(value)]
        if isinstance(value, Cached):
            self.visit(value.__wrapped__, owner, name)
            return uncached(value)
        if isinstance(value, tuple) and value:
            return self._tuple(value, owner, name)
        self.visit(value, owner, name)
        return value

    def _tuple(self, value: tuple[Any, ...], owner: object, name: str) -> Any:
        if id(value) in self._copies:
            return self._copies[id(value)]
        items = [self.replacement(item, owner, f"{name}_{i}") for i, item in enumerate(value)]
        made: Any = value
        if any(a is not b for a, b in zip(items, value)):
            made = type(value)(*items) if hasattr(value, "_fields") else tuple(items)
        self._copies[id(value)] = made
        return made

    def _put(self, set_: Callable[[Any], None], value: Any, owner: object, name: str) -> None:
        made = self.replacement(value, owner, name)
        if made is not value:
            set_(made)
            self._undo.append(lambda: set_(value))

    # --- finding ---

    def visit(self, value: Any, owner: object, name: str) -> None:
        """Look into an object that is not an array itself."""
        if id(value) in self._seen or len(self._seen) > _LIMIT:
            return
        self._seen[id(value)] = value
        if isinstance(value, types.FunctionType):
            self._function(value)
        elif isinstance(value, types.MethodType):
            self.visit(value.__func__, owner, name)
            self.visit(value.__self__, owner, name)
        elif isinstance(value, functools.partial):
            self._partial(value)
        elif isinstance(value, list):
            for i, item in enumerate(value):
                self._put(functools.partial(value.__setitem__, i), item, owner, f"{name}_{i}")
        elif isinstance(value, dict):
            for key, item in list(value.items()):
                self._put(functools.partial(value.__setitem__, key), item, owner, f"{name}_{key}")
        elif isinstance(value, type):
            self._class(value)
        elif isinstance(value, (staticmethod, classmethod, property)):
            inner = value.fget if isinstance(value, property) else value.__func__
            self.visit(inner, owner, name)
        elif isinstance(value, TracedProgram):
            self.visit(value.function, owner, name)
        elif not isinstance(value, types.ModuleType):
            self._object(value)

    def _function(self, function: types.FunctionType) -> None:
        if _skipped(function.__module__):
            return
        names = self._names(function.__code__)
        space = function.__globals__
        owner = self.trace.root.source
        foreign = _foreign(function.__code__.co_filename)
        for name in names:
            if name in BUILTINS and name not in space and not foreign:
                space[name] = BUILTINS[name]
                self._undo.append(functools.partial(space.pop, name))
            elif name in space:
                value = space[name]
                if foreign and not isinstance(value, _PLAIN) and id(value) not in REPLACEMENTS:
                    self._code_of(value)
                    continue
                self._put(functools.partial(space.__setitem__, name), value, owner, name)
                if isinstance(value, types.ModuleType) and not _skipped(value.__name__):
                    self._module(value, names)
        for name, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
            try:
                content = cell.cell_contents
            except ValueError:
                continue
            self._put(functools.partial(setattr, cell, "cell_contents"), content, owner, name)
        self._defaults(function)
        wrapped = getattr(function, "__wrapped__", None)
        if wrapped is not None:
            self.visit(wrapped, owner, function.__name__)

    def _code_of(self, value: Any) -> None:
        cls = value if isinstance(value, type) else type(value)
        self.visit(cls, None, cls.__name__)

    def _defaults(self, function: types.FunctionType) -> None:
        owner = self.trace.root.source
        names = function.__code__.co_varnames
        if function.__defaults__:
            self._put(
                functools.partial(setattr, function, "__defaults__"),
                function.__defaults__,
                owner,
                names[0] or "default",
            )
        keywords = function.__kwdefaults__ or {}
        for name, value in list(keywords.items()):
            self._put(functools.partial(keywords.__setitem__, name), value, owner, name)

    def _names(self, code: types.CodeType) -> set[str]:
        self.codes.append(code)
        names = set(code.co_names)
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                names |= self._names(constant)
        return names

    def _module(self, module: types.ModuleType, names: set[str]) -> None:
        space = vars(module)
        foreign = _foreign(getattr(module, "__file__", None) or "")
        for name in names & space.keys():
            value = space[name]
            if isinstance(value, types.ModuleType):
                continue
            if foreign and not isinstance(value, _PLAIN):
                self._code_of(value)
                continue
            self._put(functools.partial(space.__setitem__, name), value, module, name)

    def _partial(self, value: functools.partial[Any]) -> None:
        self.visit(value.func, None, "func")
        args = self._tuple(value.args, None, "args") if value.args else value.args
        keywords = {k: self.replacement(v, None, k) for k, v in value.keywords.items()}
        put: Any = getattr(value, "__setstate__")  # noqa: B009
        old: Any = value.__reduce__()[2]
        if args is not value.args or any(keywords[k] is not v for k, v in value.keywords.items()):
            put((value.func, args, keywords, old[3] if len(old) > 3 else None))
            self._undo.append(lambda: put(old))

    def _class(self, cls: type) -> None:
        for base in cls.__mro__:
            if _skipped(base.__module__):
                continue
            for name, member in list(vars(base).items()):
                if isinstance(member, np.ndarray):
                    self._put(functools.partial(setattr, base, name), member, base, name)
                elif callable(member) or isinstance(member, (staticmethod, classmethod, property)):
                    self.visit(member, base, name)

    def _object(self, value: Any) -> None:
        cls = type(value)
        if isinstance(value, (Proxy, np.generic, str, bytes, int, float, complex)) or value is None:
            return
        if cls.__module__.partition(".")[0] in _SKIPPED or _standard(cls.__module__):
            return
        space = getattr(value, "__dict__", None)
        if isinstance(space, dict):
            for name, item in list(space.items()):
                if not name.startswith("_tb_"):
                    self._put(functools.partial(space.__setitem__, name), item, value, name)
        for base in cls.__mro__:
            slots = vars(base).get("__slots__", ())
            for name in (slots,) if isinstance(slots, str) else slots:
                if not name.startswith("__") and hasattr(value, name):
                    set_ = functools.partial(object.__setattr__, value, name)
                    self._put(set_, getattr(value, name), value, name)
        self.visit(cls, None, cls.__name__)


#: What is looked at in the globals of installed packages: of other objects there, their code alone.
_PLAIN = (types.FunctionType, types.ModuleType, Cached, np.ndarray, tuple, list)


@functools.lru_cache(maxsize=4096)
def _foreign(filename: str) -> bool:
    return any(
        part in filename for part in (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
    )


def _skipped(module: str | None) -> bool:
    name = module or ""
    return name.partition(".")[0] in _SKIPPED or _standard(name)


def _standard(module: str) -> bool:
    return module != "__main__" and module.partition(".")[0] in sys.stdlib_module_names
