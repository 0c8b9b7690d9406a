"""The stored notebooks: complete, and nothing in it is of the machine that ran it. That its outputs are right is nbval's to say."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from nbformat import NotebookNode

from tests import tour

FOREIGN = {
    "a path": r"/(?:home|root|tmp|usr|work|Users)/",
    "a time": r"\b20\d\d-\d\d-\d\d|\b\d+(?:\.\d+)? ?(?:ms|us|µs|seconds)\b",
    "an address or process": r"\b0x[0-9a-f]{6,}|\bpid\b",
    "colours": r"\x1b|\\u001b",
}


@pytest.fixture(scope="module", params=sorted(path.name for path in tour.NOTEBOOKS.glob("*.ipynb")))
def notebook(request: pytest.FixtureRequest) -> NotebookNode:
    stored: NotebookNode = nbformat.read(tour.NOTEBOOKS / request.param, as_version=4)
    return stored


def test_every_cell_was_run_in_order(notebook: NotebookNode) -> None:
    # nbval compares nothing where a cell was stored without having run.
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


def test_errors_stand_where_they_are_announced(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.cell_type == "code":
            failed = any(output.output_type == "error" for output in cell.outputs)
            assert failed == ("raises-exception" in cell.metadata.get("tags", [])), cell.source


@pytest.mark.parametrize("kind", FOREIGN)
def test_outputs_are_of_no_machine(notebook: NotebookNode, kind: str) -> None:
    outputs = json.dumps([cell.outputs for cell in notebook.cells if cell.cell_type == "code"])
    assert re.search(FOREIGN[kind], outputs) is None
    assert notebook.metadata == tour.METADATA


def test_the_terminal_shows_prose_cells_and_outputs() -> None:
    shown = "\n".join(tour.lines(nbformat.read(tour.TOUR, as_version=4)))
    assert shown.startswith("From a cell to a sealed tool\n====")
    assert ">>> %%hermetic_tool\n... def gc_content(seq: str) -> float: ...\n    gc_content  sealed tool\n" in shown
    assert "    H501 OverflowError: the result needs more than 64 bits\n       9 |         count *= 4\n" in shown
    assert "<div" not in shown
    assert "**" not in shown
