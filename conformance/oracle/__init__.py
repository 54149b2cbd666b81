"""tracebox.conformance.oracle."""
