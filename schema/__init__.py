"""Types, dimensions, IR, operator declarations, verifier and program text."""
