"""Cases of schema/ops/elementwise.py."""

from __future__ import annotations
