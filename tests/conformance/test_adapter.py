"""Our own reader's adapter, in this process and as a process of its own. SPEC 14.3."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from tests.reader.build import f32, program, tensor_const
from tracebox.archive import write_archive
from tracebox.archive.entries import entry_points, required_features, state_fields
from tracebox.archive.program import encode_program
from tracebox.conformance.adapter import Adapter, value_from_json, value_json
from tracebox.schema.builder import FunctionBuilder
from tracebox.schema.ir import Program, RecordClass, TensorRef, Value
from tracebox.schema.types_text import parse_type


def archive(made: Program, tensors: dict[str, Any] | None = None) -> str:
    data = write_archive(
        None,
        program=encode_program(made),
        entry_points=entry_points(made),
        state=state_fields(made),
        features=required_features(made),
        tensors=tensors or {},
    )
    assert data is not None
    return base64.b64encode(data).decode()


def counter() -> str:
    """Adds up its arguments, and prints."""

    def make(f: FunctionBuilder) -> Iterable[Value]:
        (total,) = f.op("add", f.get("total"), f.params[0])
        f.set("total", total)
        f.print_(f.const("one"), f.const("line"))
        return [total]

    made = program({"x": "f32[2]"}, make, fields={"total": ("f32[2]", TensorRef("zero"))})
    return archive(made, {"zero": np.zeros(2, np.float32)})


X = {"dtype": "f32", "shape": [2], "data": "AAAAAAAAgD8="}
TWICE = {"dtype": "f32", "shape": [2], "data": "AAAAAAAAAEA="}


class Client:
    """Asks an adapter; the numbers are its own."""

    def __init__(self, adapter: Adapter) -> None:
        self.adapter = adapter

    def __call__(self, request: str, **fields: Any) -> dict[str, Any]:
        answer = self.adapter.answer({"id": 7, "request": request, **fields})
        assert answer.pop("id") == 7
        return answer


def test_a_conversation() -> None:
    ask = Client(Adapter())
    hello = ask("hello", protocol=1)
    assert hello["ok"] and hello["runtime"] == "tracebox" and hello["profile"] == "full"
    loaded = ask("load", archive=counter())["program"]
    session = ask("session", program=loaded)["session"]
    run = {"program": loaded, "entry": "forward", "inputs": [X]}
    assert ask("run", **run) == {"ok": True, "outputs": [X], "printed": ["one line"]}
    assert ask("run", **run)["outputs"] == [X]
    assert ask("run", session=session, **run)["outputs"] == [X]
    assert ask("run", session=session, **run)["outputs"] == [TWICE]
    assert ask("reset", session=session) == {"ok": True}
    assert ask("run", session=session, **run)["outputs"] == [X]
    assert ask("drop", program=loaded) == {"ok": True}
    assert not ask("run", **run)["ok"] and not ask("reset", session=session)["ok"]


@pytest.mark.parametrize(
    ("inputs", "phase", "label"),
    [
        ([], "argument", "bind.tree"),
        ([{"dtype": "f32", "shape": [1], "data": "AACAPw=="}], "argument", "bind.shape"),
        ([{"dtype": "f64", "shape": [], "data": "AAAAAAAA8D8="}], "argument", "bind.dtype"),
        ([{"what": 1}], "argument", ""),
    ],
)
def test_errors_have_phase_and_label(inputs: list[Any], phase: str, label: str) -> None:
    ask = Client(Adapter())
    loaded = ask("load", archive=counter())["program"]
    answer = ask("run", program=loaded, entry="forward", inputs=inputs)
    assert (answer["ok"], answer["error"]["phase"], answer["error"]["label"]) == (False, phase, label)


def test_an_error_of_the_program_names_its_exception() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        f.raise_("ValueError", f.const("no"))
        return []

    ask = Client(Adapter())
    loaded = ask("load", archive=archive(program({}, make)))["program"]
    error = ask("run", program=loaded, entry="forward", inputs=[])["error"]
    assert (error["phase"], error["label"], error["exception"]) == ("program", "run.raise", "ValueError")


def test_a_refused_archive_has_the_label_of_its_rule() -> None:
    data = base64.b64encode(base64.b64decode(counter())[:-1]).decode()
    answer = Client(Adapter())("load", archive=data)
    assert answer["error"]["phase"] == "malformed" and answer["error"]["label"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("int", {"int": "-9223372036854775808"}),
        ("float", {"float": base64.b64encode(np.float64(-0.0).tobytes()).decode()}),
        ("complex", {"complex": base64.b64encode(np.complex128(1 - 2j).tobytes()).decode()}),
        ("bool", {"bool": True}),
        ("str", {"str": "é"}),
        ("none", {"none": None}),
        ("optional[int]", {"none": None}),
        ("optional[int]", {"int": "3"}),
        ("list[tuple[int,str]]", {"list": [{"tuple": [{"int": "1"}, {"str": "a"}]}]}),
        ("dict[str,int]", {"dict": [[{"str": "b"}, {"int": "1"}], [{"str": "a"}, {"int": "2"}]]}),
        ("net.P", {"record": ["net.P", {"int": "1"}, X]}),
        ("bf16[2]", {"dtype": "bf16", "shape": [2], "data": "gD8AQA=="}),
        ("i64[0,3]", {"dtype": "i64", "shape": [0, 3], "data": ""}),
    ],
)
def test_values_come_back_as_they_went(text: str, value: Any) -> None:
    fields = (("n", parse_type("int")), ("x", parse_type("f32[2]")))
    records = {"net.P": RecordClass("net.P", fields)}
    assert value_json(value_from_json(value, records), parse_type(text), records) == value


def test_bodies_give_what_kernels_give() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        return f.op("relu", f.params[0])

    data = archive(program({"x": "f32[2]"}, make))
    inputs = [{"dtype": "f32", "shape": [2], "data": base64.b64encode(f32(2, start=-1).tobytes()).decode()}]
    outputs = []
    for native in (True, False):
        ask = Client(Adapter(native=native))
        loaded = ask("load", archive=data)["program"]
        outputs.append(ask("run", program=loaded, entry="forward", inputs=inputs)["outputs"])
    assert outputs[0] == outputs[1]


def test_a_process_of_its_own_answers_line_by_line() -> None:
    def make(f: FunctionBuilder) -> Iterable[Value]:
        return [f.const(tensor_const(f32(2), "f32"))]

    requests = [
        {"id": 1, "request": "hello", "protocol": 1},
        {"id": 2, "request": "load", "archive": archive(program({}, make))},
        {"id": 3, "request": "run", "program": 1, "entry": "forward", "inputs": []},
        {"id": 4, "request": "type", "text": "f32[B+B]"},
        {"id": 5, "request": "bye"},
        {"id": 6, "request": "never read"},
    ]
    done = subprocess.run(
        [sys.executable, "-m", "tracebox.conformance.adapter"],
        input="\n".join(map(json.dumps, requests)),
        capture_output=True,
        text=True,
        check=True,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [1, 2, 3, 4, 5]
    assert answers[2]["outputs"] == [X] and answers[3]["text"] == "f32[2*B]"
