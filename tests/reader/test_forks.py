"""Forked calls on the pool of threads: the same results and errors as in order. SPEC 5.12."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox.reader import forks
from tracebox.reader.limits import CancelToken, Limits
from tracebox.reader.program import Runnable
from tracebox.schema.builder import FunctionBuilder, ProgramBuilder
from tracebox.schema.errors import ArgumentError, LimitError, ProgramError, TraceboxError
from tracebox.schema.ir import Instance, Program, Value
from tracebox.schema.types_text import parse_type

from .build import function, loop, method, program

Array = Any


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Four threads for every forked call, however small."""
    monkeypatch.setattr(forks, "WORTH", 0)
    monkeypatch.setattr(forks, "SLOWER", float("inf"))
    monkeypatch.setenv("TRACEBOX_THREADS", "5")
    monkeypatch.setattr(forks, "_POOL", forks._Pool())
    yield


@pytest.fixture
def in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACEBOX_THREADS", "1")
    monkeypatch.setattr(forks, "_POOL", forks._Pool())


def custom(count: int, *, nested: bool = False) -> Program:
    """Forks `count` calls of the operator ``com.acme.meet`` on 0, 1, ..., and adds up what they give."""
    builder = ProgramBuilder()
    f = builder.function("com.acme.meet", [("x", parse_type("int"))])
    body = builder.body("com.acme.meet", {}, f.finish([f.params[0]]))
    del builder.functions["com.acme.meet"]
    function(builder, "net.part", {"x": "int"}, lambda f: f.op("com.acme.meet", f.params[0], body=body))

    def forward(f: FunctionBuilder) -> Iterable[Value]:
        tasks = [f.fork("net.part", f.const(number)) for number in range(count)]
        total = f.params[0]
        for task in tasks:
            (total,) = f.op("int.add", total, f.wait(task))
        return [total]

    cls = builder.module_class("net.Net")
    if nested:
        function(builder, "net.all", {"x": "int"}, forward)
        method(cls, "forward", {"x": "int"}, lambda f: [f.wait(f.fork("net.all", f.params[0]))])
    else:
        method(cls, "forward", {"x": "int"}, forward)
    cls.finish()
    builder.instance(Instance("net.Net", (), (), ()))
    return builder.finish(["forward"])


@pytest.mark.parametrize("nested", [False, True])
@pytest.mark.usefixtures("pool")
def test_forked_calls_run_at_the_same_time(nested: bool) -> None:
    gate = threading.Barrier(4, timeout=60)
    seen: set[int] = set()

    def meet(x: int) -> int:
        gate.wait()  # ends when four of them are there
        seen.add(threading.get_ident())
        return x

    run = Runnable(custom(4, nested=nested), {}, operators={"com.acme.meet": meet})
    for _ in range(5):
        seen.clear()
        assert run(10) == 16
        assert len(seen) == 4


@pytest.mark.usefixtures("in_order")
def test_one_thread_runs_them_in_order() -> None:
    met: list[int] = []

    def meet(x: int) -> int:
        met.append(x)
        return x

    run = Runnable(custom(4), {}, operators={"com.acme.meet": meet})
    assert [run(0) for _ in range(4)] == [6] * 4
    assert met == [0, 1, 2, 3] * 4


@pytest.mark.usefixtures("pool")
def test_tasks_that_fork_and_wait_never_block_the_pool() -> None:
    """Far more tasks that wait than there are threads, five levels deep."""

    def deep(x: Array, level: int) -> Array:
        if level == 0:
            return x + 1
        tasks = [tb.fork(lambda a, k=k: deep(a * k, level - 1), x) for k in range(1, 4)]
        return sum(tb.wait(task) for task in reversed(tasks))

    run = tb.load(tb.save(tb.trace(lambda x: deep(x, 5), np.ones(2)), None))
    for n in range(3):
        x = np.arange(2.0) + n
        np.testing.assert_array_equal(run(x), deep(x, 5))


def failing() -> Program:
    """Divides by each argument in forked calls, waits for the second and the third, divides by the last."""

    def declare(builder: ProgramBuilder) -> None:
        function(
            builder, "net.part", {"n": "int"}, lambda f: f.op("int.floor_divide", f.const(60), f.params[0])
        )

    def forward(f: FunctionBuilder) -> Iterable[Value]:
        a, b, c, d = f.params
        _first, second, third = (f.fork("net.part", value) for value in (a, b, c))
        (total,) = f.op("int.add", f.wait(third), f.wait(second))
        return f.op("int.floor_divide", total, d)

    return program(dict.fromkeys("abcd", "int"), forward, functions=declare)


