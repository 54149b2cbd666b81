"""`tracebox.load`: from an archive to a program that can be called. SPEC 10."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from ..archive.limits import DEFAULT
from ..archive.limits import Limits as ArchiveLimits
from ..archive.program import SPANS, apply_spans, decode_program
from ..archive.read import Archive, open_archive
from ..archive.source import Source as Bytes
from ..schema.collector import Paused
from ..schema.errors import Problem
from ..schema.ir import Initial, InitialValue, Program, TensorRef
from ..schema.labels import BODY, OPSET
from ..schema.manifest import Manifest, Tensor
from ..schema.registry import find
from ..schema.types import ClassType, ContainerType, TensorType, Type, accepts, type_text
from ..schema.verify import check_program
from .engine import Engine
from .program import Runnable
from .rules import BIND_SIGNATURE, BIND_TENSOR

if TYPE_CHECKING:
    from .limits import Limits

SOURCES = "debug/source/"


class Source:
    """The debug information of an archive, read when there is an error to report."""

    __slots__ = ("_archive", "_program", "_ready", "_files")

    def __init__(self, archive: Archive, program: Program) -> None:
        self._archive = archive
        self._program = program
        self._ready = False
        self._files: dict[str, list[str]] = {}

    def ready(self) -> None:
        if not self._ready:
            self._ready = True
            if SPANS in self._archive.names:
                apply_spans(self._program, self._archive.read(SPANS))

    def line(self, file: str, number: int) -> str:
        if file not in self._files:
            name = SOURCES + file
            text = self._archive.read(name).decode("utf-8", "replace") if name in self._archive.names else ""
            self._files[file] = text.splitlines()
        lines = self._files[file]
        return lines[number - 1] if 0 < number <= len(lines) else ""


class LoadedProgram(Runnable):
    """A program from an archive; see `Runnable` for how it is called.

    Attributes
    ----------
    manifest
        What the archive says of itself.
    program
        Its typed IR.
    """

    def __init__(self, archive: Archive, program: Program, **options: Any) -> None:
        self._archive = archive
        self.manifest: Manifest = archive.manifest
        super().__init__(
            program,
            archive.tensor,
            entry_points=archive.manifest.entry_points or None,
            debug=Source(archive, program),
            **options,
        )

    def close(self) -> None:
        """Let go of the file. Parameters that were not read yet cannot be read any more."""
        self._archive.close()

    def __enter__(self) -> LoadedProgram:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def load(
    source: Bytes,
    *,
    engine: str | Engine = "numpy",
    limits: Limits | None = None,
    native: bool = True,
    entry: str | None = None,
    operators: Mapping[str, Callable[..., Any]] | None = None,
    verify: Literal["lazy", "full"] = "lazy",
    archive_limits: ArchiveLimits = DEFAULT,
) -> LoadedProgram:
    """Load a program from an archive.

    Everything but the bytes of tensors is checked now; a tensor is checked before it is first
    used. Nothing is copied that need not be.

    Parameters
    ----------
    source
        A path, bytes, a seekable file object, or a URL (extra ``fsspec``).
    engine
        ``"numpy"``, or ``"cupy"`` for a GPU.
    limits
        Bounds on every call, for programs that one does not trust.
    native
        Whether composite operators run as kernels of their own; otherwise by the bodies in
        the archive.
    entry
        The entry point that calling the program calls; by default ``forward``.
    operators
        Native kernels of custom operators by name; without one the body runs.
    verify
        ``"full"`` also checks every byte of every tensor now, and that the bodies of composite
        operators are those of their templates, as ``archive verify`` does.
    archive_limits
        What to accept of the file at most, a `tracebox.archive.Limits`. SPEC 13.1.

    Returns
    -------
    LoadedProgram
        Call it, or make sessions of it to keep its state.

    Raises
    ------
    MalformedError, InvalidError, UnsupportedError, LimitError
        The archive is refused, with every broken rule by its label.

    Notes
    -----
    SPEC 10.
    """
    archive = open_archive(source, limits=archive_limits, verify=verify)
    try:
        with Paused():
            program = decode_program(archive.program, archive_limits)
            verified = check_program(program)
            check_contents(program, archive.manifest)
            if verify == "full":
                check_composites(program)
            return LoadedProgram(
                archive,
                program,
                engine=engine,
                limits=limits,
                native=native,
                entry=entry,
                operators=operators,
                verified=verified,
            )
    except BaseException:
        archive.close()
        raise


def check_composites(program: Program) -> None:
    """Compare the bodies of composites with their templates. SPEC 5.5.3.

    Raises
    ------
    InvalidError
        ``ir.body``.
    """
    if any(find(body.op) is not None for body in program.bodies):
        from ..schema.expand import check_bodies

        problems = check_bodies(program)
        if problems:
            raise BODY.error(problems)


def check_contents(program: Program, manifest: Manifest) -> None:
    """Compare the tensors and the state of a program with what the manifest says.

    Raises
    ------
    InvalidError
        ``bind.tensor``, ``bind.signature``.
    """
    stored = {tensor.name: tensor for tensor in manifest.tensors}
    records = {record.name: [t for _, t in record.fields] for record in program.records}
    unknown = [name for name in manifest.opsets if name != "tracebox"]
    if unknown:
        raise OPSET.fail("opsets", expected="tracebox alone", got=", ".join(unknown))
    problems: list[Problem] = []
    if manifest.opsets.get("tracebox") != program.opset:
        got = f"tracebox {manifest.opsets.get('tracebox')}"
        problems.append(BIND_SIGNATURE.problem("opsets", expected=f"tracebox {program.opset}", got=got))
    fields: list[tuple[str, str]] = []
    for index, path in program.instance_paths().items():
        instance = program.instances[index]
        cls = program.module_class(instance.class_name)
        prefix = f"{path}." if path else ""
        wanted: list[tuple[str, Type, str]] = [
            (prefix + name, t, tensor) for (name, t), tensor in zip(cls.params, instance.params)
        ]
        for (name, t), initial in zip(cls.fields, instance.fields):
            fields.append((prefix + name, type_text(t)))
            wanted += [(prefix + name, held, ref) for held, ref in _references(initial, t, records)]
        problems += [
            p for where, t, name in wanted if (p := _tensor_problem(where, t, stored.get(name), name))
        ]
    declared = [(field.path, field.type) for field in manifest.state]
    if sorted(declared) != sorted(fields):
        text = ", ".join(f"{path}: {t}" for path, t in fields) or "no state"
        got = ", ".join(f"{path}: {t}" for path, t in declared) or "no state"
        problems.append(BIND_SIGNATURE.problem("state", expected=text, got=got))
    if problems:
        raise BIND_TENSOR.error(problems)


def _tensor_problem(where: str, t: Type, tensor: Tensor | None, name: str) -> Problem | None:
    if tensor is None:
        return BIND_TENSOR.problem(where, expected=type_text(t), got=f"no tensor {name}")
    have = TensorType(tensor.dtype, tensor.shape)
    if accepts(t, have) is True:
        return None
    return BIND_TENSOR.problem(where, expected=type_text(t), got=f"{name}: {type_text(have)}")


def _references(
    value: InitialValue, t: Type, records: Mapping[str, Sequence[Type]]
) -> Iterator[tuple[Type, str]]:
    """The stored tensors of an initial value, with the types that they must have."""
    if isinstance(t, ContainerType) and t.kind == "optional":
        t = t.items[0]
    if isinstance(value, TensorRef):
        yield t, value.name
    elif isinstance(value, Initial):
        types: Sequence[Type] = ()
        if isinstance(t, ClassType):
            types = records[t.name]
        elif isinstance(t, ContainerType):
            types = t.items if t.kind == "tuple" else t.items * len(value.items)
        for item, held in zip(value.items, types):
            yield from _references(item, held, records)
