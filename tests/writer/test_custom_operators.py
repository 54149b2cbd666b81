"""Custom operators from declaration to native kernel, as docs/custom-operators.md tells it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox.archive.cli import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "custom-operators.md"
Array = Any


@tb.custom_operator("com.acme.norm")
def norm(x: Array) -> tuple[Array, Array]:
    """Rows of length one, and the lengths."""
    length = np.sqrt(np.sum(x * x, axis=1))
    return x / length[:, None], length


KERNELS = """
import numpy as np

calls = []

def good(x):
    calls.append(x.shape)
    length = np.linalg.norm(x, axis=1)
    return x / length[:, None], length

def bad(x):
    return x, np.linalg.norm(x, axis=1)

def narrow(x):
    return x[:, :1], np.linalg.norm(x, axis=1)
"""


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive in a folder of its own, with a module of kernels."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "acme_kernels", raising=False)
    (tmp_path / "acme_kernels.py").write_text(KERNELS, "utf-8")
    x = np.random.default_rng(2).standard_normal((3, 4))
    path = tmp_path / "norm.tbox"
    tb.save(tb.trace(lambda x: norm(x), x), path)
    return path


def test_the_examples_of_the_page_run(tmp_path: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 4
    (tmp_path / "page.py").write_text("\n".join(blocks), "utf-8")
    done = subprocess.run(
        [sys.executable, "page.py"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    first, *rest = done.stdout.splitlines()
    assert "com.acme.soft_threshold" in first and "[run.native]" in first and "got f32[2]" in first
    assert any("differs by" in line for line in rest), done.stdout


def test_a_native_kernel_stands_in_for_the_body(saved: Path) -> None:
    import acme_kernels  # type: ignore[import-not-found]

    x = np.ones((2, 3))
    by_body = tb.load(saved)(x)
    native = tb.load(saved, operators={"com.acme.norm": acme_kernels.good, "com.acme.other": print})(x)
    assert acme_kernels.calls == [(2, 3)]
    for a, b in zip(by_body, native, strict=True):
        np.testing.assert_allclose(a, b)


@pytest.mark.parametrize(
    ("kernel", "code", "text"),
    [("good", 0, "valid"), ("bad", 1, "vectors.result"), ("narrow", 1, "run.native")],
)
def test_verify_holds_a_native_kernel_against_the_recorded_calls(
    saved: Path, capsys: pytest.CaptureFixture[str], kernel: str, code: int, text: str
) -> None:
    given = f"com.acme.norm=acme_kernels:{kernel}"
    assert main(["verify", "--run", "--operator", given, str(saved)]) == code
    assert text in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [["--operator", "com.acme.norm=acme_kernels:good"], ["--run", "--operator", "com.acme.norm"]],
)
def test_verify_says_how_to_name_a_kernel(saved: Path, arguments: list[str]) -> None:
    assert main(["verify", *arguments, str(saved)]) == 2


def test_the_body_runs_where_there_is_no_kernel(saved: Path) -> None:
    x = np.array([[3.0, 4.0]])
    rows, lengths = tb.load(saved, operators={})(x)
    np.testing.assert_allclose(rows, [[0.6, 0.8]])
    np.testing.assert_allclose(lengths, [5])
