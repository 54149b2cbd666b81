"""Constants in the program text: what is written is exactly what is read. SPEC 7.7."""

from __future__ import annotations

import ast
from base64 import b64decode, b64encode
from math import prod
from struct import error as StructError
from struct import pack, unpack

from .. import dtypes
from ..dtypes import STORAGE, DType
from ..ir import Const, TensorConst
from .labels import CONSTANT
from .lexer import Source

#: How `struct` writes one element, or one part of a complex one.
_FORMATS = {
    "bool": "?", "i8": "b", "i16": "h", "i32": "i", "i64": "q", "u8": "B", "u16": "H", "u32": "I", "u64": "Q",
    "f16": "e", "f32": "f", "f64": "d", "c64": "f", "c128": "d",
}  # fmt: skip
_SPECIAL = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}
_NAN = {"e": b"\x00\x7e", "f": b"\x00\x00\xc0\x7f", "d": b"\x00\x00\x00\x00\x00\x00\xf8\x7f"}


# --- printing -------------------------------------------------------------------


def constant_text(value: Const) -> str:
    """The constant as it stands in the text."""
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, complex):
        return f"complex({float_text(value.real)}, {float_text(value.imag)})"
    if isinstance(value, str):
        return string_text(value)
    if isinstance(value, TensorConst):
        return tensor_text(value)
    return repr(value)


def string_text(value: str) -> str:
    """A string literal of printable ASCII characters."""
    parts = ['"']
    for c in value:
        code = ord(c)
        if c in '"\\':
            parts.append("\\" + c)
        elif 0x20 <= code < 0x7F:
            parts.append(c)
        elif c in "\n\r\t":
            parts.append({"\n": "\\n", "\r": "\\r", "\t": "\\t"}[c])
        else:
            parts.append(
                f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
            )
    return "".join(parts) + '"'


def float_text(value: float) -> str:
    """A binary64 number: the shortest decimal that reads back as it, or a call of ``float``."""
    data = pack("<d", value)
    if value != value:
        return 'float("nan")' if data == _NAN["d"] else f'float(b"{b64encode(data).decode()}")'
    if value in (_SPECIAL["inf"], _SPECIAL["-inf"]):
        return f'float("{value}")'
    return repr(value)


def tensor_text(value: TensorConst) -> str:
    """``dtype(nested lists)``, or ``dtype(shape, bytes)`` where the elements do not print exactly."""
    elements = None if value.dtype in STORAGE or 0 in value.shape else _elements(value)
    if elements is None:
        shape = ", ".join(map(str, value.shape))
        return f'{value.dtype}([{shape}], b"{b64encode(value.data).decode()}")'
    for size in reversed(value.shape):
        elements = [f"[{', '.join(elements[at : at + size])}]" for at in range(0, len(elements), size)]
    return f"{value.dtype}({elements[0]})"


def _elements(value: TensorConst) -> list[str] | None:
    """The text of each element; None if a NaN is not the usual one."""
    code, kind = _FORMATS[value.dtype], dtypes.BY_NAME[value.dtype].kind
    if kind not in ("float", "complex"):
        if kind == "bool" and not set(value.data) <= {0, 1}:
            return None
        return [
            str(item)
            for item in unpack(
                f"<{len(value.data) // dtypes.BY_NAME[value.dtype].itemsize}{code}", value.data
            )
        ]
    size = len(_NAN[code])
    parts = [_part(value.data[at : at + size], code) for at in range(0, len(value.data), size)]
    if None in parts:
        return None
    if kind == "float":
        return [str(part) for part in parts]
    return [f"complex({real}, {imag})" for real, imag in zip(parts[::2], parts[1::2])]


#: The largest numbers: decimals that round to more do not pack.
_LARGEST = {"e": 65504.0, "f": (2.0 - 2.0**-23) * 2.0**127}


def _part(data: bytes, code: str) -> str | None:
    value: float = unpack("<" + code, data)[0]
    if value != value:
        return 'float("nan")' if data == _NAN[code] else None
    if value in (_SPECIAL["inf"], _SPECIAL["-inf"]):
        return f'float("{value}")'
    if code == "d":
        return repr(value)
    for digits in range(1, 10):
        near = float(f"{value:.{digits}g}")
        if abs(near) <= _LARGEST[code] and pack("<" + code, near) == data:
            return repr(near)
    return repr(value)


# --- reading --------------------------------------------------------------------


def is_constant(node: ast.expr) -> bool:
    """Whether `node` has the form of a constant."""
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in _FORMATS or node.func.id in STORAGE or node.func.id in ("float", "complex")
    return isinstance(node, ast.Constant)


