"""Names that were trimmed: lists and searches leave them out. Nothing is deleted, and what pins a tool still finds it.

A record covers the versions up to the one that it names: a newer version of the name is listed again.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import IntegrityError
from hermetic_nb.model import FORMAT
from hermetic_nb.registry.names import NAME, SETTLED
from hermetic_nb.registry.records import stamp, unstamp

if TYPE_CHECKING:
    from hermetic_nb.registry.files import Files

FOLDER: Final = "trimmed"
ENDING: Final = ".json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trim:
    """One trimmed name."""

    name: str
    version: int
    """The newest version that is left out."""
    created: str
    """When, as `NameRecord.created`."""

    def to_json(self) -> dict[str, Any]:
        """The stored form."""
        return {"format": FORMAT, "name": self.name, "version": self.version, "created": self.created}


class Trimmed:
    """The trims of a registry. A damaged one trims nothing."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._read: tuple[int, dict[str, int]] = (0, {})

    def put(self, trim: Trim) -> None:
        """Leave a name out from now on; durable on return."""
        self._files.publish({_path(trim.name): stamp(trim.to_json())})

    def remove(self, name: str) -> bool:
        """Take a name in again; whether it was left out."""
        if self._files.read(_path(name)) is None:
            return False
        self._files.remove(_path(name))
        return True

    def all(self) -> dict[str, int]:
        """Names, and the newest version of each that is left out."""
        change = self._files.changed(FOLDER)
        if change == 0:
            return {}
        if self._read[0] == change:
            return self._read[1]
        read = (self._trim(entry) for entry in self._files.names(FOLDER))
        found = {trim.name: trim.version for trim in read if trim is not None}
        if change < time.time_ns() - SETTLED:
            self._read = (change, found)
        return found

    def _trim(self, entry: str) -> Trim | None:
        data = self._files.read(f"{FOLDER}/{entry}")
        return None if data is None else parse(data, entry)


def parse(data: bytes, entry: str) -> Trim | None:
    """The trim of a file of that name; None where its bytes are damaged, or belong to another name."""
    try:
        document = unstamp(data, "a trim")
        trim = Trim(name=document["name"], version=int(document["version"]), created=str(document["created"]))
    except (IntegrityError, ValueError, KeyError, TypeError):
        return None
    return trim if f"{trim.name}{ENDING}" == entry and NAME.fullmatch(trim.name) else None


def _path(name: str) -> str:
    return f"{FOLDER}/{name}{ENDING}"
