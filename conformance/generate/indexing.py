"""Cases of schema/ops/indexing.py."""

from __future__ import annotations
