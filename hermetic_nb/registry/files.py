"""What the registry asks of its storage: a few operations on small files, so that a disk and a dict can both serve.

Paths are relative to the registry's root and use ``/``. Their parts never come from outside unchecked: they are
literals, hex digits, checked names, or what `names` listed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPORARY: Final = ".tmp-"
"""How the names of unfinished files begin."""


class Files(Protocol):
    """Small files in folders. Every method raises `RegistryAccessError` where the storage refuses, never OSError."""

    @property
    def place(self) -> str:
        """Where the files are, for help lines."""

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, or None where there is none."""

    def names(self, folder: str) -> list[str]:
        """The sorted names of what a folder holds; none where there is no folder."""

    def publish(self, files: Mapping[str, bytes], *, durable: bool = True) -> None:
        """Put whole files in place, each at once, over what was there; on stable storage on return when ``durable``."""

    def create(self, path: str, data: bytes) -> bool:
        """Put a whole file in place unless its path is taken (False); on stable storage on return."""

    def touch(self, folder: str) -> None:
        """Let `changed` of a folder be another number, for what changed further below."""

    def settle(self, folder: str) -> None:
        """Bring what others published in a folder to stable storage."""

    def move(self, path: str, target: str) -> None:
        """Rename a file."""

    def remove(self, path: str) -> None:
        """Delete a file; nothing happens where there is none."""

    def age(self, path: str) -> float:
        """Seconds since a file was last written; 0 where there is none."""

    def changed(self, folder: str) -> int:
        """A number that is another one after a file of a folder was made, replaced or deleted; 0 where there is no folder."""
