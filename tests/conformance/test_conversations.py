"""The cases that are conversations, and how a runtime is judged by them. SPEC 14.5."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

from tracebox.conformance.adapter import Adapter as OurAdapter
from tracebox.conformance.conversation import judge
from tracebox.conformance.generate import sessions, texts
from tracebox.conformance.runner import run_suite
from tracebox.conformance.suite import Question, conversation_questions

from .asking import wrong

QUESTIONS = list(conversation_questions())
FILES = {path.stem: json.loads(path.read_text("utf-8")) for path in sessions.DIRECTORY.glob("*.json")}


def test_the_files_are_those_that_the_generator_writes() -> None:
    for made in (sessions, texts):
        assert {path.name: path.read_bytes() for path in made.DIRECTORY.iterdir()} == made.files()


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_our_reader_answers_as_it_should_under_the_right_labels(question: Question) -> None:
    assert wrong(question) == ""


def _asked(theme: str, *, well: bool) -> set[tuple[str, str]]:
    """What the cases of a file ask for, by request and entry point, that goes well or does not."""
    steps = [step for case in FILES[theme]["cases"] for step in case["steps"]]
    kinds = {"call": "run", "finish": "run"}
    return {
        (kinds.get(step["request"], step["request"]), step.get("entry", ""))
        for step in steps
        if ("error" in step.get("answer", {})) != well
    }


@pytest.mark.parametrize("theme", FILES)
def test_whoever_refuses_everything_loses(theme: str) -> None:
    excused = {
        "parameters": {("run", "kinds")},  # an entry point that is not there
        "limits": {("run", "forever")},
        "concurrency": {("run", "")},  # the end of the call that was cancelled
    }
    assert _asked(theme, well=False) - _asked(theme, well=True) == excused.get(theme, set())


def hello(**changes: Any) -> list[str]:
    """The command of a runtime that answers nothing but hello."""
    answer = {"id": 1, "ok": True, "runtime": "none", "version": "1", "profile": "full"} | changes
    return [sys.executable, "-c", f"input(); print({json.dumps(answer)!r}, flush=True)"]


def test_what_a_runtime_does_not_declare_is_skipped() -> None:
    asked = [question for question in QUESTIONS if question.features]
    report = run_suite(hello(features=["zstd"], unsupported=[]), asked)
    assert report.count("skipped") == len(asked) > 5
    assert not report.conforms and "does not declare" in report.outcomes[0].note


@pytest.mark.parametrize(
    ("step", "answer", "wrong"),
    [
        ({}, {"ok": True}, ""),
        ({"answer": {"result": {"int": "1"}}}, {"ok": True, "result": {"int": "2"}}, "expected 1, got 2"),
        ({"answer": {"result": {"int": "1"}}}, {"ok": True}, "no value"),
        ({"answer": {"outputs": [{"int": "1"}]}}, {"ok": True, "outputs": []}, "expected"),
        ({"answer": {"outputs": []}}, {"ok": True, "outputs": "x"}, "list of outputs"),
        (
            {"answer": {"state": {"a": {"int": "1"}}}},
            {"ok": True, "state": {"b": {"int": "1"}}},
            "state of a",
        ),
        ({"answer": {"state": {"a": {"int": "1"}}}}, {"ok": True, "state": {"a": {"int": "2"}}}, "field a"),
        ({"answer": {"printed": ["a"]}}, {"ok": True}, "printed lines"),
        ({}, {"ok": True, "printed": [""]}, "printed lines"),
        ({"answer": {"bytes": "AA=="}}, {"ok": True, "bytes": "AQ=="}, "other bytes"),
        ({}, {"ok": False, "error": {"phase": "state", "label": "state.busy"}}, "failed: state"),
        ({"answer": {"error": {"phase": "state", "label": "state.busy"}}}, {"ok": True}, "gave a result"),
        (
            {"answer": {"error": {"phase": "limit", "label": "run.steps"}}},
            {"ok": False, "error": {"phase": "program"}},
            "expected phase limit",
        ),
        (
            {"answer": {"error": {"phase": "program", "label": "run.raise", "exception": "KeyError"}}},
            {"ok": False, "error": {"phase": "program", "label": "run.raise", "exception": "ValueError"}},
            "expected exception 'KeyError'",
        ),
    ],
)
def test_answers_are_judged(step: dict[str, Any], answer: dict[str, Any], wrong: str) -> None:
    found, note = judge({"request": "run", **step}, answer)
    assert (wrong in found if wrong else found == "") and note == ""


def test_another_label_of_the_phase_is_a_note() -> None:
    step = {"request": "run", "answer": {"error": {"phase": "limit", "label": "run.steps"}}}
    answer = {"ok": False, "error": {"phase": "limit", "label": "run.bytes"}}
    assert judge(step, answer) == ("", "expected label run.steps, got run.bytes")


@pytest.mark.parametrize(
    "request_",
    [
        {"request": "fork", "session": 9},
        {"request": "state", "session": 9},
        {"request": "set_state", "session": 9, "state": {}},
        {"request": "start", "session": 9, "entry": "forward", "inputs": []},
        {"request": "cancel", "call": 9},
        {"request": "finish", "call": 9},
        {"request": "call", "program": 9, "entry": "forward"},
        {"request": "print", "program": 9},
    ],
    ids=lambda request: request["request"],
)
def test_what_is_not_there_is_an_argument_error(request_: dict[str, Any]) -> None:
    error = OurAdapter().answer({"id": 1, **request_})["error"]
    assert (error["phase"], error["label"]) == ("argument", "")
