"""Lists, dicts, tuples, records and optionals. SPEC 8.13.

Containers are values: an operator that "changes" one gives a new one. Every item is of
the container's item type; where a dimension or dtype has to be proved for that, front ends refine the
value first.
"""

from __future__ import annotations

from ..registry import Arg, AttrDecl, Exact, Op, Rule, Signature, define

_INSIDE = Rule("E1", "the index is at least 0 and less than the length")
_BOUNDS = Rule("E1", "0 <= start <= stop <= the length")
_MISSING = Rule("E1", "the key is in the dict")
_LIST = Arg("x", "list[A]")
_DICT = Arg("x", "dict[K,V]")
_KEY = Arg("key", "any", "Of the dict's key type.")

_count = 0


def _container(
    name: str,
    args: tuple[Arg, ...],
    result: str,
    doc: str,
    *,
    attrs: tuple[AttrDecl, ...] = (),
    rules: tuple[Rule, ...] = (),
    errors: tuple[Rule, ...] = (),
    typevars: str = "",
    empty: tuple[str, tuple[Rule, ...]] | None = None,
) -> None:
    """Declare an operator; `empty` is the result and the rules of a call without operands."""
    global _count
    _count += 1
    signatures = [Signature(args, (result,), rules=rules, typevars=dict.fromkeys(typevars, "type"))]
    if empty is not None:
        signatures.append(Signature((), (empty[0],), rules=empty[1]))
    define(
        Op(
            name,
            section=f"8.13.{_count}",
            doc=doc,
            attrs=attrs,
            signatures=tuple(signatures),
            accuracy=Exact(),
            errors=errors,
        )
    )


# --- lists ------------------------------------------------------------------------

_container(
    "list.new",
    (Arg("values", "any", variadic=True),),
    "list[item]",
    "The list of `values`, of which there may be none.",
    attrs=(AttrDecl("item", "type", "The type of the items."),),
    rules=(Rule("C1", "all(fits(item, type) for type in values)"),),
    empty=("list[item]", ()),
)
_container("list.len", (_LIST,), "int", "How many items `x` has.", typevars="A")
_container(
    "list.get",
    (_LIST, Arg("index", "int")),
    "A",
    "The item of `x` at `index`, counted from 0.",
    typevars="A",
    errors=(_INSIDE,),
)
_container(
    "list.set",
    (_LIST, Arg("index", "int"), Arg("value", "any", "Of the item type.")),
    "x",
    "The list `x` with `value` at `index`.",
    rules=(Rule("C1", "fits(A, value)"),),
    typevars="A",
    errors=(_INSIDE,),
)
_container(
    "list.append",
    (_LIST, Arg("value", "any", "Of the item type.")),
    "x",
    "The items of `x`, then `value`.",
    rules=(Rule("C1", "fits(A, value)"),),
    typevars="A",
)
_container(
    "list.concat",
    (_LIST, Arg("y", "list[A]")),
    "x",
    "The items of `x`, then those of `y`.",
    typevars="A",
)
_container(
    "list.slice",
    (_LIST, Arg("start", "int"), Arg("stop", "int")),
    "x",
    "The items of `x` from `start` to `stop`, which is left out.",
    typevars="A",
    errors=(_BOUNDS,),
)

# --- dicts ------------------------------------------------------------------------

