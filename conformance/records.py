"""The record classes that the programs of operator cases declare. SPEC 14.5."""

from __future__ import annotations

from ..schema.types import BOOL, INT, Type, tensor

#: The fields of each class, in declared order.
RECORDS: dict[str, tuple[tuple[str, Type], ...]] = {
    "cases.Pair": (("count", INT), ("items", tensor("f32", (2,)))),
    "cases.Flag": (("on", BOOL),),
    "cases.Empty": (),
}
