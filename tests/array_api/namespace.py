"""The namespace that data-apis/array-api-tests is run against; see `calls`."""

from __future__ import annotations

from .calls import Array as Array
from .calls import names

globals().update({name: value for name, value in names().items() if name not in globals()})
