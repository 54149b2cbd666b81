"""What is checked and computed at run time because a type left it open. SPEC 4.2.6 and 5.4."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ..schema import dims
from ..schema.dims import Dim, Expr, Unknown
from ..schema.dtypes import BY_NAME
from ..schema.errors import ProgramError
from ..schema.formula import SymbolSize, compile_formula, truth
from ..schema.infer import Inference, broken
from ..schema.ir import Attr, DTypeAttr, Node, TensorConst
from ..schema.registry import Op, Signature
from ..schema.types import ClassType, ContainerType, TensorType, Type, type_text
from .rules import RUN_ARGUMENT, RUN_BIND, RUN_NATIVE, RUN_REFINE, RUN_SYMBOL
from .values import STORED_AS, Future, bind_sizes, describe, dtype_name, matches

_LIMIT = 1 << 63
_INT = frozenset({int})

#: How many combinations of shapes a check remembers to have passed.
REMEMBERED = 256

#: Gives kernels the array of a constant, or the class of a record.
Resolve = Callable[[TensorConst | ClassType], Any]
Compiled = Callable[[Sequence[int]], Any]


def compile_dim(dim: Dim, place: dict[str, int]) -> Compiled:
    """The function that gives a dimension from the sizes of symbols; `place` says where each is."""
    if not isinstance(dim, Expr):
        return lambda sizes: dim
    name = dims.symbol_name(dim)
    if name is not None:
        at = place[name]
        return lambda sizes: known(sizes[at], name)
    names = dims.symbols_of(dim)

    def evaluate(sizes: Sequence[int]) -> int:
        try:
            value = dims.evaluate(dim, {name: known(sizes[place[name]], name) for name in names})
        except ZeroDivisionError:
            raise RUN_SYMBOL.fail(expected=f"a value of {dim}", got="a division by 0") from None
        if not -_LIMIT <= value < _LIMIT:
            raise RUN_SYMBOL.fail(expected=f"a value of {dim} in 64 bits", got=str(value))
        return value

    return evaluate


def known(size: int | None, name: str) -> int:
    """The size that a symbol has; a list without items and a call that failed give theirs none."""
    if size is None:
        raise RUN_SYMBOL.fail(expected=f"a size of {name}", got="none")
    return size


def attr_symbols(value: Attr) -> dict[str, None]:
    """The symbols in an attribute's value."""
    if isinstance(value, Expr):
        return dict.fromkeys(dims.symbols_of(value))
    found: dict[str, None] = {}
    if isinstance(value, tuple) and not _INT.issuperset(map(type, value)):
        for item in value:
            if isinstance(item, (Expr, tuple)):
                found.update(attr_symbols(item))
    return found


def node_symbols(node: Node) -> tuple[str, ...]:
    """The symbols that a node's attributes read."""
    if not node.attrs:
        return ()
    found: dict[str, None] = {}
    for value in node.attrs.values():
        if isinstance(value, (Expr, tuple)):
            found.update(attr_symbols(value))
    return tuple(found)


def plain(value: Attr, resolve: Resolve) -> Any:
    """An attribute without symbols as kernels get it."""
    if isinstance(value, DTypeAttr):
        return value.name
    if isinstance(value, (TensorConst, ClassType)):
        return resolve(value)
    if isinstance(value, tuple) and not _INT.issuperset(map(type, value)):
        return tuple([plain(item, resolve) for item in value])
    return value


def compile_attr(value: Attr, place: dict[str, int], resolve: Resolve) -> Compiled:
    """The function that gives an attribute's value from the sizes of symbols."""
    if isinstance(value, Expr):
        return compile_dim(value, place)
    if isinstance(value, tuple) and attr_symbols(value):
        parts = [compile_attr(item, place, resolve) for item in value]
        return lambda sizes: tuple([part(sizes) for part in parts])
    fixed = plain(value, resolve)
    return lambda sizes: fixed


# --- symbols --------------------------------------------------------------------


