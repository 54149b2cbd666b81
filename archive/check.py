"""What a manifest must say for the container to be sound. SPEC 2.9 to 2.12, 3.5."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..schema.dtypes import BY_NAME
from ..schema.errors import MAX_PROBLEMS, Problem
from ..schema.manifest import Manifest, Member, Tensor
from ..schema.rules import Rule
from . import rules
from .chunks import CODECS, ROW_RAW, ROW_ZSTD, chunk_count, codec_features
from .limits import Limits
from .names import check_names, has_control

PROGRAM = "ir/program.msgpack"
CHUNKS = "chunks.bin"
#: Members of at least this size stand behind the tensors, unless they are read at load. SPEC 2.10.
TAIL_SIZE = 1 << 16


def is_tensor(name: str) -> bool:
    """Whether a member holds the bytes of tensors."""
    return name.startswith("params/")


def is_tail(name: str, size: int) -> bool:
    """Whether a member stands behind the tensors. SPEC 2.10."""
    return size >= TAIL_SIZE and not name.startswith(("code/", "ir/", "params/")) and name != CHUNKS


def member_order(sizes: dict[str, int], tensors: Sequence[str]) -> list[str]:
    """The one order of these members. SPEC 2.10.

    Parameters
    ----------
    sizes
        The size of each member by name, without those below ``params/``.
    tensors
        The members below ``params/``, in the order in which the tensor index first names them.
    """
    first = [PROGRAM] + ([CHUNKS] if tensors else [])
    rest = sorted(name for name in sizes if name not in first)
    head = [name for name in rest if not is_tail(name, sizes[name])]
    tail = [name for name in rest if is_tail(name, sizes[name])]
    return [*first, *head, *dict.fromkeys(tensors), *tail]


def tensor_bytes(tensor: Tensor) -> int:
    """The bytes of a tensor's content; its dtype must be known."""
    count = 1
    for size in tensor.shape:
        count *= size
    return count * BY_NAME[tensor.dtype].itemsize


def check_manifest(manifest: Manifest, limits: Limits) -> list[Problem]:
    """All problems of the member list and the tensor index."""
    problems = _check_counts(manifest, limits)
    if problems:
        return problems
    problems = check_names([member.name for member in manifest.members], limits.name_length)
    problems += _check_digests(manifest)
    problems += _check_tensors(manifest, limits)
    if not problems:
        problems = _check_order(manifest) + _check_table(manifest)
    return problems


def _check_counts(manifest: Manifest, limits: Limits) -> list[Problem]:
    return [
        rule.problem(where, expected=f"at most {limit}", got=str(len(items)))
        for rule, where, items, limit in (
            (rules.LIMIT_MEMBERS, "members", manifest.members, limits.members),
            (rules.LIMIT_TENSORS, "tensors", manifest.tensors, limits.tensors),
            (rules.LIMIT_ENTRIES, "entry_points", manifest.entry_points, limits.entry_points),
        )
        if len(items) > limit
    ]


def _check_digests(manifest: Manifest) -> list[Problem]:
    problems: list[Problem] = []
    for index, member in enumerate(manifest.members):
        if len(problems) < MAX_PROBLEMS and is_tensor(member.name) is not (member.sha256 is None):
            expected = "none below params/" if is_tensor(member.name) else "the digest of the member"
            problems.append(
                rules.DIGESTED.problem(
                    f"members[{index}].sha256", expected=expected, got=member.sha256 or "none"
                )
            )
    return problems


def _check_order(manifest: Manifest) -> list[Problem]:
    names = [member.name for member in manifest.members]
    if PROGRAM not in names:
        return [rules.PROGRAM.problem("members", got=", ".join(names[:5]) or "no member")]
    sizes = {member.name: member.size for member in manifest.members if not is_tensor(member.name)}
    rows = [tensor.member for tensor in manifest.tensors]
    if (rows and CHUNKS not in sizes) or (not rows and CHUNKS in sizes):
        expected = "chunks.bin" if rows else "no chunks.bin, as there is no tensor"
        return [rules.TENSOR_CHUNKS.problem("members", expected=expected)]
    for index, (name, due) in enumerate(zip(names, member_order(sizes, rows))):
        if name != due:
            return [rules.ORDER.problem(f"members[{index}]", expected=repr(due), got=repr(name))]
    return []


def _check_tensors(manifest: Manifest, limits: Limits) -> list[Problem]:
    """Each tensor by itself, then what all may grow to, then each against its member."""
    problems: list[Problem] = []
    names: set[str] = set()
    features = set(manifest.features)
    for index, tensor in enumerate(manifest.tensors):
        if len(problems) >= MAX_PROBLEMS:
            break
        note = _noting(problems, f"tensors[{index}]")
        if not tensor.name or tensor.name in names or has_control(tensor.name):
            note(rules.TENSOR_NAME, "name", "a name of its own", tensor.name)
        names.add(tensor.name)
        if len(tensor.name.encode()) > limits.name_length:
            note(rules.LIMIT_NAME, "name", f"at most {limits.name_length} bytes", tensor.name)
        _check_type(tensor, features, limits, note)
    if problems:
        return problems
    members = {member.name: member for member in manifest.members if is_tensor(member.name)}
    problems = _check_expansion(manifest, members, limits)
    if problems:
        return problems
    first: dict[str, Tensor] = {}
    for index, tensor in enumerate(manifest.tensors):
        if len(problems) >= MAX_PROBLEMS:
            break
        note = _noting(problems, f"tensors[{index}]")
        member = members.get(tensor.member)
        if member is None:
            note(rules.TENSOR_MEMBER, "member", "a member below params/", tensor.member)
        else:
            _check_bytes(tensor, member, first.setdefault(tensor.member, tensor), note)
    problems += [rules.TENSOR_ORPHAN.problem(f"member {name!r}") for name in members if name not in first]
    return problems


