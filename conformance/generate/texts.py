"""Program texts: ``cases/text/*.json``. SPEC 7.

Programs are built, never parsed, so that the bytes which a text stands for do not come from a parser.
Run ``python -m tracebox.conformance.generate.texts`` to write the files; a test compares them.
"""

from __future__ import annotations

import json
import struct
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from math import prod
from pathlib import Path
from typing import Any

from ...archive.content import TensorData
from ...archive.program import encode_program
from ...schema.builder import ProgramBuilder
from ...schema.dtypes import BY_NAME
from ...schema.ir import Instance, Program, TensorConst
from ...schema.text.printer import print_program
from .folder import command
from .program_cases import BASES, f32
from .session_programs import archive
from .talk import error
from .text_breaks import INVALID, MODULE_FILE, PROGRAM_FILE, PROGRAM_TEXT, body, program

DIRECTORY = Path(__file__).resolve().parent.parent / "cases" / "text"
Json = Any
Case = tuple[str, list[dict[str, Json]]]


def constants() -> Program:
    """Constants of every kind, in every form."""
    build = ProgramBuilder()
    cls = build.module_class("m.Net")
    f = cls.method("forward", [("x", f32("B"))])
    quiet, payload = "000000000000f87f", "010000000000f0ff"
    floats = (1.0, -0.0, 0.1, 1e15, 1e16, 1e-4, 1e-5, 2.5e300, 5e-324, float("inf"), -float("inf"))
    for value in (None, True, False, 0, -(2**63), 2**63 - 1, *floats, 1 - 2j, complex(-0.0, float("inf"))):
        f.const(value)
    for bits in (quiet, payload):
        f.const(struct.unpack("<d", bytes.fromhex(bits))[0])
    for text in ("", "plain", "\"'\\\n\r\t", "\x00\x7f\x85é\u2028\U0001f600"):
        f.const(text)
    for name, dtype in BY_NAME.items():
        size = dtype.itemsize
        f.const(TensorConst(name, (), bytes(size)))
        f.const(TensorConst(name, (2, 1), bytes(size - 1) + b"\x01" + bytes(size)))
        f.const(TensorConst(name, (0, 3), b""))
    for numbers in ((0.1, 1 / 3), (float("nan"), -float("inf")), (1e38, 1e-45)):
        f.const(TensorConst("f32", (2,), struct.pack("<2f", *numbers)))
    f.const(TensorConst("f32", (1,), bytes.fromhex("0100807f")))
    f.finish(f.params)
    cls.finish()
    build.instance(Instance("m.Net", (), (), ()))
    return build.finish(["forward"])


def names() -> Program:
    """Names that need care: of operators, of types, in modules with awkward paths."""
    build = ProgramBuilder()
    for module in ("con", "a.b.c", "A.b", "__program__", ""):
        g = build.function(f"{module}.add" if module else "add", [("add", f32("f32")), ("x", f32("f32"))])
        g.finish(g.op("add", *g.params, names=["f32"]))
    cls = build.module_class("m.Net", doc='What "it" is.\n')
    f = cls.method("forward", [("x", f32("B"))], doc="Calls them.")
    x = f.params[0]
    for name in ("con.add", "a.b.c.add", "A.b.add", "__program__.add", "add"):
        (x,) = f.call(name, x, x)
    f.finish([x])
    cls.finish()
    build.instance(Instance("m.Net", (), (), ()))
    return build.finish(["forward"])


PROGRAMS: dict[str, Callable[[], Program]] = {**BASES, "constants": constants, "names": names}


def _bytes(program: Program) -> str:
    return b64encode(encode_program(program)).decode()


def _parse(texts: dict[str, str], answer: Json) -> dict[str, Json]:
    return {"request": "parse", "files": texts, "answer": answer}


def prints() -> Iterator[Case]:
    """Programs and their texts, both ways."""
    for name, build in PROGRAMS.items():
        program = build()
        texts = print_program(program)
        load = {"request": "load", "archive": f"{name}.tbox", "as": "p"}
        shown = {"request": "print", "program": "p", "answer": {"files": texts}}
        yield name, [load, shown, _parse(texts, {"bytes": _bytes(program)})]


