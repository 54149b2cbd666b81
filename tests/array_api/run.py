"""Run data-apis/array-api-tests against tracebox: ``python -m tests.array_api.run SUITE``.

SUITE is a checkout of the suite at the commit that `COMMIT` names, with its submodule. Every call
that the suite makes goes through an archive; see `calls`. The outcomes are kept in a log: a run that
was cut off goes on where it stopped, ``--again`` runs the tests that failed once more, and ``--fresh``
all of them. With ``--bodies`` composite operators run by their bodies.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from .plugin import outcomes

COMMIT = "55fcc60"
VERSION = "2025.12"
ROOT = Path(__file__).resolve().parents[2]
REASONS = ROOT / "docs" / "array-api.md"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.array_api.run", description=__doc__)
    parser.add_argument("suite", type=Path, help="a checkout of data-apis/array-api-tests")
    parser.add_argument("--log", type=Path, default=ROOT / "build" / "array-api-tests.jsonl")
    parser.add_argument("--workers", default="2", help="how many processes")
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier run found")
    parser.add_argument("--again", action="store_true", help="run the tests that failed once more")
    parser.add_argument("--bodies", action="store_true", help="run composite operators by their bodies")
    parser.add_argument("tests", nargs="*", default=["array_api_tests/"], help="files or tests of the suite")
    options = parser.parse_intermixed_args()
    log = options.log.resolve()
    log.parent.mkdir(parents=True, exist_ok=True)
    if options.fresh:
        log.unlink(missing_ok=True)
    elif options.again and log.exists():
        lines = log.read_text().splitlines(keepends=True)
        log.write_text("".join(line for line in lines if '"outcome": "failed"' not in line))
    _check(options.suite)
    with tempfile.TemporaryDirectory() as scratch:
        environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "ARRAY_API_LOG": str(log),
            "ARRAY_API_TESTS_MODULE": "tests.array_api.namespace",
            "ARRAY_API_TESTS_VERSION": VERSION,
            "HYPOTHESIS_STORAGE_DIRECTORY": scratch,
            "TRACEBOX_NATIVE": "0" if options.bodies else "1",
            "OMP_NUM_THREADS": "1",
        }
        command = [
            sys.executable, "-m", "pytest", "-q", "-p", "tests.array_api.plugin", "-p", "no:cacheprovider",
            "--tb=short", "--max-examples", "20", "--disable-deadline", "--hypothesis-seed=0",
            *(["-n", options.workers, "--dist", "worksteal"] if options.workers != "0" else []),
            *options.tests,
        ]  # fmt: skip
        subprocess.run(command, cwd=options.suite, env=environment, check=False)
    return report(log)


def _check(suite: Path) -> None:
    found = subprocess.run(
        ["git", "-C", str(suite), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    ).stdout.strip()
    if not found.startswith(COMMIT):
        print(f"the suite is at commit {found or 'unknown'}; the figures are of {COMMIT}", file=sys.stderr)


def report(log: Path) -> int:
    """Print how many tests passed, and each that failed with the reason that the documentation has."""
    found = outcomes(log)
    counts = Counter(found.values())
    explained = REASONS.read_text()
    unexplained = 0
    for test, outcome in sorted(found.items()):
        if outcome == "failed":
            name = test.partition("::")[2]
            known = f"`{name}`" in explained
            unexplained += not known
            print(f"failed: {name}" + ("" if known else f" (not in {REASONS.relative_to(ROOT)})"))
    print(
        f"{counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped "
        f"of {len(found)} ({VERSION}, suite at {COMMIT})"
    )
    return 1 if unexplained else 0


if __name__ == "__main__":
    raise SystemExit(main())
