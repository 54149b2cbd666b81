"""The page about programs runs, and what it keeps gives the same in an interpreter without the writer."""

from __future__ import annotations

import copy
import importlib.util
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "programs.md"
READ = """
import pickle, sys
import tracebox as tb
calls = pickle.load(open(sys.argv[1], "rb"))
found = [[tb.load(path)(*args) for args in group] for path, group in calls]
assert not [name for name in sys.modules if name.startswith("tracebox.writer")]
pickle.dump(found, open(sys.argv[2], "wb"))
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Any:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    path = tmp_path_factory.mktemp("page") / "programs_page.py"
    path.write_text("\n\n".join(blocks), encoding="utf-8")
    spec = importlib.util.spec_from_file_location("programs_page", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["programs_page"] = module
    spec.loader.exec_module(module)
    return module


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, (tuple, list)):
        return [leaf for item in value for leaf in _leaves(item)]
    return [np.asarray(value)]


def test_every_program_of_the_page_gives_the_same_without_the_writer(page: Any, tmp_path: Path) -> None:
    groups = []
    for i, (program, _, calls) in enumerate(page.PROGRAMS):
        path = tmp_path / f"{i}.tbox"
        tb.save(program, path)
        groups.append((str(path), calls))
    (tmp_path / "calls").write_bytes(pickle.dumps(groups))
    command = [sys.executable, "-c", READ, str(tmp_path / "calls"), str(tmp_path / "found")]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    found = pickle.loads((tmp_path / "found").read_bytes())
    assert len(found) >= 15
    for (program, function, calls), results in zip(page.PROGRAMS, found):
        for args, got in zip(calls, results):
            want = function(*copy.deepcopy(args))
            assert len(_leaves(want)) == len(_leaves(got))
            for a, b in zip(_leaves(want), _leaves(got)):
                assert (a.shape, a.dtype) == (b.shape, b.dtype), program
                np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_the_prints_of_the_page_are_those_of_python(page: Any, capsys: pytest.CaptureFixture[str]) -> None:
    program, function, calls = next(p for p in page.PROGRAMS if getattr(p[1], "__name__", "") == "rnn")
    function(*calls[0])
    want = capsys.readouterr().out
    program(*calls[0])
    assert capsys.readouterr().out == want and want.count("step") == 2
