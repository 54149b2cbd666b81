"""``archive run --values, --dump, --profile``; source lines in ``code`` and ``graph``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox.archive.cli import main

Out = pytest.CaptureFixture[str]


class Net(tb.Module):
    """Two layers and a loop."""

    def __init__(self, scale: float = 1.0) -> None:
        generator = np.random.default_rng(0)
        self.first = generator.standard_normal((3, 4)).astype(np.float32)
        self.second = generator.standard_normal((4, 4)).astype(np.float32) * np.float32(scale)

    def forward(self, x: Any) -> Any:
        hidden = np.tanh(x @ self.first)
        return tb.for_loop(2, lambda i, h: np.tanh(h @ self.second), hidden)


def saved(path: Path, module: tb.Module) -> str:
    tb.save(tb.trace(module, np.ones((2, 3), np.float32)), path)
    return str(path)


@pytest.fixture
def net(tmp_path: Path) -> str:
    return saved(tmp_path / "net.tbox", Net())


def test_values_are_printed_below_their_source_lines(net: str, capsys: Out) -> None:
    assert main(["run", net, "-i", "x:f32[2,3]", "--values"]) == 0
    shown = capsys.readouterr().out
    line = shown.index("hidden = np.tanh(x @ self.first)")
    assert shown.index("forward/hidden ") > line
    assert "[0]" in shown and "[1]" in shown


def test_a_dump_holds_every_value_and_an_index(net: str, tmp_path: Path, capsys: Out) -> None:
    x = np.arange(6, dtype=np.float32).reshape(2, 3) / 10
    np.save(tmp_path / "x.npy", x)
    target = tmp_path / "values.npz"
    assert main(["run", net, "-i", f"x={tmp_path / 'x.npy'}", "--dump", str(target)]) == 0
    assert f"{target}: " in capsys.readouterr().out
    with np.load(target) as dump:
        index = json.loads(str(dump["__index__"]))
        names = [entry["name"] for entry in index]
        assert len(set(names)) == len(names)
        assert {key for entry in index for key in entry["keys"]} == set(dump.files) - {"__index__"}
        plain = Net()
        hidden = np.tanh(x @ plain.first)
        found = next(entry for entry in index if entry["value"] == "hidden")
        np.testing.assert_allclose(dump[found["name"]], hidden, rtol=1e-6)
        assert found["line"] == "hidden = np.tanh(x @ self.first)"
        turns = [dump[e["name"]] for e in index if e["node"] == "tanh" and e["turns"]]
        for turn in turns:
            hidden = np.tanh(hidden @ plain.second)
            np.testing.assert_allclose(turn, hidden, rtol=1e-5)
        assert len(turns) == 2


def test_a_dump_takes_lists_scalars_and_none_apart(tmp_path: Path, capsys: Out) -> None:
    def f(x: Any) -> Any:
        return tb.cond(x.sum() > 0, lambda: [x, x + 1], lambda: [x, x - 1])

    tb.save(tb.trace(f, np.ones(2)), tmp_path / "f.tbox")
    target = tmp_path / "values.npz"
    assert main(["run", str(tmp_path / "f.tbox"), "-i", "x:f64[2]", "--dump", str(target), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    with np.load(target) as dump:
        index = json.loads(str(dump["__index__"]))
        assert [entry["name"] for entry in index] == [value["name"] for value in answer["values"]]
        assert all(dump[key] is not None for entry in index for key in entry["keys"])
    assert {value["branches"][0] for value in answer["values"] if value["branches"]} <= {"then", "else"}
    assert answer["values"][0]["content"]["shape"] == [2]


def test_a_profile_is_printed_per_module_and_per_node(net: str, capsys: Out) -> None:
    assert main(["run", net, "-i", "x:f32[2,3]", "--profile", "--repeat", "2"]) == 0
    shown = capsys.readouterr().out
    assert "(root)" in shown and "matmul" in shown and "test_debugging.py:" in shown
    assert main(["run", net, "-i", "x:f32[2,3]", "--profile", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)["profile"]
    calls = {(row["what"], row["calls"]) for row in answer["nodes"]}
    assert ("tanh", 2) in calls and ("tanh", 1) in calls and ("loop", 1) in calls


def test_a_profile_as_a_trace_file(net: str, tmp_path: Path, capsys: Out) -> None:
    target = tmp_path / "trace.json"
    assert main(["run", net, "-i", "x:f32[2,3]", "--profile-trace", str(target)]) == 0
    assert "ui.perfetto.dev" in capsys.readouterr().out
    names = [event["name"] for event in json.loads(target.read_text())["traceEvents"]]
    assert names.count("tanh") == 3 and "turn 1" in names


def test_values_and_profiles_are_not_taken_together(net: str, capsys: Out) -> None:
    assert main(["run", net, "-i", "x:f32[2,3]", "--profile", "--values"]) == 2
    assert "two runs" in capsys.readouterr().err


def test_graph_shows_each_source_line_once_above_its_nodes(net: str, capsys: Out) -> None:
    assert main(["graph", net]) == 0
    shown = capsys.readouterr().out
    assert shown.count("hidden = np.tanh(x @ self.first)") == 1
    assert main(["graph", net, "--no-source"]) == 0
    shown = capsys.readouterr().out
    assert "hidden = np.tanh" not in shown and "# test_debugging.py:" in shown
    assert main(["graph", net, "--format", "dot"]) == 0
    assert 'tooltip="test_debugging.py:' in capsys.readouterr().out


def test_code_shows_source_lines_when_asked(net: str, capsys: Out) -> None:
    assert main(["code", net]) == 0
    plain = capsys.readouterr().out
    assert main(["code", net, "--source"]) == 0
    shown = capsys.readouterr().out
    assert "hidden = np.tanh(x @ self.first)" in shown
    rest = [line for line in shown.splitlines() if not line.strip().startswith("# test_debugging.py:")]
    assert rest == plain.splitlines()


def test_without_debug_information_there_are_no_source_lines(net: str, capsys: Out) -> None:
    assert main(["strip", net]) == 0
    capsys.readouterr()
    for command in (["graph", net], ["code", net, "--source"], ["run", net, "-i", "x:f32[2,3]", "--values"]):
        assert main(command) == 0
        assert "test_debugging.py:" not in capsys.readouterr().out
