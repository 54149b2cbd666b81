"""Throughput of one loaded program under eight threads, and of forked calls, with BLAS at one thread."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy as np

from .harness import Row

THREADS, CALLS, ROUNDS = 8, 16, 7


def rows() -> Iterator[Row]:
    """Measured in a process of its own: OpenBLAS reads its thread count once."""
    env = os.environ | {"OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "benchmarks.threads"]
    answer = subprocess.run(command, check=True, env=env, stdout=subprocess.PIPE, text=True).stdout
    ours, plain, forked, threaded = map(float, answer.split())
    yield Row(
        what="eight threads on a 512x512 matmul network, of one",
        value=ours,
        unit="x",
        bound=1.7,
        at_least=True,
        note=f"plain NumPy in the same threads {plain:.2f} x, {os.cpu_count()} cores",
    )
    yield Row(
        what="two forked 1024x1024 matmuls, of the same in order",
        value=forked,
        unit="x",
        bound=1.5,
        at_least=True,
        note=f"plain NumPy in two threads {threaded:.2f} x, {os.cpu_count()} cores",
    )


def network(weights: list[np.ndarray[Any, Any]]) -> Any:
    def forward(x: Any) -> Any:
        for weight in weights:
            x = np.maximum(np.matmul(x, weight), 0)
        return x

    return forward


def calls_a_second(program: Any, inputs: list[Any], expected: list[Any], threads: int) -> float:
    """Every input `CALLS` times over, spread over `threads` threads; wrong results end the run."""
    work = [(x, y) for x, y in zip(inputs, expected) for _ in range(CALLS)]
    wrong: list[int] = []

    def serve(share: int) -> None:
        for x, y in work[share::threads]:
            if not np.array_equal(program(x), y):
                wrong.append(share)

    workers = [threading.Thread(target=serve, args=(share,)) for share in range(threads)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    taken = time.perf_counter() - start
    if wrong:
        raise SystemExit(f"wrong results in threads {sorted(set(wrong))}")
    return len(work) / taken


def measure() -> tuple[float, float]:
    """What eight threads reach, of one: for the loaded program and for plain NumPy."""
    from .overhead import saved

    random = np.random.default_rng(0)
    weights = [random.standard_normal((512, 512)).astype(np.float32) / 16 for _ in range(4)]
    inputs = [random.standard_normal((512, 512)).astype(np.float32) for _ in range(THREADS)]
    plain = network(weights)
    expected = [plain(x) for x in inputs]
    programs = {"ours": saved(plain, inputs[0]), "plain": plain}
    rates: dict[tuple[str, int], list[float]] = {(name, n): [] for name in programs for n in (1, THREADS)}
    for _ in range(ROUNDS):
        for (name, threads), found in rates.items():
            found.append(calls_a_second(programs[name], inputs, expected, threads))
    middle = {key: median(found) for key, found in rates.items()}
    return middle["ours", THREADS] / middle["ours", 1], middle["plain", THREADS] / middle["plain", 1]


def measure_forks() -> tuple[float, float]:
    """How much faster two forked products are than two in order; and two threads with plain NumPy."""
    import tracebox as tb

    from .overhead import saved

    random = np.random.default_rng(0)
    a, b, x = (random.standard_normal((1024, 1024)).astype(np.float32) for _ in range(3))

    def product(x: Any, y: Any) -> Any:
        return np.matmul(x, y)

    def beside(x: Any) -> Any:
        tasks = [tb.fork(product, x, a), tb.fork(product, x, b)]
        return [tb.wait(task) for task in tasks]

    def in_order(x: Any) -> Any:
        return [product(x, a), product(x, b)]

    def threads(x: Any) -> Any:
        other = threading.Thread(target=product, args=(x, a))
        other.start()
        product(x, b)
        other.join()

    runs = {"beside": saved(beside, x), "in_order": saved(in_order, x), "plain": in_order, "threads": threads}
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(4 * ROUNDS):
        for name, run in runs.items():
            start = time.perf_counter()
            run(x)
            times[name].append(time.perf_counter() - start)
    middle = {name: median(found) for name, found in times.items()}
    return middle["in_order"] / middle["beside"], middle["plain"] / middle["threads"]


if __name__ == "__main__":
    print(*measure(), *measure_forks())
