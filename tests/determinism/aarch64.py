"""The cells on a second architecture: ``python -m tests.determinism.aarch64`` seals them here and there, and compares.

There is Debian's (or Ubuntu's) Python for arm64 under QEMU's user emulation. Packages come by apt and pip, with the
host's own configuration, into a folder of the cache; they are unpacked there and never installed: no root, and nothing
of the host changes. Compiler, reference and worker all run under the emulator: half a minute on a free machine.
"""

from __future__ import annotations

import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

from tests.determinism.places import ROOT, Place, differences, summary

SECONDS: Final = 3600.0
"""Wall clock for all cells under the emulator."""
FETCH_SECONDS: Final = 900.0
ROOT_PACKAGES: Final = ("python3-minimal", "libpython3-stdlib", "libstdc++6", "zlib1g")
"""With all that they depend on, as apt resolves it for a system on which nothing is installed."""
WHEELS: Final = ("wasmtime", "llvmlite")
"""In the versions that are installed here: they decide bytes."""
EMULATORS: Final = ("qemu-aarch64-static", "qemu-aarch64")
VARIABLE: Final = "HERMETIC_TEST_CACHE"


class UnavailableError(Exception):
    """What is needed for the second machine cannot be had here."""


@dataclass(frozen=True, slots=True)
class Machine:
    """A Python for aarch64 that runs here: its command, and the folder of its packages."""

    python: tuple[str, ...]
    packages: Path

    def place(self, folder: Path) -> Place:
        """A place of this machine; children are started by the same command."""
        return Place(
            folder=folder,
            python=self.python,
            paths=[str(ROOT), str(self.packages)],
            environment={
                "HERMETIC_PYTHON": shlex.join(self.python),
                "HERMETIC_ADDRESS_SPACE": "small",  # the emulator keeps records of every page that was ever reserved
                "PYTHONNOUSERSITE": "1",
            },
        )

    def identity(self) -> str:
        """What the interpreter there says that it is. Raises UnavailableError where it does not run."""
        code = "import platform, sys; print(platform.machine(), 'Python', platform.python_version())"
        return _run([*self.python, "-c", code], 120).strip()


def prepare(folder: Path | None = None) -> Machine:
    """Fetch and unpack what is not there yet. Raises UnavailableError."""
    if sys.platform != "linux":
        raise UnavailableError("user emulation is Linux's")
    folder = folder or _cache()
    root = _made(folder / "root", _fetch_root)
    python = next(iter(sorted(root.glob("usr/bin/python3.[0-9]*"))), None)
    if python is None:
        raise UnavailableError("apt's packages hold no python3")
    minor = python.name.removeprefix("python3.")
    versions = {name: metadata.version(name) for name in WHEELS}
    label = "-".join(["packages", minor, *versions.values()])
    packages = _made(folder / label, lambda target: _fetch_wheels(target, minor, versions))
    emulator = next(filter(None, map(shutil.which, EMULATORS)), None)
    if emulator is None:
        emulator = str(_made(folder / "emulator", _fetch_emulator) / "usr" / "bin" / EMULATORS[0])
    return Machine((emulator, "-L", str(root), str(python)), packages)


