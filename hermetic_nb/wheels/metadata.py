"""What a wheel says about itself: where it runs, and what it needs."""

from __future__ import annotations

import re
from email.message import Message
from email.parser import HeaderParser
from typing import Final

from hermetic_nb.errors import DependencyError
from hermetic_nb.wheels.names import NAME, normalise
from hermetic_nb.wheels.paths import refusal

PYTHON: Final = (3, 14)
"""The Python that tools run in."""
LONGEST: Final = 4 << 20
"""Characters of a metadata file: some hold a whole manual."""

_SUPPORTED: Final = frozenset({"py3", *(f"py3{minor}" for minor in range(PYTHON[1] + 1))})
_LEADING_NAME: Final = re.compile(rf"\s*({NAME.pattern})(?![A-Za-z0-9._-])")


def check_tags(wheel: str) -> None:
    """Refuse a WHEEL file whose tags are not those of pure Python for `PYTHON`. Raises DependencyError."""
    about = _headers(wheel, "WHEEL")
    if str(about.get("Wheel-Version", "")).partition(".")[0].strip() != "1":
        raise refusal("it is of another format than version 1")
    tags = [str(tag).strip() for tag in about.get_all("Tag", [])]
    if not tags:
        raise refusal("it does not say where it runs")
    pythons: set[str] = set()
    for tag in tags:
        python, _, machine = tag.partition("-")
        if machine != "none-any":
            raise DependencyError(
                f"not a pure-Python wheel: it is for {tag[:60]!a}",
                help="a tool runs on every machine; declare a package, or a version, whose wheel is py3-none-any",
            )
        pythons.update(python.split("."))
    if not pythons & _SUPPORTED:
        raise DependencyError(
            f"not a wheel for Python {PYTHON[0]}.{PYTHON[1]}: it is for {' '.join(sorted(pythons))[:60]!a}",
            help="declare another version of the package; its wheel has to be py3-none-any",
        )


def required(metadata: str) -> tuple[str, ...]:
    """The normalised names of what a METADATA file requires without any condition, sorted. Raises DependencyError."""
    names = set()
    for requirement in _headers(metadata, "METADATA").get_all("Requires-Dist", []):
        found = _LEADING_NAME.match(str(requirement))
        if found is None:
            raise refusal("it requires what is no package")
        if ";" not in str(requirement):
            names.add(normalise(found[1]))
    return tuple(sorted(names))


def _headers(text: str, name: str) -> Message:
    if len(text) > LONGEST:
        raise refusal(f"its {name} is too long")
    return HeaderParser().parsestr(text)
