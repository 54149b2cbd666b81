"""Whole models as their authors write them, traced, saved, loaded, and run on other sizes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb

Array = Any
RNG = np.random.default_rng(11)


def normal(*shape: int) -> Array:
    return (RNG.standard_normal(shape) * 0.2).astype(np.float32)


class LayerNorm(tb.Module):
    def __init__(self, width: int) -> None:
        self.gain, self.bias = np.ones(width, np.float32), np.zeros(width, np.float32)

    def forward(self, x: Array) -> Array:
        mean = x.mean(-1, keepdims=True)
        variance = ((x - mean) ** 2).mean(-1, keepdims=True)
        return (x - mean) / np.sqrt(variance + 1e-5) * self.gain + self.bias


class Dense(tb.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        self.weight, self.bias = normal(inputs, outputs), normal(outputs)

    def forward(self, x: Array) -> Array:
        return x @ self.weight + self.bias


class Attention(tb.Module):
    def __init__(self, width: int, heads: int) -> None:
        self.qkv, self.out, self.heads = Dense(width, 3 * width), Dense(width, width), heads

    def forward(self, x: Array) -> Array:
        batch, length, width = x.shape

        def split(t: Array) -> Array:
            return t.reshape(batch, length, self.heads, width // self.heads).transpose(0, 2, 1, 3)

        q, k, v = map(split, np.split(self.qkv(x), 3, axis=-1))
        scores = q @ k.swapaxes(-1, -2) / np.sqrt(np.float32(width // self.heads))
        scores = np.where(np.tril(np.ones((length, length), bool)), scores, np.float32(-1e9))
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        weights = weights / weights.sum(-1, keepdims=True)
        return self.out((weights @ v).transpose(0, 2, 1, 3).reshape(batch, length, width))


class Block(tb.Module):
    def __init__(self, width: int, heads: int) -> None:
        self.norm1, self.norm2 = LayerNorm(width), LayerNorm(width)
        self.attention = Attention(width, heads)
        self.up, self.down = Dense(width, 4 * width), Dense(4 * width, width)

    def forward(self, x: Array) -> Array:
        x = x + self.attention(self.norm1(x))
        h = self.up(self.norm2(x))
        return x + self.down(0.5 * h * (1 + np.tanh(0.7978845608 * (h + 0.044715 * h**3))))


class LanguageModel(tb.Module):
    def __init__(self, depth: int, width: int, heads: int, words: int) -> None:
        self.embedding, self.positions = normal(words, width), normal(64, width)
        self.blocks = [Block(width, heads) for _ in range(depth)]
        self.norm = LayerNorm(width)

    def forward(self, tokens: Array) -> Array:
        x = self.embedding[tokens] + self.positions[: tokens.shape[1]]
        for block in self.blocks:
            x = block(x)
        return self.norm(x) @ self.embedding.T


class Convolution(tb.Module):
    """Two-dimensional, by shifted products."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        self.weight, self.bias, self.stride = normal(outputs, inputs, 3, 3), normal(outputs), stride

    def forward(self, x: Array) -> Array:
        batch, channels, height, width = x.shape
        padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
        taps = [
            padded[:, :, i : i + height : self.stride, j : j + width : self.stride]
            for i in range(3)
            for j in range(3)
        ]
        columns = np.stack(taps, axis=2)
        out = columns.shape[-2:]
        flat = self.weight.reshape(self.weight.shape[0], -1) @ columns.reshape(batch, channels * 9, -1)
        return np.maximum(flat.reshape(batch, -1, *out) + self.bias[:, None, None], 0)


class ImageClassifier(tb.Module):
    def __init__(self) -> None:
        self.stages = [Convolution(3, 4, 2), Convolution(4, 8, 2), Convolution(8, 8, 1)]
        self.head = Dense(8, 5)

    def forward(self, images: Array) -> dict[str, Array]:
        x = images
        for stage in self.stages:
            x = stage(x)
        logits = self.head(x.mean(axis=(2, 3)))
        return {"logits": logits, "best": logits.argmax(axis=-1)}


