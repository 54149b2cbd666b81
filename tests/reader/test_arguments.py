"""Arguments of calls whose sizes are open are checked when the call runs. SPEC 5.6, 4.2.1, 13.3."""

from __future__ import annotations

import numpy as np
import pytest

from tracebox.reader.program import Runnable
from tracebox.schema import dims
from tracebox.schema.builder import ProgramBuilder
from tracebox.schema.errors import LimitError, ProgramError
from tracebox.schema.ir import Instance, Program
from tracebox.schema.types_text import parse_dim, parse_type


def calling(params: list[str]) -> Program:
    """A method that passes tensors of unknown size to a function of these parameters."""
    builder = ProgramBuilder()
    cls = builder.module_class("m.Net")
    inner = builder.function("m.inner", [(f"p{i}", parse_type(t)) for i, t in enumerate(params)])
    inner.finish([inner.params[0]])
    f = cls.method("forward", [(f"x{i}", parse_type("f32[?]")) for i in range(len(params))])
    f.finish(f.call("m.inner", *f.params))
    cls.finish()
    builder.instance(Instance("m.Net", (), (), ()))
    return builder.finish(["forward"])


@pytest.mark.parametrize(
    ("params", "sizes"),
    [
        (["f32[B]", "f32[B]"], (2, 2)),
        (["f32[B+1]", "f32[B]"], (3, 2)),
        (["f32[B]", "f32[C]", "f32[B//C]"], (7, 2, 3)),
    ],
)
def test_sizes_that_agree_are_accepted(params: list[str], sizes: tuple[int, ...]) -> None:
    arrays = [np.zeros(size, np.float32) for size in sizes]
    assert Runnable(calling(params), {})(*arrays).shape == sizes[:1]


@pytest.mark.parametrize(
    ("params", "sizes"),
    [
        (["f32[B]", "f32[B]"], (2, 3)),
        (["f32[B]", "f32[B]"], (3, 1)),
        (["f32[B+1]", "f32[B]"], (3, 3)),
        (["f32[B]", "f32[C]", "f32[B//C]"], (7, 2, 2)),
        (["f32[B]", "f32[C]", "f32[B//C]"], (7, 0, 2)),
    ],
)
def test_sizes_that_disagree_are_refused_by_name(params: list[str], sizes: tuple[int, ...]) -> None:
    arrays = [np.zeros(size, np.float32) for size in sizes]
    with pytest.raises(ProgramError, match=r"\[run.argument\]"):
        Runnable(calling(params), {})(*arrays)


def sized(dim: str, *, full: bool) -> Program:
    """A method that gives a size, or a tensor of it, from the length `B` of its argument."""
    builder = ProgramBuilder()
    cls = builder.module_class("m.Net")
    f = cls.method("forward", [("x", parse_type("f32[B]")), ("v", parse_type("f32[]"))])
    value = parse_dim(dim)
    assert isinstance(value, dims.Expr)
    f.finish(f.op("full", f.params[1], shape=(value,)) if full else f.op("size", dim=value))
    cls.finish()
    builder.instance(Instance("m.Net", (), (), ()))
    return builder.finish(["forward"])


def test_a_size_beyond_64_bits_has_no_value() -> None:
    program = Runnable(sized("4611686018427387904*B", full=False), {})
    assert program(np.zeros(1, np.float32), np.float32(0)) == 2**62
    with pytest.raises(ProgramError, match=r"\[run.symbol\]"):
        program(np.zeros(2, np.float32), np.float32(0))


@pytest.mark.parametrize("factor", [2**46, 2**60])
def test_a_tensor_that_no_memory_holds_ends_the_call_by_name(factor: int) -> None:
    program = Runnable(sized(f"{factor}*B", full=True), {})
    with pytest.raises(LimitError, match=r"full.*\[run.bytes\]"):
        program(np.zeros(3, np.float32), np.float32(0))
