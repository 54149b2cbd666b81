"""Element types of tensors and the classes that operator declarations name. SPEC 4.1."""

from __future__ import annotations


class DType:
    """An element type: `name` as in the type syntax, `itemsize` in bytes, `kind`.

    `kind` is one of ``bool``, ``int``, ``uint``, ``float``, ``complex``. `numpy` is
    NumPy's name for the type, or None where NumPy has none; such tensors are read as
    unsigned integers of the same size.
    """

    __slots__ = ("name", "itemsize", "kind", "numpy", "code")

    def __init__(self, code: int, name: str, itemsize: int, kind: str, numpy: str | None) -> None:
        self.code = code
        self.name = name
        self.itemsize = itemsize
        self.kind = kind
        self.numpy = numpy

    def __repr__(self) -> str:
        return self.name


#: In the order of their codes in the binary encoding (SPEC 6.3).
ALL: tuple[DType, ...] = tuple(
    DType(code, *row)
    for code, row in enumerate(
        (
            ("bool", 1, "bool", "bool"),
            ("i8", 1, "int", "int8"),
            ("i16", 2, "int", "int16"),
            ("i32", 4, "int", "int32"),
            ("i64", 8, "int", "int64"),
            ("u8", 1, "uint", "uint8"),
            ("u16", 2, "uint", "uint16"),
            ("u32", 4, "uint", "uint32"),
            ("u64", 8, "uint", "uint64"),
            ("f16", 2, "float", "float16"),
            ("f32", 4, "float", "float32"),
            ("f64", 8, "float", "float64"),
            ("c64", 8, "complex", "complex64"),
            ("c128", 16, "complex", "complex128"),
            ("bf16", 2, "float", None),
            ("f8e4m3fn", 1, "float", None),
            ("f8e5m2", 1, "float", None),
        )
    )
)
BY_NAME: dict[str, DType] = {dtype.name: dtype for dtype in ALL}
BY_NUMPY: dict[str, DType] = {dtype.numpy: dtype for dtype in ALL if dtype.numpy}

#: Types that are stored and cast, but that no arithmetic operator accepts.
STORAGE: frozenset[str] = frozenset({"bf16", "f8e4m3fn", "f8e5m2"})

#: The dtype classes that signatures name. SPEC 4.1.
SIGNED = ("i8", "i16", "i32", "i64")
UNSIGNED = ("u8", "u16", "u32", "u64")
INTEGER = SIGNED + UNSIGNED
FLOATING = ("f16", "f32", "f64")
COMPLEX = ("c64", "c128")
REAL = INTEGER + FLOATING
INEXACT = FLOATING + COMPLEX
NUMERIC = INTEGER + FLOATING + COMPLEX
BOOL = ("bool",)
ANY = tuple(dtype.name for dtype in ALL if dtype.name not in STORAGE)
STORED = tuple(dtype.name for dtype in ALL)
INDEX = ("i32", "i64")
