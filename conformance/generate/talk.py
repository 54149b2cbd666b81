"""Making conversations: each request is recorded with the answer that the model of the program gives."""

from __future__ import annotations

from typing import Any

from ..json_form import value_json
from ..oracle.session import Failure, Model

Json = Any
PROGRAM = "p"


#: The phases of labels that are no operator's. SPEC 10.4, 11.1.
PHASES = {
    "bind.signature": "invalid",
    "bind.tensor": "invalid",
    "run.guard": "guard",
    **{f"run.{limit}": "limit" for limit in ("steps", "bytes", "nesting", "cancelled")},
    "bind": "argument",
    "run": "program",
    "state": "state",
    "text": "script",
    "type": "invalid",
    "ir": "invalid",
}


def phase_of(label: str) -> str:
    """The phase of the error; that of an operator's rule is the program's. SPEC 11.1."""
    return PHASES.get(label) or PHASES.get(label.split(".")[0], "program")


def error(label: str, exception: str = "", **place: Json) -> dict[str, Json]:
    """The answer that is an error."""
    found: dict[str, Json] = {"phase": phase_of(label), "label": label}
    return {"error": found | ({"exception": exception} if exception else {}) | place}


class Refused:
    """In place of a result: the label of the rule that the call breaks."""

    def __init__(self, label: str) -> None:
        self.label = label


class Talk:
    """A conversation about one archive.

    Parameters
    ----------
    name
        The case's name.
    archive
        The name of the archive's file.
    model
        What the program is in plain Python.
    profile, features
        What a runtime needs for it. SPEC 14.1.
    limits
        The bounds that the archive is loaded with.
    """

    def __init__(
        self,
        name: str,
        archive: str,
        model: type[Model] = Model,
        *,
        profile: str = "full",
        features: tuple[str, ...] = (),
        limits: dict[str, Json] | None = None,
    ) -> None:
        self.name = name
        self.model = model
        self.profile = profile
        self.features = features
        self.steps: list[dict[str, Json]] = []
        self.sessions = 0
        self.add("load", archive=archive, **{"limits": limits} if limits else {}, **{"as": PROGRAM})

    def case(self) -> dict[str, Json]:
        """The case as it stands in the file."""
        return {
            "name": self.name,
            "profile": self.profile,
            "features": list(self.features),
            "steps": self.steps,
        }

    def add(self, request: str, /, **fields: Json) -> None:
        """A step; an answer that says nothing is left out."""
        if fields.get("answer") == {}:
            del fields["answer"]
        self.steps.append({"request": request, **fields})

    def session(self, program: str = PROGRAM) -> Session:
        """A new session."""
        self.sessions += 1
        name = f"s{self.sessions}"
        self.add("session", program=program, **{"as": name})
        return Session(self, name, self.model(), program)

    def run(self, entry: str, *inputs: Any) -> None:
        """A call outside of a session."""
        self._run({"program": PROGRAM}, self.model(), entry, inputs)

    def _run(self, where: dict[str, Json], model: Model, entry: str, inputs: tuple[Any, ...]) -> None:
        given = [value_json(value) for value in inputs]
        self.add("run", **where, entry=entry, inputs=given, answer=outcome(model, entry, *inputs))

    def gives(self, outputs: tuple[Any, ...], entry: str, *inputs: Any) -> None:
        """A call of a program without state."""
        answer = {"outputs": [value_json(value) for value in outputs]}
        self.add("run", program=PROGRAM, entry=entry, inputs=list(map(value_json, inputs)), answer=answer)

    def refuses(self, label: str, entry: str, *inputs: Any) -> None:
        """A call that does not get as far as the program."""
        given = [value_json(value) for value in inputs]
        self.add("run", program=PROGRAM, entry=entry, inputs=given, answer=error(label))

    def call(self, result: Any, entry: str, *positional: Any, **named: Any) -> None:
        """A call by the signature; `result` is what it gives, or a `Refused`."""
        answer = error(result.label) if isinstance(result, Refused) else {"result": value_json(result)}
        given = {name: value_json(value) for name, value in named.items()}
        args = list(map(value_json, positional))
        self.add("call", program=PROGRAM, entry=entry, positional=args, named=given, answer=answer)


def outcome(model: Model, entry: str, *inputs: Any) -> dict[str, Json]:
    """The answer to a call."""
    try:
        outputs = model.call(entry, *inputs)
        answer: dict[str, Json] = {"outputs": [value_json(value) for value in outputs]}
    except Failure as failure:
        answer = error(failure.label, failure.exception)
    return answer | ({"printed": model.lines} if model.lines else {})


class Session:
    """A session in a conversation, with the model of what it holds."""

    def __init__(self, talk: Talk, name: str, model: Model, program: str) -> None:
        self.talk = talk
        self.name = name
        self.held = model
        self.where = {"program": program, "session": name}

    def run(self, entry: str, *inputs: Any) -> Session:
        """A call, whatever comes of it."""
        self.talk._run(self.where, self.held, entry, inputs)
        return self

    def ends(self, label: str, entry: str, *inputs: Any) -> Session:
        """A call that something else than the program ends: its limits, or its arguments."""
        given = [value_json(value) for value in inputs]
        self.talk.add("run", **self.where, entry=entry, inputs=given, answer=error(label))
        return self

    def state(self) -> Session:
        """Read the fields."""
        self.talk.add("state", session=self.name, answer={"state": self._plain(self.held.fields)})
        return self

    def load(self, state: dict[str, Any], label: str = "", becomes: dict[str, Any] | None = None) -> Session:
        """Set the fields; `label` says why not, `becomes` what they are where `state` is converted."""
        answer: dict[str, Json] = {}
        if label:
            answer = error(label)
        else:
            try:
                self.held.load(becomes or state)
            except Failure as failure:
                answer = error(failure.label)
        self.talk.add("set_state", session=self.name, state=self._plain(state), answer=answer)
        return self

    def reset(self) -> Session:
        """Back to the initial values."""
        self.held.reset()
        self.talk.add("reset", session=self.name)
        return self

    def fork(self) -> Session:
        """Another session with the same fields."""
        self.talk.sessions += 1
        name = f"s{self.talk.sessions}"
        self.talk.add("fork", session=self.name, **{"as": name})
        return Session(self.talk, name, self.held.fork(), self.where["program"])

    def _plain(self, state: dict[str, Any]) -> dict[str, Json]:
        return {path: value_json(value) for path, value in state.items()}
