"""The recorded demonstration, as somebody without a model gets it."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

import hermetic_nb as hnb
from hermetic_nb.agents import demo
from hermetic_nb.agents.cassette import Cassette
from hermetic_nb.cli import main


def test_the_demonstration_is_put_into_a_folder_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", str(tmp_path / "new"), "--json"]) == 0
    notebook = Path(json.loads(capsys.readouterr().out)["notebook"])
    cells = nbformat.read(notebook, as_version=4).cells
    assert any(cell.source.startswith("%%agent") for cell in cells)
    assert Cassette.read(notebook.with_name("agent.cassette.json")).groups
    for cell in cells:
        for word in cell.source.split('"'):
            assert not word.startswith("data/") or (notebook.parent / word).is_file()
    with pytest.raises(hnb.SpecError, match="is there already"):
        demo.copy(tmp_path / "new")
    assert main(["demo", str(tmp_path / "new")]) == 1
