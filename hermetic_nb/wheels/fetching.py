"""A wheel from the user's own package index, by pip: its settings, its mirrors and its certificates are the user's."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hermetic_nb.errors import DependencyError
from hermetic_nb.wheels.archive import WHEEL_BYTES
from hermetic_nb.wheels.metadata import PYTHON
from hermetic_nb.wheels.names import NAME, VERSION, normalise, same_version
from hermetic_nb.wheels.refusals import explain

SECONDS: Final = 60.0
"""What pip may take."""

_PIP: Final = (
    *(
        "-P",
        "-m",
        "pip",
        "download",
        "-vv",
        "--no-input",
        "--no-color",
        "--disable-pip-version-check",
        "--retries",
        "2",
    ),
    *("--no-deps", "--only-binary", ":all:", "--platform", "any", "--implementation", "py", "--abi", "none"),
    *("--python-version", f"{PYTHON[0]}.{PYTHON[1]}"),
)


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel as the index gave it."""

    filename: str
    data: bytes = field(repr=False)


def fetch(name: str, version: str) -> Wheel:
    """The pure-Python wheel of one version of a package. Of several, the one that pip prefers by build number and tag.

    Raises DependencyError where the name or version is malformed, where there is no such wheel, and where it cannot be had.
    """
    if not NAME.fullmatch(name) or not VERSION.fullmatch(version):
        raise DependencyError(
            f"not a package and a version: {name[:60]!a} {version[:60]!a}", help="as in: inflection 0.5.1"
        )
    with tempfile.TemporaryDirectory(prefix="hermetic-wheel-") as folder:
        _download(name, version, folder)
        found = sorted(Path(folder).glob("*.whl"))
        if not found:
            raise DependencyError(f"pip gave no wheel of {name} {version}", help=_by_hand(name, version))
        if found[0].stat().st_size > WHEEL_BYTES:
            raise DependencyError(f"the wheel of {name} {version} is larger than {WHEEL_BYTES >> 20} MiB")
        wheel = Wheel(found[0].name, found[0].read_bytes())
    _check_filename(wheel.filename, name, version)
    return wheel


def _download(name: str, version: str, folder: str) -> None:
    command = [sys.executable, *_PIP, "--dest", folder, f"{name}=={version}"]
    try:
        done = subprocess.run(
            command,
            cwd=folder,  # pip looks for no file of the notebook's folder
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DependencyError(
            f"pip did not get {name} {version} within {SECONDS:.0f} seconds", help="look at the network, and try again"
        ) from None
    except OSError:
        raise DependencyError("pip cannot be started", help=_by_hand(name, version)) from None
    if done.returncode:
        raise explain(done.stdout.decode(errors="replace"), name, version) or DependencyError(
            f"pip could not get {name} {version}", help=_by_hand(name, version)
        )


def _by_hand(name: str, version: str) -> str:
    return f"`python -m pip download --no-deps --only-binary :all: {name}=={version}` says more"


def _check_filename(filename: str, name: str, version: str) -> None:
    """Refuse the wheel of another package than was asked for."""
    parts = filename.removesuffix(".whl").split("-")
    if len(parts) < 5 or normalise(parts[0]) != normalise(name) or not same_version(parts[1], version):
        raise DependencyError(f"the package index gave another package than {name} {version}")
