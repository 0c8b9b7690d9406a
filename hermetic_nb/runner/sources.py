"""The sources of the program inside the runner: which files, and their digest, so that nobody forgets to build it anew."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
PACKAGE: Final = "hermetic_nb"
_PARTS: Final = ("values", "policy", "runner/guest")


def sources() -> dict[str, Path]:
    """Path inside the guest -> file, sorted; the WIT world too."""
    root = HERE.parent
    found = [file for part in _PARTS for file in (root / part).rglob("*.py")]
    found.append(HERE / "runner.wit")
    return dict(sorted((f"{PACKAGE}/{file.relative_to(root).as_posix()}", file) for file in found))


def sources_digest() -> str:
    """The sha256 (hex) of all of them, names included."""
    whole = hashlib.sha256()
    for name, file in sources().items():
        whole.update(f"{name}\n{hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()
