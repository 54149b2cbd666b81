"""Kernels of schema/ops/linear.py."""

from __future__ import annotations

from .registry import direct

direct("matmul", "matmul")
