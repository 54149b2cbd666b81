"""Finding an operator imports its family and no other."""

from __future__ import annotations

import importlib
import subprocess
import sys

from tracebox.schema.ops.index import FAMILY_OF
from tracebox.schema.registry import FAMILIES, operators


def test_the_index_lists_every_operator_with_the_family_of_its_section() -> None:
    assert {name: op.family for name, op in operators().items()} == FAMILY_OF
    assert set(FAMILY_OF.values()) == set(FAMILIES)


def test_sections_are_numbered_without_gaps() -> None:
    for number, family in enumerate(FAMILIES, start=1):
        sections = [op.section for op in operators().values() if op.family == family]
        assert sections == [f"8.{number}.{place}" for place in range(1, len(sections) + 1)]


def test_an_operator_is_declared_in_the_module_of_its_family() -> None:
    for family in FAMILIES:
        module = importlib.import_module(f"tracebox.schema.ops.{family}")
        assert module.__doc__ is not None and f"8.{FAMILIES.index(family) + 1}" in module.__doc__


def test_finding_an_operator_imports_its_family_alone() -> None:
    code = (
        "import sys\nfrom tracebox.schema.registry import find\n"
        "assert find('matmul').family == 'linear' and find('nothing') is None\n"
        "print(*sorted(m.rpartition('.')[2] for m in sys.modules if m.startswith('tracebox.schema.ops.')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {"formulas", "index", "linear"}
