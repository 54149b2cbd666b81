"""The formulas of ``ops/sorting.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, FUNCTIONS, GLOBALS, UNKNOWN, both, equal, less, less_equal, member, select

COMPILED |= {
    "0 <= axis and axis < rank(x)": lambda e: (False if (t1 := less_equal(0, e['axis'])) is False else both(t1, less(e['axis'], len(e['x'].shape)))),
    "T[shape(x)]": lambda e: select(e['T'], e['x'].shape),
    "i64[shape(x)]": lambda e: select(e.get('i64', GLOBALS['i64']), e['x'].shape),
    "0 <= k and k <= shape(x)[axis]": lambda e: (False if (t1 := less_equal(0, e['k'])) is False else both(t1, less_equal(e['k'], select(e['x'].shape, e['axis'])))),
    "T[[k if i == axis else shape(x)[i] for i in range(rank(x))]]": lambda e: select(e['T'], (UNKNOWN if (t2 := FUNCTIONS['range'](len(e['x'].shape))) is UNKNOWN else tuple([(UNKNOWN if (t1 := equal(v_i, e['axis'])) is UNKNOWN else (e['k'] if t1 else select(e['x'].shape, v_i))) for v_i in t2]))),
    "i64[[k if i == axis else shape(x)[i] for i in range(rank(x))]]": lambda e: select(e.get('i64', GLOBALS['i64']), (UNKNOWN if (t2 := FUNCTIONS['range'](len(e['x'].shape))) is UNKNOWN else tuple([(UNKNOWN if (t1 := equal(v_i, e['axis'])) is UNKNOWN else (e['k'] if t1 else select(e['x'].shape, v_i))) for v_i in t2]))),
    "rank(x) == 1": lambda e: equal(len(e['x'].shape), 1),
    "side in [\"left\", \"right\"]": lambda e: member(e['side'], ('left', 'right',)),
    "i64[shape(y)]": lambda e: select(e.get('i64', GLOBALS['i64']), e['y'].shape),
    "T[symbol(size)]": lambda e: select(e['T'], (UNKNOWN if (t1 := e['size']) is UNKNOWN else FUNCTIONS['symbol'](t1))),
    "i64[symbol(size)]": lambda e: select(e.get('i64', GLOBALS['i64']), (UNKNOWN if (t1 := e['size']) is UNKNOWN else FUNCTIONS['symbol'](t1))),
    "bool[shape(x)]": lambda e: select(e.get('bool', GLOBALS['bool']), e['x'].shape),
}
