"""Putting a trace back to where it was, so that a function can be run again."""

from __future__ import annotations

from typing import Any

from ..context import Trace
from ..module import Module
from ..scope import BlockSteps, Scope, Val
from ..sharing import Kin
from .path import Path


class Rewind:
    """What a trace knows where an exploration begins."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        scope = self.scope = trace.scope
        self.state = dict(trace.state)
        self.sizes = dict(scope.sizes)
        self.compacted = dict(scope.symbols.compacted)
        self.fresh = set(scope.symbols.fresh)
        self.held = set(scope.symbols.held)
        self.constants = set(scope.constants)
        self.solved = scope.symbols.snapshot()
        living = (proxy for ref in trace.proxies if (proxy := ref()) is not None)
        self.proxies = [(p, p._source, p._version, p._seen) for p in living]
        self.fields = dict(trace.held)
        self.kin = {id(p): dict(p._kin) for p, *_ in self.proxies if p._kin is not None}
        self.writes = {kin: (kin.writes, kin.pending) for found in self.kin.values() for kin in found}
        self.plain = self._attributes()
        #: Every symbol that a run made, so that later ones get other names.
        self.names: dict[str, int] = {}

    def back(self) -> None:
        """To the beginning of a run."""
        trace, scope = self.trace, self.scope
        trace.state = dict(self.state)
        scope.sizes = dict(self.sizes)
        symbols = scope.symbols
        symbols.compacted = dict(self.compacted)
        symbols.held = set(self.held)
        for name in self._made():
            del symbols.examples[name]
            symbols.fresh.discard(name)
        for proxy, source, version, seen in self.proxies:
            proxy._source, proxy._version, proxy._seen = source, version, seen
        trace.held = dict(self.fields)
        for one, known in self.writes.items():
            one.writes, one.pending = known
        for proxy, *_ in self.proxies:
            if proxy._kin is not None:  # what was noted since then stays
                now = {kin: kin.writes for kin in proxy._kin}
                proxy._kin = now | self.kin.get(id(proxy), {})
        self.put_attributes(self.plain)

    def _made(self) -> list[str]:
        """The symbols that nodes of the run bind."""
        symbols = self.scope.symbols
        return [name for name in symbols.fresh - self.fresh if name not in symbols.outer]

    def leave(self, path: Path) -> None:
        """At the end of a run: note what it made and changed."""
        symbols = self.scope.symbols
        path.names = {name: symbols.examples[name] for name in self._made()}
        self.names.update(path.names)
        path.state = self.trace.state
        path.fields = self.trace.held
        found = ((proxy, proxy._kin or {}) for proxy, *_ in self.proxies)
        path.stale = {(id(p), kin) for p, kins in found for kin, seen in kins.items() if seen != kin.writes}
        path.plain = self._attributes()
        for proxy, source, *_ in self.proxies:
            now = proxy._source
            if now is not source and proxy._view is None and isinstance(now, Val):
                path.changed[id(proxy)] = proxy, now
        for key in set(self.scope.constants) - self.constants:
            if self.scope.constants[key].block is path.block:
                del self.scope.constants[key]

    def reserve(self) -> None:
        """From here on no symbol gets the name of one that another run made."""
        symbols = self.scope.symbols
        own = symbols.examples
        symbols.examples = {**{name: n for name, n in self.names.items() if name not in own}, **own}
        self.reserved = [name for name in self.names if name not in own]

    def done(self, paths: list[Path], main: Path) -> None:
        """After all runs: their symbols are known again, and the state is that of the example."""
        symbols = self.scope.symbols
        for path in paths:
            for name, n in path.names.items():
                symbols.examples[name] = n
                symbols.fresh.add(name)
        for name, n in main.names.items():
            symbols.examples[name] = n
        self.trace.state = main.state
        if len(paths) == 1:
            self._keep_fields(main)
        else:
            self._join_fields(paths)
            self._join_kin(paths)
        self.put_attributes(main.plain)

    def _join_kin(self, paths: list[Path]) -> None:
        """What a run left behind a change of something else is not used any more."""
        stale = {key for path in paths for key in path.stale}
        for proxy, *_ in self.proxies:
            for kin in proxy._kin or {}:
                if (id(proxy), kin) in stale:
                    proxy._kin[kin] = -1

    def _join_fields(self, paths: list[Path]) -> None:
        """Fields that a run has set hold others than before."""
        self.trace.held = dict(self.fields)
        for key, (array, _) in self.fields.items():
            if any(path.fields[key][0] is not array for path in paths):
                self.trace.held[key] = Kin(field=key), None

    def _keep_fields(self, path: Path) -> None:
        """What the only run knows of fields, which stands where the function was called from here on."""
        trace = self.trace
        inside, here = (self.scope, path.block), (self.scope, path.block.outer)
        moved = {key: (array, here) for key, (array, place) in path.fields.items() if place == inside}
        trace.held = path.fields | moved
        for proxy in (proxy for ref in trace.proxies if (proxy := ref()) is not None):
            if proxy._field is not None and proxy._field.place == inside:
                proxy._field.place = here

    def learned(self) -> bool:
        """Whether sizes turned out to be equal since the beginning."""
        return self.scope.symbols.snapshot() != self.solved

    # --- attributes of modules ---

    def _modules(self) -> list[Module]:
        return [u.source for u in self.trace.units.values() if isinstance(u.source, Module)]

    def _attributes(self) -> dict[int, dict[str, Any]]:
        return {
            id(module): {k: v for k, v in vars(module).items() if not k.startswith("_tb_")}
            for module in self._modules()
        }

    def put_attributes(self, plain: dict[int, dict[str, Any]]) -> None:
        """Give the modules the attributes that they had."""
        for module in self._modules():
            wanted, space = plain.get(id(module)), vars(module)
            if wanted is None:
                continue
            for name in [k for k in space if not k.startswith("_tb_") and k not in wanted]:
                del space[name]
            space.update(wanted)


def differing(first: dict[int, dict[str, Any]], second: dict[int, dict[str, Any]]) -> str | None:
    """The name of an attribute that two runs left different, if there is one."""
    for key in first.keys() & second.keys():
        a, b = first[key], second[key]
        for name in a.keys() | b.keys():
            if name not in a or name not in b or not _same(a[name], b[name]):
                return name
    return None


def _same(a: Any, b: Any) -> bool:
    if a is b:
        return True
    plain = (bool, int, float, complex, str, bytes)
    return type(a) is type(b) and isinstance(a, plain) and bool(a == b)


def place(block: BlockSteps | None, steps: list[Any]) -> None:
    """Say that the values of `steps` are made in `block`."""
    for step in steps:
        for value in step.results:
            value.block = block
        for inner in step.blocks:
            inner.outer = block


def discard(trace: Trace, entries: list[Scope]) -> None:
    """Drop the calls that stand in no path: those of runs that repeated the beginning of another."""
    reached: set[int] = set()
    pending = list(entries)
    while pending:
        scope = pending.pop()
        if id(scope) not in reached:
            reached.add(id(scope))
            pending += [step.callee for step in scope.everywhere() if step.callee is not None]
    for unit in [trace.root, *trace.units.values()]:
        unit.methods = [scope for scope in unit.methods if id(scope) in reached]
        unit.submodules = {}  # those that are used are found again
