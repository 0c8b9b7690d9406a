"""Runs the attempts as a user without privileges, from a copy that this user may read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tests.attacks.escaped.running import Outcome

USER = 54321
"""Nobody else's."""
SOURCES = Path(__file__).parents[3]


def python() -> str | None:
    """An interpreter that this user can run: the one of these tests may lie in somebody's home."""
    script = "import sys; sys.exit(sys.version_info < (3, 11))"
    for path in (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3"):
        try:
            done = subprocess.run([path, "-c", script], user=USER, group=USER, extra_groups=[], check=False)
        except OSError:
            continue
        if not done.returncode:
            return path
    return None


def table(interpreter: str, plans: Iterable[str]) -> dict[str, dict[str, Outcome]]:
    """As `running.table`."""
    with tempfile.TemporaryDirectory(prefix="hermetic-user-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copytree(SOURCES / "hermetic_nb", folder / "hermetic_nb", ignore=_not_code)
        shutil.copytree(Path(__file__).parent, folder / "tests/attacks/escaped", ignore=_not_code)
        for package in ("tests", "tests/attacks"):
            (folder / package / "__init__.py").touch()
        for path in folder.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        done = subprocess.run(
            [interpreter, "-m", "tests.attacks.escaped", *plans],
            cwd=folder,
            env={"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"},
            user=USER,
            group=USER,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )
    assert not done.returncode, done.stderr
    found: dict[str, dict[str, list[str]]] = json.loads(done.stdout)
    return {plan: {name: Outcome(*one) for name, one in row.items()} for plan, row in found.items()}


def _not_code(_: str, names: list[str]) -> set[str]:
    return {name for name in names if name in {"__pycache__", "data"}}
