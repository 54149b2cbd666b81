"""The formulas of each family; see `..formula_compiler`."""
