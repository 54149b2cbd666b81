"""Normalisation folded into layers: within the accuracy, and left alone where it cannot be. SPEC 9.3."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tracebox as tb
from tracebox.schema.encoding import programs_equal
from tracebox.schema.ir import all_functions, walk
from tracebox.schema.text.parser import parse_program
from tracebox.schema.text.printer import print_program
from tracebox.schema.verify import verify_program
from tracebox.writer.passes import run_passes

nn: Any = tb.xp.nn
FOLD = ["inlining", "parameter-folding", "normalisation-folding"]


class Norm(tb.Module):
    """Averages, variances, factors and terms of channels."""

    def __init__(self, random: np.random.Generator, channels: int, dtype: Any, *, affine: bool) -> None:
        super().__init__()
        self.average = random.standard_normal(channels).astype(dtype)
        self.variance = random.uniform(0.1, 3, channels).astype(dtype)
        ones, zeros = np.ones(channels, dtype), np.zeros(channels, dtype)
        self.scale = random.standard_normal(channels).astype(dtype) if affine else ones
        self.bias = random.standard_normal(channels).astype(dtype) if affine else zeros

    def forward(self, x: Any) -> Any:
        return nn.batch_norm(x, self.average, self.variance, self.scale, self.bias, epsilon=1e-3)


class Layer(tb.Module):
    """A layer of some kind, with a normalisation behind it."""

    def __init__(self, r: Random, kind: str) -> None:
        super().__init__()
        random = np.random.default_rng(r.randrange(1000))
        self.kind = kind
        dtype = r.choice((np.float32, np.float64))
        self.groups = r.choice((1, 2)) if kind.startswith("conv") else 1
        rank = r.choice((1, 2)) if kind.startswith("conv") else 0
        inputs, outputs = 2 * r.randrange(1, 3), 2 * r.randrange(1, 3)
        self.strides = r.choice((1, 2))
        shapes = {
            "conv": (outputs, inputs // self.groups, *(3,) * rank),
            "conv_transpose": (inputs, outputs // self.groups, *(3,) * rank),
            "linear": (outputs, inputs),
            "right": (inputs, outputs),
            "left": (outputs, inputs),
        }
        self.weight = random.standard_normal(shapes[kind]).astype(dtype)
        has_bias = r.random() < 0.5 and kind not in ("right", "left")
        self.bias = random.standard_normal(outputs).astype(dtype) if has_bias else None
        plus = random.standard_normal((outputs, *(1,) * (1 if kind == "left" else rank))).astype(dtype)
        self.plus = plus if r.random() < 0.5 else None
        self.norm = Norm(random, outputs, dtype, affine=r.random() < 0.5)
        sizes = {"left": (2, inputs, 5), "conv": (2, inputs, *(7,) * rank)}
        sizes["conv_transpose"] = sizes["conv"]
        self.example = random.standard_normal(sizes.get(kind, (2, inputs))).astype(dtype)

    def layer(self, x: Any, weight: Any, bias: Any) -> Any:
        if self.kind.startswith("conv"):
            operator = nn.conv if self.kind == "conv" else nn.conv_transpose
            return operator(x, weight, bias, strides=self.strides, groups=self.groups)
        if self.kind == "linear":
            return nn.linear(x, weight, bias)
        return x @ weight if self.kind == "right" else weight @ x

    def forward(self, x: Any) -> Any:
        y = self.layer(x, self.weight, self.bias)
        return self.norm(y if self.plus is None else y + self.plus)

    def bound(self) -> Any:
        """What the magnitudes that are added up allow to differ."""
        size = np.abs(self.layer(*map(widened, (self.example, self.weight, self.bias))))
        each = (-1,) + (1,) * (size.ndim - 2)
        norm = self.norm
        factor = np.abs(norm.scale) / np.sqrt(norm.variance.astype(float) + 1e-3)
        size = size + np.abs(norm.average).reshape(each) + (0 if self.plus is None else np.abs(self.plus))
        size = size * factor.reshape(each) + np.abs(norm.bias).reshape(each)
        return size * (2 * self.weight.size + 32) * float(np.finfo(str(self.example.dtype)).eps)


def widened(x: Any) -> Any:
    return None if x is None else np.abs(x.astype(np.float64))


def operators(program: Any, name: str = "forward") -> list[str]:
    return [node.name for node in walk(program.export(name).body) if node.kind == "op"]


@given(
    st.randoms(use_true_random=False), st.sampled_from(["conv", "conv_transpose", "linear", "right", "left"])
)
@settings(max_examples=60)
def test_a_layer_takes_in_its_normalisation_within_the_accuracy(r: Random, kind: str) -> None:
    layer = Layer(r, kind)
    given = tb.trace(layer, layer.example)
    made = run_passes(given.program, given.tensors, FOLD)
    assert verify_program(made.program) == []
    assert "batch_norm" not in operators(made.program)
    assert operators(made.program)[-1] == ("add" if kind in ("right", "left") else kind)
    assert made.after.parameter_bytes <= made.before.parameter_bytes + 64
    optimized = given.optimize(FOLD)
    assert np.all(np.abs(optimized(layer.example) - given(layer.example)) <= layer.bound())
    assert programs_equal(parse_program(print_program(made.program)), made.program)
    assert programs_equal(run_passes(made.program, made.tensors, FOLD).program, made.program)
    spans = {repr(node.span) for _, _, f in all_functions(given.program) for node in walk(f.body)}
    assert {repr(node.span) for node in walk(made.program.export("forward").body)} <= spans - {"None"}


class Kept(tb.Module):
    def __init__(self) -> None:
        super().__init__()
        random = np.random.default_rng(0)
        self.weight = random.standard_normal((3, 3)).astype(np.float32)
        self.average, self.variance, self.scale, self.bias = (
            random.uniform(1, 2, 3).astype(np.float32) for _ in range(4)
        )
        self.run: Callable[[Any, Any], Any] = lambda module, x: x

    def norm(self, x: Any, average: Any = None) -> Any:
        average = self.average if average is None else average
        return nn.batch_norm(x, average, self.variance, self.scale, self.bias)

    def forward(self, x: Any) -> Any:
        return self.run(self, x)


def twice(m: Any, x: Any) -> Any:
    return m.norm(x @ m.weight) @ m.weight


def summed(m: Any, x: Any) -> Any:
    y = x @ m.weight
    return m.norm(y) + y


def given_average(m: Any, x: Any) -> Any:
    return m.norm(x @ m.weight, x[0])


def rows_of_steps(m: Any, x: Any) -> Any:
    return m.norm(nn.linear(x[None, :3], m.weight))


def whole_term(m: Any, x: Any) -> Any:
    return m.norm(x @ m.weight + np.ones((4, 3), np.float32))


def product(m: Any, x: Any) -> Any:
    return m.norm((x @ m.weight) * m.scale)


@pytest.mark.parametrize("run", [twice, summed, given_average, rows_of_steps, whole_term, product])
def test_a_normalisation_stays_where_it_is_not_the_layer_s_alone(run: Callable[[Any, Any], Any]) -> None:
    module = Kept()
    module.run = run
    x = np.ones((4, 3), np.float32)
    made = tb.trace(module, x).optimize(FOLD)
    assert operators(made.program).count("batch_norm") == 1


@pytest.mark.parametrize(("name", "value"), [("variance", -1.0), ("scale", np.inf), ("average", np.nan)])
def test_a_weight_that_would_not_be_finite_stays(name: str, value: float) -> None:
    module = Kept()
    module.run = lambda m, x: m.norm(x @ m.weight)
    getattr(module, name)[1] = value
    x = np.ones((4, 3), np.float32)
    assert "batch_norm" in operators(tb.trace(module, x).optimize(FOLD).program)
