"""Interleaved runs, medians and one table: what every benchmark here is made of."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table; `bound` is what the figure must not exceed, or must reach."""

    what: str
    value: float
    unit: str
    bound: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.bound is None:
            return ""
        return "ok" if (self.value >= self.bound if self.at_least else self.value <= self.bound) else "MISSED"


Runs = Mapping[str, Callable[[], object]]


def rounds_of(
    runs: Runs,
    rounds: int,
    repeat: int = 1,
    before: Callable[[], object] = lambda: None,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, list[float]]:
    """The seconds of one call of each run, all runs taking turns in every round.

    `before` is called, untimed, before each of them, so that all find the machine alike. Every
    other round goes backwards, so that none always finds what the same other one leaves. The
    `clock` ``time.thread_time`` leaves out what other processes took, of runs of one thread.
    """
    times: dict[str, list[float]] = {name: [] for name in runs}
    order = list(runs.items())
    for _, run in order:
        run()
    for _ in range(rounds):
        order.reverse()
        for name, run in order:
            before()
            start = clock()
            for _ in range(repeat):
                run()
            times[name].append((clock() - start) / repeat)
    return times


def interleave(
    runs: Runs,
    rounds: int,
    repeat: int = 1,
    before: Callable[[], object] = lambda: None,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """The median seconds of one call of each run, all runs taking turns in every round."""
    return {name: median(taken) for name, taken in rounds_of(runs, rounds, repeat, before, clock).items()}


def process(command: Sequence[str], env: Mapping[str, str] | None = None) -> Callable[[], object]:
    """A run that starts a process and waits for it; the process must succeed."""
    return lambda: subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)


def print_table(rows: Iterable[Row]) -> None:
    """Print rows with their bounds."""
    print(f"{'what':<58} {'figure':>12}  {'bound':>12}")
    for row in rows:
        bound = "" if row.bound is None else f"{'>=' if row.at_least else '<='} {row.bound:g}"
        line = f"{row.what:<58} {row.value:>9.3g} {row.unit:<3} {bound:>11} {row.verdict:<7} {row.note}"
        print(line.rstrip(), flush=True)