_Note = Callable[[Rule, str, str, object], None]


def _noting(problems: list[Problem], where: str) -> _Note:
    """A function that notes a problem of one field of the tensor at `where`."""

    def note(rule: Rule, field: str, expected: str, got: object) -> None:
        problems.append(rule.problem(f"{where}.{field}", expected=expected, got=repr(got)[:80]))

    return note


def _check_type(tensor: Tensor, features: set[str], limits: Limits, note: _Note) -> bool:
    """Whether the tensor's size can be known."""
    dtype = BY_NAME.get(tensor.dtype)
    if dtype is None:
        note(rules.TENSOR_DTYPE, "dtype", "a dtype of SPEC 4.1", tensor.dtype)
        return False
    if tensor.codec not in CODECS:
        note(rules.TENSOR_CODEC, "codec", " or ".join(CODECS), tensor.codec)
        return False
    for feature in codec_features(tensor.codec):
        if feature not in features:
            note(rules.TENSOR_FEATURE, "codec", f"{feature!r} among the features", tensor.codec)
    if len(tensor.shape) > limits.rank:
        note(rules.LIMIT_RANK, "shape", f"at most {limits.rank} dimensions", len(tensor.shape))
        return False
    # A size that is 0 must not hide factors that no array could have.
    count = dtype.itemsize
    for size in tensor.shape:
        count *= max(size, 1)
    if count > limits.tensor_size:
        note(rules.LIMIT_TENSOR, "shape", f"at most {limits.tensor_size} bytes", list(tensor.shape))
        return False
    return True


def _check_bytes(tensor: Tensor, member: Member, first: Tensor, note: _Note) -> None:
    nbytes = tensor_bytes(tensor)
    if tensor.codec != first.codec:
        note(rules.TENSOR_SHARED, "codec", f"{first.codec!r}, as of {first.name!r}", tensor.codec)
    elif nbytes != tensor_bytes(first):
        note(
            rules.TENSOR_SHARED,
            "shape",
            f"{tensor_bytes(first)} bytes, as of {first.name!r}",
            f"{nbytes} bytes",
        )
    elif tensor.codec == "raw":
        if nbytes != member.size:
            note(
                rules.TENSOR_SIZE, "shape", f"{member.size} bytes, the size of the member", f"{nbytes} bytes"
            )
    elif nbytes % (CODECS[tensor.codec] or 1):
        note(rules.TENSOR_CODEC, "codec", "an element size that divides the tensor's bytes", tensor.codec)
    elif not chunk_count(nbytes) <= member.size <= nbytes:
        note(rules.TENSOR_STORED, "shape", f"content for {member.size} stored bytes", f"{nbytes} bytes")


def contents(manifest: Manifest) -> dict[str, tuple[int, str]]:
    """For each member below ``params/``, in order: the bytes of its content, and its codec."""
    found: dict[str, tuple[int, str]] = {}
    for tensor in manifest.tensors:
        if tensor.member not in found:
            found[tensor.member] = (tensor_bytes(tensor), tensor.codec)
    return found


def chunk_table_size(manifest: Manifest) -> int:
    """The size that chunks.bin must have. SPEC 2.11."""
    return sum(
        chunk_count(nbytes) * (ROW_RAW if codec == "raw" else ROW_ZSTD)
        for nbytes, codec in contents(manifest).values()
    )


def _check_expansion(manifest: Manifest, members: dict[str, Member], limits: Limits) -> list[Problem]:
    """Bound what decompression may produce, before anything is decompressed."""
    packed = [
        (members[name].size, nbytes)
        for name, (nbytes, codec) in contents(manifest).items()
        if codec != "raw" and name in members
    ]
    stored, content = sum(s for s, _ in packed), sum(n for _, n in packed)
    problems = []
    if content > limits.decompressed:
        expected = f"at most {limits.decompressed} bytes"
        problems.append(rules.LIMIT_DECOMPRESSED.problem("tensors", expected=expected, got=str(content)))
    if content > limits.ratio_floor and content > stored * limits.ratio:
        expected = f"at most {limits.ratio} times the stored bytes"
        got = f"{content} bytes from {stored}"
        problems.append(rules.LIMIT_RATIO.problem("tensors", expected=expected, got=got))
    return problems


def _check_table(manifest: Manifest) -> list[Problem]:
    """Whether the chunk table is as large as it must be. SPEC 2.11."""
    for member in manifest.members:
        if member.name == CHUNKS and member.size != chunk_table_size(manifest):
            expected = f"{chunk_table_size(manifest)} bytes"
            return [rules.TENSOR_CHUNKS.problem(CHUNKS, expected=expected, got=f"{member.size} bytes")]
    return []
