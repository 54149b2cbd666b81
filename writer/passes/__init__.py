"""Passes over programs: each takes a program and gives one that computes the same. SPEC 5, 10.3."""

from .pipeline import INEXACT, PASSES, TENSOR_PASSES, Optimized, run_passes

__all__ = ["INEXACT", "PASSES", "TENSOR_PASSES", "Optimized", "run_passes"]
