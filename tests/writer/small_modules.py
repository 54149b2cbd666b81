"""All small modules with a field whose array has other names, in and outside of a method, and is changed.

``python -m tests.writer.small_modules`` runs every such module beside itself in plain NumPy.
"""

from __future__ import annotations

import argparse
import linecache
import sys
import textwrap
import warnings
from collections import Counter
from collections.abc import Iterator
from itertools import islice, product
from typing import Any

import numpy as np

import tracebox as tb

from .fuzz_explore import compiled
from .fuzzing import Finding, label, signature

MODES = ("freeze", "explore", "script")
CALLS = tuple((np.asarray(c), np.arange(3.0)) for c in (1, -1, 2))

#: What `h` and `y` are at first, what is done, and what the method gives.
INNER_FIRST = ("h = x", "h = self.h", "h = self.h * 1")
INNER = (
    "h = self.h",
    "h = x",
    "h = self.h[::-1]",
    "h = x[1:]",
    "x = h",
    "self.h = x",
    "self.h = h",
    "self.h = h * 1",
    "x[0] += 3",
    "h[0] = 4",
    "self.h[1] += 5",
    "h = h * 2",
    "h = self.same(x)",
    "self.other(h)",
)
GIVES = ("x", "h", "self.h", "h * 1")
OUTER_FIRST = ("y = self.inner.h", "y = x", "y = x * 2")
OUTER = (
    "y = self.inner.m(x)",
    "y = self.inner.m(y)",
    "y = self.inner.m(self.inner.h)",
    "self.inner.m(y)",
    "self.inner.m(self.inner.h)",
    "y = self.inner.other(y)",
    "y[0] += 6",
    "x[-1] += 7",
    "self.inner.h[0] += 8",
    "self.inner.h = y * 1",
    "self.inner.h = x",
    "y = self.inner.h",
    "y = x",
    "x = y",
    "y = y[::-1]",
)
FORMS = (
    "U\nV\nW",
    "U\nif c > 0:\n    V\nW",
    "if c > 0:\n    U\nelse:\n    V\nW",
    "for i in range(2):\n    U\n    V\nW",
    "if c > 0:\n    U\n    V\nW",
)
TEXT = """\
import numpy as np
import tracebox as tb

class Inner(tb.Module):
    def __init__(self):
        self.h = tb.field(np.array([-1.0, 0.5, 2.0]))

    @tb.export
    def same(self, v):
        return v

    @tb.export
    def other(self, v):
        v[-1] += 9
        return self.h

    @tb.export
    def m(self, x):
{inner}

class Net(tb.Module):
    def __init__(self):
        self.inner = Inner()

    def forward(self, c, x):
        x = x + 0.0
{outer}
        return x, y
"""


def programs(first: int = 0, step: int = 1) -> Iterator[tuple[int, str]]:
    """The modules, numbered: every so many, from one on."""
    chosen = enumerate(product(FORMS, OUTER_FIRST, OUTER, OUTER, OUTER, GIVES, INNER_FIRST, INNER, INNER))
    for number, (form, y, u, v, w, gives, h, s, t) in islice(chosen, first, None, step):
        inner = "\n".join([h, s, t, f"return {gives}"])
        outer = y + "\n" + form.replace("U", u).replace("V", v).replace("W", w)
        shown = [textwrap.indent(text, "        ") for text in (inner, outer)]
        yield number, TEXT.format(inner=shown[0], outer=shown[1])


def judge(text: str, mode: str) -> Finding:
    """Make a program of a module in one way and run both."""
    name = "<small module>"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _judge(compiled(text, name), mode)
    finally:
        linecache.cache.pop(name, None)


def _judge(make: Any, mode: str) -> Finding:
    try:
        if mode == "script":
            program = tb.script(make(), *CALLS[0])
        elif mode == "explore":
            program = tb.trace(make(), *CALLS[0], branches="explore", examples=CALLS[1:])
        else:
            program = tb.trace(make(), *CALLS[0])
    except (tb.ScriptError, tb.TraceError) as error:
        kind = "mismatch" if error.code == "check.differs" else "refused"
        return Finding(kind, label(error), str(error))
    except Exception as error:  # noqa: BLE001 - what goes wrong is what is looked for
        return Finding("internal", signature(error), str(error))
    plain, session = make(), program.new_session()
    for args in CALLS:
        try:
            have = session(*args)
        except tb.GuardError as error:
            if mode == "freeze":  # another branch than the trace has
                return Finding("same")
            return Finding("mismatch", label(error), str(error))
        want = plain(*args)
        pairs = [*zip(want, have), (plain.inner.h, session.state.get("inner.h", make().inner.h))]
        if not all(np.array_equal(a, b) for a, b in pairs):
            return Finding("mismatch", "value", f"{mode}, for {args}:\n{pairs}")
    return Finding("same")


def main() -> int:
    """Run the modules, and print those that differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--first", type=int, default=0, help="the number of the first module")
    parser.add_argument("--step", type=int, default=1, help="every so many modules")
    options = parser.parse_args()
    found: Counter[tuple[str, str]] = Counter()
    for number, text in programs(options.first, options.step):
        for mode in MODES:
            finding = judge(text, mode)
            found[mode, finding.kind] += 1
            if finding.kind not in ("same", "refused"):
                print(f"--- {number}: {mode}, {finding.kind}, {finding.why}")
                print(text[text.index("    def m(") :])
                print(finding.detail, flush=True)
    for (mode, kind), count in sorted(found.items()):
        print(f"{mode:8} {kind:9} {count:7,}")
    return 0 if {kind for _, kind in found} <= {"same", "refused"} else 1


if __name__ == "__main__":
    sys.exit(main())
