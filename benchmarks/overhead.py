"""What a node and a call cost beside the bare NumPy operation."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import tracebox as tb

from .harness import Row, interleave

NODES = 1000


def rows() -> Iterator[Row]:
    """A chain of adds against NumPy and ONNX Runtime; one add against the bare one."""
    random = np.random.default_rng(0)
    x = random.standard_normal(4).astype(np.float32)
    terms = [random.standard_normal(4).astype(np.float32) for _ in range(NODES)]

    def chain(y: Any) -> Any:
        for term in terms:
            y = np.add(y, term)
        return y

    ours, theirs = saved(chain, x), onnx_chain(terms)
    expected = chain(x)
    for name, answer in (("tracebox", ours(x)), ("onnxruntime", theirs(x))):
        if not np.array_equal(answer, expected):
            raise SystemExit(f"{name} gives another result than NumPy")
    times = interleave({"numpy": lambda: chain(x), "ours": lambda: ours(x), "ort": lambda: theirs(x)}, 301)
    yield Row(
        what="1,000 adds on 4 elements, of a NumPy loop",
        value=times["ours"] / times["numpy"],
        unit="x",
        bound=1.15,
        note=", ".join(f"{name} {taken * 1e6:.0f} us" for name, taken in times.items()),
    )
    yield Row(
        what="1,000 adds on 4 elements, of ONNX Runtime",
        value=times["ours"] / times["ort"],
        unit="x",
        bound=1,
    )

    one, term = saved(lambda a, b: np.add(a, b), x, terms[0]), terms[0]
    times = interleave({"bare": lambda: np.add(x, term), "ours": lambda: one(x, term)}, 101, repeat=200)
    yield Row(
        what="call of a one-node program, over the bare operation",
        value=(times["ours"] - times["bare"]) * 1e6,
        unit="us",
        bound=4,
    )


def saved(function: Callable[..., Any], *args: Any) -> Callable[..., Any]:
    """`function` traced, saved and loaded."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "program.tbox"
        tb.save(tb.trace(function, *args), path)
        return tb.load(path.read_bytes())


def onnx_chain(terms: list[np.ndarray[Any, Any]]) -> Callable[[Any], Any]:
    """The same adds as an ONNX graph in ONNX Runtime, every term an initializer."""
    import onnx
    import onnxruntime

    helper, count = onnx.helper, len(terms)
    first, last = (
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [4]) for name in ("y0", f"y{count}")
    )
    graph = helper.make_graph(
        [helper.make_node("Add", [f"y{i}", f"b{i}"], [f"y{i + 1}"]) for i in range(count)],
        "chain",
        [first],
        [last],
        [onnx.numpy_helper.from_array(term, f"b{i}") for i, term in enumerate(terms)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # nothing here to share out
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    return lambda x: session.run(None, {"y0": x})[0]
