"""The demo's protobuf reader finds what the onnx package wrote."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from demo.onnx_weights import read_weights

pytestmark = pytest.mark.peers

ARRAYS: dict[str, np.ndarray[Any, Any]] = {
    "floats": np.arange(6, dtype=np.float32).reshape(2, 3),
    "long": np.array([-1, 0, 2**40], np.int64),
    "scalar": np.array(2.5, np.float64),
    "flags": np.array([[True], [False]]),
    "empty": np.zeros((0, 4), np.float32),
}


def model_of(initializers: list[Any], constants: dict[str, Any]) -> bytes:
    import onnx

    nodes = [onnx.helper.make_node("Constant", [], [name], value=t) for name, t in constants.items()]
    graph = onnx.helper.make_graph(nodes, "weights", [], [], initializers)
    return bytes(onnx.helper.make_model(graph).SerializeToString())


def assert_same(found: dict[str, np.ndarray[Any, Any]]) -> None:
    assert found.keys() == ARRAYS.keys()
    for name, expected in ARRAYS.items():
        assert found[name].dtype == expected.dtype
        np.testing.assert_array_equal(found[name], expected, strict=True)


def test_initializers_are_read() -> None:
    import onnx

    assert_same(read_weights(model_of([onnx.numpy_helper.from_array(a, n) for n, a in ARRAYS.items()], {})))


def test_constant_nodes_are_read() -> None:
    import onnx

    assert_same(
        read_weights(model_of([], {n: onnx.numpy_helper.from_array(a, "") for n, a in ARRAYS.items()}))
    )


def test_typed_number_fields_are_read() -> None:
    import onnx

    tensors = [
        onnx.helper.make_tensor("floats", onnx.TensorProto.FLOAT, [2, 2], [1.0, 2.0, -3.0, 0.5]),
        onnx.helper.make_tensor("long", onnx.TensorProto.INT64, [2], [-7, 9]),
    ]
    found = read_weights(model_of(tensors, {}))
    np.testing.assert_array_equal(found["floats"], np.array([[1, 2], [-3, 0.5]], np.float32), strict=True)
    np.testing.assert_array_equal(found["long"], np.array([-7, 9], np.int64), strict=True)
