"""Kernels of schema/ops/linalg.py."""

from __future__ import annotations

from . import linalg_composite, linalg_factors

__all__ = ["linalg_composite", "linalg_factors"]
