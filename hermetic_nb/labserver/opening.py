"""The catalogue of the user's registry, opened when it is first asked for."""

from __future__ import annotations

from importlib.metadata import version

from hermetic_nb.catalogue import Catalogue
from hermetic_nb.registry import Registry, default_path


class Opening:
    """Opens the registry; where that fails, each request says why, and the next one tries again."""

    def __init__(self) -> None:
        self._catalogue: Catalogue | None = None

    def catalogue(self) -> Catalogue:
        """The catalogue. Raises RegistryAccessError: no home folder, or a registry of another format."""
        if self._catalogue is None:
            self._catalogue = Catalogue(Registry(default_path()), version=version("hermetic-nb"))
        return self._catalogue
