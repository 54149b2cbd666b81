"""tracebox: an open archive format for tensor programs.

The public names are resolved when they are first used, so that `tracebox.load` imports
the reader and never the writer.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import xp as xp
    from .reader.limits import CancelToken as CancelToken
    from .reader.limits import Limits as Limits
    from .reader.load import LoadedProgram as LoadedProgram
    from .reader.load import load as load
    from .reader.session import Session as Session
    from .schema.errors import ArgumentError as ArgumentError
    from .schema.errors import GuardError as GuardError
    from .schema.errors import InvalidError as InvalidError
    from .schema.errors import LimitError as LimitError
    from .schema.errors import MalformedError as MalformedError
    from .schema.errors import Problem as Problem
    from .schema.errors import ProgramError as ProgramError
    from .schema.errors import ScriptError as ScriptError
    from .schema.errors import StateError as StateError
    from .schema.errors import TraceboxError as TraceboxError
    from .schema.errors import TraceError as TraceError
    from .schema.errors import UnsupportedError as UnsupportedError
    from .writer.checker import CheckReport as CheckReport
    from .writer.checker import check as check
    from .writer.control import cond as cond
    from .writer.control import for_loop as for_loop
    from .writer.control import while_loop as while_loop
    from .writer.forking import Task as Task
    from .writer.forking import fork as fork
    from .writer.forking import wait as wait
    from .writer.mapping import map as map
    from .writer.module import Module as Module
    from .writer.module import export as export
    from .writer.module import field as field
    from .writer.nested import custom_operator as custom_operator
    from .writer.optimize import optimize as optimize
    from .writer.program import TracedProgram as TracedProgram
    from .writer.save import save as save
    from .writer.script import ScriptedFunction as ScriptedFunction
    from .writer.script import ScriptedProgram as ScriptedProgram
    from .writer.script import script as script
    from .writer.script import script_if_tracing as script_if_tracing
    from .writer.script import script_methods as script_methods
    from .writer.tracing import trace as trace
    from .writer.tracing import trace_methods as trace_methods
    from .writer.warn import TraceWarning as TraceWarning

__version__ = "0.1.0"

_MODULES = {
    "writer.tracing": ("trace", "trace_methods"),
    "writer.save": ("save",),
    "writer.script": ("script", "script_if_tracing", "script_methods", "ScriptedFunction", "ScriptedProgram"),
    "writer.checker": ("check", "CheckReport"),
    "writer.module": ("Module", "field", "export"),
    "writer.nested": ("custom_operator",),
    "writer.control": ("cond", "for_loop", "while_loop"),
    "writer.mapping": ("map",),
    "writer.forking": ("fork", "wait", "Task"),
    "writer.optimize": ("optimize",),
    "writer.program": ("TracedProgram",),
    "writer.warn": ("TraceWarning",),
    "reader.load": ("load", "LoadedProgram"),
    "reader.session": ("Session",),
    "reader.limits": ("Limits", "CancelToken"),
    "schema.errors": (
        "TraceboxError", "Problem", "MalformedError", "InvalidError", "UnsupportedError", "TraceError",
        "ScriptError", "ArgumentError", "GuardError", "ProgramError", "StateError", "LimitError",
    ),
}  # fmt: skip
_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names}
_MODULE_OF["xp"] = "writer.namespace"  # the module itself


if not TYPE_CHECKING:  # a type checker reports unknown names instead

    def __getattr__(name: str) -> object:
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from .schema.collector import Paused

        with Paused():
            module = import_module(f".{_MODULE_OF[name]}", __name__)
        value = module if name == "xp" else getattr(module, name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULE_OF})
