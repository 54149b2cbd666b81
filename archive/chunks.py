"""Chunks of a tensor's bytes: their digests, and how they are compressed. SPEC 2.11, 2.12."""

from __future__ import annotations

import os
from _thread import _local as local  # threading itself takes long to import
from _thread import allocate_lock
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from ..schema.errors import Problem
from . import rules

try:  # hashlib looks for every algorithm that there is
    from _hashlib import openssl_sha256
except ImportError:  # a Python without OpenSSL
    from hashlib import sha256 as openssl_sha256

if TYPE_CHECKING:
    import zstandard

T = TypeVar("T")
new_sha256 = openssl_sha256

CHUNK = 1 << 20
DIGEST = 32
ROW_RAW = DIGEST
ROW_ZSTD = 4 + 2 * DIGEST
#: Work smaller than this is not worth a second thread.
PARALLEL_BYTES = 4 * CHUNK

#: Codec names and the element size that they shuffle by; None is not compressed.
CODECS: dict[str, int | None] = {
    "raw": None,
    "zstd": 1,
    "zstd-shuffle2": 2,
    "zstd-shuffle4": 4,
    "zstd-shuffle8": 8,
    "zstd-shuffle16": 16,
}

#: What ml_dtypes calls the dtypes that NumPy does not have.
ML_DTYPES = {"bf16": "bfloat16", "f8e4m3fn": "float8_e4m3fn", "f8e5m2": "float8_e5m2"}


def codec_features(codec: str) -> tuple[str, ...]:
    """The features that an archive with this codec must list. SPEC 2.12."""
    if codec == "raw":
        return ()
    return ("zstd",) if codec == "zstd" else ("shuffle", "zstd")


def chunk_count(nbytes: int) -> int:
    """How many chunks `nbytes` bytes of content have."""
    return -(-nbytes // CHUNK)


def chunk_size(nbytes: int, index: int) -> int:
    """The bytes of content in chunk `index`."""
    return min(CHUNK, nbytes - index * CHUNK)


def sha256(data: Any) -> bytes:
    """The SHA-256 of a buffer."""
    return new_sha256(data, usedforsecurity=False).digest()


def content_name(digests: bytes | memoryview) -> str:
    """The name of the member whose chunks have these digests of content, one after another. SPEC 2.11."""
    return "params/" + sha256(digests).hex()


def workers() -> int:
    """How many threads hash and decompress."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_parallel(task: Callable[[T], object], items: Iterable[T], threads: int) -> None:
    """Call `task` on every item, on several threads; the first error is raised here.

    Items are taken from the iterable one at a time, under a lock.
    """
    if threads <= 1:
        for item in items:
            task(item)
        return
    iterator = iter(items)
    lock = allocate_lock()
    errors: list[BaseException] = []

    def work() -> None:
        try:
            while not errors:
                with lock:
                    item = next(iterator, _END)
                if item is _END:
                    return
                task(item)
        except BaseException as error:  # noqa: BLE001 - handed to the calling thread
            errors.append(error)

    import threading

    helpers = [threading.Thread(target=work, daemon=True) for _ in range(threads - 1)]
    for helper in helpers:
        helper.start()
    work()
    for helper in helpers:
        helper.join()
    if errors:
        raise errors[0]


_END: Any = object()


# -- compression ---------------------------------------------------------------------

_local = local()


def _decompressor() -> zstandard.ZstdDecompressor:
    found: zstandard.ZstdDecompressor | None = getattr(_local, "decompressor", None)
    if found is None:
        import zstandard

        found = _local.decompressor = zstandard.ZstdDecompressor(max_window_size=CHUNK)
    return found


def _compressor(level: int) -> zstandard.ZstdCompressor:
    found: dict[int, zstandard.ZstdCompressor] = _local.__dict__.setdefault("compressors", {})
    if level not in found:
        import zstandard

        found[level] = zstandard.ZstdCompressor(
            level=level, write_checksum=False, write_content_size=True, write_dict_id=False
        )
    return found[level]


def compress(content: memoryview, codec: str, level: int) -> bytes:
    """The stored form of one chunk; as it is where compression does not make it smaller."""
    width = CODECS[codec] or 1
    data = np.frombuffer(content, np.uint8)
    if width > 1:
        data = np.ascontiguousarray(data.reshape(-1, width).T).reshape(-1)
    frame = _compressor(level).compress(data.data)
    return frame if len(frame) < len(content) else bytes(content)


def decompress(stored: memoryview, codec: str, out: np.ndarray[Any, Any], where: str) -> Problem | None:
    """Decode one chunk into `out`, whose size is that of its content; or say why not. SPEC 2.12."""
    if len(stored) == out.size:
        out[:] = np.frombuffer(stored, np.uint8)
        return None
    size = frame_content_size(stored)
    if size != out.size:
        got = "no such frame" if size is None else f"{size} bytes"
        return rules.TENSOR_FRAME.problem(where, expected=f"a frame of {out.size} bytes", got=got)
    import zstandard

    try:
        content = _decompressor().decompress(stored, allow_extra_data=False)
    except zstandard.ZstdError as error:
        return rules.TENSOR_FRAME.problem(where, got=str(error))
    if len(content) != out.size:
        return rules.TENSOR_FRAME.problem(where, expected=f"{out.size} bytes", got=f"{len(content)} bytes")
    data = np.frombuffer(content, np.uint8)
    width = CODECS[codec] or 1
    if width > 1:
        out.reshape(-1, width)[:] = data.reshape(width, -1).T
    else:
        out[:] = data
    return None


def frame_content_size(frame: memoryview) -> int | None:
    """The content size that a zstd frame states; None if it is none, or has a dictionary or checksum.

    The header is that of RFC 8878, 3.1.1.1.
    """
    if len(frame) < 6 or bytes(frame[:4]) != b"\x28\xb5\x2f\xfd":
        return None
    descriptor = frame[4]
    flag, single, rest = descriptor >> 6, descriptor & 0x20, descriptor & 0x1F
    if rest:  # reserved bit, checksum, dictionary
        return None
    start = 5 if single else 6
    width = (1 if single else 0, 2, 4, 8)[flag]
    if not width or len(frame) < start + width:
        return None
    return int.from_bytes(frame[start : start + width], "little") + (256 if flag == 1 else 0)
