"""Sessions, limits and cancellation: ``cases/sessions/*.json``. SPEC 10.3, 10.5, 13.3.

Run ``python -m tracebox.conformance.generate.sessions`` to write the files; a test compares them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..model import Record, f32, tensor
from ..oracle.session_models import Blocks, Counter, Forks, Kinds, Limited, Modules, Random
from .binding import ARCHIVES as BINDING_ARCHIVES
from .binding import BINDING
from .folder import command
from .session_programs import ARCHIVES
from .talk import Talk, error

DIRECTORY = Path(__file__).resolve().parent.parent / "cases" / "sessions"
NAN = float("nan")


def sessions() -> Iterator[Talk]:
    """State between calls."""
    talk = Talk("keeps-state", "counter.tbox", Counter)
    s = talk.session()
    s.run("forward", f32([1, 2])).run("forward", f32([0.25, 4])).run("peek").state()
    talk.run("peek")
    talk.run("forward", f32([1, 2]))
    s.run("peek")
    yield talk

    talk = Talk("two-sessions", "counter.tbox", Counter)
    s, t = talk.session(), talk.session()
    s.run("forward", f32([1, 1]))
    t.run("peek").run("forward", f32([8, 8]))
    s.run("peek").state()
    t.state()
    yield talk

    talk = Talk("two-programs", "counter.tbox", Counter)
    s = talk.session()
    talk.add("load", archive="counter.tbox", **{"as": "q"})
    t = talk.session("q")
    s.run("forward", f32([1, 1]))
    t.run("peek").state()
    s.state()
    yield talk

    talk = Talk("reset", "counter.tbox", Counter)
    talk.session().run("forward", f32([1, 2])).reset().run("peek").state().run("forward", f32([3, 3])).state()
    yield talk

    talk = Talk("fork", "counter.tbox", Counter)
    s = talk.session().run("forward", f32([1, 2]))
    t = s.fork().state().run("forward", f32([16, 16]))
    s.state().reset()
    t.state().run("peek").reset().state()
    yield talk

    talk = Talk("random", "random.tbox", Random)
    s = talk.session().run("forward").run("forward").state()
    talk.run("forward")
    s.reset().run("forward")
    yield talk


def rollback() -> Iterator[Talk]:
    """Calls that fail after they wrote."""
    fails: dict[str, tuple[Any, ...]] = {
        "operator": ("divide", (9, 2), (9, 0)),
        "guard": ("check", (9, True), (9, False)),
        "raise": ("refuse", (9, "kept"), (-9, "lost")),
        "refine": ("resize", (f32([1, 2]),), (f32([1, 2, 3]),)),
    }
    for name, (entry, good, bad) in fails.items():
        talk = Talk(f"after-{name}", "counter.tbox", Counter)
        s = talk.session().run("forward", f32([1, 2])).run(entry, *bad).state().run("peek")
        s.run(entry, *good).state().run(entry, *bad).run("forward", f32([1, 2])).state()
        yield talk

    talk = Talk("in-a-loop", "blocks.tbox", Blocks)
    talk.session().run("total", 3).run("stop", 5, 3).state().run("stop", 5, 9).state()
    yield talk

    talk = Talk("after-argument", "counter.tbox", Counter)
    s = talk.session().run("forward", f32([1, 2])).ends("bind.shape", "forward", f32([1, 2, 3]))
    s.ends("bind.type", "forward", "x").state().run("forward", f32([1, 2]))
    yield talk

    talk = Talk("in-a-fork-of-it", "counter.tbox", Counter)
    s = talk.session().run("forward", f32([1, 2]))
    t = s.fork().run("divide", 5, 0).state().run("divide", 5, 2)
    s.state()
    t.state()
    yield talk


def blocks() -> Iterator[Talk]:
    """Fields in branches, loops and methods."""
    calls: dict[str, list[tuple[Any, ...]]] = {
        "branches": [("branch", True, 5), ("branch", False, 7), ("branch", True, -1)],
        "loop": [("total", 4), ("total", 0), ("total", 3)],
        "branch-in-loop": [("nested", 3, True), ("nested", 2, False), ("nested", 0, True)],
        "condition": [("until", 10), ("until", 10), ("until", 11)],
        "order": [("order",), ("order",)],
        "swap": [("swap",), ("branch", True, 8), ("swap",)],
    }
    for name, entries in calls.items():
        talk = Talk(name, "blocks.tbox", Blocks)
        s = talk.session()
        for entry, *inputs in entries:
            s.run(entry, *inputs).state()
        yield talk


def modules() -> Iterator[Talk]:
    """Methods of modules inside modules, one of which is reached by two paths."""
    talk = Talk("instances", "modules.tbox", Modules)
    talk.session().state().run("forward", 2).state().run("only", 3).state().run("forward", -1).state()
    yield talk
    talk = Talk("parameters", "modules.tbox", Modules)
    talk.run("weights")
    yield talk
    talk = Talk("state-of-instances", "modules.tbox", Modules)
    s = talk.session().run("forward", 2)
    s.load({"n": 1, "a.n": 2, "a.leaf.n": 3, "b.n": 4, "b.leaf.n": 5}).run("forward", 1).state()
    s.load({"n": 1, "c.n": 2, "c.leaf.n": 3, "b.n": 4, "b.leaf.n": 5}, "state.path").state()
    yield talk


def printing() -> Iterator[Talk]:
    """Lines of text, in order; those before an error stay."""
    talk = Talk("lines", "counter.tbox", Counter)
    s = talk.session().run("say", "one", "two").run("say", "", "é\u2028\U0001f600").run("peek")
    talk.run("say", " a ", "b,c")
    s.state()
    yield talk
    talk = Talk("before-an-error", "counter.tbox", Counter)
    talk.session().run("shout", "on", 1).run("shout", "stop", -1).run("peek")
    yield talk


def forks() -> Iterator[Talk]:
    """Forked calls: what they read, and where their errors surface."""
    talk = Talk("fields-at-the-fork", "forks.tbox", Forks)
    talk.session().run("snapshot", 3).run("snapshot", 4).state()
    yield talk
    talk = Talk("error-at-the-wait", "forks.tbox", Forks)
    talk.session().run("waited", 1).run("waited", -1).state().run("waited", 2).state()
    yield talk
    talk = Talk("first-of-two-errors", "forks.tbox", Forks)
    s = talk.session().run("first", 1, 1).run("first", -1, -1).state()
    s.run("first", 1, -1).run("first", -1, 1).state()
    yield talk


def states() -> Iterator[Talk]:
    """Reading and setting fields of every kind."""
    talk = Talk("initial", "kinds.tbox", Kinds)
    talk.session().state()
    yield talk

    talk = Talk("grows", "kinds.tbox", Kinds)
    s = talk.session().run("push", 5).run("push", 6).run("grow", f32([[1, 2], [3, 4]]))
    s.run("grow", f32([[5, 6]])).run("remember", f32([1])).run("remember", f32([2, 3])).state()
    s.run("forget").run("forget").state().reset().state()
    yield talk

    other = Kinds().fields | {
        "i": 2**63 - 1,
        "f": NAN,
        "c": complex(-0.0, float("inf")),
        "b": False,
        "s": "",
        "o": f32([4, 5, 6]),
        "l": [],
        "d": {"z": 1},
        "t": (2, []),
        "r": Record("m.Point", (-1.0, f32([3, 4]))),
        "h": f32([[1, 2]]),
        "u": tensor("i64", [[1], [2]]),
        "z": tensor("bf16", [3, 4]),
    }
    talk = Talk("set-and-read", "kinds.tbox", Kinds)
    s = talk.session().load(other).state().run("push", 1).run("grow", f32([[3, 4]]))
    t = s.fork().reset().state()
    s.state()
    t.load(other).state()
    yield talk

    talk = Talk("set-converts", "kinds.tbox", Kinds)
    given = other | {"f": 3, "c": 0.5, "h": tensor("i8", [[1, 2]]), "i": tensor("i32", 7), "t": (2, [1, 0.5])}
    becomes = other | {"f": 3.0, "c": 0.5 + 0j, "h": f32([[1, 2]]), "i": 7, "t": (2, [1.0, 0.5])}
    talk.session().load(given, becomes=becomes).state()
    yield talk

    talk = Talk("other-paths", "kinds.tbox", Kinds)
    s = talk.session().run("push", 1)
    s.load({path: value for path, value in other.items() if path != "i"})
    s.load(other | {"more": 1}).load({}).load(other | {"i.x": 1}).state().load(other).state()
    yield talk

    wrong: dict[str, Any] = {
        "i": 0.5,
        "f": "x",
        "c": True,
        "b": 1,
        "s": None,
        "o": f32([[1]]),
        "l": [1, "x"],
        "d": {"z": 0.5},
        "t": (2,),
        "r": f32([1, 2]),
        "h": f32([[1, 2, 3]]),
        "z": f32([1, 2]),
    }
    for path, value in wrong.items():
        talk = Talk(f"other-type-of-{path}", "kinds.tbox", Kinds)
        s = talk.session().run("push", 1).load(other | {path: value}, "state.type").state()
        s.load(other).state()
        yield talk


def _limited(name: str, limits: dict[str, Any], good: tuple[Any, ...], bad: tuple[Any, ...]) -> Talk:
    """A call that reaches the limit between two that do not."""
    talk = Talk(name, "limited.tbox", Limited, features=("limits",), limits=limits)
    (label,) = (f"run.{limit}" for limit in limits)
    s = talk.session().run(*good).state().ends(label, *bad).state().run(*good)
    s.reset().ends(label, *bad).state()
    return talk


def limits() -> Iterator[Talk]:
    """Bounds on a call. SPEC 13.3."""
    steps = {"steps": 2000}
    yield _limited("steps-of-an-endless-loop", steps, ("turns", 10), ("forever",))
    yield _limited("steps-of-a-long-loop", steps, ("turns", 10), ("turns", 300_000))
    large = {"bytes": 1 << 20}
    yield _limited("bytes-of-a-tensor", large, ("make", 2), ("make", 1 << 40))
    yield _limited("bytes-of-a-list", {"bytes": 1 << 15}, ("append", 10), ("append", 400_000))
    yield _limited("bytes-of-a-string", large, ("double", 5), ("double", 60))
    yield _limited("nesting-of-calls", {"nesting": 40}, ("shallow",), ("deep",))
    talk = Talk(
        "nesting-within-bounds", "limited.tbox", Limited, features=("limits",), limits={"nesting": 1300}
    )
    talk.session().run("deep").run("shallow").state()
    yield talk
    # No machine has 2**68 bytes, whether or not its runtime counts them.
    talk = Talk("more-memory-than-there-is", "limited.tbox", Limited)
    talk.session().run("make", 2).ends("run.bytes", "make", 1 << 60).state().run("turns", 3).state()
    yield talk


def concurrency() -> Iterator[Talk]:
    """Calls that run while others are asked for, and are cancelled."""
    for name, kept in (("busy", True), ("cancelled", False)):
        talk = Talk(name, "limited.tbox", Limited, features=("concurrent",), limits={"cancel": True})
        s, t = talk.session().run("turns", 4), talk.session()
        talk.add("start", **s.where, entry="forever", inputs=[], **{"as": "c"})
        if kept:
            s.ends("state.busy", "turns", 4).ends("state.busy", "shallow")
        t.run("turns", 5).state()
        talk.add("cancel", call="c")
        talk.add("finish", call="c", answer=error("run.cancelled"))
        s.state().run("shallow").state()
        yield talk


THEMES: dict[str, Callable[[], Iterator[Talk]]] = {
    "sessions": sessions,
    "rollback": rollback,
    "blocks": blocks,
    "modules": modules,
    "printing": printing,
    "forks": forks,
    "states": states,
    "limits": limits,
    "concurrency": concurrency,
    **BINDING,
}


def files() -> dict[str, bytes]:
    """The content of every file by its name."""
    found = {f"{name}.tbox": build() for name, build in (ARCHIVES | BINDING_ARCHIVES).items()}
    for theme, make in THEMES.items():
        cases = [json.dumps(talk.case(), separators=(",", ":"), ensure_ascii=False) for talk in make()]
        text = ",\n".join(cases)
        found[f"{theme}.json"] = f'{{"kind":"conversation","cases":[\n{text}\n]}}\n'.encode()
    return found


if __name__ == "__main__":
    sys.exit(command(__doc__, DIRECTORY, files))
