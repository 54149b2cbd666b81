"""The model of `manifest.json`: plain data to objects and back. SPEC 3.

Cross-checks with the other members (names, order, digests) are the container's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

FORMAT = "tracebox"
VERSION = (1, 0)
OPSETS = {"tracebox": 1}

#: The features of this version. An archive that lists any other is refused. SPEC 12.2.
FEATURES = frozenset({"control-flow", "custom-operators", "shuffle", "state", "zstd"})

KINDS = ("positional", "positional_or_keyword", "keyword")
MAX_SIZE = (1 << 63) - 1

Tree: TypeAlias = dict[str, Any]


class _Missing:
    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


#: The default of a parameter that has none.
MISSING = _Missing()


class _Record:
    """Equality, and a repr, by the fields in `__slots__`."""

    __slots__: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and all(
            getattr(self, name) == getattr(other, name) for name in self.__slots__
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({fields})"


class Member(_Record):
    """A member of the archive; `sha256` is None below ``params/``. SPEC 2.10."""

    __slots__ = ("name", "size", "crc32", "sha256")

    def __init__(self, name: str, size: int, crc32: int, sha256: str | None = None) -> None:
        self.name = name
        self.size = size
        self.crc32 = crc32
        self.sha256 = sha256

    def as_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = {"name": self.name, "size": self.size, "crc32": f"{self.crc32:08x}"}
        if self.sha256 is not None:
            plain["sha256"] = self.sha256
        return plain


class Tensor(_Record):
    """An entry of the tensor index: which bytes a named tensor has. SPEC 3.5."""

    __slots__ = ("name", "dtype", "shape", "member", "codec")

    def __init__(
        self, name: str, dtype: str, shape: tuple[int, ...], member: str, codec: str = "raw"
    ) -> None:
        self.name = name
        self.dtype = dtype
        self.shape = shape
        self.member = member
        self.codec = codec

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "dtype": self.dtype,
            "shape": list(self.shape),
            "member": self.member,
            "codec": self.codec,
        }


class Parameter(_Record):
    """A parameter of an entry point; `default` is `MISSING` or a scalar. SPEC 3.6."""

    __slots__ = ("name", "kind", "tree", "default")

    def __init__(self, name: str, kind: str, tree: Tree, default: object = MISSING) -> None:
        self.name = name
        self.kind = kind
        self.tree = tree
        self.default = default

    def as_json(self) -> dict[str, Any]:
        plain: dict[str, Any] = {"name": self.name, "kind": self.kind, "tree": self.tree}
        if self.default is not MISSING:
            from .manifest_const import to_plain

            plain["default"] = to_plain(self.default)
        return plain


class EntryPoint(_Record):
    """A method that callers see: its signature in Python's terms and in types. SPEC 3.6."""

    __slots__ = ("name", "module", "method", "parameters", "results", "inputs", "outputs")

    def __init__(
        self,
        name: str,
        module: str,
        method: str,
        parameters: tuple[Parameter, ...],
        results: Tree,
        inputs: tuple[str, ...],
        outputs: tuple[str, ...],
    ) -> None:
        self.name = name
        self.module = module
        self.method = method
        self.parameters = parameters
        self.results = results
        self.inputs = inputs
        self.outputs = outputs

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "module": self.module,
            "method": self.method,
            "parameters": [parameter.as_json() for parameter in self.parameters],
            "results": self.results,
            "inputs": list(self.inputs),
            "outputs": list(self.outputs),
        }


class StateField(_Record):
    """A field that calls may change: its path from the root module, its type. SPEC 3.7."""

    __slots__ = ("path", "type")

    def __init__(self, path: str, type: str) -> None:
        self.path = path
        self.type = type

    def as_json(self) -> dict[str, Any]:
        return {"path": self.path, "type": self.type}


class Manifest(_Record):
    """What `manifest.json` says.

    `metadata` is plain data: ``name``, ``description``, ``license``, ``authors``,
    ``labels``, ``extra``, and whatever other keys a writer put there. SPEC 3.4.
    """

    __slots__ = (
        "version",
        "features",
        "opsets",
        "producer",
        "metadata",
        "members",
        "tensors",
        "entry_points",
        "state",
    )

    def __init__(
        self,
        *,
        version: tuple[int, int] = VERSION,
        features: Sequence[str] = (),
        opsets: Mapping[str, int] | None = None,
        producer: Mapping[str, str] | None = None,
        metadata: Mapping[str, Any] | None = None,
        members: Sequence[Member] = (),
        tensors: Sequence[Tensor] = (),
        entry_points: Sequence[EntryPoint] = (),
        state: Sequence[StateField] = (),
    ) -> None:
        self.version = version
        self.features = tuple(features)
        self.opsets = dict(OPSETS if opsets is None else opsets)
        self.producer = dict(producer or {"name": "", "version": ""})
        self.metadata = dict(metadata or {})
        self.members = tuple(members)
        self.tensors = tuple(tensors)
        self.entry_points = tuple(entry_points)
        self.state = tuple(state)

    def entry_point(self, name: str) -> EntryPoint | None:
        """The entry point of that name, if there is one."""
        return next((entry for entry in self.entry_points if entry.name == name), None)

    def as_json(self) -> dict[str, Any]:
        """The manifest as plain data."""
        return {
            "format": FORMAT,
            "version": list(self.version),
            "features": list(self.features),
            "opsets": dict(self.opsets),
            "producer": dict(self.producer),
            "metadata": dict(self.metadata),
            "members": [member.as_json() for member in self.members],
            "tensors": [tensor.as_json() for tensor in self.tensors],
            "entry_points": [entry.as_json() for entry in self.entry_points],
            "state": [field.as_json() for field in self.state],
        }

    def meaning(self) -> dict[str, Any]:
        """The part of the manifest that determines what runs, for the root digest. SPEC 2.13."""
        return {
            "format": FORMAT,
            "opsets": dict(self.opsets),
            "program": next((m.sha256 for m in self.members if m.name == "ir/program.msgpack"), None),
            "tensors": [
                {"name": t.name, "dtype": t.dtype, "shape": list(t.shape), "member": t.member}
                for t in self.tensors
            ],
            "entry_points": [entry.as_json() for entry in self.entry_points],
            "state": [field.as_json() for field in self.state],
        }

    @staticmethod
    def from_json(value: object, *, tree_depth: int = 32) -> Manifest:
        """Read plain data; all problems are collected and raised once.

        Raises
        ------
        UnsupportedError
            ``manifest.version``, ``manifest.feature``; nothing else is looked at then.
        MalformedError, InvalidError
            The other rules of SPEC 3.
        """
        from .manifest_read import read_manifest

        return read_manifest(value, tree_depth)