class Gru(tb.Module):
    def __init__(self, inputs: int, width: int) -> None:
        self.w, self.u, self.b = normal(inputs, 3 * width), normal(width, 3 * width), normal(3 * width)
        self.h = tb.field(np.zeros((1, width), np.float32))

    def forward(self, x: Array) -> Array:
        gx, gh = np.split(x @ self.w + self.b, 3, axis=-1), np.split(self.h @ self.u, 3, axis=-1)
        reset, update = (1 / (1 + np.exp(-(a + b))) for a, b in zip(gx[:2], gh[:2]))
        self.h = (1 - update) * np.tanh(gx[2] + reset * gh[2]) + update * self.h
        return self.h


def test_a_transformer_stays_symbolic_in_batch_and_length(tmp_path: Path) -> None:
    model = LanguageModel(4, 16, 2, 20)
    program = tb.trace(model, RNG.integers(0, 20, (2, 7)))
    assert program.entry_points[0].inputs == ("i64[tokens_0,tokens_1]",)
    assert program.entry_points[0].outputs == ("f32[tokens_0,tokens_1,20]",)
    assert not program.warnings
    assert sum(cls.name.endswith("Block") for cls in program.program.classes) == 1
    assert tb.check(program).worst < 1e-4
    tb.save(program, tmp_path / "lm.tbox", vectors=2)
    tokens = RNG.integers(0, 20, (3, 5))
    np.testing.assert_allclose(tb.load(tmp_path / "lm.tbox")(tokens), model(tokens), rtol=1e-3, atol=1e-4)


def test_an_image_classifier_takes_other_sizes() -> None:
    program = tb.trace(ImageClassifier(), normal(2, 3, 9, 12))
    assert program.entry_points[0].inputs == ("f32[images_0,3,images_2,images_3]",)
    report = tb.check(program)
    outcomes = [trial.outcome for trial in report.trials]
    assert report.ok and outcomes.count("equal") >= 4 and "differs" not in outcomes


def test_a_recurrent_cell_streams() -> None:
    cell = Gru(3, 5)
    session = tb.trace(cell, normal(1, 3)).new_session()
    for _ in range(5):
        x = normal(1, 3)
        np.testing.assert_allclose(session(x), cell(x), rtol=1e-4, atol=1e-5)


def test_sizes_of_many_slices_stay_short() -> None:
    def crop(x: Array) -> Array:
        for _ in range(12):
            x = x[1:-1] + x[2:] if _ % 2 else x[-9:]
        return x.reshape(x.shape[0] * x.shape[1])

    def pyramid(x: Array) -> Array:
        total = x[:0].sum()
        for k in range(14):
            x = x[k % 3 : -(k % 2) - 1] * 2 + 1
            x = np.concatenate([x[-3:], x[: x.shape[0] // 2], x])
            total = total + x.sum() * x.shape[0]
        return total

    for fn, x in ((crop, np.ones((40, 2))), (pyramid, np.ones(9))):
        program = tb.trace(fn, x)
        for node in program.graph.splitlines():
            assert len(node) < 2000
        for size in (len(x), len(x) + 3):
            other = np.arange(float(size * x[0].size)).reshape(size, *x.shape[1:])
            try:
                expected = fn(other)
            except ValueError:
                with pytest.raises(tb.TraceboxError):
                    program(other)
                continue
            np.testing.assert_allclose(program(other), expected)


def test_many_layers_are_traced_in_little_time() -> None:
    model = LanguageModel(12, 16, 2, 20)
    start = time.process_time()
    program = tb.trace(model, RNG.integers(0, 20, (2, 7)))
    print(f"traced {len(program.program.instances)} modules in {time.process_time() - start:.2f} s")
    assert len(program.program.instances) == 12 * 8 + 2
