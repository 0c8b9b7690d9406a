"""The search index: what the newest version of each name is about, and reaches, in SQLite and its FTS5.

Only an index. Before each search it is compared with the names on disk and brought up to date; its hits are names,
whose records are then read as always. Pushing does not touch it, so nothing that goes wrong with SQLite (a lock, a network
file system, damage, a read-only folder) can lose a tool: a damaged index is made anew, and where it cannot be
written one in memory serves.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import weakref
from contextlib import closing
from typing import TYPE_CHECKING, Final, TypeVar

from hermetic_nb.errors import IntegrityError, RegistryAccessError
from hermetic_nb.registry import matching, terms
from hermetic_nb.registry.layout import PATH
from hermetic_nb.registry.manifests import find_manifest, reaches
from hermetic_nb.registry.names import SETTLED

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.digest import Digest
    from hermetic_nb.model import Manifest
    from hermetic_nb.registry.blobs import Blobs
    from hermetic_nb.registry.files import Files
    from hermetic_nb.registry.names import Names

FILE: Final = "index.sqlite"
_GENERATION: Final = 6
_PATIENCE: Final = 2.0
"""Seconds to wait for another process's update before an index in memory serves."""
_SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS latest (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, tool TEXT NOT NULL, kind TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS reaches (id INTEGER NOT NULL, what TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS reaches_id ON reaches(id);
CREATE TABLE IF NOT EXISTS uses (id INTEGER NOT NULL, tool TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS uses_tool ON uses(tool);
CREATE INDEX IF NOT EXISTS uses_id ON uses(id);
{matching.SCHEMA}
PRAGMA user_version={_GENERATION};
"""
_WHERE: Final = """
SELECT name FROM latest WHERE (:kind = '' OR kind = :kind) AND (:digits = '' OR instr(tool, :digits))
AND (:what = '' OR EXISTS (SELECT 1 FROM reaches WHERE reaches.id = latest.id AND substr(what, 1, length(:what)) = :what))
"""
_ROWS: Final = (("latest", "id"), ("words", "rowid"), ("pieces", "rowid"), ("reaches", "id"), ("uses", "id"))
"""Each table, and where it has a row's number."""
_USERS: Final = """
SELECT DISTINCT latest.name FROM uses JOIN latest ON latest.id = uses.id WHERE uses.tool = ? ORDER BY latest.name
"""
T = TypeVar("T")


class Index:
    """Finds names by words, kinds, digests, and what their tools reach."""

    def __init__(self, files: Files, names: Names, blobs: Blobs, folder: str | None) -> None:
        self._files = files
        self._names = names
        self._blobs = blobs
        self._folder = folder
        self._lock = threading.Lock()
        self._memory: sqlite3.Connection | None = None
        self._seen: dict[bool, tuple[dict[str, int], int]] = {}
        """What the index on disk (False) and the one in memory (True) held last: the names' changes, and how many."""

    def search(self, text: str, limit: int) -> list[matching.Hit]:
        """Names by relevance: any of the words, or most pieces of one, in name, doc or parameters.

        Raises RegistryAccessError without FTS5.
        """
        query = terms.query(text)
        return self._ask(lambda connection: matching.find(connection, query, limit)) if query.words else []

    def filtered(self, text: str, limit: int) -> list[matching.Hit]:
        """Names for a text that is still being typed: its words, the last of which may go on. Raises as `search`."""
        return self._ask(lambda connection: matching.find_typed(connection, text, limit))

    def where(self, *, kind: str = "", reaching: str = "", digits: str = "") -> set[str]:
        """Names of tools of that kind, with a capability that begins so, and a digest that has those digits in it."""
        given = {"kind": _text(kind), "what": _text(reaching), "digits": _text(digits)}
        return self._ask(lambda connection: {name for (name,) in connection.execute(_WHERE, given)})

    def texts(self) -> list[tuple[str, str]]:
        """Each name, and what its newest tool says of itself."""
        return self._ask(
            lambda connection: connection.execute("SELECT name, text FROM latest ORDER BY name").fetchall()
        )

    def users(self, tool: Digest) -> list[str]:
        """Names of tools that call this one."""
        return self._ask(lambda connection: [name for (name,) in connection.execute(_USERS, (tool,))])

    def _ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        with self._lock:
            for repair in (False, True):
                try:
                    return self._ask_disk(question, repair=repair)
                except (sqlite3.Error, RegistryAccessError) as error:
                    if not _damage(error):
                        break
            return self._ask_memory(question)

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
                for table in matching.TABLES:
                    connection.execute(f"INSERT INTO {table}({table}) VALUES ('integrity-check')")  # noqa: S608 (our own words)
        except (sqlite3.Error, RegistryAccessError) as error:
            return "it is damaged" if _damage(error) else ""
        return "" if found == ("ok",) else "its pages are damaged"

    def _ask_disk(self, question: Callable[[sqlite3.Connection], T], *, repair: bool) -> T:
        if not self._kept():
            raise sqlite3.OperationalError("no folder")
        if repair:
            self._drop()
        with closing(self._on_disk()) as connection:
            self._refresh(connection)
            return question(connection)

    def _ask_memory(self, question: Callable[[sqlite3.Connection], T]) -> T:
        try:
            connection = self._in_memory()
            self._refresh(connection)
            return question(connection)
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
        self._seen.clear()

    def _refresh(self, connection: sqlite3.Connection) -> int:
        """Bring the index to what the names on disk say now; the number of names in it."""
        changes = self._names.changes()
        if self._seen.get(connection is self._memory) == (changes, _count(connection)):
            return len(changes)
        now = time.time_ns()
        stale, fresh = self._differences(connection)
        if stale or fresh:
            connection.execute("BEGIN IMMEDIATE")
            try:
                stale, fresh = self._differences(connection)  # again: another process may have been first
                for table, column in _ROWS:
                    connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", [(row,) for row in stale])  # noqa: S608 (our own words)
                for name, version in fresh:
                    self._enter(connection, name, version)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        count = _count(connection)
        # Not where a name could not be read: the next search tries again.
        if count == len(changes) and max(changes.values(), default=0) < now - SETTLED:
            self._seen[connection is self._memory] = changes, count
        return count

    def _differences(self, connection: sqlite3.Connection) -> tuple[list[int], list[tuple[str, int]]]:
        """The rows to delete, and the names and versions to enter."""
        listed = ((name, self._names.versions(name)) for name in self._names.listed())
        wanted = {name: versions[-1] for name, versions in listed if versions}
        rows = connection.execute("SELECT id, name, version FROM latest").fetchall()
        present = {name: version for _, name, version in rows}
        stale = [row for row, name, version in rows if wanted.get(name) != version]
        return stale, [(name, version) for name, version in wanted.items() if present.get(name) != version]

    def _enter(self, connection: sqlite3.Connection, name: str, version: int) -> None:
        manifest = self._newest(name)
        if manifest is None:
            return
        doc = _text(manifest.doc)
        parameters = _text(" ".join(f"{p.name} {p.type}" for p in manifest.signature.parameters))
        entered = connection.execute(
            "INSERT INTO latest(name, version, tool, kind, text) VALUES (?, ?, ?, ?, ?)",
            (name, version, manifest.digest, _text(manifest.tier), terms.told(name, doc, parameters)),
        )
        row = entered.lastrowid
        matching.put(connection, row, name, doc, parameters)
        connection.executemany(
            "INSERT INTO reaches(id, what) VALUES (?, ?)", [(row, _text(what)) for what in reaches(manifest)]
        )
        connection.executemany("INSERT INTO uses(id, tool) VALUES (?, ?)", [(row, tool) for _, tool in manifest.uses])

    def _newest(self, name: str) -> Manifest | None:
        """The manifest of a name's newest tool, or None where it cannot be read (the next search tries again)."""
        record = next(self._names.newest_first(name), None)
        try:
            return None if record is None else find_manifest(self._blobs, record.tool)
        except IntegrityError:
            return None

    def _drop(self) -> None:
        self._seen.pop(False, None)
        for ending in ("", "-wal", "-shm", "-journal"):
            self._files.remove(FILE + ending)


def _lay_out(connection: sqlite3.Connection) -> None:
    generation = connection.execute("PRAGMA user_version").fetchone()[0]
    if generation not in {0, _GENERATION}:
        raise sqlite3.DatabaseError("an index of another generation")
    if generation == 0:
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} COMMIT;")


def _count(connection: sqlite3.Connection) -> int:
    count: tuple[int] = connection.execute("SELECT count(*) FROM latest").fetchone()
    return count[0]


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
