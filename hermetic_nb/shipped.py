"""The notebooks that come with the package: inside it, or in the clone around it."""

from __future__ import annotations

from pathlib import Path


def folder_of(notebook: str) -> Path | None:
    """The folder that holds a notebook of ours and what it reads; None where this installation has none."""
    here = Path(__file__).parent
    folders = (here / "tour", here.parent / "notebooks")
    return next((folder for folder in folders if (folder / notebook).is_file()), None)