class ConstantReader:
    """Reads constants of one text."""

    __slots__ = ("source",)

    def __init__(self, source: Source) -> None:
        self.source = source

    def error(self, node: ast.expr, expected: str) -> Exception:
        return self.source.fail_at(CONSTANT, node, expected=expected)

    def read(self, node: ast.expr) -> Const:
        """The constant that `node` writes."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            if node.func.id == "float":
                return self.number(node)
            if node.func.id == "complex" and len(node.args) == 2:
                return complex(self.number(node.args[0]), self.number(node.args[1]))
            if node.func.id in dtypes.BY_NAME:
                return self.tensor(node, dtypes.BY_NAME[node.func.id])
        if isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, (bool, str))):
            return node.value
        value = self.plain_number(node)
        if value is None:
            raise self.error(node, "a constant")
        return value

    def plain_number(self, node: ast.expr) -> int | float | None:
        negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
        inner = node.operand if isinstance(node, ast.UnaryOp) and negative else node
        if not isinstance(inner, ast.Constant) or isinstance(inner.value, bool):
            return None
        value = inner.value
        if isinstance(value, int):
            value = -value if negative else value
            if not -(2**63) <= value < 2**64:
                raise self.error(node, "an integer of 64 bits")
            return value
        if isinstance(value, float):
            if value == _SPECIAL["inf"]:
                raise self.error(node, 'a number within the range of binary64; write float("inf")')
            return -value if negative else value
        return None

    def number(self, node: ast.expr) -> float:
        """A float: a literal, or ``float`` of a name or of 8 bytes."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            inner = node.args[0] if len(node.args) == 1 and not node.keywords else None
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str) and inner.value in _SPECIAL:
                return _SPECIAL[inner.value]
            if isinstance(inner, ast.Constant) and isinstance(inner.value, bytes):
                return float(unpack("<d", self.bytes(inner, 8))[0])
            raise self.error(node, 'float("nan"), float("inf"), float("-inf") or float of 8 bytes')
        value = self.plain_number(node)
        if value is None:
            raise self.error(node, "a number")
        return float(value)

    def bytes(self, node: ast.expr, size: int) -> bytes:
        """The bytes of a base64 literal, of which there must be `size`."""
        if isinstance(node, ast.Constant) and isinstance(node.value, bytes):
            try:
                data = b64decode(node.value, validate=True)
            except ValueError:
                raise self.error(node, "base64") from None
            if len(data) == size and b64encode(data) == node.value:
                return data
        raise self.error(node, f"{size} bytes in base64")

    # --- tensors ---

    def tensor(self, node: ast.Call, dtype: DType) -> TensorConst:
        if len(node.args) == 2:
            shape = self.shape(node.args[0])
            return TensorConst(dtype.name, shape, self.bytes(node.args[1], prod(shape) * dtype.itemsize))
        if len(node.args) != 1 or dtype.name in STORAGE:
            raise self.error(node, f"{dtype.name}(shape, bytes)")
        shape = self.outline(node.args[0])
        if 0 in shape:
            raise self.error(node, f'{dtype.name}({list(shape)}, b"") for no elements')
        data = bytearray()
        self.fill(node.args[0], shape, dtype, data)
        return TensorConst(dtype.name, shape, bytes(data))

    def shape(self, node: ast.expr) -> tuple[int, ...]:
        if not isinstance(node, ast.List) or len(node.elts) > 32:
            raise self.error(node, "a shape: a list of at most 32 sizes")
        sizes = []
        for item in node.elts:
            if not isinstance(item, ast.Constant) or type(item.value) is not int or item.value >= 2**31:
                raise self.error(item, "a size")
            sizes.append(item.value)
        return tuple(sizes)

    def outline(self, node: ast.expr) -> tuple[int, ...]:
        """The shape of nested lists, by their first elements."""
        sizes = []
        while isinstance(node, ast.List):
            sizes.append(len(node.elts))
            if not node.elts or len(sizes) > 32:
                break
            node = node.elts[0]
        return tuple(sizes)

    def fill(self, node: ast.expr, shape: tuple[int, ...], dtype: DType, data: bytearray) -> None:
        if shape:
            if not isinstance(node, ast.List) or len(node.elts) != shape[0]:
                raise self.error(node, f"a list of {shape[0]}")
            for item in node.elts:
                self.fill(item, shape[1:], dtype, data)
            return
        try:
            data += element_bytes(self.read(node), dtype)
        except (StructError, OverflowError, ValueError):
            raise self.error(node, f"an element of {dtype.name}, in its range") from None


def element_bytes(value: Const, dtype: DType) -> bytes:
    """One element; `ValueError`, `OverflowError` or `struct.error` where `value` is none."""
    code = "<" + _FORMATS[dtype.name]
    kind = dtype.kind
    if isinstance(value, bool) or kind == "bool":
        if isinstance(value, bool) and kind == "bool":
            return pack(code, value)
    elif kind == "complex" and isinstance(value, complex):
        return _float_bytes(value.real, code) + _float_bytes(value.imag, code)
    elif kind == "float" and isinstance(value, (int, float)):
        return _float_bytes(float(value), code)
    elif kind in ("int", "uint") and isinstance(value, int):
        return pack(code, value)
    raise ValueError


def _float_bytes(value: float, code: str) -> bytes:
    return _NAN[code[1]] if value != value else pack(code, value)


def tensor_of(dtype: DType, value: object) -> TensorConst:
    """A constant tensor of nested tuples of numbers, each rounded to `dtype`. SPEC 7.9."""
    shape: list[int] = []
    items: list[object] = [value]
    while isinstance(items[0], tuple):
        rows = [item for item in items if isinstance(item, tuple)]
        shape.append(len(rows[0]))
        items = [part for row in rows for part in row]
        if not rows[0]:
            break
    parts = [element_bytes(_converted(item, dtype.kind), dtype) for item in items]
    return TensorConst(dtype.name, tuple(shape), b"".join(parts))


def _converted(value: object, kind: str) -> Const:
    """A number as an element's kind has it: a template may write 0 for 0.0."""
    assert isinstance(value, (bool, int, float, complex))
    if kind == "bool":
        return bool(value)
    if kind == "complex":
        return complex(value)
    assert not isinstance(value, complex)
    return float(value) if kind == "float" else int(value)
