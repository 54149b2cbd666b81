"""The adapter of our own reader: ``python -m tracebox.conformance.adapter``. SPEC 14.3.

One JSON object a line on standard input, one answer a line on standard output. A bug of the
reader ends the process with a traceback on standard error: it is never taken for a refusal.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import contextlib
import io
import json
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np

from ..reader.limits import CancelToken, Limits
from ..reader.load import LoadedProgram, load
from ..reader.session import Session
from ..reader.values import STORED_AS, Record
from ..schema import errors
from ..schema.dtypes import BY_NAME, BY_NUMPY
from ..schema.ir import RecordClass
from ..schema.manifest import FEATURES, Tree
from ..schema.types import ClassType, ContainerType, ScalarType, TensorType, Type, type_text
from ..schema.types_text import parse_type
from ..schema.verify import check_program

PROTOCOL = 1
#: What the reader has beyond its profile. SPEC 14.1.
ABILITIES = ("concurrent", "limits", "text")

Json = Any
Message = dict[str, Any]


class BadRequest(Exception):
    """A request that is not of the protocol."""


class Call:
    """A call that runs while other requests are answered."""

    def __init__(self, program: int, run: Callable[[], Message]) -> None:
        self.program = program
        self._answer: Message = {}
        self._error: errors.TraceboxError | None = None
        self._thread = threading.Thread(target=self._run, args=(run,), daemon=True)
        self._thread.start()

    def _run(self, run: Callable[[], Message]) -> None:
        try:
            self._answer = run()
        except errors.TraceboxError as error:
            self._error = error

    @property
    def runs(self) -> bool:
        return self._thread.is_alive()

    def finish(self) -> Message:
        """Wait for the end of the call."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        if not self._answer:
            raise RuntimeError("the call ended in a bug; see standard error")
        return self._answer


