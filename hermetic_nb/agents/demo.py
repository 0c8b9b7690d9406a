"""The recorded demonstration: a notebook of an agent, with its recording, that runs without a model, a key or a network."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from hermetic_nb.agents.cassette import SUFFIX
from hermetic_nb.errors import RegistryAccessError, SpecError
from hermetic_nb.shipped import folder_of

if TYPE_CHECKING:
    from pathlib import Path

NOTEBOOK: Final = "agent.ipynb"
FILES: Final = (NOTEBOOK, f"agent{SUFFIX}", "data/NC_000932.gb", "data/README.md")
"""The notebook, its recording, and the data that it reads, with source and licence."""


def copy(folder: Path) -> Path:
    """Put the demonstration into a folder; the notebook's path. Raises SpecError where one of its files is there already."""
    root = folder_of(NOTEBOOK)
    if root is None:
        raise SpecError("the demonstration is not part of this installation", help="see notebooks/ of the repository")
    there = [name for name in FILES if (folder / name).exists()]
    if there:
        raise SpecError(f"{there[0]} is there already", help="name another folder: hermetic demo FOLDER")
    try:
        for name in FILES:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / name, folder / name)
    except OSError as error:
        raise RegistryAccessError(f"the demonstration cannot be written: {error.strerror}") from None
    return folder / NOTEBOOK
