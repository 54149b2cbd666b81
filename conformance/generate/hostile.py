"""What a hostile archive is made of, and the decorator that lists its maker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .forge import Draft

Build = Callable[[Draft], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A named change of a twin that breaks the rule `label`."""

    name: str
    label: str
    changed: str
    build: Build
    twin: str = "plain"
    limits: dict[str, int] = field(default_factory=dict)


class Cases(list[Case]):
    """A list of cases that functions are added to."""

    def add(
        self,
        name: str,
        label: str,
        changed: str,
        *,
        twin: str = "plain",
        limits: dict[str, int] | None = None,
    ) -> Callable[[Build], Build]:
        """List a function that builds the file from a copy of the twin."""

        def listed(build: Build) -> Build:
            case = Case(name=name, label=label, changed=changed, build=build, twin=twin, limits=limits or {})
            self.append(case)
            return build

        return listed

    def manifest(self, name: str, label: str, changed: str, *, twin: str = "plain") -> Callable[..., None]:
        """List a change of the manifest, given as a function that edits the draft."""

        def listed(edit: Callable[[Draft], object]) -> None:
            def build(draft: Draft) -> bytes:
                edit(draft)
                return draft.records().bytes()

            self.append(Case(name=name, label=label, changed=changed, build=build, twin=twin))

        return listed
