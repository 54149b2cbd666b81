"""Methods of strings."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import prelude_text, rules
from .arithmetic import binary
from .functions import to_float_, to_int
from .iterables import list_from
from .tables import method
from .values import DictBox, ListBox, describe, scalar_kind

if TYPE_CHECKING:
    from .compiler import Compiler

Args = tuple[Any, ...]
Kwargs = dict[str, Any]


@method("str", "join")
def join(c: Compiler, owner: Any, args: Args, kwargs: Kwargs) -> Any:
    """The strings of a list, with this one between them."""
    c.arity("join", args, kwargs, 1, 1)
    made = list_from(c, args[0])
    for item in made.items or ():
        if scalar_kind(item) != "str":
            raise c.fail(rules.OPERAND, got=f"join() of {describe(item)}", hint="make it a str: str(x)")
    if (
        made.items is not None
        and all(isinstance(item, str) for item in made.items)
        and isinstance(owner, str)
    ):
        return owner.join(made.items)
    if made.items is not None and not made.items:
        return ""
    return c.emit("str.join", c.as_list(made).val, owner)


@method("str", "format")
def format_(c: Compiler, owner: Any, args: Args, kwargs: Kwargs) -> Any:
    """``"{} {name:.2f}".format(...)``, of a text that is known."""
    if not isinstance(owner, str):
        raise c.fail(rules.STATIC, got="format() of a text that is not known", hint="use an f-string")
    found: Any = ""
    number = 0
    for literal, field, spec, conversion in string.Formatter().parse(owner):
        found = binary(c, "Add", found, literal) if literal else found
        if field is None:
            continue
        if field == "":
            field, number = str(number), number + 1
        if not (field.isdigit() or field.isidentifier()):
            raise c.fail(rules.CONSTRUCT, got=f"the field {field!r}", hint="use an f-string")
        try:
            value = args[int(field)] if field.isdigit() else kwargs[field]
        except (IndexError, KeyError):
            c.raise_unless(False, "IndexError" if field.isdigit() else "KeyError", field)
        found = binary(c, "Add", found, c.format(value, spec or "", conversion or ""))
    return found


_PERCENT = re.compile(
    r"%(?:\((?P<key>[^)]*)\))?(?P<flags>[-+ #0]*)(?P<width>\d+)?(?:\.(?P<precision>\d+))?(?P<type>.)",
    re.DOTALL,
)


def percent(c: Compiler, owner: Any, values: Any) -> Any:
    """``"%d %s" % (n, s)``, of a text that is known."""
    if not isinstance(owner, str):
        raise c.fail(rules.STATIC, got="% of a text that is not known", hint="use an f-string")
    named = isinstance(values, DictBox)
    items = list(values) if isinstance(values, tuple) else [values]
    found: Any = ""
    at = taken = 0
    for match in _PERCENT.finditer(owner):
        found = binary(c, "Add", found, owner[at : match.start()]) if at < match.start() else found
        at = match.end()
        if match["type"] == "%":
            found = binary(c, "Add", found, "%")
            continue
        if match["key"] is not None:
            value = c.subscript(values, match["key"])
        else:
            if taken == len(items):
                got = f"a text that takes more than {len(items)} values"
                raise c.fail(rules.OPERAND, got=got, expected="a value for each %")
            value, taken = items[taken], taken + 1
        found = binary(c, "Add", found, _percent(c, match, value))
    if taken < len(items) and not named:
        raise c.fail(rules.OPERAND, expected=f"{taken} values for the text", got=f"{len(items)}")
    return binary(c, "Add", found, owner[at:])


def _percent(c: Compiler, match: re.Match[str], value: Any) -> Any:
    kind, flags, width = match["type"], match["flags"], match["width"] or ""
    precision = match["precision"]
    if kind in "diu":
        value, kind = to_int(c, (value,), {}), "d"
        if precision is not None:
            raise c.fail(rules.OPERAND, got=f"the format {match[0]!r}", hint="use an f-string")
    elif kind in "eEfFgG":
        value = to_float_(c, (value,), {})
    elif kind in "sr":
        value = c.text(value) if kind == "s" else c.format(value, "", "r")
    elif kind not in "xXo":
        raise c.fail(rules.OPERAND, got=f"the format {match[0]!r}", hint="use an f-string")
    spec = "<" if "-" in flags else ">" if kind in "sr" else ""
    if kind in "sr":
        return c.format(value, spec + width + ("" if precision is None else f".{precision}"))
    spec += "+" if "+" in flags else " " if " " in flags else ""
    spec += ("#" if "#" in flags else "") + ("0" if "0" in flags and "-" not in flags else "")
    return c.format(value, spec + width + ("" if precision is None else f".{precision}") + kind)


Lower = Callable[..., Any]


def _register(name: str, lower: Lower, low: int, high: int, keywords: tuple[str, ...]) -> None:
    def handler(c: Compiler, owner: Any, args: Args, kwargs: Kwargs) -> Any:
        given = list(args)
        for key in keywords[len(args) :]:
            if key not in kwargs:
                continue
            while len(given) < keywords.index(key):
                given.append(None)
            given.append(kwargs[key])
        c.arity(name, args, {key: value for key, value in kwargs.items() if key not in keywords}, low, high)
        if isinstance(owner, str) and all(a is None or isinstance(a, (str, int)) for a in given):
            try:
                found = getattr(owner, name)(*args, **kwargs)
            except (ValueError, OverflowError) as error:
                c.raise_unless(False, type(error).__name__, str(error))
            except TypeError as error:
                raise c.fail(rules.OPERAND, got=str(error)) from None
            return ListBox(found) if isinstance(found, list) else found
        return lower(c, owner, *given)

    handler.__doc__ = f"``str.{name}``."
    method("str", name)(handler)


def _prelude(function: Callable[..., Any], *defaults: Any) -> Lower:
    """A method by a function of the prelude; `defaults` of its last parameters."""

    def lower(c: Compiler, owner: Any, *args: Any) -> Any:
        given = (*args, *defaults[len(args) - (function.__code__.co_argcount - 1 - len(defaults)) :])
        return c.inline(function, (owner, *given), {})  # type: ignore[arg-type]

    return lower


def _split(c: Compiler, owner: Any, separator: Any = None, limit: Any = -1) -> Any:
    if separator is None:
        return c.emit("str.words", owner, limit)
    return c.emit("str.split", owner, separator, limit)


def _rsplit(c: Compiler, owner: Any, separator: Any = None, limit: Any = -1) -> Any:
    if separator is None:
        return c.inline(prelude_text.rsplit_words, (owner, limit), {})  # type: ignore[arg-type]
    return c.inline(prelude_text.rsplit, (owner, separator, limit), {})  # type: ignore[arg-type]


def _strip(sides: str) -> Lower:
    def lower(c: Compiler, owner: Any, chars: Any = None) -> Any:
        operands = (owner,) if chars is None else (owner, chars)
        return c.emit("str.strip", *operands, sides=sides)

    return lower


def _bounded(plain: Lower, bounded: Callable[..., Any]) -> Lower:
    """A search, of the whole text or within bounds."""

    def lower(c: Compiler, owner: Any, what: Any, start: Any = None, stop: Any = None) -> Any:
        if start is None and stop is None:
            return plain(c, owner, what)
        n = c.length(owner)
        bounds = (0 if start is None else start, n if stop is None else stop)
        return c.inline(bounded, (owner, what, *bounds), {})  # type: ignore[arg-type]

    return lower


def _search(op: str) -> Lower:
    return lambda c, owner, what: c.emit(f"str.{op}", owner, what)


def _required(lower: Lower) -> Lower:
    def found(c: Compiler, owner: Any, *args: Any) -> Any:
        at = lower(c, owner, *args)
        return c.inline(prelude_text.checked, (at,), {})  # type: ignore[arg-type]

    return found


def _starts(c: Compiler, owner: Any, what: Any) -> Any:
    n, k = c.length(owner), c.length(what)
    return c.emit("str.equal", c.emit("str.slice", owner, 0, c.emit("int.min", n, k)), what)


def _ends(c: Compiler, owner: Any, what: Any) -> Any:
    n, k = c.length(owner), c.length(what)
    start = c.emit("int.max", c.emit("int.subtract", n, k), 0)
    return c.emit("str.equal", c.emit("str.slice", owner, start, n), what)


def _one_of(lower: Lower) -> Lower:
    """The text may be one of a tuple."""

    def found(c: Compiler, owner: Any, what: Any, *bounds: Any) -> Any:
        if not isinstance(what, tuple):
            return lower(c, owner, what, *bounds)
        if not what:
            return False
        truth = lower(c, owner, what[0], *bounds)
        return c.choose(truth, lambda: True, lambda: found(c, owner, what[1:], *bounds))

    return found


def _allowed(allowed: str, name: str) -> Lower:
    return lambda c, owner: c.inline(prelude_text.only, (owner, allowed, name), {})


def _isascii(c: Compiler, owner: Any) -> Any:
    return c.emit("str.equal", c.emit("str.strip", owner, prelude_text.ASCII, sides="both"), "")


_find = _bounded(_search("find"), prelude_text.find_in)
_rfind = _bounded(_search("rfind"), prelude_text.rfind_in)

for _name, _lower, _low, _high in (
    ("find", _find, 1, 3),
    ("rfind", _rfind, 1, 3),
    ("index", _required(_find), 1, 3),
    ("rindex", _required(_rfind), 1, 3),
    ("count", _bounded(_prelude(prelude_text.counted), prelude_text.count_in), 1, 3),
    ("startswith", _one_of(_bounded(_starts, prelude_text.startswith_in)), 1, 3),
    ("endswith", _one_of(_bounded(_ends, prelude_text.endswith_in)), 1, 3),
    ("lower", lambda c, owner: c.emit("str.lower", owner), 0, 0),
    ("upper", lambda c, owner: c.emit("str.upper", owner), 0, 0),
    ("strip", _strip("both"), 0, 1),
    ("lstrip", _strip("left"), 0, 1),
    ("rstrip", _strip("right"), 0, 1),
    ("replace", lambda c, owner, old, new, limit=-1: c.emit("str.replace", owner, old, new, limit), 2, 3),
    ("partition", _prelude(prelude_text.partition), 1, 1),
    ("rpartition", _prelude(prelude_text.rpartition), 1, 1),
    ("removeprefix", _prelude(prelude_text.removeprefix), 1, 1),
    ("removesuffix", _prelude(prelude_text.removesuffix), 1, 1),
    ("ljust", _prelude(prelude_text.ljust, " "), 1, 2),
    ("rjust", _prelude(prelude_text.rjust, " "), 1, 2),
    ("center", _prelude(prelude_text.center, " "), 1, 2),
    ("zfill", _prelude(prelude_text.zfill), 1, 1),
    ("isspace", _prelude(prelude_text.isspace), 0, 0),
    ("isascii", _isascii, 0, 0),
    ("isdigit", _allowed(prelude_text.DIGITS, "isdigit"), 0, 0),
    ("isdecimal", _allowed(prelude_text.DIGITS, "isdecimal"), 0, 0),
    ("isnumeric", _allowed(prelude_text.DIGITS, "isnumeric"), 0, 0),
    ("isalpha", _allowed(prelude_text.LETTERS, "isalpha"), 0, 0),
    ("isalnum", _allowed(prelude_text.LETTERS + prelude_text.DIGITS, "isalnum"), 0, 0),
    ("isupper", _prelude(prelude_text.isupper), 0, 0),
    ("islower", _prelude(prelude_text.islower), 0, 0),
    ("capitalize", _prelude(prelude_text.capitalize), 0, 0),
    ("casefold", _prelude(prelude_text.casefold), 0, 0),
    ("swapcase", _prelude(prelude_text.swapcase), 0, 0),
    ("title", _prelude(prelude_text.title), 0, 0),
):
    _register(_name, _lower, _low, _high, ())
for _name, _lower in (("split", _split), ("rsplit", _rsplit)):
    _register(_name, _lower, 0, 2, ("sep", "maxsplit"))
_register("splitlines", _prelude(prelude_text.splitlines, False), 0, 1, ("keepends",))
