"""Layers give what ONNX Runtime gives, on seeded random shapes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tracebox as tb

pytestmark = pytest.mark.peers
nn = tb.xp.nn
Array = Any
SEEDS = range(12)


def by_onnx(op: str, inputs: dict[str, Array], outputs: int = 1, opset: int = 18, **attrs: Any) -> Any:
    """The last of the outputs of one node in ONNX Runtime; inputs are named in the node's order."""
    import onnx
    import onnxruntime
    from onnx import helper

    names = [name if array is not None else "" for name, array in inputs.items()]
    given = {name: array for name, array in inputs.items() if array is not None}
    results = [f"y{i}" for i in range(outputs)]
    node = helper.make_node(op, names, results, **attrs)
    typed = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        for name, array in given.items()
    ]
    kept = [helper.make_tensor_value_info(results[-1], onnx.TensorProto.FLOAT, None)]
    model = helper.make_model(
        helper.make_graph([node], "one", typed, kept),
        opset_imports=[helper.make_opsetid("", opset)],
        ir_version=9,
    )
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, given)[0]


def agree(function: Any, arrays: tuple[Array, ...], expected: Array) -> None:
    """Whether the traced program gives `expected`."""
    got = tb.trace(function, *arrays)(*arrays)
    assert got.dtype == expected.dtype and got.shape == expected.shape
    np.testing.assert_allclose(got, expected, rtol=2e-5, atol=2e-5)


class Draw:
    """Seeded sizes and arrays."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)

    def size(self, low: int, high: int) -> int:
        return int(self.random.integers(low, high + 1))

    def sizes(self, count: int, low: int, high: int) -> list[int]:
        return [self.size(low, high) for _ in range(count)]

    def array(self, *shape: int) -> Array:
        return self.random.normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("seed", SEEDS)
def test_transposed_convolution(seed: int) -> None:
    draw = Draw(seed)
    rank, groups = draw.size(1, 2), draw.size(1, 3)
    strides, dilations = draw.sizes(rank, 1, 3), draw.sizes(rank, 1, 2)
    kernel = draw.sizes(rank, 1, 4)
    pads = [draw.size(0, min(1, k - 1)) for k in kernel * 2]
    extra = [draw.size(0, max(s, d) - 1) for s, d in zip(strides, dilations)]
    extra = [min(e, s - 1) for e, s in zip(extra, strides)]
    x = draw.array(draw.size(1, 2), 2 * groups, *draw.sizes(rank, 2, 6))
    w = draw.array(2 * groups, draw.size(1, 3), *kernel)
    bias = draw.array(w.shape[1] * groups)
    expected = by_onnx(
        "ConvTranspose",
        {"x": x, "w": w, "b": bias},
        strides=strides,
        dilations=dilations,
        pads=pads,
        output_padding=extra,
        group=groups,
    )
    padding = list(zip(pads[:rank], pads[rank:]))
    given: dict[str, Any] = {"strides": strides, "padding": padding, "output_padding": extra}
    given |= {"dilations": dilations, "groups": groups}
    agree(lambda x, w, b: nn.conv_transpose(x, w, b, **given), (x, w, bias), expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_convolution(seed: int) -> None:
    draw = Draw(seed)
    rank, groups = draw.size(1, 2), draw.size(1, 3)
    strides, dilations, kernel = (draw.sizes(rank, 1, high) for high in (3, 2, 3))
    pads = draw.sizes(2 * rank, 0, 2)
    x = draw.array(draw.size(1, 2), 2 * groups, *draw.sizes(rank, 5, 9))
    w = draw.array(draw.size(1, 3) * groups, 2, *kernel)
    expected = by_onnx(
        "Conv", {"x": x, "w": w}, strides=strides, dilations=dilations, pads=pads, group=groups
    )
    padding = list(zip(pads[:rank], pads[rank:]))
    agree(
        lambda x, w: nn.conv(x, w, strides=strides, padding=padding, dilations=dilations, groups=groups),
        (x, w),
        expected,
    )


def gates(weights: Array, order: tuple[int, ...]) -> Array:
    """The blocks of gates in ONNX's order, in an axis of directions."""
    blocks = np.split(weights, len(order))
    return np.concatenate([blocks[i] for i in order])[None]


