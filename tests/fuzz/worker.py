"""Programs run in a process of their own, because LLVM ends the process on an internal error: `python -m tests.fuzz.worker`.

Each line of its output is one JSON document: which seed begins, or what came of it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from tests.fuzz.running import Found, Tally, fails_like, run
from tests.fuzz.shrinking import shrink

SHRUNK: Final = 3
"""How many programs a worker makes small."""


def supervised(seeds: Sequence[int], *, sample: int, small: bool) -> Iterator[Tally]:
    """A tally for each seed. A worker that dies is a difference of the program that it was at; another one goes on."""
    rest = list(seeds)
    while rest:
        words = [str(sample), "small" if small else "large", *map(str, (rest[0], rest[-1] + 1, _step(rest)))]
        command = [sys.executable, "-m", "tests.fuzz.worker", *words]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
            assert process.stdout is not None
            at = rest[0]
            for line in process.stdout:
                said = json.loads(line)
                at = said["seed"]
                if "counts" in said:
                    rest = [seed for seed in rest if seed > at]
                    yield Tally(
                        Counter(said["counts"]), [Found(**found) for found in said["found"]], Counter(said["reasons"])
                    )
            code = process.wait()
        if rest:
            what = f"the compiler ends its process with {code}"
            yield Tally(Counter(differences=1), [Found(at, "", (), what)])
            rest = [seed for seed in rest if seed > at]


def spread(first: int, count: int, jobs: int, take: Callable[[Tally], None], *, sample: int, small: bool) -> None:
    """Give the tally of each of so many seeds to ``take``, from so many workers at a time."""

    def work(job: int) -> None:
        for tally in supervised(range(first + job, first + count, jobs), sample=sample, small=small):
            take(tally)

    with ThreadPoolExecutor(jobs) as threads:
        list(threads.map(work, range(jobs)))


def _step(seeds: Sequence[int]) -> int:
    return seeds[1] - seeds[0] if len(seeds) > 1 else 1


def _say(document: dict[str, Any]) -> None:
    print(json.dumps(document), flush=True)


def _found(found: Found, *, small: bool) -> dict[str, Any]:
    source = shrink(found.source, fails_like(found)) if small and found.source else found.source
    return {"seed": found.seed, "source": source, "values": [repr(value) for value in found.values], "what": found.what}


def _main(sample: int, size: str, first: int, end: int, step: int) -> None:
    left = SHRUNK if size == "small" else 0
    for seed in range(first, end, step):
        _say({"seed": seed})
        try:
            tally = run(seed, sampled=bool(sample) and seed // step % sample == 0)
        except Exception:  # noqa: BLE001 (a fault of the generator is reported like one of the compiler)
            tally = Tally(Counter(differences=1), [Found(seed, "", (), traceback.format_exc())])
        found = [_found(one, small=number < left) for number, one in enumerate(tally.found[:1])]
        left -= len(found)
        _say({"seed": seed, "counts": tally.counts, "found": found, "reasons": tally.reasons})


if __name__ == "__main__":
    _main(int(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))
