"""Kills pushing processes at random moments: ``python -m tests.unit.registry_killer FOLDER KILLS SEED``.

Two processes push into one registry at any time, and search it now and then. Prints what they were told of: each record's
name, version and digest once its push had returned.
"""

from __future__ import annotations

import itertools
import os
import random
import signal
import sys
import time

from hermetic_nb.registry import Registry
from tests.unit.registry_tools import push, sealed


def work(folder: str, label: str, told: int) -> None:
    registry = Registry(folder)
    for number in itertools.count():
        tool = sealed(
            ("shared", f"own_{label}")[number % 2], f"{label} + {number}", doc="text", size=(number % 5) * 50_000
        )
        record = push(registry, tool)
        os.write(told, f"{record.name} {record.version} {record.tool}\n".encode())
        if number % 3 == 2:
            registry.search("text")


def main(folder: str, kills: str, seed: str) -> None:
    chance = random.Random(int(seed))
    reading, writing = os.pipe()
    for first in range(0, int(kills), 2):
        children = []
        for label in range(first, min(first + 2, int(kills))):
            child = os.fork()
            if not child:
                work(folder, str(label), writing)
            children.append(child)
        for child in children:
            time.sleep(chance.uniform(0.0, 0.04))
            os.kill(child, signal.SIGKILL)
        for child in children:
            _, status = os.waitpid(child, 0)
            if not os.WIFSIGNALED(status):
                raise SystemExit(f"a child ended by itself: {status}")
        os.write(writing, b".")
        collected = b""
        while not collected.endswith(b"."):
            collected += os.read(reading, 1 << 16)
        sys.stdout.write(collected[:-1].decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
