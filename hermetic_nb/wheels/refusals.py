"""Why pip gave no wheel, read from what it printed."""

from __future__ import annotations

import re
from typing import Final

from hermetic_nb.errors import DependencyError
from hermetic_nb.wheels.metadata import PYTHON
from hermetic_nb.wheels.names import normalise

SHOWN: Final = 8
"""Versions that are named where the asked one is missing: the latest."""

_NO_PIP: Final = "No module named pip"
_VERSIONS: Final = re.compile(r"satisfies the requirement [^\n]{1,200}\(from versions: ([^\n)]*)\)")
_UNREACHED: Final = re.compile(
    r"Could not fetch URL [^\n]*?: (?:connection error|There was a problem confirming the ssl)"
    r"|after connection broken by|Network is unreachable|Could not install packages due to an OSError"
    r"|(?:Connect|Read|ReadTimeout|Proxy|SSL)(?:Timeout)?Error"
)
_SKIPPED: Final = re.compile(r"Skipping link: (No sources permitted|none of the wheel's tags)[^\n]*")
_OTHER_PYTHON: Final = re.compile(r"(?:requires a different Python|Ignored the following versions that require)[^\n]*")


def explain(printed: str, name: str, version: str) -> DependencyError | None:
    """The error for what pip printed; None where that is not known. No address of an index is in it."""
    package = f"{name} {version}"
    if _NO_PIP in printed:
        return DependencyError(
            "pip is not installed beside this Python", help="`python -m ensurepip` or `uv pip install pip` adds it"
        )
    links = [match for match in _SKIPPED.finditer(printed) if _is_of(match[0], name, version)]
    if any(link[1].startswith("none") for link in links):
        return DependencyError(
            f"{package} has wheels with compiled code only, and tools run pure Python",
            help="declare a package that is all Python, or the part of the work that needs it stays in the notebook",
        )
    if links:
        return DependencyError(
            f"{package} has no wheel, only a source archive, which would have to run to be built",
            help="declare a version that has a wheel",
        )
    if any(_is_of(match[0], name, version) for match in _OTHER_PYTHON.finditer(printed)):
        return DependencyError(
            f"{package} does not run on Python {PYTHON[0]}.{PYTHON[1]}", help="declare another version"
        )
    found = _VERSIONS.search(printed)
    known = [] if found is None else [part.strip() for part in found[1].split(",") if part.strip() not in {"", "none"}]
    if known:
        return DependencyError(
            f"{name} has no version {version}", help=f"its latest pure-Python wheels: {', '.join(known[-SHOWN:])}"
        )
    if _UNREACHED.search(printed):
        return DependencyError(
            f"the package index cannot be reached for {package}",
            help="a cell with # deps is sealed online, once; later calls need no network",
        )
    if found is not None:
        return DependencyError(
            f"the package index has no pure-Python wheel of {package}", help="look at the spelling of the name"
        )
    return None


def _is_of(line: str, name: str, version: str) -> bool:
    """Whether a line names a file of that version: ``name-version-tags.whl`` or ``name-version.tar.gz``, also in an address."""
    plain = normalise(line)
    return (
        re.search(rf"(?<![a-z0-9-]){re.escape(normalise(f'{name}-{version}'))}(?![0-9])(?!-[0-9])", plain) is not None
    )
