"""Closes what tools may not reach, in two steps: before the rest of the guest is loaded, and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.runner.guest import chance, clock, files, imports, machine
from hermetic_nb.runner.guest.capabilities import Replacements

if TYPE_CHECKING:
    from types import ModuleType


def close_files() -> dict[str, ModuleType]:
    """The last step: files, from which modules are loaded too. Gives the modules of which a cell has its own version."""
    replacements = Replacements()
    files.close(replacements)
    replacements.spread()
    return imports.close()


def _close_all_else() -> None:
    imports.load()
    replacements = Replacements()
    for part in (clock, chance, machine):
        part.close(replacements)
    replacements.spread()


# When this module is imported, and before the policy is: its namespaces keep the functions that they find.
_close_all_else()
