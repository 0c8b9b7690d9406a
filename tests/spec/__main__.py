"""`python -m tests.spec FOLDER`: run every script of a folder, and print counts by file and by reason."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from .features import OFF
from .host import on_deep_stack
from .running import Outcome, Result, run_folder
from .script import CONVERTER, converter


def main(words: Sequence[str] | None = None) -> int:
    """Run and print; 1 if anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.spec", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder of .wast files")
    parser.add_argument(
        "--with",
        dest="features",
        action="append",
        choices=OFF,
        default=[],
        metavar="FEATURE",
        help=f"a feature to turn on besides those of tools; may be repeated: {', '.join(OFF)}",
    )
    options = parser.parse_args(words)
    features = frozenset(options.features)
    if converter() is None:
        parser.error(f"{CONVERTER} is not on PATH")
    results = on_deep_stack(lambda: list(run_folder(options.folder, features)))
    for line in report(results):
        print(line)
    return any(result.outcome is Outcome.FAILED for result in results)


def report(results: Iterable[Result]) -> Iterable[str]:
    """Lines for a reader: each file, each kind, each reason, each failure."""
    results = list(results)
    asserted = [result for result in results if result.is_assertion]
    yield from _table("file", Counter((result.script, result.outcome) for result in asserted))
    yield from _table("command", Counter((result.kind, result.outcome) for result in results))
    yield "not run, by reason (assertions, other commands)"
    missing = [result for result in results if result.outcome is Outcome.NOT_RUN]
    for reason, count in Counter(result.reason for result in missing).most_common():
        of_assertions = sum(result.is_assertion for result in missing if result.reason == reason)
        yield f"{of_assertions:>8}{count - of_assertions:>8}  {reason}"
    yield ""
    yield from (str(result) for result in results if result.outcome is Outcome.FAILED)
    counts = Counter(result.outcome for result in asserted)
    yield "assertions: " + ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome)


def _table(title: str, counts: Counter[tuple[str, Outcome]]) -> Iterable[str]:
    yield "".join(f"{outcome:>8}" for outcome in Outcome) + f"  {title}"
    for name in sorted({name for name, _ in counts}):
        yield "".join(f"{counts[name, outcome]:>8}" for outcome in Outcome) + f"  {name}"
    yield ""


if __name__ == "__main__":
    sys.exit(main())
