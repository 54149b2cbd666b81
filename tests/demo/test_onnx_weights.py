"""The demo's protobuf reader, on bytes written out by hand."""

from __future__ import annotations

import numpy as np

from demo.onnx_weights import fields, read_weights, varint


def test_a_varint_carries_seven_bits_a_byte() -> None:
    assert varint(memoryview(b"\x00\xac\x02"), 1) == (300, 3)


def test_fields_of_every_kind_are_passed_over() -> None:
    message = b"\x08\x05" + b"\x11" + bytes(8) + b"\x1a\x02hi" + b"\x25" + bytes(4)
    assert [number for number, _ in fields(memoryview(message))] == [1, 2, 3, 4]


def test_an_initializer_is_found_by_name() -> None:
    values = np.array([[1.5, -2.0]], "<f4").tobytes()
    tensor = b"\x08\x01\x08\x02\x10\x01\x42\x01w\x4a\x08" + values
    graph = b"\x2a" + bytes([len(tensor)]) + tensor
    found = read_weights(b"\x3a" + bytes([len(graph)]) + graph)
    assert list(found) == ["w"]
    np.testing.assert_array_equal(found["w"], np.array([[1.5, -2.0]], np.float32), strict=True)