def symbol_path(types: Sequence[Type], name: str) -> tuple[int, Callable[[Any], int]] | None:
    """In which of `types` the symbol stands alone first, and how to read its size off that value.

    Only there, or in tuples, does a symbol get its value. SPEC 4.2.5.
    """
    for position, t in enumerate(types):
        read = _reader(t, name)
        if read is not None:
            return position, read
    return None


def _reader(t: Type, name: str) -> Callable[[Any], Any] | None:
    if isinstance(t, TensorType):
        for axis, dim in enumerate(t.shape or ()):
            if dims.symbol_name(dim) == name:
                return _axis_reader(axis)
        return None
    if not isinstance(t, ContainerType):
        return None
    if t.kind == "tuple":
        for index, item in enumerate(t.items):
            read = _reader(item, name)
            if read is not None:
                return _tuple_reader(index, read)
        return None
    read = _reader(t.items[0], name) if t.kind == "future" else None
    return read and _future_reader(read)


def _axis_reader(axis: int) -> Callable[[Any], int]:
    return lambda value: value.shape[axis]


def _tuple_reader(index: int, read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: read(value[index])


def _future_reader(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A call that failed gives its symbols no size; whoever needs one then fails. SPEC 5.12."""

    def outcome(task: Future) -> Any:
        task.join()
        return None if task.error is not None else read(task.value)

    return outcome


# --- rules of operators ---------------------------------------------------------


def rule_check(
    op: Op, found: Inference, operands: Sequence[Type], attrs: dict[str, Attr], place: dict[str, int]
) -> Callable[[Sequence[Any], Sequence[int]], None]:
    """The check of the rules that the static types leave unknown.

    It takes the operands and the sizes of the symbols in `attrs`, and raises
    `ProgramError` with the label of the first rule that is broken.
    """
    signature = found.signature
    assert signature is not None
    tests = [(rule, compile_formula(rule.text)) for rule in found.unknown]
    tensors = [i for i, t in enumerate(operands) if isinstance(t, TensorType)]
    computed = {name: _sized(value, place) for name, value in attrs.items()}
    passed: set[Any] = set()

    def check(values: Sequence[Any], sizes: Sequence[int]) -> None:
        key = (*[values[i].shape for i in tensors], *sizes)
        if key in passed:
            return
        env = dict(found.env)
        _real_operands(signature, operands, values, env)
        for name, compiled in computed.items():
            env[name] = compiled(sizes)
        for rule, test in tests:
            if truth(test(env)) is False:
                raise ProgramError(broken(op, signature, rule, env, ""))
        if len(passed) < REMEMBERED:
            passed.add(key)

    return check


def _sized(value: Attr, place: dict[str, int]) -> Compiled:
    """An attribute for formulas: what is computed from symbols is a size, which never broadcasts."""
    if isinstance(value, Expr):
        compiled = compile_dim(value, place)
        return lambda sizes: SymbolSize(compiled(sizes))
    if isinstance(value, tuple):
        parts = [_sized(item, place) for item in value]
        return lambda sizes: tuple([part(sizes) for part in parts])
    return lambda sizes: value


def _real_operands(
    signature: Signature, operands: Sequence[Type], values: Sequence[Any], env: dict[str, Any]
) -> None:
    real = [real_type(t, value) for t, value in zip(operands, values)]
    for position, arg in enumerate(signature.args):
        if arg.variadic:
            env[arg.name] = tuple(real[position:])
        elif position < len(real):
            env[arg.name] = real[position]


def real_type(t: Type, value: Any) -> Type:
    """`t` with each open dimension replaced by its size; that of a symbol as `SymbolSize`."""
    if not isinstance(t, TensorType) or t.shape is None:
        return t
    return TensorType(t.dtype, tuple(map(_real_dim, t.shape, value.shape)))


def _real_dim(dim: Dim, size: int) -> int:
    if isinstance(dim, Unknown):
        return int(size)
    return SymbolSize(size) if isinstance(dim, Expr) else dim


# --- refine, bind, arguments ----------------------------------------------------


def refine_check(want: Type, outer: tuple[str, ...]) -> Callable[..., Any]:
    """The function of a value and the sizes of `outer` symbols that gives the value if it is of `want`."""

    def refine(value: Any, *sizes: int) -> Any:
        if not matches(value, want, dict(zip(outer, map(known, sizes, outer)))):
            raise RUN_REFINE.fail(expected=type_text(want), got=describe(value))
        return value

    return refine


def bind_check(value: int) -> int:
    """The int that becomes a symbol."""
    if value < 0:
        raise RUN_BIND.fail(expected="0 or more", got=str(value))
    return value


def arguments_check(name: str, params: Sequence[Type]) -> Callable[..., None]:
    """The function of all arguments that fails unless they are of the types `params`."""
    wanted = tuple(params)

    def check(*values: Any) -> None:
        symbols: dict[str, int] = {}
        for value, want in zip(values, wanted):
            bind_sizes(value, want, symbols)
        for index, (value, want) in enumerate(zip(values, wanted)):
            if not matches(value, want, symbols):
                where = f"argument {index} of {name}"
                raise RUN_ARGUMENT.fail(where, expected=type_text(want), got=describe(value))

    return check


def native_check(
    name: str, native: Callable[..., Any], params: Sequence[Type], results: Sequence[Type]
) -> Callable[..., Any]:
    """`native`, with its results compared to the types that the operator's body gives for its operands."""
    wanted = tuple(results)
    several = len(wanted) != 1

    def call(*operands: Any) -> Any:
        values = native(*operands)
        given = values if several else (values,)
        symbols: dict[str, int] = {}
        for operand, t in zip(operands, params):
            bind_sizes(operand, t, symbols)
        good = isinstance(given, tuple) and len(given) == len(wanted)
        if not good or not all(matches(v, t, symbols) for v, t in zip(given, wanted)):
            got = ", ".join(map(describe, given)) if isinstance(given, tuple) else describe(given)
            raise RUN_NATIVE.fail(name, expected=", ".join(map(type_text, wanted)), got=got)
        return values

    return call


def result_size(types: Sequence[Type], place: dict[str, int]) -> Callable[[Sequence[int]], int] | None:
    """The bytes of results of `types` from the sizes of symbols, where their types tell."""
    parts: list[tuple[int, tuple[Compiled, ...]]] = []
    for t in types:
        if not isinstance(t, TensorType):
            continue
        if t.shape is None or t.dtype is None or any(isinstance(dim, Unknown) for dim in t.shape):
            return None
        if any(name not in place for dim in t.shape for name in dims.symbols_of(dim)):
            return None
        parts.append((_itemsize(t.dtype), tuple(compile_dim(dim, place) for dim in t.shape)))
    if not parts:
        return None

    def measure(sizes: Sequence[int]) -> int:
        total = 0
        for itemsize, shape in parts:
            count = itemsize
            for dim in shape:
                count *= dim(sizes)
            total += count
        return total

    return measure


def _itemsize(dtype: str) -> int:
    return BY_NAME[dtype].itemsize


def left_out(value: Any, t: Type) -> bool:
    """Whether a kernel was spared this result, which nothing uses; see `kernels.registry.CHOOSY`."""
    return value is None and isinstance(t, TensorType)


def agrees(value: Any, t: Type) -> bool:
    """Whether a value has the dtype and the integer sizes of `t`; for runs that check every result."""
    if isinstance(t, TensorType) and hasattr(value, "dtype"):
        if t.dtype is not None and dtype_name(value) != STORED_AS[t.dtype]:
            return False
        if t.shape is None:
            return True
        return len(value.shape) == len(t.shape) and all(
            dim == size for dim, size in zip(t.shape, value.shape) if isinstance(dim, int)
        )
    return matches(value, t, {})
