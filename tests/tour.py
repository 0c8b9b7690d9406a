"""Runs the tour, or the notebook named, in an empty registry and prints it. ``--write`` also stores its outputs."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
TOUR = NOTEBOOKS / "tour.ipynb"
SECONDS = 300
"""Time for any one cell on a loaded machine."""
WIDTH = min(96, shutil.get_terminal_size().columns)
"""Characters of a line of prose."""
COLOUR = re.compile(r"\x1b\[[\d;]*m")
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
"""What is stored with the notebook: nothing of the machine that ran it, such as the version of its Python."""


def run(notebook: NotebookNode) -> None:
    """Run all cells in a new kernel. Raises CellExecutionError on an error that no cell announces by its tag."""
    for cell in _code_cells(notebook):
        cell.outputs, cell.execution_count = [], None
    with tempfile.TemporaryDirectory(prefix="hermetic_nb-tour-", ignore_cleanup_errors=True) as folder:
        os.environ["HERMETIC_REGISTRY"] = str(Path(folder, "registry"))
        os.environ["IPYTHONDIR"] = str(Path(folder, "ipython"))
        client = NotebookClient(
            notebook,
            timeout=SECONDS,
            record_timing=False,
            resources={"metadata": {"path": str(NOTEBOOKS)}},
            extra_arguments=["--log-level=ERROR"],  # the kernel's advice on its transport is not part of the tour
        )
        client.execute()


def lines(notebook: NotebookNode) -> Iterator[str]:
    """The notebook as a reader of a terminal should see it: prose, the first lines of each cell, its outputs."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield from _prose(cell.source)
        elif cell.cell_type == "code":
            yield from _code(cell.source)
            for output in cell.outputs:
                yield from textwrap.indent(_text(output), "    ").split("\n")
            yield ""


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _prose(source: str) -> Iterator[str]:
    for paragraph in source.split("\n\n"):
        text = re.sub(r"(?<!\w)\*{1,2}(\S.*?)\*{1,2}(?!\w)", r"\1", " ".join(paragraph.split()))
        heading = re.match(r"(#+) (.*)", text)
        if heading is None:
            yield from textwrap.wrap(text, WIDTH, break_on_hyphens=False)
        else:
            yield heading[2]
            yield ("=" if len(heading[1]) == 1 else "-") * len(heading[2])
        yield ""


def _code(source: str) -> Iterator[str]:
    """The cell; of a tool's, the magic line and the signatures."""
    shown = source.split("\n")
    if shown[0].startswith("%%"):
        shown = [shown[0], *(line for line in shown if line.startswith(("def ", "async def ")))]
        shown[-1] += " ..."
    for prompt, line in zip([">>>", *["..."] * len(shown)], shown, strict=False):
        yield f"{prompt} {line}".rstrip()


def _text(output: NotebookNode) -> str:
    if output.output_type == "stream":
        return str(output.text).rstrip("\n")
    if output.output_type == "error":
        return COLOUR.sub("", "\n".join(output.traceback))
    return str(output.data["text/plain"])


def main(words: list[str]) -> int:
    """Run the notebook and print it; the exit status."""
    path = next((NOTEBOOKS / word for word in words if word.endswith(".ipynb")), TOUR)
    notebook = nbformat.read(path, as_version=4)
    try:
        run(notebook)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        last = max((i for i, cell in enumerate(notebook.cells) if cell.get("execution_count")), default=-1)
        notebook.cells = notebook.cells[: last + 1]
        print("\n".join(lines(notebook)), flush=True)
        print(f"{path.stem} stopped here: {type(error).__name__}.", file=sys.stderr)
        return 1
    print("\n".join(lines(notebook)).rstrip())
    if "--write" in words:
        notebook.metadata = nbformat.from_dict(METADATA)
        nbformat.write(notebook, path)
        print(f"\nWritten to {path.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
