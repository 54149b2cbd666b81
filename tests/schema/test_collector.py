"""The pause of the garbage collector leaves it as it was, and hides no garbage for good."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from tracebox.schema.collector import Paused


class Knot:
    def __init__(self) -> None:
        self.knot = self


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    enabled = gc.isenabled()
    gc.enable()
    yield
    (gc.enable if enabled else gc.disable)()


def test_it_runs_again_after_the_block_and_after_an_error() -> None:
    with Paused():
        assert not gc.isenabled()
    assert gc.isenabled()
    with pytest.raises(KeyError), Paused():
        raise KeyError
    assert gc.isenabled()


def test_who_turned_it_off_finds_it_off() -> None:
    gc.disable()
    with Paused():
        pass
    assert not gc.isenabled()


def test_blocks_nest() -> None:
    with Paused():
        with Paused():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()


def test_cycles_of_the_block_are_found_by_the_next_full_collection() -> None:
    with Paused():
        seen = weakref.ref(Knot())
        for _ in range(10_000):
            Knot()
        assert seen() is not None
    assert gc.get_freeze_count() == 0
    gc.collect()
    assert seen() is None


def test_what_the_caller_froze_stays_frozen() -> None:
    gc.collect()
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        with Paused():
            pass
        assert gc.get_freeze_count() >= frozen - 100 > 0
    finally:
        gc.unfreeze()
