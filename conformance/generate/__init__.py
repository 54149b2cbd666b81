"""tracebox.conformance.generate."""
