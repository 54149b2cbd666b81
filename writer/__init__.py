"""Tracer, modules and saving."""
