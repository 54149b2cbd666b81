"""Forked calls: on a pool of threads where that is worth it, else at once. SPEC 5.12.

A task that no thread has begun is run by whoever waits for it, and who waits for one that
runs elsewhere takes the next of the same function. So the pool never runs dry; and as only
what comes earlier in program order is waited for, no two threads wait for one another.
"""

from __future__ import annotations

import os
from _thread import allocate_lock, start_new_thread
from collections.abc import Sequence
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any

import numpy as np

from ..schema.errors import LimitError, TraceboxError
from .interpret import watched
from .kernels.registry import OperatorError
from .values import Future
from .where import forked

if TYPE_CHECKING:
    from queue import SimpleQueue

    from ..schema.ir import Node
    from .interpret import Watch
    from .plan import FunctionPlan

#: A call that takes fewer nanoseconds than this runs at once.
WORTH = 200_000

#: A call that takes so many times as long beside others, three times running, gains nothing from
#: threads: small operators hold Python's lock, and get in one another's way. It runs at once the
#: next `REST` times, then twice as often each time that this is found again, up to `MOST_REST`.
SLOWER, REST, MOST_REST = 2.2, 16, 1024


class ForkPoint:
    """What a ``fork`` node does: it begins a call of `callee`.

    Parameters
    ----------
    caller, node
        Where it stands, for messages.
    callee
        The plan that is called.
    """

    __slots__ = ("caller", "node", "callee", "_begun", "_alone", "_slow", "_rest", "_pause")

    def __init__(self, caller: FunctionPlan, node: Node, callee: FunctionPlan) -> None:
        self.caller = caller
        self.node = node
        self.callee = callee
        self._begun = 0
        #: How long the last call took that ran at once, in nanoseconds; how many were slow since; for
        #: how many calls threads are not tried. Threads may meet here; what is lost is a guess.
        self._alone = 0
        self._slow = 0
        self._rest = 0
        self._pause = REST

    def __call__(
        self, fields: list[Any], args: Sequence[Any], tasks: list[Future], watch: Watch | None = None
    ) -> Future:
        """Begin the call as one of `tasks`, those of the function that forks."""
        future = self._beside(fields, args, tasks, watch) or self._at_once(fields, args, watch)
        tasks.append(future)
        return future

    def _beside(
        self, fields: list[Any], args: Sequence[Any], tasks: list[Future], watch: Watch | None
    ) -> Task | None:
        """A task for the pool, if that seems worth it."""
        if self._begun < 2:
            self._begun += 1
        elif self._rest:
            self._rest -= 1
            return None
        elif self._alone < WORTH:
            return None
        # CuPy's device and stream belong to a thread; there the device does things side by side.
        if self.caller.planner.engine.name != "numpy" or not _POOL.ready():
            return None
        own = watch.forked() if watch is not None else None
        if watch is not None and own is None:
            return None
        task = Task(self, fields[:], args, tasks, own)
        _POOL.put(task)
        return task

    def _at_once(self, fields: list[Any], args: Sequence[Any], watch: Watch | None) -> Future:
        """Run the call. Its error is kept for ``wait``; limits are nobody's to wait for."""
        depth = watch.depth() if watch is not None else None
        began = perf_counter_ns()
        try:
            return Future(self.call(fields, args, watch), None)
        except LimitError:
            raise
        except (OperatorError, TraceboxError) as error:
            if watch is not None:
                watch.unwind(depth)
            return Future(None, forked(error, self.caller, self.node))
        finally:
            self._alone = perf_counter_ns() - began

    def took(self, time: int) -> None:
        """A task has run for so many nanoseconds."""
        if not self._alone or time <= SLOWER * self._alone:
            self._slow, self._pause = 0, REST
            return
        self._slow += 1
        if self._slow >= 3:
            self._slow, self._rest = 2, self._pause
            self._pause = min(2 * self._pause, MOST_REST)

    def call(self, fields: list[Any], args: Sequence[Any], watch: Watch | None) -> Any:
        """Call it now."""
        if watch is None:
            return self.callee.run(fields, *args)
        return watched(self.callee, fields, args, watch)

    def prepare(self) -> None:
        """Make the steps of what is called."""
        self.callee.prepare()


class Task(Future):
    """A call that some thread runs: one of the pool, or the one that waits for it first."""

    __slots__ = ("point", "fields", "args", "tasks", "watch", "fatal", "_claim", "_done")

    def __init__(
        self,
        point: ForkPoint,
        fields: list[Any],
        args: Sequence[Any],
        tasks: list[Future],
        watch: Watch | None,
    ) -> None:
        super().__init__(None, None)
        self.point = point
        self.fields = fields
        self.args = args
        self.tasks = tasks
        self.watch = watch
        #: What ends the whole call, whoever waits: a limit, or a bug.
        self.fatal: BaseException | None = None
        self._claim = allocate_lock()
        self._done = allocate_lock()
        self._done.acquire()

    def begin(self) -> None:
        """Run the call here, unless a thread has begun it already."""
        if not self._claim.acquire(blocking=False):
            return
        began = perf_counter_ns()
        try:
            # NumPy keeps what it does about errors for each thread by itself.
            with np.errstate(all="ignore"):
                self.value = self.point.call(self.fields, self.args, self.watch)
        except LimitError as error:
            self.fatal = error
        except (OperatorError, TraceboxError) as error:
            self.error = forked(error, self.point.caller, self.point.node)
        except BaseException as error:  # noqa: BLE001  # raised by the thread that joins
            self.fatal = error
        finally:
            self.point.took(perf_counter_ns() - began)
            self._finish()

    def join(self) -> None:
        self.begin()
        for other in self.tasks:
            if not self._done.locked():
                break
            other.begin()
        with self._done:
            pass
        if self.fatal is not None:
            raise self.fatal

    def abandon(self) -> None:
        if self._claim.acquire(blocking=False):
            self._finish()
        with self._done:
            pass

    def _finish(self) -> None:
        self.fields, self.args, self.tasks = [], (), []
        self._done.release()


class _Pool:
    """A thread for each core but the caller's, begun with the first task."""

    def __init__(self) -> None:
        self._lock = allocate_lock()
        self._tasks: SimpleQueue[Task] | None = None
        #: 0 where there are no threads, or no second core; None before anybody asked.
        self.size: int | None = None

    def ready(self) -> bool:
        """Whether there are threads that take tasks."""
        if self.size is None:
            with self._lock:
                if self.size is None:
                    self.size = self._start(_wanted())
        return self.size > 0

    def _start(self, count: int) -> int:
        from queue import SimpleQueue

        tasks: SimpleQueue[Task] = SimpleQueue()
        self._tasks = tasks
        for number in range(count):
            try:
                start_new_thread(_serve, (tasks,))
            except RuntimeError:  # no threads here, or no more of them
                return number
        return count

    def put(self, task: Task) -> None:
        assert self._tasks is not None
        self._tasks.put(task)


def _serve(tasks: SimpleQueue[Task]) -> None:
    while True:
        tasks.get().begin()


def _wanted() -> int:
    """One less than ``TRACEBOX_THREADS`` in the environment says, or than there are cores."""
    wanted = os.environ.get("TRACEBOX_THREADS", "")
    if wanted.isdecimal():
        return int(wanted) - 1
    return (len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1) - 1


_POOL = _Pool()


def _in_child() -> None:
    """A process that was forked has none of the threads."""
    global _POOL
    _POOL = _Pool()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
