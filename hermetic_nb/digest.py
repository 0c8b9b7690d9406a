"""Digests: sha256 in the form ``sha256:<64 hex>``, and the canonical JSON of our own documents.

Canonical JSON here: UTF-8, keys sorted by code point, no white space, no escapes but those JSON demands. Documents
hold strings, ints, bools, None, lists and string-keyed dicts; never floats, so no number has two spellings. (Values of
tools, which do hold floats, have their own form: see `values`.)
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Final, NewType

Digest = NewType("Digest", str)
"""``sha256:`` and 64 lower-case hex digits (the grammar of the OCI image specification)."""

_GRAMMAR: Final = re.compile(r"sha256:[0-9a-f]{64}")
SHORT: Final = 12
"""Hex digits shown where a digest is only shown."""


def digest_bytes(data: bytes | bytearray | memoryview) -> Digest:
    """The digest of bytes."""
    return Digest("sha256:" + hashlib.sha256(data).hexdigest())


def canonical(document: Any) -> bytes:
    """The canonical JSON of a document. Raises TypeError on a float or any other foreign value."""
    _refuse_foreign(document)
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_json(document: Any) -> Digest:
    """The digest of a document's canonical JSON."""
    return digest_bytes(canonical(document))


def parse_digest(text: str) -> Digest:
    """Check a digest's grammar. Raises ValueError."""
    if not _GRAMMAR.fullmatch(text):
        raise ValueError(f"not a digest: {text[:80]!r}")
    return Digest(text)


def hex_of(digest: Digest) -> str:
    """The 64 hex digits."""
    return digest.removeprefix("sha256:")


def short(digest: Digest) -> str:
    """The first hex digits, for display."""
    return hex_of(digest)[:SHORT]


def _refuse_foreign(value: Any) -> None:
    if value is None or type(value) in {str, int, bool}:
        return
    if type(value) is dict:
        for key, item in value.items():
            if type(key) is not str:
                raise TypeError(f"a document's keys are strings, not {type(key).__name__}")
            _refuse_foreign(item)
    elif type(value) in {list, tuple}:
        for item in value:
            _refuse_foreign(item)
    else:
        raise TypeError(f"a document cannot hold {type(value).__name__}")
