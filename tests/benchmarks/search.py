"""How long a search takes among 10,000 tools: ``python -m tests.benchmarks.search [TOOLS]``.

The tools are those of the public BFCL set, repeated with other last words; the queries are its own. A registry in a
folder of its own, each record and blob as `push` writes them.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from hermetic_nb.registry import Registry
from tests.search.sets import Wanted, named, read
from tests.unit.registry_tools import push, sealed

ROUNDS: Final = 60


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    bfcl = read("bfcl")
    assert bfcl is not None, "the public set is not here"
    with tempfile.TemporaryDirectory() as folder:
        registry = Registry(Path(folder) / "registry")
        start = time.perf_counter()
        for number in range(count):
            tool = bfcl.tools[number % len(bfcl.tools)]
            push(registry, sealed(f"{named(tool.name)[:100]}_{number}", doc=f"{tool.doc} {tool.parameters}"))
        print(f"{count} tools pushed in {time.perf_counter() - start:.0f} s")
        start = time.perf_counter()
        registry.search("anything")
        print(f"first search, which indexes: {time.perf_counter() - start:.1f} s")
        for what in ("search", "while typed"):
            print(f"{what}: {_figures(registry, bfcl.queries[:ROUNDS], typed=what != 'search')}")


def _figures(registry: Registry, queries: list[Wanted], *, typed: bool) -> str:
    taken = []
    for query in queries:
        start = time.perf_counter()
        if typed:
            registry.names_by_words(" ".join(query.text.split()[:2]), limit=50)
        else:
            registry.search(query.text, limit=5)
        taken.append(1000 * (time.perf_counter() - start))
    return f"median {statistics.median(taken):.1f} ms, 95 of 100 within {statistics.quantiles(taken, n=20)[-1]:.1f} ms"


if __name__ == "__main__":
    main()
