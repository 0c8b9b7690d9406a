"""Receipts by digest: the calls of pure tools, with what their agents answered."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from hermetic_nb import values
from hermetic_nb.digest import Digest, short
from hermetic_nb.errors import IntegrityError
from hermetic_nb.model import Receipt
from hermetic_nb.registry.blobs import Blobs
from hermetic_nb.registry.records import damaged

if TYPE_CHECKING:
    from hermetic_nb.registry.files import Files

FOLDER: Final = "receipts/sha256"
HEX: Final = re.compile(r"[0-9a-f]{64}")


class Receipts:
    """The receipts of a registry: the file of each is the text that its digest is of."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._blobs = Blobs(files, FOLDER)
        self._read: dict[str, Receipt] = {}

    def put(self, receipt: Receipt) -> None:
        """Store a receipt; on return it is on stable storage."""
        self._blobs.put([values.text(receipt.to_json()).encode()])

    def find(self, digest: Digest) -> Receipt | None:
        """The receipt of a digest, or None where there is none. Raises IntegrityError where it is damaged."""
        data = self._blobs.find(digest)
        if data is None:
            return None
        try:
            return Receipt.from_json(json.loads(data))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise damaged(f"receipt {short(digest)}") from error

    def all(self, tool: Digest | None = None) -> list[Receipt]:
        """The receipts of a tool, or all, by digest; damaged ones are left out (`check` reports them)."""
        found = []
        for name in self._files.names(FOLDER):
            if HEX.fullmatch(name) is None:
                continue
            if name not in self._read:
                with suppress(IntegrityError):
                    receipt = self.find(Digest(f"sha256:{name}"))
                    if receipt is not None:
                        self._read[name] = receipt
            receipt = self._read.get(name)
            if receipt is not None and tool in {None, receipt.tool}:
                found.append(receipt)
        return found
