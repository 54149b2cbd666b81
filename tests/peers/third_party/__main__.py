"""The page docs/third-party.md: ``python -m tests.peers.third_party --write docs/third-party.md``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

from .examine import Row, examine, libraries

_HEAD = """# Third-party code in a trace

Functions and fitted estimators of other libraries, unchanged: each call is traced, saved, loaded by a
process that has the reader and neither the writer nor the library, run on the traced sizes and on others,
and compared with what the library gives on NumPy arrays. Written by
`python -m tests.peers.third_party --write docs/third-party.md`; `make test-peers` holds every row to it.

*symbolic*: the sizes stayed symbols, and the program is right on the other sizes, too. *frozen*: the library
turned a size into a plain number (`int(n)`, `len(x)`, an array of sizes, a set of shapes), so that the
program is for the traced sizes alone, and says so when others come. The guards are what else it refuses
instead of being wrong: *branch*, a check of values that the library makes (`if xp.any(x < 0): raise`);
*dim*, a comparison of sizes. The difference is the largest one on either size, relative to the element or
to 1.

*explored* is `branches="explore"`: what the library checks is checked by the program, which raises what the
library raises, and only what was frozen has guards. SciPy runs with `SCIPY_ARRAY_API=1`, scikit-learn with
`array_api_dispatch=True`.
"""


def page(rows: list[Row]) -> str:
    """The page that shows `rows`."""
    parts = [_HEAD]
    for library in libraries():
        own = [row for row in rows if row.library == library.name]
        parts += [f"## {library.name} {version(library.distribution)}\n", *_tables(own)]
    return "\n".join(parts).rstrip() + "\n"


def _tables(rows: list[Row]) -> Iterator[str]:
    equal = [row for row in rows if row.outcome in ("symbolic", "frozen")]
    refused = [row for row in rows if row.outcome == "refused"]
    symbolic = sum(row.outcome == "symbolic" for row in equal)
    yield f"{len(equal)} equal, {symbolic} of them with symbolic sizes; {len(refused)} refused.\n"
    yield "| equal | how | sizes | guards | difference |\n|---|---|---|---|---|"
    for row in equal:
        difference = f"{row.difference:.0e}" if row.difference else "0"
        yield f"| `{_cell(row.call)}` | {row.how} | {row.outcome} | {row.guards} | {difference} |"
    if refused:
        yield "\n| refused | why |\n|---|---|"
        for row in refused:
            yield f"| `{_cell(row.call)}` | {_cell(row.why or row.text)} |"
    yield ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Print the page, write it, or print the rows as JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.peers.third_party", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = examine()
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows]))
    elif arguments.write is not None:
        arguments.write.write_text(page(rows), encoding="utf-8")
    else:
        print(page(rows), end="")
    for row in rows:
        if row.outcome == "wrong" or (row.outcome == "refused") != bool(row.why):
            print(f"{row.outcome}: {row.call}: {row.text}", file=sys.stderr)


if __name__ == "__main__":
    main()
