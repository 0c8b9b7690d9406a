"""Which wheel a name and version meant when a tool first declared them here: so that it means the same ever after.

The record is a hint for new seals only; a sealed tool names its wheels by digest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.digest import Digest, digest_json, hex_of, parse_digest
from hermetic_nb.errors import IntegrityError
from hermetic_nb.model import FORMAT
from hermetic_nb.registry.records import stamp, unstamp

if TYPE_CHECKING:
    from hermetic_nb.registry.files import Files

FOLDER: Final = "wheels"


class Wheels:
    """The wheel records of a registry."""

    def __init__(self, files: Files) -> None:
        self._files = files

    def find(self, name: str, version: str) -> Digest | None:
        """The digest of the wheel of that name and version, or None where no record of it is whole."""
        data = self._files.read(path_of(name, version))
        if data is None:
            return None
        try:
            document = unstamp(data, "the record of a wheel")
            whole = (document["name"], document["version"]) == (name, version)
            return parse_digest(document["wheel"]) if whole else None
        except (IntegrityError, ValueError, KeyError, TypeError):
            return None

    def put(self, name: str, version: str, wheel: Digest) -> None:
        """Record a wheel, unless there is a whole record of that name and version."""
        if self.find(name, version) is None:
            data = stamp({"format": FORMAT, "name": name, "version": version, "wheel": wheel})
            self._files.publish({path_of(name, version): data}, durable=False)


def path_of(name: str, version: str) -> str:
    """Where the record of a wheel is."""
    return f"{FOLDER}/{hex_of(digest_json([name, version]))}.json"