_container(
    "dict.new",
    (Arg("entries", "any", "Keys and values in turn.", variadic=True),),
    "dict[key, value]",
    "The dict of `entries`, of which there may be none, as if `dict.set` added one after another. Keys "
    "have an order: that in which they were first set. Two keys are the same if they are equal: of floats, "
    "0 and -0 are, and a NaN is equal to no key, not even to itself. All keys of a dict have one type, so "
    "that 1, 1.0 and true never meet.",
    attrs=(
        AttrDecl("key", "type", "The type of the keys."),
        AttrDecl("value", "type", "The type of the values."),
    ),
    rules=(
        Rule("C1", "is_key(key)"),
        Rule("C2", "len(entries) % 2 == 0"),
        Rule("C3", "all(fits(key if i % 2 == 0 else value, type) for i, type in enumerate(entries))"),
    ),
    empty=("dict[key, value]", (Rule("C1", "is_key(key)"),)),
)
_container("dict.len", (_DICT,), "int", "How many entries `x` has.", typevars="KV")
_container(
    "dict.get",
    (_DICT, _KEY),
    "V",
    "The value at `key`. A NaN is never found.",
    rules=(Rule("C1", "fits(K, key)"),),
    typevars="KV",
    errors=(_MISSING,),
)
_container(
    "dict.set",
    (_DICT, _KEY, Arg("value", "any", "Of the dict's value type.")),
    "x",
    "The dict `x` with `value` at `key`. If the key is in `x`, the entry stays where it is and keeps its "
    "key (0 stays 0 if -0 is set); else it is added at the end. A NaN always adds an entry.",
    rules=(Rule("C1", "fits(K, key)"), Rule("C2", "fits(V, value)")),
    typevars="KV",
)
_container(
    "dict.contains",
    (_DICT, _KEY),
    "bool",
    "Whether `key` is in `x`. A NaN never is.",
    rules=(Rule("C1", "fits(K, key)"),),
    typevars="KV",
)
_container(
    "dict.delete",
    (_DICT, _KEY),
    "x",
    "The dict `x` without the entry at `key`.",
    rules=(Rule("C1", "fits(K, key)"),),
    typevars="KV",
    errors=(_MISSING,),
)
_container("dict.keys", (_DICT,), "list[K]", "The keys of `x`, in order.", typevars="KV")
_container("dict.values", (_DICT,), "list[V]", "The values of `x`, in the order of the keys.", typevars="KV")

# --- tuples, records, optionals ---------------------------------------------------

_container(
    "tuple.new",
    (Arg("values", "any", variadic=True),),
    "tuple[values]",
    "The tuple of `values`, of which there may be none.",
    empty=("tuple[()]", ()),
)
_container(
    "tuple.get",
    (Arg("x", "tuple[...]"),),
    "items(x)[index]",
    "The item of `x` at `index`, counted from 0.",
    attrs=(AttrDecl("index", "int", "From 0 to the length less one."),),
    rules=(Rule("C1", "0 <= index < len(items(x))"),),
)
_container(
    "record.new",
    (Arg("values", "any", "One for each field, in declared order.", variadic=True),),
    "record",
    "A value of the record class `record`.",
    attrs=(AttrDecl("record", "type", "A declared record class."),),
    rules=(
        Rule("C1", "is_record(record)"),
        Rule("C2", "len(values) == len(field_types(record))"),
        Rule("C3", "all(fits(want, have) for want, have in zip(field_types(record), values))"),
    ),
    empty=("record", (Rule("C1", "is_record(record)"), Rule("C2", "len(field_types(record)) == 0"))),
)
_container(
    "record.get",
    (Arg("x", "any", "A record."),),
    "field_type(x, field)",
    "The value of a field of `x`.",
    attrs=(AttrDecl("field", "str", "The name of the field."),),
    rules=(Rule("C1", "is_record(x)"), Rule("C2", "field in field_names(x)")),
)
_container(
    "record.set",
    (Arg("x", "any", "A record."), Arg("value", "any", "Of the field's type.")),
    "x",
    "The record `x` with `value` in a field.",
    attrs=(AttrDecl("field", "str", "The name of the field."),),
    rules=(
        Rule("C1", "is_record(x)"),
        Rule("C2", "field in field_names(x)"),
        Rule("C3", "fits(field_type(x, field), value)"),
    ),
)
_container(
    "optional.some",
    (Arg("value", "any", "Neither an optional nor none."),),
    "optional[value]",
    "The optional that holds `value`.",
    rules=(Rule("C1", 'not is_container(value, "optional") and value != none'),),
)
_container(
    "optional.none",
    (),
    "optional[item]",
    "The optional that holds nothing.",
    attrs=(AttrDecl("item", "type", "What it might hold: neither an optional nor none."),),
    rules=(Rule("C1", 'not is_container(item, "optional") and item != none'),),
)
_container("optional.has", (Arg("x", "optional[A]"),), "bool", "Whether `x` holds a value.", typevars="A")
_container(
    "optional.get",
    (Arg("x", "optional[A]"),),
    "A",
    "The value that `x` holds.",
    typevars="A",
    errors=(Rule("E1", "the optional holds a value"),),
)
