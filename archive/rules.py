"""The labelled rules of the container. SPEC 2, 3 and 13."""

from __future__ import annotations

from ..schema.errors import InvalidError, LimitError, MalformedError
from ..schema.rules import Rule

# The file as a whole. SPEC 2.2, 2.3.
MAGIC = Rule(
    "zip.magic", "2.2", MalformedError, "an archive begins with the local header of its first member"
)
PREFIX = Rule("zip.prefix", "2.2", MalformedError, "nothing stands before the first local header")
SUFFIX = Rule("zip.suffix", "2.6", MalformedError, "nothing follows the end record")
TRUNCATED = Rule("zip.truncated", "2.2", MalformedError, "the file is as long as its manifest says")
MIMETYPE = Rule(
    "zip.mimetype",
    "2.2",
    MalformedError,
    "the first member is `mimetype`, which holds application/vnd.tracebox",
)
HEAD = Rule("zip.head", "2.2", MalformedError, "the second member is `manifest.json`")

# Header fields, in local headers and directory entries alike. SPEC 2.4, 2.5.
SIGNATURE = Rule("zip.signature", "2.4", MalformedError, "each record begins with its signature")
VERSION = Rule("zip.version", "2.4", MalformedError, "the ZIP versions are the fixed ones")
FLAGS = Rule("zip.flags", "2.4", MalformedError, "the flags are 0x0800")
METHOD = Rule("zip.method", "2.4", MalformedError, "every member is stored")
TIME = Rule("zip.time", "2.4", MalformedError, "every time stamp is 1980-01-01 00:00")
CRC_FIELD = Rule("zip.crc-field", "2.4", MalformedError, "the CRC-32 is the one in the manifest")
SIZE_FIELD = Rule("zip.size-field", "2.4", MalformedError, "both sizes are the one in the manifest")
NAME_FIELD = Rule("zip.name-field", "2.4", MalformedError, "the name is the one in the manifest")
EXTRA = Rule(
    "zip.extra",
    "2.5",
    MalformedError,
    "the extra field holds the ZIP64 sizes where needed and padding, no more",
)
COMMENT = Rule("zip.comment", "2.4", MalformedError, "there are no comments")
DISK = Rule("zip.disk", "2.4", MalformedError, "all disk numbers are 0")
ATTRIBUTES = Rule(
    "zip.attributes", "2.4", MalformedError, "the attributes are those of a file with mode 0644"
)
GAP = Rule("zip.gap", "2.3", MalformedError, "there are no gaps between members")
OVERLAP = Rule("zip.overlap", "2.3", MalformedError, "members do not overlap")

# The end records. SPEC 2.6.
COUNT = Rule("zip.count", "2.6", MalformedError, "the end record counts the members of the manifest")
DIRECTORY_SIZE = Rule(
    "zip.directory-size", "2.6", MalformedError, "the end record states the directory's size"
)
DIRECTORY_OFFSET = Rule(
    "zip.directory-offset", "2.6", MalformedError, "the end record states the directory's offset"
)
ZIP64 = Rule(
    "zip.zip64", "2.6", MalformedError, "the ZIP64 end records stand where they are needed and as stated"
)
CRC = Rule("zip.crc", "2.7", MalformedError, "the CRC-32 of a member is that of its content")

# Names of members. SPEC 2.9.
NAME_DUPLICATE = Rule("name.duplicate", "2.9", MalformedError, "no two members have one name")
NAME_CASE = Rule("name.case", "2.9", MalformedError, "no two names differ by case alone")
NAME_PREFIX = Rule("name.prefix", "2.9", MalformedError, "no name is a folder of another")
NAME_EMPTY = Rule("name.empty", "2.9", MalformedError, "names and their segments are not empty")
NAME_ABSOLUTE = Rule("name.absolute", "2.9", MalformedError, "names do not begin with a slash or a drive")
NAME_DOTS = Rule("name.dots", "2.9", MalformedError, "no segment is `.` or `..`")
NAME_BACKSLASH = Rule("name.backslash", "2.9", MalformedError, "names hold no backslash")
NAME_CONTROL = Rule("name.control", "2.9", MalformedError, "names hold no control character")
NAME_CHARACTER = Rule("name.character", "2.9", MalformedError, 'names hold none of < > : " | ? *')
NAME_TRAILING = Rule("name.trailing", "2.9", MalformedError, "no segment ends in a dot or a space")
NAME_RESERVED = Rule("name.reserved", "2.9", MalformedError, "no segment is a device name of Windows")
NAME_NFC = Rule("name.nfc", "2.9", MalformedError, "names are in Unicode normal form C")
NAME_CODE = Rule("name.code", "2.9", MalformedError, "names below code/ end in .py")
NAME_HEAD = Rule("name.head", "2.9", MalformedError, "the manifest does not list `mimetype` and itself")

