"""Load, save and read-back of 1 GiB against safetensors, in a memory file system; and their memory."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

import numpy as np
from safetensors.numpy import load_file, save_file

import tracebox as tb
from demo.environment import ROOT, reader_environment
from tracebox.archive import crc, open_archive, write_archive

from .harness import Row, interleave

COUNT, SHAPE = 64, (2048, 2048)
ROUNDS = 10
#: Saves differ by a tenth between rounds.
SAVES = 20

LOAD = """
import json, sys, time
import tracebox.archive.read as read
rss = lambda: int(open("/proc/self/statm").read().split()[1]) * 4096
before, start = rss(), time.perf_counter()
archive = read.open_archive(sys.argv[1])
opened, taken = rss(), time.perf_counter() - start
start = time.perf_counter()
first = archive.tensor(archive.tensor_names[0])
print(json.dumps([taken, opened - before, time.perf_counter() - start]))
"""

LOAD_PROGRAM = """
import json, sys, time
import numpy as np
import tracebox as tb
load = tb.load
rss = lambda: int(open("/proc/self/statm").read().split()[1]) * 4096
before, start = rss(), time.perf_counter()
program = load(sys.argv[1])
loaded, taken = rss(), time.perf_counter() - start
start = time.perf_counter()
program(np.zeros((1, 2048), np.float32))
print(json.dumps([taken, loaded - before, time.perf_counter() - start]))
"""

SAVE = """
import json, sys
import numpy as np
from tracebox.archive import write_archive
import tracebox.archive.write
rng = np.random.default_rng(0)
tensors = {f"t{i}": rng.standard_normal((2048, 2048), dtype="f4") for i in range(64)}
def status(field):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(field))
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")  # the peak so far is forgotten
before = status("VmRSS")
write_archive(sys.argv[1], program=b"program", tensors=tensors)
print(json.dumps(status("VmHWM") - before))
"""


class Products(tb.Module):
    """A chain of products with every tensor."""

    def __init__(self, tensors: dict[str, Any]) -> None:
        super().__init__()
        self.names = tuple(tensors)
        for name, array in tensors.items():
            setattr(self, name, array)

    def forward(self, x: Any) -> Any:
        for name in self.names:
            x = x @ getattr(self, name)
        return x


def child(code: str, path: Path, python: str = sys.executable) -> Any:
    """What a fresh process prints."""
    done = subprocess.run([python, "-c", code, path], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def rows() -> Iterator[Row]:
    """One archive of 64 tensors of 16 MiB, everything in one run."""
    shm = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shm if shm.is_dir() else None) as folder:
        yield from measured(Path(folder))


def measured(folder: Path) -> Iterator[Row]:
    ours, theirs = folder / "m.tbox", folder / "m.safetensors"
    random = np.random.default_rng(0)
    tensors = {f"t{i}": random.standard_normal(SHAPE, dtype=np.float32) for i in range(COUNT)}

    def save_ours() -> None:
        write_archive(ours, program=b"program", tensors=tensors)

    def save_theirs() -> None:
        save_file(tensors, theirs)

    def read_ours() -> None:
        with open_archive(ours) as archive:
            for name in archive.tensor_names:
                archive.tensor(name)

    def clear() -> None:
        """Neither file is there, and the pages that come next are those that a plain file just had.

        A virtual machine gives free pages back to its host, and whoever touches them next pays half
        as much again. Arrays of that size, freed, did not help: they have large pages, from elsewhere,
        and one program or the other got the slow ones.
        """
        ours.unlink(missing_ok=True)
        theirs.unlink(missing_ok=True)
        plain_file(folder / "plain", tensors)
        (folder / "plain").unlink()

    def save_without() -> None:
        with patch.object(crc, "library", lambda: None):
            save_ours()

    saves = {"ours": save_ours, "without `fast`": save_without, "safetensors": save_theirs}
    times = interleave(saves, SAVES, before=clear)
    assert crc.library() is not None, "isal, of the extra `fast`, is missing"
    for what, name in (("with the extra `fast`", "ours"), ("plain install", "without `fast`")):
        yield Row(
            what=f"save 1 GiB, {what}, of safetensors' save_file",
            value=times[name] / times["safetensors"],
            unit="x",
            bound=1.6,
            note=note(times),
        )
    yield from floor(folder, tensors)
    save_ours()
    save_theirs()
    times = interleave({"ours": read_ours, "safetensors": lambda: load_file(theirs)}, ROUNDS)
    yield Row(
        what="read all of it back, checked, of safetensors' load_file",
        value=times["ours"] / times["safetensors"],
        unit="x",
        bound=1,
        note=note(times),
    )
    with open_archive(ours) as archive:
        assert all(np.array_equal(archive.tensor(name), array) for name, array in tensors.items())
    os.unlink(theirs)
    network = folder / "network.tbox"
    tb.save(tb.trace(Products(tensors), np.zeros((1, SHAPE[0]), np.float32)), network, vectors=0)
    tensors.clear()
    # As it is installed: modules of a checkout are found more slowly.
    reader = str(reader_environment(ROOT / "build" / "bench" / "reader") / "python")
    loaded = [child(LOAD_PROGRAM, network, reader) for _ in range(ROUNDS)]
    yield Row(
        what="tb.load of a network of 64 such tensors, in a fresh process",
        value=median(taken for taken, _, _ in loaded) * 1e3,
        unit="ms",
        bound=10,
        note=f"first call, 1 GiB checked: {median(first for _, _, first in loaded) * 1e3:.0f} ms",
    )
    yield Row(what="its extra memory", value=max(rss for _, rss, _ in loaded) / 2**20, unit="MiB", bound=8)
    os.unlink(network)
    opened = [child(LOAD, ours, reader) for _ in range(ROUNDS)]
    yield Row(
        what="opening the container alone, in a fresh process",
        value=median(taken for taken, _, _ in opened) * 1e3,
        unit="ms",
        note=f"first tensor of 16 MiB, checked: {median(first for _, _, first in opened) * 1e3:.1f} ms",
    )
    yield Row(what="its extra memory", value=max(rss for _, rss, _ in opened) / 2**20, unit="MiB", bound=8)
    os.unlink(ours)
    yield Row(what="extra memory of the save", value=child(SAVE, ours) / 2**20, unit="MiB", bound=32)


def floor(folder: Path, tensors: dict[str, Any]) -> Iterator[Row]:
    """What the parts of a save take by themselves, on one thread, with none of our code around them."""
    path = folder / "plain"
    parts = {
        "SHA-256": lambda: [hashlib.sha256(array.data) for array in tensors.values()],
        "CRC-32": lambda: [crc.crc32(array.data) for array in tensors.values()],
        "write": lambda: plain_file(path, tensors),
    }
    for name, taken in interleave(parts, 3, before=lambda: path.unlink(missing_ok=True)).items():
        yield Row(what=f"  {name} of 1 GiB alone, on one thread", value=taken * 1e3, unit="ms")
    path.unlink(missing_ok=True)


def plain_file(path: Path, tensors: dict[str, Any]) -> None:
    """Write the bytes of the tensors, one after another."""
    with open(path, "wb", buffering=0) as file:
        for array in tensors.values():
            file.write(array.data)


def note(times: dict[str, float]) -> str:
    return ", ".join(f"{name} {taken * 1e3:.0f} ms" for name, taken in times.items())
