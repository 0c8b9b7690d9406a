"""The TypeScript of the panel: its types, its tests, and the lock file of what it is built with."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "labextension"


def npm(*words: str) -> str:
    """Run npm, of this environment or of the machine; its output. Fails where it does."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    found = shutil.which("npm", path=path)
    assert found is not None, "no npm: make sets it up"
    done = subprocess.run(
        [found, *words], cwd=FOLDER, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module", autouse=True)
def packages() -> None:
    """The packages of the lock file, which the build of the panel has left, or which are fetched now."""
    if not (FOLDER / "node_modules" / "vitest").is_dir():
        npm("ci")


def test_the_types_are_right() -> None:
    npm("run", "check")


def test_the_views_tests_pass() -> None:
    assert " passed" in npm("test")


def test_the_lock_file_names_no_place() -> None:
    lock = json.loads((FOLDER / "package-lock.json").read_text())
    assert len(lock["packages"]) > 100
    assert [
        name for name, package in lock["packages"].items() if "resolved" in package and not package.get("link")
    ] == []


def test_every_element_is_made_of_text_nodes() -> None:
    """What would parse markup is used nowhere."""
    found = [
        f"{path.name}: {word}"
        for path in FOLDER.glob("src/**/*.ts")
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function")
        if word in path.read_text()
    ]
    assert found == []


def test_the_installed_extensions_are_found() -> None:
    for words, name in ((("labextension", "list"), "hermetic-nb"), (("server", "extension", "list"), "hermetic_nb")):
        done = subprocess.run(
            [sys.executable, "-m", "jupyter", *words], capture_output=True, text=True, check=True, timeout=120
        )
        lines = [line for line in (done.stdout + done.stderr).splitlines() if name in line]
        assert any("OK" in line for line in lines), done.stdout + done.stderr
