"""Every operator is whole: what one lacks is named here. CONTRIBUTING, "Adding an operator"."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import tracebox as tb
from tracebox.conformance.generate.registry import generated, generators
from tracebox.conformance.model import Accept, Fails, Reject, full_label
from tracebox.conformance.oracle.registry import oracles
from tracebox.reader.kernels.registry import kernels
from tracebox.schema.registry import Op, operators

ROOT = Path(__file__).resolve().parent.parent
SPEC = (ROOT / "SPEC.md").read_text(encoding="utf-8")
PAGES = ROOT / "docs" / "operators"
#: Families whose operators a program uses without calling a function of the namespace.
LANGUAGE = frozenset({"scalar", "string", "container"})
#: Cases of an operator, at least: of one that takes a tensor, of another one, and on average.
FEWEST, FEWEST_SCALAR, AVERAGE = 7, 4, 25


@cache
def described() -> frozenset[str]:
    """The operators of ops.json."""
    found = json.loads((ROOT / "schema" / "ops.json").read_text(encoding="utf-8"))
    return frozenset(entry["name"] for entry in found["operators"])


def missing(op: Op) -> Iterator[str]:
    """What `op` lacks, each in a few words."""
    if f"#### {op.section} `{op.name}`\n" not in SPEC:
        yield "an entry in SPEC.md: run make generate"
    if op.name not in described():
        yield "an entry in schema/ops.json: run make generate"
    if PAGES.is_dir() and not any(f"`{op.name}`" in path.read_text("utf-8") for path in PAGES.glob("*.md")):
        yield "a page in docs/operators: run make generate"
    if op.name not in kernels() and not op.composite:
        yield f"a kernel in reader/kernels/{op.family}.py, or a body"
    if op.name not in oracles():
        yield f"an oracle in conformance/oracle/{op.family}.py"
    if op.name not in generators():
        yield f"a case generator in conformance/generate/{op.family}.py"
        return
    yield from _missing_cases(op)
    places = (tb.xp, getattr(tb.xp, op.family, None))  # `fft` is a function of the extension `fft`
    if op.family not in LANGUAGE and not any(callable(getattr(place, op.name, None)) for place in places):
        yield "a function of the namespace"


def _missing_cases(op: Op) -> Iterator[str]:
    cases = generated(op.name)
    takes_tensor = any(
        isinstance(case, Accept) and any("[" in text and "list" not in text for text in case.operands)
        for case in cases
    )
    fewest = FEWEST if takes_tensor and op.family not in LANGUAGE else FEWEST_SCALAR
    if len(cases) < fewest:
        yield f"{fewest - len(cases)} more cases"
    if not any(isinstance(case, Accept) for case in cases):
        yield "a case that is accepted"
    broken = {full_label(op.name, case.label) for case in cases if isinstance(case, (Reject, Fails))}
    yield from (f"a case that breaks {label}" for label in op.labels if label not in broken)


@pytest.mark.parametrize("op", operators())
def test_an_operator_is_whole(op: str) -> None:
    assert list(missing(operators()[op])) == []


def test_there_are_cases_enough() -> None:
    counts = [len(generated(op)) for op in operators()]
    assert sum(counts) / len(counts) >= AVERAGE


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for table, gone in (
        (kernels(), "a kernel"),
        (oracles(), "an oracle"),
        (generators(), "a case generator"),
    ):
        with monkeypatch.context() as patch:
            patch.delitem(table, "matmul")
            assert [text for text in missing(operators()["matmul"]) if text.startswith(gone)]
    matmul = operators()["matmul"]
    fewer = tuple(case for case in generated("matmul") if getattr(case, "label", "") != "C1")
    monkeypatch.setattr(f"{__name__}.generated", lambda op: fewer[:5])
    assert [text.partition(" ")[0] for text in missing(matmul)].count("a") and "2 more cases" in missing(
        matmul
    )
