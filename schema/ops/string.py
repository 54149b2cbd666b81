"""Strings. SPEC 8.12."""

from __future__ import annotations
