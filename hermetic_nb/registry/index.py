"""The search index: what the newest version of each name is about, in SQLite's FTS5.

Only an index. Before each search it is compared with the names on disk and brought up to date; its hits are names,
whose records are then read as always. Pushing does not touch it, so nothing that goes wrong with SQLite (a lock, a network
file system, damage, a read-only folder) can lose a tool: a damaged index is made anew, and where it cannot be
written one in memory serves.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import weakref
from contextlib import closing
from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import IntegrityError, RegistryAccessError
from hermetic_nb.registry.layout import PATH
from hermetic_nb.registry.manifests import find_manifest

if TYPE_CHECKING:
    from hermetic_nb.registry.blobs import Blobs
    from hermetic_nb.registry.files import Files
    from hermetic_nb.registry.names import Names

FILE: Final = "index.sqlite"
_GENERATION: Final = 1
_PATIENCE: Final = 2.0
"""Seconds to wait for another process's update before an index in memory serves."""
_WORDS: Final = 64
"""Words of a query that are looked at."""
_SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS latest (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version INTEGER NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(name, doc, parameters, tokenize='porter unicode61');
PRAGMA user_version={_GENERATION};
"""
_NAME_WEIGHT, _DOC_WEIGHT, _PARAMETERS_WEIGHT = 4.0, 2.0, 1.0
# bm25 is smaller for better matches (SQLite's FTS5 documentation); the name breaks ties, so that an order is one order.
_SEARCH: Final = """
SELECT latest.name FROM words JOIN latest ON latest.id = words.rowid WHERE words MATCH ?
ORDER BY bm25(words, ?, ?, ?), latest.name LIMIT ?
"""


class Index:
    """Finds names by words."""

    def __init__(self, files: Files, names: Names, blobs: Blobs, folder: str | None) -> None:
        self._files = files
        self._names = names
        self._blobs = blobs
        self._folder = folder
        self._lock = threading.Lock()
        self._memory: sqlite3.Connection | None = None

    def search(self, text: str, limit: int) -> list[str]:
        """Names by relevance: any of the words, in name, doc or parameters. Raises RegistryAccessError without FTS5."""
        query = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", text)[:_WORDS])
        if not query:
            return []
        with self._lock:
            for repair in (False, True):
                try:
                    return self._search_disk(query, limit, repair=repair)
                except (sqlite3.Error, RegistryAccessError) as error:
                    if not _damage(error):
                        break
            return self._search_memory(query, limit)

    def rebuild(self) -> int:
        """Make the index anew; the number of names in it. Raises RegistryAccessError where it cannot be written."""
        with self._lock:
            self._forget()
            if not self._kept():
                return self._refresh(self._in_memory())
            self._drop()
            try:
                with closing(self._on_disk()) as connection:
                    return self._refresh(connection)
            except sqlite3.Error as error:
                raise RegistryAccessError(
                    "the search index cannot be written",
                    help=f"check the permissions and the free space of {self._folder}; tools are not affected",
                ) from error

    def damage(self) -> str:
        """What is wrong with the index on disk; empty where nothing is, or where there is none."""
        if not self._kept() or not os.path.lexists(f"{self._folder}/{FILE}"):
            return ""
        try:
            with closing(self._on_disk()) as connection:
                found = connection.execute("PRAGMA quick_check(1)").fetchone()
                connection.execute("INSERT INTO words(words) VALUES ('integrity-check')")
        except (sqlite3.Error, RegistryAccessError) as error:
            return "it is damaged" if _damage(error) else ""
        return "" if found == ("ok",) else "its pages are damaged"

    def _search_disk(self, query: str, limit: int, *, repair: bool) -> list[str]:
        if not self._kept():
            raise sqlite3.OperationalError("no folder")
        if repair:
            self._drop()
        with closing(self._on_disk()) as connection:
            self._refresh(connection)
            return _matches(connection, query, limit)

    def _search_memory(self, query: str, limit: int) -> list[str]:
        try:
            connection = self._in_memory()
            self._refresh(connection)
            return _matches(connection, query, limit)
        except sqlite3.Error as error:
            self._forget()
            raise RegistryAccessError(
                "the registry cannot be searched", help="this Python's SQLite has no FTS5; names and digests still work"
            ) from error

    def _kept(self) -> bool:
        """Whether there is a registry on disk to keep an index in: nothing is written into a folder that is none."""
        return self._folder is not None and self._files.read(PATH) is not None

    def _on_disk(self) -> sqlite3.Connection:
        """A connection of its own for each use: none is carried into a forked process."""
        path = f"{self._folder}/{FILE}"
        if os.path.islink(path):
            raise sqlite3.DatabaseError("a link")
        connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            _lay_out(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _in_memory(self) -> sqlite3.Connection:
        if self._memory is None:
            self._memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            self._closing = weakref.finalize(self, self._memory.close)
            _lay_out(self._memory)
        return self._memory

    def _forget(self) -> None:
        if self._memory is not None:
            self._closing()
            self._memory = None

    def _refresh(self, connection: sqlite3.Connection) -> int:
        """Bring the index to what the names on disk say now; the number of names in it."""
        stale, fresh = self._differences(connection)
        if stale or fresh:
            connection.execute("BEGIN IMMEDIATE")
            try:
                stale, fresh = self._differences(connection)  # again: another process may have been first
                for row in stale:
                    connection.execute("DELETE FROM latest WHERE id = ?", (row,))
                    connection.execute("DELETE FROM words WHERE rowid = ?", (row,))
                for name, version in fresh:
                    self._enter(connection, name, version)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        count: tuple[int] = connection.execute("SELECT count(*) FROM latest").fetchone()
        return count[0]

    def _differences(self, connection: sqlite3.Connection) -> tuple[list[int], list[tuple[str, int]]]:
        """The rows to delete, and the names and versions to enter."""
        wanted = {name: self._names.versions(name)[-1] for name in self._names.all()}
        rows = connection.execute("SELECT id, name, version FROM latest").fetchall()
        present = {name: version for _, name, version in rows}
        stale = [row for row, name, version in rows if wanted.get(name) != version]
        return stale, [(name, version) for name, version in wanted.items() if present.get(name) != version]

    def _enter(self, connection: sqlite3.Connection, name: str, version: int) -> None:
        words = self._words(name)
        if words is None:
            return
        entered = connection.execute("INSERT INTO latest(name, version) VALUES (?, ?)", (name, version))
        connection.execute(
            "INSERT INTO words(rowid, name, doc, parameters) VALUES (?, ?, ?, ?)", (entered.lastrowid, name, *words)
        )

    def _words(self, name: str) -> tuple[str, str] | None:
        """Doc and parameters of a name's newest tool, or None where they cannot be read (the next search tries again)."""
        record = next(self._names.newest_first(name), None)
        try:
            manifest = None if record is None else find_manifest(self._blobs, record.tool)
        except IntegrityError:
            return None
        if manifest is None:
            return None
        return _text(manifest.doc), _text(" ".join(f"{p.name} {p.type}" for p in manifest.signature.parameters))

    def _drop(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self._files.remove(FILE + ending)


def _lay_out(connection: sqlite3.Connection) -> None:
    generation = connection.execute("PRAGMA user_version").fetchone()[0]
    if generation not in {0, _GENERATION}:
        raise sqlite3.DatabaseError("an index of another generation")
    if generation == 0:
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")


def _matches(connection: sqlite3.Connection, query: str, limit: int) -> list[str]:
    weights = (_NAME_WEIGHT, _DOC_WEIGHT, _PARAMETERS_WEIGHT)
    return [name for (name,) in connection.execute(_SEARCH, (query, *weights, limit))]


def _damage(error: Exception) -> bool:
    """Whether a new index would help: not so where the file is locked, read-only, unreachable or the disk full."""
    if isinstance(error, RegistryAccessError):
        return False
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return not isinstance(error, sqlite3.OperationalError)
    return int(code) & 0xFF in {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_SCHEMA,
    }


def _text(text: str) -> str:
    """Text that SQLite can hold: it has no lone surrogates."""
    return text.encode(errors="replace").decode()
