"""Oracles of schema/ops/random.py."""

from __future__ import annotations
