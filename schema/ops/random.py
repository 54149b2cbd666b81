"""Random numbers. SPEC 8.10."""

from __future__ import annotations
