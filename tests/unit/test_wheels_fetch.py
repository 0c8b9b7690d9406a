"""Wheels from a package index: the user's own for one small package, a folder of files for all else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from hermetic_nb.errors import DependencyError
from hermetic_nb.wheels import fetch, fetching, importable, unpacked
from tests.unit.wheel_maker import sound

WHEEL = sound({"sample.py": b"x = 1\n"})


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package index on this machine: a folder of projects, as PEP 503 has them. No other one is asked."""
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", tmp_path.as_uri())
    return tmp_path


def _offer(index: Path, project: str, *files: str, data: bytes = WHEEL) -> None:
    folder = index / project
    folder.mkdir(exist_ok=True)
    for file in files:
        (folder / file).write_bytes(data)
    links = "".join(f'<a href="{file}">{file}</a>' for file in files)
    (folder / "index.html").write_text(f"<!DOCTYPE html><html><body>{links}</body></html>")


def test_a_package_from_the_users_index() -> None:
    try:
        wheel = fetch("inflection", "0.5.1")
    except DependencyError as error:
        pytest.fail(f"this test needs a package index that has inflection 0.5.1: {error}")
    assert wheel.filename == "inflection-0.5.1-py2.py3-none-any.whl"
    contents = unpacked(wheel.data)
    assert importable(contents) == {"inflection"}
    assert "def pluralize" in contents.modules["inflection/__init__.py"]
    assert contents.requires == ()
    assert fetch("Inflection", "0.5.1") == wheel


def test_a_wheel_of_a_folder(index: Path) -> None:
    _offer(index, "sample", "sample-1.0-py3-none-any.whl")
    wheel = fetch("Sample", "1")
    assert (wheel.filename, wheel.data) == ("sample-1.0-py3-none-any.whl", WHEEL)


def test_of_several_wheels_always_the_same_one(index: Path) -> None:
    files = ["sample-1.0-py3-none-any.whl", "sample-1.0-2-py3-none-any.whl", "sample-1.0-1-py39-none-any.whl"]
    binary = "sample-1.0-cp314-cp314-manylinux_2_28_x86_64.whl"
    _offer(index, "sample", *files, binary)
    assert fetch("sample", "1.0").filename == "sample-1.0-2-py3-none-any.whl"
    _offer(index, "sample", binary, *reversed(files))
    assert fetch("sample", "1.0").filename == "sample-1.0-2-py3-none-any.whl"


def test_a_wheel_that_is_another_package_inside(index: Path) -> None:
    _offer(index, "other", "other-1.0-py3-none-any.whl")
    with pytest.raises(DependencyError, match=r"pip could not get other 1\.0"):
        fetch("other", "1.0")


def test_no_such_package(index: Path) -> None:
    with pytest.raises(DependencyError, match=r"the package index has no pure-Python wheel of sample 1\.0"):
        fetch("sample", "1.0")


def test_no_such_version_names_the_others(index: Path) -> None:
    _offer(index, "sample", "sample-0.9-py3-none-any.whl", "sample-2.0-py3-none-any.whl")
    with pytest.raises(DependencyError, match=r"^H203: sample has no version 1\.0$") as caught:
        fetch("sample", "1.0")
    assert caught.value.help == "its latest pure-Python wheels: 0.9, 2.0"


def test_wheels_with_compiled_code_only(index: Path) -> None:
    _offer(
        index,
        "sample",
        "sample-1.0-cp314-cp314-manylinux_2_28_x86_64.whl",
        "sample-1.0.tar.gz",
        "sample-2.0-py3-none-any.whl",
    )
    with pytest.raises(DependencyError, match=r"sample 1\.0 has wheels with compiled code only"):
        fetch("sample", "1.0")


def test_a_source_archive_is_not_built(index: Path) -> None:
    _offer(index, "sample", "sample-1.0.tar.gz", "sample-1.0.1-cp314-cp314-win_amd64.whl")
    with pytest.raises(DependencyError, match=r"sample 1\.0 has no wheel, only a source archive"):
        fetch("sample", "1.0")


def test_a_package_for_other_pythons(index: Path) -> None:
    _offer(index, "sample", "sample-1.0-py3-none-any.whl")
    page = index / "sample" / "index.html"
    page.write_text(page.read_text().replace("<a ", '<a data-requires-python="&lt;3.9" '))
    with pytest.raises(DependencyError, match=r"sample 1\.0 does not run on Python 3\.14"):
        fetch("sample", "1.0")


def test_no_network(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://index.invalid/simple")
    monkeypatch.setenv("PIP_TIMEOUT", "2")
    with pytest.raises(DependencyError, match=r"the package index cannot be reached for sample 1\.0") as caught:
        fetch("sample", "1.0")
    assert "index.invalid" not in "".join(caught.value.render())


def test_no_pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\nshift\nexec "{sys.executable}" -I -S "$@"\n')  # without site-packages
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(DependencyError, match="pip is not installed beside this Python"):
        fetch("sample", "1.0")


def test_no_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with pytest.raises(DependencyError, match="pip cannot be started"):
        fetch("sample", "1.0")


def _pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))


def test_a_pip_that_does_not_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _pip(tmp_path, monkeypatch, "exec sleep 60")
    monkeypatch.setattr(fetching, "SECONDS", 0.2)
    with pytest.raises(DependencyError, match=r"pip did not get sample 1\.0 within"):
        fetch("sample", "1.0")


def test_a_pip_that_fails_without_a_known_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _pip(tmp_path, monkeypatch, "echo /home/somebody; exit 3")
    with pytest.raises(DependencyError, match=r"^H203: pip could not get sample 1\.0$") as caught:
        fetch("sample", "1.0")
    assert "somebody" not in "".join(caught.value.render())


def test_a_pip_that_gives_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _pip(tmp_path, monkeypatch, "exit 0")
    with pytest.raises(DependencyError, match=r"pip gave no wheel of sample 1\.0"):
        fetch("sample", "1.0")


@pytest.mark.parametrize("file", ["other-1.0-py3-none-any.whl", "sample-1.1-py3-none-any.whl", "sample.whl"])
def test_a_pip_that_gives_another_package(file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _pip(tmp_path, monkeypatch, f"echo x > {file}")
    with pytest.raises(DependencyError, match=r"gave another package than sample 1\.0"):
        fetch("sample", "1.0")


def test_pip_sees_only_its_own_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[list[str], str]] = []

    def run(command: list[str], *, cwd: str, **_: object) -> subprocess.CompletedProcess[bytes]:
        seen.append((command, cwd))
        (Path(cwd) / "sample-1.0-py3-none-any.whl").write_bytes(WHEEL)
        return subprocess.CompletedProcess(command, 0, b"")

    monkeypatch.setattr("subprocess.run", run)
    assert fetch("sample", "1.0").data == WHEEL
    [(command, folder)] = seen
    assert command[-3:] == ["--dest", folder, "sample==1.0"]
    assert not Path(folder).exists()
