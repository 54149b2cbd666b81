"""Which names members may have, so that every system can unpack them. SPEC 2.9."""

from __future__ import annotations

from collections.abc import Iterable

from ..schema.errors import MAX_PROBLEMS, Problem
from ..schema.rules import Rule
from . import rules

RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"]
    + [f"{device}{digit}" for device in ("com", "lpt") for digit in "0123456789\xb9\xb2\xb3"]
)
_FORBIDDEN = frozenset('<>:"|?*')


def is_nfc(text: str) -> bool:
    """Whether `text` is in Unicode normal form C."""
    if text.isascii():
        return True
    import unicodedata  # most archives have ASCII names only

    return unicodedata.is_normalized("NFC", text)


def fold(name: str) -> str:
    """What two names must not share. SPEC 2.9."""
    if name.isascii():
        return name.lower()
    import unicodedata

    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def has_control(text: str) -> bool:
    """Whether there is a control character (U+0000 to U+001F, U+007F to U+009F) or a surrogate."""
    if text.isascii() and text.isprintable():
        return False
    return any(c < " " or "\x7f" <= c <= "\x9f" or "\ud800" <= c <= "\udfff" for c in text)


def name_rule(name: str) -> Rule | None:
    """The first rule that `name` breaks by itself, or None."""
    if not name:
        return rules.NAME_EMPTY
    if "\\" in name:
        return rules.NAME_BACKSLASH
    if has_control(name):
        return rules.NAME_CONTROL
    if name[0] == "/" or (name[1:2] == ":" and name[0].isalpha()):
        return rules.NAME_ABSOLUTE
    if not _FORBIDDEN.isdisjoint(name):
        return rules.NAME_CHARACTER
    for segment in name.split("/"):
        if not segment:
            return rules.NAME_EMPTY
        if segment in (".", ".."):
            return rules.NAME_DOTS
        if segment[-1] in ". ":
            return rules.NAME_TRAILING
        if segment.split(".")[0].rstrip(" ").lower() in RESERVED:
            return rules.NAME_RESERVED
    if not is_nfc(name):
        return rules.NAME_NFC
    if name.startswith("code/") and not name.endswith(".py"):
        return rules.NAME_CODE
    return None


def check_names(names: Iterable[str], limit: int) -> list[Problem]:
    """All problems of the member names, in the order of the members."""
    problems: list[Problem] = []
    folded: dict[str, str] = {}
    folders: dict[str, str] = {fold(head): head for head in ("mimetype", "manifest.json")}
    for index, name in enumerate(names):
        where = f"members[{index}].name"
        if len(problems) >= MAX_PROBLEMS:
            break
        if len(name) > limit or len(name.encode("utf-8", "surrogatepass")) > limit:
            short = f"{name[:40]!r}..."
            problems.append(rules.LIMIT_NAME.problem(where, expected=f"at most {limit} bytes", got=short))
            continue
        rule = name_rule(name)
        if rule is None and name in ("mimetype", "manifest.json"):
            rule = rules.NAME_HEAD
        if rule is not None:
            problems.append(rule.problem(where, got=repr(name)))
            continue
        key = fold(name)
        if key in folded:
            clash = rules.NAME_DUPLICATE if folded[key] == name else rules.NAME_CASE
            problems.append(clash.problem(where, got=f"{name!r} beside {folded[key]!r}"))
            continue
        folded[key] = name
        problems += _check_folders(name, where, folders)
    for key, name in folded.items():
        if key in folders:
            problems.append(rules.NAME_PREFIX.problem(f"member {name!r}", got=f"folder {folders[key]!r}"))
    return problems


def _check_folders(name: str, where: str, folders: dict[str, str]) -> list[Problem]:
    """Note the folders of `name`; one folder has one spelling."""
    slash = name.find("/")
    while slash > 0:
        folder = name[:slash]
        known = folders.setdefault(fold(folder), folder)
        if known in ("mimetype", "manifest.json"):
            return [rules.NAME_PREFIX.problem(where, got=f"{name!r} below {known!r}")]
        if known != folder:
            return [rules.NAME_CASE.problem(where, got=f"folder {folder!r} beside {known!r}")]
        slash = name.find("/", slash + 1)
    return []


def safe_segment(segment: str) -> str:
    """A file name that every system takes, recognisable as `segment`; not unique by itself."""
    kept = "".join(c if c.isalnum() or c in "._-+" else "_" for c in segment)[:80]
    if not is_nfc(kept):
        import unicodedata

        kept = unicodedata.normalize("NFC", kept)
    kept = kept.rstrip(". ") or "_"
    if kept.split(".")[0].lower() in RESERVED or kept.startswith("."):
        kept = "_" + kept
    return kept


def safe_names(names: Iterable[str], suffix: str = "", separator: str = "/") -> dict[str, str]:
    """A file name for each of `names`: safe, and unique where case does not count.

    The same names in the same order give the same result. `separator` splits a name into
    segments that are made safe one by one and joined by ``/``.

    Examples
    --------
    >>> safe_names(["net", "Net", "aux"], ".py")
    {'net': 'net.py', 'Net': 'Net~2.py', 'aux': '_aux.py'}
    """
    taken: set[str] = set()
    folders: dict[tuple[str, ...], str] = {(): ""}

    def unique(base: str, end: str) -> str:
        candidate, count = base + end, 1
        while fold(candidate) in taken:
            count += 1
            candidate = f"{base}~{count}{end}"
        taken.add(fold(candidate))
        return candidate

    result: dict[str, str] = {}
    for name in names:
        segments = tuple(name.split(separator)) if separator else (name,)
        for depth in range(1, len(segments)):
            folder = segments[:depth]
            if folder not in folders:
                folders[folder] = unique(folders[folder[:-1]] + safe_segment(folder[-1]), "") + "/"
        result[name] = unique(folders[segments[:-1]] + safe_segment(segments[-1]), suffix)
    return result
