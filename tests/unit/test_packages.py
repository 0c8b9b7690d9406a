"""The package as others install it: built without node, with the panel, the server's configuration and the tour inside."""

from __future__ import annotations

import os
import subprocess
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An sdist and a wheel, built from a clean copy on a machine whose PATH has no node."""
    place = tmp_path_factory.mktemp("built")
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(place / "clone")], check=True)
    bare = place / "bin"
    bare.mkdir()
    for tool in ("git", "sh", "env"):
        found = subprocess.run(["which", tool], capture_output=True, text=True, check=True).stdout.strip()
        (bare / tool).symlink_to(found)
    environment = os.environ | {"PATH": str(bare)}
    venv.create(place / "venv", with_pip=True)
    python = str(place / "venv" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", "build"], check=True)
    subprocess.run(
        [python, "-m", "build", "--outdir", str(place), str(place / "clone")], check=True, env=environment, timeout=900
    )
    return place


def test_the_wheel_holds_what_it_needs(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    data = next(name.partition("/")[0] for name in names if ".data/" in name)
    for wanted in (
        "hermetic_nb/static/widget.js",
        "hermetic_nb/static/widget.css",
        "hermetic_nb/labserver/registry.yaml",
        "hermetic_nb/tour/tour.ipynb",
        f"{data}/data/share/jupyter/labextensions/hermetic-nb/package.json",
        f"{data}/data/share/jupyter/labextensions/hermetic-nb/install.json",
        f"{data}/data/etc/jupyter/jupyter_server_config.d/hermetic_nb.json",
    ):
        assert wanted in names
    assert not [name for name in names if "node_modules" in name]


def test_the_sdist_needs_no_node(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = archive.getnames()
    assert any(name.endswith("/hermetic_nb/static/widget.js") for name in names)
    assert any(name.endswith("/hermetic_nb/labextension/package.json") for name in names)
    assert not [name for name in names if "node_modules" in name]


def test_an_installed_wheel_is_found_by_jupyter(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    venv.create(built / "user", with_pip=True)
    python = str(built / "user" / "bin" / "python")
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True, timeout=900)
    for words in (("labextension", "list"), ("server", "extension", "list")):
        done = subprocess.run([python, "-m", "jupyter", *words], capture_output=True, text=True, check=True)
        assert "OK" in done.stdout + done.stderr
