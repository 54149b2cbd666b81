"""The lists, dicts and sets among the arguments of a call that is recorded: it may change them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .proxy import Proxy


class Mark(str):
    """Stands for one of the containers: its number."""

    __slots__ = ()


class Given:
    """The call gets copies of its containers; what it does to them is done to the caller's afterwards."""

    __slots__ = ("_known", "_pairs", "_before")

    def __init__(self) -> None:
        #: The copies by the ids of the caller's containers, and both sides of each with the copy's items.
        self._known: dict[int, Any] = {}
        self._pairs: list[tuple[Any, Any]] = []
        self._before: list[list[Any]] = []

    def __bool__(self) -> bool:
        return bool(self._pairs)

    def copy(self, value: Any, leaf: Callable[[Any, str], Any], path: str = "") -> Any:
        """`value` with its containers anew, and with `leaf` of what is in no container."""
        if id(value) in self._known:
            return self._known[id(value)]
        if isinstance(value, tuple):
            items = [self.copy(item, leaf, f"{path}[{i}]") for i, item in enumerate(value)]
            return type(value)(*items) if hasattr(value, "_fields") else tuple(items)
        made: Any
        if type(value) is list:
            made = self._known[id(value)] = []
            made += [self.copy(item, leaf, f"{path}[{i}]") for i, item in enumerate(value)]
        elif type(value) is dict:
            made = self._known[id(value)] = {}
            made.update({key: self.copy(item, leaf, f"{path}[{key!r}]") for key, item in value.items()})
        elif type(value) is set:
            made = self._known[id(value)] = set(value)
        else:
            return leaf(value, path)
        self._pairs.append((value, made))
        self._before.append(_items(made))
        return made

    def state(self) -> tuple[object, ...]:
        """What `restore` takes."""
        return dict(self._known), len(self._pairs)

    def restore(self, state: tuple[Any, ...]) -> None:
        """Forget the containers that were copied since then."""
        self._known, count = state
        del self._pairs[count:], self._before[count:]

    def marked(self, value: Any) -> Any:
        """`value` with marks in the place of copies."""
        for number, (_, made) in enumerate(self._pairs):
            if value is made:
                return Mark(number)
        return self._inside(value)

    def contents(self) -> list[Any]:
        """What is in each copy now, with marks in the place of others."""
        return [self._inside(made) for _, made in self._pairs]

    def _inside(self, value: Any) -> Any:
        if isinstance(value, (tuple, list)):
            items = [self.marked(item) for item in value]
            return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
        if type(value) is dict:
            return {key: self.marked(item) for key, item in value.items()}
        return set(value) if type(value) is set else value

    def changed(self) -> list[int]:
        """The numbers of the copies that hold something else than at first."""
        found = []
        for number, ((_, made), before) in enumerate(zip(self._pairs, self._before)):
            now = _items(made)
            if len(now) != len(before) or not all(map(_same, now, before)):
                found.append(number)
        return found

    def original(self, mark: Mark) -> Any:
        """The caller's container."""
        return self._pairs[int(mark)][0]

    def unmarked(self, value: Any) -> Any:
        """`value` with the caller's containers in the place of marks."""
        if isinstance(value, Mark):
            return self.original(value)
        if isinstance(value, (tuple, list)):
            items = [self.unmarked(item) for item in value]
            return type(value)(*items) if hasattr(value, "_fields") else type(value)(items)
        if type(value) is dict:
            return {key: self.unmarked(item) for key, item in value.items()}
        return value

    def write(self, number: int, content: Any) -> None:
        """Let the caller's container `number` hold `content`, which may have marks in it."""
        target = self._pairs[number][0]
        content = self.unmarked(content)
        target.clear()
        if isinstance(target, list):
            target.extend(content)
        else:
            target.update(content)


def _same(a: Any, b: Any) -> bool:
    return a is b or (isinstance(a, Proxy) and isinstance(b, Proxy) and a._source is b._source)


def _items(container: Any) -> list[Any]:
    return (
        [part for pair in container.items() for part in pair] if type(container) is dict else list(container)
    )
