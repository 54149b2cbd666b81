"""Scalars: int, float, bool and complex, and the sizes and dtypes of tensors. SPEC 8.11.

Comparisons that are not listed swap the operands of one that is, or negate it.
"""

from __future__ import annotations

from ..registry import Accuracy, Arg, AttrDecl, Exact, Op, Rounded, Rule, Signature, Ulp, define

OVERFLOW = Rule("E1", "the exact result is in the range of int, from -2**63 to 2**63 - 1")
_ZERO = Rule("E2", "the divisor is not 0")

_count = 0


def _scalar(
    name: str,
    operands: str,
    result: str,
    doc: str,
    *,
    attrs: tuple[AttrDecl, ...] = (),
    rules: tuple[Rule, ...] = (),
    accuracy: Accuracy | None = None,
    errors: tuple[Rule, ...] = (),
) -> None:
    """Declare an operator; `operands` are ``name: type`` pairs."""
    global _count
    _count += 1
    pairs = [pair.split(": ") for pair in operands.split(", ")] if operands else []
    define(
        Op(
            name,
            section=f"8.11.{_count}",
            doc=doc,
            attrs=attrs,
            signatures=(Signature(tuple(Arg(pair[0], pair[1]) for pair in pairs), (result,), rules=rules),),
            accuracy=accuracy or Exact(),
            errors=errors,
        )
    )


_XY = "x: int, y: int"
_scalar("int.add", _XY, "int", "The sum of `x` and `y`.", errors=(OVERFLOW,))
_scalar("int.subtract", _XY, "int", "The difference `x - y`.", errors=(OVERFLOW,))
_scalar("int.multiply", _XY, "int", "The product of `x` and `y`.", errors=(OVERFLOW,))
_scalar(
    "int.floor_divide",
    _XY,
    "int",
    "The quotient `x / y`, rounded towards minus infinity: -7 by 2 is -4.",
    errors=(OVERFLOW, _ZERO),
)
_scalar(
    "int.remainder",
    _XY,
    "int",
    "What `floor_divide` leaves: `x - y * floor(x / y)`, which has the sign of `y`. -7 by 2 leaves 1.",
    errors=(Rule("E1", "the divisor is not 0"),),
)
_scalar(
    "int.divide",
    _XY,
    "float",
    "The exact quotient `x / y`, rounded to the nearest float, ties to even. 0 by a negative number is -0.",
    accuracy=Rounded(),
    errors=(Rule("E1", "the divisor is not 0"),),
)
_scalar(
    "int.power",
    _XY,
    "int",
    "The value of `x` to the power of `y`; any `x` to the power of 0 is 1.",
    errors=(OVERFLOW, Rule("E2", "the exponent is at least 0")),
)
_scalar("int.negative", "x: int", "int", "The value `-x`.", errors=(OVERFLOW,))
_scalar("int.abs", "x: int", "int", "The magnitude of `x`.", errors=(OVERFLOW,))
_scalar("int.min", _XY, "int", "The smaller of `x` and `y`.")
_scalar("int.max", _XY, "int", "The larger of `x` and `y`.")
_scalar("int.equal", _XY, "bool", "Whether `x` and `y` are equal.")
_scalar("int.less", _XY, "bool", "Whether `x` is less than `y`.")
_scalar("int.less_equal", _XY, "bool", "Whether `x` is less than or equal to `y`.")
_scalar(
    "int.to_float",
    "x: int",
    "float",
    "The float nearest to `x`, ties to the even significand.",
    accuracy=Rounded(),
)
_scalar("int.to_bool", "x: int", "bool", "Whether `x` is not 0.")

_scalar("int.and", _XY, "int", "The bits that both `x` and `y` have, in two's complement: -1 has all bits.")
_scalar("int.or", _XY, "int", "The bits that `x` or `y`, or both, have, in two's complement.")
_scalar(
    "int.xor", _XY, "int", "The bits that one of `x` and `y` has, and not the other, in two's complement."
)
_scalar("int.invert", "x: int", "int", "The bits that `x` has not, in two's complement: `-x - 1`.")
_scalar(
    "int.left_shift",
    _XY,
    "int",
    "The value `x * 2**y`. 0 is 0 for every `y`.",
    errors=(OVERFLOW, Rule("E2", "the count is at least 0")),
)
_scalar(
    "int.right_shift",
    _XY,
    "int",
    "The value `x / 2**y`, rounded towards minus infinity; by 63 or more, 0, or -1 of a negative `x`.",
    errors=(Rule("E1", "the count is at least 0"),),
)

