"""`tb.fork` and `tb.wait` (``trace.fork``): in plain NumPy, in a trace, in the archive."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tracebox as tb

Array = Any


class Direction(tb.Module):
    def __init__(self, seed: int) -> None:
        self.w = np.random.default_rng(seed).standard_normal((3, 3)).astype(np.float32)
        self.seen = tb.field(np.zeros((), np.float32))

    def forward(self, x: Array) -> Array:
        return np.tanh(x @ self.w)

    def remember(self, x: Array) -> Array:
        self.seen = x.sum()
        return x

    def recall(self, x: Array) -> Array:
        return x + self.seen


class Both(tb.Module):
    def __init__(self) -> None:
        self.there, self.back = Direction(0), Direction(1)

    def forward(self, x: Array) -> Array:
        task = tb.fork(self.there, x)
        other = self.back(x[::-1])
        return np.concatenate([tb.wait(task), other])


def kinds(program: tb.TracedProgram) -> list[str]:
    method = program.program.classes[-1].methods[0]
    return [node.kind for node in method.body.nodes]


def test_without_a_trace_the_error_waits() -> None:
    assert tb.fork(lambda a, b: a + b, 1, b=2).wait() == 3
    task = tb.fork(lambda: 1 // 0)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            tb.wait(task)


def test_a_bidirectional_network_forks_one_direction() -> None:
    model = Both()
    program = tb.trace(model, np.ones((2, 3), np.float32))
    assert kinds(program).count("fork") == kinds(program).count("wait") == 1
    loaded = tb.load(tb.save(program, None))
    for rows in (2, 5):
        x = np.random.default_rng(rows).standard_normal((rows, 3)).astype(np.float32)
        np.testing.assert_array_equal(loaded(x), model.forward(x))
        np.testing.assert_array_equal(program(x), model.forward(x))


def test_several_results_several_tasks_and_closures() -> None:
    def ensemble(x: Array) -> list[Any]:
        y = x * 2
        tasks = [tb.fork(lambda a, k=k: (a * k + y, {"first": a[:1]}), x) for k in range(3)]
        return [tb.wait(task) for task in reversed(tasks)]

    loaded = tb.load(tb.save(tb.trace(ensemble, np.ones(3)), None))
    x = np.arange(4.0)
    for (a, b), (c, d) in zip(loaded(x), ensemble(x)):
        np.testing.assert_array_equal(a, c)
        np.testing.assert_array_equal(b["first"], d["first"])


def test_a_forked_call_reads_fields_as_they_were() -> None:
    class Reader(tb.Module):
        def __init__(self) -> None:
            self.inner = Direction(0)

        def forward(self, x: Array) -> Array:
            task = tb.fork(self.inner.recall, x)
            self.inner.remember(x)
            return tb.wait(task)

    session = tb.load(tb.save(tb.trace(Reader(), np.ones(2, np.float32)), None)).new_session()
    x = np.ones(2, np.float32)
    np.testing.assert_array_equal(session(x), x)
    np.testing.assert_array_equal(session(x), x + 2)


def test_a_task_that_is_not_waited_for_raises_at_the_end() -> None:
    def root(x: Array, i: Array) -> Array:
        tb.fork(lambda: np.take(x, i))
        return x

    program = tb.trace(root, np.ones(3), np.asarray(1))
    np.testing.assert_array_equal(program(np.ones(3), np.asarray(2)), np.ones(3))
    with pytest.raises(tb.ProgramError):
        program(np.ones(3), np.asarray(7))


def test_a_forked_call_writes_nothing() -> None:
    module = Direction(0)
    x = np.ones(2, np.float32)

    class Root(tb.Module):
        def __init__(self) -> None:
            self.inner = module

        def forward(self, x: Array) -> Array:
            return tb.wait(tb.fork(self.inner.remember, x))

    def change(x: Array) -> Array:
        y = x * 1
        return tb.wait(tb.fork(lambda a: a.__setitem__(0, 1) or a, y))

    for function in (Root(), change):
        with pytest.raises(tb.TraceError, match=r"trace\.fork"):
            tb.trace(function, x)


def test_a_task_is_waited_for_where_it_was_forked() -> None:
    def inside(x: Array) -> Array:
        task = tb.fork(lambda: x * 2)
        return tb.cond(x.sum() > 0, lambda: task.wait(), lambda: task.wait())

    with pytest.raises(tb.TraceError, match=r"trace\.fork"):
        tb.trace(inside, np.ones(2))


def test_a_fork_in_a_loop() -> None:
    def root(x: Array) -> Array:
        def turn(i: Array, total: Array) -> Array:
            task = tb.fork(lambda: x[i] * 2)
            return total + tb.wait(task)

        return tb.for_loop(x.shape[0], turn, np.zeros((), x.dtype))

    loaded = tb.load(tb.save(tb.trace(root, np.ones(3)), None))
    assert float(loaded(np.arange(5.0))) == 20.0
