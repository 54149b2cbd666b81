"""Engines and kernels that execute programs."""