class Adapter:
    """Programs, sessions and calls by number, and an answer for each request.

    Parameters
    ----------
    native
        Whether composites run as kernels of their own, or by their bodies.
    """

    def __init__(self, *, native: bool = True) -> None:
        self.native = native
        self.programs: dict[int, LoadedProgram] = {}
        self.sessions: dict[int, tuple[int, Session]] = {}
        self.tokens: dict[int, CancelToken] = {}
        self.calls: dict[int, Call] = {}
        self.count = 0

    def answer(self, request: Message) -> Message:
        """The answer to one request."""
        handlers: dict[str, Callable[[Message], Message]] = {
            "hello": self._hello,
            "type": self._type,
            "load": self._load,
            "session": self._session,
            "fork": self._fork,
            "run": self._run,
            "call": self._call,
            "start": self._start,
            "cancel": self._cancel,
            "finish": self._finish,
            "reset": self._reset,
            "state": self._state,
            "set_state": self._set_state,
            "parse": self._parse,
            "print": self._print,
            "drop": self._drop,
            "bye": lambda request: {},
        }
        reply: Message = {"id": request.get("id"), "ok": True}
        handler = handlers.get(str(request.get("request")))
        printed = io.StringIO()
        try:
            if handler is None:
                raise BadRequest(f"no request {request.get('request')!r}")
            with contextlib.redirect_stdout(printed):
                reply |= handler(request)
        except errors.TraceboxError as error:
            reply |= {"ok": False, "error": _failure(error)}
        except BadRequest as error:
            reply |= {"ok": False, "error": {"phase": "argument", "label": "", "message": str(error)}}
        if printed.getvalue():
            reply.get("error", reply)["printed"] = printed.getvalue().split("\n")[:-1]
        return reply

    def _hello(self, request: Message) -> Message:
        from .. import __version__

        if request.get("protocol") != PROTOCOL:
            raise BadRequest(f"protocol {request.get('protocol')!r}; this adapter speaks {PROTOCOL}")
        return {
            "runtime": "tracebox",
            "version": __version__,
            "profile": "full",
            "features": sorted([*FEATURES, *ABILITIES]),
            "unsupported": [],
        }

    def _type(self, request: Message) -> Message:
        return {"text": type_text(parse_type(str(request.get("text"))))}

    def _number(self) -> int:
        self.count += 1
        return self.count

    def _load(self, request: Message) -> Message:
        number = self._number()
        limits = None
        bounds = dict(request.get("limits", {}))
        if bounds:
            if bounds.pop("cancel", False):
                self.tokens[number] = CancelToken()
            limits = Limits(**bounds, cancel=self.tokens.get(number))
        self.programs[number] = load(_bytes(request.get("archive")), native=self.native, limits=limits)
        return {"program": number}

    def _program(self, request: Message) -> LoadedProgram:
        program = self.programs.get(request.get("program", -1))
        if program is None:
            raise BadRequest(f"no program {request.get('program')!r}")
        return program

    def _session(self, request: Message) -> Message:
        number = self._number()
        self.sessions[number] = (request["program"], self._program(request).new_session())
        return {"session": number}

    def _known_session(self, request: Message) -> Session:
        found = self.sessions.get(request.get("session", -1))
        if found is None:
            raise BadRequest(f"no session {request.get('session')!r}")
        return found[1]

    def _fork(self, request: Message) -> Message:
        number = self._number()
        self._known_session(request)
        program, session = self.sessions[request["session"]]
        self.sessions[number] = (program, session.fork())
        return {"session": number}

    def _target(self, request: Message) -> tuple[LoadedProgram, Session]:
        """The program, and the session or a new one."""
        program = self._program(request)
        return program, self._known_session(request) if "session" in request else program.new_session()

    def _run(self, request: Message) -> Message:
        program, session = self._target(request)
        records = {record.name: record for record in program.program.records}
        inputs = request.get("inputs")
        if not isinstance(inputs, list):
            raise BadRequest("inputs is a list of values")
        leaves = [value_from_json(value, records) for value in inputs]
        values, types = session.run_leaves(str(request.get("entry")), leaves)
        return {"outputs": [value_json(value, t, records) for value, t in zip(values, types)]}

    def _call(self, request: Message) -> Message:
        program, session = self._target(request)
        records = {record.name: record for record in program.program.records}
        args = [value_from_json(value, records) for value in request.get("positional", [])]
        named = {name: value_from_json(value, records) for name, value in request.get("named", {}).items()}
        method = session.entry(str(request.get("entry")))
        result = method(*args, **named)
        signature = method.signature
        return {"result": result_json(result, signature.entry.results, signature.outputs, records)}

    def _start(self, request: Message) -> Message:
        program, session = request.get("program", -1), self._known_session(request)
        if program not in self.tokens:
            raise BadRequest("start needs a program that was loaded with the limit cancel")
        number = self._number()
        call = self.calls[number] = Call(program, lambda: self._run(request))
        while call.runs and not session.busy:
            time.sleep(0.001)
        return {"call": number}

    def _known_call(self, request: Message) -> Call:
        found = self.calls.get(request.get("call", -1))
        if found is None:
            raise BadRequest(f"no call {request.get('call')!r}")
        return found

    def _cancel(self, request: Message) -> Message:
        self.tokens[self._known_call(request).program].cancel()
        return {}

    def _finish(self, request: Message) -> Message:
        call = self._known_call(request)
        del self.calls[request["call"]]
        try:
            return call.finish()
        finally:
            if call.program in self.tokens:
                self.tokens[call.program].reset()

    def _reset(self, request: Message) -> Message:
        self._known_session(request).reset()
        return {}

    def _state(self, request: Message) -> Message:
        session = self._known_session(request)
        program = self.programs[self.sessions[request["session"]][0]]
        records = {record.name: record for record in program.program.records}
        types = {field.path: parse_type(field.type) for field in program.manifest.state}
        state = session.state
        return {"state": {path: value_json(value, types[path], records) for path, value in state.items()}}

    def _set_state(self, request: Message) -> Message:
        session = self._known_session(request)
        program = self.programs[self.sessions[request["session"]][0]]
        records = {record.name: record for record in program.program.records}
        state = request.get("state")
        if not isinstance(state, dict):
            raise BadRequest("state is an object of values by path")
        session.load_state({path: value_from_json(value, records) for path, value in state.items()})
        return {}

    def _parse(self, request: Message) -> Message:
        from ..archive.program import encode_program
        from ..schema.text.parser import parse_program

        program = parse_program(request["files"])
        check_program(program)
        return {"bytes": base64.b64encode(encode_program(program)).decode()}

    def _print(self, request: Message) -> Message:
        from ..schema.text.printer import print_program

        return {"files": print_program(self._program(request).program)}

    def _drop(self, request: Message) -> Message:
        self._program(request).close()
        number = request["program"]
        if number in self.tokens:
            self.tokens.pop(number).cancel()
        del self.programs[number]
        self.sessions = {key: found for key, found in self.sessions.items() if found[0] != number}
        return {}


def _failure(error: errors.TraceboxError) -> Message:
    failure: Message = {"phase": error.phase, "label": error.code, "message": str(error)}
    if isinstance(error, errors.ProgramError):
        failure["exception"] = error.exception
    if isinstance(error, errors.ScriptError):
        from ..schema.text.labels import SourceError

        if isinstance(error, SourceError):
            place = error.place
            failure |= {"file": place.path, "line": place.line, "column": place.column + 1}
    return failure


# --- values. SPEC 14.4 ------------------------------------------------------------


def _bytes(text: Json) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (TypeError, ValueError, binascii.Error) as error:
        raise BadRequest(f"no base64: {error}") from None


