"""What loading costs: nothing heavy is imported before it is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = {
    "wasmtime",
    "llvmlite",
    "numpy",
    "ipywidgets",
    "anywidget",
    "doctest",
    "hypothesis",
    "RestrictedPython",
    "jupyterlab",
}


def modules_after(code: str) -> set[str]:
    program = f"{code}\nimport sys\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    return set(done.stdout.split())


def test_import_is_light() -> None:
    loaded = modules_after("import hermetic_nb")
    assert not loaded & HEAVY
    assert "IPython" not in loaded
    assert "hermetic_nb.toolbox" not in loaded


def test_load_ext_is_light() -> None:
    code = "from IPython.core.interactiveshell import InteractiveShell as S\nS.instance().run_line_magic('load_ext', 'hermetic_nb')"
    assert not (modules_after(code) & HEAVY) - modules_after("import IPython.core.interactiveshell")


def test_every_public_name_is_there() -> None:
    import hermetic_nb as hnb

    assert all(getattr(hnb, name) is not None for name in hnb.__all__)
    assert set(hnb.__all__) <= set(dir(hnb))
