"""What a text declares, known before any function is read. SPEC 7.4."""

from __future__ import annotations

import ast

from ..builder import ClassBuilder, FunctionBuilder, ProgramBuilder
from ..calls import Callee
from ..labels import CALLEE, FIELD
from ..types import TensorType, Type
from .lexer import Source


class Header:
    """What a function's first line says."""

    __slots__ = ("name", "source", "tree", "params", "results")

    def __init__(
        self,
        name: str,
        source: Source,
        tree: ast.FunctionDef,
        params: list[tuple[str, Type]],
        results: tuple[Type, ...],
    ) -> None:
        self.name = name
        self.source = source
        self.tree = tree
        self.params = params
        self.results = results

    def callee(self, name: str) -> Callee:
        return Callee(name, tuple(t for _, t in self.params), self.results)


class ClassHeader:
    """A module class whose methods are not read yet."""

    __slots__ = ("name", "params", "fields", "submodules", "methods", "doc")

    def __init__(self, name: str) -> None:
        self.name = name
        self.params: list[tuple[str, TensorType]] = []
        self.fields: list[tuple[str, Type]] = []
        self.submodules: list[tuple[str, str]] = []
        self.methods: dict[str, Header] = {}
        self.doc = ""


class Declarations:
    """The functions and module classes of all files."""

    __slots__ = ("functions", "classes")

    def __init__(self) -> None:
        self.functions: dict[str, Header] = {}
        self.classes: dict[str, ClassHeader] = {}


class TextFunction(FunctionBuilder):
    """A function whose callees and fields may be declared anywhere in the text."""

    def __init__(
        self, builder: ProgramBuilder, declared: Declarations, header: Header, owner: ClassBuilder | None
    ) -> None:
        super().__init__(builder, header.name, header.params, owner)
        self.declared = declared

    def inside(self, path: list[str]) -> ClassHeader | None:
        """The class of the module at `path` inside the owner."""
        found = self.declared.classes.get(self.owner.name) if self.owner else None
        for part in path:
            found = self.declared.classes.get(dict(found.submodules).get(part, "")) if found else None
        return found

    def there(self, name: str) -> str:
        """What there is where `name` leads to nothing."""
        first, *path = name.split(".")
        if first != "self" or not path:
            return ""
        cls = self.inside(path[:-1])
        found = self.inside(path[:-2]) if cls is None else None
        if cls is None:
            modules = ", ".join(label for label, _ in found.submodules) if found else ""
            return f"the modules there are {modules}" if modules else ""
        return f"the methods there are {', '.join(cls.methods)}"

    def callee(self, name: str) -> Callee:
        header = self.declared.functions.get(name)
        first, *path = name.split(".")
        if first == "self" and path:
            cls = self.inside(path[:-1])
            header = cls.methods.get(path[-1]) if cls else None
        if header is None:
            raise CALLEE.fail(self.where, got=name, hint=self.there(name))
        return header.callee(name)

    def field_type(self, path: str) -> Type:
        *inside, last = path.split(".")
        cls = self.inside(inside)
        for name, t in cls.fields if cls else ():
            if name == last:
                return t
        raise FIELD.fail(self.where, got=path)
