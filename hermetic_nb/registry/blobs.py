"""Bytes by digest: written once, their hash checked at every read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from hermetic_nb.digest import Digest, digest_bytes, hex_of, short
from hermetic_nb.errors import IntegrityError
from hermetic_nb.registry.records import damaged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hermetic_nb.registry.files import Files

FOLDER: Final = "blobs/sha256"
"""The place of blobs in the OCI image layout (image-spec, image-layout.md)."""
HEX: Final = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """The blobs of a registry."""

    def __init__(self, files: Files, folder: str = FOLDER) -> None:
        self._files = files
        self._folder = folder

    def path(self, digest: Digest) -> str:
        """Where a blob is."""
        return f"{self._folder}/{hex_of(digest)}"

    def find(self, digest: Digest) -> bytes | None:
        """A blob, or None where there is none. Raises IntegrityError where its bytes are others."""
        data = self._files.read(self.path(digest))
        if data is not None and digest_bytes(data) != digest:
            raise damaged(f"blob {short(digest)}")
        return data

    def read(self, digest: Digest) -> bytes:
        """A blob. Raises IntegrityError where it is missing or damaged."""
        data = self.find(digest)
        if data is None:
            raise missing(digest)
        return data

    def put(self, contents: Iterable[bytes]) -> None:
        """Store blobs; on return they are on stable storage. A damaged one is replaced."""
        absent = {}
        for data in contents:
            path = self.path(digest_bytes(data))
            if self._files.read(path) != data:
                absent[path] = data
        if absent:
            self._files.publish(absent)
        else:  # another process may have renamed them a moment ago
            self._files.settle(self._folder)

    def starting(self, prefix: str) -> list[Digest]:
        """The digests of stored blobs whose hex digits begin so."""
        return [
            Digest(f"sha256:{name}")
            for name in self._files.names(self._folder)
            if name.startswith(prefix) and HEX.fullmatch(name)
        ]


def missing(digest: Digest) -> IntegrityError:
    """The error for a blob that a record or a manifest names, and that is not there."""
    return IntegrityError(
        f"blob {short(digest)} is missing",
        help="run the cell that made the tool again (sealing stores it anew), or restore the registry from a copy",
    )
