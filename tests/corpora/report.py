"""The measurements as a table for a reader."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import median
from typing import Final

from hermetic_nb.errors import ExampleError, NotNativeError, SpecError
from tests.corpora.measuring import Result

SHOWN: Final = 8
"""Cells that are named beside a reason."""
NOT_NATIVE: Final = NotNativeError.__name__
EXPECTED: Final = {kind.__name__ for kind in (NotNativeError, SpecError, ExampleError)}
COLUMNS: Final = (
    "cells",
    "typed",
    "native",
    "of typed",
    "python",
    "no tier",
    "calls",
    "limits",
    "near",
    "wrong",
    "failed",
    "native ms",
    "python ms",
)


def summary(results: Sequence[Result]) -> Iterator[str]:
    """Counts of each form: tiers, tests, times."""
    yield _row("form", *COLUMNS)
    for form in dict.fromkeys(result.form for result in results):
        cells = [result for result in results if result.form == form]
        typed = [cell for cell in cells if cell.typed]
        tiers = Counter(cell.sealing.tier for cell in cells)
        native = sum(cell.sealing.tier == "native" for cell in typed)
        yield _row(
            form,
            len(cells),
            len(typed),
            tiers["native"],
            f"{100 * native / len(typed):.1f}%" if typed else "-",
            tiers["python"] + tiers["pure"],
            tiers[""],
            sum(cell.calls for cell in cells),
            sum(cell.limits for cell in cells),
            sum(cell.near for cell in cells),
            sum(len(cell.wrong) for cell in cells),
            sum(bool(cell.failed) for cell in cells),
            _milliseconds(cells, "native"),
            _milliseconds(cells, "python"),
        )


def _row(form: str, *columns: object) -> str:
    return f"{form:<14}" + "".join(f"{column!s:>10}" for column in columns)


def _milliseconds(cells: Iterable[Result], tier: str) -> str:
    times = [cell.sealing.seconds * 1000 for cell in cells if cell.sealing.tier == tier]
    return f"{median(times):.0f}" if times else "-"


def refusals(results: Iterable[Result]) -> Iterator[str]:
    """Why the native tier refused, most frequent first.

    ``first``: cells of which this is the first reason; ``alone``: of which it is the only one; ``any``: which have it.
    """
    first: dict[str, list[str]] = defaultdict(list)
    alone: Counter[str] = Counter()
    anywhere: Counter[str] = Counter()
    for result in results:
        made = result.sealing
        shown = [reason if made.kind == NOT_NATIVE else f"{made.kind}: {reason}" for reason in made.refused]
        anywhere.update(shown)
        alone.update(shown if len(shown) == 1 else ())
        for reason in shown[:1]:
            first[reason].append(result.name.removeprefix("problem_"))
    yield f"{'first':>6}{'alone':>6}{'any':>5}  reason (cells)"
    for reason in sorted(anywhere, key=lambda reason: (-len(first[reason]), -anywhere[reason], reason)):
        names = first[reason]
        more = f", ... {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        where = f" ({', '.join(names[:SHOWN])}{more})" if names else ""
        yield f"{len(names):>6}{alone[reason]:>6}{anywhere[reason]:>5}  {reason}{where}"


def troubles(results: Iterable[Result]) -> Iterator[str]:
    """What is not as it should be: cells that no tier takes, wrong values, tests that fail, compilers that died."""
    for result in results:
        where = f"{result.name} ({result.form})"
        if not result.sealing.tier and result.sealing.error:
            yield f"{where} is sealed in no tier: {result.sealing.error}"
        if result.sealing.kind not in {"", *EXPECTED}:
            yield f"{where}: {result.sealing.kind}: {result.sealing.refused}"
        for wrong in result.wrong:
            yield f"{where} IS WRONG: {wrong}"
        if result.failed and not result.wrong:
            yield f"{where} fails the set's tests: {result.failed}"


def counted(title: str, counts: Mapping[str, int], most: int) -> Iterator[str]:
    """The most frequent of some counts."""
    yield title
    for name, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]:
        yield f"{count:>7}  {name}"
