"""The formulas of ``ops/scalar.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, FUNCTIONS, GLOBALS, UNKNOWN, select

COMPILED |= {
    "int": lambda e: e.get('int', GLOBALS['int']),
    "float": lambda e: e.get('float', GLOBALS['float']),
    "bool": lambda e: e.get('bool', GLOBALS['bool']),
    "complex": lambda e: e.get('complex', GLOBALS['complex']),
    "is_tensor(x)": lambda e: (UNKNOWN if (t1 := e['x']) is UNKNOWN else FUNCTIONS['is_tensor'](t1)),
    "list[int]": lambda e: select(e.get('list', GLOBALS['list']), e.get('int', GLOBALS['int'])),
    "str": lambda e: e.get('str', GLOBALS['str']),
}
