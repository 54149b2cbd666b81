"""Reductions and scans. SPEC 8.3."""

from __future__ import annotations
