"""The script compiler: Python source to programs. docs/script.md lists the subset."""

from __future__ import annotations

from .api import ScriptedFunction, ScriptedProgram, script, script_if_tracing, script_methods

__all__ = ["ScriptedFunction", "ScriptedProgram", "script", "script_if_tracing", "script_methods"]
