"""Hypothesis strategies of whole programs, made with the builder. They use every kind of node."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from random import Random

from hypothesis import strategies as st

from tracebox.schema import dims, dtypes, types
from tracebox.schema.builder import ClassBuilder, FunctionBuilder, ProgramBuilder
from tracebox.schema.dims import Dim
from tracebox.schema.errors import InvalidError
from tracebox.schema.expand import find_custom
from tracebox.schema.ir import (
    GUARD_REASONS,
    Const,
    DTypeAttr,
    Function,
    Initial,
    InitialValue,
    Instance,
    Program,
    TensorConst,
    TensorRef,
    Value,
)
from tracebox.schema.types import (
    BOOL,
    COMPLEX,
    FLOAT,
    INT,
    NONE,
    STR,
    ClassType,
    ContainerType,
    TensorType,
    Type,
    join,
    list_of,
    optional,
    tensor,
    tuple_of,
)

#: Names that are words of the text elsewhere.
LABELS = (
    "x",
    "y",
    "h",
    "add",
    "f32",
    "loop",
    "call",
    "float",
    "refine",
    "B",
    "s0",
    "const",
    "Param",
    "v1",
    "list",
)
TEXTS = ("", "a", 'quote " and \\', "line\nbreak\r\t", "nul\x00", "é ü", "\u2028", "\U0001f600", "a # b", "'")
FLOATS = (0.0, -0.0, 1.5, -2.5e300, 5e-324, 1e16, float("inf"), float("-inf"), float("nan"))
PAYLOAD = struct.unpack("<d", b"\x01\x02\x03\x04\x05\x06\xf8\xff")[0]
INTS = (0, 1, -1, 7, 2**31, 2**63 - 1, -(2**63))
MODULES = ("pkg", "pkg.mod", "Pkg.mod", "con", "pkg.aux.inner", "list", "", "__program__")


def programs() -> st.SearchStrategy[Program]:
    """Valid programs."""
    return st.builds(random_program, st.randoms(use_true_random=False))


def random_program(r: Random) -> Program:
    """One program, as `r` chooses."""
    return _Maker(r).program()


def random_dim(r: Random, symbols: Sequence[str], depth: int = 2) -> Dim:
    """A dimension over `symbols`, in normal form."""
    if depth == 0 or not symbols or r.random() < 0.4:
        return dims.symbol(r.choice(symbols)) if symbols and r.random() < 0.6 else r.choice((0, 1, 2, 3, 8))
    a, b = random_dim(r, symbols, depth - 1), random_dim(r, symbols, depth - 1)
    assert not isinstance(a, dims.Unknown) and not isinstance(b, dims.Unknown)
    make = r.choice((dims.add, dims.mul, dims.maximum, dims.minimum, dims.sub, dims.floordiv))
    if make is dims.floordiv and not dims.positive(b):
        b = r.choice((2, 3))
    return make(a, b)


def random_type(r: Random, symbols: Sequence[str], records: Sequence[str] = (), depth: int = 2) -> Type:
    """A type whose dimensions are integers, symbols that stand alone, or ``?``."""
    if depth and r.random() < 0.35:
        inner = random_type(r, symbols, records, depth - 1)
        kind = r.choice(("list", "dict", "tuple", "optional"))
        if kind == "dict":
            return types.dict_of(r.choice(types.KEYS), inner)
        if kind == "tuple":
            return tuple_of(*(random_type(r, symbols, records, depth - 1) for _ in range(r.randrange(3))))
        if kind == "list" or inner is NONE or (isinstance(inner, ContainerType) and inner.kind == "optional"):
            return list_of(inner)
        return optional(inner)
    if r.random() < 0.4:
        scalars: list[Type] = [INT, FLOAT, BOOL, STR, COMPLEX, NONE]
        return r.choice(scalars + [ClassType(name) for name in records])
    if r.random() < 0.15:
        return tensor(r.choice((None, "f32")), None)
    dtype = r.choice((None, *dtypes.STORED)) if r.random() < 0.3 else "f32"
    return tensor(dtype, [_plain_dim(r, symbols) for _ in range(r.randrange(4))])


def _plain_dim(r: Random, symbols: Sequence[str]) -> Dim:
    if r.random() < 0.15:
        return dims.UNKNOWN
    return dims.symbol(r.choice(symbols)) if symbols and r.random() < 0.6 else r.choice((1, 2, 3, 128))


def random_const(r: Random) -> Const:
    """A constant of any kind."""
    kind = r.randrange(8)
    if kind == 0:
        return r.choice(FLOATS) if r.random() < 0.7 else PAYLOAD
    if kind == 1:
        return complex(r.choice(FLOATS), r.choice(FLOATS))
    if kind == 2:
        return r.choice(TEXTS)
    if kind in (3, 4, 5):
        return random_tensor(r)
    return r.choice((None, True, False, *INTS))


def random_tensor(r: Random) -> TensorConst:
    """A constant tensor of any dtype, of random bytes or of plain elements."""
    dtype = dtypes.BY_NAME[r.choice(dtypes.STORED)]
    shape = tuple(r.choice((0, 1, 2, 3)) for _ in range(r.randrange(3)))
    count = dtype.itemsize
    for size in shape:
        count *= size
    if dtype.kind == "bool":
        return TensorConst(dtype.name, shape, bytes(r.randrange(2) for _ in range(count)))
    if dtype.name in ("f32", "c64") and r.random() < 0.7:
        numbers = [
            r.choice((0.1, -0.0, 1e-45, 3.4e38, float("inf"), float("nan"), 2.0)) for _ in range(count // 4)
        ]
        return TensorConst(dtype.name, shape, struct.pack(f"<{len(numbers)}f", *numbers))
    return TensorConst(dtype.name, shape, bytes(r.randrange(256) for _ in range(count)))


class _Maker:
    """Makes one program: records, functions, a class with a class inside, instances."""

    def __init__(self, r: Random) -> None:
        self.r = r
        self.builder = ProgramBuilder()
        self.stored = 0

    def name(self, last: str) -> str:
        module = self.r.choice(MODULES)
        return f"{module}.{last}" if module else last

    def program(self) -> Program:
        r, builder = self.r, self.builder
        for index in range(r.randrange(3)):
            fields = [(f"f{i}", random_type(r, (), list(builder.records))) for i in range(r.randrange(3))]
            builder.record(self.name(f"Rec{index}"), fields)
        if r.random() < 0.5:
            self.custom_body()
        for index in range(r.randrange(3)):
            self.function(
                builder.function(self.name(f"fn{index}"), self.params(), r.choice(TEXTS)), plain=True
            )
        inner = self.module_class(self.name("Inner"), ())
        outer = self.module_class(self.name("Outer"), (("cell", inner), ("f32", inner)))
        first = self.instance(inner, ())
        second = first if r.random() < 0.5 else self.instance(inner, ())
        self.instance(outer, (first, second))
        return builder.finish(["forward"])

    def params(self) -> list[tuple[str, Type]]:
        records = list(self.builder.records)
        found: list[tuple[str, Type]] = [
            ("x", tensor("f32", [dims.symbol("B"), 3])),
            ("n", INT),
            ("flag", BOOL),
        ]
        for index in range(self.r.randrange(3)):
            found.append((f"p{index}", random_type(self.r, ("B", "H"), records)))
        bound = {name for _, t in found for name in _alone(t)}
        return [(name, t) for name, t in found if set(types.symbols_of(t)) <= bound]

    def custom_body(self) -> None:
        function = FunctionBuilder(
            self.builder, "scale", [("x", tensor("f32", [dims.symbol("s0"), 3]))], None
        )
        result = function.op("add", function.params[0], function.params[0])[0]
        self.builder.body("com.example.scale", {}, function.end([result]))

    def module_class(self, name: str, submodules: tuple[tuple[str, str], ...]) -> str:
        r = self.r
        fields: list[tuple[str, Type]] = [("h", tensor("f32", [dims.UNKNOWN, 3])), ("count", INT)]
        fields += [(f"s{i}", random_type(r, ())) for i in range(r.randrange(2))]
        fields = [(field, t) for field, t in fields if not _has_class(t)]
        cls = self.builder.module_class(
            name,
            params=[("weight", tensor("f32", [3])), ("bias", tensor("bf16", []))],
            fields=fields,
            submodules=submodules,
            doc=r.choice(TEXTS),
        )
        self.function(cls.method("step", self.params()), plain=True, owner=cls)
        self.function(cls.method("forward", self.params(), r.choice(TEXTS)), plain=False, owner=cls)
        cls.finish()
        return name

    def instance(self, name: str, submodules: tuple[int, ...]) -> int:
        cls = self.builder.classes[name]
        self.stored += 1
        params = tuple(f"{param}.{self.stored}" for param, _ in cls.params)
        return self.builder.instance(
            Instance(name, params, tuple(self.initial(t) for _, t in cls.fields), submodules)
        )

    def initial(self, t: Type) -> InitialValue:
        """An initial value of type `t`."""
        if isinstance(t, TensorType):
            return TensorRef(f"state {self.stored}")
        if isinstance(t, ContainerType):
            if t.kind == "optional":
                return None
            items = t.items if t.kind == "tuple" else t.items * self.r.randrange(2)
            return Initial(t.kind, tuple(self.initial(item) for item in items))
        if t is COMPLEX:
            return complex(self.r.choice(FLOATS), self.r.choice(FLOATS))
        known: dict[Type, InitialValue] = {
            INT: 3,
            FLOAT: self.r.choice(FLOATS),
            BOOL: True,
            STR: self.r.choice(TEXTS),
        }
        return known.get(t)

    def function(
        self, builder: FunctionBuilder, *, plain: bool, owner: ClassBuilder | None = None
    ) -> Function:
        """Fill the function; `plain` ones neither write fields nor print, so that they may be forked."""
        made = _Body(self.r, builder, plain, owner)
        made.steps(self.r.randrange(1, 9))
        results = made.some(self.r.randrange(3))
        return builder.finish(results)


def _alone(t: Type) -> set[str]:
    """The symbols that `t` binds as a parameter's type: alone in a tensor, or in a tuple of them."""
    if isinstance(t, ContainerType) and t.kind == "tuple":
        return set().union(*map(_alone, t.items))
    if isinstance(t, TensorType):
        return {name for dim in t.shape or () if (name := dims.symbol_name(dim))}
    return set()


