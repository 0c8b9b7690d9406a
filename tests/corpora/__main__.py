"""`python -m tests.corpora`: the native compiler measured on code that others wrote."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.corpora import report
from tests.corpora.human_eval import problems
from tests.corpora.measuring import measure, once, type_only


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if a value was wrong or a test of the set failed. Raises SystemExit on wrong options."""
    options = _options(words)
    chosen = [p for p in problems() if not options.only or p.number in options.only]
    results = list(type_only(chosen) if options.typing else measure(chosen))
    lines = [
        *report.summary(results),
        "",
        *report.refusals(once(results)),
        "",
        *report.troubles(results),
    ]
    print("\n".join(lines))
    if options.json:
        options.json.write_text(json.dumps([result.to_json() for result in results], indent=1) + "\n", encoding="utf-8")
    return any(result.wrong or result.failed for result in results)


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.corpora", description=__doc__)
    corpora = parser.add_subparsers(dest="corpus", required=True)
    human_eval = corpora.add_parser("humaneval", help="the 164 problems of HumanEval")
    human_eval.add_argument("--typing", action="store_true", help="only type the cells: nothing is built or run")
    human_eval.add_argument("--only", type=int, nargs="+", default=[], metavar="N", help="these problems only")
    human_eval.add_argument("--json", type=Path, metavar="FILE", help="write each result there")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
