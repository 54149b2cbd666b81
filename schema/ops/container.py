"""Containers. SPEC 8.13."""

from __future__ import annotations
