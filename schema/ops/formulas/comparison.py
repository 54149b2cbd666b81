"""The formulas of ``ops/comparison.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, FUNCTIONS, GLOBALS, call, select

COMPILED |= {
    "broadcastable(shape(x), shape(y))": lambda e: call(FUNCTIONS['broadcastable'], e['x'].shape, e['y'].shape),
    "bool[broadcast(shape(x), shape(y))]": lambda e: select(e.get('bool', GLOBALS['bool']), call(FUNCTIONS['broadcast'], e['x'].shape, e['y'].shape)),
    "bool[shape(x)]": lambda e: select(e.get('bool', GLOBALS['bool']), e['x'].shape),
    "T[broadcast(shape(x), shape(y))]": lambda e: select(e['T'], call(FUNCTIONS['broadcast'], e['x'].shape, e['y'].shape)),
    "T[shape(x)]": lambda e: select(e['T'], e['x'].shape),
    "broadcastable(shape(condition), shape(x), shape(y))": lambda e: call(FUNCTIONS['broadcastable'], e['condition'].shape, e['x'].shape, e['y'].shape),
    "T[broadcast(shape(condition), shape(x), shape(y))]": lambda e: select(e['T'], call(FUNCTIONS['broadcast'], e['condition'].shape, e['x'].shape, e['y'].shape)),
}
