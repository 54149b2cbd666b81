"""The formulas of each family, compiled by `tracebox.schema.formula_compiler`."""
