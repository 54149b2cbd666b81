"""Cases of schema/ops/linalg_composite.py."""
