"""The same network in ONNX Runtime, from the `.onnx` file itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from .audio import RATE
from .silero import CONTEXT


def onnxruntime_answers(model: bytes, chunks: np.ndarray[Any, Any]) -> np.ndarray[Any, Any] | None:
    """The probability for each chunk of one stream, or None where onnxruntime is not installed."""
    try:
        import onnxruntime
    except ImportError:
        return None
    runtime = onnxruntime.InferenceSession(model)
    context = np.zeros((1, CONTEXT), np.float32)
    state = np.zeros((2, 1, 128), np.float32)
    answers = []
    for chunk in chunks:
        samples = np.concatenate([context, chunk], axis=1)
        context = chunk[:, -CONTEXT:]
        answer, state = runtime.run(None, {"input": samples, "state": state, "sr": np.array(RATE)})
        answers.append(answer)
    return np.concatenate(answers)
