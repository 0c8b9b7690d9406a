"""A process that pushes until it is killed: ``python -m tests.unit.registry_pusher FOLDER LABEL [COUNT]``.

Prints each record's name, version and digest once its push has returned: from then on it must never be lost.
"""

from __future__ import annotations

import itertools
import sys

from hermetic_nb.registry import Registry
from tests.unit.registry_tools import push, sealed


def main(folder: str, label: str, count: str = "0") -> None:
    registry = Registry(folder)
    for number in range(int(count)) if int(count) else itertools.count():
        tool = sealed(("shared", f"own_{label}")[number % 2], f"{label} + {number}", size=(number % 5) * 20_000)
        record = push(registry, tool)
        print(record.name, record.version, record.tool, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
