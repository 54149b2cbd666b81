"""The formulas of ``ops/layers.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, FUNCTIONS, MINUS, MODULO, PLUS, TIMES, UNKNOWN, both, call, either, equal, every, less, less_equal, part, select

COMPILED |= {
    "T[shape(x)]": lambda e: select(e['T'], e['x'].shape),
    "2 <= rank(x)": lambda e: less_equal(2, len(e['x'].shape)),
    "1 <= groups": lambda e: less_equal(1, e['groups']),
    "shape(x)[1] % groups == 0": lambda e: equal(MODULO(select(e['x'].shape, 1), e['groups']), 0),
    "shape(scale) == [shape(x)[1]]": lambda e: equal(e['scale'].shape, (select(e['x'].shape, 1),)),
    "bias is None or shape(bias) == [shape(x)[1]]": lambda e: (True if (t1 := (e['bias'] is None)) is True else either(t1, equal(e['bias'].shape, (select(e['x'].shape, 1),)))),
    "3 <= rank(x) <= 5 and rank(w) == rank(x)": lambda e: (False if (t1 := every((less_equal(3, len(e['x'].shape)), less_equal(len(e['x'].shape), 5)))) is False else both(t1, equal(len(e['w'].shape), len(e['x'].shape)))),
    "len(strides) == rank(x) - 2 and len(low) == rank(x) - 2 and len(high) == rank(x) - 2 and len(output_padding) == rank(x) - 2 and len(dilations) == rank(x) - 2": lambda e: (False if (t8 := equal((UNKNOWN if (t9 := e['strides']) is UNKNOWN else len(t9)), MINUS(len(e['x'].shape), 2))) is False else both(t8, (False if (t6 := equal((UNKNOWN if (t7 := e['low']) is UNKNOWN else len(t7)), MINUS(len(e['x'].shape), 2))) is False else both(t6, (False if (t4 := equal((UNKNOWN if (t5 := e['high']) is UNKNOWN else len(t5)), MINUS(len(e['x'].shape), 2))) is False else both(t4, (False if (t2 := equal((UNKNOWN if (t3 := e['output_padding']) is UNKNOWN else len(t3)), MINUS(len(e['x'].shape), 2))) is False else both(t2, equal((UNKNOWN if (t1 := e['dilations']) is UNKNOWN else len(t1)), MINUS(len(e['x'].shape), 2)))))))))),
    "all(1 <= s for s in strides) and all(1 <= d for d in dilations)": lambda e: (False if (t2 := (UNKNOWN if (t3 := e['strides']) is UNKNOWN else every([less_equal(1, v_s) for v_s in t3]))) is False else both(t2, (UNKNOWN if (t1 := e['dilations']) is UNKNOWN else every([less_equal(1, v_d) for v_d in t1])))),
    "all(0 <= l for l in low) and all(0 <= h for h in high)": lambda e: (False if (t2 := (UNKNOWN if (t3 := e['low']) is UNKNOWN else every([less_equal(0, v_l) for v_l in t3]))) is False else both(t2, (UNKNOWN if (t1 := e['high']) is UNKNOWN else every([less_equal(0, v_h) for v_h in t1])))),
    "all(0 <= o < max(s, d) for o, s, d in zip(output_padding, strides, dilations))": lambda e: (UNKNOWN if (t1 := call(FUNCTIONS['zip'], e['output_padding'], e['strides'], e['dilations'])) is UNKNOWN else every([every((less_equal(0, v_o), less(v_o, call(FUNCTIONS['max'], v_s, v_d)))) for v_o, v_s, v_d in t1])),
    "shape(x)[1] == shape(w)[0]": lambda e: equal(select(e['x'].shape, 1), select(e['w'].shape, 0)),
    "shape(w)[0] % groups == 0": lambda e: equal(MODULO(select(e['w'].shape, 0), e['groups']), 0),
    "bias is None or shape(bias) == [shape(w)[1] * groups]": lambda e: (True if (t1 := (e['bias'] is None)) is True else either(t1, equal(e['bias'].shape, (TIMES(select(e['w'].shape, 1), e['groups']),)))),
    "all(1 <= n and 1 <= k and l + h < (n - 1) * s + d * (k - 1) + 1 + o for n, k, s, d, l, h, o in zip(shape(x)[2:], shape(w)[2:], strides, dilations, low, high, output_padding))": lambda e: (UNKNOWN if (t3 := call(FUNCTIONS['zip'], part(e['x'].shape, 2, None), part(e['w'].shape, 2, None), e['strides'], e['dilations'], e['low'], e['high'], e['output_padding'])) is UNKNOWN else every([(False if (t2 := less_equal(1, v_n)) is False else both(t2, (False if (t1 := less_equal(1, v_k)) is False else both(t1, less(PLUS(v_l, v_h), PLUS(PLUS(PLUS(TIMES(MINUS(v_n, 1), v_s), TIMES(v_d, MINUS(v_k, 1))), 1), v_o)))))) for v_n, v_k, v_s, v_d, v_l, v_h, v_o in t3])),
    "T[[shape(x)[0], shape(w)[1] * groups] + [(n - 1) * s + d * (k - 1) + 1 + o - l - h for n, k, s, d, l, h, o in zip(shape(x)[2:], shape(w)[2:], strides, dilations, low, high, output_padding)]]": lambda e: select(e['T'], PLUS((select(e['x'].shape, 0), TIMES(select(e['w'].shape, 1), e['groups']),), (UNKNOWN if (t1 := call(FUNCTIONS['zip'], part(e['x'].shape, 2, None), part(e['w'].shape, 2, None), e['strides'], e['dilations'], e['low'], e['high'], e['output_padding'])) is UNKNOWN else tuple([MINUS(MINUS(PLUS(PLUS(PLUS(TIMES(MINUS(v_n, 1), v_s), TIMES(v_d, MINUS(v_k, 1))), 1), v_o), v_l), v_h) for v_n, v_k, v_s, v_d, v_l, v_h, v_o in t1])))),
    "rank(x) == 2 and rank(h) == 2 and rank(w_ih) == 2 and rank(w_hh) == 2": lambda e: (False if (t3 := equal(len(e['x'].shape), 2)) is False else both(t3, (False if (t2 := equal(len(e['h'].shape), 2)) is False else both(t2, (False if (t1 := equal(len(e['w_ih'].shape), 2)) is False else both(t1, equal(len(e['w_hh'].shape), 2))))))),
    "shape(x)[0] == shape(h)[0]": lambda e: equal(select(e['x'].shape, 0), select(e['h'].shape, 0)),
    "shape(w_ih) == [3 * shape(h)[1], shape(x)[1]]": lambda e: equal(e['w_ih'].shape, (TIMES(3, select(e['h'].shape, 1)), select(e['x'].shape, 1),)),
    "shape(w_hh) == [3 * shape(h)[1], shape(h)[1]]": lambda e: equal(e['w_hh'].shape, (TIMES(3, select(e['h'].shape, 1)), select(e['h'].shape, 1),)),
    "shape(b_ih) == [3 * shape(h)[1]]": lambda e: equal(e['b_ih'].shape, (TIMES(3, select(e['h'].shape, 1)),)),
    "shape(b_hh) == [3 * shape(h)[1]]": lambda e: equal(e['b_hh'].shape, (TIMES(3, select(e['h'].shape, 1)),)),
    "T[shape(h)]": lambda e: select(e['T'], e['h'].shape),
}
