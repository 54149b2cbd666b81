"""The demo's network against ONNX Runtime: first in NumPy, then out of its archive."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tracebox as tb
from demo.audio import speech
from demo.onnx_weights import read_weights
from demo.peer import onnxruntime_answers
from demo.run import TOLERANCE
from demo.silero import VoiceActivity
from demo.wheel import CACHE, fetch_model

pytestmark = pytest.mark.peers

CHUNKS = 50


@pytest.fixture(scope="module")
def model() -> bytes:
    CACHE.mkdir(parents=True, exist_ok=True)
    return fetch_model()


@pytest.fixture(scope="module")
def expected(model: bytes) -> np.ndarray[Any, Any]:
    answers = onnxruntime_answers(model, speech(CHUNKS))
    assert answers is not None
    assert answers.min() < 0.1
    assert answers.max() > 0.9
    return answers


def test_the_weights_are_those_that_onnx_reads(model: bytes) -> None:
    import onnx

    found = read_weights(model)
    initializers = onnx.load_from_string(model).graph.initializer
    assert len(initializers) == 15
    for tensor in initializers:
        np.testing.assert_array_equal(found[tensor.name], onnx.numpy_helper.to_array(tensor), strict=True)


def test_the_numpy_network_agrees(model: bytes, expected: np.ndarray[Any, Any]) -> None:
    network = VoiceActivity(read_weights(model))
    answers = np.concatenate([network(chunk) for chunk in speech(CHUNKS)])
    assert np.abs(answers - expected).max() < TOLERANCE


def test_the_archive_agrees(model: bytes, expected: np.ndarray[Any, Any], tmp_path: Path) -> None:
    path = tmp_path / "silero.tbox"
    tb.save(tb.trace(VoiceActivity(read_weights(model)), speech(1)[0]), path)
    session = tb.load(path).new_session()
    answers = np.concatenate([session(chunk) for chunk in speech(CHUNKS)])
    assert np.abs(answers - expected).max() < TOLERANCE

    session.reset()
    np.testing.assert_array_equal(session(speech(CHUNKS)[0]), answers[:1])
