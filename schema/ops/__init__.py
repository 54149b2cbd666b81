"""The declarations of the standard operators, one module a family. SPEC 8."""
