"""The cache of compiled code: machine code that the engine loads without checking it, so nothing foreign may enter.

A file is ``<code><HMAC-SHA256 of key and code, 32 bytes>``, so that the engine can map it as it is; it is named by the sha256 of its key, in a folder of mode 0700 that
belongs to this user. The HMAC's secret is a local file of mode 0600. The key holds all that decides the code. Whatever
is wrong here (damage, another user's folder, no permission, a full disk) means to compile again; it is never an error.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import stat
import tempfile
import time
from pathlib import Path
from typing import Final

SECRET_BYTES: Final = 32
CAP_BYTES: Final = 512 << 20
"""Total size beyond which the files not used for the longest time go."""
STALE_SECONDS: Final = 3600.0
"""Age of a temporary file that no living process writes any more."""

_PART: Final = 1 << 20
_MAC_BYTES: Final = hashlib.sha256().digest_size
_TEMPORARY: Final = ".part-"


def default_folder() -> Path:
    """``$HERMETIC_CACHE``, else ``hermetic_nb`` in the user's cache folder (XDG Base Directory specification)."""
    if given := os.environ.get("HERMETIC_CACHE"):
        return Path(given)
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if base.startswith("/") else Path("~/.cache").expanduser()) / "hermetic_nb"


class CompiledCache:
    """Compiled code by key, in the folder ``compiled`` of the cache folder."""

    def __init__(self, folder: Path, *, cap: int = CAP_BYTES) -> None:
        self._cap = cap
        self._folder: Path | None = folder / "compiled"
        self._secret = b""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._secret = _secret(self._folder) if _is_private(self._folder) else b""
        except OSError:
            self._secret = b""
        if len(self._secret) != SECRET_BYTES:
            self._folder = None

    @property
    def usable(self) -> bool:
        """Whether code can be kept at all."""
        return self._folder is not None

    def get(self, key: str) -> bytes | None:
        """The code of a key, if it is here and whole."""
        if self._folder is None:
            return None
        path = self._path(self._folder, key)
        try:
            data = path.read_bytes()
            code = data[:-_MAC_BYTES]
            if not hmac.compare_digest(data[-_MAC_BYTES:], self._mac(key, code).digest()):
                path.unlink()
                return None
            os.utime(path)
        except OSError:
            return None
        return code

    def find(self, key: str) -> Path | None:
        """The file of a key, if it is here and whole. For code of many megabytes: nothing of it is copied.

        Only this user can write there, and we put other files in the place of files, never other bytes into them.
        """
        if self._folder is None:
            return None
        path = self._path(self._folder, key)
        try:
            with path.open("rb", buffering=0) as file:
                length = os.fstat(file.fileno()).st_size - _MAC_BYTES
                mac, whole = self._mac(key), True
                part = memoryview(bytearray(_PART))
                while length > 0 and whole:
                    count = file.readinto(part[: min(length, _PART)]) or 0
                    mac.update(part[:count])
                    length -= count
                    whole = count > 0
                if not (whole and hmac.compare_digest(file.read(_MAC_BYTES + 1), mac.digest())):
                    path.unlink()
                    return None
            os.utime(path)
        except OSError:
            return None
        return path

    def has(self, key: str) -> bool:
        """Whether there is a file for a key; `get` says whether it is whole."""
        return self._folder is not None and self._path(self._folder, key).exists()

    def put(self, key: str, code: bytes) -> None:
        """Keep the code of a key."""
        if self._folder is None:
            return
        whole = code + self._mac(key, code).digest()
        with contextlib.suppress(OSError):
            _publish(self._folder, self._path(self._folder, key), whole)
            self._prune(self._folder)

    def drop(self, key: str) -> None:
        """Forget a key whose code the engine refuses."""
        if self._folder is not None:
            with contextlib.suppress(OSError):
                self._path(self._folder, key).unlink()

    def _mac(self, key: str, code: bytes = b"") -> hmac.HMAC:
        """The MAC of a key and of the code so far."""
        mac = hmac.new(self._secret, len(key).to_bytes(8, "little") + key.encode(), hashlib.sha256)
        mac.update(code)
        return mac

    def _prune(self, folder: Path) -> None:
        files = []
        with os.scandir(folder) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    facts = entry.stat(follow_symlinks=False)
                    if entry.name.startswith(_TEMPORARY) and time.time() - facts.st_mtime > STALE_SECONDS:
                        Path(entry.path).unlink(missing_ok=True)
                    elif entry.name.endswith(".cwasm"):
                        files.append((facts.st_mtime_ns, facts.st_size, entry.path))
        total = sum(size for _, size, _ in files)
        for _, size, path in sorted(files):
            if total <= self._cap:
                return
            Path(path).unlink(missing_ok=True)
            total -= size

    @staticmethod
    def _path(folder: Path, key: str) -> Path:
        return folder / f"{hashlib.sha256(key.encode()).hexdigest()}.cwasm"


def _is_private(path: Path) -> bool:
    """Whether the path is a folder or file of this user that nobody else can write."""
    facts = path.lstat()
    return facts.st_uid == os.geteuid() and not stat.S_ISLNK(facts.st_mode) and not facts.st_mode & 0o022


def _secret(folder: Path) -> bytes:
    """The local secret; made by whichever process comes first."""
    path = folder / "secret"
    for _ in range(2):
        with contextlib.suppress(FileNotFoundError):
            secret = path.read_bytes()
            if len(secret) == SECRET_BYTES and _is_private(path) and not path.lstat().st_mode & 0o077:
                return secret
            path.unlink()  # damaged or readable by others: all code under it is compiled again
        with contextlib.suppress(FileExistsError):
            _publish(folder, path, secrets.token_bytes(SECRET_BYTES), exclusive=True)
    return path.read_bytes()


def _publish(folder: Path, path: Path, data: bytes, *, exclusive: bool = False) -> None:
    """Write a file of mode 0600 under another name, then give it its own, so that no half file has it."""
    number, name = tempfile.mkstemp(prefix=_TEMPORARY, dir=folder)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
        if exclusive:
            os.link(name, path)
        else:
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
