"""Traces of all paths: what `trace(..., branches="explore")` does at a branch that depends on data."""
