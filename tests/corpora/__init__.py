"""The compiler measured on code that others wrote: how much of it seals, in which tier, and why the rest does not."""
