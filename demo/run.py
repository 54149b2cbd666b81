"""The demo, end to end: ``make demo``, or ``python -m demo.run``."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

import tracebox as tb

from .audio import speech
from .environment import ROOT, reader_environment
from .onnx_weights import read_weights
from .peer import onnxruntime_answers
from .silero import VoiceActivity
from .stream import CHUNKS
from .wheel import CACHE, fetch_model

TOLERANCE = 1e-5


def write_archive(model: bytes, path: Path) -> float:
    """Trace the NumPy network and save it; the seconds that tracing took."""
    network = VoiceActivity(read_weights(model))
    start = time.perf_counter()
    program = tb.trace(network, speech(1)[0], inputs="chunk: f32[1,512]")
    taken = time.perf_counter() - start
    tb.save(program, path, name="silero-vad 16 kHz", license="MIT", description="Voice activity detection")
    return taken


def main() -> int:
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # keep the order in a pipe
    CACHE.mkdir(parents=True, exist_ok=True)
    archive, answers = CACHE / "silero.tbox", CACHE / "probabilities.npy"
    model = fetch_model()
    print(f"trace             {write_archive(model, archive):.2f} s")
    print(f"file              {archive.relative_to(ROOT)}, {archive.stat().st_size:,} bytes")

    bin_folder = reader_environment(CACHE / "reader")
    print("\nIn a fresh environment:")
    command = [str(bin_folder / "python"), "-m", "demo.stream", str(archive), str(answers)]
    subprocess.run(command, check=True, cwd=ROOT)

    status = 0
    expected = onnxruntime_answers(model, speech(CHUNKS))
    if expected is None:
        print("\nonnxruntime is not installed; nothing to compare with.")
    else:
        worst = float(np.abs(np.load(answers) - expected).max())
        status = int(not worst < TOLERANCE)
        print(f"\nlargest difference from ONNX Runtime: {worst:.1e} (must be under {TOLERANCE:.0e})")

    print("\n$ archive inspect silero.tbox")
    command = [str(bin_folder / "archive"), "inspect", archive.name]
    listing = subprocess.run(command, check=True, cwd=CACHE, capture_output=True, text=True).stdout
    print("\n".join(listing.splitlines()[:15]))
    return status


if __name__ == "__main__":
    sys.exit(main())
