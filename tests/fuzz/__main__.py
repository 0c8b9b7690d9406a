"""`python -m tests.fuzz --count 20000 --seed 0`: random programs, native against CPython."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from typing import Final

from tests.fuzz.programs import program
from tests.fuzz.running import Tally
from tests.fuzz.worker import spread

PROGRESS: Final = 250
"""Programs between two lines that say how far it is."""


def main(words: Sequence[str] | None = None) -> int:
    """Run and print; 1 if anything differs. Raises SystemExit on wrong options."""
    options = _options(words)
    if options.show:
        print(program(options.seed).source)
        return 0
    started, total = time.monotonic(), Tally()

    def take(tally: Tally) -> None:
        total.add(tally)
        if sum(total.counts[name] for name in ("programs", "refused")) % PROGRESS == 0:
            print(f"{time.monotonic() - started:6.0f} s: {total}", file=sys.stderr, flush=True)
        for found in tally.found:
            print(f"\nseed {found.seed}, f({', '.join(found.values)})\n{found.what}\n{found.source}", flush=True)

    spread(options.seed, options.count, options.jobs, take, sample=options.sample, small=True)
    print(f"{total}; {time.monotonic() - started:.0f} s")
    for reason, count in total.reasons.most_common(20):
        print(f"{count:>7}  refused: {reason}")
    return bool(total.found)


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--count", type=int, default=500, help="programs (500)")
    parser.add_argument("--seed", type=int, default=0, help="the first one's seed (0)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (one for each core)")
    parser.add_argument(
        "--sample", type=int, default=20, metavar="N", help="every Nth in the python tier too (20; 0: none)"
    )
    parser.add_argument("--show", action="store_true", help="print the program of the seed, and run nothing")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
