"""Syntax to typed tree: a function for each combination of argument types, until nothing changes."""
