"""How far results are from the exact ones: sampled operands, measured errors, and their table."""