def _broken_lines(text: str) -> str:
    """The text with a line end behind each comma that stands in round or square brackets."""
    depth, found = 0, []
    for line in text.split("\n"):
        code, mark, comment = line.partition("  #")
        for c in code:
            depth += (c in "([") - (c in ")]")
            found.append(",\n  " if c == "," and depth else c)
        found += [mark, comment, "\n"]
    return "".join(found)


def spellings() -> Iterator[Case]:
    """Texts that are not as 7.10 prints them, and mean the same program."""

    def every(change: Callable[[str], str]) -> Callable[[dict[str, str]], dict[str, str]]:
        return lambda texts: {path: change(text) for path, text in texts.items()}

    def without_comments(text: str) -> str:
        return "\n".join(line.split("  #")[0] for line in text.split("\n"))

    changes: dict[str, Callable[[dict[str, str]], dict[str, str]]] = {
        "line-ends": every(lambda text: text.replace("\n", "\r\n")),
        "comments": every(without_comments),
        "more-comments": every(lambda text: text.replace("\n", "  # é\n").replace("\n\n", "\n# more\n\n")),
        "two-spaces": every(lambda text: text.replace("    ", "  ")),
        "blanks": every(lambda text: text.replace("(", "( ").replace(", ", " ,  ").replace(" = ", "=")),
        "lines-in-brackets": every(_broken_lines),
        "empty-lines": every(lambda text: text.replace("\n", "\n\n   \n")),
        "other-paths": lambda texts: {
            path.replace("code/m", "code/x/y").replace("code/lib", "code/z"): text
            for path, text in texts.items()
        },
    }
    for base in ("calls", "symbols", "control"):
        program = PROGRAMS[base]()
        texts = print_program(program)
        for name, change in changes.items():
            changed = change(texts)
            assert changed != texts, (base, name)
            yield f"{base}-{name}", [_parse(changed, {"bytes": _bytes(program)})]


def breaks() -> Iterator[Case]:
    """Texts that are no programs; the step before parses a text that differs in one place."""
    for name, label, wrong, place, right in MODULE_FILE:
        where: dict[str, Json] = {"line": place[0], "column": place[1]} if place else {}
        answer = error(label, file="code/m.py", **where)
        yield name, [_parse(program(right), {}), _parse(program(wrong), answer)]
    for name, label, wrong, right in INVALID:
        answer = {"error": {"phase": "invalid", "label": label}}
        yield f"invalid-{name}", [_parse(program(right), {}), _parse(program(wrong), answer)]
    for name, label, old, new, (line, column) in PROGRAM_FILE:
        assert PROGRAM_TEXT.count(old) == 1
        path = "code/__program__.py"
        right_files = program(body("pass")) | {path: PROGRAM_TEXT}
        wrong_files = right_files | {path: PROGRAM_TEXT.replace(old, new)}
        answer = error(label, file=path, line=line, column=column)
        yield f"program-{name}", [_parse(right_files, {}), _parse(wrong_files, answer)]


THEMES: dict[str, Callable[[], Iterator[Case]]] = {
    "prints": prints,
    "spellings": spellings,
    "breaks": breaks,
}


def files() -> dict[str, bytes]:
    """The content of every file by its name."""
    tensors: dict[str, dict[str, tuple[int, ...]]] = {
        "state": {"weight": (2,), "start": (1, 2)},
        "inside": {"w": (2,), "unread": (2,)},
    }
    found = {}
    for name, build in PROGRAMS.items():
        stored = {key: _zeros(shape) for key, shape in tensors.get(name, {}).items()}
        found[f"{name}.tbox"] = archive(build(), stored)
    for theme, make in THEMES.items():
        cases = [
            {"name": name, "profile": "primitives", "features": ["text"], "steps": steps}
            for name, steps in make()
        ]
        lines = ",\n".join(json.dumps(c, separators=(",", ":"), ensure_ascii=True) for c in cases)
        found[f"{theme}.json"] = f'{{"kind":"conversation","cases":[\n{lines}\n]}}\n'.encode()
    return found


def _zeros(shape: tuple[int, ...]) -> TensorData:
    return TensorData("f32", shape, bytes(4 * prod(shape)))


if __name__ == "__main__":
    sys.exit(command(__doc__, DIRECTORY, files))
