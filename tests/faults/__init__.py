"""Whatever ends, fills up, is refused or lies: the call fails with its code or is told again, and the next one is right."""
