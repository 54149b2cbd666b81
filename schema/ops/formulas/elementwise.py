"""The formulas of ``ops/elementwise.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, FUNCTIONS, GLOBALS, UNKNOWN, call, either, equal, select

COMPILED |= {
    "broadcastable(shape(x), shape(y))": lambda e: call(FUNCTIONS['broadcastable'], e['x'].shape, e['y'].shape),
    "T[broadcast(shape(x), shape(y))]": lambda e: select(e['T'], call(FUNCTIONS['broadcast'], e['x'].shape, e['y'].shape)),
    "rank(lo) == 0 or shape(lo) == shape(x)": lambda e: (True if (t1 := equal(len(e['lo'].shape), 0)) is True else either(t1, equal(e['lo'].shape, e['x'].shape))),
    "rank(hi) == 0 or shape(hi) == shape(x)": lambda e: (True if (t1 := equal(len(e['hi'].shape), 0)) is True else either(t1, equal(e['hi'].shape, e['x'].shape))),
    "T[shape(x)]": lambda e: select(e['T'], e['x'].shape),
    "(f32 if T == c64 else f64 if T == c128 else T)[shape(x)]": lambda e: select((UNKNOWN if (t2 := equal(e['T'], e.get('c64', GLOBALS['c64']))) is UNKNOWN else (e.get('f32', GLOBALS['f32']) if t2 else (UNKNOWN if (t1 := equal(e['T'], e.get('c128', GLOBALS['c128']))) is UNKNOWN else (e.get('f64', GLOBALS['f64']) if t1 else e['T'])))), e['x'].shape),
}
