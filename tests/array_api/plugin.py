"""Notes each test's outcome in a log, and leaves out those that the log has: a run can be resumed."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings

LOG = Path(os.environ.get("ARRAY_API_LOG", "array-api-tests.jsonl"))


def outcomes(log: Path) -> dict[str, str]:
    """The last outcome of each test in the log: passed, failed or skipped."""
    if not log.exists():
        return {}
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    return {line["test"]: line["outcome"] for line in lines}


@pytest.hookimpl(trylast=True)
def pytest_configure(config: Any) -> None:
    """Report the first example that fails rather than the smallest: which tests fail stays the same."""
    settings.register_profile("archives", settings(), phases=(Phase.explicit, Phase.generate))
    settings.load_profile("archives")


def pytest_collection_modifyitems(config: Any, items: list[Any]) -> None:
    done = outcomes(LOG)
    left = [item for item in items if item.nodeid not in done]
    if len(left) < len(items):
        config.hook.pytest_deselected(items=[item for item in items if item.nodeid in done])
        items[:] = left


def pytest_runtest_logreport(report: Any) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ or (report.outcome == "passed" and report.when != "call"):
        return
    line = {"test": report.nodeid, "outcome": report.outcome, "seconds": round(report.duration, 3)}
    if report.failed:
        line["error"] = str(report.longreprtext)[-4000:]
    with LOG.open("a") as file:
        file.write(json.dumps(line) + "\n")
