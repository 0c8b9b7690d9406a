"""Where the cells are sealed: a Python, an environment and a working folder, each run in a registry of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
PROGRAM: Final = ("-m", "tests.determinism.seal_all")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place; ``folder`` is empty or missing and becomes its home, working folder, registry and cache."""

    folder: Path
    python: Sequence[str] = (sys.executable,)
    environment: Mapping[str, str] = field(default_factory=dict)
    paths: Sequence[str] = (str(ROOT),)
    """Folders of packages, besides the Python's own."""

    def seal_all(self, *words: str, seconds: float) -> dict[str, Any]:
        """What `tests.determinism.seal_all` prints there. Raises RuntimeError with its last words where it fails."""
        home, work = self.folder / "home", self.folder / "work"
        for made in (home, work):
            made.mkdir(parents=True, exist_ok=True)
        inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "LD_LIBRARY_PATH"}}
        done = subprocess.run(
            [*self.python, *PROGRAM, *words],
            cwd=work,
            env=inherited
            | {
                "HOME": str(home),
                "HERMETIC_REGISTRY": str(self.folder / "registry"),
                "HERMETIC_CACHE": str(self.folder / "cache"),
                "PYTHONPATH": os.pathsep.join(self.paths),
            }
            | dict(self.environment),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=seconds,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"status {done.returncode}: {done.stderr[-3000:]}")
        return dict(json.loads(done.stdout))


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """What two places say differently, a line for each cell's tool, payload and receipts."""
    found = []
    for label in sorted({*one, *other}):
        mine, theirs = one.get(label), other.get(label)
        if mine is None or theirs is None:
            found.append(f"{label}: sealed in one place only")
            continue
        found += [
            f"{label}: {key} {mine[key]} and {theirs[key]}" for key in ("tool", "payload") if mine[key] != theirs[key]
        ]
        pairs = zip(mine["receipts"], theirs["receipts"], strict=True)
        found += [f"{label}: receipt {a} and {b}" for a, b in pairs if a != b]
    return found


def summary(report: Mapping[str, Any]) -> str:
    """How much was compared."""
    return f"{len(report)} tools, {sum(len(cell['receipts']) for cell in report.values())} receipts"
