"""The cases tell wrong kernels and wrong readers from right ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
import pytest

import tests.conformance.binding_mutants  # noqa: F401 (registers its mutants)
from tests.conformance.asking import requests
from tests.conformance.mutants import MUTANTS
from tests.conformance.reader_mutants import READERS, unverified
from tests.reader.kernels.harness import check
from tracebox.conformance.generate.registry import generated
from tracebox.conformance.model import Accept, Case, Fails
from tracebox.conformance.runner import ask
from tracebox.conformance.suite import (
    Question,
    container_questions,
    conversation_questions,
    program_questions,
)
from tracebox.reader.kernels.registry import KERNELS

Patch = pytest.MonkeyPatch


def fails(op: str, case: Case) -> bool:
    """Whether the case does not hold for the kernel that is registered."""
    try:
        check(np, op, case, prepared=False)
    except AssertionError:
        return True
    return False


def wrong_kernel_fails(name: str, patch: Patch) -> bool:
    op = name.partition(":")[0]
    patch.setitem(KERNELS, op, MUTANTS[name])
    with np.errstate(all="ignore"):
        return any(fails(op, case) for case in generated(op) if isinstance(case, (Accept, Fails)))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", MUTANTS)
def test_a_wrong_kernel_fails_some_case(name: str, monkeypatch: Patch) -> None:
    assert wrong_kernel_fails(name, monkeypatch)


# --- readers --------------------------------------------------------------------


@cache
def questions() -> tuple[Question, ...]:
    """All questions but those about operators."""
    return (*container_questions(()), *program_questions(()), *conversation_questions())


def selected(select: Iterable[str]) -> list[Question]:
    return [q for q in questions() if any(text in q.name for text in select)]


def is_wrong(asked: Iterable[Question]) -> bool:
    """Whether the reader as it is now answers one of the questions wrongly; a crash is wrong."""
    for question in asked:
        try:
            wrong, _ = ask(requests(), question)
        except Exception:  # noqa: BLE001 (whatever a broken reader does)
            return True
        if wrong:
            return True
    return False


def wrong_reader_fails(name: str, patch: Patch) -> bool:
    change, select = READERS[name]
    asked = selected(select)
    assert asked, select
    change(patch)
    return is_wrong(asked)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", READERS)
def test_a_wrong_reader_fails_some_case(name: str, monkeypatch: Patch) -> None:
    assert wrong_reader_fails(name, monkeypatch)


def verified_labels() -> list[str]:
    """The rules of the verifier that some program breaks."""
    return sorted(
        {q.label for q in program_questions(()) if q.label.startswith("ir.") and q.outcome == "reject"}
    )


def blind_verifier_fails(label: str, patch: Patch) -> bool:
    asked = [q for q in questions() if q.label == label and q.outcome == "reject"]
    unverified(label)(patch)
    return is_wrong(asked)


@pytest.mark.parametrize("label", verified_labels())
def test_a_verifier_that_lacks_a_rule_fails_some_case(label: str, monkeypatch: Patch) -> None:
    assert blind_verifier_fails(label, monkeypatch)


def test_the_right_reader_fails_none_of_them() -> None:
    asked = {text for _, select in READERS.values() for text in select}
    assert not is_wrong(selected(asked))


def score() -> tuple[list[str], int]:
    """The mutants that no case tells from the right ones, and how many mutants there are."""
    tried: list[tuple[Callable[[str, Patch], bool], Iterable[str]]] = [
        (wrong_kernel_fails, MUTANTS),
        (wrong_reader_fails, READERS),
        (blind_verifier_fails, verified_labels()),
    ]
    alive, count = [], 0
    for fails_some, names in tried:
        for name in names:
            count += 1
            with pytest.MonkeyPatch.context() as patch:
                if not fails_some(name, patch):
                    alive.append(name)
    return alive, count


if __name__ == "__main__":
    living, number = score()
    print(f"{number - len(living)} of {number} mutants fail some case", *living, sep="\n")
