"""Spec -> artifact, and the proof that it is what it says.

`compiled` seals what a compiler makes: built twice, import-free, tried on examples and beside CPython. `interpreted` seals
what the runner executes: examples run in two processes. `building` chooses between them.
"""

from hermetic_nb.builder.building import Builder
from hermetic_nb.builder.proof import Built, Proof

__all__ = ["Builder", "Built", "Proof"]
