"""The demo's network, on generated weights, against loops in double precision."""

from __future__ import annotations

from math import exp, sqrt, tanh
from typing import Any

import numpy as np
import pytest

from demo.audio import CHUNK, speech
from demo.silero import Conv1d, LSTMCell, Spectrum, VoiceActivity


@pytest.fixture
def random() -> np.random.Generator:
    return np.random.default_rng(1)


def normal(random: np.random.Generator, *shape: int) -> np.ndarray[Any, Any]:
    return random.standard_normal(shape).astype(np.float32)


def test_the_spectrum_is_the_magnitude_of_two_projections(random: np.random.Generator) -> None:
    basis, samples = normal(random, 6, 1, 256), normal(random, 1, 576)
    padded = [float(v) for v in samples[0]] + [float(samples[0, 574 - i]) for i in range(64)]
    got = Spectrum(basis)(samples)
    assert got.shape == (1, 3, 4)
    for row in range(3):
        for frame in range(4):
            window = padded[frame * 128 : frame * 128 + 256]
            parts = [sum(float(b) * v for b, v in zip(basis[r, 0], window)) for r in (row, row + 3)]
            assert got[0, row, frame] == pytest.approx(sqrt(parts[0] ** 2 + parts[1] ** 2), rel=1e-5)


@pytest.mark.parametrize("stride", [1, 2])
@pytest.mark.parametrize("length", [2, 5])
def test_a_convolution_sums_over_channels_and_taps(
    random: np.random.Generator, stride: int, length: int
) -> None:
    weight, bias, x = normal(random, 3, 2, 3), normal(random, 3), normal(random, 2, 2, length)
    got = Conv1d(weight, bias, stride)(x)
    assert got.shape == (2, 3, (length - 1) // stride + 1)
    for batch, out, frame in np.ndindex(got.shape):
        total = float(bias[out])
        for channel in range(2):
            for tap in range(3):
                at = frame * stride + tap - 1
                if 0 <= at < length:
                    total += float(weight[out, channel, tap]) * float(x[batch, channel, at])
        assert got[batch, out, frame] == pytest.approx(max(total, 0.0), rel=1e-5, abs=1e-6)


def test_the_lstm_cell_remembers(random: np.random.Generator) -> None:
    names = {"weight_ih": (512, 128), "weight_hh": (512, 128), "bias_ih": (512,), "bias_hh": (512,)}
    weights = {name: normal(random, *shape) / 8 for name, shape in names.items()}
    cell = LSTMCell(weights, "")
    h, c = [0.0] * 128, [0.0] * 128
    wide = {name: weight.astype(np.float64) for name, weight in weights.items()}
    for step in normal(random, 3, 1, 128):
        gates = wide["weight_ih"] @ step[0] + wide["weight_hh"] @ h + wide["bias_ih"] + wide["bias_hh"]
        for k in range(128):
            i, f, o = (1 / (1 + exp(-gates[k + 128 * gate])) for gate in (0, 1, 3))
            c[k] = f * c[k] + i * tanh(gates[k + 256])
            h[k] = o * tanh(c[k])
        np.testing.assert_allclose(cell(step), [h], atol=2e-6)


def test_speech_is_the_same_for_one_seed_and_differs_for_another() -> None:
    audio = speech(4, seed=3)
    assert audio.shape == (4, 1, CHUNK)
    assert audio.dtype == np.float32
    np.testing.assert_array_equal(audio, speech(4, seed=3))
    assert not np.array_equal(audio, speech(4, seed=4))


def test_a_chunk_is_heard_in_the_context_of_the_one_before(random: np.random.Generator) -> None:
    shapes: dict[str, tuple[int, ...]] = {"model.stft.forward_basis_buffer": (258, 1, 256)}
    shapes["model.decoder.decoder.2.weight"] = (1, 128, 1)
    shapes["model.decoder.decoder.2.bias"] = (1,)
    for layer, (filters, channels) in enumerate(((128, 129), (64, 128), (64, 64), (128, 64))):
        shapes[f"model.encoder.{layer}.reparam_conv.weight"] = (filters, channels, 3)
        shapes[f"model.encoder.{layer}.reparam_conv.bias"] = (filters,)
    for name in ("weight_ih", "weight_hh"):
        shapes[f"model.decoder.rnn.{name}"] = (512, 128)
    for name in ("bias_ih", "bias_hh"):
        shapes[f"model.decoder.rnn.{name}"] = (512,)
    network = VoiceActivity({name: normal(random, *shape) / 16 for name, shape in shapes.items()})
    loud, quiet = speech(8, seed=5)[7], np.zeros((1, CHUNK), np.float32)
    first = network(quiet)
    assert first.shape == (1, 1)
    network(loud)
    assert not np.array_equal(network(quiet), first)
    np.testing.assert_array_equal(network.context, quiet[:, -64:])
