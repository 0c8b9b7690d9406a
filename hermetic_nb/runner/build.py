"""``python -m hermetic_nb.runner.build``: make the runner that ships. Maintainers only.

Writes ``hermetic_nb/data/runner.wasm.xz`` and ``runner.json``. Needs ``componentize-py`` and pip. Its build is not
reproducible (it bakes entropy in), and the digest is part of every tool that runs in it: a new one is a deliberate commit.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Final

import wasmtime
from wasmtime import component

from hermetic_nb.errors import ToolchainError
from hermetic_nb.runner import ARCHIVE, PIN
from hermetic_nb.runner.image import with_immortal_objects
from hermetic_nb.runner.sources import HERE, PACKAGE, sources, sources_digest

COMPONENTIZE: Final = "0.25.1"
RESTRICTED_PYTHON: Final = "9.0"
_VERSION: Final = re.compile(rb"(3\.14\.\d+) \(main, ")
_ENTRY: Final = '''\
"""The app that is made a component."""

import componentize_py_runtime  # these two are wanted after the guest has closed every way to a file
import componentize_py_types

from hermetic_nb.runner.guest.world import WitWorld as WitWorld
'''


def build() -> bytes:
    """The component. Raises: ToolchainError where a program is missing or fails, or the component imports anything."""
    program = Path(sysconfig.get_path("scripts")) / "componentize-py"
    if not program.exists():
        raise ToolchainError("the runner is built with the package 'componentize-py', which is not installed")
    if (version := _run([str(program), "--version"]).split()[-1]) != COMPONENTIZE:
        raise ToolchainError(f"the runner is built with componentize-py {COMPONENTIZE}; {version} is installed")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        _lay_out(work)
        # Nothing of this machine may get in: it would walk PATH and the environment's site-packages, and keep their names.
        _run(
            [
                *("env", "-i", "PATH=/nonexistent", f"VIRTUAL_ENV={work / 'empty'}"),
                *(str(program), "-d", "wit", "-w", "runner", "componentize", "--stub-wasi"),
                *("-p", "app", "-p", "site", "app", "-o", "runner.wasm"),
            ],
            work,
        )
        made, _ = with_immortal_objects((work / "runner.wasm").read_bytes())
    engine = wasmtime.Engine()
    if component.Component(engine, made).type.imports(engine):
        raise ToolchainError("the runner that was built has imports")
    return made


def _lay_out(work: Path) -> None:
    """The guest's sources, alone: the rest of the package is not imported there."""
    app, wit = work / "app", work / "wit"
    for name, file in sources().items():
        place = wit / file.name if file.suffix == ".wit" else app / name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, place)
    for folder in (PACKAGE, f"{PACKAGE}/runner"):
        (app / folder / "__init__.py").write_text('"""Nothing here is imported by the guest."""\n', encoding="utf-8")
    (app / "app.py").write_text(_ENTRY, encoding="utf-8")
    (work / "empty").mkdir()
    options = ["--quiet", "--no-deps", "--no-compile", "--disable-pip-version-check", "--target", str(work / "site")]
    _run([sys.executable, "-m", "pip", "install", *options, f"RestrictedPython=={RESTRICTED_PYTHON}"])


def _run(command: list[str], folder: Path | None = None) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=os.environ)
    if done.returncode:
        raise ToolchainError(f"{Path(command[0]).name} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def main() -> int:
    """Build, write, and say what was written."""
    made = build()
    version = _VERSION.search(made)
    assert version is not None, "a component of CPython says its version"
    archive = lzma.compress(made, preset=9 | lzma.PRESET_EXTREME)
    document = {
        "digest": f"sha256:{hashlib.sha256(made).hexdigest()}",
        "size": len(made),
        "python": version[1].decode(),
        "componentize": COMPONENTIZE,
        "restricted_python": RESTRICTED_PYTHON,
        "sources": sources_digest(),
    }
    data = HERE.parent / "data"
    (data / ARCHIVE).write_bytes(archive)
    (data / PIN).write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    print(f"{ARCHIVE}: {len(archive)} bytes of {len(made)}, {document['digest']}")  # noqa: T201 (a script)
    return 0


if __name__ == "__main__":
    sys.exit(main())
