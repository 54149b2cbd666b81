"""Methods of strings, written in the subset itself."""

from __future__ import annotations

#: What `str.isascii` allows.
ASCII = "".join(map(chr, range(128)))
DIGITS = "0123456789"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#: Where `str.splitlines` ends a line.
ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"


def beyond(text: str, start: int, stop: int) -> bool:
    """Whether `start` is behind `stop`, or behind the end of the text."""
    n = len(text)
    low = max(start + n, 0) if start < 0 else start
    high = max(stop + n, 0) if stop < 0 else min(stop, n)
    return low > high


def find_in(text: str, what: str, start: int, stop: int) -> int:
    """``text.find(what, start, stop)``."""
    if beyond(text, start, stop):
        return -1
    at = text[start:stop].find(what)
    low = max(start + len(text), 0) if start < 0 else start
    return at if at < 0 else at + low


def rfind_in(text: str, what: str, start: int, stop: int) -> int:
    """``text.rfind(what, start, stop)``."""
    if beyond(text, start, stop):
        return -1
    at = text[start:stop].rfind(what)
    low = max(start + len(text), 0) if start < 0 else start
    return at if at < 0 else at + low


def count_in(text: str, what: str, start: int, stop: int) -> int:
    """``text.count(what, start, stop)``."""
    if beyond(text, start, stop):
        return 0
    return text[start:stop].count(what)


def counted(text: str, what: str) -> int:
    """``text.count(what)``: each one that is found makes the text longer by one character."""
    return len(text.replace(what, what + "a")) - len(text)


def startswith_in(text: str, what: str, start: int, stop: int) -> bool:
    """``text.startswith(what, start, stop)``."""
    return not beyond(text, start, stop) and text[start:stop].startswith(what)


def endswith_in(text: str, what: str, start: int, stop: int) -> bool:
    """``text.endswith(what, start, stop)``."""
    return not beyond(text, start, stop) and text[start:stop].endswith(what)


def checked(at: int) -> int:
    """A place that was found."""
    if at < 0:
        raise ValueError("substring not found")
    return at


def partition(text: str, separator: str) -> tuple[str, str, str]:
    """``text.partition(separator)``."""
    if len(separator) == 0:
        raise ValueError("empty separator")
    at = text.find(separator)
    if at < 0:
        return text, "", ""
    return text[:at], separator, text[at + len(separator) :]


def rpartition(text: str, separator: str) -> tuple[str, str, str]:
    """``text.rpartition(separator)``."""
    if len(separator) == 0:
        raise ValueError("empty separator")
    at = text.rfind(separator)
    if at < 0:
        return "", "", text
    return text[:at], separator, text[at + len(separator) :]


def rsplit(text: str, separator: str, limit: int) -> list[str]:
    """``text.rsplit(separator, limit)``."""
    if len(separator) == 0:
        raise ValueError("empty separator")
    found: list[str] = []
    rest = text
    left = limit
    at = rest.rfind(separator)
    while left != 0 and at >= 0:
        found.append(rest[at + len(separator) :])
        rest = rest[:at]
        left -= 1
        at = rest.rfind(separator)
    found.append(rest)
    found.reverse()
    return found


def rsplit_words(text: str, limit: int) -> list[str]:
    """``text.rsplit(None, limit)``."""
    found: list[str] = []
    rest = text.rstrip()
    left = limit
    while left != 0 and rest:
        at = len(rest)
        while at > 0 and rest[at - 1 : at].strip():
            at -= 1
        found.append(rest[at:])
        rest = rest[:at].rstrip()
        left -= 1
    if rest:
        found.append(rest)
    found.reverse()
    return found


def splitlines(text: str, keep: bool) -> list[str]:
    """``text.splitlines(keep)``."""
    found: list[str] = []
    start = 0
    i = 0
    n = len(text)
    while i < n:
        ch = text[i]
        i += 1
        if ch in ENDS:
            end = i - 1
            if ch == "\r" and i < n and text[i] == "\n":
                i += 1
            found.append(text[start:i] if keep else text[start:end])
            start = i
    if start < n:
        found.append(text[start:])
    return found


def only(text: str, allowed: str, name: str) -> bool:
    """Whether the text has one character at least, and those of `allowed` alone."""
    if not text.strip(allowed):
        return len(text) > 0
    require_ascii(text, name)
    return False


def require_ascii(text: str, name: str) -> None:
    """Refuse text for which Python looks into tables of Unicode."""
    if text.strip(ASCII):
        raise ValueError(f"{name}() of a text that is not ASCII")


def isupper(text: str) -> bool:
    """``text.isupper()``."""
    require_ascii(text, "isupper")
    return text.upper() == text and text.lower() != text


def islower(text: str) -> bool:
    """``text.islower()``."""
    require_ascii(text, "islower")
    return text.lower() == text and text.upper() != text


def isspace(text: str) -> bool:
    """``text.isspace()``."""
    return len(text) > 0 and not text.strip()


def capitalize(text: str) -> str:
    """``text.capitalize()``."""
    require_ascii(text[:1], "capitalize")
    return text[:1].upper() + text[1:].lower()


def casefold(text: str) -> str:
    """``text.casefold()``."""
    require_ascii(text, "casefold")
    return text.lower()


def swapcase(text: str) -> str:
    """``text.swapcase()``."""
    require_ascii(text, "swapcase")
    made = ""
    for ch in text:
        made += ch.lower() if ch.lower() != ch else ch.upper()
    return made


def title(text: str) -> str:
    """``text.title()``."""
    require_ascii(text, "title")
    made = ""
    inside = False
    for ch in text:
        made += ch.lower() if inside else ch.upper()
        inside = ch in LETTERS
    return made


def ljust(text: str, width: int, fill: str) -> str:
    """``text.ljust(width, fill)``."""
    if len(fill) != 1:
        raise TypeError("The fill character must be exactly one character long")
    return text + fill * (width - len(text))


def rjust(text: str, width: int, fill: str) -> str:
    """``text.rjust(width, fill)``."""
    if len(fill) != 1:
        raise TypeError("The fill character must be exactly one character long")
    return fill * (width - len(text)) + text


def center(text: str, width: int, fill: str) -> str:
    """``text.center(width, fill)``: the odd character is put where CPython puts it."""
    if len(fill) != 1:
        raise TypeError("The fill character must be exactly one character long")
    pad = max(width - len(text), 0)
    left = pad // 2 + (pad & width & 1)
    return fill * left + text + fill * (pad - left)


def zfill(text: str, width: int) -> str:
    """``text.zfill(width)``."""
    zeros = "0" * (width - len(text))
    if text.startswith(("-", "+")):
        return text[:1] + zeros + text[1:]
    return zeros + text


def removeprefix(text: str, what: str) -> str:
    """``text.removeprefix(what)``."""
    return text[len(what) :] if text.startswith(what) else text


def removesuffix(text: str, what: str) -> str:
    """``text.removesuffix(what)``."""
    return text[: len(text) - len(what)] if text.endswith(what) else text
