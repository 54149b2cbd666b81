"""One program, many threads. SPEC 10.5."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tracebox.reader.program import Runnable
from tracebox.schema.builder import FunctionBuilder
from tracebox.schema.ir import TensorRef, Value

from .build import f32, loop, program

THREADS = 8


def run_in_threads(work: Callable[[int], None]) -> None:
    """Start all at once; whatever one raises is raised here."""
    errors: list[BaseException] = []
    gate = threading.Barrier(THREADS)

    def serve(number: int) -> None:
        gate.wait()
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001  # reported by the thread that waits
            errors.append(error)

    workers = [threading.Thread(target=serve, args=(number,)) for number in range(THREADS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]


def network() -> Runnable:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        two = f.const(2)

        def layer(_: Value, y: Value) -> Iterable[Value]:
            (y,) = f.op("matmul", y, f.param("w"))
            return f.op("maximum", *f.op("add", y, f.param("b")), f.param("b"))

        (y,) = loop(f, two, [f.params[0]], layer)
        (total,) = f.op("add", y, f.get("seen"))
        f.set("seen", total)
        return [total]

    made = program(
        {"x": "f32[16,16]"},
        make,
        tensors={"w": "f32[16,16]", "b": "f32[16]"},
        fields={"seen": ("f32[16,16]", TensorRef("zero"))},
    )
    return Runnable(made, {"w": f32(16, 16) / 256, "b": f32(16), "zero": np.zeros((16, 16), np.float32)})


def expected(x: Any) -> Any:
    w, b = f32(16, 16) / 256, f32(16)
    for _ in range(2):
        x = np.maximum(x @ w + b, b)
    return x


def test_first_calls_and_later_ones_from_many_threads() -> None:
    for _ in range(5):  # planning and compiling happen in the first calls
        run = network()

        def work(number: int, run: Runnable = run) -> None:
            x = f32(16, 16, start=number) / 256
            for _ in range(20):
                np.testing.assert_array_equal(run(x), expected(x))

        run_in_threads(work)


def test_sessions_in_threads_do_not_meet() -> None:
    run = network()

    def work(number: int) -> None:
        session = run.new_session()
        x = f32(16, 16, start=number) / 256
        one, total = expected(x), np.zeros((16, 16), np.float32)
        for _ in range(20):
            total = one + total
            np.testing.assert_array_equal(session(x), total)

    run_in_threads(work)
