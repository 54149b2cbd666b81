"""Types and dimensions from their text form. SPEC 4.2.2 and 4.3.2.

The inverse of `types.type_text` and `dims.dim_text`. Text may come from a hostile file:
length, nesting and the size of expressions are bounded.
"""

from __future__ import annotations

import re

from . import dims, dtypes
from .dims import UNKNOWN, Dim
from .labels import TYPE_DIM, TYPE_DTYPE, TYPE_ITEMS, TYPE_KEY, TYPE_OPTIONAL, TYPE_SYNTAX
from .names import RESERVED, is_identifier
from .types import CONTAINERS, KEYS, SCALARS, ClassType, ContainerType, TensorType, Type

MAX_LENGTH = 65536
MAX_DEPTH = 32

_TOKEN = re.compile(
    r"[ \t\r\n]*(?:([0-9]{1,19}(?![0-9A-Za-z_]))|([A-Za-z_][A-Za-z0-9_]*)|(//|\.\.\.|[\[\](),.?+*%-]))"
)


def parse_type(text: str) -> Type:
    """The type that `text` writes, such as ``f32[B, 3]`` or ``list[tuple[int, ?[...]]]``.

    Raises
    ------
    InvalidError
        ``type.syntax`` and the other rules of types.

    Notes
    -----
    SPEC 4.3.2.
    """
    reader = _Reader(text)
    found = reader.type(0)
    reader.end()
    return found


def parse_dim(text: str) -> Dim:
    """The dimension that `text` writes, such as ``3``, ``2*B + 1`` or ``?``, in normal form.

    Raises
    ------
    InvalidError
        ``type.syntax``; ``type.dim`` for an expression that is too large or divides by 0.

    Notes
    -----
    SPEC 4.2.2.
    """
    reader = _Reader(text)
    found = reader.dim()
    reader.end()
    return found


def check_container(kind: str, items: tuple[Type, ...], where: str = "") -> ContainerType:
    """The container type of `kind` with `items`, or `InvalidError`. SPEC 4.3.3."""
    asked = CONTAINERS[kind]
    if asked is not None and len(items) != asked:
        raise TYPE_ITEMS.fail(where, expected=f"{kind} of {asked} item types", got=str(len(items)))
    if kind == "dict" and items[0] not in KEYS:
        raise TYPE_KEY.fail(where, got=repr(items[0]))
    if kind == "optional" and (items[0] is SCALARS["none"] or _is(items[0], "optional")):
        raise TYPE_OPTIONAL.fail(where, got=repr(items[0]))
    return ContainerType(kind, items)


def _is(t: Type, kind: str) -> bool:
    return isinstance(t, ContainerType) and t.kind == kind


