"""The formulas of ``ops/container.py``; written by ``python -m tracebox.schema.generate``."""

from __future__ import annotations

from ...formula_values import COMPILED, FUNCTIONS, GLOBALS, MODULO, RECORD_FUNCTIONS, UNKNOWN, both, call, equal, every, less, less_equal, member, negation, not_equal, select

COMPILED |= {
    "all(fits(item, type) for type in values)": lambda e: (UNKNOWN if (t1 := e['values']) is UNKNOWN else every([call(FUNCTIONS['fits'], e['item'], v_type) for v_type in t1])),
    "list[item]": lambda e: select(e.get('list', GLOBALS['list']), e['item']),
    "int": lambda e: e.get('int', GLOBALS['int']),
    "A": lambda e: e['A'],
    "fits(A, value)": lambda e: call(FUNCTIONS['fits'], e['A'], e['value']),
    "x": lambda e: e['x'],
    "is_key(key)": lambda e: (UNKNOWN if (t1 := e['key']) is UNKNOWN else FUNCTIONS['is_key'](t1)),
    "len(entries) % 2 == 0": lambda e: equal(MODULO((UNKNOWN if (t1 := e['entries']) is UNKNOWN else len(t1)), 2), 0),
    "all(fits(key if i % 2 == 0 else value, type) for i, type in enumerate(entries))": lambda e: (UNKNOWN if (t3 := (UNKNOWN if (t1 := e['entries']) is UNKNOWN else FUNCTIONS['enumerate'](t1))) is UNKNOWN else every([call(FUNCTIONS['fits'], (UNKNOWN if (t2 := equal(MODULO(v_i, 2), 0)) is UNKNOWN else (e['key'] if t2 else e['value'])), v_type) for v_i, v_type in t3])),
    "dict[key, value]": lambda e: select(e.get('dict', GLOBALS['dict']), (e['key'], e['value'],)),
    "fits(K, key)": lambda e: call(FUNCTIONS['fits'], e['K'], e['key']),
    "V": lambda e: e['V'],
    "fits(V, value)": lambda e: call(FUNCTIONS['fits'], e['V'], e['value']),
    "bool": lambda e: e.get('bool', GLOBALS['bool']),
    "list[K]": lambda e: select(e.get('list', GLOBALS['list']), e['K']),
    "list[V]": lambda e: select(e.get('list', GLOBALS['list']), e['V']),
    "tuple[values]": lambda e: select(e.get('tuple', GLOBALS['tuple']), e['values']),
    "tuple[()]": lambda e: select(e.get('tuple', GLOBALS['tuple']), ()),
    "0 <= index < len(items(x))": lambda e: every((less_equal(0, e['index']), less(e['index'], (UNKNOWN if (t2 := (UNKNOWN if (t1 := e['x']) is UNKNOWN else FUNCTIONS['items'](t1))) is UNKNOWN else len(t2))))),
    "items(x)[index]": lambda e: select((UNKNOWN if (t1 := e['x']) is UNKNOWN else FUNCTIONS['items'](t1)), e['index']),
    "is_record(record)": lambda e: RECORD_FUNCTIONS['is_record'](e["__records__"], e['record']),
    "len(values) == len(field_types(record))": lambda e: equal((UNKNOWN if (t1 := e['values']) is UNKNOWN else len(t1)), (UNKNOWN if (t2 := RECORD_FUNCTIONS['field_types'](e["__records__"], e['record'])) is UNKNOWN else len(t2))),
    "all(fits(want, have) for want, have in zip(field_types(record), values))": lambda e: (UNKNOWN if (t1 := call(FUNCTIONS['zip'], RECORD_FUNCTIONS['field_types'](e["__records__"], e['record']), e['values'])) is UNKNOWN else every([call(FUNCTIONS['fits'], v_want, v_have) for v_want, v_have in t1])),
    "record": lambda e: e['record'],
    "len(field_types(record)) == 0": lambda e: equal((UNKNOWN if (t1 := RECORD_FUNCTIONS['field_types'](e["__records__"], e['record'])) is UNKNOWN else len(t1)), 0),
    "is_record(x)": lambda e: RECORD_FUNCTIONS['is_record'](e["__records__"], e['x']),
    "field in field_names(x)": lambda e: member(e['field'], RECORD_FUNCTIONS['field_names'](e["__records__"], e['x'])),
    "field_type(x, field)": lambda e: RECORD_FUNCTIONS['field_type'](e["__records__"], e['x'], e['field']),
    "fits(field_type(x, field), value)": lambda e: call(FUNCTIONS['fits'], RECORD_FUNCTIONS['field_type'](e["__records__"], e['x'], e['field']), e['value']),
    "not is_container(value, \"optional\") and value != none": lambda e: (False if (t1 := negation(call(FUNCTIONS['is_container'], e['value'], 'optional'))) is False else both(t1, not_equal(e['value'], e.get('none', GLOBALS['none'])))),
    "optional[value]": lambda e: select(e.get('optional', GLOBALS['optional']), e['value']),
    "not is_container(item, \"optional\") and item != none": lambda e: (False if (t1 := negation(call(FUNCTIONS['is_container'], e['item'], 'optional'))) is False else both(t1, not_equal(e['item'], e.get('none', GLOBALS['none'])))),
    "optional[item]": lambda e: select(e.get('optional', GLOBALS['optional']), e['item']),
}