@pytest.mark.parametrize("mode", ["pool", "in_order"])
def test_errors_surface_at_wait_or_at_the_end_in_the_order_of_forks(
    mode: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(mode)
    run = Runnable(failing(), {})
    expected: dict[tuple[int, ...], int | str] = {
        (1, 2, 3, 1): 50,
        (0, 2, 3, 1): "forward > fork net.part > net.part: int.floor_divide(60, 0)",
        (1, 0, 0, 0): "forward > fork net.part > net.part: int.floor_divide(60, 0)",
        (0, 2, 3, 0): "forward: int.floor_divide(50, 0)",  # what is not waited for never surfaces
        (1, 2, 3, 0): "forward: int.floor_divide(50, 0)",
    }
    for _ in range(6):
        for args, want in expected.items():
            if isinstance(want, int):
                assert run(*args) == want
                continue
            with pytest.raises(ProgramError) as caught:
                run(*args)
            last = want.rpartition(" > ")[2]
            assert str(caught.value).startswith(f"{last}: [int.floor_divide.E2]")
            whats = [frame.what for frame in caught.value.frames]  # type: ignore[attr-defined]
            assert whats == (["fork net.part", "int.floor_divide"] if ">" in want else ["int.floor_divide"])


@pytest.mark.usefixtures("pool")
def test_nothing_of_a_call_runs_when_it_has_ended() -> None:
    running = threading.Semaphore(0)
    ended: list[int] = []
    go = threading.Event()

    def meet(x: int) -> int:
        running.release()
        go.wait(60)
        ended.append(x)
        return x

    builder = ProgramBuilder()
    f = builder.function("com.acme.meet", [("x", parse_type("int"))])
    body = builder.body("com.acme.meet", {}, f.finish([f.params[0]]))
    del builder.functions["com.acme.meet"]
    function(builder, "net.part", {"x": "int"}, lambda f: f.op("com.acme.meet", f.params[0], body=body))

    def forward(f: FunctionBuilder) -> Iterable[Value]:
        f.fork("net.part", f.params[0])
        f.raise_("ValueError", f.const("no"))
        return []

    cls = builder.module_class("net.Net")
    method(cls, "forward", {"x": "int"}, forward)
    cls.finish()
    builder.instance(Instance("net.Net", (), (), ()))
    run = Runnable(builder.finish(["forward"]), {}, operators={"com.acme.meet": meet})

    def open_gate() -> None:
        running.acquire(timeout=1)  # or it was never begun
        go.set()

    opener = threading.Thread(target=open_gate)
    opener.start()
    with pytest.raises(ProgramError, match="ValueError: no"):
        run(1)
    begun = len(ended)
    opener.join()
    assert len(ended) == begun


@pytest.mark.usefixtures("pool")
def test_fields_are_what_they_were_at_the_fork() -> None:
    class Inner(tb.Module):
        def __init__(self) -> None:
            self.total = tb.field(np.zeros(()))

        def forward(self, x: Array) -> Array:
            self.total = self.total + x
            return self.total

        def recall(self, x: Array) -> Array:
            return self.total + 0 * x

    class Root(tb.Module):
        def __init__(self) -> None:
            self.inner = Inner()

        def forward(self, x: Array) -> Array:
            tasks = []
            for _ in range(4):
                tasks.append(tb.fork(self.inner.recall, x))
                self.inner(x)
            return np.stack([tb.wait(task) for task in tasks])

    session = tb.load(tb.save(tb.trace(Root(), np.ones(())), None)).new_session()
    for turn in range(5):
        np.testing.assert_array_equal(session(np.ones(())), np.arange(4.0) + 4 * turn)


def endless() -> Program:
    def declare(builder: ProgramBuilder) -> None:
        def forever(f: FunctionBuilder) -> Iterable[Value]:
            return loop(f, f.const(1 << 62), [f.params[0]], lambda i, n: f.op("int.subtract", n, n))

        function(builder, "net.part", {"n": "int"}, forever)

    return program({"n": "int"}, lambda f: [f.wait(f.fork("net.part", f.params[0]))], functions=declare)


@pytest.mark.usefixtures("pool")
def test_cancelling_reaches_forked_code() -> None:
    token = CancelToken()
    run = Runnable(endless(), {}, limits=Limits(cancel=token))
    for _ in range(4):
        timer = threading.Timer(0.05, token.cancel)
        timer.start()
        with pytest.raises(LimitError, match=r"\[run.cancelled\]"):
            run(1)
        timer.join()
        token.reset()


@pytest.mark.usefixtures("pool")
def test_limits_count_forked_code_and_end_at_the_same_place() -> None:
    run = Runnable(endless(), {}, limits=Limits(steps=500))
    messages = set()
    for _ in range(4):
        with pytest.raises(LimitError, match=r"\[run.steps\]") as caught:
            run(1)
        messages.add(str(caught.value))
    assert len(messages) == 1


@pytest.mark.usefixtures("pool")
def test_a_bug_in_a_native_kernel_ends_the_call_as_it_is() -> None:
    def meet(x: int) -> int:
        raise KeyError("oops")

    run = Runnable(custom(3), {}, operators={"com.acme.meet": meet})
    for _ in range(4):
        with pytest.raises(KeyError, match="oops") as caught:
            run(0)
        assert "com.acme.meet" in caught.value.__notes__[0]


@pytest.mark.usefixtures("pool")
def test_floating_point_warnings_stay_off_in_the_threads() -> None:
    def root(x: Array) -> Array:
        tasks = [tb.fork(lambda a, k=k: np.log(a * k), x) for k in range(3)]
        return sum(tb.wait(task) for task in tasks)

    run = tb.load(tb.save(tb.trace(root, np.ones(2)), None))
    with np.errstate(all="raise"):
        for _ in range(4):
            assert np.isnan(run(-np.ones(2))).all()


@pytest.mark.usefixtures("pool")
def test_many_threads_that_fork() -> None:
    run = Runnable(failing(), {})
    wrong: list[object] = []

    def serve(number: int) -> None:
        for n in range(1, 30):
            if run(n, 1, n, 1) != 60 + 60 // n:
                wrong.append((number, n))
            try:
                wrong.append(run(n, 0, 1, 1))
            except TraceboxError as error:
                if error.code != "int.floor_divide.E2":
                    wrong.append(error)

    workers = [threading.Thread(target=serve, args=(number,)) for number in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert wrong == []


@pytest.mark.usefixtures("pool")
def test_profiles_count_every_thread() -> None:
    gate = threading.Barrier(4, timeout=60)

    def meet(x: int) -> int:
        gate.wait()
        return x

    session = Runnable(custom(4), {}, operators={"com.acme.meet": meet}).new_session()
    with session.profile() as profile:
        for _ in range(6):
            session(1)
    for node in ("fork net.part", "wait", "com.acme.meet"):
        assert sum(row.calls for row in profile.nodes() if row.what == node) == 6 * 4
    names = [event[0] for event in profile.events]
    assert names.count("net.part") == 6 * 4
    assert len({event[4] for event in profile.events}) >= 4
    assert all(row.self >= 0 and row.total >= row.self for row in profile.nodes())


@pytest.mark.usefixtures("pool")
def test_recordings_have_forked_values_in_the_order_of_forks() -> None:
    session = Runnable(failing(), {}).new_session()
    for _ in range(3):
        with session.trace_values() as values:
            session(1, 2, 3, 1)
        names = [name for name in values.names if "net.part" in name]
        assert len(names) == 3
        assert [values[name].value for name in names] == [60, 30, 20]
        with session.trace_values(), pytest.raises(ProgramError, match=r"int.floor_divide\(60, 0\)"):
            session(0, 2, 3, 1)


def test_small_calls_run_at_once_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forks, "WORTH", 60_000_000_000)
    threads: list[int] = []

    def meet(x: int) -> int:
        threads.append(threading.get_ident())
        return x

    run = Runnable(custom(4), {}, operators={"com.acme.meet": meet})
    for _ in range(3):
        run(0)
    threads.clear()
    for _ in range(3):
        run(0)
    assert set(threads) == {threading.get_ident()}


def test_calls_that_threads_make_slower_run_at_once() -> None:
    point = forks.ForkPoint.__new__(forks.ForkPoint)
    point._alone, point._slow, point._rest, point._pause = 1000, 0, 0, forks.REST
    for time in (3000, 3000, 1900, 3000, 3000):
        point.took(time)
    assert point._rest == 0  # one in between was good
    point.took(3000)
    assert point._rest == forks.REST
    point.took(3000)
    assert point._rest == 2 * forks.REST
    for time in (1000, 3000, 3000, 3000):
        point.took(time)
    assert point._rest == forks.REST


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes by fork here")
@pytest.mark.usefixtures("pool")
def test_a_forked_process_has_a_pool_of_its_own() -> None:
    run = Runnable(custom(4), {})
    assert run(0) == 6
    child = os.fork()
    if child == 0:
        good = run(0) == 6 and run(1) == 7
        os._exit(0 if good else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_an_argument_that_does_not_fit_is_no_matter_of_forks() -> None:
    with pytest.raises(ArgumentError):
        Runnable(custom(2), {})("x")
