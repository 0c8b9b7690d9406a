"""The registry's format: which folder is a registry, and of which version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.errors import IntegrityError, RegistryAccessError
from hermetic_nb.model import FORMAT
from hermetic_nb.registry.records import damaged, stamp, unstamp

if TYPE_CHECKING:
    from hermetic_nb.registry.files import Files

PATH: Final = "layout.json"
QUARANTINE: Final = "quarantine"
OURS: Final = frozenset(
    {
        PATH,
        QUARANTINE,
        "blobs",
        "names",
        "builds",
        "grants.json",  # what the user allowed agents
        "receipts",
        "trimmed",
        "usage",
        "waiting",  # agents' runs that wait for the user
        "wheels",
        "index.sqlite",
        "index.sqlite-wal",
        "index.sqlite-shm",
        "index.sqlite-journal",
        "vectors.sqlite",
        "vectors.sqlite-journal",
    }
)
"""What a registry's folder holds."""


def check_layout(files: Files) -> bool:
    """Whether the layout is recorded. Raises RegistryAccessError on another format, IntegrityError on a damaged record."""
    data = files.read(PATH)
    if data is None:
        return False
    found = unstamp(data, PATH).get("format")
    if type(found) is not int:
        raise damaged(PATH)
    if found != FORMAT:
        raise RegistryAccessError(
            f"the registry has format {found}; this program reads format {FORMAT}",
            help="update hermetic_nb, or set HERMETIC_REGISTRY to another folder",
        )
    return True


def lay_out(files: Files) -> None:
    """Make the folder a registry, unless it is one. Raises RegistryAccessError where it holds something else."""
    try:
        if check_layout(files):
            return
    except IntegrityError:
        record_layout(files)
        return
    foreign = [name for name in files.names("") if name not in OURS and not name.startswith(".")]
    if foreign:
        raise RegistryAccessError(
            "the registry cannot be written: its folder holds something else",
            help=f"{files.place} holds {foreign[0][:60]!r}: set HERMETIC_REGISTRY to an empty folder",
        )
    record_layout(files)


def record_layout(files: Files) -> None:
    """Write the layout's record."""
    files.publish({PATH: stamp({"format": FORMAT})})
