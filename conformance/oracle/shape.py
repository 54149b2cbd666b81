"""Oracles of schema/ops/shape.py."""

from __future__ import annotations
