"""Vectors of texts, kept beside the index, so that only what is new is embedded.

Only a cache: a missing, damaged or read-only one costs time, never an answer.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final

import numpy as np

from hermetic_nb.search.model import DIGEST, LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from hermetic_nb.search.model import Vector

FILE: Final = "vectors.sqlite"
_PATIENCE: Final = 1.0
_SCHEMA: Final = "CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, sum INTEGER NOT NULL, vector BLOB NOT NULL)"
_KEYS: Final = 500
"""Keys of one question; SQLite allows 999 in its oldest builds."""


class Vectors:
    """Vectors by text."""

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / FILE

    def read(self, texts: Iterable[str]) -> dict[str, Vector]:
        """Those of the texts that are kept whole."""
        keys = {_key(text): text for text in texts}
        found: dict[str, Vector] = {}
        if self._path is None or not self._path.is_file():
            return found
        with suppress(sqlite3.Error), closing(sqlite3.connect(self._path, timeout=_PATIENCE)) as connection:
            wanted = list(keys)
            for start in range(0, len(wanted), _KEYS):
                some = wanted[start : start + _KEYS]
                marks = ",".join("?" * len(some))
                rows = connection.execute(f"SELECT key, sum, vector FROM vectors WHERE key IN ({marks})", some)  # noqa: S608
                found |= {
                    keys[key]: np.frombuffer(data, dtype=np.float16) for key, check, data in rows if _whole(check, data)
                }
        return found

    def keep(self, vectors: Mapping[str, Vector]) -> None:
        """Add vectors; a damaged file is made anew, one that cannot be written is left."""
        if self._path is None or not self._path.parent.is_dir() or not vectors:
            return
        rows = [(_key(text), zlib.crc32(vector.tobytes()), vector.tobytes()) for text, vector in vectors.items()]
        try:
            self._write(rows)
        except sqlite3.OperationalError:  # locked, read-only, full
            return
        except sqlite3.DatabaseError:
            with suppress(OSError, sqlite3.Error):
                self._path.unlink()
                self._write(rows)

    def _write(self, rows: list[tuple[str, int, bytes]]) -> None:
        with closing(sqlite3.connect(str(self._path), timeout=_PATIENCE)) as connection, connection:
            connection.execute(_SCHEMA)
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", rows)


def _whole(check: object, data: object) -> bool:
    return isinstance(data, bytes) and len(data) == 2 * LENGTH and zlib.crc32(data) == check


def _key(text: str) -> str:
    return hashlib.sha256(f"{DIGEST}\0{text}".encode()).hexdigest()
