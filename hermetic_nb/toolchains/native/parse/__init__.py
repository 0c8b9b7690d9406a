"""The cell as it is written: its top level, and refusals placed in it."""
