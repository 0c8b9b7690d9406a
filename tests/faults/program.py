"""A program for sandboxes that does as it is told: what goes wrong in workers, asked for by name."""

from __future__ import annotations

import errno
import json
import mmap
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


class Obedient:
    """Answers ``verb body``."""

    def __init__(self, memory: mmap.mmap) -> None:
        self._memory = memory
        """Shared by the zygote and all that it forks: the only thing that outlives a worker."""

    def answer(self, message: memoryview) -> bytes | list[bytes]:
        verb, _, body = bytes(message).partition(b" ")
        answer: bytes | list[bytes] = getattr(self, f"_{verb.decode()}")(body)
        return answer

    def settle(self) -> None:
        """Nothing waits."""

    def _echo(self, body: bytes) -> bytes:
        return body

    def _pid(self, _: bytes) -> bytes:
        return str(os.getpid()).encode()

    def _exit(self, body: bytes) -> bytes:
        os._exit(int(body))

    def _once(self, body: bytes) -> bytes:
        """The first worker of a zygote dies of it; the next one answers."""
        if not self._memory[0]:
            self._memory[0] = 1
            os._exit(int(body))
        return b"ok"

    def _spin(self, _: bytes) -> bytes:
        while True:
            pass

    def _sleep(self, body: bytes) -> bytes:
        time.sleep(float(body))
        return b"slept"

    def _raise(self, _: bytes) -> bytes:
        raise RuntimeError("deliberate")

    def _grow(self, body: bytes) -> bytes:
        """Takes so many bytes, which the host may not have."""
        return str(len(bytearray(int(body)))).encode()

    def _times(self, body: bytes) -> bytes:
        return b"x" * int(body)

    def _environment(self, _: bytes) -> bytes:
        held = dict(os.environ)
        try:
            held |= {"proc": Path("/proc/self/environ").read_text()}
        except OSError as error:
            held["refused"] = errno.errorcode[error.errno or 0]
        return json.dumps(held).encode()

    def _descriptors(self, _: bytes) -> bytes:
        """The numbers that are open."""
        return json.dumps(list(filter(_is_open, range(1024)))).encode()

    def _socket(self, _: bytes) -> bytes:
        with socket.socket():
            return b"a socket"

    def _fork(self, _: bytes) -> bytes:
        return b"a fork" if os.fork() else os._exit(0)


def _is_open(number: int) -> bool:
    try:
        os.get_inheritable(number)
    except OSError:
        return False
    return True


def _failing(place: Any, name: str, turns: list[int], error: Callable[[], BaseException]) -> None:
    """Let a function fail at these of its calls, counted from 1."""
    true, count = getattr(place, name), 0

    def act(*arguments: Any, **named: Any) -> Any:
        nonlocal count
        count += 1
        if count in turns:
            raise error()
        return true(*arguments, **named)

    setattr(place, name, act)


def prepare(settings: Mapping[str, Any]) -> dict[str, Callable[[], Obedient]]:
    """Settings: what fails in the zygote.

    ``no fork``: the calls of fork that fail, from 1 (the first one makes the zygote itself, where it is sealed);
    ``blind``: the process that looks at the layers dies; ``mute``: a worker never says hello.
    """
    memory = mmap.mmap(-1, mmap.PAGESIZE)
    _failing(os, "fork", settings.get("no fork", []), lambda: OSError(errno.EAGAIN, os.strerror(errno.EAGAIN)))
    if settings.get("blind"):
        vars(sys.modules["__main__"])["observe"] = lambda *_, **__: os._exit(1)

    def worker() -> Obedient:
        if settings.get("mute"):
            time.sleep(60)
        return Obedient(memory)

    return {"worker": worker, "other": worker}
