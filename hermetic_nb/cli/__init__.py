"""The command ``hermetic``: the toolbox from a terminal, against the same registry."""

from hermetic_nb.cli.main import main

__all__ = ["main"]
