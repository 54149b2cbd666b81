"""The formulas of ``ops/creation.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, FLOORDIV, FUNCTIONS, GLOBALS, MINUS, PLUS, UNKNOWN, both, either, equal, every, less, less_equal, member, not_equal, select

COMPILED |= {
    "rank(value) == 0": lambda e: equal(len(e['value'].shape), 0),
    "all(0 <= d for d in shape)": lambda e: (UNKNOWN if (t1 := e['shape']) is UNKNOWN else every([less_equal(0, v_d) for v_d in t1])),
    "T[shape]": lambda e: select(e['T'], e['shape']),
    "dtype in [i8, i16, i32, i64, u8, u16, u32, u64, f16, f32, f64]": lambda e: member(e['dtype'], (e.get('i8', GLOBALS['i8']), e.get('i16', GLOBALS['i16']), e.get('i32', GLOBALS['i32']), e.get('i64', GLOBALS['i64']), e.get('u8', GLOBALS['u8']), e.get('u16', GLOBALS['u16']), e.get('u32', GLOBALS['u32']), e.get('u64', GLOBALS['u64']), e.get('f16', GLOBALS['f16']), e.get('f32', GLOBALS['f32']), e.get('f64', GLOBALS['f64']),)),
    "step != 0": lambda e: not_equal(e['step'], 0),
    "start <= stop if step > 0 else stop <= start": lambda e: (UNKNOWN if (t1 := less(0, e['step'])) is UNKNOWN else (less_equal(e['start'], e['stop']) if t1 else less_equal(e['stop'], e['start']))),
    "dtype[(stop - start + step - 1) // step if step > 0 else (stop - start + step + 1) // step]": lambda e: select(e['dtype'], (UNKNOWN if (t1 := less(0, e['step'])) is UNKNOWN else (FLOORDIV(MINUS(PLUS(MINUS(e['stop'], e['start']), e['step']), 1), e['step']) if t1 else FLOORDIV(PLUS(PLUS(MINUS(e['stop'], e['start']), e['step']), 1), e['step'])))),
    "dtype in [i8, i16, i32, i64, u8, u16, u32, u64, f16, f32, f64] or dtype in [bool, c64, c128]": lambda e: (True if (t1 := member(e['dtype'], (e.get('i8', GLOBALS['i8']), e.get('i16', GLOBALS['i16']), e.get('i32', GLOBALS['i32']), e.get('i64', GLOBALS['i64']), e.get('u8', GLOBALS['u8']), e.get('u16', GLOBALS['u16']), e.get('u32', GLOBALS['u32']), e.get('u64', GLOBALS['u64']), e.get('f16', GLOBALS['f16']), e.get('f32', GLOBALS['f32']), e.get('f64', GLOBALS['f64']),))) is True else either(t1, member(e['dtype'], (e.get('bool', GLOBALS['bool']), e.get('c64', GLOBALS['c64']), e.get('c128', GLOBALS['c128']),)))),
    "0 <= rows and 0 <= columns": lambda e: (False if (t1 := less_equal(0, e['rows'])) is False else both(t1, less_equal(0, e['columns']))),
    "dtype[rows, columns]": lambda e: select(e['dtype'], (e['rows'], e['columns'],)),
    "kind(T) != \"complex\" or kind(dtype) in [\"complex\", \"bool\"]": lambda e: (True if (t2 := not_equal((UNKNOWN if (t3 := e['T']) is UNKNOWN else FUNCTIONS['kind'](t3)), 'complex')) is True else either(t2, member((UNKNOWN if (t1 := e['dtype']) is UNKNOWN else FUNCTIONS['kind'](t1)), ('complex', 'bool',)))),
    "dtype[shape(x)]": lambda e: select(e['dtype'], e['x'].shape),
    "dtype == bool": lambda e: equal(e['dtype'], e.get('bool', GLOBALS['bool'])),
    "dtype[()]": lambda e: select(e['dtype'], ()),
    "dtype in [i8, i16, i32, i64, u8, u16, u32, u64, f16, f32, f64] or dtype in [c64, c128]": lambda e: (True if (t1 := member(e['dtype'], (e.get('i8', GLOBALS['i8']), e.get('i16', GLOBALS['i16']), e.get('i32', GLOBALS['i32']), e.get('i64', GLOBALS['i64']), e.get('u8', GLOBALS['u8']), e.get('u16', GLOBALS['u16']), e.get('u32', GLOBALS['u32']), e.get('u64', GLOBALS['u64']), e.get('f16', GLOBALS['f16']), e.get('f32', GLOBALS['f32']), e.get('f64', GLOBALS['f64']),))) is True else either(t1, member(e['dtype'], (e.get('c64', GLOBALS['c64']), e.get('c128', GLOBALS['c128']),)))),
    "dtype in [f16, f32, f64, c64, c128]": lambda e: member(e['dtype'], (e.get('f16', GLOBALS['f16']), e.get('f32', GLOBALS['f32']), e.get('f64', GLOBALS['f64']), e.get('c64', GLOBALS['c64']), e.get('c128', GLOBALS['c128']),)),
    "dtype in [c64, c128]": lambda e: member(e['dtype'], (e.get('c64', GLOBALS['c64']), e.get('c128', GLOBALS['c128']),)),
    "rank(x) == 0": lambda e: equal(len(e['x'].shape), 0),
    "bool if T == bool else int if kind(T) in [\"int\", \"uint\"] else float if kind(T) == \"float\" else complex": lambda e: (UNKNOWN if (t5 := equal(e['T'], e.get('bool', GLOBALS['bool']))) is UNKNOWN else (e.get('bool', GLOBALS['bool']) if t5 else (UNKNOWN if (t4 := member((UNKNOWN if (t3 := e['T']) is UNKNOWN else FUNCTIONS['kind'](t3)), ('int', 'uint',))) is UNKNOWN else (e.get('int', GLOBALS['int']) if t4 else (UNKNOWN if (t2 := equal((UNKNOWN if (t1 := e['T']) is UNKNOWN else FUNCTIONS['kind'](t1)), 'float')) is UNKNOWN else (e.get('float', GLOBALS['float']) if t2 else e.get('complex', GLOBALS['complex']))))))),
}
