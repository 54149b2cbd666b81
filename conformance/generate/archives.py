"""Hostile archives: each a valid twin with one field changed, and the rule that it breaks.

Written to ``cases/container/`` by ``python -m tracebox.conformance.generate.archives``.
SPEC 14.4.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .folder import command
from .forge import Draft, split
from .hostile_large import CASES as OF_LARGE_MEMBERS
from .hostile_manifest import CASES as OF_MANIFESTS
from .hostile_tensors import CASES as OF_TENSORS
from .hostile_zip import CASES as OF_ZIP
from .twins import runs_frame, twins

FOLDER = Path(__file__).resolve().parent.parent / "cases" / "container"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """A hostile archive: its twin, what was changed, the label of the rule it breaks.

    `limits` are bounds that the reader has to be given for it to be refused; none for most.
    """

    name: str
    twin: str
    label: str
    changed: str
    data: bytes
    limits: dict[str, int] = field(default_factory=dict)


def hostile(valid: dict[str, bytes]) -> Iterator[Hostile]:
    """All hostile archives, sorted by name."""
    drafts = {name: split(data) for name, data in valid.items()}
    made = []
    for case in [*OF_ZIP, *OF_MANIFESTS, *OF_TENSORS, *OF_LARGE_MEMBERS]:
        draft: Draft = drafts[case.twin].copy()
        made.append(
            Hostile(
                name=case.name,
                twin=case.twin,
                label=case.label,
                changed=case.changed,
                data=case.build(draft),
                limits=case.limits,
            )
        )
    yield from sorted(made, key=lambda case: case.name)


def files(valid: dict[str, bytes]) -> dict[str, bytes]:
    """Every file of the folder by name, the index among them."""
    found = dict([_file(name, valid[name]) for name in sorted(valid)])
    archives: list[dict[str, object]] = [
        {"name": name, "file": file} for name, file in zip(sorted(valid), found)
    ]
    limited: list[dict[str, object]] = []
    for case in hostile(valid):
        file, data = _file(case.name, case.data)
        entry: dict[str, object] = {
            "name": case.name,
            "file": file,
            "label": case.label,
            "twin": case.twin,
            "changed": case.changed,
        }
        if case.limits:
            limited.append(entry | {"limits": case.limits})
        else:
            archives.append(entry)
        found[file] = data
    index = {"version": 1, "archives": archives, "limited": limited}
    found["index.json"] = (json.dumps(index, indent=1, ensure_ascii=False) + "\n").encode()
    return found


def _file(name: str, data: bytes) -> tuple[str, bytes]:
    """The name and content of the file that holds an archive: as it is, or if it is large, a zstd frame."""
    return (f"{name}.tbox", data) if len(data) < 1 << 18 else (f"{name}.tbox.zst", runs_frame(data))


if __name__ == "__main__":
    sys.exit(command(__doc__, FOLDER, lambda: files(twins())))
