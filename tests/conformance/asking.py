"""The suite's questions put to our own adapter in this process."""

from __future__ import annotations

import json
from typing import Any

from tracebox.conformance.adapter import Adapter
from tracebox.conformance.conversation import Request
from tracebox.conformance.runner import ask
from tracebox.conformance.suite import Question


def requests(*, native: bool = True) -> Request:
    """What asks an adapter of its own; answers go through JSON as they do over a pipe."""
    adapter = Adapter(native=native)

    def request(name: str, **fields: Any) -> dict[str, Any]:
        asked = json.loads(json.dumps({"id": 1, "request": name, **fields}))
        answer: dict[str, Any] = json.loads(json.dumps(adapter.answer(asked)))
        return answer

    return request


def wrong(question: Question, *, native: bool = True) -> str:
    """What is wrong with the answers to a question, labels included; "" if nothing is."""
    found, note = ask(requests(native=native), question)
    return found or note
