"""The magics in a real kernel, spoken to by the Jupyter protocol."""
