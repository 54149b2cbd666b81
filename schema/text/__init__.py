"""The program text: programs printed in Python syntax, and read back. SPEC 7."""
