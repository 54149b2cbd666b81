"""The formulas of ``ops/indexing.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, FLOORDIV, FUNCTIONS, GLOBALS, MINUS, PLUS, UNKNOWN, both, call, either, equal, every, less, less_equal, not_equal, part, select

COMPILED |= {
    "0 <= axis < rank(x)": lambda e: every((less_equal(0, e['axis']), less(e['axis'], len(e['x'].shape)))),
    "T[shape(x)[:axis] + shape(indices) + shape(x)[axis + 1:]]": lambda e: select(e['T'], PLUS(PLUS(part(e['x'].shape, None, e['axis']), e['indices'].shape), part(e['x'].shape, PLUS(e['axis'], 1), None))),
    "rank(indices) == rank(x)": lambda e: equal(len(e['indices'].shape), len(e['x'].shape)),
    "all(i == axis or shape(indices)[i] == shape(x)[i] for i in range(rank(x)))": lambda e: (UNKNOWN if (t2 := FUNCTIONS['range'](len(e['x'].shape))) is UNKNOWN else every([(True if (t1 := equal(v_i, e['axis'])) is True else either(t1, equal(select(e['indices'].shape, v_i), select(e['x'].shape, v_i)))) for v_i in t2])),
    "T[shape(indices)]": lambda e: select(e['T'], e['indices'].shape),
    "len(indices) <= rank(x)": lambda e: less_equal((UNKNOWN if (t1 := e['indices']) is UNKNOWN else len(t1)), len(e['x'].shape)),
    "all(shape(i) == shape(indices[0]) for i in indices)": lambda e: (UNKNOWN if (t2 := e['indices']) is UNKNOWN else every([equal(v_i.shape, (UNKNOWN if (t1 := select(e['indices'], 0)) is UNKNOWN else t1.shape)) for v_i in t2])),
    "T[shape(indices[0]) + shape(x)[len(indices):]]": lambda e: select(e['T'], PLUS((UNKNOWN if (t1 := select(e['indices'], 0)) is UNKNOWN else t1.shape), part(e['x'].shape, (UNKNOWN if (t2 := e['indices']) is UNKNOWN else len(t2)), None))),
    "len(starts) == rank(x) and len(stops) == rank(x) and len(steps) == rank(x)": lambda e: (False if (t4 := equal((UNKNOWN if (t5 := e['starts']) is UNKNOWN else len(t5)), len(e['x'].shape))) is False else both(t4, (False if (t2 := equal((UNKNOWN if (t3 := e['stops']) is UNKNOWN else len(t3)), len(e['x'].shape))) is False else both(t2, equal((UNKNOWN if (t1 := e['steps']) is UNKNOWN else len(t1)), len(e['x'].shape)))))),
    "all(s != 0 for s in steps)": lambda e: (UNKNOWN if (t1 := e['steps']) is UNKNOWN else every([not_equal(v_s, 0) for v_s in t1])),
    "all(0 <= b <= e <= n if s > 0 else -1 <= e <= b <= n - 1 for b, e, s, n in zip(starts, stops, steps, shape(x)))": lambda e: (UNKNOWN if (t2 := call(FUNCTIONS['zip'], e['starts'], e['stops'], e['steps'], e['x'].shape)) is UNKNOWN else every([(UNKNOWN if (t1 := less(0, v_s)) is UNKNOWN else (every((less_equal(0, v_b), less_equal(v_b, v_e), less_equal(v_e, v_n))) if t1 else every((less_equal(-1, v_e), less_equal(v_e, v_b), less_equal(v_b, MINUS(v_n, 1)))))) for v_b, v_e, v_s, v_n in t2])),
    "shape(update) == [(e - b + s - 1) // s if s > 0 else (e - b + s + 1) // s for b, e, s in zip(starts, stops, steps)]": lambda e: equal(e['update'].shape, (UNKNOWN if (t2 := call(FUNCTIONS['zip'], e['starts'], e['stops'], e['steps'])) is UNKNOWN else tuple([(UNKNOWN if (t1 := less(0, v_s)) is UNKNOWN else (FLOORDIV(MINUS(PLUS(MINUS(v_e, v_b), v_s), 1), v_s) if t1 else FLOORDIV(PLUS(PLUS(MINUS(v_e, v_b), v_s), 1), v_s))) for v_b, v_e, v_s in t2]))),
    "T[shape(x)]": lambda e: select(e['T'], e['x'].shape),
    "shape(updates) == shape(indices[0]) + shape(x)[len(indices):]": lambda e: equal(e['updates'].shape, PLUS((UNKNOWN if (t1 := select(e['indices'], 0)) is UNKNOWN else t1.shape), part(e['x'].shape, (UNKNOWN if (t2 := e['indices']) is UNKNOWN else len(t2)), None))),
    "1 <= rank(x)": lambda e: less_equal(1, len(e['x'].shape)),
    "[i64[symbol(size)] for a in range(rank(x))]": lambda e: (UNKNOWN if (t2 := FUNCTIONS['range'](len(e['x'].shape))) is UNKNOWN else tuple([select(e.get('i64', GLOBALS['i64']), (UNKNOWN if (t1 := e['size']) is UNKNOWN else FUNCTIONS['symbol'](t1))) for v_a in t2])),
    "rank(counts) == 1": lambda e: equal(len(e['counts'].shape), 1),
    "shape(counts)[0] == shape(x)[axis]": lambda e: equal(select(e['counts'].shape, 0), select(e['x'].shape, e['axis'])),
    "T[shape(x)[:axis] + [symbol(size)] + shape(x)[axis + 1:]]": lambda e: select(e['T'], PLUS(PLUS(part(e['x'].shape, None, e['axis']), ((UNKNOWN if (t1 := e['size']) is UNKNOWN else FUNCTIONS['symbol'](t1)),)), part(e['x'].shape, PLUS(e['axis'], 1), None))),
}
