"""Kill -9 a save at every step of it; run by test_crash.py in a process of its own.

Prints one JSON line for each point: the step that was under way, and what the target held.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tracebox.archive import open_archive, write_archive

STEPS = ("open", "pwrite", "fchmod", "fsync", "replace")


def tensors(seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {f"t{index}": rng.standard_normal(700) for index in range(100)}


def save(path: Path, seed: int) -> None:
    write_archive(path, program=b"p%d" % seed, tensors=tensors(seed), code={"code/m.py": f"# {seed}\n"})


def die_at(point: int, report: Callable[[str], None]) -> None:
    """Make the `point`-th step the last one; writes are cut in half first, every other time."""
    count = 0

    def wrap(name: str) -> None:
        real = getattr(os, name)

        def step(*args: Any, **kwargs: Any) -> Any:
            nonlocal count
            count += 1
            if count == point:
                report(name)
                if name == "pwrite" and point % 2:
                    real(args[0], args[1][: len(args[1]) // 2], args[2])
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*args, **kwargs)

        setattr(os, name, step)

    for name in STEPS:
        wrap(name)


def run(path: Path, point: int) -> str:
    """Save in a child that dies at `point`; the step, or "" if it lived."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        die_at(point, lambda name: void(os.write(writer, name.encode())))
        save(path, 2)
        os._exit(0)
    os.close(writer)
    name = os.read(reader, 100).decode()
    os.close(reader)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or not name
    return name


def void(_: object) -> None:
    pass


def main(folder: Path) -> None:
    path = folder / "model.tbox"
    save(path, 2)
    new = path.read_bytes()
    save(path, 1)
    old = path.read_bytes()
    assert old != new
    for point in range(1, 10_000):
        path.write_bytes(old)
        name = run(path, point)
        data = path.read_bytes()
        held = "old" if data == old else "new" if data == new else "broken"
        with open_archive(path, verify="full"):
            pass
        for left in folder.glob(".*.tmp"):
            left.unlink()
        print(json.dumps({"point": point, "step": name, "held": held}))
        if not name:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]))
