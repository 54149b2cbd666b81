"""Fresh environments that hold only what they are told to."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def fresh_environment(home: Path, *requirements: str) -> Path:
    """Make `home` anew with `requirements` and no pip in it; the answer is its bin folder."""
    venv.create(home, clear=True, with_pip=False)
    bin_folder = home / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(bin_folder / "python"), "install", "--quiet"]
    subprocess.run([*pip, *requirements], check=True)
    return bin_folder


def reader_environment(home: Path) -> Path:
    """An environment with tracebox and what it depends on; its bin folder."""
    shutil.rmtree(ROOT / "build" / "lib", ignore_errors=True)  # setuptools would take stale modules along
    return fresh_environment(home, str(ROOT))
