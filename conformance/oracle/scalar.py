"""Oracles of schema/ops/scalar.py."""

from __future__ import annotations
