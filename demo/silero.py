"""The 16 kHz voice-activity network of silero-vad 6.2.3, written in plain NumPy.

It hears 512 samples at a time and answers with the probability that somebody speaks.
What it must remember between chunks are its state fields: the last samples of the chunk
before, and the LSTM's two vectors.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import tracebox as tb

Array = Any  # np.ndarray, or what stands for one while the network is traced

CONTEXT = 64
HOP = 128
HIDDEN = 128


def sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


class Spectrum(tb.Module):
    """Magnitudes of a short-time Fourier transform; each window spans two hops."""

    def __init__(self, basis: Array) -> None:
        super().__init__()
        self.basis = basis[:, 0, :]

    def forward(self, samples: Array) -> Array:
        mirrored = np.flip(samples[:, -CONTEXT - 1 : -1], axis=1)
        padded = np.concatenate([samples, mirrored], axis=1)
        hops = padded.reshape(padded.shape[0], -1, HOP)
        windows = np.concatenate([hops[:, :-1], hops[:, 1:]], axis=2)
        transformed = np.matmul(self.basis, np.swapaxes(windows, 1, 2))
        half = self.basis.shape[0] // 2
        real, imaginary = transformed[:, :half], transformed[:, half:]
        return np.sqrt(real * real + imaginary * imaginary)


class Conv1d(tb.Module):
    """A convolution over ``(batch, channels, time)`` that keeps its length before striding, then a ReLU."""

    def __init__(self, weight: Array, bias: Array, stride: int) -> None:
        super().__init__()
        filters, _, self.taps = weight.shape
        self.kernel = np.swapaxes(weight, 1, 2).reshape(filters, -1)  # a matrix, the taps outermost
        self.bias = bias[:, None]
        self.stride = stride

    def forward(self, x: Array) -> Array:
        margin = self.taps // 2
        padded = np.pad(x, ((0, 0), (0, 0), (margin, margin)))
        span = x.shape[2]
        shifted = [padded[:, :, tap : tap + span : self.stride] for tap in range(self.taps)]
        y = np.matmul(self.kernel, np.concatenate(shifted, axis=1))
        return np.maximum(y + self.bias, 0)


class LSTMCell(tb.Module):
    """One step of an LSTM, which keeps its own state."""

    def __init__(self, weights: Mapping[str, Array], prefix: str) -> None:
        super().__init__()
        self.weight_ih = weights[prefix + "weight_ih"]
        self.weight_hh = weights[prefix + "weight_hh"]
        self.bias_ih = weights[prefix + "bias_ih"]
        self.bias_hh = weights[prefix + "bias_hh"]
        self.h = tb.field(np.zeros((1, HIDDEN), np.float32))
        self.c = tb.field(np.zeros((1, HIDDEN), np.float32))

    def forward(self, x: Array) -> Array:
        gates = x @ self.weight_ih.T + self.bias_ih + self.h @ self.weight_hh.T + self.bias_hh
        i, f, g, o = np.split(gates, 4, axis=1)
        self.c = sigmoid(f) * self.c + sigmoid(i) * np.tanh(g)
        self.h = sigmoid(o) * np.tanh(self.c)
        return self.h


class VoiceActivity(tb.Module):
    """Probability of speech in the next 512 samples of one stream of 16 kHz audio."""

    def __init__(self, weights: Mapping[str, Array]) -> None:
        super().__init__()
        self.spectrum = Spectrum(weights["model.stft.forward_basis_buffer"])
        self.encoder = [
            Conv1d(weights[name + ".weight"], weights[name + ".bias"], stride)
            for stride, name in zip((1, 2, 2, 1), (f"model.encoder.{i}.reparam_conv" for i in range(4)))
        ]
        self.lstm = LSTMCell(weights, "model.decoder.rnn.")
        self.weight = weights["model.decoder.decoder.2.weight"][:, :, 0]
        self.bias = weights["model.decoder.decoder.2.bias"]
        self.context = tb.field(np.zeros((1, CONTEXT), np.float32))

    def forward(self, chunk: Array) -> Array:
        samples = np.concatenate([self.context, chunk], axis=1)
        self.context = chunk[:, -CONTEXT:]
        x = self.spectrum(samples)
        for layer in self.encoder:
            x = layer(x)
        hidden = self.lstm(np.squeeze(x, axis=2))
        return sigmoid(np.maximum(hidden, 0) @ self.weight.T + self.bias)
