"""A folder and a toolbox of its own for each test of agents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import hermetic_nb as hnb


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def box(place: Path) -> Iterator[hnb.Toolbox]:
    """A toolbox with a registry in it."""
    made = hnb.Toolbox(place / "registry")
    yield made
    made.close()
