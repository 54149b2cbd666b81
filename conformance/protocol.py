"""Driving a runtime's adapter over its standard input and output. SPEC 14.3."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

PROTOCOL = 1

Message = dict[str, Any]


class AdapterError(Exception):
    """The adapter crashed, took too long, or answered what is not of the protocol.

    `kind` is ``crash``, ``timeout`` or ``protocol``; it is never a rejection.
    """

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}")
        self.kind = kind


class Adapter:
    """A running adapter. Use it in a ``with`` block; `request` sends and waits.

    Parameters
    ----------
    command
        The command line of the adapter.
    timeout
        Seconds to wait for one answer.
    """

    def __init__(self, command: Sequence[str], timeout: float = 20.0) -> None:
        self.command = list(command)
        self.timeout = timeout
        self._id = 0
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._start()

    def _start(self) -> None:
        self._process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._lines = queue.Queue()
        threading.Thread(target=_read_lines, args=(self._process, self._lines), daemon=True).start()

    def restart(self) -> None:
        """End the process, if it still runs, and start another one."""
        self.kill()
        self._start()

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):  # what is still buffered for a process that ended
                    pipe.close()

    def request(self, request: str, **fields: object) -> Message:
        """Send a request and give the answer.

        Raises
        ------
        AdapterError
            The adapter ended, took longer than `timeout`, or broke the protocol.
        """
        self._id += 1
        line = json.dumps({"id": self._id, "request": request, **fields}, separators=(",", ":"))
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except (BrokenPipeError, ValueError):
            raise self._crash() from None
        try:
            answer = self._lines.get(timeout=self.timeout)
        except queue.Empty:
            raise AdapterError("timeout", f"no answer to {request} in {self.timeout:g} s") from None
        if not answer:
            raise self._crash()
        return self._check(answer)

    def _crash(self) -> AdapterError:
        try:
            code: object = self._process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            code = "none yet"
        return AdapterError("crash", f"the adapter closed its output; exit code {code}")

    def _check(self, line: bytes) -> Message:
        try:
            answer = json.loads(line)
        except ValueError:
            raise AdapterError("protocol", f"an answer that is not JSON: {line[:80]!r}") from None
        if (
            not isinstance(answer, dict)
            or answer.get("id") != self._id
            or not isinstance(answer.get("ok"), bool)
        ):
            raise AdapterError("protocol", f"expected an answer with id {self._id} and ok; got {line[:80]!r}")
        if not answer["ok"]:
            error = answer.get("error")
            if not isinstance(error, dict) or not isinstance(error.get("phase"), str):
                raise AdapterError("protocol", f"expected an error with its phase; got {line[:80]!r}")
        return answer

    def __enter__(self) -> Adapter:
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._process.poll() is None:
                self.request("bye")
                self._process.wait(timeout=2)
        except (AdapterError, subprocess.TimeoutExpired):
            pass
        self.kill()


def _read_lines(process: subprocess.Popen[bytes], lines: queue.Queue[bytes]) -> None:
    assert process.stdout is not None
    try:
        for line in process.stdout:
            lines.put(line)
    except ValueError:  # closed while reading
        pass
    lines.put(b"")
