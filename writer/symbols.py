"""The symbols of one traced function, and what the trace found out about them. SPEC 4.2.

Every dimension of a parameter begins as a symbol of its own. Where an operator needs two
dimensions to be equal, one symbol is solved for and replaced everywhere, so that the
signature itself says what must hold.
"""

from __future__ import annotations

from ..schema import dims
from ..schema.dims import Dim, Expr, Known
from ..schema.names import fresh_name
from ..schema.types import Type, map_dims


class Symbols:
    """The symbols of a function: example sizes, and substitutions for the solved ones."""

    def __init__(self, parent: Symbols | None = None) -> None:
        self.parent = parent
        self.examples: dict[str, int] = {}
        self.solved: dict[str, Known] = {}
        #: For symbols of parameters of a called function: the caller's dimension.
        self.outer: dict[str, Dim] = {}
        #: Symbols that nodes bind: sizes that depend on data, which are never solved for.
        self.fresh: set[str] = set()
        #: Long expressions that got a symbol of their own, and the other way round.
        self.compacted: dict[Dim, Dim] = {}
        self.definitions: dict[str, Dim] = {}
        #: Symbols that the user named.
        self.named: set[str] = set()
        #: Symbols that a branch has compared: which they equal is left to checks at run time.
        self.held: set[str] = set()

    def new(self, wish: str, example: int, *, fresh: bool = False, outer: Dim | None = None) -> Expr:
        """A symbol that the function does not have yet."""
        name = fresh_name(wish, self.examples)
        self.examples[name] = example
        if fresh:
            self.fresh.add(name)
        if outer is not None:
            self.outer[name] = outer
        return dims.symbol(name)

    def resolve(self, dim: Dim) -> Dim:
        """`dim` without solved symbols."""
        if not self.solved or not isinstance(dim, Expr):
            return dim
        return dims.substitute(dim, self._replacement)

    def _replacement(self, name: str) -> Dim:
        return self.solved.get(name, dims.symbol(name))

    def resolve_type(self, t: Type) -> Type:
        """`t` without solved symbols."""
        return map_dims(t, self.resolve) if self.solved else t

    def value(self, dim: Dim) -> int:
        """The size that `dim` has for the example arguments."""
        assert not isinstance(dim, dims.Unknown)
        return dims.evaluate(dim, self.examples)

    def require_equal(self, a: Dim, b: Dim) -> bool | None:
        """Make `a` and `b` equal by solving for a symbol.

        Returns
        -------
        bool or None
            True if they are now the same, False if they never are, None if that is left to
            a check at run time.
        """
        a, b = self.resolve(a), self.resolve(b)
        known = dims.equal(a, b)
        if known is not None or isinstance(a, dims.Unknown) or isinstance(b, dims.Unknown):
            return known
        if self.value(a) != self.value(b):
            return None
        difference = dims.sub(a, b)
        for name in reversed(list(self.examples)):
            solution = self._solve(difference, name)
            if solution is not None:
                self._assign(name, solution)
                return True
        return None

    def _solve(self, difference: Known, name: str) -> Known | None:
        """The value of the symbol `name` that makes `difference` 0, if it is as plain as that."""
        if name in self.fresh or name in self.held or not isinstance(difference, Expr):
            return None
        monomial = (("s", name),)
        terms = dict(difference.terms)
        factor = terms.pop(monomial, 0)
        if not factor:
            return None
        rest = dims.sub(difference, dims.mul(dims.symbol(name), factor))
        if name in dims.symbols_of(rest) or any(s in self.fresh for s in dims.symbols_of(rest)):
            return None
        if factor in (1, -1):
            return dims.mul(rest, -factor)
        if isinstance(rest, int) and rest % factor == 0:
            return -rest // factor
        return None

    def _assign(self, name: str, solution: Known) -> None:
        only = {name: solution}

        def replace(other: str) -> Dim:
            return only.get(other, dims.symbol(other))

        for solved, value in self.solved.items():
            self.solved[solved] = _known(dims.substitute(value, replace))
        self.solved[name] = solution
        if self.parent is not None and name in self.outer:
            outside = self.to_outer(solution)
            if outside is not None:
                self.parent.require_equal(self.outer[name], outside)

    def to_outer(self, dim: Dim) -> Dim | None:
        """`dim` in the caller's symbols, or None if it has symbols that the caller cannot see."""
        missing = False

        def replace(name: str) -> Dim:
            nonlocal missing
            if name in self.definitions and name not in self.outer:
                outside = self.to_outer(self.definitions[name])
                missing = missing or outside is None
                return dims.UNKNOWN if outside is None else outside
            if name not in self.outer:
                missing = True
                return dims.UNKNOWN
            return self.outer[name]

        found = dims.substitute(self.resolve(dim), replace)
        return None if missing or self.parent is None else self.parent.resolve(found)

    def from_outer(self, dim: Dim) -> Dim | None:
        """A caller's dimension in this function's symbols, or None."""
        if not isinstance(dim, Expr) or self.parent is None:
            return dim
        dim = self.parent.resolve(dim)
        inner: dict[str, Dim] = {}
        for name, outside in self.outer.items():
            outside = self.parent.resolve(outside)
            if outside == dim:
                return self.resolve(dims.symbol(name))
            lone = dims.symbol_name(outside)
            if lone is not None:
                inner.setdefault(lone, dims.symbol(name))
        found = dims.substitute(dim, lambda name: inner.get(name, dims.UNKNOWN))
        return None if isinstance(found, dims.Unknown) else self.resolve(found)

    def snapshot(self) -> list[dict[str, Known]]:
        """What `restore` goes back to, here and in the callers."""
        return [dict(self.solved), *(self.parent.snapshot() if self.parent else [])]

    def restore(self, saved: list[dict[str, Known]]) -> None:
        """Forget what was solved since `snapshot`."""
        self.solved = dict(saved[0])
        if self.parent is not None:
            self.parent.restore(saved[1:])


def _known(dim: Dim) -> Known:
    assert not isinstance(dim, dims.Unknown)
    return dim
