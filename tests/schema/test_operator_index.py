"""The index of operators says where each is declared, and what is imported for it."""

from __future__ import annotations

import subprocess
import sys

from tracebox.schema.ops.index import FAMILY_OF, NAMES
from tracebox.schema.registry import FAMILIES, operators


def test_the_index_lists_what_is_declared_in_order() -> None:
    assert tuple(NAMES) == FAMILIES
    declared = {name: op.family for name, op in operators().items() if name in FAMILY_OF}
    assert list(declared.items()) == list(FAMILY_OF.items())


def test_sections_are_numbered_in_order() -> None:
    for number, family in enumerate(FAMILIES, start=1):
        sections = [operators()[name].section for name in NAMES[family].split()]
        assert sections == [f"8.{number}.{place}" for place in range(1, len(sections) + 1)]


def test_finding_an_operator_imports_its_family_alone() -> None:
    code = """
import sys
from tracebox.schema.registry import FAMILIES, find
assert find("stack").family == "composite"
assert find("no.such.operator") is None
print(*[f for f in FAMILIES if f"tracebox.schema.ops.{f}" in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["composite"]
