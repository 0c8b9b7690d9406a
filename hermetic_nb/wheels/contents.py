"""What a wheel holds, as text and bytes: nothing is unpacked to a disk, and nothing of it runs here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from hermetic_nb.digest import Digest, digest_bytes
from hermetic_nb.errors import DependencyError
from hermetic_nb.wheels.archive import members
from hermetic_nb.wheels.metadata import check_tags, required
from hermetic_nb.wheels.paths import refusal
from hermetic_nb.wheels.sources import text_of

_KEPT: Final = 8
"""Wheels that stay unpacked in memory: a tool has few."""
_COMPILED: Final = (".so", ".pyd", ".dylib", ".dll")


@dataclass(frozen=True, slots=True)
class Contents:
    """The part of a wheel that a program can import or read."""

    modules: Mapping[str, str]
    """Path in the wheel -> source text, of each ``.py`` file of its packages."""
    files: Mapping[str, bytes]
    """Path in the wheel -> bytes, of all other files of its packages."""
    requires: tuple[str, ...]
    """The packages that it needs wherever it is installed: normalised names, sorted. Those of extras and markers are not here."""


@dataclass(frozen=True, slots=True)
class _Wheel:
    """Bytes that are found again by their digest."""

    digest: Digest
    data: bytes = field(compare=False, repr=False)


def unpacked(data: bytes) -> Contents:
    """The contents of a pure-Python wheel, from its bytes alone; a wheel that was read lately is not read again.

    Raises DependencyError on an archive that is damaged, ambiguous or too large, on compiled code, on a wheel that is not for
    every machine, and on sources that are no text.
    """
    return _unpacked(_Wheel(digest_bytes(data), data))


def importable(contents: Contents) -> frozenset[str]:
    """The top-level names that a program can import from a wheel."""
    tops = {path.partition("/")[0].removesuffix(".py") for path in contents.modules}
    return frozenset(top for top in tops if top.isidentifier())


@lru_cache(maxsize=_KEPT)
def _unpacked(wheel: _Wheel) -> Contents:
    files = members(wheel.data)
    for path in files:
        _refuse_compiled(path)
    about = _metadata_folder(files)
    check_tags(_about(files, about, "WHEEL"))
    requires = required(_about(files, about, "METADATA"))
    modules: dict[str, str] = {}
    others: dict[str, bytes] = {}
    for path, content in files.items():
        top = path.partition("/")[0]
        if top.endswith(".dist-info"):
            continue
        if top.endswith(".data"):
            _refuse_moved(path)
        elif path.endswith(".py"):
            modules[path] = text_of(path, content)
        else:
            others[path] = content
    return Contents(MappingProxyType(modules), MappingProxyType(others), requires)


def _refuse_compiled(path: str) -> None:
    name = path.rpartition("/")[2].lower()
    if name.endswith(_COMPILED) or ".so." in name:
        raise DependencyError(
            f"not a pure-Python wheel: {path} is compiled for one kind of machine",
            help="a tool runs Python source only; declare a package, or a version, that is all Python",
        )


def _refuse_moved(path: str) -> None:
    """An installer moves these files among the packages; no wheel that is made from plain source has them."""
    if path.split("/")[1] in {"purelib", "platlib"}:
        raise refusal(f"{path} would be moved to another place")


def _metadata_folder(files: Mapping[str, bytes]) -> str:
    folders = {top for path in files if (top := path.partition("/")[0]).endswith(".dist-info")}
    if len(folders) != 1:
        raise refusal("it has no metadata" if not folders else "it has the metadata of two packages")
    return folders.pop()


def _about(files: Mapping[str, bytes], folder: str, name: str) -> str:
    content = files.get(f"{folder}/{name}")
    if content is None:
        raise refusal(f"it has no {name}")
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise refusal(f"its {name} is not UTF-8 text") from None
