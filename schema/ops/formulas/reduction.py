"""The formulas of ``ops/reduction.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, FUNCTIONS, GLOBALS, PLUS, UNKNOWN, both, chosen, either, equal, every, less, less_equal, member, negation, not_equal, select

COMPILED |= {
    "all(0 <= a and a < rank(x) for a in axes)": lambda e: (UNKNOWN if (t2 := e['axes']) is UNKNOWN else every([(False if (t1 := less_equal(0, v_a)) is False else both(t1, less(v_a, len(e['x'].shape)))) for v_a in t2])),
    "axes == sorted(axes) and distinct(axes)": lambda e: (False if (t2 := equal(e['axes'], (UNKNOWN if (t3 := e['axes']) is UNKNOWN else FUNCTIONS['sorted'](t3)))) is False else both(t2, (UNKNOWN if (t1 := e['axes']) is UNKNOWN else FUNCTIONS['distinct'](t1)))),
    "T[[1 if i in axes else shape(x)[i] for i in range(rank(x)) if keepdims or i not in axes]]": lambda e: select(e['T'], (UNKNOWN if (t5 := (UNKNOWN if (t4 := FUNCTIONS['range'](len(e['x'].shape))) is UNKNOWN else chosen([((UNKNOWN if (t1 := member(v_i, e['axes'])) is UNKNOWN else (1 if t1 else select(e['x'].shape, v_i))),) if (t3 := (True if (t2 := e['keepdims']) is True else either(t2, negation(member(v_i, e['axes']))))) is True else t3 for v_i in t4]))) is UNKNOWN else tuple(t5))),
    "all(shape(x)[a] >= 1 for a in axes)": lambda e: (UNKNOWN if (t1 := e['axes']) is UNKNOWN else every([less_equal(1, select(e['x'].shape, v_a)) for v_a in t1])),
    "0 <= axis and axis < rank(x)": lambda e: (False if (t1 := less_equal(0, e['axis'])) is False else both(t1, less(e['axis'], len(e['x'].shape)))),
    "shape(x)[axis] >= 1": lambda e: less_equal(1, select(e['x'].shape, e['axis'])),
    "i64[[1 if i == axis else shape(x)[i] for i in range(rank(x)) if keepdims or i != axis]]": lambda e: select(e.get('i64', GLOBALS['i64']), (UNKNOWN if (t5 := (UNKNOWN if (t4 := FUNCTIONS['range'](len(e['x'].shape))) is UNKNOWN else chosen([((UNKNOWN if (t1 := equal(v_i, e['axis'])) is UNKNOWN else (1 if t1 else select(e['x'].shape, v_i))),) if (t3 := (True if (t2 := e['keepdims']) is True else either(t2, not_equal(v_i, e['axis'])))) is True else t3 for v_i in t4]))) is UNKNOWN else tuple(t5))),
    "T[[shape(x)[i] + (1 if include_initial and i == axis else 0) for i in range(rank(x))]]": lambda e: select(e['T'], (UNKNOWN if (t3 := FUNCTIONS['range'](len(e['x'].shape))) is UNKNOWN else tuple([PLUS(select(e['x'].shape, v_i), (UNKNOWN if (t2 := (False if (t1 := e['include_initial']) is False else both(t1, equal(v_i, e['axis'])))) is UNKNOWN else (1 if t2 else 0))) for v_i in t3]))),
}
