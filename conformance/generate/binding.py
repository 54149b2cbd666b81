"""How arguments bind: ``cases/sessions/``, the themes about calls. SPEC 3.6, 10.1, 10.2."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from ...archive.content import TensorData
from ...schema.builder import FunctionBuilder, ProgramBuilder
from ...schema.ir import Initial, Instance, Program, TensorRef, Value
from ...schema.manifest import EntryPoint, Parameter, StateField
from ...schema.types import TensorType
from ...schema.types_text import parse_type
from ..model import Record, boolean, f32, f64, i32, i64, tensor, u8
from ..oracle.binding import STORAGE, TAKEN, taken
from .session_programs import archive, floats, net, one
from .talk import Refused, Talk, error

NAN, INF = float("nan"), float("inf")
DTYPES = (*TAKEN, *STORAGE)


def given(f: FunctionBuilder, *params: Value) -> Iterable[Value]:
    """A method that gives back its arguments."""
    return params


# --- entry points -------------------------------------------------------------------------------

TREE: dict[str, Any] = {
    "tuple": [
        {"leaf": 0},
        {"list": [{"leaf": 1}, {"leaf": 2}]},
        {"dict": [["k", {"leaf": 3}], [1, {"tuple": [{"leaf": 4}]}]]},
        {"tuple": []},
    ]
}
FROZEN = (3, NAN, "s", True, None, -1.0, 1j)
CONSTS: dict[str, Any] = {
    "tuple": [
        {"const": 3},
        {"const": {"float": "7ff8000000000000"}},
        {"const": "s"},
        {"const": True},
        {"const": None},
        {"const": {"float": "bff0000000000000"}},
        {"const": {"complex": ["0000000000000000", "3ff0000000000000"]}},
    ]
}


def entries() -> bytes:
    """Parameters of all kinds, nested arguments, frozen ones, nested results."""
    f2 = "f32[2]"
    made = net(
        {},
        {
            "kinds": ("a: int, b: int, c: float, d: str", given),
            "nested": (f"a: {f2}, b: int, c: int, d: str, e: bool", given),
            "frozen": ("n: int", given),
            "nothing": ("", given),
        },
    )
    quad = {"tuple": [{"leaf": i} for i in range(4)]}
    kinds = (
        Parameter("a", "positional", {"leaf": 0}),
        Parameter("b", "positional_or_keyword", {"leaf": 1}, 3),
        Parameter("c", "keyword", {"leaf": 2}),
        Parameter("d", "keyword", {"leaf": 3}, "x"),
    )
    results = {"dict": [["all", TREE], ["mark", {"const": 1}]]}
    tree = (Parameter("p", "positional_or_keyword", TREE),)
    frozen = (
        Parameter("n", "positional_or_keyword", {"leaf": 0}),
        Parameter("how", "positional_or_keyword", CONSTS),
        Parameter("mode", "keyword", {"const": 2}, 2),
    )
    none: dict[str, Any] = {"tuple": []}
    four, five = ("int", "int", "float", "str"), (f2, "int", "int", "str", "bool")
    points = [
        EntryPoint("f", "", "kinds", kinds, quad, four, four),
        EntryPoint("g", "", "nested", tree, results, five, five),
        EntryPoint("h", "", "frozen", frozen, {"list": [{"leaf": 0}, CONSTS]}, ("int",), ("int",)),
        EntryPoint("none", "", "nothing", (), none, (), ()),
    ]  # fmt: skip
    return archive(made, entry_points=points)


def parameters() -> Iterator[Talk]:
    """Arguments by position and by name. SPEC 10.1."""
    calls: dict[str, list[tuple[Any, str, tuple[Any, ...], dict[str, Any]]]] = {
        "by-position": [((1, 2, 0.5, "x"), "f", (1, 2), {"c": 0.5})],
        "by-name": [((1, 2, 0.5, "y"), "f", (1,), {"d": "y", "c": 0.5, "b": 2})],
        "defaults": [((1, 3, 0.5, "x"), "f", (1,), {"c": 0.5})],
        "no-results": [((), "none", (), {})],
        "unknown-entry": [(Refused("bind.entry"), "kinds", (1,), {"c": 0.5})],
        "too-many": [(Refused("bind.unexpected"), "f", (1, 2, 3), {"c": 0.5})],
        "unknown-name": [(Refused("bind.unexpected"), "f", (1,), {"c": 0.5, "e": 1})],
        "positional-by-name": [(Refused("bind.unexpected"), "f", (1,), {"a": 1, "c": 0.5})],
        "given-twice": [(Refused("bind.duplicate"), "f", (1, 2), {"b": 2, "c": 0.5})],
        "missing": [(Refused("bind.missing"), "f", (1, 2), {})],
        "argument-for-none": [(Refused("bind.unexpected"), "none", (1,), {})],
    }  # fmt: skip
    for name, steps in calls.items():
        talk = Talk(name, "entries.tbox")
        for result, entry, args, named in steps:
            talk.call(result, entry, *args, **named)
        talk.call((1, 2, 0.5, "x"), "f", 1, 2, c=0.5)
        yield talk


def trees() -> Iterator[Talk]:
    """Nested arguments and results, frozen values. SPEC 3.6.1, 10.1."""
    x = f32([1, 2])
    good = (x, [1, 2], {"k": "s", 1: (True,)}, ())
    result = {"all": good, "mark": 1}
    talk = Talk("nested", "entries.tbox")
    talk.call(result, "g", good)
    talk.call(result, "g", p=[x, (1, 2), {1: [True], "k": "s"}, []])
    yield talk
    wrong: dict[str, Any] = {
        "too-few-items": (x, [1, 2], {"k": "s", 1: (True,)}),
        "too-many-items": (*good, 0),
        "item-more": (x, [1, 2, 3], {"k": "s", 1: (True,)}, ()),
        "no-sequence": x,
        "dict-for-sequence": (x, {0: 1, 1: 2}, {"k": "s", 1: (True,)}, ()),
        "str-for-sequence": (x, "ab", {"k": "s", 1: (True,)}, ()),
        "key-missing": (x, [1, 2], {"k": "s"}, ()),
        "key-more": (x, [1, 2], {"k": "s", 1: (True,), 2: 0}, ()),
        "other-key": (x, [1, 2], {"k": "s", "1": (True,)}, ()),
        "sequence-for-dict": (x, [1, 2], ["s", (True,)], ()),
    }
    for name, value in wrong.items():
        talk = Talk(name, "entries.tbox")
        talk.call(Refused("bind.tree"), "g", value)
        talk.call(result, "g", good)
        yield talk
    talk = Talk("number-of-leaves", "entries.tbox")
    talk.refuses("bind.tree", "g", x, 1, 2, "s")
    talk.refuses("bind.tree", "none", 1)
    talk.gives((), "none")
    talk.gives((x, 1, 2, "s", True), "g", x, 1, 2, "s", True)
    yield talk

    talk = Talk("frozen", "entries.tbox")
    talk.call([7, FROZEN], "h", 7, FROZEN)
    talk.call([7, FROZEN], "h", 7, list(FROZEN), mode=2)
    yield talk
    others = (4, 0.0, "t", False, 0, 1.0, 2j)
    types = (3.0, None, 3, 1, False, -1, "1j")
    for kind, values in (("value", others), ("type", types)):
        for place, value in enumerate(values):
            talk = Talk(f"frozen-other-{kind}-{place}", "entries.tbox")
            talk.call(Refused("bind.const"), "h", 7, (*FROZEN[:place], value, *FROZEN[place + 1 :]))
            talk.call([7, FROZEN], "h", 7, FROZEN)
            yield talk
    talk = Talk("frozen-default", "entries.tbox")
    talk.call(Refused("bind.const"), "h", 7, FROZEN, mode=3)
    talk.call([7, FROZEN], "h", 7, FROZEN, mode=2)
    yield talk


# --- dtypes -------------------------------------------------------------------------------------


def casts() -> bytes:
    """For each dtype an entry point that gives back its argument of that dtype."""
    methods: dict[str, tuple[str, Any]] = {f"take_{dtype}": (f"x: {dtype}[?]", given) for dtype in DTYPES}
    methods["take_any"] = ("x: ?[...]", given)
    for dtype in ("i8", "u8", "i64", "f32", "bool", "c64"):
        methods[f"shaped_{dtype}"] = (f"x: {dtype}[...]", given)
    return archive(net({}, methods))


def _samples(dtype: str) -> Any:
    if dtype == "bool":
        return [True, False]
    if dtype[0] in "iu":
        bits = int(dtype[1:])
        low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if dtype[0] == "i" else (0, 2**bits - 1)
        return [low, high, 0, 1, high - 1, high // 3]
    if dtype[0] == "c":
        return [complex(0.1, -0.0), complex(-INF, 2.5), complex(NAN, 1e-40)]
    if dtype in STORAGE:
        return [0.5, -2.0, 0.0]
    return [0.1, -0.0, INF, NAN, 65504.0, 1e-7]


def dtypes() -> Iterator[Talk]:
    """Arrays of every dtype for parameters of every dtype. SPEC 10.2."""
    for have in DTYPES:
        x = tensor(have, _samples(have))
        talk = Talk(f"from-{have}", "casts.tbox", profile="primitives")
        for want in (have,) if have in STORAGE else DTYPES:
            value = taken(x, want)
            if value is None:
                talk.refuses("bind.dtype", f"take_{want}", x)
            else:
                talk.gives((value,), f"take_{want}", x)
        if have not in STORAGE:
            talk.gives((x,), "take_any", x)
        yield talk


def numbers() -> Iterator[Talk]:
    """Numbers, and sequences of them, for tensors. SPEC 10.2."""
    cases: dict[str, tuple[str, Any, Any]] = {
        "int-for-f32": ("f32", 3, f32(3)),
        "float-for-f32": ("f32", 0.1, f32(0.1)),
        "bool-for-i8": ("i8", True, tensor("i8", 1)),
        "int-for-c64": ("c64", -2, tensor("c64", -2)),
        "complex-for-c64": ("c64", 0.1 + 1j, tensor("c64", 0.1 + 1j)),
        "infinity-for-f32": ("f32", -INF, f32(-INF)),
        "nan-for-f32": ("f32", NAN, f32(NAN)),
        "list": ("f32", [1, 0.5], f32([1, 0.5])),
        "nested": ("i64", [[1, 2, 3], [4, 5, 6]], i64([[1, 2, 3], [4, 5, 6]])),
        "tuple-of-lists": ("u8", ([1], [255]), u8([[1], [255]])),
        "empty-list": ("i64", [], i64([])),
        "largest-int": ("i64", 2**63 - 1, i64(2**63 - 1)),
        "float-for-int": ("i64", 1.0, "bind.dtype"),
        "int-for-bool": ("bool", 1, "bind.dtype"),
        "complex-for-f32": ("f32", 1j, "bind.dtype"),
        "float-in-a-list-of-ints": ("i8", [1, 0.5], "bind.dtype"),
        "too-large-for-i8": ("i8", 128, "bind.value"),
        "negative-for-u8": ("u8", [1, -1], "bind.value"),
        "int-between-floats": ("f32", 2**24 + 1, "bind.value"),
        "float-beyond-f32": ("f32", 1e39, "bind.value"),
        "int-of-65-bits": ("i64", 2**64, "bind.value"),
        "text": ("f32", "1", "bind.type"),
        "text-in-a-list": ("f32", [1, "2"], "bind.type"),
        "ragged": ("f32", [[1, 2], [3]], "bind.type"),
        "none": ("f32", None, "bind.type"),
    }
    for name, (dtype, value, wanted) in cases.items():
        talk = Talk(name, "casts.tbox", profile="primitives")
        if isinstance(wanted, str):
            talk.refuses(wanted, f"shaped_{dtype}", value)
            talk.gives((boolean(True),) if dtype == "bool" else (tensor(dtype, 1),), f"shaped_{dtype}", True)
        else:
            talk.gives((wanted,), f"shaped_{dtype}", value)
        yield talk


# --- values -------------------------------------------------------------------------------------


def values_program() -> Program:
    """For each type of value an entry point that gives its argument back."""
    build = ProgramBuilder()
    build.record("m.Point", [("x", parse_type("float")), ("at", parse_type("f32[2]"))])
    build.record("m.Other", [("x", parse_type("float")), ("at", parse_type("f32[2]"))])
    types = {
        "int": "int",
        "float": "float",
        "complex": "complex",
        "bool": "bool",
        "str": "str",
        "none": "none",
        "optional": "optional[f32[2]]",
        "list": "list[int]",
        "tuple": "tuple[int,str]",
        "dict": "dict[str,f32[2]]",
        "record": "m.Point",
        "other": "m.Other",
        "sizes": "tuple[f32[N],f32[N]]",
    }
    return net({}, {name: (f"x: {t}", given) for name, t in types.items()}, build=build)


def values() -> Iterator[Talk]:
    """Arguments that are no tensors. SPEC 10.2."""
    x = f32([1, 2])
    point, other = Record("m.Point", (0.5, x)), Record("m.Other", (0.5, x))
    good: dict[str, list[tuple[Any, Any]]] = {
        "int": [(-(2**63), -(2**63)), (i64(7), 7), (u8(255), 255), (tensor("u64", 2**63 - 1), 2**63 - 1)],
        "float": [
            (0.5, 0.5), (3, 3.0), (f32(0.1), f32(0.1)[()]),
            (i32(-3), -3.0), (2**60, float(2**60)), (NAN, NAN),
        ],
        "complex": [(1 - 2j, 1 - 2j), (0.5, 0.5 + 0j), (3, 3 + 0j), (tensor("c64", 2j), 2j)],
        "bool": [(True, True), (boolean(False), False)],
        "str": [("", ""), ("é\U0001f600", "é\U0001f600")],
        "none": [(None, None)],
        "optional": [(None, None), (x, x), ([1, 2], x)],
        "list": [([], []), ((1, 2), [1, 2]), ([i64(3)], [3])],
        "tuple": [((1, "a"), (1, "a")), ([1, "a"], (1, "a"))],
        "dict": [({}, {}), ({"b": x, "a": [3, 4]}, {"b": x, "a": f32([3, 4])})],
        "record": [(point, point), ({"at": [1, 2], "x": 0.5}, point)],
        "other": [(other, other)],
        "sizes": [((x, x), (x, x)), ((f32([]), f32([])), (f32([]), f32([])))],
    }  # fmt: skip
    wrong: dict[str, list[tuple[Any, str]]] = {
        "int": [
            (2**63, "bind.value"), (-(2**63) - 1, "bind.value"), (tensor("u64", 2**63), "bind.value"),
            (1.0, "bind.type"), (f32(1), "bind.type"), (True, "bind.type"), (boolean(True), "bind.type"),
            ("1", "bind.type"), (None, "bind.type"), (i64([1]), "bind.type"), ([1], "bind.type"),
        ],
        "float": [(2**53 + 1, "bind.value"), (10**400, "bind.value"), (1j, "bind.type"), (True, "bind.type"),
                  ("0.5", "bind.type"), (f64([0.5]), "bind.type"), (i64(2**53 + 1), "bind.value")],
        "complex": [(2**53 + 1, "bind.value"), (True, "bind.type"), ("1j", "bind.type")],
        "bool": [(1, "bind.type"), (0.0, "bind.type"), (i64(1), "bind.type"), (None, "bind.type")],
        "str": [(1, "bind.type"), (None, "bind.type"), (["a"], "bind.type")],
        "none": [(0, "bind.type"), (False, "bind.type"), ("", "bind.type")],
        "optional": [("x", "bind.type"), (f32([1, 2, 3]), "bind.shape"), (i64([1, 2]), "bind.dtype")],
        "list": [({0: 1}, "bind.type"), ([1, 0.5], "bind.type"), ("ab", "bind.type"), (1, "bind.type")],
        "tuple": [((1,), "bind.type"), ((1, "a", 2), "bind.type"), (("a", 1), "bind.type")],
        "dict": [
            ([], "bind.type"), ({1: x}, "bind.type"),
            ({"a": "x"}, "bind.type"), ({"a": f32([1])}, "bind.shape"),
        ],
        "record": [
            (other, "bind.type"), ({"x": 0.5}, "bind.type"), ({"x": "a", "at": x}, "bind.type"),
            (1, "bind.type"), ({"x": 0.5, "at": f32([1])}, "bind.shape"),
        ],
        "sizes": [((x, f32([1])), "bind.shape"), ((f32([1]), x), "bind.shape"), ((x,), "bind.type")],
    }  # fmt: skip
    for name, found in good.items():
        talk = Talk(name, "values.tbox")
        for value, taken_for in found:
            talk.gives((taken_for,), name, value)
        for value, label in wrong.get(name, ()):
            talk.refuses(label, name, value)
        yield talk


def shapes_program() -> Program:
    def twice(f: FunctionBuilder, *params: Value) -> Iterable[Value]:
        return [one(f, "add", params[0], params[0])]

    return net(
        {},
        {
            "sizes": ("x: f32[B,C], y: f32[B], z: f32[2*B+C], w: f32[1,3]", given),
            "quotient": ("x: f32[B], y: f32[C], z: f32[B//C]", given),
            "later": ("z: f32[B+1], x: f32[B]", given),
            "open": ("x: f32[?,2], y: f32[...]", given),
            "scalar": ("x: f32[]", twice),
        },
    )


def shapes() -> Iterator[Talk]:
    """Ranks, sizes, symbols and expressions. SPEC 10.2."""

    def z(*shape: int) -> Any:
        count = 1
        for size in shape:
            count *= size
        return f32(list(range(count))).reshape(shape)

    good: dict[str, list[tuple[Any, ...]]] = {
        "sizes": [
            (z(2, 4), z(2), z(8), z(1, 3)),
            (z(1, 1), z(1), z(3), z(1, 3)),
            (z(0, 0), z(0), z(0), z(1, 3)),
        ],
        "quotient": [(z(5), z(2), z(2)), (z(0), z(3), z(0))],
        "later": [(z(4), z(3)), (z(1), z(0))],
        "open": [(z(0, 2), z()), (z(3, 2), z(2, 1, 1))],
        "scalar": [],
    }
    wrong: dict[str, list[tuple[Any, ...]]] = {
        "sizes": [
            (z(2, 4), z(1), z(8), z(1, 3)),
            (z(1, 4), z(2), z(6), z(1, 3)),
            (z(2, 4), z(2), z(7), z(1, 3)),
            (z(2, 4), z(2), z(1), z(1, 3)),
            (z(2, 4), z(2), z(8), z(2, 3)),
            (z(2, 4), z(2), z(8), z(1, 1)),
            (z(2, 4), z(2), z(8), z(3)),
            (z(2, 4), z(2), z(8), z(1, 1, 3)),
            (z(2), z(2), z(8), z(1, 3)),
        ],
        "quotient": [(z(5), z(2), z(3)), (z(5), z(0), z(0)), (z(5), z(0), z(5))],
        "later": [(z(4), z(4)), (z(0), z(0))],
        "open": [(z(3, 3), z()), (z(2), z()), (z(3, 2, 1), z())],
        "scalar": [(z(1),), (z(0),)],
    }
    for name, found in good.items():
        for index, inputs in enumerate(wrong[name]):
            talk = Talk(f"{name}-{index}", "shapes.tbox", profile="primitives")
            talk.refuses("bind.shape", name, *inputs)
            for fitting in found:
                talk.gives(fitting, name, *fitting)
            if not found:
                talk.gives((f32(3),), name, f32(1.5))
            yield talk


# --- what the manifest says of the program -------------------------------------------------------


def stored_program() -> Program:
    """A parameter and initial tensors, alone and in containers."""
    build = ProgramBuilder()
    cls = build.module_class(
        "m.Net",
        params=[("w", TensorType("f32", (2,)))],
        fields=[
            ("h", parse_type("f32[?]")),
            ("o", parse_type("optional[f32[2]]")),
            ("l", parse_type("list[f32[2]]")),
        ],
    )
    f = cls.method("forward", [("x", parse_type("f32[B]"))])
    f.set("h", f.params[0])
    f.finish([f.param("w"), f.params[0]])
    cls.finish()
    held = Initial("list", (TensorRef("l"),))
    build.instance(Instance("m.Net", ("w",), (TensorRef("h"), TensorRef("o"), held), ()))
    return build.finish(["forward"])


def _stored(**other: Any) -> bytes:
    two = {name: floats(number, number) for number, name in enumerate(("w", "h", "o", "l"))}
    tensors: dict[str, TensorData] = two | other.pop("tensors", {})
    point = {"name": "forward", "module": "", "method": "forward", "inputs": ("f32[B]",)}
    point |= {"outputs": ("f32[2]", "f32[B]")} | other.pop("point", {})
    leaves = tuple(Parameter(f"x{i}", "positional", {"leaf": i}) for i in range(len(point["inputs"])))
    results = {"list": [{"leaf": i} for i in range(len(point["outputs"]))]}
    found = EntryPoint(
        str(point["name"]), str(point["module"]), str(point["method"]), leaves, results,
        tuple(point["inputs"]), tuple(point["outputs"]),
    )  # fmt: skip
    return archive(stored_program(), {k: v for k, v in tensors.items() if v}, entry_points=[found], **other)


_FIELDS = [StateField("h", "f32[?]"), StateField("l", "list[f32[2]]"), StateField("o", "optional[f32[2]]")]

#: What each archive says otherwise than the program has it; the label that it breaks.
STORED: dict[str, tuple[str, dict[str, Any]]] = {
    "input-type": ("bind.signature", {"point": {"inputs": ("f32[2]",)}}),
    "input-text": ("bind.signature", {"point": {"inputs": ("f32[ B]",)}}),
    "input-no-type": ("bind.signature", {"point": {"inputs": ("tensor",)}}),
    "input-count": ("bind.signature", {"point": {"inputs": ("f32[B]", "int")}}),
    "output-type": ("bind.signature", {"point": {"outputs": ("f32[2]", "f64[B]")}}),
    "output-count": ("bind.signature", {"point": {"outputs": ("f32[2]",)}}),
    "method": ("bind.signature", {"point": {"method": "backward"}}),
    "module": ("bind.signature", {"point": {"module": "cell"}}),
    "opset": ("bind.signature", {"opsets": {"tracebox": 2}}),
    "state-missing": ("bind.signature", {"state": _FIELDS[1:]}),
    "state-more": ("bind.signature", {"state": [*_FIELDS, StateField("p", "int")]}),
    "state-path": ("bind.signature", {"state": [StateField("k", "f32[?]"), *_FIELDS[1:]]}),
    "state-type": ("bind.signature", {"state": [StateField("h", "f32[2]"), *_FIELDS[1:]]}),
    "parameter-shape": ("bind.tensor", {"tensors": {"w": floats(1, 2, 3)}}),
    "parameter-rank": ("bind.tensor", {"tensors": {"w": floats(1, 2, shape=(2, 1))}}),
    "parameter-dtype": ("bind.tensor", {"tensors": {"w": TensorData("f64", (2,), bytes(16))}}),
    "parameter-missing": ("bind.tensor", {"tensors": {"w": None}}),
    "field-dtype": ("bind.tensor", {"tensors": {"h": TensorData("i32", (2,), bytes(8))}}),
    "field-missing": ("bind.tensor", {"tensors": {"h": None}}),
    "optional-shape": ("bind.tensor", {"tensors": {"o": floats(1)}}),
    "list-shape": ("bind.tensor", {"tensors": {"l": floats(1, 2, 3)}}),
}


def stored() -> Iterator[Talk]:
    """Archives whose manifest says other things than the program. SPEC 3.6, 5.8."""
    talk = Talk("sound", "stored.tbox", profile="primitives")
    talk.gives((f32([0, 0]), f32([5])), "forward", f32([5]))
    yield talk
    for name, (label, _) in STORED.items():
        talk = Talk(name, f"stored-{name}.tbox", profile="primitives")
        del talk.steps[0]["as"]
        talk.steps[0]["answer"] = error(label)
        yield talk


ARCHIVES: dict[str, Callable[[], bytes]] = {
    "entries": entries,
    "casts": casts,
    "values": lambda: archive(values_program()),
    "shapes": lambda: archive(shapes_program()),
    "stored": _stored,
    **{f"stored-{name}": partial(_stored, **change) for name, (_, change) in STORED.items()},
}

BINDING: dict[str, Callable[[], Iterator[Talk]]] = {
    "parameters": parameters,
    "trees": trees,
    "dtypes": dtypes,
    "numbers": numbers,
    "values": values,
    "shapes": shapes,
    "stored": stored,
}
