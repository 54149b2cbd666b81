"""Who may import whom, held in fresh interpreters. CONTRIBUTING, "Where things are"."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import tracebox

FOLDERS = ("schema", "archive", "reader", "writer", "conformance")
ALLOWED = {
    "schema": {"schema"},
    "archive": {"schema", "archive"},
    "reader": {"schema", "archive", "reader"},
    "writer": {"schema", "archive", "reader", "writer"},
    "conformance": {"schema", "archive", "reader", "conformance"},
}


def modules_after(code: str) -> set[str]:
    """The modules that a fresh interpreter holds after `code`."""
    probe = f"import json, sys\n{code}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def folders_in(modules: set[str]) -> set[str]:
    return {name.split(".")[1] for name in modules if name.startswith("tracebox.")} & set(FOLDERS)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_imports_only_those_before_it(folder: str) -> None:
    assert folders_in(modules_after(f"import tracebox.{folder}")) <= ALLOWED[folder]


def test_the_facade_imports_nothing_until_asked() -> None:
    assert folders_in(modules_after("import tracebox")) == set()


@pytest.mark.parametrize("name", sorted(tracebox._MODULE_OF))
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(tracebox, name) is not None
    assert name in dir(tracebox)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(tracebox, "noth" + "ing")
