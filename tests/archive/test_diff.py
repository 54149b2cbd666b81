"""``archive diff``: what differs between two archives, and the first node whose values differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox.archive.cli import main
from tracebox.archive.commands.tolerances import Tolerance

Out = pytest.CaptureFixture[str]
X = np.ones((2, 3), np.float32)


class Layer(tb.Module):
    def __init__(self, seed: int, scale: float = 1.0) -> None:
        generator = np.random.default_rng(seed)
        self.weight = (generator.standard_normal((3, 3)) * scale).astype(np.float32)

    def forward(self, x: Any) -> Any:
        return np.tanh(x @ self.weight)


class Net(tb.Module):
    def __init__(self, **options: float) -> None:
        self.first = Layer(1)
        self.second = Layer(2, **options)
        self.h = tb.field(np.zeros((2, 3), np.float32))

    def forward(self, x: Any) -> Any:
        hidden = self.first(x)
        self.h = self.h + self.second(hidden)
        return np.exp(self.h)


class Renamed(tb.Module):
    """The same, with other names."""

    def __init__(self) -> None:
        self.first = Layer(1)
        self.second = Layer(2)
        self.h = tb.field(np.zeros((2, 3), np.float32))

    def forward(self, x: Any) -> Any:
        other = self.first(x)
        self.h = self.h + self.second(other)
        return np.exp(self.h)


class Inlined(tb.Module):
    """The same without calls, and with a scale that was folded into a weight and out of it again."""

    def __init__(self, wrong: float = 0.0) -> None:
        self.a, self.b = Layer(1).weight * 2, Layer(2).weight
        self.wrong = np.float32(wrong)
        self.h = tb.field(np.zeros((2, 3), np.float32))

    def forward(self, x: Any) -> Any:
        first = np.tanh((x @ self.a) / np.float32(2))
        second = np.tanh(first @ self.b + self.wrong)
        self.h = second + self.h
        return np.exp(self.h)


def save(path: Path, module: tb.Module, **options: Any) -> str:
    tb.save(tb.trace(module, X), path, **options)
    return str(path)


@pytest.fixture
def net(tmp_path: Path) -> str:
    return save(tmp_path / "a.tbox", Net())


def compare(out: Out, code: int, *arguments: str) -> dict[str, Any]:
    assert main(["diff", *arguments, "--json"]) == code
    found: dict[str, Any] = json.loads(out.readouterr().out)
    assert found["ok"] is (code == 0)
    return found


def test_a_file_is_the_same_as_itself(net: str, capsys: Out) -> None:
    found = compare(capsys, 0, net, net, "--seed", "0")
    assert found["same_root_digest"] is True
    assert found["metadata"] == found["parameters"] == found["state"] == found["program"] == []
    assert found["run"]["same"] is True


def test_names_of_values_alone_make_no_difference(net: str, tmp_path: Path, capsys: Out) -> None:
    other = str(tmp_path / "b.tbox")
    assert main(["strip", net, "--names", "-o", other]) == 0
    capsys.readouterr()
    found = compare(capsys, 0, net, other, "--seed", "0")
    assert found["same_root_digest"] is False


def test_metadata_and_entry_points(net: str, tmp_path: Path, capsys: Out) -> None:
    other = str(tmp_path / "b.tbox")
    tb.save(tb.trace(Net(), X, inputs="x: f32[2,3]"), other, license="MIT")
    found = compare(capsys, 1, net, other)
    assert {"name": "metadata.license", "a": None, "b": "MIT"} in found["metadata"]
    assert [row["name"] for row in found["entries"]] in ([], ["forward"])
    compare(capsys, 0, net, other, "--only", "parameters")


def test_a_changed_weight_is_measured(net: str, tmp_path: Path, capsys: Out) -> None:
    changed = Net()
    changed.second.weight = changed.second.weight.copy()
    changed.second.weight[1, 2] += np.float32(0.5)
    changed.second.weight[0, 0] = np.nan
    found = compare(capsys, 1, net, save(tmp_path / "b.tbox", changed))
    (row,) = found["parameters"]
    assert row["name"] == "second.weight" and row["type"] == "f32[3,3]"
    assert (row["unequal"], row["elements"], row["nan"]) == (2, 9, [0, 1])
    assert row["max_abs"] == pytest.approx(0.5, rel=1e-5)
    assert found["program"] == [] and found["state"] == []
    assert main(["diff", net, str(tmp_path / "b.tbox")]) == 1
    assert "2 of 9 elements differ" in capsys.readouterr().out


def test_parameters_and_state_that_one_file_lacks(net: str, tmp_path: Path, capsys: Out) -> None:
    found = compare(capsys, 1, net, save(tmp_path / "b.tbox", Inlined()))
    rows = {row["name"]: row for row in found["parameters"]}
    assert rows["first.weight"]["change"] == "removed"
    assert rows["second.weight"] == {"name": "second.weight", "change": "renamed", "to": "b"}
    assert rows["a"] == {"name": "a", "change": "added", "b": "f32[3,3]"}


def test_initial_state_is_compared(net: str, tmp_path: Path, capsys: Out) -> None:
    other = Net()
    other.h = tb.field(np.full((2, 3), 0.25, np.float32))
    found = compare(capsys, 1, net, save(tmp_path / "b.tbox", other))
    (row,) = found["state"]
    assert row["name"] == "h" and row["max_abs"] == 0.25 and row["unequal"] == 6


def test_a_changed_function_is_shown_as_a_diff_of_its_text(tmp_path: Path, capsys: Out) -> None:
    def f(x: Any) -> Any:
        y = np.exp(x)
        z = y + x
        return z * 2

    def g(x: Any) -> Any:
        w = np.exp(x)
        extra = -w
        u = w + x
        return u * 2 + extra

    g.__name__, g.__qualname__ = f.__name__, f.__qualname__
    tb.save(tb.trace(f, np.ones(3)), tmp_path / "a.tbox")
    tb.save(tb.trace(g, np.ones(3)), tmp_path / "b.tbox")
    found = compare(capsys, 1, str(tmp_path / "a.tbox"), str(tmp_path / "b.tbox"))
    (row,) = found["program"]
    added = [line for line in row["diff"] if line.startswith("+") and not line.startswith("+++")]
    gone = [line for line in row["diff"] if line.startswith("-") and not line.startswith("---")]
    assert any("= negative(y)" in line for line in added)
    assert len(added) == 3 and len(gone) == 1
    assert gone[0].strip("- ").startswith("return")


def test_functions_that_one_file_lacks(net: str, tmp_path: Path, capsys: Out) -> None:
    found = compare(capsys, 1, net, save(tmp_path / "b.tbox", Inlined()), "--only", "program")
    changes = {row["name"].rpartition(".")[0].rpartition(".")[2]: row["change"] for row in found["program"]}
    assert changes["Layer"] == "removed" and changes["Inlined"] == "added"


def test_a_renamed_class_is_recognised(net: str, tmp_path: Path, capsys: Out) -> None:
    found = compare(capsys, 1, net, save(tmp_path / "b.tbox", Renamed()), "--only", "program")
    (row,) = found["program"]
    assert row["change"] == "renamed" and row["to"].endswith("Renamed.forward")


# --- runs -----------------------------------------------------------------------


def test_the_first_node_that_differs_is_the_one_with_the_changed_weight(
    net: str, tmp_path: Path, capsys: Out
) -> None:
    other = save(tmp_path / "b.tbox", Net(scale=1.5))
    found = compare(capsys, 1, net, other, "--inputs", "x:f32[2,3]")["run"]
    first = found["first"]
    assert first["a"]["node"] == "matmul" and first["a"]["module"] == "second"
    assert first["a"]["source"]["file"] == "test_diff.py"
    assert first["a"]["line"] == "return np.tanh(x @ self.weight)"
    assert first["a"]["name"] == first["b"]["name"]
    x = np.random.default_rng(0).standard_normal((2, 3)).astype(np.float32)
    hidden = np.tanh(x @ Layer(1).weight)
    apart = np.abs(hidden @ Layer(2).weight - hidden @ Layer(2, scale=1.5).weight)
    assert first["difference"]["max_abs"] == pytest.approx(apart.max(), rel=1e-4)
    assert tuple(first["difference"]["at"]) == np.unravel_index(apart.argmax(), apart.shape)
    assert main(["diff", net, other, "-i", "x:f32[2,3]"]) == 1
    shown = capsys.readouterr().out
    assert "parameter second.weight: differs" in shown and "operand forward/v: agrees" in shown
    assert "first node whose values differ" in shown and "return np.tanh(x @ self.weight)" in shown


def test_an_optimised_file_runs_the_same(net: str, tmp_path: Path, capsys: Out) -> None:
    other = save(tmp_path / "b.tbox", Inlined())
    assert compare(capsys, 0, net, other, "--seed", "3", "--only", "run")["run"]["first"] is None
    assert compare(capsys, 0, other, net, "--seed", "3", "--only", "run")["run"]["first"] is None


def test_in_an_optimised_file_folded_nodes_are_not_blamed(net: str, tmp_path: Path, capsys: Out) -> None:
    other = save(tmp_path / "b.tbox", Inlined(wrong=0.5))
    found = compare(capsys, 1, net, other, "--seed", "3", "--only", "run")["run"]["first"]
    assert found["a"]["module"] == "second" and found["a"]["node"] == "tanh"
    assert found["difference"]["kind"] == "values"
    assert [operand["agrees"] for operand in found["operands"]] == [True]
    back = compare(capsys, 1, other, net, "--seed", "3", "--only", "run")["run"]["first"]
    assert back["a"]["node"] == "add" and back["a"]["line"].startswith("second = np.tanh(")


def test_a_difference_within_the_tolerance_is_none(net: str, tmp_path: Path, capsys: Out) -> None:
    other = save(tmp_path / "b.tbox", Net(scale=1.0 + 1e-3))
    arguments = (net, other, "--seed", "0", "--only", "run")
    compare(capsys, 1, *arguments)
    compare(capsys, 0, *arguments, "--rtol", "0.1")


def test_a_loop_says_in_which_turn(tmp_path: Path, capsys: Out) -> None:
    def make(limit: float) -> Any:
        bound = np.array([limit])

        def f(x: Any) -> Any:
            return tb.for_loop(5, lambda i, h: np.minimum(h + 1, bound), x)

        return f

    for name, limit in (("a", 100.0), ("b", 3.5)):
        tb.save(tb.trace(make(limit), np.zeros(4)), tmp_path / f"{name}.tbox")
    paths = [str(tmp_path / f"{name}.tbox") for name in "ab"]
    np.save(tmp_path / "x.npy", np.zeros(4))
    found = compare(capsys, 1, *paths, "-i", f"x={tmp_path / 'x.npy'}", "--only", "run")["run"]["first"]
    assert found["a"]["node"] == "minimum" and found["a"]["turns"] == [3]
    assert found["difference"]["a"] == 4.0 and found["difference"]["b"] == 3.5


@pytest.mark.filterwarnings("ignore::tracebox.TraceWarning")
def test_a_run_that_ends_in_an_error_differs_from_one_that_does_not(tmp_path: Path, capsys: Out) -> None:
    def f(x: Any) -> Any:
        return x * 2 if x.sum() > 0 else x * 3

    tb.save(tb.trace(f, np.ones(3)), tmp_path / "a.tbox")
    tb.save(tb.trace(f, -np.ones(3)), tmp_path / "b.tbox")
    np.save(tmp_path / "x.npy", np.ones(3))
    paths = [str(tmp_path / f"{name}.tbox") for name in "ab"]
    found = compare(capsys, 1, *paths, "-i", f"x={tmp_path / 'x.npy'}")["run"]
    assert found["errors"][0] is None and "guard" in found["errors"][1]


def test_a_bad_file_is_named(net: str, tmp_path: Path, capsys: Out) -> None:
    broken = tmp_path / "broken.tbox"
    broken.write_bytes(Path(net).read_bytes()[:-1])
    for pair in ([net, str(broken)], [str(broken), net]):
        assert main(["diff", *pair]) == 3
        assert str(broken) in capsys.readouterr().err


def test_a_missing_input_is_a_usage_error(net: str, capsys: Out) -> None:
    assert main(["diff", net, net, "-i", "y:f32[2,3]"]) == 2
    assert "no parameter 'y'" in capsys.readouterr().err
    assert main(["diff", net, net, "--rtol", "0.1", "--seed", "0"]) == 0


@pytest.mark.parametrize(
    ("a", "b", "kind"),
    [
        (np.ones(2), np.ones(3), "shape"),
        (np.ones(2), np.ones(2, np.float32), "dtype"),
        (np.array([1.0, np.nan]), np.array([1.0, 2.0]), "values"),
        (np.array([np.inf]), np.array([-np.inf]), "values"),
        (np.array([1, 2]), np.array([1, 3]), "values"),
        ([1, 2], [1], "length"),
        ({"a": 1}, {"b": 1}, "keys"),
        (1, 1.0, "type"),
        ("x", "y", "values"),
        ([np.zeros(2)], [np.ones(2)], "values"),
    ],
)
def test_what_counts_as_different(a: Any, b: Any, kind: str) -> None:
    found = Tolerance().compare(a, b)
    assert found is not None and found["kind"] == kind


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.array([1.0, np.nan, np.inf]), np.array([1.0, np.nan, np.inf])),
        (np.array([1.0]), np.array([1.0 + 1e-12])),
        (np.array([1e6, 1e-7], np.float32), np.array([1e6, 2e-7], np.float32)),
        (np.array([0.0]), np.array([-0.0])),
        ({"a": [1, "x", None]}, {"a": [1, "x", None]}),
        (np.zeros((0, 3)), np.zeros((0, 3))),
    ],
)
def test_what_counts_as_the_same(a: Any, b: Any) -> None:
    assert Tolerance().compare(a, b) is None
