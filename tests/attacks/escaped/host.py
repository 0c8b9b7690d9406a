"""The host that an escaped payload would like to reach: things are planted in it, and it is watched for marks."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Self

from tests.attacks.escaped.attempts import WORDS, Facts
from tests.attacks.escaped.calls import call

KEY = "hermetic-test"
ROOM = 128
"""Bytes of a file's handle (name_to_handle_at(2): MAX_HANDLE_SZ)."""


class Host:
    """``with Host() as host``: everything planted is gone afterwards."""

    def __init__(self) -> None:
        self._undo = contextlib.ExitStack()
        self._listening: list[socket.socket] = []

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as undo:
            self.folder = Path(tempfile.mkdtemp(prefix="hermetic-escaped-"))
            undo.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self.folder.chmod(0o777)  # nothing but the walls keeps anybody out
            secret = self.folder / "secret"
            secret.write_bytes(WORDS)
            secret.chmod(0o666)
            abstract = f"hermetic-escaped-{os.getpid()}"
            tcp = self._listen(undo, socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
            udp = self._listen(undo, socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
            self._listen(undo, socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "stream"))
            (self.folder / "stream").chmod(0o777)
            self._listen(undo, socket.AF_UNIX, socket.SOCK_STREAM, "\0" + abstract)
            victim = subprocess.Popen(
                [sys.executable, "-m", "tests.attacks.escaped.victim", str(self.folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env={"SECRET": WORDS.decode()},
            )
            undo.callback(_end, victim)
            assert victim.stdout is not None
            self.facts = Facts(
                folder=str(self.folder),
                secret=str(secret),
                handle=_handle(secret),
                tcp=tcp,
                udp=udp,
                stream=str(self.folder / "stream"),
                abstract=abstract,
                host=os.getpid(),
                victim=victim.pid,
                address=int(victim.stdout.readline()),
                segment=_segment(undo),
                key=_key(),
            )
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def marks(self) -> list[str]:
        """What was left on the host since the last look: files, and words to those who listen."""
        found = []
        for path in sorted(self.folder.iterdir()):
            if path.name not in {"secret", "stream"}:
                path.unlink()
                found.append(f"there is a file: {path.name}")
        if (self.folder / "secret").read_bytes() != WORDS:
            found.append("the file is another")
        for listening in self._listening:
            try:
                if listening.type == socket.SOCK_STREAM:
                    listening.accept()[0].close()
                else:
                    listening.recv(64)
            except BlockingIOError:
                continue
            found.append("somebody called")
        return found

    def _listen(self, undo: contextlib.ExitStack, family: int, kind: int, address: tuple[str, int] | str) -> int:
        listening = undo.enter_context(socket.socket(family, kind))
        listening.bind(address)
        if kind == socket.SOCK_STREAM:
            listening.listen(16)
        listening.setblocking(False)
        self._listening.append(listening)
        name = listening.getsockname()
        return int(name[1]) if family == socket.AF_INET else 0


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    for channel in (process.stdin, process.stdout):
        assert channel is not None
        channel.close()
    process.wait()


def _handle(path: Path) -> str:
    """The handle of a file, or one that nothing has where its file system knows none."""
    handle = ctypes.create_string_buffer(ROOM.to_bytes(4, "little"), 8 + ROOM)
    try:
        call("name_to_handle_at", -100, str(path).encode(), handle, ctypes.byref(ctypes.c_int()), 0)
    except OSError:
        return "1:00"
    length = int.from_bytes(handle.raw[:4], "little")
    return f"{int.from_bytes(handle.raw[4:8], 'little', signed=True)}:{handle.raw[8 : 8 + length].hex()}"


def _segment(undo: contextlib.ExitStack) -> int:
    segment = call("shmget", 0, 4096, 0o1666)  # IPC_PRIVATE, IPC_CREAT
    undo.callback(call, "shmctl", segment, 0, None)  # IPC_RMID
    address = call("shmat", segment, None, 0)
    ctypes.memmove(address, WORDS, len(WORDS))
    call("shmdt", ctypes.c_void_p(address))
    return segment


def _key() -> str:
    """Gone by itself after ten minutes; a system without keys has none to lose."""
    with contextlib.suppress(OSError):
        call("keyctl", 1, None)  # KEYCTL_JOIN_SESSION_KEYRING: one of this process's own
        serial = call("add_key", b"user", KEY.encode(), WORDS, len(WORDS), -3)
        call("keyctl", 15, serial, 600)  # KEYCTL_SET_TIMEOUT
    return KEY
