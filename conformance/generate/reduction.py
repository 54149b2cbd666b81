"""Cases of schema/ops/reduction.py."""

from __future__ import annotations
