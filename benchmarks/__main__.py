"""``python -m benchmarks [silero overhead threads ...]``: the figures, with the bounds they must keep."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from itertools import chain

from .harness import print_table

PARTS = ("silero", "overhead", "interpreter", "threads", "container", "kernels", "compile")


def main(names: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="The figures, with the bounds they must keep."
    )
    parser.add_argument("part", nargs="*", help=f"of {', '.join(PARTS)}; all if none is given")
    wanted: list[str] = parser.parse_args(names).part
    if unknown := [name for name in wanted if name not in PARTS]:
        parser.error(f"there is no part {unknown[0]!r}; the parts are {', '.join(PARTS)}")
    parts = [import_module(f".{name}", __package__) for name in wanted or PARTS]
    print_table(chain.from_iterable(part.rows() for part in parts))


if __name__ == "__main__":
    main(sys.argv[1:])
