"""The map of modules in pyproject.toml holds, and the core runs without a notebook."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINT = "from importlinter.cli import lint_imports_command as main; main(['--no-cache'])"
NOTEBOOK = {"IPython", "ipykernel", "ipywidgets", "anywidget"}


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)


def test_imports_follow_the_map() -> None:
    done = run(LINT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_toolbox_loads_no_notebook() -> None:
    done = run(f"import hermetic_nb.toolbox, sys; print(sorted({NOTEBOOK} & set(sys.modules)))")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"
