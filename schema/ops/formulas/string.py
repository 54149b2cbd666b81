"""The formulas of ``ops/string.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, GLOBALS

COMPILED |= {
    "str": lambda e: e.get('str', GLOBALS['str']),
    "bool": lambda e: e.get('bool', GLOBALS['bool']),
    "int": lambda e: e.get('int', GLOBALS['int']),
}
