"""Whatever a file holds, reading and verifying it ends in an answer, not in a crash. SPEC 15."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tracebox.conformance.generate.program_cases import BASES
from tracebox.schema.decoding import from_plain
from tracebox.schema.encoding import to_plain
from tracebox.schema.errors import TraceboxError
from tracebox.schema.expand import check_bodies
from tracebox.schema.ir import Program
from tracebox.schema.rules import RULES
from tracebox.schema.verify import verify_program

PLAIN = [to_plain(build()) for build in BASES.values()]

#: What is put in some place: numbers, names and forms that mean something elsewhere.
THINGS: list[Any] = [
    *(0, 1, 2, 5, -1, 2**62, None, True, b"", "", "x", "B", "k", "for", "self.helper", "lib.double", "m.Net"),
    *(
        "sum",
        "nonzero",
        "list.append",
        "record.new",
        "softmax",
        "concat",
        "conv",
        "reshape",
        "slice",
        "gather",
    ),
    *(
        [],
        ["a"],
        [0, bytes(8)],
        [5, [1, 2]],
        [5, []],
        [3, [[1, ["B"]]]],
        [3, [[-1, ["B"]]]],
        [2, 3],
        [4, 0],
        [4, 1],
    ),
    *([[1, ["B"]], [-3, []]], [[1, [[0, [[1, ["B"]]], 2]]]], ["axis", 7], ["shape", [5, [3]]]),
]


def places(plain: Any) -> list[tuple[Any, int]]:
    """Every array and index in `plain`."""
    found = []
    todo = [plain]
    while todo:
        array = todo.pop()
        for index, item in enumerate(array):
            found.append((array, index))
            if isinstance(item, list):
                todo.append(item)
    return found


@st.composite
def damaged(draw: st.DrawFn) -> Any:
    """The plain form of a valid program, changed in a few places."""
    plain = copy.deepcopy(draw(st.sampled_from(PLAIN)))
    for _ in range(draw(st.integers(1, 3))):
        array, index = draw(st.sampled_from(places(plain)))
        action = draw(st.sampled_from(["put", "put", "copy", "delete", "count"]))
        if action == "put":
            array[index] = copy.deepcopy(draw(st.sampled_from(THINGS)))
        elif action == "copy":
            other, at = draw(st.sampled_from(places(plain)))
            array[index] = copy.deepcopy(other[at])
        elif action == "delete":
            del array[index]
        elif isinstance(array[index], int):
            array[index] += draw(st.sampled_from([-1, 1]))
        if not plain:
            break
    return plain


@given(damaged())
@settings(max_examples=400)
def test_a_damaged_program_is_refused_by_name_or_valid(plain: Any) -> None:
    try:
        program = from_plain(plain)
    except TraceboxError as error:
        assert error.code in RULES
        return
    problems = verify_program(program)
    assert len(problems) <= 100
    assert all(problem.code in RULES or "." in problem.code for problem in problems)
    if not problems:
        assert all(problem.code == "ir.body" for problem in check_bodies(program))
        assert _same(program)


def _same(program: Program) -> bool:
    """Whether a valid program keeps its encoding."""
    return to_plain(from_plain(to_plain(program))) == to_plain(program)
