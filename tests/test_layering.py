"""Who may import whom, held in fresh interpreters. CONTRIBUTING, "Where things are"."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import tracebox

ROOT = Path(__file__).resolve().parent.parent
ALLOWED = {
    "schema": {"schema"},
    "archive": {"schema", "archive"},
    "reader": {"schema", "archive", "reader"},
    "writer": {"schema", "archive", "reader", "writer"},
    "conformance": {"schema", "archive", "reader", "conformance"},
}
FOLDERS = tuple(ALLOWED)
# The command may import any folder, inside the subcommand that needs it.
COMMAND = ("tracebox.archive.cli", "tracebox.archive.commands.")

IMPORT_ALL = """
import importlib, pkgutil, tracebox.{folder} as folder
for found in pkgutil.walk_packages(folder.__path__, folder.__name__ + "."):
    if not found.name.endswith("__main__") and not found.name.startswith({command}):
        importlib.import_module(found.name)
"""


def import_all(folder: str) -> str:
    """The code that imports every module of a folder."""
    return IMPORT_ALL.format(folder=folder, command=COMMAND)


def modules_after(code: str) -> set[str]:
    """The modules that a fresh interpreter holds after `code` and does not hold without it."""
    probe = f"import sys\nbefore = set(sys.modules)\n{code}\nimport json\n"
    probe += "print(json.dumps(sorted(set(sys.modules) - before)))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def folders_in(modules: set[str]) -> set[str]:
    return {name.split(".")[1] for name in modules if name.startswith("tracebox.")} & set(FOLDERS)


def third_party_in(modules: set[str]) -> set[str]:
    return {name.split(".")[0] for name in modules} - sys.stdlib_module_names - {"tracebox"}


def sources(folder: str) -> Iterator[tuple[str, Path]]:
    """Module names and files of a folder."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        parts = ("tracebox", *path.relative_to(ROOT).with_suffix("").parts)
        yield ".".join(parts).removesuffix(".__init__"), path


def imported_names(module: str, path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in it, relative ones made absolute."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            target = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{target}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_names_only_those_before_it(folder: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for module, path in sources(folder)
        if not module.startswith(COMMAND)
        for name in imported_names(module, path)
        if not folders_in({name}) <= ALLOWED[folder] or name.split(".")[0] in FOLDERS
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_imports_only_those_before_it(folder: str) -> None:
    assert folders_in(modules_after(import_all(folder))) <= ALLOWED[folder]


def test_schema_imports_the_standard_library_alone() -> None:
    assert third_party_in(modules_after(import_all("schema"))) == set()


def test_the_reader_imports_what_the_plain_install_brings() -> None:
    assert third_party_in(modules_after("import tracebox.reader")) <= {"numpy", "msgpack"}


def test_the_command_imports_only_schema_and_archive_to_say_what_it_does() -> None:
    assert folders_in(modules_after("import tracebox.archive.cli")) <= {"schema", "archive"}


def test_load_does_not_import_the_writer() -> None:
    found = modules_after("import tracebox; tracebox.load; tracebox.Session; tracebox.GuardError")
    assert folders_in(found) == {"schema", "archive", "reader"}
    assert "dataclasses" not in found - modules_after("import numpy")


def test_the_facade_imports_nothing_until_asked() -> None:
    assert folders_in(modules_after("import tracebox")) == set()


@pytest.mark.parametrize("name", sorted(tracebox._MODULE_OF))
def test_every_public_name_resolves(name: str) -> None:
    assert getattr(tracebox, name) is not None
    assert name in dir(tracebox)


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse((ROOT / "facade" / "__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    names = {alias.asname for node in block.body if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert names - {None} | {"xp"} == set(tracebox._MODULE_OF)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(tracebox, "noth" + "ing")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_folder_with_code_is_a_package(folder: str) -> None:
    folders = {path.parent for _, path in sources(folder)}
    assert [str(path) for path in folders if not (path / "__init__.py").exists()] == []


def test_init_files_hold_names_and_no_logic() -> None:
    def is_logic(node: ast.AST) -> bool:
        if isinstance(node, ast.FunctionDef):
            return node.name != "__getattr__"  # names that are looked up when first used (PEP 562)
        return isinstance(node, (ast.ClassDef, ast.For, ast.While, ast.With))

    wrong = [
        str(path.relative_to(ROOT))
        for folder in FOLDERS
        for _, path in sources(folder)
        if path.name == "__init__.py"
        and any(map(is_logic, ast.walk(ast.parse(path.read_text(encoding="utf-8")))))
    ]
    assert wrong == []
