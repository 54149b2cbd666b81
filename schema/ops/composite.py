"""Composites. SPEC 8.14."""

from __future__ import annotations
