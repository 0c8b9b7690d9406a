"""Where the host refuses namespaces, tools run all the same, each layer says what refused it, and strict isolation refuses."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hermetic_nb.confinement import Plan
from tests.faults.tools import ADD
from tests.unit import wat_modules as wat

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
NAMESPACES = ("user", "pid", "network", "mount", "ipc", "uts", "cgroup")
STAND_INS = ("process", "wasm", "no_new_privs", "capabilities", "landlock", "limits", "environment", "descriptors")
ORDINARY = 12345
"""A user that is nobody here."""

USERS = [
    pytest.param(0, id="root", marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root can be root")),
    pytest.param(ORDINARY, id="user", marks=pytest.mark.skipif(os.geteuid() != 0, reason="only root can change users")),
]


def _python() -> str | None:
    """A Python of this version that every user can run."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for folder in (Path(sys.executable).resolve().parent, Path("/usr/bin"), Path("/usr/local/bin")):
        found = folder / name
        done = None
        if found.exists():
            command = [str(found), "-c", "import ctypes, ssl"]
            try:
                done = subprocess.run(command, user=ORDINARY, group=ORDINARY, extra_groups=[], check=False, cwd="/")
            except PermissionError:
                continue
        if done is not None and done.returncode == 0:
            return str(found)
    return None


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with all that a kernel in small needs, for every user to read."""
    import wasmtime

    folder = Path("/tmp") / f"hermetic-refused-{os.getpid()}"
    folder.mkdir(mode=0o755)
    try:
        assert wasmtime.__file__ is not None
        packages = Path(wasmtime.__file__).parents[1]
        closed = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "hermetic_nb", folder / "hermetic_nb", ignore=closed)
        for found in packages.glob("wasmtime*"):
            shutil.copytree(found, folder / found.name, ignore=closed)
        shutil.copy(HERE / "seen.py", folder)
        artifact = wat.artifact(ADD, "int, int -> int")
        (folder / "payload").write_bytes(artifact.payload)
        (folder / "manifest").write_text(json.dumps(artifact.manifest.to_json()))
        subprocess.run(["chmod", "-R", "a+rX", str(folder)], check=True)
        yield folder
    finally:
        shutil.rmtree(folder)


def seen(place: Path, *options: str, user: int, plan: Plan | None = None) -> dict[str, Any]:
    """What a kernel sees on such a host."""
    python = _python() if user else sys.executable
    if python is None:
        pytest.skip("no Python here that every user can run")
    command = [python, "-P", "seen.py", "payload", "manifest", json.dumps((plan or Plan()).to_json())]
    whom = ["--user", str(user)] if user else []
    done = subprocess.run(
        [sys.executable, str(HERE / "launcher.py"), *whom, *options, "--", *command],
        cwd=place,
        env={"PYTHONPATH": str(place), "PATH": os.defpath, "HOME": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    if done.returncode:
        print(done.stdout, done.stderr)
    assert done.returncode == 0
    found: dict[str, Any] = json.loads(done.stdout)
    assert found["user"] == user
    return found


def runs_and_holds(found: dict[str, Any], plan: Plan | None, refused: dict[str, str]) -> None:
    """Tools run; the layers that are not refused hold; strict isolation tells of those that are."""
    assert found["answers"] == [number + 2 for number in range(50)]
    layers = found["layers"]
    for name in STAND_INS:
        assert layers[name][0], (name, layers[name])
    for name, why in refused.items():
        assert not layers[name][0], (name, layers[name])
        assert why in layers[name][1], (name, layers[name])
        assert f"{name}: " in found["strict"]
        assert why in found["strict"]
    without = plan is not None and not plan.seccomp
    assert layers["seccomp"][0] != without
    missing = {name for name, (holds, _) in layers.items() if not holds}
    assert missing == set(refused) | ({"seccomp"} if without else set())
    assert bool(found["strict"]) == bool(missing)


PLANS = [pytest.param(None, id="with seccomp"), pytest.param(Plan(seccomp=False), id="without seccomp")]


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("user", USERS)
def test_where_nothing_is_refused_all_layers_hold(place: Path, user: int, plan: Plan | None) -> None:
    runs_and_holds(seen(place, user=user, plan=plan), plan, {})


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("user", USERS)
def test_in_a_container_no_namespace_can_be_left(place: Path, user: int, plan: Plan | None) -> None:
    found = seen(place, "--container", user=user, plan=plan)
    runs_and_holds(found, plan, dict.fromkeys(NAMESPACES, "unshare: EPERM (Operation not permitted)"))


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("user", USERS)
def test_where_no_more_user_namespaces_may_be_made(place: Path, user: int, plan: Plan | None) -> None:
    found = seen(place, "--used-up", user=user, plan=plan)
    refused = {"user": "unshare: ENOSPC (No space left on device)"}
    if user:  # root makes the others without one
        others = [name for name in NAMESPACES if name != "user"]
        refused |= dict.fromkeys(others, "unshare: EPERM (Operation not permitted)")
    runs_and_holds(found, plan, refused)