@pytest.mark.parametrize("seed", SEEDS)
def test_lstm_cell(seed: int) -> None:
    draw = Draw(seed)
    batch, inputs, hidden = draw.size(1, 4), draw.size(1, 6), draw.size(1, 6)
    x, h, c = draw.array(batch, inputs), draw.array(batch, hidden), draw.array(batch, hidden)
    w, r, b = draw.array(4 * hidden, inputs), draw.array(4 * hidden, hidden), draw.array(4 * hidden)
    order = (0, 3, 1, 2)  # i, o, f, c; ours are i, f, g, o
    bias = np.concatenate([gates(b, order), np.zeros((1, 4 * hidden), np.float32)], axis=1)
    given = {"x": x[None], "w": gates(w, order), "r": gates(r, order), "b": bias, "lens": None}
    given |= {"h": h[None], "c": c[None]}
    for outputs, place in ((2, 0), (3, 1)):
        expected = by_onnx("LSTM", given, outputs, hidden_size=hidden)[0]
        agree(lambda *args, at=place: nn.lstm_cell(*args)[at], (x, h, c, w, r, b), expected)


@pytest.mark.parametrize("reset_after", [True, False])
@pytest.mark.parametrize("seed", SEEDS)
def test_gru_cell(seed: int, reset_after: bool) -> None:
    draw = Draw(seed)
    batch, inputs, hidden = draw.size(1, 4), draw.size(1, 6), draw.size(1, 6)
    x, h = draw.array(batch, inputs), draw.array(batch, hidden)
    w, r = draw.array(3 * hidden, inputs), draw.array(3 * hidden, hidden)
    b_ih, b_hh = draw.array(3 * hidden), draw.array(3 * hidden)
    order = (1, 0, 2)  # z, r, h; ours are r, z, n
    bias = np.concatenate([gates(b_ih, order), gates(b_hh, order)], axis=1)
    given = {"x": x[None], "w": gates(w, order), "r": gates(r, order), "b": bias, "lens": None, "h": h[None]}
    expected = by_onnx("GRU", given, 2, hidden_size=hidden, linear_before_reset=int(reset_after))[0]
    agree(lambda *args: nn.gru_cell(*args, reset_after=reset_after), (x, h, w, r, b_ih, b_hh), expected)


@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_linear_interpolation(seed: int, align_corners: bool) -> None:
    draw = Draw(seed)
    x = draw.array(draw.size(1, 2), draw.size(1, 3), *draw.sizes(2, 2, 6))
    size = draw.sizes(2, 2, 11)
    sizes = np.array([*x.shape[:2], *size], np.int64)
    expected = by_onnx(
        "Resize",
        {"x": x, "roi": None, "scales": None, "sizes": sizes},
        mode="linear",
        coordinate_transformation_mode="align_corners" if align_corners else "half_pixel",
    )
    agree(lambda x: nn.interpolate(x, size, mode="linear", align_corners=align_corners), (x,), expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_nearest_interpolation(seed: int) -> None:
    draw = Draw(seed)
    # Ratios that binary floats hold: with others ONNX Runtime's places depend on its rounding.
    x = draw.array(1, draw.size(1, 3), *(4 * n for n in draw.sizes(2, 1, 2)))
    size = [n * draw.random.choice([1, 2, 4]) // draw.random.choice([1, 2, 4]) for n in x.shape[2:]]
    sizes = np.array([*x.shape[:2], *size], np.int64)
    expected = by_onnx(
        "Resize",
        {"x": x, "roi": None, "scales": None, "sizes": sizes},
        mode="nearest",
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )
    agree(lambda x: nn.interpolate(x, [int(n) for n in size]), (x,), expected)


@pytest.mark.parametrize("ceil_mode", [False, True])
@pytest.mark.parametrize("kind", ["max", "average", "average of the padding too"])
@pytest.mark.parametrize("seed", SEEDS)
def test_pooling(seed: int, kind: str, ceil_mode: bool) -> None:
    draw = Draw(seed)
    rank = draw.size(1, 2)
    window, strides = draw.sizes(rank, 1, 4), draw.sizes(rank, 1, 3)
    pads = [draw.size(0, (n - 1) // 2) for n in window]
    x = draw.array(draw.size(1, 2), draw.size(1, 3), *draw.sizes(rank, 5, 9))
    padding = [(n, n) for n in pads]
    attrs: dict[str, Any] = {"kernel_shape": window, "strides": strides, "pads": pads * 2}
    if kind == "max":
        expected = by_onnx("MaxPool", {"x": x}, ceil_mode=int(ceil_mode), **attrs)
        agree(
            lambda x: nn.max_pool(x, window, strides=strides, padding=padding, ceil_mode=ceil_mode),
            (x,),
            expected,
        )
        return
    counted = kind.endswith("too")
    expected = by_onnx(
        "AveragePool", {"x": x}, opset=19, count_include_pad=int(counted), ceil_mode=int(ceil_mode), **attrs
    )
    agree(
        lambda x: nn.avg_pool(
            x, window, strides=strides, padding=padding, count_include_pad=counted, ceil_mode=ceil_mode
        ),
        (x,),
        expected,
    )
