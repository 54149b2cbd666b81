"""Oracles of schema/ops/sorting.py."""

from __future__ import annotations
