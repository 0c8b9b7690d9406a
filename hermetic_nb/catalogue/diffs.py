"""The lines in which the sources of two tools differ, with their numbers on both sides."""

from __future__ import annotations

import difflib
from typing import Any


def diff_lines(old: str, new: str) -> list[dict[str, Any]]:
    """All lines of both: ``" "`` in both, ``"-"`` only in the old one, ``"+"`` only in the new one."""
    before, after = old.splitlines(), new.splitlines()
    lines: list[dict[str, Any]] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += [{"kind": " ", "text": before[a + n], "left": a + n + 1, "right": c + n + 1} for n in range(b - a)]
            continue
        lines += [{"kind": "-", "text": before[n], "left": n + 1} for n in range(a, b)]
        lines += [{"kind": "+", "text": after[n], "right": n + 1} for n in range(c, d)]
    return lines
