"""Assignment: to names, tuples, attributes and items, with operators, and of what is unpacked."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from ...schema.errors import TraceboxError
from ..proxy import Proxy
from . import arithmetic, rules
from .calls import Calls
from .iteration import Range
from .values import Box, DictBox, ListBox, describe, is_array


class Assignment(Calls):
    """How values get names and places."""

    def named(self, name: str, node: ast.expr) -> Any:
        """An expression whose value is about to get a name.

        Raises
        ------
        ScriptError
            ``script.construct``: it computes items only when they are asked for.
        """
        if name:
            self.refuse_lazy(node, name)
        outer, self.target = self.target, name
        try:
            return self.expr(node)
        finally:
            self.target = outer

    def assign(self, target: ast.expr, value: Any) -> None:
        """Assign to a target."""
        if isinstance(target, ast.Name):
            self.frame.env[target.id] = value
            self.frame.homes[target.id] = self.line(target)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target, value)
        elif isinstance(target, ast.Attribute):
            owner, store = self.item_place(target.value)
            self.at(target, lambda: self.set_attribute(owner, target.attr, value))
            if store is not None:
                store()
        elif isinstance(target, ast.Subscript):
            owner, store = self.item_place(target.value)
            key = self.expr(target.slice)
            self.at(target, lambda: self.set_item(owner, key, value))
            if store is not None:
                store()
        else:
            raise self.refused(target)

    def _unpack(self, target: ast.Tuple | ast.List, value: Any) -> None:
        starred = [i for i, item in enumerate(target.elts) if isinstance(item, ast.Starred)]
        count = len(target.elts)
        if starred and not self._has_known_length(value):
            self._unpack_rest(target, value, starred[0])
            return
        items = self.known_items(value, target, count if not starred else None)
        if not starred:
            if len(items) != count:
                raise self.fail(rules.OPERAND, target, expected=f"{count} items", got=f"{len(items)}")
            for part, item in zip(target.elts, items):
                self.assign(part, item)
            return
        at = starred[0]
        after = count - at - 1
        if len(items) < count - 1:
            raise self.fail(
                rules.OPERAND, target, expected=f"at least {count - 1} items", got=f"{len(items)}"
            )
        for part, item in zip(target.elts[:at], items):
            self.assign(part, item)
        star = target.elts[at]
        assert isinstance(star, ast.Starred)
        self.assign(star.value, ListBox(items[at : len(items) - after]))
        for part, item in zip(target.elts[at + 1 :], items[len(items) - after :]):
            self.assign(part, item)

    def _has_known_length(self, value: Any) -> bool:
        if isinstance(value, (ListBox, DictBox)):
            return value.items is not None
        return not (is_array(value) and value.ndim and not isinstance(value.shape[0], int))

    def _unpack_rest(self, target: ast.Tuple | ast.List, value: Any, at: int) -> None:
        """Unpack what has no known length: the starred name gets a list of the program."""
        made = self.call_function(list, (value,), {})
        least, after = len(target.elts) - 1, len(target.elts) - at - 1
        length = self.length(made)
        enough = self.binary("GtE", length, least)
        text = f"not enough values to unpack (expected at least {least})"
        self.raise_unless(enough, "ValueError", text)
        for i, part in enumerate(target.elts):
            if isinstance(part, ast.Starred):
                rest = self.subscript(made, slice(at, self.binary("Sub", length, after)))
                self.assign(part.value, rest)
            else:
                self.assign(part, self.subscript(made, i if i < at else i - at - 1 - after))

    def known_items(self, value: Any, node: ast.AST, count: int | None = None) -> list[Any]:
        """The items of a value whose length is known, or is checked to be `count`."""
        if isinstance(value, (tuple, list)):
            return list(value)
        if isinstance(value, ListBox) and value.items is not None:
            return list(value.items)
        if isinstance(value, DictBox) and value.items is not None:
            return list(value.items)
        if isinstance(value, str):
            return list(value)
        if isinstance(value, Range) and all(type(v) is int for v in (value.start, value.stop, value.step)):
            return list(range(value.start, value.stop, value.step))
        if isinstance(value, ListBox) and count is not None:
            length = self.emit("list.len", value.val)
            text = f"expected {count} values to unpack"
            self.raise_unless(self.emit("int.equal", length, count), "ValueError", text)
            return [self.subscript(value, i) for i in range(count)]
        if is_array(value) and value.ndim:
            length = value.shape[0]
            if isinstance(length, int):
                return [self.subscript(value, i) for i in range(length)]
            if count is not None:
                text = f"expected {count} values to unpack"
                self.raise_unless(self.emit("int.equal", length, count), "ValueError", text)
                return [self.subscript(value, i) for i in range(count)]
        raise self.fail(rules.STATIC, node, got=describe(value), hint="its length must be known here")

    def item_place(self, node: ast.expr) -> tuple[Any, Callable[[], None] | None]:
        """What is about to be changed in place: its value, and how to put that back where it came from."""
        if not isinstance(node, ast.Subscript):
            return self.expr(node), None
        owner, store = self.item_place(node.value)
        key = self.expr(node.slice)
        value = self.at(node, lambda: self.subscript(owner, key))
        if not self.own_again(owner, value):
            if not isinstance(owner, (ListBox, DictBox)) or not isinstance(value, (Box, Proxy)):
                return value, store
            if isinstance(key, slice):
                return value, None  # a new list
            if owner.val is None:
                return value, store
            self.at(node, lambda: self.put_back(owner, value))

        def put() -> None:
            self.at(node, lambda: self.set_item(owner, key, value))
            if store is not None:
                store()

        return value, put

    def augment(self, stmt: ast.AugAssign) -> None:
        """``target op= value``."""
        op, target = type(stmt.op).__name__, stmt.target
        if isinstance(target, ast.Name):
            outer, self.target = self.target, target.id
            try:
                old = self.at(target, lambda: self.lookup(target.id))
                value = self._augmented(op, old, self.expr(stmt.value), stmt)
            finally:
                self.target = outer
            self.assign(target, value)
        elif isinstance(target, ast.Attribute):
            owner = self.expr(target.value)
            old = self.at(target, lambda: self.attribute(owner, target.attr))
            value = self._augmented(op, old, self.expr(stmt.value), stmt)
            self.at(target, lambda: self.set_attribute(owner, target.attr, value))
        else:
            assert isinstance(target, ast.Subscript)
            owner, store = self.item_place(target.value)
            key = self.expr(target.slice)
            old = self.at(target, lambda: self.subscript(owner, key))
            self.own_again(owner, old)
            if isinstance(owner, (ListBox, DictBox)) and owner.val is not None:
                self.put_back(owner, old)
            value = self._augmented(op, old, self.expr(stmt.value), stmt)
            self.at(target, lambda: self.set_item(owner, key, value))
            if store is not None:
                store()

    def _augmented(self, op: str, old: Any, value: Any, stmt: ast.AugAssign) -> Any:
        if isinstance(old, ListBox) and op == "Add":
            self.method(old, "extend", (value,), {})
            return old
        if isinstance(old, ListBox) and op == "Mult":
            self.resize(old)
            self.change(old)
            found = self.binary(op, old, value)
            old.items, old.val = found.items, found.val
            return old
        if isinstance(old, DictBox) and op == "BitOr":
            self.method(old, "update", (value,), {})
            return old
        if isinstance(old, Proxy) and not old._weak and (old.ndim or old._view is not None):
            value = self.native(value)
            return self.called(lambda: arithmetic.INPLACE[op](old, value))
        return self.binary(op, old, value)

    # --- what `Compiler` adds ---

    def refused(self, node: ast.AST) -> TraceboxError:
        raise NotImplementedError

    def lookup(self, name: str) -> Any:
        raise NotImplementedError

    def length(self, value: Any) -> Any:
        raise NotImplementedError

    def set_attribute(self, owner: Any, name: str, value: Any) -> None:
        raise NotImplementedError
