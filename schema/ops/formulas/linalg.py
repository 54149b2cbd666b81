"""The formulas of ``ops/linalg.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, FUNCTIONS, GLOBALS, PLUS, UNKNOWN, call, equal, less_equal, member, part, select

COMPILED |= {
    "2 <= rank(x)": lambda e: less_equal(2, len(e['x'].shape)),
    "shape(x)[-1] == shape(x)[-2]": lambda e: equal(select(e['x'].shape, -1), select(e['x'].shape, -2)),
    "T[shape(x)]": lambda e: select(e['T'], e['x'].shape),
    "mode in [\"reduced\", \"complete\"]": lambda e: member(e['mode'], ('reduced', 'complete',)),
    "T[shape(x)[:-2] + [shape(x)[-2], shape(x)[-2] if mode == \"complete\" else min(shape(x)[-2], shape(x)[-1])]]": lambda e: select(e['T'], PLUS(part(e['x'].shape, None, -2), (select(e['x'].shape, -2), (UNKNOWN if (t1 := equal(e['mode'], 'complete')) is UNKNOWN else (select(e['x'].shape, -2) if t1 else call(FUNCTIONS['min'], select(e['x'].shape, -2), select(e['x'].shape, -1)))),))),
    "T[shape(x)[:-2] + [shape(x)[-2] if mode == \"complete\" else min(shape(x)[-2], shape(x)[-1]), shape(x)[-1]]]": lambda e: select(e['T'], PLUS(part(e['x'].shape, None, -2), ((UNKNOWN if (t1 := equal(e['mode'], 'complete')) is UNKNOWN else (select(e['x'].shape, -2) if t1 else call(FUNCTIONS['min'], select(e['x'].shape, -2), select(e['x'].shape, -1)))), select(e['x'].shape, -1),))),
    "T[shape(x)[:-2] + [shape(x)[-2], shape(x)[-2] if full_matrices else min(shape(x)[-2], shape(x)[-1])]]": lambda e: select(e['T'], PLUS(part(e['x'].shape, None, -2), (select(e['x'].shape, -2), (UNKNOWN if (t1 := e['full_matrices']) is UNKNOWN else (select(e['x'].shape, -2) if t1 else call(FUNCTIONS['min'], select(e['x'].shape, -2), select(e['x'].shape, -1)))),))),
    "(f32 if T in [f32, c64] else f64)[shape(x)[:-2] + [min(shape(x)[-2], shape(x)[-1])]]": lambda e: select((UNKNOWN if (t1 := member(e['T'], (e.get('f32', GLOBALS['f32']), e.get('c64', GLOBALS['c64']),))) is UNKNOWN else (e.get('f32', GLOBALS['f32']) if t1 else e.get('f64', GLOBALS['f64']))), PLUS(part(e['x'].shape, None, -2), (call(FUNCTIONS['min'], select(e['x'].shape, -2), select(e['x'].shape, -1)),))),
    "T[shape(x)[:-2] + [shape(x)[-1] if full_matrices else min(shape(x)[-2], shape(x)[-1]), shape(x)[-1]]]": lambda e: select(e['T'], PLUS(part(e['x'].shape, None, -2), ((UNKNOWN if (t1 := e['full_matrices']) is UNKNOWN else (select(e['x'].shape, -1) if t1 else call(FUNCTIONS['min'], select(e['x'].shape, -2), select(e['x'].shape, -1)))), select(e['x'].shape, -1),))),
    "(f32 if T in [f32, c64] else f64)[shape(x)[:-1]]": lambda e: select((UNKNOWN if (t1 := member(e['T'], (e.get('f32', GLOBALS['f32']), e.get('c64', GLOBALS['c64']),))) is UNKNOWN else (e.get('f32', GLOBALS['f32']) if t1 else e.get('f64', GLOBALS['f64']))), part(e['x'].shape, None, -1)),
    "(c64 if T in [f32, c64] else c128)[shape(x)[:-1]]": lambda e: select((UNKNOWN if (t1 := member(e['T'], (e.get('f32', GLOBALS['f32']), e.get('c64', GLOBALS['c64']),))) is UNKNOWN else (e.get('c64', GLOBALS['c64']) if t1 else e.get('c128', GLOBALS['c128']))), part(e['x'].shape, None, -1)),
    "(c64 if T in [f32, c64] else c128)[shape(x)]": lambda e: select((UNKNOWN if (t1 := member(e['T'], (e.get('f32', GLOBALS['f32']), e.get('c64', GLOBALS['c64']),))) is UNKNOWN else (e.get('c64', GLOBALS['c64']) if t1 else e.get('c128', GLOBALS['c128']))), e['x'].shape),
    "2 <= rank(y)": lambda e: less_equal(2, len(e['y'].shape)),
    "shape(y)[-2] == shape(x)[-1]": lambda e: equal(select(e['y'].shape, -2), select(e['x'].shape, -1)),
    "broadcastable(shape(x)[:-2], shape(y)[:-2])": lambda e: call(FUNCTIONS['broadcastable'], part(e['x'].shape, None, -2), part(e['y'].shape, None, -2)),
    "T[broadcast(shape(x)[:-2], shape(y)[:-2]) + [shape(x)[-1], shape(y)[-1]]]": lambda e: select(e['T'], PLUS(call(FUNCTIONS['broadcast'], part(e['x'].shape, None, -2), part(e['y'].shape, None, -2)), (select(e['x'].shape, -1), select(e['y'].shape, -1),))),
    "T[shape(x)[:-2]]": lambda e: select(e['T'], part(e['x'].shape, None, -2)),
    "(f32 if T in [f32, c64] else f64)[shape(x)[:-2]]": lambda e: select((UNKNOWN if (t1 := member(e['T'], (e.get('f32', GLOBALS['f32']), e.get('c64', GLOBALS['c64']),))) is UNKNOWN else (e.get('f32', GLOBALS['f32']) if t1 else e.get('f64', GLOBALS['f64']))), part(e['x'].shape, None, -2)),
}
