"""Whatever a file says, it is read or refused by name: no other exception. SPEC 2.8, 15."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracebox.archive import open_archive
from tracebox.conformance.generate.forge import Draft, spell, split
from tracebox.schema.errors import TraceboxError

CASES = Path(__file__).parents[2] / "conformance" / "cases" / "container"
PLAIN = split((CASES / "plain.tbox").read_bytes())
PACKED = split((CASES / "packed.tbox").read_bytes())

STRANGE: list[Any] = [
    None, True, -1, 0, 1, 2**31, 2**32, 2**62, 2**63 - 1, "", "x", "\0", "zstd", "raw", "f64", "params/",
    "../x", [], [[]], {}, {"leaf": 0}, [0], [2**40, 2**40], ["state"],
]  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value inside of a manifest."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = [path] if path else []
    for key, inner in items:
        found += places(inner, (*path, key))
    return found


def refused_or_read(data: bytes) -> bool:
    """Whether a file is refused; reads all of it if not."""
    try:
        with open_archive(data) as archive:
            for name in archive.tensor_names:
                archive.tensor(name)
            for name in archive.names:
                archive.read(name)
            return bool(archive.verify_all())
    except TraceboxError as error:
        assert error.problems
        return True


@pytest.mark.parametrize("draft", [PLAIN, PACKED], ids=["plain", "packed"])
def test_any_one_value_of_the_manifest_replaced_by_a_strange_one(draft: Draft) -> None:
    accepted = set()
    for path in places(draft.manifest):
        for strange in [*STRANGE, "deleted"]:
            changed = draft.copy()
            *inside, last = path
            holder: Any = (plain := deepcopy(draft.manifest))
            for part in inside:
                holder = holder[part]
            if strange == holder[last]:
                continue
            if strange == "deleted":
                del holder[last]
            else:
                holder[last] = strange
            changed.text = spell(plain)
            if not refused_or_read(changed.records().bytes()):
                accepted.add(path[0])
    # What a reader cannot know to be wrong: names and texts, and what it need not look into.
    assert accepted <= {
        "metadata",
        "producer",
        "opsets",
        "entry_points",
        "tensors",
        "features",
        "version",
        "state",
    }


@given(st.sampled_from([PLAIN, PACKED]), st.data())
def test_any_bytes_in_any_members(draft: Draft, data: st.DataObject) -> None:
    changed = draft.copy()
    for _ in range(data.draw(st.integers(1, 3))):
        index = data.draw(st.integers(0, len(changed.contents) - 1))
        content = bytearray(changed.contents[index])
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(content)))
            content[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
        changed.contents[index] = bytes(content)
        changed.seal(index)
    refused_or_read(changed.records().bytes())


@given(st.binary(max_size=300))
def test_any_bytes_at_all(data: bytes) -> None:
    assert refused_or_read(data)
    assert refused_or_read(PLAIN.records().bytes()[:105] + data)
