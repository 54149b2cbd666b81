"""Oracles of schema/ops/network.py."""

from __future__ import annotations