# The list of members. SPEC 2.10, 2.11.
PROGRAM = Rule("member.program", "2.10", MalformedError, "there is a member ir/program.msgpack")
ORDER = Rule("member.order", "2.10", MalformedError, "members stand in the order of SPEC 2.10")
CODE = Rule("member.code", "2.10", MalformedError, "members below code/ are UTF-8")
DIGESTED = Rule(
    "member.sha256",
    "2.10",
    MalformedError,
    "every member but those below params/ has its SHA-256 in the manifest",
)

# Tensors. SPEC 2.11, 2.12, 3.5.
TENSOR_NAME = Rule("tensor.name", "3.5", InvalidError, "names of tensors are not empty, printable and unique")
TENSOR_DTYPE = Rule("tensor.dtype", "3.5", InvalidError, "the dtype is one of SPEC 4.1")
TENSOR_MEMBER = Rule("tensor.member", "3.5", InvalidError, "a tensor names a member below params/")
TENSOR_ORPHAN = Rule("tensor.orphan", "3.5", InvalidError, "a tensor names every member below params/")
TENSOR_SIZE = Rule("tensor.size", "3.5", InvalidError, "an uncompressed member has the size of its tensor")
TENSOR_SHARED = Rule("tensor.shared", "3.5", InvalidError, "tensors of one member agree in codec and bytes")
TENSOR_CODEC = Rule("tensor.codec", "3.5", InvalidError, "the codec is one of SPEC 2.12")
TENSOR_FEATURE = Rule("tensor.feature", "3.5", InvalidError, "the features that a codec needs are listed")
TENSOR_CHUNKS = Rule(
    "tensor.chunks", "2.11", MalformedError, "chunks.bin has one row for each chunk, no more"
)
TENSOR_STORED = Rule(
    "tensor.stored",
    "2.12",
    MalformedError,
    "stored chunks have 1 to as many bytes as their content, and add up to the member",
)
TENSOR_FRAME = Rule(
    "tensor.frame",
    "2.12",
    MalformedError,
    "a compressed chunk is one zstd frame which states its content's size",
)
TENSOR_BOOL = Rule("tensor.bool", "2.11", MalformedError, "the bytes of a bool tensor are 0 or 1")

# Digests. SPEC 2.7, 2.11.
DIGEST_MEMBER = Rule(
    "digest.member", "2.7", MalformedError, "the SHA-256 of a member is the one in the manifest"
)
DIGEST_CHUNK = Rule(
    "digest.chunk", "2.11", MalformedError, "the SHA-256 of a stored chunk is the one in chunks.bin"
)
DIGEST_CONTENT = Rule(
    "digest.content", "2.12", MalformedError, "the SHA-256 of a decompressed chunk is the one in chunks.bin"
)
DIGEST_NAME = Rule(
    "digest.name", "2.11", MalformedError, "a member below params/ is named by its content digest"
)

# Limits of this reader. SPEC 13.1.
LIMIT_MANIFEST = Rule("limit.manifest", "13.1", LimitError, "the manifest is not too large")
LIMIT_VALUES = Rule("limit.values", "13.1", LimitError, "the manifest does not hold too many values")
LIMIT_DEPTH = Rule("limit.depth", "13.1", LimitError, "the manifest is not nested too deeply")
LIMIT_MEMBERS = Rule("limit.members", "13.1", LimitError, "there are not too many members")
LIMIT_NAME = Rule("limit.name", "13.1", LimitError, "names are not too long")
LIMIT_TENSORS = Rule("limit.tensors", "13.1", LimitError, "there are not too many tensors")
LIMIT_RANK = Rule("limit.rank", "13.1", LimitError, "tensors do not have too many dimensions")
LIMIT_TENSOR = Rule("limit.tensor-size", "13.1", LimitError, "tensors are not too large")
LIMIT_DECOMPRESSED = Rule(
    "limit.decompressed", "13.1", LimitError, "compressed tensors are not too large together"
)
LIMIT_RATIO = Rule("limit.ratio", "13.1", LimitError, "compressed tensors do not grow too much")
LIMIT_ENTRIES = Rule("limit.entry-points", "13.1", LimitError, "there are not too many entry points")