def value_from_json(value: Json, records: Mapping[str, RecordClass]) -> Any:
    """A value of the protocol as the reader takes it."""
    if isinstance(value, dict) and set(value) == {"dtype", "shape", "data"}:
        if value["dtype"] not in BY_NAME:
            raise BadRequest(f"no dtype {value['dtype']!r}")
        stored = np.dtype(STORED_AS[value["dtype"]])
        array = np.frombuffer(_bytes(value["data"]), stored.newbyteorder("<"))
        return array.reshape(value["shape"]).astype(stored)
    if not isinstance(value, dict) or len(value) != 1:
        raise BadRequest(f"no value: {value!r}"[:200])
    ((kind, inside),) = value.items()
    if kind in ("bool", "str", "none"):
        return inside
    if kind == "int":
        return int(inside)
    if kind == "float":
        return float(np.frombuffer(_bytes(inside), "<f8")[0])
    if kind == "complex":
        return complex(np.frombuffer(_bytes(inside), "<c16")[0])
    if kind in ("list", "tuple"):
        items = [value_from_json(item, records) for item in inside]
        return items if kind == "list" else tuple(items)
    if kind == "dict":
        return {value_from_json(key, records): value_from_json(item, records) for key, item in inside}
    if kind == "record" and inside[0] in records:
        names = [name for name, _ in records[inside[0]].fields]
        return Record(inside[0], dict(zip(names, [value_from_json(item, records) for item in inside[1:]])))
    raise BadRequest(f"no value of kind {kind!r}")


def value_json(value: Any, t: Type, records: Mapping[str, RecordClass]) -> Json:
    """A value of type `t` in the protocol."""
    if isinstance(t, TensorType):
        array = np.asarray(value)
        dtype = t.dtype or BY_NUMPY[array.dtype.name].name
        data = array.astype(array.dtype.newbyteorder("<"), order="C", copy=False).tobytes()
        return {
            "dtype": dtype,
            "shape": [int(size) for size in array.shape],
            "data": base64.b64encode(data).decode(),
        }
    if isinstance(t, ClassType):
        fields = records[t.name].fields
        return {"record": [t.name, *(value_json(value.fields[name], ft, records) for name, ft in fields)]}
    if isinstance(t, ContainerType):
        return _container_json(value, t, records)
    if t.name == "int":
        return {"int": str(value)}
    if t.name in ("float", "complex"):
        data = np.asarray(value, "<f8" if t.name == "float" else "<c16").tobytes()
        return {t.name: base64.b64encode(data).decode()}
    return {t.name: value}


def result_json(value: Any, tree: Tree, types: Sequence[Type], records: Mapping[str, RecordClass]) -> Json:
    """What a call gave, in the protocol: put together by the entry point's tree of results."""
    ((kind, inside),) = tree.items()
    if kind == "leaf":
        return value_json(value, types[inside], records)
    if kind == "const":
        return _plain_json(value)
    if kind == "dict":
        parts = [(key, result_json(value[key], part, types, records)) for key, part in inside]
        return {"dict": [[_plain_json(key), part] for key, part in parts]}
    return {kind: [result_json(item, part, types, records) for item, part in zip(value, inside)]}


def _plain_json(value: Any) -> Json:
    names = {type(None): "none", bool: "bool", int: "int", float: "float", complex: "complex", str: "str"}
    return value_json(value, ScalarType(names[type(value)]), {})


def _container_json(value: Any, t: ContainerType, records: Mapping[str, RecordClass]) -> Json:
    if t.kind == "optional":
        return {"none": None} if value is None else value_json(value, t.items[0], records)
    if t.kind == "dict":
        key, item = t.items
        return {
            "dict": [[value_json(k, key, records), value_json(v, item, records)] for k, v in value.items()]
        }
    types = t.items if t.kind == "tuple" else t.items * len(value)
    return {t.kind: [value_json(item, it, records) for item, it in zip(value, types)]}


# --- the loop ----------------------------------------------------------------------


def serve(adapter: Adapter, lines: BinaryIO, out: BinaryIO) -> int:
    """Answer requests until ``bye`` or the end of `lines`."""
    for line in lines:
        request = json.loads(line)
        answer = adapter.answer(request)
        out.write(json.dumps(answer, separators=(",", ":")).encode() + b"\n")
        out.flush()
        if request.get("request") == "bye":
            break
    return 0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="adapter", description=__doc__)
    parser.add_argument("--bodies", action="store_true", help="run composites by their bodies")
    options = parser.parse_args(arguments)
    out = sys.stdout.buffer
    with contextlib.redirect_stdout(sys.stderr):  # what a started call prints is no answer
        return serve(Adapter(native=not options.bodies), sys.stdin.buffer, out)


if __name__ == "__main__":
    sys.exit(main())
