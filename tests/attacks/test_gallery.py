"""The attack gallery says of each attack which layer stops it, and gives the same answers where one layer of the wall is missing.

That its outputs are right is nbval's to say, and that they are of no machine `tests.notebooks.test_tour`'s.
"""

from __future__ import annotations

import copy
import json
import re
import sys
from dataclasses import fields
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from hermetic_nb.confinement import Plan
from tests import tour

LAYERS = {"language", "runner", "webassembly", "limit", "import"}
ATTACKS = {
    "spin": "LimitExceeded",
    "hoard": "LimitExceeded",
    "deeper": "RecursionError",
    "read_file": "CapabilityError",
    "call_out": "ModuleNotFoundError",
    "what_time": "CapabilityError",
    "fork_bomb": "CapabilityError",
    "climb": "KeyError",
    "by_import": "ModuleNotFoundError",
    "by_frames": "CapabilityError",
    "by_loader": "CapabilityError",
    "forge_code": "RuntimeError",
    "climb_quietly": "NotPureError",
    "overrun": "RuntimeError",
    "forged_address": "RuntimeError",
    "forged_function": "RuntimeError",
    "forged_result": "RuntimeError",
    "send_out": "BuildError",
}
"""What each attack gets; those that are missing here end with a value: `look_for` finds nothing."""
SWITCH = """
import pytest
from tests.attacks.escaped.leaving_out import leaving_out
leaving_out(pytest.MonkeyPatch(), {step!r})
"""


@pytest.fixture(scope="module")
def gallery() -> NotebookNode:
    stored: NotebookNode = nbformat.read(tour.NOTEBOOKS / "attack_gallery.ipynb", as_version=4)
    return stored


def errors(notebook: NotebookNode) -> dict[str, str]:
    """Which error each attack ended with."""
    found = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                name = re.search(r"^(?:async )?def (\w+)|^%%hermetic_tool (\w+)|^(\w+)\(", cell.source, re.MULTILINE)
                assert name is not None, cell.source
                found[next(filter(None, name.groups()))] = output.ename
    return found


def results(notebook: NotebookNode) -> list[Any]:
    """All outputs, without their numbers and without what tells of the wall itself."""
    outputs = [copy.deepcopy(cell.outputs) for cell in notebook.cells if cell.cell_type == "code"]
    for output in (output for each in outputs for output in each):
        output.pop("execution_count", None)
    return json.loads(json.dumps(outputs))  # type: ignore[no-any-return]


def test_every_attack_is_stopped_by_its_error(gallery: NotebookNode) -> None:
    assert errors(gallery) == ATTACKS


def test_each_attack_has_a_layer_above_it(gallery: NotebookNode) -> None:
    named: set[str] = set()
    for cell in gallery.cells:
        if cell.cell_type == "markdown":
            named = {layer for layer in LAYERS if layer in cell.source.lower()} or named
            if cell.source.startswith("## "):
                named = {layer for layer in LAYERS if layer in cell.source.lower()}
        elif any(output.output_type == "error" for output in cell.outputs):
            assert named, cell.source


def test_the_kernel_is_right_at_the_end(gallery: NotebookNode) -> None:
    assert gallery.cells[-1].outputs[0].data["text/plain"] == "42"
    assert any(cell.source.startswith("leave_secret(") and ", 0)" in str(cell.outputs) for cell in gallery.cells)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the wall is Linux's")
@pytest.mark.parametrize("step", [field.name for field in fields(Plan)])
def test_the_gallery_without_one_layer(gallery: NotebookNode, step: str) -> None:
    notebook = copy.deepcopy(gallery)
    notebook.cells.insert(0, nbformat.v4.new_code_cell(SWITCH.format(step=step)))
    seen = nbformat.v4.new_code_cell(
        "import hermetic_nb\n[layer.name for layer in hermetic_nb.default().layers() if not layer.holds] != []"
    )
    notebook.cells.append(seen)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tour.NOTEBOOKS.parent)}}).execute()
    assert seen.outputs[0].data["text/plain"] == "True", "the layer was not left out"
    del notebook.cells[0], notebook.cells[-1]
    assert results(notebook) == results(gallery)
