"""The formulas of ``ops/functions.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, FUNCTIONS, GLOBALS, UNKNOWN, call, equal, select

COMPILED |= {
    "T[shape(x)]": lambda e: select(e['T'], e['x'].shape),
    "broadcastable(shape(x), shape(y))": lambda e: call(FUNCTIONS['broadcastable'], e['x'].shape, e['y'].shape),
    "T[broadcast(shape(x), shape(y))]": lambda e: select(e['T'], call(FUNCTIONS['broadcast'], e['x'].shape, e['y'].shape)),
    "(f32 if T == c64 else f64)[shape(x)]": lambda e: select((UNKNOWN if (t1 := equal(e['T'], e.get('c64', GLOBALS['c64']))) is UNKNOWN else (e.get('f32', GLOBALS['f32']) if t1 else e.get('f64', GLOBALS['f64']))), e['x'].shape),
    "(c64 if T == f32 else c128)[broadcast(shape(x), shape(y))]": lambda e: select((UNKNOWN if (t1 := equal(e['T'], e.get('f32', GLOBALS['f32']))) is UNKNOWN else (e.get('c64', GLOBALS['c64']) if t1 else e.get('c128', GLOBALS['c128']))), call(FUNCTIONS['broadcast'], e['x'].shape, e['y'].shape)),
}
