"""What array_api_strict can run."""

from __future__ import annotations

from tracebox.conformance.model import Accept, Case, Fails
from tracebox.conformance.oracle.arrays import Array
from tracebox.schema.dtypes import STORAGE
from tracebox.schema.ir import DTypeAttr

MISSING = STORAGE | {"f16"}

#: Operators whose kernels need what the standard does not have, and why.
NOT_STANDARD: dict[str, str] = {}


def has(case: Case, op: str = "") -> bool:
    """Whether array_api_strict has every dtype of the case, and what the kernel of `op` needs."""
    if not isinstance(case, (Accept, Fails)) or op in NOT_STANDARD:
        return False
    used = {value.dtype for value in case.inputs if isinstance(value, Array)}
    used |= {value.name for value in case.attrs.values() if isinstance(value, DTypeAttr)}
    return not used & MISSING
