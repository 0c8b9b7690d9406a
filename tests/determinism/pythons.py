"""The cells on every supported Python found here: ``python -m tests.determinism.pythons`` installs the package and compares.

Pythons come from HERMETIC_TEST_PYTHONS (commands or paths, separated as PATH is), else from PATH and pyenv; one of each
version. Each gets a fresh environment with the package, built and installed from this tree, and the two engines that
decide bytes; what Jupyter adds decides none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from tests.determinism.places import ROOT, Place, differences, summary

VARIABLE: Final = "HERMETIC_TEST_PYTHONS"
SUPPORTED: Final = ("3.11", "3.12", "3.13", "3.14")
ENGINES: Final = ("wasmtime", "llvmlite")
SECONDS: Final = 900
_VERSION: Final = "import sys; print('%d.%d' % sys.version_info[:2]); print(sys.executable)"


def found() -> dict[str, str]:
    """Supported versions to the interpreters that are here."""
    given = os.environ.get(VARIABLE, "")
    candidates = given.split(os.pathsep) if given else [sys.executable, *_names(), *_pyenv()]
    pythons: dict[str, str] = {}
    for candidate in filter(None, candidates):
        version, path = _asked(candidate)
        if version in SUPPORTED:
            pythons.setdefault(version, path)
    return dict(sorted(pythons.items()))


def _names() -> list[str]:
    return [path for version in SUPPORTED if (path := shutil.which(f"python{version}"))]


def _pyenv() -> list[str]:
    root = Path(os.environ.get("PYENV_ROOT") or Path("~/.pyenv").expanduser())
    return [
        str(path) for version in SUPPORTED for path in sorted(root.glob(f"versions/{version}*/bin/python{version}"))
    ]


def _asked(python: str) -> tuple[str, str]:
    """The version and path that an interpreter names; empty where it does not run, as a shim may not."""
    try:
        done = subprocess.run([python, "-c", _VERSION], capture_output=True, text=True, timeout=60, check=True)
        version, path = done.stdout.splitlines()
    except (OSError, subprocess.SubprocessError, ValueError):
        return "", ""
    return version, path


def install(python: str, folder: Path) -> Path:
    """A fresh environment with the package; its interpreter. Raises RuntimeError."""
    _run([python, "-m", "venv", str(folder)])
    own = folder / "bin" / "python"
    pip = [str(own), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, *(f"{name}=={metadata.version(name)}" for name in ENGINES)])
    _run([*pip, "--no-deps", str(ROOT)])
    return own


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:4])} ended with {done.returncode}: {done.stderr.strip()[-600:]}")


def compare(folder: Path) -> tuple[list[str], list[str], list[str]]:
    """Differences between the Pythons, what was covered, and what was not, a line each."""
    only_tests = folder / "tree"
    only_tests.mkdir(parents=True)
    (only_tests / "tests").symlink_to(ROOT / "tests")  # so that the package is the installed one
    reports: dict[str, dict[str, Any]] = {}
    missed = []
    pythons = found()
    for version, python in pythons.items():
        try:
            own = install(python, folder / version / "venv")
        except (RuntimeError, subprocess.TimeoutExpired) as error:
            missed.append(f"Python {version}: {error}")
            continue
        place = Place(folder=folder / version, python=[str(own)], paths=[str(only_tests)])
        reports[version] = place.seal_all(seconds=SECONDS)
    missed += [f"Python {version}: none found" for version in SUPPORTED if version not in pythons]
    covered = [f"Python {version}: {summary(report)}" for version, report in reports.items()]
    first, *others = reports or [""]
    differing = [
        f"Python {first} and {version}: {line}"
        for version in others
        for line in differences(reports[first], reports[version])
    ]
    return differing, covered, missed


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        differing, covered, missed = compare(Path(folder))
    print("\n".join([*covered, *(f"NOT COMPARED: {line}" for line in missed), *(differing or ["no difference"])]))
    return 1 if differing or len(covered) < 2 else 0


if __name__ == "__main__":
    raise SystemExit(main())
