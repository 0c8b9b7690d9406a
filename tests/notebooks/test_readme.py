"""The README's Python runs, in order, in one kernel."""

import re
from pathlib import Path

import nbformat
from nbclient import NotebookClient

README = Path(__file__).parents[2] / "README.md"
FENCE = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def test_readme_runs() -> None:
    sources = FENCE.findall(README.read_text(encoding="utf-8"))
    assert len(sources) >= 3
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    assert notebook.cells[2].outputs[0]["data"]["text/plain"].startswith("'sha256:")