def _has_class(t: Type) -> bool:
    return any(isinstance(part, ClassType) for part in types.walk(t))


class _Body:
    """Adds random nodes to a function."""

    def __init__(self, r: Random, builder: FunctionBuilder, plain: bool, owner: ClassBuilder | None) -> None:
        self.r = r
        self.b = builder
        self.plain = plain
        self.owner = owner
        self.scopes: list[list[Value]] = [list(builder.params)]
        self.symbols: list[list[str]] = [
            sorted({n for v in builder.params for n in types.symbols_of(v.type)})
        ]

    @property
    def values(self) -> list[Value]:
        return [value for scope in self.scopes for value in scope]

    @property
    def known(self) -> list[str]:
        return [name for scope in self.symbols for name in scope]

    def label(self) -> str:
        return self.r.choice(LABELS)

    def some(self, count: int) -> list[Value]:
        values = self.values
        return [self.r.choice(values) for _ in range(count)]

    def of(self, want: Type) -> Value:
        """A value of the scalar type `want`, made if there is none."""
        found = [value for value in self.values if value.type is want]
        if found and self.r.random() < 0.8:
            return self.r.choice(found)
        made: dict[Type, Const] = {INT: 2, BOOL: True, STR: self.r.choice(TEXTS), FLOAT: 0.5, NONE: None}
        return self.keep([self.b.const(made[want], self.label())])[0]

    def tensor(self) -> Value:
        """A tensor of f32 whose rank is known."""
        found = [
            v
            for v in self.values
            if isinstance(v.type, TensorType) and v.type.dtype == "f32" and v.type.shape
        ]
        return self.r.choice(found) if found else self.keep([self.b.const(_ONES, self.label())])[0]

    def keep(self, values: Sequence[Value]) -> Sequence[Value]:
        self.scopes[-1] += values
        return values

    def steps(self, count: int, depth: int = 2) -> None:
        makers: list[Callable[[int], None]] = [
            self.const, self.operator, self.operator, self.shaped, self.scalar, self.container, self.sized,
            self.call, self.fork, self.module, self.guard, self.refine, self.bind, self.branch, self.loop,
            self.custom,
        ]  # fmt: skip
        if not self.plain:
            makers += [self.write, self.print]
        for _ in range(count):
            self.r.choice(makers)(depth)

    # --- one node each ---

    def const(self, depth: int) -> None:
        self.keep([self.b.const(random_const(self.r), self.label())])

    def operator(self, depth: int) -> None:
        x = self.tensor()
        assert isinstance(x.type, TensorType) and x.type.shape
        choice = self.r.randrange(7)
        if choice == 0:
            self.keep(self.b.op("add", x, x, names=[self.label()]))
        elif choice == 1:
            self.keep(self.b.op("sum", x, axes=(0,), keepdims=self.r.random() < 0.5, names=[self.label()]))
        elif choice == 2:
            self.keep(self.b.op("concat", *[x] * self.r.randrange(1, 4), axis=0, names=[self.label()]))
        elif choice == 3:
            self.keep(self.b.op("top_k", x, k=0, axis=0, names=[self.label(), self.label()]))
        elif choice == 4:
            self.keep(
                self.b.op("astype", x, dtype=DTypeAttr(self.r.choice(("f64", "i8"))), names=[self.label()])
            )
        elif x.type.shape[0] == 3:
            self.keep(self.b.op("softmax", x, axis=0, names=[self.label()]))
        else:
            self.keep(self.b.op("silu", x, names=[self.label()]))

    def shaped(self, depth: int) -> None:
        shape = tuple(random_dim(self.r, self.known) for _ in range(self.r.randrange(3)))
        value = self.b.const(TensorConst("f32", (), b"\0\0\x80?"), self.label())
        try:
            self.keep(self.b.op("full", value, shape=shape, names=[self.label()]))
        except InvalidError:  # a dimension that may be negative
            self.keep(self.b.op("full", value, shape=(2, 1), names=[self.label()]))

    def scalar(self, depth: int) -> None:
        a, b = self.of(INT), self.of(INT)
        self.keep(self.b.op(self.r.choice(("int.add", "int.less")), a, b, names=[self.label()]))
        self.keep(self.b.op("bool.and", self.of(BOOL), self.of(BOOL), names=[self.label()]))

    def container(self, depth: int) -> None:
        value = self.some(1)[0]
        item = value.type
        items = self.keep(
            self.b.op("list.new", *[value] * self.r.randrange(3), item=item, names=[self.label()])
        )
        self.keep(self.b.op("list.append", items[0], value, names=[self.label()]))
        pair = self.keep(self.b.op("tuple.new", value, items[0], names=[self.label()]))
        self.keep(self.b.op("tuple.get", pair[0], index=self.r.randrange(2), names=[self.label()]))

    def sized(self, depth: int) -> None:
        x = self.tensor()
        size = self.b.fresh_symbol(self.r.choice(("n", "B", "s0", "max", "f32")))
        self.keep(self.b.op("nonzero", x, size=size, names=[self.label()] * 2))
        self.symbols[-1].append(size)

    def call(self, depth: int) -> None:
        names = list(self.b.program.functions)
        if self.owner is not None and self.owner.methods:
            names += [
                "self." + name for name in self.owner.methods if self.owner.methods[name] and not self.plain
            ]
        if self.owner is not None and not self.plain:
            names += [
                f"self.{name}.{self.r.choice(('step', 'forward'))}" for name, _ in self.owner.submodules
            ]
        if names:
            self.keep(self.called(self.r.choice(names), self.b.call))

    def called(self, name: str, call: Callable[..., Sequence[Value]]) -> Sequence[Value]:
        """Results of a call; none where no value here is an argument."""
        callee = self.b.callee(name)
        arguments: list[Value] = []
        for want in callee.params:
            found = [value for value in self.values if types.accepts(want, value.type)]
            if not found:
                return ()
            arguments.append(self.r.choice(found))
        try:
            return call(name, *arguments, names=[self.label()])
        except InvalidError:  # arguments that bind one symbol to two sizes
            return ()

    def fork(self, depth: int) -> None:
        names = list(self.b.program.functions)
        if names:
            tasks = self.called(
                self.r.choice(names), lambda name, *args, **_: [self.b.fork(name, *args, label="task")]
            )
            if tasks:
                self.keep([self.b.wait(tasks[0], self.label())])

    def module(self, depth: int) -> None:
        if self.owner is not None:
            self.keep([self.b.param(self.r.choice(self.owner.params)[0])])
            inside = [f"{name}.h" for name, _ in self.owner.submodules]
            self.keep(
                [self.b.get(self.r.choice([name for name, _ in self.owner.fields] + inside), self.label())]
            )

    def write(self, depth: int) -> None:
        self.b.set("h", self.b.get("h"))
        self.b.set("count", self.of(INT))

    def print(self, depth: int) -> None:
        self.b.print_(*[self.of(STR) for _ in range(self.r.randrange(1, 3))])

    def guard(self, depth: int) -> None:
        self.b.guard(self.of(BOOL), self.r.choice(TEXTS), self.r.choice(GUARD_REASONS))

    def refine(self, depth: int) -> None:
        x = self.tensor()
        assert isinstance(x.type, TensorType) and x.type.shape
        if self.r.random() < 0.5:
            symbol = self.b.fresh_symbol("m")
            shape: tuple[Dim, ...] = (dims.symbol(symbol), *x.type.shape[1:])
            self.keep([self.b.refine(x, tensor("f32", shape), [symbol], self.label())])
            self.symbols[-1].append(symbol)
        else:
            self.keep([self.b.refine(x, tensor("f32", [dims.UNKNOWN] * len(x.type.shape)), (), self.label())])

    def bind(self, depth: int) -> None:
        symbol = self.b.fresh_symbol("k")
        self.b.bind(self.of(INT), symbol)
        self.symbols[-1].append(symbol)

    def custom(self, depth: int) -> None:
        operand = self.tensor3()
        body = find_custom(self.b.program.bodies, "com.example.scale", [operand.type])
        if body is not None:
            self.keep(self.b.custom("com.example.scale", [operand], body, [self.label()]))

    def tensor3(self) -> Value:
        return self.keep([self.b.const(_ROWS, self.label())])[0]

    # --- nested blocks ---

    def inside(self, params: Sequence[tuple[str, Type]], depth: int) -> None:
        opened = self.b.block(params)
        self.scopes.append(list(opened.params))
        self.symbols.append([])
        self.steps(self.r.randrange(3), depth)

    def leave(self, results: Sequence[Value]) -> object:
        self.scopes.pop()
        self.symbols.pop()
        return self.b.close(results)

    def branch(self, depth: int) -> None:
        if depth == 0:
            return
        condition = self.of(BOOL)
        seen = self.known
        kept = [v for v in self.some(2) if all(name in seen for name in types.symbols_of(v.type))]
        self.inside((), depth - 1)
        then = self.leave(kept)
        self.inside((), depth - 1)
        if self.r.random() < 0.3:
            self.b.raise_(self.r.choice(("ValueError", "errors.Odd")), self.of(STR))
            otherwise = self.leave(())
        else:
            otherwise = self.leave(kept)
        joined = [join(v.type, v.type) or v.type for v in kept]
        labels = [self.label() for _ in kept]
        self.keep(self.b.if_(condition, then, otherwise, joined, labels))  # type: ignore[arg-type]

    def loop(self, depth: int) -> None:
        if depth == 0:
            return
        trips, condition = self.of(self.r.choice((INT, NONE))), self.of(BOOL)
        carried = [v for v in self.some(2) if not types.symbols_of(v.type)]
        params = [(self.label(), INT), *((self.label(), v.type) for v in carried)]
        self.inside(params, depth - 1)
        nexts = self.scopes[-1][1 : 1 + len(carried)]
        body = self.leave([self.of(BOOL), *nexts])
        labels = [self.label() for _ in carried]
        self.keep(self.b.loop(trips, condition, carried, body, labels))  # type: ignore[arg-type]


_ONES = TensorConst("f32", (3,), b"\0\0\x80?" * 3)
_ROWS = TensorConst("f32", (2, 3), b"\0\0\x80?" * 6)
