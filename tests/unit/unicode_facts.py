"""What CPython 3.14 says of every code point; ``python -m tests.unit.unicode_facts`` writes the runtime's tables anew."""

from __future__ import annotations

import contextlib
import sys
from dataclasses import dataclass
from functools import cache
from typing import Final

from hermetic_nb.executors.python import PythonExecutor
from hermetic_nb.model import Done
from hermetic_nb.toolchains.native.runtime.unicode import CODE_POINTS, MAPPINGS, QUESTIONS, header
from tests.unit.python_cells import session
from tests.unit.runtime_native import SOURCES

TABLES: Final = SOURCES / "unicode_tables.h"
_STEP: Final = 0x8000


@dataclass(frozen=True, slots=True)
class Facts:
    """Sets of code points, and code points with the text that a mapping makes of them, by name."""

    members: dict[str, set[int]]
    mapped: dict[str, dict[int, str]]


@cache
def facts() -> Facts:
    """Asked of the CPython that runs tools of the python tier."""
    found = Facts({}, {name: {} for name in MAPPINGS})
    with contextlib.closing(PythonExecutor()) as executor:
        for first in range(0, CODE_POINTS, _STEP):
            step = session(executor, QUESTIONS, takes=("span",)).start(([first, first + _STEP],))
            assert isinstance(step, Done), step
            for name, points in step.value.items():
                if name in found.mapped:
                    found.mapped[name].update(points)
                else:
                    found.members.setdefault(name, set()).update(points)
    return found


def main() -> int:
    """Write the tables."""
    answers = facts()
    TABLES.write_text(header(answers.members, answers.mapped))
    return 0


if __name__ == "__main__":
    sys.exit(main())
