"""Comparison, logic and bits. SPEC 8.2."""

from __future__ import annotations
