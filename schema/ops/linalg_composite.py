"""Linear algebra in terms of factorisations and products: composites. SPEC 8.15."""

from __future__ import annotations

#: What factorisations work on.
DTYPES = ("f32", "f64", "c64", "c128")
