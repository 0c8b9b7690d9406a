"""Where the registry is, and what it says where it cannot be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hermetic_nb.errors import RegistryAccessError
from hermetic_nb.registry import Registry, default_path
from tests.unit.registry_tools import blob, push, sealed, stamped

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "registry"


# ------------------------------------------------------------ places


def test_where_the_registry_is() -> None:
    home = str(Path.home())
    assert default_path({"HERMETIC_REGISTRY": "/x/y"}) == Path("/x/y")
    assert default_path({"HERMETIC_REGISTRY": "~/y"}) == Path(home, "y")
    assert default_path({"XDG_DATA_HOME": "/data"}, "linux") == Path("/data/hermetic_nb")
    assert default_path({"XDG_DATA_HOME": "data", "HERMETIC_REGISTRY": ""}, "linux") == Path(
        home, ".local/share/hermetic_nb"
    )
    assert default_path({}, "darwin") == Path(home, "Library/Application Support/hermetic_nb")
    assert default_path({"LOCALAPPDATA": "/local"}, "win32") == Path("/local/hermetic_nb")


def refused(act: Callable[[], object], what: str) -> None:
    """Ours, with help, and with a message that is the same on every machine."""
    with pytest.raises(RegistryAccessError, match=what) as caught:
        act()
    assert caught.value.help
    assert "/" not in caught.value.message.replace("input/output", "")


def test_a_path_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    refused(lambda: Registry(tmp_path / "file"), "a file stands where a folder should be")
    refused(lambda: Registry(tmp_path / "file" / "below"), "a file stands")
    refused(lambda: Registry(f"{tmp_path}/a\0b"), "its path is not one")


def test_a_folder_that_holds_something_else(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    refused(lambda: push(Registry(tmp_path), sealed()), "something else")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_another_format(folder: Path) -> None:
    folder.mkdir()
    (folder / "layout.json").write_bytes(stamped({"format": 2}))
    refused(lambda: Registry(folder), "format 2")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links")
def test_links_inside_the_registry_are_not_followed(folder: Path, tmp_path: Path) -> None:
    registry = Registry(folder)
    record = push(registry, sealed())
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "names" / "g").symlink_to(outside)
    refused(lambda: push(registry, sealed("g")), "a link stands")
    assert list(outside.iterdir()) == []
    path = blob(folder, record.tool)
    shutil.copy(path, outside / "blob")
    path.unlink()
    path.symlink_to(outside / "blob")
    refused(lambda: registry.pull(record.tool), "a link stands")
    assert "unreadable" in {finding.kind for finding in registry.check().findings}
    (tmp_path / "link").symlink_to(folder)
    assert Registry(tmp_path / "link").resolve("f") == record  # the registry's own folder may be one


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes")
def test_a_pipe_in_a_blobs_place_does_not_hang(folder: Path) -> None:
    registry = Registry(folder)
    record = push(registry, sealed())
    blob(folder, record.tool).unlink()
    os.mkfifo(blob(folder, record.tool))
    refused(lambda: registry.pull(record.tool), "a folder stands")


ACCESS = """
import os, sys
from hermetic_nb.errors import RegistryAccessError
from hermetic_nb.registry import Registry
from tests.unit.registry_tools import TOOLCHAIN, push, sealed
if os.getuid() == 0:  # to whom everything is permitted
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
registry = Registry(sys.argv[1])
tool = sealed(doc="A marvel.")
assert registry.pull(registry.resolve("f").tool) == tool.artifact
assert registry.bound(tool.spec.digest, TOOLCHAIN) == tool.artifact
assert [record.name for record in registry.search("marvels")] == ["f"]
assert [record.name for record in registry.list()] == ["f"]
assert push(registry, tool).version == 1
assert registry.check().ok
for act in (
    lambda: push(registry, sealed(body="2")),
    lambda: push(registry, sealed("g")),
    lambda: push(Registry(sys.argv[1] + "/x"), tool),
    registry.reindex,
):
    try:
        act()
    except RegistryAccessError as error:
        assert error.help, error
    else:
        raise AssertionError("not refused")
"""


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
@pytest.mark.parametrize("indexed", [False, True])
def test_reading_works_where_writing_is_not_permitted(*, indexed: bool) -> None:
    with tempfile.TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o755)
        folder = Path(open_to_all, "registry")
        push(Registry(folder), sealed(doc="A marvel."))
        if indexed:
            Registry(folder).reindex()
        places = [folder, *folder.rglob("*")]
        before = {path: path.read_bytes() for path in places if path.is_file()}
        for path in places:
            path.chmod(0o555 if path.is_dir() else 0o444)
        command = [sys.executable, "-c", ACCESS, str(folder)]
        done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
        for path in places:
            path.chmod(0o755 if path.is_dir() else 0o644)
        assert done.stderr == ""
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
