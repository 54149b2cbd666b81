"""Common subexpressions: what is computed once."""

from __future__ import annotations

import numpy as np

from tests.writer.passes.programs import after, call, names, program


def test_the_same_call_is_made_once() -> None:
    given = program(
        """
def forward(self, x: f32[3]) -> f32[3]:
    a = sin(x)
    w = self.w
    b = add(a, w)
    a1 = sin(x)
    w1 = self.w
    b1 = add(a1, w1)
    y = multiply(b, b1)
    return y
"""
    )
    assert names(after(given, "common-subexpressions")) == ["sin", "param", "add", "multiply"]


def test_constants_that_only_look_equal_stay_apart() -> None:
    given = program(
        """
def forward(self, x: f32[3]) -> f32[3]:
    a = f32(0.0)
    b = f32(-0.0)
    c = f32(0.0)
    y = add(x, a)
    z = add(y, b)
    r = add(z, c)
    return r
"""
    )
    made = after(given, "common-subexpressions")
    assert names(made).count("const") == 2


def test_a_field_is_read_again_after_a_write() -> None:
    given = program(
        """
def forward(self, x: i64[()]) -> (i64[()], i64[()], i64[()]):
    a = self.h
    b = self.h
    self.h = x
    c = self.h
    return a, b, c
"""
    )
    made = after(given, "common-subexpressions")
    assert names(made) == ["get", "set", "get"]
    assert [int(v) for v in call(made, np.int64(7))] == [0, 0, 7]
