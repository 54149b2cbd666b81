"""``python -m benchmarks.passes``: what each pass does to the demo's network and to a traced MLP."""

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


def main() -> None:
    network = VoiceActivity(read_weights(fetch_model()))
    random = np.random.default_rng(1)
    chunk = random.standard_normal((1, 512)).astype(np.float32)
    rows = random.standard_normal((8, 16)).astype(np.float32)
    show("silero", tb.trace(network, chunk), chunk)
    show("MLP", tb.trace(MLP(), rows, inputs={"x": "f32[B,16]"}), rows)


def show(name: str, program: tb.TracedProgram, x: Any) -> None:
    """Print the figures of each pass alone and of all, as a table; check that results stay."""
    expected = program(x)
    print(f"\n| {name} | nodes | of them `op` | functions | peak bytes |\n|---|---|---|---|---|")
    for label, passes in [("as traced", None), *((p, [p]) for p in ALL), ("all", ALL)]:
        made = run_passes(program.program, program.tensors, passes or [])
        figures = made.after if passes else made.before
        counts = (figures.total, figures.nodes["op"], figures.functions, figures.peak_bytes)
        print(f"| {label} | " + " | ".join(f"{count:,}" for count in counts) + " |")
        result = program.optimize(passes or [])(x)
        assert np.asarray(result).tobytes() == np.asarray(expected).tobytes()


if __name__ == "__main__":
    main()
