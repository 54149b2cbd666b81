"""The valid archives that hostile ones are made of. SPEC 14.4."""

from __future__ import annotations

import hashlib
import re
import struct

import numpy as np

from ...archive.entries import entry_points
from ...archive.pack import Kept
from ...archive.program import encode_program
from ...archive.write import write_archive
from ...schema.builder import ProgramBuilder
from ...schema.ir import Instance, Program
from ...schema.manifest import EntryPoint, Parameter
from ...schema.types import tensor

PRODUCER = {"name": "tracebox-conformance", "version": "1"}
CLASS = "net.Net"
PACKED_COUNT = 300_000
CHUNK = 1 << 20
SMALL_MEMBER = "extra/almost-large.bin"
LARGE_MEMBER = "extra/large.bin"


def plain_program() -> Program:
    """``forward(x, y, z) = x + y + z + bias``, in a module with tied weights and a mask."""
    vector, matrix = tensor("f32", (3,)), tensor("f32", (2, 3))
    builder = ProgramBuilder()
    cls = builder.module_class(
        CLASS,
        params=[("first", matrix), ("second", matrix), ("bias", vector), ("mask", tensor("bool", (3,)))],
    )
    method = cls.method("forward", [("x", vector), ("y", vector), ("z", vector)])
    x, y, z = method.params
    total = method.op("add", *method.op("add", *method.op("add", x, y), z), method.param("bias"))
    method.finish(total)
    cls.finish()
    builder.instance(Instance(CLASS, ("first", "second", "bias", "mask"), (), ()))
    return builder.finish(["forward"])


def packed_program() -> Program:
    """``forward(i) = weight + i``, with a weight that is stored compressed."""
    scalar, long = tensor("f32", ()), tensor("f32", (PACKED_COUNT,))
    builder = ProgramBuilder()
    cls = builder.module_class(CLASS, params=[("weight", long)])
    method = cls.method("forward", [("i", scalar)])
    method.finish(method.op("add", method.param("weight"), *method.params))
    cls.finish()
    builder.instance(Instance(CLASS, ("weight",), (), ()))
    return builder.finish(["forward"])


def twins() -> dict[str, bytes]:
    """The twins by name."""
    return {"large": large(), "packed": packed(), "plain": plain()}


def plain() -> bytes:
    """Members of every kind, tied weights, a nested input."""
    program = plain_program()
    (entry,) = entry_points(program)
    *others, last = entry.parameters
    nested = Parameter(last.name, "keyword", {"dict": [["z", {"leaf": 2}]]})
    entry = EntryPoint(
        entry.name, entry.module, entry.method, (*others, nested), entry.results, entry.inputs, entry.outputs
    )
    weight = np.arange(6, dtype="<f4").reshape(2, 3)
    return write_archive(
        None,
        program=encode_program(program),
        entry_points=[entry],
        tensors={
            "first": weight,
            "second": weight,
            "bias": np.array([0.5, -0.5, 2.0], "<f4"),
            "mask": np.array([True, False, True]),
        },
        extra_members={"extra/notes.txt": b"A member that readers do not know.\n"},
        metadata={
            "name": "plain",
            "authors": ["tracebox"],
            "labels": {"out": ["a", "b", "c"]},
            "extra": {"n": [1]},
        },
        features=["zstd"],  # more than it needs, which is allowed
        producer=PRODUCER,
    )


def packed() -> bytes:
    """One tensor of two chunks, compressed with a byte shuffle; the frames are made by hand."""
    program = packed_program()
    weight = np.full(PACKED_COUNT, 1.5, "<f4")
    content = weight.tobytes()
    pieces = [content[at : at + CHUNK] for at in range(0, len(content), CHUNK)]
    frames = [run_length_frame(content[:4], len(piece) // 4) for piece in pieces]
    digests = [hashlib.sha256(piece).digest() for piece in pieces]
    rows = b"".join(
        struct.pack("<I", len(frame)) + hashlib.sha256(frame).digest() + digest
        for frame, digest in zip(frames, digests)
    )
    name = "params/" + hashlib.sha256(b"".join(digests)).hexdigest()
    return write_archive(
        None,
        program=encode_program(program),
        entry_points=entry_points(program),
        tensors={"weight": weight},
        kept={name: Kept("zstd-shuffle4", rows, memoryview(b"".join(frames)))},
        producer=PRODUCER,
    )


def large() -> bytes:
    """Members on both sides of the sizes at which alignment and order change; names for case folding."""
    sizes = {"whole": 1 << 18, "less": (1 << 18) - 1, "one": 1}
    builder = ProgramBuilder()
    params = [(name, tensor("f32", (size,))) for name, size in sizes.items()]
    cls = builder.module_class(CLASS, params=params)
    method = cls.method("forward", [])
    method.finish([method.param(name) for name in sizes])
    cls.finish()
    builder.instance(Instance(CLASS, tuple(sizes), (), ()))
    program = builder.finish(["forward"])
    return write_archive(
        None,
        program=encode_program(program),
        entry_points=entry_points(program),
        tensors={name: np.zeros(size, "<f4") for name, size in sizes.items()},
        extra_members={
            SMALL_MEMBER: bytes((1 << 16) - 1),
            LARGE_MEMBER: bytes(1 << 16),
            "extra/dotless-i": b"folds to itself, as the next one does\n",
            "extra/dotless-\u0131": b"an i without a dot is no i\n",
            "extra/stra\u00dfe": b"a name that case folding makes longer\n",
            "extra/\u03bb\u03cc\u03b3\u03bf\u03c2": b"a name that ends in a final sigma\n",
        },
        producer=PRODUCER,
    )


def run_length_frame(element: bytes, count: int) -> bytes:
    """The zstd frame of a shuffled run of one element: RLE blocks only, the same in any version. RFC 8878."""
    limit = 1 << 17
    blocks = [(byte, min(limit, count - at)) for byte in element for at in range(0, count, limit)]
    frame = b"\x28\xb5\x2f\xfd" + bytes([0b10100000]) + struct.pack("<I", count * len(element))
    for index, (byte, size) in enumerate(blocks):
        last = index == len(blocks) - 1
        frame += struct.pack("<I", size << 3 | 1 << 1 | last)[:3] + bytes([byte])
    return frame


def runs_frame(data: bytes) -> bytes:
    """The zstd frame of a file with long runs of one byte: RLE and raw blocks, the same in any version."""
    limit = 1 << 17
    blocks: list[tuple[int, int, bytes]] = []  # kind, size, content
    at = 0
    for run in re.finditer(rb"(.)\1{255,}", data, re.DOTALL):
        blocks += [(0, len(raw), raw) for raw in _pieces(data[at : run.start()], limit)]
        blocks += [(1, len(same), same[:1]) for same in _pieces(run[0], limit)]
        at = run.end()
    blocks += [(0, len(raw), raw) for raw in _pieces(data[at:], limit)]
    frame = b"\x28\xb5\x2f\xfd" + bytes([0b10100000]) + struct.pack("<I", len(data))
    for index, (kind, size, content) in enumerate(blocks):
        last = index == len(blocks) - 1
        frame += struct.pack("<I", size << 3 | kind << 1 | last)[:3] + content
    return frame


def _pieces(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]
