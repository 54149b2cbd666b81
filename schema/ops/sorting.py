"""Sorting and searching. SPEC 8.9."""

from __future__ import annotations
