"""Arrays as a writer sees them: a dtype of SPEC 4.1, a shape, and chunks of little-endian bytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..schema.dtypes import BY_NAME, BY_NUMPY
from .chunks import CHUNK, ML_DTYPES

Array = Any

_SAMPLE = 1024
_BY_ML_DTYPES = {theirs: ours for ours, theirs in ML_DTYPES.items()}


class TensorData:
    """A tensor given as bytes, for dtypes that NumPy does not have.

    Parameters
    ----------
    dtype
        Its name in SPEC 4.1, such as ``"bf16"``.
    shape
        Its dimensions.
    buffer
        Its elements, little-endian in C order; an array is taken by its bytes.

    Raises
    ------
    ValueError
        The dtype is unknown, or the buffer has another size than dtype and shape say.
    """

    __slots__ = ("dtype", "shape", "buffer")

    def __init__(self, dtype: str, shape: tuple[int, ...], buffer: Any) -> None:
        if dtype not in BY_NAME:
            raise ValueError(f"{dtype!r} is no dtype of SPEC 4.1")
        self.dtype = dtype
        self.shape = tuple(int(size) for size in shape)
        raw = np.ascontiguousarray(buffer).reshape(-1) if isinstance(buffer, np.ndarray) else buffer
        self.buffer = _bytes_of(raw) if isinstance(raw, np.ndarray) else memoryview(raw).cast("B")
        due = BY_NAME[dtype].itemsize
        for size in self.shape:
            due *= size
        size = self.buffer.nbytes
        if size != due:
            raise ValueError(f"{dtype}{list(self.shape)} has {due} bytes, the buffer has {size}")


class Content:
    """A tensor to be written; `chunks` yields its bytes, 1 MiB at a time."""

    __slots__ = ("dtype", "shape", "nbytes", "_array", "_flat")

    def __init__(self, data: Array | TensorData) -> None:
        if isinstance(data, TensorData):
            self.dtype, self.shape = data.dtype, data.shape
            array = np.frombuffer(data.buffer, np.uint8) if data.buffer.nbytes else np.zeros(0, np.uint8)
        else:
            array = np.asarray(data)
            if array.dtype == np.bool_ and array.size and array.view(np.uint8).max() > 1:
                array = array.view(np.uint8) != 0
            self.dtype, self.shape = dtype_name(array.dtype), array.shape
        self._array = array
        self.nbytes = int(array.nbytes)
        little = array.dtype.newbyteorder("<") == array.dtype
        self._flat: memoryview | None = None
        if little and array.flags.c_contiguous:
            self._flat = _bytes_of(array.reshape(-1))

    @property
    def as_stored(self) -> bool:
        """Whether the array has its bytes in the order of the archive, so that chunks are no copies."""
        return self._flat is not None

    @property
    def identity(self) -> tuple[object, ...]:
        """Equal for two arrays that are one and the same memory."""
        face = self._array.__array_interface__
        return (face["data"][0], face["typestr"], self._array.strides, self._array.shape, self.nbytes > 0)

    def sample(self) -> tuple[int, int]:
        """Differs for most arrays that differ; costs next to nothing."""
        if self._flat is not None:
            data, middle = self._flat, self.nbytes // 2
            parts = [data[:_SAMPLE], data[middle : middle + _SAMPLE], data[-_SAMPLE:]]
        else:
            flat, middle = self._array.flat, self._array.size // 2
            little = self._array.dtype.newbyteorder("<")
            pieces = (flat[:_SAMPLE], flat[middle : middle + _SAMPLE], flat[-_SAMPLE:])
            parts = [_bytes_of(np.ascontiguousarray(piece, little)) for piece in pieces]
        return self.nbytes, zlib.crc32(b"".join(parts))

    def chunks(self) -> Iterator[memoryview]:
        """The bytes of the content, chunk by chunk."""
        if self._flat is not None:
            for at in range(0, self.nbytes, CHUNK):
                yield self._flat[at : at + CHUNK]
        elif self.nbytes:
            little = self._array.dtype.newbyteorder("<")
            blocks = np.nditer(
                self._array,
                flags=["external_loop", "buffered", "zerosize_ok"],
                op_dtypes=[little],
                casting="equiv",
                order="C",
                buffersize=CHUNK // little.itemsize,
            )
            yield from _regroup(blocks)


def _bytes_of(flat: Array) -> memoryview:
    """The memory of a contiguous array of one dimension."""
    data: memoryview = flat.view(np.uint8).data
    return data


def _regroup(blocks: Any) -> Iterator[memoryview]:
    """Blocks of any size as chunks of 1 MiB."""
    pending = bytearray()
    for block in blocks:
        pending += _bytes_of(np.ascontiguousarray(block))
        while len(pending) >= CHUNK:
            yield memoryview(bytes(pending[:CHUNK]))
            del pending[:CHUNK]
    if pending:
        yield memoryview(bytes(pending))


def dtype_name(dtype: np.dtype[Any]) -> str:
    """The name in SPEC 4.1 of a dtype of NumPy or ml_dtypes.

    Raises
    ------
    TypeError
        There is none.
    """
    known = BY_NUMPY.get(dtype.name)
    if known is not None:
        return known.name
    if dtype.name in _BY_ML_DTYPES:
        return _BY_ML_DTYPES[dtype.name]
    raise TypeError(f"arrays of {dtype.name} cannot be stored")
