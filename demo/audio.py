"""Generated audio: vowels of a synthetic voice with pauses between them, over faint noise."""

from __future__ import annotations

from typing import Any

import numpy as np

RATE = 16_000
CHUNK = 512
# Centre frequencies of the first three formants of five vowels, in Hz.
VOWELS = ((730, 1090, 2440), (270, 2290, 3010), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410))


def vowel(formants: tuple[int, ...], pitch: float, seconds: float) -> np.ndarray[Any, Any]:
    """A voiced sound: the harmonics of a gliding pitch, weighted by resonances."""
    time = np.arange(int(seconds * RATE)) / RATE
    glide = pitch * (1.1 - 0.2 * time / seconds)
    phase = 2 * np.pi * np.cumsum(glide) / RATE
    sound = np.zeros_like(time)
    for harmonic in range(1, int(3800 / pitch)):
        frequency = harmonic * pitch
        gain = sum(1 / (1 + ((frequency - centre) / 90) ** 2) for centre in formants)
        sound += gain / harmonic**0.5 * np.sin(harmonic * phase)
    sound *= np.sin(np.pi * time / seconds) ** 0.5
    loudest: float = np.abs(sound).max()
    return sound / loudest


def speech(chunks: int, seed: int = 0) -> np.ndarray[Any, Any]:
    """`chunks` chunks of 512 samples at 16 kHz: float32, shape ``(chunks, 1, 512)``."""
    random = np.random.default_rng(seed)
    samples = chunks * CHUNK
    audio = np.zeros(samples)
    at, spoken = RATE // 10, 0
    while at < samples:
        length = random.uniform(0.12, 0.25)
        sound = vowel(VOWELS[random.integers(len(VOWELS))], random.uniform(100, 140), length)
        end = min(samples, at + len(sound))
        audio[at:end] += sound[: end - at]
        spoken += 1
        at = end + int(RATE * (0.25 if spoken % 4 == 0 else 0.03))
    audio = 0.3 * audio + 0.002 * random.standard_normal(samples)
    stream: np.ndarray[Any, Any] = audio.astype(np.float32).reshape(chunks, 1, CHUNK)
    return stream
