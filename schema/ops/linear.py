"""Linear algebra. SPEC 8.4."""

from __future__ import annotations
