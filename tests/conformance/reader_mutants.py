"""Deliberately wrong readers: each a change of ours, in one way that implementations are wrong in."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

import tracebox.archive.check as archive_check
import tracebox.archive.names as archive_names
import tracebox.archive.zipformat as zipformat
import tracebox.reader.checks as checks
import tracebox.reader.limits as limits
import tracebox.reader.load as load
import tracebox.reader.lower as lower
import tracebox.reader.plan as plan
import tracebox.reader.program as program
import tracebox.reader.session as session
import tracebox.schema.verify_context as verify_context
from tracebox.archive.program import decode_program
from tracebox.reader.values import matches as right_matches
from tracebox.schema.errors import LimitError, TraceboxError
from tracebox.schema.ir import Block, Function, Program, all_functions

Patch = pytest.MonkeyPatch
#: By what is wrong: the change, and texts in the names of the cases to ask.
READERS: dict[str, tuple[Callable[[Patch], None], tuple[str, ...]]] = {}


def reader(wrong: str, *select: str) -> Callable[[Callable[[Patch], None]], None]:
    """Register a wrong reader; some case with one of `select` in its name tells."""

    def register(change: Callable[[Patch], None]) -> None:
        READERS[wrong] = change, select

    return register


def replaced(wrong: str, owner: Any, name: str, other: Any, *select: str) -> None:
    """A reader in which one thing is another."""
    reader(wrong, *select)(lambda patch: patch.setattr(owner, name, other))


# --- sessions. SPEC 10.5 --------------------------------------------------------


def _stateless(self: Any, plan: Any, values: Any) -> Any:
    return self._machine.execute(plan, self._machine.initial_fields(), values)


def _in_place(self: Any, plan: Any, values: Any) -> Any:
    return self._machine.execute(plan, self._fields, values)


def _keeps_at_limits(self: Any, plan: Any, values: Any) -> Any:
    fields = self._fields[:]
    try:
        result = self._machine.execute(plan, fields, values)
    except LimitError:
        self._fields = fields
        raise
    self._fields = fields
    return result


def _loads_one_by_one(self: Any, state: Any) -> None:
    paths = [path for path, _, _ in self._machine.planner.fields]
    whole = self.state
    try:
        right(self, state)
    except TraceboxError:
        self._fields = [state.get(path, whole[path]) for path in paths]
        raise


right = session.Session.load_state

replaced("session: has no state", session.Session, "execute", _stateless, "sessions/sessions")
replaced("session: does not roll back", session.Session, "execute", _in_place, "sessions/rollback")
replaced("session: rolls back but at limits", session.Session, "execute", _keeps_at_limits, "sessions/limits")
replaced(
    "session: reset does nothing", session.Session, "reset", lambda self: None, "sessions/sessions/reset"
)
replaced("session: a fork is the session itself", session.Session, "fork", lambda self: self, "sessions/fork")
replaced(
    "session: a fork begins anew",
    session.Session,
    "fork",
    lambda self: session.Session(
        self._machine, {n: (m.signature, m.plan) for n, m in self._methods.items()}, next(iter(self._methods))
    ),
    "sessions/fork",
)
replaced(
    "session: loads a state by halves", session.Session, "load_state", _loads_one_by_one, "sessions/states"
)
replaced(
    "session: there is one for a program",
    program.Runnable,
    "new_session",
    functools.cache(program.Runnable.new_session),
    "sessions/two-sessions",
)
replaced(
    "session: loading a state keeps fields that it lacks",
    session.Session,
    "load_state",
    lambda self, state: right(self, {**self.state, **{k: v for k, v in state.items() if k in self.state}}),
    "sessions/states",
)


@reader("session: two calls at once are not refused", "sessions/concurrency/busy")
def _(patch: Patch) -> None:
    class Open:
        calls = 0

        def acquire(self, blocking: bool = True) -> bool:
            self.calls += 1
            return True

        def release(self) -> None:
            self.calls -= 1

        def locked(self) -> bool:
            return self.calls > 0

    patch.setattr(session, "allocate_lock", Open)


# --- fields, modules, output: programs that mean something else. SPEC 5.8, 10.3 --


def _all_blocks(block: Block) -> list[Block]:
    return [block, *(found for node in block.nodes for b in node.blocks for found in _all_blocks(b))]


def rewritten(wrong: str, change: Callable[[Program], None], *select: str) -> None:
    """A reader that executes another program than it was given."""

    def decode(data: bytes, right: Any = decode_program) -> Program:
        found: Program = right(data)
        change(found)
        return found

    replaced(wrong, load, "decode_program", decode, *select)


def _without_sets(block: Block) -> None:
    block.nodes = tuple(node for node in block.nodes if node.kind != "set")


def _in_blocks_of(kind: str) -> Callable[[Program], None]:
    def change(found: Program) -> None:
        for _, _, function in all_functions(found):
            for block in _all_blocks(function.body):
                for node in block.nodes:
                    if node.kind == kind:
                        for inner in node.blocks:
                            _without_sets(inner)

    return change


def _called(found: Program) -> list[Function]:
    return [f for _, _, f in all_functions(found) if f.name not in found.exports]


def _bodies(
    change: Callable[[Block], None], choose: Callable[[Program], list[Function]]
) -> Callable[[Program], None]:
    def changed(found: Program) -> None:
        for function in choose(found):
            change(function.body)

    return changed


def _each_body(change: Callable[[Block], None]) -> Callable[[Program], None]:
    return _bodies(change, lambda found: [f for _, _, f in all_functions(found)])


def _reads_first(block: Block) -> None:
    block.nodes = tuple(sorted(block.nodes, key=lambda node: node.kind != "get"))


def _writes_last(block: Block) -> None:
    block.nodes = tuple(sorted(block.nodes, key=lambda node: node.kind == "set"))


def _prints_last(block: Block) -> None:
    block.nodes = tuple(sorted(block.nodes, key=lambda node: node.kind == "print"))


FIELDS = ("sessions/blocks", "sessions/modules", "sessions/forks")
rewritten("fields: writes in a branch are lost", _in_blocks_of("if"), *FIELDS)
rewritten("fields: writes in a loop are lost", _in_blocks_of("loop"), *FIELDS)
rewritten(
    "fields: writes in a called method are lost",
    _bodies(_without_sets, _called),
    *FIELDS,
)
rewritten("fields: are read when a method begins", _each_body(_reads_first), *FIELDS)
rewritten("fields: are written when a method ends", _each_body(_writes_last), *FIELDS)
rewritten("print: when a method ends", _each_body(_prints_last), "sessions/forks", "sessions/printing")


def _first_instance(self: Any, instance: int, path: Any) -> int:
    found = right_inside(self, instance, path)
    name = self.program.instances[found].class_name
    return next(i for i, other in enumerate(self.program.instances) if other.class_name == name)


def _method_of_first(self: Any, instance: int, name: str) -> Any:
    if not name.startswith("self."):
        return right_callee(self, instance, name)
    *path, method = name.split(".")[1:]
    return self.method(_first_instance(self, instance, path), method)


right_inside, right_callee = plan.Planner.inside, plan.Planner.callee

replaced(
    "modules: methods and fields are those of the class's first instance",
    plan.Planner,
    "inside",
    _first_instance,
    "sessions/modules",
)
replaced(
    "modules: methods run on the class's first instance",
    plan.Planner,
    "callee",
    _method_of_first,
    "sessions/modules",
)
replaced(
    "modules: parameters are those of the class's first instance",
    plan.Planner,
    "stored",
    lambda self, instance, name, right=plan.Planner.stored: right(
        self, _first_instance(self, instance, ()), name
    ),
    "sessions/modules/parameters",
)


def shown(wrong: str, show: Callable[..., None]) -> None:
    """A reader that prints in another way."""
    replaced(f"print: {wrong}", lower, "show", show, "sessions/printing")


shown("joins by commas", lambda *texts: print(*texts, sep=","))
shown("joins by nothing", lambda *texts: print(*texts, sep=""))
shown("ends no line", lambda *texts: print(*texts, end=""))
shown("leaves out empty lines", lambda *texts: print(*texts) if texts else None)
shown("prints the items as a list", lambda *texts: print(list(texts)))


# --- arguments at run time. SPEC 5.6 --------------------------------------------

right_check = checks.arguments_check


@reader("run: expressions in the types of arguments are not compared", "program/run/argument")
def _(patch: Patch) -> None:
    def check(name: str, params: Any) -> Any:
        simple = [t for t in params if "//" not in str(t) and "*" not in str(t)]
        places = [index for index, t in enumerate(params) if t in simple]
        inner = right_check(name, simple)
        return lambda *values: inner(*[values[index] for index in places])

    patch.setattr(checks, "arguments_check", check)


@reader("run: containers of arguments are not looked into", "program/run/argument")
def _(patch: Patch) -> None:
    patch.setattr(checks, "matches", lambda v, t, s: isinstance(v, (list, tuple)) or right_matches(v, t, s))


@reader("run: arguments are not compared", "program/run/argument")
def _(patch: Patch) -> None:
    patch.setattr(checks, "matches", lambda v, t, s: True)


# --- limits. SPEC 13.3 ----------------------------------------------------------


def unlimited(limit: str, *select: str) -> None:
    """A reader that does not look at one of its limits."""

    def made(right: Any = limits.Limits.__init__) -> Any:
        def start(self: Any, **bounds: Any) -> None:
            right(self, **{**bounds, limit: None})

        return start

    replaced(f"limits: {limit} are not counted", limits.Limits, "__init__", made(), *select)


unlimited("steps", "sessions/limits/steps-of-a-long-loop")
unlimited("bytes", "sessions/limits/bytes-of-a-list")
unlimited("nesting", "sessions/limits/nesting-of-calls")


# --- container. SPEC 2 ----------------------------------------------------------

replaced("container: tensors of 1 MiB are aligned to 64", zipformat, "ALIGN_LARGE", 64, "container/large")
replaced(
    "container: the bound of large tensors is exclusive",
    zipformat,
    "LARGE_TENSOR",
    (1 << 20) + 1,
    "container/large",
)
replaced(
    "container: members of 64 KiB stand before the tensors",
    archive_check,
    "is_tail",
    lambda name, size: False,
    "container/large",
)
replaced(
    "container: the bound of large members is exclusive",
    archive_check,
    "is_tail",
    lambda name, size, right=archive_check.is_tail: right(name, size - 1),
    "container/large",
)
replaced(
    "container: names are compared in lower case", archive_names, "fold", str.lower, "container/name-case"
)
replaced("container: names are compared in upper case", archive_names, "fold", str.upper, "container/large")


# --- verifier. SPEC 5 -----------------------------------------------------------


def unverified(label: str) -> Callable[[Patch], None]:
    """The change to a reader whose verifier does not know one rule."""

    def add(self: Any, problem: Any, right: Any = verify_context.Context.add) -> None:
        if problem.code != label:
            right(self, problem)

    return lambda patch: patch.setattr(verify_context.Context, "add", add)
