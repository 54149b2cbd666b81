"""Cases of schema/ops/composite.py."""

from __future__ import annotations
