"""What the subcommands print with: JSON, tables, sizes and progress."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from json import dumps
from math import isfinite
from types import TracebackType
from typing import Any


def print_json(value: object) -> None:
    """Print `value` as indented JSON; what JSON has no number for is a string, such as ``"NaN"``."""
    try:
        text = dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = dumps(_finite(value), indent=2, ensure_ascii=False, allow_nan=False)
    print(text)


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not isfinite(value):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, (list, tuple)) else value


def plain_text(text: str) -> str:
    """A text of a file for a terminal: what could steer the terminal is escaped."""
    return "".join(c if c.isprintable() or c in "\n\t" else ascii(c)[1:-1] for c in text)


def size_text(size: int) -> str:
    """A size in bytes for people, such as ``1.2 MiB``."""
    amount = float(size)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if amount < 1024 or unit == "GiB":
            return f"{size} B" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    raise AssertionError(size)


def print_table(rows: Iterable[Sequence[str]], *, indent: str = "  ") -> None:
    """Print `rows` with their columns aligned."""
    rows = [tuple(plain_text(str(cell)).replace("\n", "\n" + indent) for cell in row) for row in rows]
    widths = [max(len(row[i]) for row in rows) for i in range(max(map(len, rows), default=0))]
    for row in rows:
        print((indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths))).rstrip())


class Progress:
    """Progress on standard error: only on a terminal, and only for what takes over a second.

    With the extra `rich` installed a bar is drawn, else one line is rewritten.
    """

    def __init__(self, what: str, total: int = 0) -> None:
        self.what = what
        self.total = total
        self.done = 0
        self.started = time.monotonic()
        self.shown = 0.0
        self._bar: Any = None
        self._task: Any = None

    def __call__(self, done: int, total: int | None = None) -> None:
        """Say that `done` of `total` are done."""
        self.done = done
        self.total = self.total if total is None else total
        now = time.monotonic()
        if not sys.stderr.isatty() or now - self.started < 1.0 or now - self.shown < 0.1:
            return
        if not self.shown:
            self._start_bar()
        self.shown = now
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=self.total or None)
        else:
            share = f"{100 * done // self.total:3d} %" if self.total else str(done)
            print(f"\r{self.what} {share}", end="", file=sys.stderr, flush=True)

    def _start_bar(self) -> None:
        try:
            from rich.console import Console
            from rich.progress import Progress as Bar
        except ImportError:
            return
        self._bar = Bar(console=Console(stderr=True), transient=True)
        self._bar.start()
        self._task = self._bar.add_task(self.what, total=self.total or None)

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
        elif self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)
