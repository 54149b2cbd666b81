"""The ``archive`` command, as a user meets it."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from tracebox.archive.cli import main

Out = pytest.CaptureFixture[str]


class Cell(tb.Module):
    """A recurrent cell, small enough to read."""

    def __init__(self) -> None:
        super().__init__()
        generator = np.random.default_rng(0)
        self.weight = generator.standard_normal((3, 3)).astype(np.float32)
        self.h = tb.field(np.zeros((1, 3), np.float32))

    def forward(self, x: Any) -> Any:
        self.h = np.tanh(x @ self.weight + self.h)
        return self.h


@pytest.fixture
def cell(tmp_path: Path) -> str:
    path = tmp_path / "cell.tbox"
    program = tb.trace(Cell(), np.ones((1, 3), np.float32))
    tb.save(program, path, name="cell", description="a test", license="MIT", authors=["A. Author"])
    return str(path)


def answer(out: Out) -> dict[str, object]:
    found: dict[str, object] = json.loads(out.readouterr().out)
    return found


def test_inspect_says_what_is_inside(cell: str, capsys: Out) -> None:
    assert main(["inspect", cell]) == 0
    shown = capsys.readouterr().out
    for part in ("a test", "MIT", "A. Author", "root digest", "forward(x: f32[", "weight f32[3,3]", "tanh 1"):
        assert part in shown


def test_inspect_as_json_gives_the_manifest(cell: str, capsys: Out) -> None:
    assert main(["inspect", cell, "--json"]) == 0
    found = answer(capsys)
    assert found["ok"] is True
    assert found["manifest"]["metadata"]["name"] == "cell"  # type: ignore[index]
    assert found["parameters"] == 9


def test_code_prints_python_that_names_this_file(cell: str, capsys: Out) -> None:
    assert main(["code", cell]) == 0
    shown = capsys.readouterr().out
    assert "class Cell(Module):" in shown
    assert "self.h = " in shown


def test_code_of_an_unknown_member_lists_the_known_ones(cell: str, capsys: Out) -> None:
    assert main(["code", cell, "--member", "code/none.py"]) == 2
    assert "code/__program__.py" in capsys.readouterr().err


def test_graph_shows_types_and_source_lines(cell: str, capsys: Out) -> None:
    assert main(["graph", cell]) == 0
    shown = capsys.readouterr().out
    assert "= tanh(" in shown
    assert "test_cli.py:" in shown


def test_graph_as_dot_is_a_digraph_with_balanced_braces(cell: str, capsys: Out) -> None:
    assert main(["graph", cell, "--format", "dot"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("digraph") and shown.count("{") == shown.count("}")


def test_run_takes_json_and_keeps_state_between_repeats(cell: str, capsys: Out) -> None:
    results = []
    for repeat in ("1", "2"):
        assert main(["run", cell, "--input", "x=[[1,2,3]]", "--repeat", repeat, "--json"]) == 0
        results.append(answer(capsys)["results"])
    plain = Cell()
    x = np.array([[1, 2, 3]], np.float32)
    expected = [plain.forward(x), plain.forward(x)]
    for found, want in zip(results, expected):
        np.testing.assert_allclose(found["result"]["data"], want, rtol=1e-6)  # type: ignore[index]


def test_run_reads_and_writes_arrays(cell: str, tmp_path: Path, capsys: Out) -> None:
    np.save(tmp_path / "x.npy", np.ones((1, 3), np.float32))
    target = tmp_path / "out.npz"
    assert main(["run", cell, "-i", f"x={tmp_path / 'x.npy'}", "-o", str(target)]) == 0
    assert "first call" in capsys.readouterr().out
    expected = Cell().forward(np.ones((1, 3), np.float32))
    np.testing.assert_allclose(np.load(target)["result"], expected, rtol=1e-6)


def test_run_without_inputs_says_which_and_how(cell: str, capsys: Out) -> None:
    assert main(["run", cell]) == 2
    shown = capsys.readouterr().err
    assert "missing --input for x:f32[1,3]" in shown
    assert "--input 'x:f32[1,3]'" in shown


def test_run_with_a_wrong_shape_names_the_argument(cell: str, capsys: Out) -> None:
    assert main(["run", cell, "-i", "x:f32[1,4]"]) == 2
    shown = capsys.readouterr().err
    assert "bind.shape" in shown and "x" in shown


def test_run_stops_at_the_step_limit(cell: str, capsys: Out) -> None:
    assert main(["run", cell, "-i", "x:f32[1,3]", "--max-steps", "1"]) == 1
    assert "run.steps" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("spec", "part"),
    [
        ("x", "expected a name, then a type or a value"),
        ("x:f99[1,3]", "f99"),
        ("x:f32[?]", "give ? a name"),
        ("x=nothing.npy", "nothing.npy"),
        ("y:f32[1,3]", "no parameter 'y'"),
    ],
)
def test_inputs_that_cannot_be_read_are_explained(cell: str, capsys: Out, spec: str, part: str) -> None:
    assert main(["run", cell, "--input", spec]) == 2
    assert part in capsys.readouterr().err


def test_verify_runs_every_check_and_the_recorded_vectors(cell: str, capsys: Out) -> None:
    assert main(["verify", cell, "--run"]) == 0
    shown = capsys.readouterr().out
    for check in ("container", "integrity", "program", "text", "loads", "vectors"):
        assert f"{check:<10} ok" in shown


def test_verify_names_the_rule_that_a_flipped_byte_breaks(cell: str, capsys: Out) -> None:
    data = bytearray(Path(cell).read_bytes())
    data[-1] ^= 1
    Path(cell).write_bytes(data)
    assert main(["verify", cell, "--json"]) == 3
    found = answer(capsys)
    assert found["ok"] is False
    assert found["problems"][0]["code"].startswith("zip.")  # type: ignore[index]


def test_verify_refuses_text_that_is_not_the_print_of_the_program(
    cell: str, tmp_path: Path, capsys: Out
) -> None:
    from tracebox.archive import copy_archive, open_archive

    target = tmp_path / "other.tbox"
    with open_archive(cell) as archive:
        code = {name: text.replace("tanh(", "exp(") for name, text in archive.code.items()}
        copy_archive(archive, target, drop=lambda name: name.startswith("code/"), code=code)
    assert main(["verify", str(target)]) == 3
    shown = capsys.readouterr().out
    assert "[ir.code]" in shown and "tanh" in shown


def test_strip_removes_debug_and_keeps_what_runs(cell: str, tmp_path: Path, capsys: Out) -> None:
    target = str(tmp_path / "small.tbox")
    assert main(["strip", cell, "-o", target]) == 0
    x = np.ones((1, 3), np.float32)
    np.testing.assert_array_equal(tb.load(target)(x), tb.load(cell)(x))
    assert main(["inspect", target, "--members", "--json"]) == 0
    capsys.readouterr()
    assert main(["verify", target, "--run"]) == 0
    assert Path(target).stat().st_size < Path(cell).stat().st_size


def test_strip_of_everything_still_runs(cell: str, tmp_path: Path, capsys: Out) -> None:
    target = str(tmp_path / "bare.tbox")
    assert main(["strip", cell, "-o", target, "--code", "--names", "--tests", "--json"]) == 0
    removed = answer(capsys)["removed"]
    assert any(name.startswith("code/") for name in removed)  # type: ignore[attr-defined]
    x = np.ones((1, 3), np.float32)
    np.testing.assert_array_equal(tb.load(target)(x), tb.load(cell)(x))
    assert main(["graph", target]) == 0
    assert "%v0" in capsys.readouterr().out


def test_unpack_then_pack_gives_the_same_bytes(cell: str, tmp_path: Path) -> None:
    folder, again = str(tmp_path / "folder"), tmp_path / "again.tbox"
    assert main(["unpack", cell, "-d", folder]) == 0
    assert main(["pack", folder, "-o", str(again)]) == 0
    assert again.read_bytes() == Path(cell).read_bytes()


def test_edited_code_is_compiled_and_runs(cell: str, tmp_path: Path) -> None:
    folder, again = tmp_path / "folder", tmp_path / "again.tbox"
    assert main(["unpack", cell, "-d", str(folder)]) == 0
    changed = 0
    for path in (folder / "code").rglob("*.py"):
        text = path.read_text()
        changed += text.count("tanh(")
        path.write_text(text.replace("tanh(", "exp("))
    assert changed == 1
    assert main(["pack", str(folder), "-o", str(again)]) == 0
    assert main(["verify", str(again)]) == 0
    x = np.ones((1, 3), np.float32)
    np.testing.assert_allclose(tb.load(again)(x), np.exp(x @ Cell().weight), rtol=1e-6)


def test_packing_edited_code_warns_of_recorded_calls_that_no_longer_hold(
    cell: str, tmp_path: Path, capsys: Out
) -> None:
    folder = tmp_path / "folder"
    assert main(["unpack", cell, "-d", str(folder)]) == 0
    for path in (folder / "code").rglob("*.py"):
        path.write_text(path.read_text().replace("tanh(", "exp("))
    assert main(["pack", str(folder), "-o", str(tmp_path / "again.tbox")]) == 0
    assert "recorded calls" in capsys.readouterr().err


def test_an_error_in_edited_code_points_at_the_line(cell: str, tmp_path: Path, capsys: Out) -> None:
    folder = tmp_path / "folder"
    assert main(["unpack", cell, "-d", str(folder)]) == 0
    for path in (folder / "code").rglob("*.py"):
        path.write_text(path.read_text().replace("tanh(", "tan_h("))
    assert main(["pack", str(folder), "-o", str(tmp_path / "no.tbox")]) == 1
    shown = capsys.readouterr().err
    assert "code/" in shown and ".py:" in shown and "tan_h" in shown
    assert not (tmp_path / "no.tbox").exists()


def test_edits_that_do_not_fit_together_leave_the_old_archive(cell: str, tmp_path: Path, capsys: Out) -> None:
    folder, before = tmp_path / "folder", Path(cell).read_bytes()
    assert main(["unpack", cell, "-d", str(folder)]) == 0
    np.save(folder / "params" / "weight.npy", np.zeros((3, 4), np.float32))
    assert main(["pack", str(folder), "-o", cell]) == 3
    assert "[bind.tensor]" in capsys.readouterr().err
    assert Path(cell).read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cell.tbox", "folder"]


def test_pack_traces_a_callable_with_seeded_values(tmp_path: Path, capsys: Out) -> None:
    module = tmp_path / "packed_model.py"
    module.write_text("import numpy as np\n\ndef scale(x, y):\n    return np.exp(x) * y\n")
    target = str(tmp_path / "scale.tbox")
    command = [sys.executable, "-m", "tracebox.archive.cli", "pack", "packed_model:scale", "-o", target]
    command += ["--input", "x:f32[B,4]", "--input", "y:f32[B,1]", "--name", "scale"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    x, y = np.ones((6, 4), np.float32), np.full((6, 1), 2, np.float32)
    np.testing.assert_allclose(tb.load(target)(x, y), np.exp(x) * y, rtol=1e-6)
    assert main(["verify", target, "--run"]) == 0


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("no.such.module:f", "No module named"),
        ("numpy:nothing_here", "has no 'nothing_here'"),
        ("missing_directory", "there is no directory"),
        ("numpy:", "expected pkg.module:callable"),
    ],
)
def test_pack_explains_a_source_that_it_cannot_use(
    tmp_path: Path, capsys: Out, source: str, part: str
) -> None:
    assert main(["pack", source, "-o", str(tmp_path / "x.tbox")]) == 2
    assert part in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["numpy:tanh"], "missing --input for x; for example --input 'x:f32[B,4]'"),
        (["numpy:tanh", "-i", "y:f32[B]"], "there is no parameter 'y'"),
        (["numpy:tanh", "-i", "x:f32[1000000000000000]"], "x:f32[1000000000000000]: "),
    ],
)
def test_pack_explains_inputs_that_do_not_fit(
    tmp_path: Path, capsys: Out, arguments: list[str], part: str
) -> None:
    assert main(["pack", *arguments, "-o", str(tmp_path / "x.tbox")]) == 2
    assert part in capsys.readouterr().err


def test_pack_takes_functions_of_numpy_with_positional_parameters(tmp_path: Path) -> None:
    path = tmp_path / "tanh.tbox"
    assert main(["pack", "numpy:tanh", "-o", str(path), "-i", "x:f32[B]"]) == 0
    np.testing.assert_allclose(tb.load(path)(np.ones(4, np.float32)), np.tanh(np.float32(1)), rtol=1e-6)


@pytest.mark.parametrize("output", ["", "missing/x.tbox"])
def test_where_an_archive_cannot_be_written_is_named(tmp_path: Path, capsys: Out, output: str) -> None:
    assert main(["pack", "numpy:tanh", "-i", "x:f32[B]", "-o", str(tmp_path / output)]) == 2
    shown = capsys.readouterr().err
    assert str((tmp_path / output).parent) in shown and ".tmp" not in shown


def test_urls_are_read_and_their_errors_are_short(cell: str, capsys: Out) -> None:
    fsspec = pytest.importorskip("fsspec")
    with fsspec.open("memory://cell.tbox", "wb") as file:
        file.write(Path(cell).read_bytes())
    assert main(["verify", "memory://cell.tbox"]) == 0
    for url in ("memory://none.tbox", "nothing://none.tbox"):
        assert main(["inspect", url]) == 2
        assert url in capsys.readouterr().err


def test_entry_points_may_be_called_as_sessions_methods_are(tmp_path: Path, capsys: Out) -> None:
    def reset(x: Any) -> Any:
        return x + 1

    def _hidden(x: Any) -> Any:
        return x + 1

    for function in (reset, _hidden):
        path = str(tmp_path / "named.tbox")
        tb.save(tb.trace(function, np.zeros(3)), path, vectors=2)
        assert main(["run", path, "-i", "x=[1, 2, 3]"]) == 0
        assert "[2.0, 3.0, 4.0]" in capsys.readouterr().out
        assert main(["verify", path, "--run"]) == 0


def test_results_that_are_no_numbers_are_json(cell: str, capsys: Out) -> None:
    assert main(["run", cell, "--json", "-i", "x=[[NaN, 1, 2]]"]) == 0

    def refuse(text: str) -> None:
        raise AssertionError(text)

    found = json.loads(capsys.readouterr().out, parse_constant=refuse)
    assert found["results"]["result"]["data"] == [["NaN", "NaN", "NaN"]]


def test_texts_of_a_file_do_not_steer_the_terminal(cell: str, tmp_path: Path, capsys: Out) -> None:
    path = str(tmp_path / "named.tbox")
    tb.save(tb.load(cell), path, name="\x1b[31mred", description="one\ntwo")
    assert main(["inspect", path]) == 0
    shown = capsys.readouterr().out
    assert "\\x1b[31mred" in shown and "\x1b" not in shown


@pytest.mark.parametrize("option", [["--repeat", "0"], ["--seed", "-1"], ["--max-steps", "many"]])
def test_numbers_out_of_range_are_usage_errors(cell: str, capsys: Out, option: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["run", cell, *option])
    assert caught.value.code == 2


def test_a_runtime_that_ends_at_once_does_not_conform(capsys: Out) -> None:
    assert main(["conformance", "run", "--select", "softmax", "--", sys.executable, "-c", ""]) == 2
    assert "crash: " in capsys.readouterr().err


@pytest.mark.parametrize("command", ["inspect", "code", "graph", "verify", "strip"])
def test_a_missing_file_is_a_usage_error(command: str, capsys: Out) -> None:
    code = main([command, "no-such-file.tbox"])
    captured = capsys.readouterr()
    assert code == 2
    assert "no-such-file.tbox" in captured.err + captured.out


def test_a_file_that_is_no_archive_is_refused_by_rule(tmp_path: Path, capsys: Out) -> None:
    path = tmp_path / "text.tbox"
    path.write_text("this is not a zip file")
    assert main(["inspect", str(path)]) == 3
    assert "[zip.magic]" in capsys.readouterr().err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_names_every_command(shell: str, capsys: Out) -> None:
    assert main(["completion", shell]) == 0
    shown = capsys.readouterr().out
    for command in ("pack", "unpack", "inspect", "verify", "--input"):
        assert command.lstrip("-") in shown


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["archive", "insp"], "inspect\n"),
        (["archive", "graph", "--format", ""], "text\ndot\n"),
        (["archive", "completion", ""], "bash\nzsh\nfish\n"),
        (["archive", "inspect", "--te"], "--tensors\n"),
        (["archive", "inspect", "a "], "a b.tbox\n"),
    ],
)
def test_bash_completes(words: list[str], expected: str, tmp_path: Path, capsys: Out) -> None:
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("there is no bash")
    (tmp_path / "a b.tbox").write_bytes(b"")
    assert main(["completion", "bash"]) == 0
    script = capsys.readouterr().out + f"COMP_WORDS=({shlex.join(words)}); COMP_CWORD={len(words) - 1}\n"
    script += '_archive archive "" ""; printf "%s\\n" "${COMPREPLY[@]}"\n'
    done = subprocess.run([bash, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == expected


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom tracebox.archive.cli import make_parser\nmake_parser().format_help()\n"
        "print([m for m in ('numpy', 'msgpack', 'zstandard', 'json', 'tracebox.reader') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_run_passes_positional_parameters_by_name(tmp_path: Path, capsys: Out) -> None:
    def scale(x: Any, /, factor: Any) -> Any:
        return x * factor

    path = str(tmp_path / "scale.tbox")
    tb.save(tb.trace(scale, np.ones(2, np.float32), np.ones(2, np.float32)), path)
    assert main(["run", path, "-i", "factor=[2,3]", "-i", "x=[4,5]", "--json"]) == 0
    assert answer(capsys)["results"]["result"]["data"] == [8, 15]  # type: ignore[index]


def test_usage_errors_are_json_too(capsys: Out) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["inspect", "--tensors", "--json"])
    assert ended.value.code == 2
    found = answer(capsys)
    assert found["ok"] is False and "FILE" in str(found["message"])
