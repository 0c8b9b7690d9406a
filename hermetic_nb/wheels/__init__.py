"""Pure-Python wheels: had from the user's package index, and read in memory. Nothing of a wheel is installed or run here."""

from __future__ import annotations

from hermetic_nb.wheels.contents import Contents, importable, unpacked
from hermetic_nb.wheels.fetching import Wheel, fetch
from hermetic_nb.wheels.names import NAME, VERSION, normalise, same_version

__all__ = ["NAME", "VERSION", "Contents", "Wheel", "fetch", "importable", "normalise", "same_version", "unpacked"]
