"""Cases of schema/ops/container.py."""

from __future__ import annotations
