"""Binder picks up what `binder/` says: repo2docker's dry run renders the image's recipe, without docker."""

import os
import stat
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BINDER = ROOT / "binder"


@pytest.fixture(scope="module")
def dockerfile() -> str:
    pytest.importorskip("repo2docker", reason="jupyter-repo2docker is not installed: binder/ is NOT checked")
    command = [sys.executable, "-m", "repo2docker", "--debug", "--no-build", "--no-run", str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_environment_is_picked_up(dockerfile: str) -> None:
    assert 'env update -p ${NB_PYTHON_PREFIX} --file "binder/environment.yml"' in dockerfile


def test_post_build_is_picked_up(dockerfile: str) -> None:
    assert "RUN ./binder/postBuild" in dockerfile


def test_python_is_one_that_the_package_accepts(dockerfile: str) -> None:
    assert "Building conda environment for python=3.12" in dockerfile


def test_post_build_is_executable() -> None:
    assert (BINDER / "postBuild").stat().st_mode & stat.S_IXUSR


@pytest.mark.slow
def test_post_build_runs(tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    environment = os.environ | {"PATH": f"{tmp_path / 'env' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["./binder/postBuild"], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
