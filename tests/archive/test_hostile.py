"""Every hostile archive is refused by its own rule, cheaply; its valid twin loads. SPEC 14.4."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tracebox.archive import Limits, open_archive
from tracebox.conformance.generate import archives, twins
from tracebox.conformance.generate.forge import split
from tracebox.conformance.suite import archive_in
from tracebox.schema.errors import TraceboxError
from tracebox.schema.rules import RULES

ROOT = Path(__file__).parents[2]
CASES = ROOT / "conformance" / "cases" / "container"
INDEX = json.loads((CASES / "index.json").read_text("utf-8"))
HOSTILE = [entry for entry in INDEX["archives"] + INDEX["limited"] if "label" in entry]
FAMILIES = ("zip", "name", "member", "manifest", "tensor", "digest")
SCHEMA = json.loads((ROOT / "schema" / "manifest.schema.json").read_text("utf-8"))

#: Rules that a JSON Schema of the manifest can state, and does.
IN_SCHEMA = {
    "manifest.missing", "manifest.key", "manifest.type", "manifest.range", "manifest.hex",
    "manifest.reserved", "manifest.format", "manifest.version", "manifest.feature", "manifest.const",
    "member.sha256",
    "tensor.dtype", "tensor.codec",
}  # fmt: skip


@pytest.mark.parametrize("entry", HOSTILE, ids=lambda entry: entry["name"])
def test_a_hostile_archive_is_refused_by_its_rule(entry: dict[str, Any]) -> None:
    data = archive_in(CASES / entry["file"])
    with pytest.raises(TraceboxError) as caught:
        open_archive(data, limits=Limits(**entry.get("limits", {})))
    assert caught.value.code == entry["label"], str(caught.value)
    assert type(caught.value) is RULES[entry["label"]].error
    assert caught.value.problems[0].where or entry["label"] in ("zip.truncated", "zip.suffix")


@pytest.mark.parametrize("file", ["plain.tbox", "packed.tbox", "large.tbox.zst"])
def test_a_twin_is_accepted(file: str) -> None:
    with open_archive(archive_in(CASES / file), verify="full") as archive:
        assert archive.tensor_names


def test_a_limited_archive_is_accepted_without_its_limits() -> None:
    for entry in INDEX["limited"]:
        open_archive(CASES / entry["file"]).close()


def test_every_rule_of_the_container_has_a_hostile_archive() -> None:
    labels = {entry["label"] for entry in HOSTILE}
    ours = {rule.code for rule in RULES.values() if rule.code.split(".")[0] in FAMILIES}
    ours |= {rule.code for rule in RULES.values() if rule.section == "13.1"}
    assert labels == ours


def test_each_is_a_small_change_of_its_twin() -> None:
    assert len(HOSTILE) >= 60
    assert all(entry["changed"] and entry["twin"] in ("large", "plain", "packed") for entry in HOSTILE)
    assert max(Counter(entry["name"] for entry in HOSTILE).values()) == 1
    contents = [(CASES / entry["file"]).read_bytes() for entry in HOSTILE if "limits" not in entry]
    assert len(set(contents)) == len(contents)


def test_the_corpus_is_what_the_generator_makes() -> None:
    want = archives.files(twins.twins())
    assert {path.name: path.read_bytes() for path in CASES.iterdir()} == want
    assert sum(map(len, want.values())) < 1 << 20


def test_the_forge_and_the_writer_agree_on_the_structure() -> None:
    for data in twins.twins().values():
        assert split(data).records().bytes() == data


@pytest.mark.parametrize("name", ["plain", "packed"])
def test_the_json_schema_accepts_the_twins(name: str) -> None:
    jsonschema.validate(split((CASES / f"{name}.tbox").read_bytes()).manifest, SCHEMA)


def schema_cases() -> list[dict[str, Any]]:
    return [
        entry for entry in HOSTILE if entry["label"] in IN_SCHEMA and entry["name"] != "tensor-codec-width"
    ]


@pytest.mark.parametrize("entry", schema_cases(), ids=lambda entry: entry["name"])
def test_the_json_schema_refuses_what_it_can_state(entry: dict[str, Any]) -> None:
    manifest = split((CASES / entry["file"]).read_bytes()).manifest
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(manifest)


def test_refusing_takes_little_memory() -> None:
    """All of the corpus, and files that claim much, in one process."""
    probe = f"""
import json, os, pathlib, resource, tempfile
import zstandard
from tracebox.archive import open_archive, write_archive
from tracebox.archive import canonical, diagnose, read
from tracebox.schema.errors import TraceboxError
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
folder = pathlib.Path({str(CASES)!r})
base, refused = peak(), 0
def refuse(source):
    global refused
    try:
        open_archive(source, verify="full").close()
    except TraceboxError:
        refused += 1
from tracebox.conformance.suite import archive_in
for path in sorted(folder.glob("*.tbox*")):
    refuse(path if path.suffix == ".tbox" else archive_in(path))
plain = (folder / "plain.tbox").read_bytes()
with tempfile.TemporaryDirectory() as name:
    big = pathlib.Path(name) / "big.tbox"
    for head in (b"", plain, plain[:-1], b"PK\\x03\\x04"):
        with open(big, "wb") as file:
            file.write(head)
            file.truncate(1 << 32)
        refuse(big)
for unit in (b"[],", b'{{"":0}},', b'"ab",', b'"', b'\\\\"', b"["):
    text = b"[" + unit * ((1 << 22) // len(unit))
    try:
        canonical.parse(text, read.DEFAULT)
    except TraceboxError:
        refused += 1
print(json.dumps([refused, (peak() - base) // 1024]))
"""
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    refused, mebibytes = json.loads(done.stdout)
    assert refused >= len(HOSTILE) - len(INDEX["limited"]) + 10
    assert mebibytes < 64
