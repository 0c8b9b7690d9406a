"""Names and versions of packages, as text: what may reach a package index, and when two spellings are one."""

from __future__ import annotations

import re
from typing import Final

NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?")
"""A package's name (the grammar of the core metadata), of at most 100 characters."""

VERSION: Final = re.compile(
    r"(?=.{1,64}\Z)(?:[0-9]{1,9}!)?[0-9]{1,19}(?:\.[0-9]{1,19}){0,15}"
    r"(?:(?:a|b|rc)[0-9]{1,9})?(?:\.post[0-9]{1,9})?(?:\.dev[0-9]{1,9})?(?:\+[a-z0-9]+(?:\.[a-z0-9]+)*)?"
)
"""One exact version: PEP 440 in its canonical spelling, where numbers may have leading zeros (calendar versions do)."""

_RUNS: Final = re.compile(r"[-_.]+")
_NUMBERS: Final = re.compile(r"[0-9]+")
_ZEROS: Final = re.compile(r"(?:\.0)+(?![0-9]|\.[0-9])")


def normalise(name: str) -> str:
    """The one spelling of a package's name (PEP 503)."""
    return _RUNS.sub("-", name).lower()


def same_version(first: str, second: str) -> bool:
    """Whether two versions are one to an installer: 1.0 is 1, and 2024.01 is 2024.1."""
    return _one_form(first) == _one_form(second)


def _one_form(version: str) -> str:
    public, plus, local = version.partition("+")
    plain = _NUMBERS.sub(lambda digits: str(int(digits[0])), public)
    return _ZEROS.sub("", plain, count=1).removeprefix("0!") + plus + local
