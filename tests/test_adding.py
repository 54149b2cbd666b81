"""The worked example of CONTRIBUTING, carried out on a copy of the tree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("schema", "archive", "reader", "writer", "conformance")
EXAMPLE = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("## Adding an operator\n")[2]
#: A file, and what is put at its end.
PLACES = re.findall(r"end of\s`([\w/.]+)`:\n\n```python\n(.*?)```", EXAMPLE, re.DOTALL)

USE = """
import numpy as np, tracebox as tb
x = np.float32([-3, 0, 1, np.inf])
program = tb.trace(lambda x: tb.xp.softsign(x), x)
tb.save(program, "softsign.tbox")
print(tb.load("softsign.tbox")(x).tolist())
"""


CHECK = """
import array_api_strict, numpy as np
from tests.reader.kernels.harness import check
from tests.reader.kernels.strict import has
from tests.strict_namespace import NAMESPACE
from tracebox.conformance.generate.registry import generated
for case in generated("softsign"):
    with np.errstate(all="ignore"):
        for xp in (np, NAMESPACE, *([array_api_strict] if has(case, "softsign") else [])):
            check(xp, "softsign", case)
print(len(generated("softsign")))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tree with the example's operator, and what follows from it generated."""
    root = tmp_path_factory.mktemp("copy")
    ignore = shutil.ignore_patterns("__pycache__", "*.tbox*", "container", "program", "sessions")
    for folder in (*FOLDERS, "facade", "docs", "tests"):
        shutil.copytree(ROOT / folder, root / folder, ignore=ignore)
    for name in ("SPEC.md", "CONTRIBUTING.md", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, root / name)
    package = root / "path" / "tracebox"
    package.mkdir(parents=True)
    for path in (root / "facade").iterdir():
        (package / path.name).symlink_to(path)
    for folder in FOLDERS:
        (package / folder).symlink_to(root / folder)
    for name, text in PLACES:
        path = root / name
        path.write_text(path.read_text("utf-8").rstrip("\n") + "\n\n\n" + text, "utf-8")
    python(root, "-m", "tracebox.schema.generate")
    python(root, "-m", "tracebox.conformance.generate")
    python(root, "-m", "tests.reference")
    return root


def python(root: Path, *arguments: str) -> str:
    """What a Python that imports the copy prints."""
    env = os.environ | {"PYTHONPATH": str(root / "path"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=root, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_an_operator_takes_four_places_and_sixty_lines() -> None:
    assert len(PLACES) == 4 and all((ROOT / name).is_file() for name, _ in PLACES)
    assert sum(text.count("\n") for _, text in PLACES) <= 60


def test_the_operator_is_whole(copy: Path) -> None:
    out = python(
        copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_operators.py", "-k", "softsign"
    )
    assert "1 passed" in out
    assert int(python(copy, "-c", CHECK)) >= 25


def test_the_operator_is_as_accurate_as_it_says(copy: Path) -> None:
    out = python(copy, "-m", "tracebox.conformance.numerics", "--op", "softsign", "--samples", "300")
    assert "3 rows, 0 miss their class" in out


def test_the_operator_can_be_traced_and_loaded(copy: Path) -> None:
    assert python(copy, "-c", USE).strip() == "[-0.75, 0.0, 0.5, 1.0]"
