"""Kernels: what the operators do, written against an array namespace."""
