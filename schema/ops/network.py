"""Convolution and windows. SPEC 8.8."""

from __future__ import annotations
