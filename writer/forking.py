"""Calls that may run beside what follows: `fork` and `wait`. SPEC 5.12."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ..schema.types import ContainerType, Type, future
from . import rules
from .context import Trace, active
from .scope import Scope, Step, Unit, Val
from .units import call_method, class_name, own_method, path_to, traced_call


class Task:
    """A call that was begun; `wait` gives its result. Made by `fork`."""

    __slots__ = ("_result", "_error", "_trace", "_value", "_parts", "_waited")

    def __init__(self) -> None:
        self._result: Any = None
        self._error: BaseException | None = None
        self._trace: Trace | None = None
        self._value: Val | None = None
        self._parts: list[Val] = []
        self._waited: object = None

    def wait(self) -> Any:
        """The result of the call.

        Raises
        ------
        Exception
            What the call raised.
        """
        if self._error is not None:
            raise self._error
        if self._trace is not None:
            self._record()
        return self._result

    def _record(self) -> None:
        trace, value = active(), self._value
        if trace is not self._trace or trace is None or trace.over or value is None:
            hint = "wait for it in the trace"
            raise rules.LEAK.fail("", got="a task that was forked in a trace", hint=hint)
        place = trace.scope, trace.scope.block
        if self._waited == place:
            return
        if self._waited is not None or value.scope is not trace.scope:
            raise rules.FORK.fail(trace.where, got="a wait in another function, branch or turn")
        self._waited = place
        trace.local(value)
        if len(self._parts) == 1:
            trace.add(Step("wait", "", [value], None, self._parts))
        else:
            inside = value.type
            assert isinstance(inside, ContainerType)
            together = Val(trace.scope, inside.items[0], None, value.name)
            trace.add(Step("wait", "", [value], None, [together]))
            for index, part in enumerate(self._parts):
                trace.add(Step("op", "tuple.get", [together], {"index": index}, [part]))
        for part in self._parts:
            part.block = trace.scope.block


def fork(function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Task:
    """Begin a call of `function` that may run beside what follows.

    In a trace the call is recorded as a fork, which the reader runs on a pool of threads.
    Without a trace it runs at once, and an error is kept for `wait`.

    Parameters
    ----------
    function
        A function, a `Module`, or one of its methods. It writes no field, and changes no array
        that was made outside.
    *args, **kwargs
        Its arguments.

    Returns
    -------
    Task
        Its `wait` gives the result; so does `tracebox.wait`.

    Raises
    ------
    TraceError
        ``trace.fork`` the function writes a field or an array from outside.

    Examples
    --------
    >>> import numpy as np
    >>> task = fork(np.multiply, 6, 7)
    >>> int(task.wait())
    42

    Notes
    -----
    SPEC 5.12.
    """
    trace = active()
    task = Task()
    if trace is None:
        try:
            task._result = function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - raised by wait
            task._error = error
        return task
    return record_fork(trace, lambda: _called(trace, function, args, kwargs))


def record_fork(trace: Trace, call_it: Callable[[], Any]) -> Task:
    """Record what `call_it` records as a call, as a fork of it."""
    task = Task()
    before = len(_steps(trace))
    forking, trace.forking = trace.forking, True
    try:
        task._result = call_it()
    finally:
        trace.forking = forking
    call = next((s for s in reversed(_steps(trace)[before:]) if s.kind == "call"), None)
    if call is None:
        return task  # nothing traced is in it
    _turn_into_fork(trace, task, call)
    return task


def wait(task: Task) -> Any:
    """The result of a call that was forked; see `fork`.

    Examples
    --------
    >>> wait(fork(len, [1, 2, 3]))
    3
    """
    return task.wait()


def _steps(trace: Trace) -> list[Step]:
    block = trace.scope.block
    return trace.scope.steps if block is None else block.steps


def _called(trace: Trace, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Trace a call of `function` as a function of its own."""
    found = own_method(function)
    if found is not None:
        return call_method(trace, *found, args, kwargs)
    name = getattr(function, "__name__", type(function).__name__).replace("<lambda>", "forward")
    module = getattr(function, "__module__", None) or type(function).__module__
    place = object()  # not the function itself, which may hold traced arrays
    unit = Unit(place, class_name(module, getattr(function, "__qualname__", name)))
    trace.units[id(place)] = unit
    path_to(trace, trace.scope.unit, unit)
    doc = inspect.cleandoc(getattr(function, "__doc__", None) or "")
    return traced_call(trace, unit, name, doc, function, args, kwargs)


def _turn_into_fork(trace: Trace, task: Task, call: Step) -> None:
    scope: Scope | None = call.callee
    assert scope is not None
    parts = list(call.results)
    types: tuple[Type, ...] = tuple(part.type for part in parts)
    inside = types[0] if len(types) == 1 else ContainerType("tuple", types)
    task._trace, task._parts = trace, parts
    task._value = Val(trace.scope, future(inside), None, "task")
    call.kind, call.results = "fork", [task._value]
    scope.forked = True
