"""Oracles of schema/ops/string.py."""

from __future__ import annotations
