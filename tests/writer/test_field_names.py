"""A field's array has one identity: what is changed under one name shows under the others, or is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tracebox as tb


class Base(tb.Module):
    """A field, and methods that set it and change it."""

    def __init__(self) -> None:
        self.buf = tb.field(np.zeros(3))
        self.total = tb.field(np.zeros(()))

    def bump(self) -> None:
        self.buf += 1

    def replace(self, x: Any) -> None:
        self.buf = x * 2

    @tb.export
    def put(self, x: Any) -> Any:
        self.buf = x + 1
        return x

    @tb.export
    def grow(self, x: Any) -> Any:
        self.buf[1:] += x[1:]
        return x


#: What `forward` does.
BODIES = [
    "self.buf = x; x[0] = 9; return self.buf.sum(), x",
    "y = self.buf; self.buf = x; y[0] = 7; return self.buf.sum(), y",
    "y = self.buf; z = self.buf; y[0] += 5; return z.sum(), y",
    "y = self.buf; self.buf[0] += 3; return y.sum(), self.buf",
    "y = self.buf; self.bump(); return y.sum(), self.buf",
    "y = self.buf; self.replace(x); return y.sum(), self.buf",
    "y = self.buf; self.replace(x); y[1] = 8; return y.sum(), self.buf",
    "y = self.buf; self.put(x); return y.sum(), self.buf",
    "y = self.buf; self.put(x); y[1] = 8; return y.sum(), self.buf",
    "y = self.buf; self.grow(x); return y.sum(), self.buf",
    "y = self.buf; v = y[1:]; self.grow(x); v[0] += 1; return y.sum(), v.sum()",
    "self.buf = x; v = self.buf[1:]; self.bump(); return v.sum(), x",
    "self.buf[:2] += x[1:]; self.buf *= 2; y = self.buf; self.buf = self.buf + 1; return y, x",
    "h = self.buf; self.buf = x + self.buf; return h + self.buf, h",
    "self.buf = self.buf; y = self.buf; self.buf[0] += 1; self.buf += y; return y, x",
    "y = x; self.buf = y; y = self.buf; y += 1; return x, self.buf",
    "a = self.buf; b = self.buf; self.buf = x; a[0] = 4; return b, self.buf",
    """
y = self.buf
if c > 0:
    self.buf = x
y[1] += 8
return y.sum(), self.buf""",
    """
y = x
if c > 0:
    y = self.buf
y[1] += 8
return y.sum(), self.buf""",
    """
y = self.buf
for i in range(c):
    y[1] += 8
    self.buf = x + i
return y.sum(), self.buf""",
    """
y = self.buf
for i in range(c):
    self.total = self.total + y[0]
    self.buf[0] += 1
return y.sum(), self.total""",
    """
y = self.buf
for i in range(c):
    y = y[::-1]
    y[0] += 1
return y, self.buf""",
    """
for i in range(c):
    y = self.buf
    y[0] += i
    self.buf = y * 2
return self.buf, x""",
]


def module_of(body: str) -> type[Base]:
    """A module whose `forward` is `body`."""
    from tracebox.writer.script.source import function_of

    lines = [
        line
        for part in body.strip().split("\n")
        for line in ([part] if part[:1] == " " else part.split("; "))
    ]
    text = "def forward(self, x, c: int):\n" + "".join(f"    {line}\n" for line in lines)
    function = function_of(text, {"np": np, "tb": tb})
    return type("Made", (Base,), {"forward": function, "__module__": __name__})


@pytest.mark.parametrize("mode", ["script", "trace", "explore"])
@pytest.mark.parametrize("body", BODIES)
@pytest.mark.filterwarnings("ignore::tracebox.TraceWarning")
def test_a_field_has_one_array_under_all_names(body: str, mode: str) -> None:
    cls = module_of(body)
    count = (2, 0, 1, 3) if mode == "script" else (2, 2, 2)
    example = np.arange(3.0)
    try:
        if mode == "script":
            program: Any = tb.script(cls(), example, 1)
        else:
            program = tb.trace(cls(), example, 2, branches="explore" if mode == "explore" else "freeze")
    except (tb.ScriptError, tb.TraceError) as error:
        assert error.code in ("script.alias", "trace.alias")
        assert mode == "script" or "self.put" in body or "a[0] = 4" in body
        return
    model, session = cls(), program.new_session()
    for c in count:
        x = np.arange(3.0) + c
        for want, got in zip(model.forward(x.copy(), c), session(x.copy(), c), strict=True):
            np.testing.assert_array_equal(want, got)
        np.testing.assert_array_equal(model.buf, session.state["buf"])


#: What a field is set to may be its own array, or another one.
SETS = [
    "h = self.buf\nif x.sum() > 3:\n    h = h + x\nself.buf = h\nreturn h, self.buf",
    "self.buf = tb.cond(x.sum() > 3, lambda h: h + x, lambda h: h, self.buf)\nreturn self.buf, x",
    "self.buf = tb.for_loop(2, lambda i, h: h + x, self.buf)\nreturn self.buf, x",
    "h = tb.cond(x.sum() > 3, lambda h: -h, lambda h: h, self.buf)\nself.buf = h\nself.buf = h\nreturn h, x",
    "h = self.buf\nfor i in range(3):\n    h = h + x\n    self.buf = h\nreturn h, self.buf",
]


@pytest.mark.parametrize("mode", ["script", "explore"])
@pytest.mark.parametrize("body", SETS)
@pytest.mark.filterwarnings("ignore::tracebox.TraceWarning")
def test_a_field_may_be_set_to_what_may_be_its_own_array(body: str, mode: str) -> None:
    cls = module_of(body)
    examples = [(np.arange(3.0), 2), (np.arange(3.0) + 2, 2)]
    if mode == "script":
        program: Any = tb.script(cls(), *examples[0])
    else:
        program = tb.trace(cls(), *examples[0], branches="explore", examples=examples[1:])
    model, session = cls(), program.new_session()
    for k in (0, 1, 0, 5, -3):
        x = np.arange(3.0) + k
        for want, got in zip(model.forward(x.copy(), 2), session(x.copy(), 2), strict=True):
            np.testing.assert_array_equal(want, got)
        np.testing.assert_array_equal(model.buf, session.state["buf"])


def test_what_is_read_before_a_branch_sets_the_field_is_not_changed_afterwards() -> None:
    class Made(Base):
        def forward(self, x: Any) -> Any:
            before = self.buf
            tb.cond(x[0] > 0, self.replace_and_sum, lambda x: x.sum(), x)
            before[0] = 3
            return before

        def replace_and_sum(self, x: Any) -> Any:
            self.buf = x
            return x.sum()

    with pytest.raises(tb.TraceError, match="which was set since then, on some path at least"):
        tb.trace(Made(), np.arange(3.0))
