"""The formulas of ``ops/random.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, GLOBALS, UNKNOWN, both, either, equal, every, less, less_equal, member, not_equal, select

COMPILED |= {
    "shape(key) == [2]": lambda e: equal(e['key'].shape, (2,)),
    "all(0 <= n for n in shape)": lambda e: (UNKNOWN if (t1 := e['shape']) is UNKNOWN else every([less_equal(0, v_n) for v_n in t1])),
    "u32[shape]": lambda e: select(e.get('u32', GLOBALS['u32']), e['shape']),
    "0 <= count and count <= 4294967296": lambda e: (False if (t1 := less_equal(0, e['count'])) is False else both(t1, less_equal(e['count'], 4294967296))),
    "u32[count, 2]": lambda e: select(e.get('u32', GLOBALS['u32']), (e['count'], 2,)),
    "dtype in [f16, f32, f64]": lambda e: member(e['dtype'], (e.get('f16', GLOBALS['f16']), e.get('f32', GLOBALS['f32']), e.get('f64', GLOBALS['f64']),)),
    "dtype[shape]": lambda e: select(e['dtype'], e['shape']),
    "dtype in [i8, i16, i32, i64, u8, u16, u32, u64]": lambda e: member(e['dtype'], (e.get('i8', GLOBALS['i8']), e.get('i16', GLOBALS['i16']), e.get('i32', GLOBALS['i32']), e.get('i64', GLOBALS['i64']), e.get('u8', GLOBALS['u8']), e.get('u16', GLOBALS['u16']), e.get('u32', GLOBALS['u32']), e.get('u64', GLOBALS['u64']),)),
    "low < high": lambda e: less(e['low'], e['high']),
    "(dtype != i8 or -128 <= low and high <= 128) and (dtype != i16 or -32768 <= low and high <= 32768) and (dtype != i32 or -2147483648 <= low and high <= 2147483648) and (dtype != u8 or 0 <= low and high <= 256) and (dtype != u16 or 0 <= low and high <= 65536) and (dtype != u32 or 0 <= low and high <= 4294967296) and (dtype != u64 or 0 <= low)": lambda e: (False if (t17 := (True if (t19 := not_equal(e['dtype'], e.get('i8', GLOBALS['i8']))) is True else either(t19, (False if (t18 := less_equal(-128, e['low'])) is False else both(t18, less_equal(e['high'], 128)))))) is False else both(t17, (False if (t14 := (True if (t16 := not_equal(e['dtype'], e.get('i16', GLOBALS['i16']))) is True else either(t16, (False if (t15 := less_equal(-32768, e['low'])) is False else both(t15, less_equal(e['high'], 32768)))))) is False else both(t14, (False if (t11 := (True if (t13 := not_equal(e['dtype'], e.get('i32', GLOBALS['i32']))) is True else either(t13, (False if (t12 := less_equal(-2147483648, e['low'])) is False else both(t12, less_equal(e['high'], 2147483648)))))) is False else both(t11, (False if (t8 := (True if (t10 := not_equal(e['dtype'], e.get('u8', GLOBALS['u8']))) is True else either(t10, (False if (t9 := less_equal(0, e['low'])) is False else both(t9, less_equal(e['high'], 256)))))) is False else both(t8, (False if (t5 := (True if (t7 := not_equal(e['dtype'], e.get('u16', GLOBALS['u16']))) is True else either(t7, (False if (t6 := less_equal(0, e['low'])) is False else both(t6, less_equal(e['high'], 65536)))))) is False else both(t5, (False if (t2 := (True if (t4 := not_equal(e['dtype'], e.get('u32', GLOBALS['u32']))) is True else either(t4, (False if (t3 := less_equal(0, e['low'])) is False else both(t3, less_equal(e['high'], 4294967296)))))) is False else both(t2, (True if (t1 := not_equal(e['dtype'], e.get('u64', GLOBALS['u64']))) is True else either(t1, less_equal(0, e['low']))))))))))))))),
    "0 <= count": lambda e: less_equal(0, e['count']),
    "i64[count]": lambda e: select(e.get('i64', GLOBALS['i64']), e['count']),
}
