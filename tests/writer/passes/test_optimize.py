"""`tb.optimize` on what trace and load give, and the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tests.writer.passes.programs import TENSORS, names, program
from tracebox.archive.cli import PASSES as COMMAND_PASSES
from tracebox.archive.cli import main
from tracebox.writer.passes import INEXACT, PASSES, TENSOR_PASSES, run_passes


class Scale(tb.Module):
    """Has a step that does nothing, one that is made twice, and a count of its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = np.arange(4, dtype=np.float32)
        self.count = tb.field(np.int64(0))

    def forward(self, x: Any) -> Any:
        self.count = self.count + 1
        return np.sin(x) * self.weight * 1.0 + np.sin(x)


@pytest.fixture
def traced() -> tb.TracedProgram:
    return tb.trace(Scale(), np.ones((2, 4), np.float32), inputs={"x": "f32[B,4]"})


def test_a_traced_program_is_optimized_and_saved(traced: tb.TracedProgram, tmp_path: Path) -> None:
    made = traced.optimize()
    assert [names(p.program).count("sin") for p in (traced, made)] == [2, 1]
    x = np.linspace(-1, 1, 12, dtype=np.float32).reshape(3, 4)
    assert made(x).tobytes() == traced(x).tobytes() and made.state == traced.state
    tb.save(made, tmp_path / "made.tbox")
    with tb.load(tmp_path / "made.tbox") as loaded:
        assert loaded(x).tobytes() == traced(x).tobytes()


def test_a_loaded_program_is_optimized_and_saved(traced: tb.TracedProgram, tmp_path: Path) -> None:
    tb.save(traced, tmp_path / "a.tbox", name="scale")
    with tb.load(tmp_path / "a.tbox") as loaded:
        made = tb.optimize(loaded, ["common-subexpressions"])
    assert names(made.program).count("sin") == 1
    tb.save(made, tmp_path / "b.tbox")
    assert main(["verify", str(tmp_path / "b.tbox"), "--run"]) == 0
    session = made.new_session()
    session(np.ones((1, 4), np.float32))
    assert int(session.state["count"]) == 1 and made.manifest.metadata["name"] == "scale"


def test_the_command_optimizes_a_file(
    traced: tb.TracedProgram, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = str(tmp_path / "a.tbox"), str(tmp_path / "b.tbox")
    tb.save(traced, source)
    assert main(["optimize", source, "-o", target, "--pass", "algebra", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["before"]["nodes"]["op"] == found["after"]["nodes"]["op"] + 1
    assert found["after"]["parameter_bytes"] == 4 * 4 + 8
    assert main(["verify", target, "--run"]) == 0
    assert main(["optimize", source]) == 0
    shown = capsys.readouterr().out
    assert "nodes: op" in shown and "peak memory" in shown
    first = Path(source).read_bytes()
    assert main(["optimize", source]) == 0 and Path(source).read_bytes() == first


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as error:
        main(["optimize", "a.tbox", "--pass", "nothing"])
    assert error.value.code == 2
    assert main(["optimize", str(tmp_path / "none.tbox")]) == 2
    (tmp_path / "bad.tbox").write_bytes(b"PK nothing of the kind")
    assert main(["optimize", str(tmp_path / "bad.tbox")]) == 3


def test_the_command_knows_the_passes_that_there_are() -> None:
    assert (*PASSES, *TENSOR_PASSES, *INEXACT) == COMMAND_PASSES


def test_an_unknown_pass_is_named() -> None:
    given = program("def forward(self, x: f32[3]) -> f32[3]:\n    return x")
    with pytest.raises(ValueError, match="no pass folding; there are dead-code"):
        run_passes(given, TENSORS, ["folding"])
