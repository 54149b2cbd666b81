"""The formulas of ``ops/string.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, GLOBALS, UNKNOWN, both, either, equal, every, less_equal, member, select

COMPILED |= {
    "str": lambda e: e.get('str', GLOBALS['str']),
    "bool": lambda e: e.get('bool', GLOBALS['bool']),
    "int": lambda e: e.get('int', GLOBALS['int']),
    "list[str]": lambda e: select(e.get('list', GLOBALS['list']), e.get('str', GLOBALS['str'])),
    "sides in [\"left\", \"right\", \"both\"]": lambda e: member(e['sides'], ('left', 'right', 'both',)),
    "float": lambda e: e.get('float', GLOBALS['float']),
    "rank(x) == 0": lambda e: equal(len(e['x'].shape), 0),
    "type in [\"d\", \"b\", \"o\", \"x\", \"X\"]": lambda e: member(e['type'], ('d', 'b', 'o', 'x', 'X',)),
    "len(fill) == 1": lambda e: equal((UNKNOWN if (t1 := e['fill']) is UNKNOWN else len(t1)), 1),
    "align in [\"<\", \">\", \"^\", \"=\"]": lambda e: member(e['align'], ('<', '>', '^', '=',)),
    "sign in [\"-\", \"+\", \" \"]": lambda e: member(e['sign'], ('-', '+', ' ',)),
    "0 <= width <= 10000": lambda e: every((less_equal(0, e['width']), less_equal(e['width'], 10000))),
    "grouping in [\"\", \"_\"] or grouping == \",\" and type == \"d\"": lambda e: (True if (t2 := member(e['grouping'], ('', '_',))) is True else either(t2, (False if (t1 := equal(e['grouping'], ',')) is False else both(t1, equal(e['type'], 'd'))))),
    "type in [\"\", \"e\", \"E\", \"f\", \"F\", \"g\", \"G\", \"%\"]": lambda e: member(e['type'], ('', 'e', 'E', 'f', 'F', 'g', 'G', '%',)),
    "grouping in [\"\", \",\", \"_\"]": lambda e: member(e['grouping'], ('', ',', '_',)),
    "precision is None or 0 <= precision <= 10000": lambda e: (True if (t1 := (e['precision'] is None)) is True else either(t1, every((less_equal(0, e['precision']), less_equal(e['precision'], 10000))))),
    "align in [\"<\", \">\", \"^\"]": lambda e: member(e['align'], ('<', '>', '^',)),
}
