"""Creation and conversion. SPEC 8.7."""

from __future__ import annotations
