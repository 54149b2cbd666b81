"""Shape. SPEC 8.5."""

from __future__ import annotations
