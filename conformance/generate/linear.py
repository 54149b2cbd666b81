"""Cases of schema/ops/linear.py."""

from __future__ import annotations
