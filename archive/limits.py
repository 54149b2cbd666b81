"""What a reader accepts at most. SPEC 13.1 states each figure and why it is enough.

All limits of the container stand here. They are checked before anything is allocated
that the file merely claims to need.
"""

from __future__ import annotations

KIB = 1 << 10
MIB = 1 << 20
GIB = 1 << 30

#: A file of at most this size, with tensors of at most that, is checked whole when opened. SPEC 2.8.
EAGER_SIZE = MIB
EAGER_CONTENT = 4 * MIB
#: What stands before the tensors is kept in memory, if it ends within so many bytes.
HEAD_CACHE = MIB


class Limits:
    """Bounds on what an archive may ask for.

    Parameters
    ----------
    manifest_size
        Bytes of `manifest.json`.
    json_values
        Values in `manifest.json`, those inside of others counted too.
    json_depth
        Nesting of arrays and objects in `manifest.json`.
    members
        Members listed by the manifest.
    name_length
        Bytes of a member's name in UTF-8; also of a tensor's name.
    tensors
        Entries of the tensor index.
    rank
        Dimensions of one tensor.
    tensor_size
        Bytes of one tensor, decompressed.
    decompressed
        Bytes of all compressed tensors together, decompressed.
    ratio
        How many times larger than their stored bytes all compressed tensors together may
        become; counts from `ratio_floor` decompressed bytes up.
    ratio_floor
        Decompressed bytes up to which `ratio` is not looked at.
    entry_points
        Entry points.
    tree_depth
        Nesting of the trees of inputs and outputs.
    program_size
        Bytes of `ir/program.msgpack`; also of the source positions.
    """

    __slots__ = (
        "manifest_size",
        "json_values",
        "json_depth",
        "members",
        "name_length",
        "tensors",
        "rank",
        "tensor_size",
        "decompressed",
        "ratio",
        "ratio_floor",
        "entry_points",
        "tree_depth",
        "program_size",
    )

    def __init__(
        self,
        *,
        manifest_size: int = 4 * MIB,
        json_values: int = 250_000,
        json_depth: int = 100,
        members: int = 100_000,
        name_length: int = 240,
        tensors: int = 200_000,
        rank: int = 32,
        tensor_size: int = 1 << 46,
        decompressed: int = 256 * GIB,
        ratio: int = 1000,
        ratio_floor: int = 256 * MIB,
        entry_points: int = 1000,
        tree_depth: int = 32,
        program_size: int = 8 * MIB,
    ) -> None:
        self.manifest_size = manifest_size
        self.json_values = json_values
        self.json_depth = json_depth
        self.members = members
        self.name_length = name_length
        self.tensors = tensors
        self.rank = rank
        self.tensor_size = tensor_size
        self.decompressed = decompressed
        self.ratio = ratio
        self.ratio_floor = ratio_floor
        self.entry_points = entry_points
        self.tree_depth = tree_depth
        self.program_size = program_size


DEFAULT = Limits()
