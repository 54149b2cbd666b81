"""The formulas of ``ops/random.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, GLOBALS, UNKNOWN, both, equal, every, less_equal, member, select

COMPILED |= {
    "shape(key) == [2]": lambda e: equal(e['key'].shape, (2,)),
    "all(0 <= n for n in shape)": lambda e: (UNKNOWN if (t1 := e['shape']) is UNKNOWN else every([less_equal(0, v_n) for v_n in t1])),
    "u32[shape]": lambda e: select(e.get('u32', GLOBALS['u32']), e['shape']),
    "0 <= count and count <= 4294967296": lambda e: (False if (t1 := less_equal(0, e['count'])) is False else both(t1, less_equal(e['count'], 4294967296))),
    "u32[count, 2]": lambda e: select(e.get('u32', GLOBALS['u32']), (e['count'], 2,)),
    "dtype in [f16, f32, f64]": lambda e: member(e['dtype'], (e.get('f16', GLOBALS['f16']), e.get('f32', GLOBALS['f32']), e.get('f64', GLOBALS['f64']),)),
    "dtype[shape]": lambda e: select(e['dtype'], e['shape']),
}
