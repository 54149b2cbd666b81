"""Map the folders at the root to the package `tracebox`; everything else is in pyproject.toml."""

from pathlib import Path

from setuptools import find_packages, setup

FOLDERS = ("schema", "archive", "reader", "writer", "conformance")
ROOT = Path(__file__).resolve().parent

packages = ["tracebox"]
for folder in FOLDERS:
    packages.append(f"tracebox.{folder}")
    packages += [f"tracebox.{folder}.{name}" for name in find_packages(str(ROOT / folder))]

setup(
    packages=packages,
    package_dir={"tracebox": "facade"} | {f"tracebox.{folder}": folder for folder in FOLDERS},
    package_data={"": ["*.json", "*.txt", "*.pyi", "py.typed"], "tracebox.conformance": ["cases/**/*"]},
)
