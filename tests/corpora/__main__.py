"""`python -m tests.corpora`: the native compiler measured on code that others wrote."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.corpora import report
from tests.corpora.census import census
from tests.corpora.collection import collect
from tests.corpora.human_eval import problems
from tests.corpora.measuring import measure, measure_folder, once, type_only

MOST: Final = 200
"""Lines of a list of counts."""


def main(words: Sequence[str] | None = None) -> int:
    """Measure and print; 1 if a value was wrong or a test of the set failed. Raises SystemExit on wrong options."""
    options = _options(words)
    lines: list[str] = []
    if options.corpus == "humaneval":
        chosen = [problem for problem in problems() if not options.only or problem.number in options.only]
        results = list(type_only(chosen) if options.typing else measure(chosen))
        sources = [problem.source for problem in chosen]
    else:
        found = collect(options.folder)
        lines += report.counted("functions that are no cells, by reason", found.left_out, MOST)
        cells = [cell for cell in found.cells if options.only in cell.name]
        results = list(measure_folder(cells, typing=options.typing))
        sources = [cell.source for cell in cells]
    lines += ["", *report.summary(results), "", *report.refusals(once(results)), "", *report.troubles(results)]
    if options.census:
        lines += ["", *report.counted("cells that use a construct", census(sources), MOST)]
    print("\n".join(lines).lstrip("\n"))
    if options.json:
        options.json.write_text(json.dumps([result.to_json() for result in results], indent=1) + "\n", encoding="utf-8")
    return any(result.wrong or result.failed for result in results)


def _options(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.corpora", description=__doc__)
    corpora = parser.add_subparsers(dest="corpus", required=True)
    human_eval = corpora.add_parser("humaneval", help="the 164 problems of HumanEval")
    human_eval.add_argument("--only", type=int, nargs="+", default=[], metavar="N", help="these problems only")
    folder = corpora.add_parser("folder", help="the annotated, doctested functions of a folder of Python files")
    folder.add_argument("folder", type=Path)
    folder.add_argument("--only", default="", metavar="TEXT", help="cells only whose names, path:function, hold this")
    for corpus in (human_eval, folder):
        corpus.add_argument("--typing", action="store_true", help="only type the cells: nothing is built or run")
        corpus.add_argument("--census", action="store_true", help="count the constructs that the cells use")
        corpus.add_argument("--json", type=Path, metavar="FILE", help="write each result there")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
