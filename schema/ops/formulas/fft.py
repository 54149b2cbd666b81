"""The formulas of ``ops/fft.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, FLOORDIV, FUNCTIONS, GLOBALS, PLUS, UNKNOWN, both, equal, every, less, less_equal, member, select

COMPILED |= {
    "0 <= axis < rank(x)": lambda e: every((less_equal(0, e['axis']), less(e['axis'], len(e['x'].shape)))),
    "1 <= shape(x)[axis]": lambda e: less_equal(1, select(e['x'].shape, e['axis'])),
    "norm in [\"backward\", \"ortho\", \"forward\"]": lambda e: member(e['norm'], ('backward', 'ortho', 'forward',)),
    "T[shape(x)]": lambda e: select(e['T'], e['x'].shape),
    "(c64 if T == f32 else c128)[[d // 2 + 1 if i == axis else d for i, d in enumerate(shape(x))]]": lambda e: select((UNKNOWN if (t1 := equal(e['T'], e.get('f32', GLOBALS['f32']))) is UNKNOWN else (e.get('c64', GLOBALS['c64']) if t1 else e.get('c128', GLOBALS['c128']))), (UNKNOWN if (t4 := (UNKNOWN if (t2 := e['x'].shape) is UNKNOWN else FUNCTIONS['enumerate'](t2))) is UNKNOWN else tuple([(UNKNOWN if (t3 := equal(v_i, e['axis'])) is UNKNOWN else (PLUS(FLOORDIV(v_d, 2), 1) if t3 else v_d)) for v_i, v_d in t4]))),
    "1 <= n and shape(x)[axis] == n // 2 + 1": lambda e: (False if (t1 := less_equal(1, e['n'])) is False else both(t1, equal(select(e['x'].shape, e['axis']), PLUS(FLOORDIV(e['n'], 2), 1)))),
    "(f32 if T == c64 else f64)[[n if i == axis else d for i, d in enumerate(shape(x))]]": lambda e: select((UNKNOWN if (t1 := equal(e['T'], e.get('c64', GLOBALS['c64']))) is UNKNOWN else (e.get('f32', GLOBALS['f32']) if t1 else e.get('f64', GLOBALS['f64']))), (UNKNOWN if (t4 := (UNKNOWN if (t2 := e['x'].shape) is UNKNOWN else FUNCTIONS['enumerate'](t2))) is UNKNOWN else tuple([(UNKNOWN if (t3 := equal(v_i, e['axis'])) is UNKNOWN else (e['n'] if t3 else v_d)) for v_i, v_d in t4]))),
}
