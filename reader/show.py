"""What `print` shows of a program: its module tree with types and sizes. SPEC 10.7."""

from __future__ import annotations

from collections.abc import Sequence

from ..schema.dtypes import BY_NAME
from ..schema.ir import Program
from ..schema.types import TensorType, type_text


def module_tree(program: Program, signatures: Sequence[str]) -> str:
    """The entry points, then every module with its class, parameters and fields; tied ones once."""
    lines = list(signatures)
    shown: set[int] = set()
    sizes: dict[str, int] = {}
    _module(program, len(program.instances) - 1, "", 0, lines, shown, sizes)
    total = sum(sizes.values())
    lines.append(f"{len(sizes)} tensor{'s' * (len(sizes) != 1)}, {size_text(total)}")
    return "\n".join(lines)


def _module(
    program: Program,
    index: int,
    name: str,
    depth: int,
    lines: list[str],
    shown: set[int],
    sizes: dict[str, int],
) -> None:
    instance = program.instances[index]
    cls = program.module_class(instance.class_name)
    indent = "  " * depth
    label = f"{name}: {cls.name}" if name else cls.name
    if index in shown:
        lines.append(f"{indent}{label} (as above)")
        return
    shown.add(index)
    lines.append(indent + label)
    for (param, t), stored in zip(cls.params, instance.params):
        size = nbytes(t)
        tied = " (tied)" if stored in sizes else ""
        sizes.setdefault(stored, size)
        lines.append(f"{indent}  {param}: {type_text(t)}  {size_text(size)}{tied}")
    for field, held in cls.fields:
        lines.append(f"{indent}  {field}: {type_text(held)}  state")
    for (inner, _), child in zip(cls.submodules, instance.submodules):
        _module(program, child, inner, depth + 1, lines, shown, sizes)


def nbytes(t: TensorType) -> int:
    """The bytes of a parameter."""
    total = BY_NAME[t.dtype].itemsize if t.dtype else 0
    for dim in t.shape or ():
        total *= dim if isinstance(dim, int) else 0
    return total


def size_text(size: int) -> str:
    """A size for people: ``12 B``, ``3.1 KiB``."""
    value = float(size)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            return f"{value:.0f} B" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return str(size)
