"""``python -m benchmarks.passes``: what each pass does to the demo's network, a ResNet and an MLP."""

from __future__ import annotations

from typing import Any

import numpy as np

import tracebox as tb
from demo.onnx_weights import read_weights
from demo.silero import VoiceActivity
from demo.wheel import fetch_model
from tracebox.writer.passes import PASSES, TENSOR_PASSES, run_passes

ALL = [*PASSES, *TENSOR_PASSES]


class Layer(tb.Module):
    """A linear layer."""

    def __init__(self, random: np.random.Generator, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = random.standard_normal((outputs, inputs)).astype(np.float32)
        self.bias = np.zeros(outputs, np.float32)

    def forward(self, x: Any) -> Any:
        return x @ self.weight.T + self.bias


class MLP(tb.Module):
    """Written as people write: a factor of one, sizes asked for, a loop over layers, a value made twice."""

    def __init__(self) -> None:
        super().__init__()
        random = np.random.default_rng(0)
        self.layers = [Layer(random, 16, 16) for _ in range(4)]
        self.temperature = 1.0

    def forward(self, x: Any) -> Any:
        scale = np.float32(self.temperature)
        for layer in self.layers:
            x = np.tanh(layer(x)) * scale + x
        shifted = x - x.max(axis=-1, keepdims=True)
        return np.exp(shifted) / np.exp(shifted).sum(axis=-1, keepdims=True)


class Convolution(tb.Module):
    """A 3x3 convolution and its normalisation."""

    def __init__(self, random: np.random.Generator, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.weight = random.standard_normal((outputs, inputs, 3, 3)).astype(np.float32) / 12
        self.average, self.variance, self.scale, self.bias = (
            random.uniform(0.5, 1.5, outputs).astype(np.float32) for _ in range(4)
        )
        self.stride = stride

    def forward(self, x: Any) -> Any:
        y = tb.xp.nn.conv(x, self.weight, strides=self.stride, padding=1)
        return tb.xp.nn.batch_norm(y, self.average, self.variance, self.scale, self.bias)


class Residual(tb.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, random: np.random.Generator, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = Convolution(random, inputs, outputs, stride)
        self.second = Convolution(random, outputs, outputs)
        self.shortcut = Convolution(random, inputs, outputs, stride) if stride > 1 else None

    def forward(self, x: Any) -> Any:
        y = self.second(np.maximum(self.first(x), 0))
        return np.maximum(y + (x if self.shortcut is None else self.shortcut(x)), 0)


class ResNet(tb.Module):
    """A small residual network."""

    def __init__(self) -> None:
        super().__init__()
        random = np.random.default_rng(0)
        self.stem = Convolution(random, 3, 16)
        sizes = ((16, 16, 1), (16, 32, 2), (32, 32, 1), (32, 64, 2), (64, 64, 1))
        self.blocks = [Residual(random, *size) for size in sizes]
        self.head = Layer(random, 64, 10)

    def forward(self, x: Any) -> Any:
        x = np.maximum(self.stem(x), 0)
        for block in self.blocks:
            x = block(x)
        return self.head(x.mean(axis=(2, 3)))


def main() -> None:
    network = VoiceActivity(read_weights(fetch_model()))
    random = np.random.default_rng(1)
    chunk = random.standard_normal((1, 512)).astype(np.float32)
    rows = random.standard_normal((8, 16)).astype(np.float32)
    show("silero", tb.trace(network, chunk), chunk)
    images = random.standard_normal((1, 3, 32, 32)).astype(np.float32)
    show("ResNet", tb.trace(ResNet(), images, inputs={"x": "f32[B,3,32,32]"}), images)
    show("MLP", tb.trace(MLP(), rows, inputs={"x": "f32[B,16]"}), rows)


def show(name: str, program: tb.TracedProgram, x: Any) -> None:
    """Print the figures of each pass alone and of all, as a table; check that results stay."""
    expected = program(x)
    print(f"\n| {name} | nodes | of them `op` | functions | peak bytes |\n|---|---|---|---|---|")
    for label, passes in [
        ("as traced", None),
        *((p, [p]) for p in ALL),
        ("by default", [*PASSES]),
        ("all", ALL),
    ]:
        made = run_passes(program.program, program.tensors, passes or [])
        figures = made.after if passes else made.before
        counts = (figures.total, figures.nodes["op"], figures.functions, figures.peak_bytes)
        print(f"| {label} | " + " | ".join(f"{count:,}" for count in counts) + " |")
        result = np.asarray(program.optimize(passes or [])(x))
        if set(TENSOR_PASSES).intersection(passes or ()):
            np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-5)
        else:
            assert result.tobytes() == np.asarray(expected).tobytes()


if __name__ == "__main__":
    main()
