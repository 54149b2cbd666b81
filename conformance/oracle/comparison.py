"""Oracles of schema/ops/comparison.py."""

from __future__ import annotations