class _Reader:
    """A cursor over the tokens of one text."""

    __slots__ = ("text", "tokens", "next")

    def __init__(self, text: str) -> None:
        self.text = text
        if len(text) > MAX_LENGTH:
            raise TYPE_SYNTAX.fail(
                text[:40] + "...", expected=f"at most {MAX_LENGTH} characters", got=str(len(text))
            )
        self.tokens: list[tuple[str, int]] = []
        at, end = 0, len(text.rstrip(" \t\r\n"))
        while at < end:
            match = _TOKEN.match(text, at)
            if match is None:
                raise self.error(at, "a type")
            self.tokens.append((match.group(match.lastindex or 0), match.start(match.lastindex or 0)))
            at = match.end()
        self.tokens.append(("", end))
        self.next = 0

    def error(self, at: int, expected: str) -> Exception:
        return TYPE_SYNTAX.fail(self.shown, expected=expected, got=f"{self.text[at : at + 20]!r} at {at}")

    @property
    def shown(self) -> str:
        return repr(self.text if len(self.text) <= 80 else self.text[:77] + "...")

    def peek(self) -> str:
        return self.tokens[self.next][0]

    def take(self) -> str:
        token = self.tokens[self.next][0]
        self.next += 1
        return token

    def unexpected(self, expected: str) -> Exception:
        return self.error(self.tokens[self.next][1], expected)

    def expect(self, token: str) -> None:
        if self.peek() != token:
            raise self.unexpected(f"{token!r}")
        self.next += 1

    def end(self) -> None:
        if self.peek():
            raise self.unexpected("the end of the type")

    # --- types ---

    def type(self, depth: int) -> Type:
        if depth > MAX_DEPTH:
            raise TYPE_SYNTAX.fail(self.shown, expected=f"at most {MAX_DEPTH} types inside one another")
        head = self.peek()
        if head == "?":
            self.next += 1
            self.expect("[")
            return TensorType(None, self.shape())
        if not (head.isidentifier() and head not in RESERVED - {"type"}):
            raise self.unexpected("a type")
        self.next += 1
        if head in CONTAINERS and self.peek() != ".":
            self.expect("[")
            return check_container(head, self.items(depth), self.shown)
        if self.peek() == "[":
            self.next += 1
            if head not in dtypes.BY_NAME:
                raise TYPE_DTYPE.fail(self.shown, expected="a dtype before '['", got=head)
            return TensorType(head, self.shape())
        if head in SCALARS and self.peek() != ".":
            return SCALARS[head]
        return self.class_type(head)

    def class_type(self, head: str) -> Type:
        parts = [head]
        while self.peek() == ".":
            self.next += 1
            if not is_identifier(self.peek()):
                raise self.unexpected("a name")
            parts.append(self.take())
        if len(parts) == 1 and head in dtypes.BY_NAME:
            hint = f"write {head}[] for a tensor of rank 0"
            raise TYPE_SYNTAX.fail(self.shown, expected=f"a shape after {head}", got="none", hint=hint)
        return ClassType(".".join(parts))

    def items(self, depth: int) -> tuple[Type, ...]:
        if self.peek() == "]":
            self.next += 1
            return ()
        found = [self.type(depth + 1)]
        while self.peek() == ",":
            self.next += 1
            found.append(self.type(depth + 1))
        self.expect("]")
        return tuple(found)

    def shape(self) -> tuple[Dim, ...] | None:
        if self.peek() == "...":
            self.next += 1
            self.expect("]")
            return None
        if self.peek() == "]":
            self.next += 1
            return ()
        found = [self.dim()]
        while self.peek() == ",":
            self.next += 1
            found.append(self.dim())
        self.expect("]")
        return tuple(found)

    # --- dimensions ---

    def dim(self) -> Dim:
        if self.peek() == "?":
            self.next += 1
            return UNKNOWN
        found = self.sum(0)
        if isinstance(found, int) and found < 0:
            raise TYPE_DIM.fail(self.shown, got=str(found))
        return found

    def sum(self, depth: int) -> dims.Known:
        left = self.product(depth)
        while self.peek() in ("+", "-"):
            left = (
                dims.add(left, self.product(depth))
                if self.take() == "+"
                else dims.sub(left, self.product(depth))
            )
        return left

    def product(self, depth: int) -> dims.Known:
        left = self.factor(depth)
        while self.peek() in ("*", "//", "%"):
            operator, right = self.take(), self.factor(depth)
            if operator == "*":
                left = dims.mul(left, right)
            elif right == 0:
                raise TYPE_DIM.fail(self.shown, expected="a divisor other than 0", got="0")
            else:
                left = dims.floordiv(left, right) if operator == "//" else dims.mod(left, right)
        return left

    def factor(self, depth: int) -> dims.Known:
        if depth > MAX_DEPTH:
            raise TYPE_DIM.fail(self.shown, expected=f"at most {MAX_DEPTH} expressions inside one another")
        token = self.peek()
        if token == "-":
            self.next += 1
            return dims.neg(self.factor(depth + 1))
        if token == "(":
            self.next += 1
            found = self.sum(depth + 1)
            self.expect(")")
            return found
        if token.isdigit():
            self.next += 1
            if int(token) >= 2**63:
                raise TYPE_DIM.fail(self.shown, expected="an integer of 64 bits", got=token)
            return int(token)
        if not token.isidentifier():
            raise self.unexpected("a dimension")
        self.next += 1
        if token in ("max", "min") and self.peek() == "(":
            self.next += 1
            first = self.sum(depth + 1)
            self.expect(",")
            second = self.sum(depth + 1)
            self.expect(")")
            return dims.maximum(first, second) if token == "max" else dims.minimum(first, second)
        if not is_identifier(token):
            self.next -= 1
            raise self.unexpected("a name that is no reserved word")
        return dims.symbol(token)
