"""Conversations: requests in order, each with the answer that must come of it. SPEC 14.5.

A case is ``{"name", "profile", "features", "steps"}``. A step holds the fields of its request
(SPEC 14.3) and

- ``archive``, with ``load``: the name of a file beside the case's;
- ``as``: the name by which later steps refer to the program, session or call that the answer numbers;
- ``answer``: the fields that the answer must have, or ``error``.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..schema.registry import Exact
from .json_form import value_from_json
from .tolerance import compare

Json = Any
Request = Callable[..., dict[str, Any]]

#: What a step refers to by name, and the field of the answer that numbers it.
NAMED = ("program", "session", "call")
NUMBERED = {"load": "program", "session": "session", "fork": "session", "start": "call"}


@dataclass(frozen=True, slots=True)
class Conversation:
    """A case as it stands in the file, and the folder that its archives are in."""

    steps: tuple[Mapping[str, Json], ...]
    folder: Path

    def ask(self, request: Request) -> tuple[str, str]:
        """What is wrong with the answers, or ""; and a note on labels that differ."""
        numbers: dict[tuple[str, str], int] = {}
        notes: list[str] = []
        try:
            for index, step in enumerate(self.steps, 1):
                answer = request(step["request"], **self._fields(step, numbers))
                wrong, note = judge(step, answer)
                if wrong:
                    return f"step {index} ({step['request']}): {wrong}", ""
                if note:
                    notes.append(f"step {index}: {note}")
                if "as" in step and answer["ok"]:
                    kind = NUMBERED[step["request"]]
                    if kind not in answer:
                        return f"step {index}: expected {kind} in the answer; got {answer}"[:300], ""
                    numbers[kind, step["as"]] = answer[kind]
        finally:
            for (kind, _), number in numbers.items():
                if kind == "program":
                    request("drop", program=number)
        return "", ("other label: " + "; ".join(notes)) if notes else ""

    def _fields(self, step: Mapping[str, Json], numbers: Mapping[tuple[str, str], int]) -> dict[str, Json]:
        fields = {key: value for key, value in step.items() if key not in ("request", "as", "answer")}
        for kind in NAMED:
            if kind in fields:
                fields[kind] = numbers[kind, fields[kind]]
        if "archive" in fields:
            fields["archive"] = base64.b64encode((self.folder / fields["archive"]).read_bytes()).decode()
        return fields


def judge(step: Mapping[str, Json], answer: Mapping[str, Json]) -> tuple[str, str]:
    """What is wrong with the answer to one step, or ""; and a note."""
    expected = step.get("answer", {})
    wanted = expected.get("error")
    if wanted is None:
        if not answer["ok"]:
            return f"failed: {_shown(answer['error'])}", ""
        return _judge_fields(expected, answer), ""
    if answer["ok"]:
        return f"gave a result where {wanted['label']} is an error", ""
    error = answer["error"]
    if error["phase"] != wanted["phase"]:
        return f"expected phase {wanted['phase']} ({wanted['label']}); got {_shown(error)}", ""
    for key in ("exception", "file", "line"):
        if key in wanted and error.get(key) != wanted[key]:
            return f"expected {key} {wanted[key]!r}; got {error.get(key)!r}", ""
    if wrong := _judge_printed(expected, error):
        return wrong, ""
    notes = [
        f"expected {key} {wanted[key]}, got {error.get(key) or 'none'}"
        for key in ("label", "column")
        if key in wanted and error.get(key) != wanted[key]
    ]
    return "", ", ".join(notes)


def _shown(error: Mapping[str, Json]) -> str:
    return f"{error['phase']} [{error.get('label') or ''}] {error.get('message', '')}"[:400]


def _judge_printed(expected: Mapping[str, Json], answer: Mapping[str, Json]) -> str:
    printed = answer.get("printed", [])
    lines = expected.get("printed", [])
    return "" if printed == lines else f"expected the printed lines {lines!r}; got {printed!r}"[:400]


def _judge_fields(expected: Mapping[str, Json], answer: Mapping[str, Json]) -> str:
    for key, wanted in expected.items():
        if key in ("bytes", "files"):
            wrong = "" if answer.get(key) == wanted else f"got other {key}: {answer.get(key)!r}"[:400]
        elif key == "state":
            wrong = _judge_state(wanted, answer.get(key))
        elif key == "printed":
            wrong = ""
        else:
            wrong = _judge_value({"tuple": wanted} if key == "outputs" else wanted, answer.get(key), key)
        if wrong:
            return wrong
    return _judge_printed(expected, answer)


def _judge_state(wanted: Mapping[str, Json], got: Json) -> str:
    if not isinstance(got, dict) or set(got) != set(wanted):
        return f"expected a state of {', '.join(sorted(wanted))}; got {got!r}"[:300]
    wrong = (
        f"field {path}: {text}" for path in wanted if (text := _judge_value(wanted[path], got[path], ""))
    )
    return next(wrong, "")


def _judge_value(wanted: Json, got: Json, key: str) -> str:
    if key == "outputs" and not isinstance(got, list):
        return f"expected a list of outputs; got {got!r}"[:200]
    try:
        value = value_from_json({"tuple": got} if key == "outputs" else got)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        return f"{key or 'value'} is no value of SPEC 14.4: {error}"
    return compare(value, value_from_json(wanted), Exact())
