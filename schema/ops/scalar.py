"""Scalars. SPEC 8.11."""

from __future__ import annotations
