"""Paths in a wheel: relative, plain, and different from each other on every file system."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import DependencyError

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST: Final = 240
"""Characters of a path."""
DEEPEST: Final = 32
"""Parts of a path."""


def refusal(why: str) -> DependencyError:
    """The error for a wheel that is damaged or made to mislead."""
    return DependencyError(
        f"not a sound wheel: {why}", help="declare another version of the package, or another package"
    )


def check_path(path: str) -> None:
    """Refuse a path that is not a plain relative one; a folder's ends in ``/``. Raises DependencyError."""
    parts = path.removesuffix("/").split("/")
    if len(path) > LONGEST or len(parts) > DEEPEST:
        raise refusal(f"a path has more than {LONGEST} characters or {DEEPEST} parts")
    shown = ascii(path)
    if path.startswith("/"):
        raise refusal(f"{shown} is an absolute path")
    if ".." in parts:
        raise refusal(f"{shown} leads out of its folder")
    if not path.isprintable() or "\\" in path or ":" in path or "" in parts or "." in parts:
        raise refusal(f"{shown} is not a plain path")


def check_together(paths: Iterable[str]) -> None:
    """Refuse paths that would meet in one place, on some file system at least. Raises DependencyError."""
    listed: set[str] = set()
    files: set[str] = set()
    folders: set[str] = set()
    spelled: dict[str, str] = {}
    for path in paths:
        plain = path.removesuffix("/")
        if plain in listed:
            raise refusal(f"{path!a} is there twice")
        listed.add(plain)
        (folders if path.endswith("/") else files).add(plain)
        for place in _places(plain):
            other = spelled.setdefault(_folded(place), place)
            if other != place:
                raise refusal(f"{other!a} and {place!a} differ only in case")
            if place != plain:
                folders.add(place)
    both = files & folders
    if both:
        raise refusal(f"{min(both)!a} is a file and a folder")


def _places(path: str) -> list[str]:
    """A path and all that are above it."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts) + 1)]


def _folded(path: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())
