"""Cold start of the demo's archive, tracing time of its network, and the command's own start."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from demo.environment import ROOT, fresh_environment, reader_environment
from demo.run import write_archive
from demo.wheel import fetch_model

from .harness import Row, interleave, process, rounds_of

HOME = ROOT / "build" / "bench"

FIRST_CHUNK = """
import numpy as np
import tracebox as tb
tb.load({path!r}).new_session()(np.zeros((1, 512), np.float32))
"""

FIRST_CHUNK_ONNXRUNTIME = """
import numpy as np
import onnxruntime
feed = {{"input": np.zeros((1, 576), np.float32), "state": np.zeros((2, 1, 128), np.float32)}}
onnxruntime.InferenceSession({path!r}).run(None, feed | {{"sr": np.array(16000)}})
"""

TRACE = """
import time
import numpy as np
import tracebox as tb
from demo.onnx_weights import read_weights
from demo.silero import VoiceActivity
network = VoiceActivity(read_weights(open({path!r}, "rb").read()))
start = time.perf_counter()
tb.trace(network, np.zeros((1, 512), np.float32))
"""


def rows() -> Iterator[Row]:
    """Process start to first result, against a bare `import numpy` and ONNX Runtime."""
    HOME.mkdir(parents=True, exist_ok=True)
    model, archive = HOME / "silero.onnx", HOME / "silero.tbox"
    model.write_bytes(fetch_model())
    write_archive(model.read_bytes(), archive)
    ours = reader_environment(HOME / "reader")
    theirs = fresh_environment(HOME / "onnxruntime", "onnxruntime>=1.20")

    yield from cold_start(ours, archive, theirs, model)
    tracing = TRACE.format(path=str(model))
    times = interleave(
        {
            "trace": process([sys.executable, "-c", tracing]),
            "setup": process([sys.executable, "-c", tracing.rpartition("tb.trace")[0]]),
            "help": process([str(ours / "archive"), "--help"]),
        },
        rounds=7,
    )
    first_trace = times["trace"] - times["setup"]
    yield Row(what="trace silero, first in its process", value=first_trace, unit="s", bound=1)
    yield Row(what="archive --help", value=times["help"], unit="s", bound=0.2)


def cold_start(ours: Path, archive: Path, theirs: Path, model: Path) -> Iterator[Row]:
    python = str(ours / "python")
    runs = {
        "numpy": process([python, "-c", "import numpy"]),
        "tracebox": process([python, "-c", FIRST_CHUNK.format(path=str(archive))]),
        "onnxruntime": process(
            [str(theirs / "python"), "-c", FIRST_CHUNK_ONNXRUNTIME.format(path=str(model))]
        ),
    }
    rounds = rounds_of(runs, 21)
    times = {name: median(taken) for name, taken in rounds.items()}
    over = median(ours - bare for ours, bare in zip(rounds["tracebox"], rounds["numpy"]))
    yield Row(what="cold start of silero, over a bare import numpy", value=over * 1e3, unit="ms", bound=45)
    yield Row(
        what="cold start of silero, of ONNX Runtime's",
        value=times["tracebox"] / times["onnxruntime"],
        unit="x",
        bound=1,
        note=", ".join(f"{name} {taken * 1e3:.0f} ms" for name, taken in times.items()),
    )
