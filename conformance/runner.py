"""Running the suite against a runtime, and judging what it answers. SPEC 14.2."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..schema.registry import Exact, find
from .conversation import Request
from .json_form import value_from_json
from .programs import ENTRY
from .protocol import PROTOCOL, Adapter, AdapterError, Message
from .relations import compare_results
from .suite import Question
from .tolerance import compare

#: Profiles from the least to the most. SPEC 14.1.
PROFILES = ("container", "primitives", "full")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case: `status` is ``passed``, ``failed`` or ``skipped``."""

    name: str
    status: str
    note: str = ""


@dataclass(slots=True)
class Report:
    """All outcomes, and what the runtime said of itself."""

    runtime: Message = field(default_factory=dict)
    profile: str = ""
    outcomes: list[Outcome] = field(default_factory=list)

    def count(self, status: str) -> int:
        """How many cases ended so."""
        return sum(outcome.status == status for outcome in self.outcomes)

    @property
    def conforms(self) -> bool:
        """Whether no case failed, some passed, and nothing of the profile is unsupported."""
        return not self.count("failed") and self.count("passed") > 0 and not self.runtime.get("unsupported")

    def as_json(self) -> dict[str, Any]:
        """The report as plain data."""
        return {
            "ok": self.conforms,
            "runtime": self.runtime,
            "profile": self.profile,
            **{status: self.count(status) for status in ("passed", "failed", "skipped")},
            "cases": [{"name": o.name, "status": o.status, "note": o.note} for o in self.outcomes],
        }


def run_suite(
    command: Sequence[str],
    cases: Iterable[Question],
    *,
    profile: str | None = None,
    timeout: float = 20.0,
    progress: Callable[[int], None] = lambda done: None,
) -> Report:
    """Drive the adapter started by `command` through `cases`.

    Parameters
    ----------
    command
        The adapter's command line.
    cases
        The questions to ask.
    profile
        The profile to hold the runtime to; None for the one it declares.
    timeout
        Seconds for one answer. After a crash or a time-out the adapter is started anew.
    progress
        Called with the number of cases done.

    Raises
    ------
    AdapterError
        The adapter does not say hello as SPEC 14.3 states.
    """
    report = Report()
    with Adapter(command, timeout) as adapter:
        hello = _hello(adapter)
        report.runtime = {key: value for key, value in hello.items() if key not in ("id", "ok")}
        report.profile = profile or str(hello.get("profile", ""))
        if report.profile not in PROFILES:
            raise AdapterError(
                "protocol", f"expected a profile of {', '.join(PROFILES)}; got {report.profile!r}"
            )
        for done, case in enumerate(cases, 1):
            report.outcomes.append(_outcome(adapter, case, report.profile, hello))
            progress(done)
    return report


def _hello(adapter: Adapter) -> Message:
    answer = adapter.request("hello", protocol=PROTOCOL)
    if not answer["ok"] or not isinstance(answer.get("runtime"), str):
        raise AdapterError("protocol", f"expected the runtime's name; got {answer}")
    return answer


def _outcome(adapter: Adapter, case: Question, profile: str, hello: Message) -> Outcome:
    if PROFILES.index(case.needs) > PROFILES.index(profile):
        return Outcome(case.name, "skipped", f"needs the profile {case.needs}")
    if case.operator in hello.get("unsupported", ()):
        return Outcome(case.name, "skipped", f"the runtime does not support {case.operator}")
    if lacking := sorted(set(case.features) - set(hello.get("features", ()))):
        return Outcome(case.name, "skipped", f"the runtime does not declare {', '.join(lacking)}")
    try:
        wrong, note = ask(adapter.request, case)
    except AdapterError as error:
        if error.kind != "protocol":
            adapter.restart()
            _hello(adapter)
        return Outcome(case.name, "failed", str(error))
    return Outcome(case.name, "failed" if wrong else "passed", wrong or note)


def ask(request: Request, case: Question) -> tuple[str, str]:
    """What is wrong with the runtime's answers, or ""; and a note."""
    if case.conversation is not None:
        return case.conversation.ask(request)
    if case.type is not None:
        answer = request("type", text=case.type)
        if answer["ok"]:
            return (f"accepted what breaks {case.label}" if case.outcome == "reject" else ""), ""
    else:
        answer = request("load", archive=base64.b64encode(case.archive).decode())
    if not answer["ok"]:
        if case.outcome != "reject":
            return f"refused what is valid: {_shown(answer['error'])}", ""
        return _judge_error(case, answer["error"])
    program = answer.get("program")
    try:
        if case.outcome == "reject":
            return f"accepted what breaks {case.label}", ""
        if case.inputs is None:
            return "", ""
        answer = request("run", program=program, entry=ENTRY, inputs=list(case.inputs))
    finally:
        request("drop", program=program)
    if case.outcome == "fail":
        if answer["ok"]:
            return f"gave a result where {case.label} is an error", ""
        return _judge_error(case, answer["error"])
    if not answer["ok"]:
        return f"failed: {_shown(answer['error'])}", ""
    return _judge_outputs(case, answer.get("outputs")), ""


def _judge_error(case: Question, error: Message) -> tuple[str, str]:
    if error["phase"] not in case.phases:
        return f"expected phase {' or '.join(case.phases)} ({case.label}); got {_shown(error)}", ""
    label = error.get("label") or ""
    return "", "" if label in (
        case.label,
        *case.also,
    ) else f"other label: expected {case.label}, got {label or 'none'}"


def _shown(error: Message) -> str:
    return f"{error['phase']} [{error.get('label') or ''}] {error.get('message', '')}"[:400]


def _judge_outputs(case: Question, outputs: Any) -> str:
    if not isinstance(outputs, list) or len(outputs) != len(case.outputs):
        return f"expected {len(case.outputs)} outputs; got {outputs!r}"[:200]
    values = []
    for index, got in enumerate(outputs):
        try:
            values.append(value_from_json(got))
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            return f"output {index} is no value of SPEC 14.4: {error}"
    op = find(case.operator)
    if op is not None:
        inputs = tuple(map(value_from_json, case.inputs or ()))
        return compare_results(op, case.attrs, inputs, values, case.outputs, case.bounds)
    wrong = (compare(got, expected, Exact()) for got, expected in zip(values, case.outputs))
    return next((f"output {index}: {text}" for index, text in enumerate(wrong) if text), "")
