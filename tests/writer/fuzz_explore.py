"""Explored traces of drawn programs against CPython and NumPy, in any number.

``python -m tests.writer.fuzz_explore --count 10000 --state fuzz.json`` goes on where it was stopped.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections import Counter
from pathlib import Path
from random import Random

import tracebox as tb
from tests.writer.branching import CONSTRUCTS, Draw, mismatch


class Tally:
    """What has been run so far."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.next = 0
        self.equal = 0
        self.constructs: Counter[str] = Counter(dict.fromkeys(CONSTRUCTS, 0))
        self.refused: Counter[str] = Counter()
        self.wrong: list[int] = []
        if path is not None and path.exists():
            kept = json.loads(path.read_text())
            self.next, self.equal, self.wrong = kept["next"], kept["equal"], kept["wrong"]
            self.constructs.update(kept["constructs"])
            self.refused.update(kept["refused"])

    def run(self, seed: int) -> None:
        """Draw and run one program."""
        source = Draw(Random(seed)).program()
        self.constructs.update(source.used)
        try:
            found = mismatch(source, seed)
        except tb.TraceError as error:
            found = None
            self.refused[error.code] += 1
            if error.code == "check.differs":
                found = str(error)
        else:
            self.equal += found is None
        if found is not None:
            self.wrong.append(seed)
            print(f"seed {seed}: {found}\n{source.text}", file=sys.stderr)
        self.next = seed + 1

    def keep(self) -> None:
        """Write the tally down."""
        if self.path is not None:
            kept = {name: getattr(self, name) for name in ("next", "equal", "wrong")}
            self.path.write_text(
                json.dumps(kept | {"constructs": dict(self.constructs), "refused": dict(self.refused)})
            )

    def __str__(self) -> str:
        lines = [f"{self.next} programs, {self.equal} equal, {len(self.wrong)} wrong: {self.wrong}"]
        lines += [f"refused by {code}: {n}" for code, n in sorted(self.refused.items())]
        lines += [f"{name:24} {n:8}" for name, n in self.constructs.items()]
        return "\n".join(lines)


def main() -> int:
    """Run programs until `--count` have been run in all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--state", type=Path, help="a JSON file that the tally is kept in")
    options = parser.parse_args()
    tally = Tally(options.state)
    warnings.simplefilter("ignore")
    while tally.next < options.count:
        tally.run(tally.next)
        if tally.next % 100 == 0:
            tally.keep()
    tally.keep()
    print(tally)
    return 1 if tally.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
