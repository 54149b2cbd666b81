"""Oracles of schema/ops/creation.py."""

from __future__ import annotations
