"""Types, the typed IR, the operator registry, the verifier and the program text."""
