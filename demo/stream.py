"""Open an archive and stream audio through it: all that an application needs.

Runs where only numpy, msgpack and zstandard are installed beside tracebox:
``python -m demo.stream silero.tbox probabilities.npy``.
"""

from __future__ import annotations

import sys
import time
from importlib.metadata import distributions

import numpy as np

import tracebox as tb
from demo.audio import speech

CHUNKS = 50


def timed_load(archive: str) -> tuple[float, tb.LoadedProgram]:
    """Milliseconds, and the program."""
    start = time.perf_counter()
    model = tb.load(archive)
    return (time.perf_counter() - start) * 1e3, model


def main(archive: str, answers: str) -> None:
    print("installed here   ", ", ".join(sorted({found.name for found in distributions()})))
    first, _ = timed_load(archive)
    again, model = timed_load(archive)
    print(f"load              {first:.1f} ms with the import of the reader, {again:.1f} ms again")

    session = model.new_session()
    probabilities, times = [], []
    for chunk in speech(CHUNKS):
        start = time.perf_counter()
        probabilities.append(session(chunk))
        times.append(time.perf_counter() - start)
    print(f"first chunk       {times[0] * 1e3:.1f} ms")
    print(f"each chunk        {sorted(times)[CHUNKS // 2] * 1e3:.2f} ms for {512 / 16:.0f} ms of audio")
    loud = sum(bool(p[0, 0] > 0.5) for p in probabilities)
    print(f"speech            in {loud} of {CHUNKS} chunks")
    np.save(answers, np.concatenate(probabilities))


if __name__ == "__main__":
    main(*sys.argv[1:])