_FXY = "x: float, y: float"
_scalar("float.add", _FXY, "float", "The sum of `x` and `y`, as IEEE 754 says.", accuracy=Rounded())
_scalar("float.subtract", _FXY, "float", "The difference `x - y`, as IEEE 754 says.", accuracy=Rounded())
_scalar("float.multiply", _FXY, "float", "The product of `x` and `y`, as IEEE 754 says.", accuracy=Rounded())
_scalar(
    "float.divide",
    _FXY,
    "float",
    "The quotient `x / y`, as IEEE 754 says: a finite `x` that is not 0, divided by 0, is an infinity with "
    "the sign of the quotient; 0 by 0 is NaN.",
    accuracy=Rounded(),
)
_scalar(
    "float.floor_divide",
    _FXY,
    "float",
    "The exact quotient `x / y`, rounded towards minus infinity to an integer, and then to the nearest "
    "float. Where either operand is a zero, an infinity or NaN, the result is that of `float.divide`.",
    accuracy=Rounded(),
)
_scalar(
    "float.remainder",
    _FXY,
    "float",
    "The exact value of `x - y * floor(x / y)`, rounded to the nearest float; it has the sign of `y`, a "
    "zero included. If `y` is 0 or `x` is infinite, NaN. If `y` is infinite and `x` finite, `x` if `x` is "
    "0 (with the sign of `y`) or the signs are equal, else `y`.",
    accuracy=Rounded(),
)
_scalar(
    "float.power",
    _FXY,
    "float",
    "The value of `x` to the power of `y`, with the special cases of IEEE 754 `pow`: anything to the power "
    "of 0 and 1 to the power of anything is 1, 0 to a negative power is an infinity, a negative finite "
    "number to a finite power that is no integer is NaN.",
    accuracy=Ulp(1),
)
_scalar("float.negative", "x: float", "float", "The value `-x`; the sign of zeros and NaN changes too.")
_scalar("float.abs", "x: float", "float", "The magnitude of `x`; of -0, 0.")
_scalar("float.equal", _FXY, "bool", "Whether `x` and `y` are equal. 0 equals -0; a NaN equals nothing.")
_scalar("float.less", _FXY, "bool", "Whether `x` is less than `y`. False if either is NaN.")
_scalar("float.less_equal", _FXY, "bool", "Whether `x` is less than or equal to `y`. False if either is NaN.")

_RANGE = Rule("E1", "the number is finite, and the integer in the range of int")
for _name, _how in (
    ("floor", "rounded towards minus infinity"),
    ("ceil", "rounded towards plus infinity"),
    ("round", "rounded to the nearest integer, ties to the even one"),
):
    _scalar(f"float.{_name}", "x: float", "int", f"The number `x`, {_how}, as an int.", errors=(_RANGE,))
_scalar("float.to_int", "x: float", "int", "The number `x`, rounded towards 0, as an int.", errors=(_RANGE,))
_scalar("float.to_bool", "x: float", "bool", "Whether `x` is not 0; true for a NaN.")

_BXY = "x: bool, y: bool"
_scalar(
    "bool.and", _BXY, "bool", "Whether `x` and `y` are both true. Both are evaluated; a branch is an `if`."
)
_scalar("bool.or", _BXY, "bool", "Whether `x` or `y`, or both, are true.")
_scalar("bool.not", "x: bool", "bool", "Whether `x` is false.")
_scalar("bool.equal", _BXY, "bool", "Whether `x` and `y` are the same.")
_scalar("bool.to_int", "x: bool", "int", "1 if `x` is true, else 0.")

_scalar("complex.new", "real: float, imag: float", "complex", "The number of these two parts.")
_scalar("complex.real", "x: complex", "float", "The real part of `x`.")
_scalar("complex.imag", "x: complex", "float", "The imaginary part of `x`.")


# --- what is asked of tensors -----------------------------------------------------

_scalar(
    "size",
    "",
    "int",
    "The value of the dimension `dim`.",
    attrs=(AttrDecl("dim", "dim", "An integer, or an expression of symbols that are bound (4.2)."),),
)
_TENSOR = (Rule("C1", "is_tensor(x)"),)
_scalar(
    "rank",
    "x: any",
    "int",
    "How many axes the tensor `x` has, which need not be known before.",
    rules=_TENSOR,
)
_scalar("shape", "x: any", "list[int]", "The sizes of the axes of the tensor `x`.", rules=_TENSOR)
_scalar(
    "dtype",
    "x: any",
    "str",
    "The name of the dtype of the tensor `x`, as in the text of types: `f32`. The type of `x` may leave the "
    "dtype open; if the elements are of a storage dtype (4.1) then, which name is given is unpredictable.",
    rules=_TENSOR,
)
