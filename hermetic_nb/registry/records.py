"""The registry's small documents: canonical JSON that carries its own checksum, so that damage is seen at every read.

    names/<name>/<version>.json   {"format", "name", "version", "tool", "created", "author", "reason", "provenance", "checksum"}
    builds/<hex>.json             {"format", "spec", "toolchain", "tier", "tool", "version", "checksum"}
    wheels/<hex>.json             {"format", "name", "version", "wheel", "checksum"}
    layout.json                   {"format", "checksum"}

``checksum`` is the digest of the canonical JSON of all the rest. It finds damage; it is no signature.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hermetic_nb.digest import Digest, canonical, digest_json, parse_digest
from hermetic_nb.errors import IntegrityError
from hermetic_nb.model import FORMAT

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRecord:
    """One version of a name. Never changed once made."""

    name: str
    version: int
    """From 1."""
    tool: Digest
    """The tool's digest: that of its manifest."""
    created: str
    """UTC, ISO 8601, whole seconds: ``2026-01-31T12:00:00Z``."""
    author: str
    reason: str
    provenance: Digest
    """The digest of the provenance statement."""

    def to_json(self) -> dict[str, Any]:
        """The stored form, without its checksum."""
        return {
            "format": FORMAT,
            "name": self.name,
            "version": self.version,
            "tool": self.tool,
            "created": self.created,
            "author": self.author,
            "reason": self.reason,
            "provenance": self.provenance,
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> NameRecord:
        """Read the stored form. Raises ValueError, KeyError or TypeError on another document."""
        texts = {key: document[key] for key in ("name", "created", "author", "reason")}
        version = document["version"]
        if type(version) is not int or not all(type(text) is str for text in texts.values()):
            raise TypeError("a field of another type")
        return cls(
            version=version,
            tool=parse_digest(document["tool"]),
            provenance=parse_digest(document["provenance"]),
            **texts,
        )


def stamp(document: Mapping[str, Any]) -> bytes:
    """The bytes of a document with its checksum. Raises TypeError on a value that canonical JSON lacks."""
    return canonical({**document, "checksum": digest_json(dict(document))})


def unstamp(data: bytes, what: str) -> dict[str, Any]:
    """The document of such bytes, without its checksum. Raises IntegrityError; ``what`` names it in the message."""
    try:
        document = json.loads(data)
        checksum = document.pop("checksum")
        whole = checksum == digest_json(document) and data == stamp(document)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError) as error:
        raise damaged(what) from error
    if not whole:
        raise damaged(what)
    return dict(document)


def damaged(what: str) -> IntegrityError:
    """The error for stored bytes that are not what was written."""
    return IntegrityError(
        f"{what} is damaged: its bytes do not match their digest",
        help="run the cell that made the tool again (sealing stores it anew), and `hermetic doctor` to see what else is damaged",
    )
