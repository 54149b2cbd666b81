"""``python -m benchmarks [silero overhead threads ...]``: the figures, with the bounds they must keep."""

from __future__ import annotations

import sys
from importlib import import_module
from itertools import chain

from .harness import print_table

PARTS = ("silero", "overhead", "interpreter", "threads", "container", "kernels", "compile")


def main(names: list[str]) -> None:
    parts = [import_module(f".{name}", __package__) for name in names or PARTS]
    print_table(chain.from_iterable(part.rows() for part in parts))


if __name__ == "__main__":
    main(sys.argv[1:])
