"""Indexing. SPEC 8.6."""

from __future__ import annotations