def _fetch_root(target: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        apt = _Apt(Path(scratch), "arm64")
        apt.update()
        apt.get("install", "--download-only", "--yes", "--no-install-recommends", *ROOT_PACKAGES)
        apt.unpack(target)


def _fetch_emulator(target: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        apt = _Apt(Path(scratch), _run(["dpkg", "--print-architecture"], 60).strip())
        apt.update()
        for package in ("qemu-user-static", "qemu-user"):
            try:
                apt.get("download", package)
            except UnavailableError:
                continue
            apt.unpack(target)
            if (target / "usr" / "bin" / EMULATORS[0]).exists():
                return
    raise UnavailableError("apt has no static emulator for aarch64")


class _Apt:
    """apt with the host's sources and keys, and all its state in a scratch folder, as if nothing were installed."""

    def __init__(self, folder: Path, architecture: str) -> None:
        self._folder = folder
        if shutil.which("apt-get") is None or shutil.which("dpkg") is None:
            raise UnavailableError("there is no apt here")
        for below in ("lists/partial", "archives/partial"):
            (folder / below).mkdir(parents=True)
        (folder / "status").touch()
        settings = {
            "APT::Architecture": architecture,
            "APT::Architectures": architecture,
            "APT::Sandbox::User": "",
            "Acquire::Languages": "none",
            "Dir::State": str(folder),
            "Dir::State::status": str(folder / "status"),
            "Dir::Cache": str(folder),
            "Dir::Cache::archives": str(folder / "archives"),
            "DPkg::Post-Invoke": "",
        }
        self._command = ["apt-get", "--quiet=2", *(f"-o{name}={value}" for name, value in settings.items())]

    def update(self) -> None:
        """Fetch the lists; a source that lacks the architecture does no harm as long as another has the packages."""
        try:
            self.get("update")
        except UnavailableError as error:
            print(f"apt-get update: {error}", flush=True)

    def get(self, *words: str) -> None:
        """One apt-get command. Raises UnavailableError."""
        _run([*self._command, *words], FETCH_SECONDS, cwd=self._folder / "archives")

    def unpack(self, target: Path) -> None:
        """Unpack the packages that were fetched."""
        for package in sorted((self._folder / "archives").glob("*.deb")):
            _run(["dpkg", "-x", str(package), str(target)], FETCH_SECONDS)


def _fetch_wheels(target: Path, minor: str, versions: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download", "--no-deps"]
        command += ["--only-binary=:all:", "--implementation", "cp", "--python-version", f"3.{minor}"]
        command += [f"--abi={abi}" for abi in (f"cp3{minor}", "abi3", "none")]
        command += [f"--platform=manylinux{tag}_aarch64" for tag in ("2014", "_2_17", "_2_27", "_2_28", "_2_34")]
        _run(
            [*command, "--dest", scratch, *(f"{name}=={version}" for name, version in versions.items())], FETCH_SECONDS
        )
        for wheel in Path(scratch).glob("*.whl"):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(target)


def _made(path: Path, make: object) -> Path:
    """The folder, filled by ``make`` under another name first, so that it is whole or absent."""
    assert callable(make)
    if path.is_dir():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    print(f"fetching {path.name} for the second architecture", flush=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        part = Path(scratch, "part")
        part.mkdir()
        make(part)
        try:
            part.rename(path)
        except OSError:
            if not path.is_dir():  # another process was first
                raise
    return path


def _cache() -> Path:
    given = os.environ.get(VARIABLE, "")
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(base) if base.startswith("/") else Path("~/.cache").expanduser()
    return (Path(given) if given else home / "hermetic_nb-tests") / "aarch64"


def _run(command: list[str], seconds: float, cwd: Path | None = None) -> str:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    try:
        done = subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"{command[0]}: {error}") from error
    if done.returncode:
        words = re.sub(r"\s+", " ", done.stderr.strip())[-400:]
        raise UnavailableError(f"{Path(command[0]).name} ended with {done.returncode}: {words}")
    return done.stdout


def compare(folder: Path) -> tuple[list[str], str]:
    """The differences between this machine and the other, and what was compared. Raises UnavailableError."""
    machine = prepare()
    there = machine.identity()
    began = time.monotonic()
    other = machine.place(folder / "there").seal_all(seconds=SECONDS)
    took = time.monotonic() - began
    here = Place(folder=folder / "here").seal_all(seconds=SECONDS)
    covered = f"{platform.machine()} Python {platform.python_version()} and {there} (emulated): {summary(here)}"
    return differences(here, other), f"{covered}; {took:.0f} s under the emulator"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        try:
            found, covered = compare(Path(folder))
        except UnavailableError as error:
            print(f"NOT COMPARED: no second architecture here: {error}")
            return 2
    print(covered)
    print("\n".join(found) if found else "no difference")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
