"""Composites: operators with a definition in primitives. SPEC 8.14.

A template is the definition; an archive carries its expansion, and a runtime without an
implementation of its own runs that. The stated accuracy is for sums of at most 256 elements.
"""

from __future__ import annotations

from . import composite_functions, composite_layers

__all__ = ["composite_functions", "composite_layers"]
