"""A save that is interrupted leaves the old file or the new one. SPEC 2.14."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tracebox.archive import TensorData, open_archive, write_archive
from tracebox.schema.errors import MalformedError

DRIVER = Path(__file__).with_name("crash_driver.py")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked processes")
def test_kill_9_at_any_step_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, DRIVER, tmp_path], capture_output=True, text=True, check=True)
    log = [json.loads(line) for line in done.stdout.splitlines()]
    killed = [entry for entry in log if entry["step"]]
    steps = [entry["step"] for entry in killed]
    renamed = steps.index("replace")
    assert len(killed) >= 200
    assert steps[:renamed].count("pwrite") >= 150  # between the first write and the rename
    assert {entry["held"] for entry in killed[: renamed + 1]} == {"old"}
    assert {entry["held"] for entry in log[renamed + 1 :]} == {"new"}


def test_an_error_while_writing_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.tbox"
    write_archive(path, program=b"old")
    old = path.read_bytes()

    def fail(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "pwrite", fail)
    with pytest.raises(OSError, match="No space"):
        write_archive(path, program=b"new", tensors={"w": np.ones(10)})
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_a_name_that_is_not_allowed_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    path = tmp_path / "m.tbox"
    with pytest.raises(MalformedError, match=r"name\.reserved"):
        write_archive(path, program=b"", code={"code/aux.py": ""})
    assert list(tmp_path.iterdir()) == []


def test_mode_and_link_of_the_old_file_are_kept(tmp_path: Path) -> None:
    path, link = tmp_path / "m.tbox", tmp_path / "link.tbox"
    write_archive(path, program=b"old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_archive(link, program=b"new")
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    with open_archive(path) as archive:
        assert archive.program == b"new"


def test_a_file_can_be_replaced_while_it_is_mapped(tmp_path: Path) -> None:
    path = tmp_path / "m.tbox"
    big = np.arange(300_000.0)
    write_archive(path, program=b"", tensors={"w": big})
    with open_archive(path) as archive:
        mapped = archive.tensor("w")
        write_archive(path, program=b"", tensors={"w": TensorData("f64", (300_000,), -mapped)})
        assert np.array_equal(mapped, big)
