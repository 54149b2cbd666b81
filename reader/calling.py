"""The functions that steps call: kernels with their attributes bound, and the effects. SPEC 10.3."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from ..schema.errors import ProgramError
from ..schema.ir import Node
from ..schema.registry import Signature
from .checks import Compiled
from .kernels.registry import Kernel
from .rules import RUN_GUARD, RUN_RAISE
from .values import Future


def bound(kernel: Kernel, xp: Any, attrs: dict[str, Any]) -> Kernel:
    """The kernel as a function of its operands."""
    return partial(kernel, xp, **attrs)


def packed(fn: Kernel, signature: Signature | None, operands: int) -> Kernel:
    """`fn` as a function of operands one by one: variadic ones come as one tuple, a missing one as None."""
    pack = packer(signature, operands)
    if pack is None:
        return fn
    return lambda *values: fn(*pack(values))


def packer(signature: Signature | None, operands: int) -> Callable[[Sequence[Any]], Sequence[Any]] | None:
    """How operands become a kernel's arguments, if they are not those already."""
    args = signature.args if signature is not None else ()
    if args and args[-1].variadic:
        first = len(args) - 1
        if not first:
            return lambda values: (tuple(values),)
        return lambda values: (*values[:first], tuple(values[first:]))
    missing = (None,) * (len(args) - operands)
    return (lambda values: (*values, *missing)) if missing else None


def dynamic(
    kernel: Kernel,
    xp: Any,
    attrs: dict[str, Any],
    computed: dict[str, Compiled],
    signature: Signature | None,
    operands: int,
) -> Kernel:
    """The kernel as a function of its operands and the sizes of the symbols in its attributes."""
    pack = packer(signature, operands)
    fixed = partial(kernel, xp, **attrs)
    if len(computed) == 1:
        ((name, only),) = computed.items()

        def one(*values: Any) -> Any:
            mine, sizes = values[:operands], values[operands:]
            return fixed(*(pack(mine) if pack else mine), **{name: only(sizes)})

        return one

    def several(*values: Any) -> Any:
        mine, sizes = values[:operands], values[operands:]
        late = {name: value(sizes) for name, value in computed.items()}
        return fixed(*(pack(mine) if pack else mine), **late)

    return several


def checked(fn: Kernel, check: Callable[[Sequence[Any], Sequence[int]], None], operands: int) -> Kernel:
    """`fn` behind the run-time check of its operator's rules; sizes that only the check needs end there."""

    def call(*values: Any) -> Any:
        check(values[:operands], values[operands:])
        return fn(*values)

    return call


def copy_container(value: Any) -> Any:
    """A list or dict of its own, with the same items."""
    return value.copy()


def wait(task: Future) -> Any:
    """The outcome of a forked call."""
    task.join()
    task.waited = True
    if task.error is not None:
        raise task.error.with_traceback(None)
    return task.value


def settle(tasks: Sequence[Future]) -> None:
    """Wait for all calls, then raise the first error that nobody waited for. SPEC 5.12."""
    for task in tasks:
        task.join()
    for task in tasks:
        if task.error is not None and not task.waited:
            raise task.error.with_traceback(None)


def abandon(tasks: Sequence[Future]) -> None:
    """See to it that none of the calls goes on when the function that forked them has ended."""
    for task in tasks:
        task.abandon()


def show(*texts: str) -> None:
    """What a ``print`` node does."""
    sys.stdout.write(" ".join(texts) + "\n")


def fail_guard(node: Node, names: tuple[str, ...]) -> Callable[..., None]:
    """The function of the values that a guard's condition came from; it raises."""
    message, reason = str(node.attrs["message"]), str(node.attrs["reason"])

    def fail(*values: Any) -> None:
        met = ", ".join(f"{name} = {value!r}" for name, value in zip(names, values))
        hint = ""
        if reason == "branch":
            hint = "trace with branches='explore' or an example that takes this branch, or use where"
        raise RUN_GUARD.fail(expected=message, got=met or f"a different {reason}", hint=hint)

    return fail


def fail_raise(exception: str) -> Callable[[str], None]:
    """The function that raises the program's own exception."""

    def fail(message: str) -> None:
        raise ProgramError(RUN_RAISE.problem(got=f"{exception}: {message}"), exception)

    return fail
