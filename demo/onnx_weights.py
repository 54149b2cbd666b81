"""Read the constants of an ONNX file without the onnx package.

An ONNX file is one protobuf message. A message is a row of fields; each starts with a
number whose lower three bits say how it is written (0: a varint, 1: eight bytes, 2: a
length and that many bytes, 5: four bytes) and whose other bits say which field it is.
Only the fields on the way to tensors are looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

MODEL_GRAPH = 7
GRAPH_NODE, GRAPH_INITIALIZER = 1, 5
NODE_OUTPUT, NODE_ATTRIBUTE = 2, 5
ATTRIBUTE_TENSOR = 5
TENSOR_DIMS, TENSOR_DTYPE, TENSOR_FLOATS, TENSOR_INT64S, TENSOR_NAME, TENSOR_RAW = 1, 2, 4, 7, 8, 9

DTYPES = {1: np.float32, 2: np.uint8, 3: np.int8, 6: np.int32, 7: np.int64, 9: np.bool_, 11: np.float64}


def varint(data: memoryview, at: int) -> tuple[int, int]:
    """The number at `at`, seven bits a byte, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data: memoryview) -> Iterator[tuple[int, Any]]:
    """Each field of a message: its number, and an int or the bytes it holds."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
            yield key >> 3, value
            continue
        if kind == 2:
            size, at = varint(data, at)
        else:
            size = {1: 8, 5: 4}[kind]
        yield key >> 3, data[at : at + size]
        at += size


def numbers(value: int | memoryview) -> list[int]:
    """A repeated integer field, which is written one by one or packed."""
    if isinstance(value, int):
        return [value]
    found, at = [], 0
    while at < len(value):
        number, at = varint(value, at)
        found.append(number)
    return found


def tensor(data: memoryview) -> tuple[str, np.ndarray[Any, Any]]:
    """One TensorProto: its name and its values."""
    name, dims, raw = "", [], b""
    dtype: np.dtype[Any] = np.dtype(np.float32)
    int64s: list[int] = []
    for field, value in fields(data):
        if field == TENSOR_DIMS:
            dims += numbers(value)
        elif field == TENSOR_DTYPE:
            dtype = np.dtype(DTYPES[value])
        elif field == TENSOR_NAME:
            name = str(value, "utf-8")
        elif field in (TENSOR_RAW, TENSOR_FLOATS):
            raw += bytes(value)
        elif field == TENSOR_INT64S:
            int64s += numbers(value)
    if int64s:
        return name, np.array(int64s, np.uint64).astype(dtype).reshape(dims)
    return name, np.frombuffer(raw, dtype.newbyteorder("<")).astype(dtype).reshape(dims)


def read_weights(model: bytes) -> dict[str, np.ndarray[Any, Any]]:
    """The initialisers and the Constant nodes of an ONNX model, by name."""
    found: dict[str, np.ndarray[Any, Any]] = {}
    for field, graph in fields(memoryview(model)):
        if field != MODEL_GRAPH:
            continue
        for part, value in fields(graph):
            if part == GRAPH_INITIALIZER:
                name, array = tensor(value)
                found[name] = array
            elif part == GRAPH_NODE:
                found.update(constant(value))
    return found


def constant(node: memoryview) -> dict[str, np.ndarray[Any, Any]]:
    """The tensor that a node holds in an attribute, under the name of the node's output."""
    parts = list(fields(node))
    output = next(str(value, "utf-8") for field, value in parts if field == NODE_OUTPUT)
    held = [
        inner
        for field, attribute in parts
        if field == NODE_ATTRIBUTE
        for part, inner in fields(attribute)
        if part == ATTRIBUTE_TENSOR
    ]
    return {output: tensor(held[0])[1]} if held else {}
