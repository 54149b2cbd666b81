"""The formulas of ``ops/linear.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, FUNCTIONS, PLUS, call, equal, less_equal, part, select

COMPILED |= {
    "rank(x) >= 2": lambda e: less_equal(2, len(e['x'].shape)),
    "rank(y) >= 2": lambda e: less_equal(2, len(e['y'].shape)),
    "shape(x)[-1] == shape(y)[-2]": lambda e: equal(select(e['x'].shape, -1), select(e['y'].shape, -2)),
    "broadcastable(shape(x)[:-2], shape(y)[:-2])": lambda e: call(FUNCTIONS['broadcastable'], part(e['x'].shape, None, -2), part(e['y'].shape, None, -2)),
    "T[broadcast(shape(x)[:-2], shape(y)[:-2]) + [shape(x)[-2], shape(y)[-1]]]": lambda e: select(e['T'], PLUS(call(FUNCTIONS['broadcast'], part(e['x'].shape, None, -2), part(e['y'].shape, None, -2)), (select(e['x'].shape, -2), select(e['y'].shape, -1),))),
}
