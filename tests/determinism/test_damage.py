"""What a user is told when the registry is damaged, altered or closed: a code, help, and no traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import hermetic_nb as hnb
from hermetic_nb.digest import digest_json
from tests.determinism.places import ROOT

CELL = "def triple(n: int) -> int:\n    return 3 * n\n"
OTHER = "def triple(n: int) -> int:\n    return 4 * n\n"
NOBODY = 65534


@dataclass(frozen=True)
class Sealed:
    """A registry that holds `triple`, version 1."""

    folder: Path
    tool: hnb.Tool

    def blob(self, digest: str) -> Path:
        """The file of a blob."""
        return self.folder / "blobs" / "sha256" / digest.removeprefix("sha256:")

    def hermetic(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run the command line on this registry. Never a traceback."""
        command = [sys.executable, "-m", "hermetic_nb", "--registry", str(self.folder), *words]
        done = subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, text=True, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return done


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("original") / "registry"
    box = hnb.Toolbox(folder)
    box.seal(CELL)
    yield folder
    box.close()


@pytest.fixture(scope="module")
def maker() -> Iterator[list[hnb.Toolbox]]:
    boxes: list[hnb.Toolbox] = []
    yield boxes
    for box in boxes:
        box.close()


@pytest.fixture
def sealed(original: Path, tmp_path: Path) -> Sealed:
    shutil.copytree(original, tmp_path / "registry")
    return Sealed(tmp_path / "registry", hnb.Toolbox(tmp_path / "registry").get("triple"))


def overwrite(path: Path, data: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(data)


PARTS: dict[str, Callable[[hnb.Tool], str]] = {
    "payload": lambda tool: tool.manifest.payload,
    "manifest": lambda tool: tool.digest,
    "source": lambda tool: tool.manifest.source,
}


@pytest.mark.parametrize("part", sorted(PARTS))
@pytest.mark.parametrize("lost", [False, True])
def test_a_damaged_or_missing_blob(sealed: Sealed, maker: list[hnb.Toolbox], part: str, *, lost: bool) -> None:
    path = sealed.blob(PARTS[part](sealed.tool))
    if lost:
        path.unlink()
    else:
        overwrite(path, path.read_bytes()[:-1] + b"?")
    box = hnb.Toolbox(sealed.folder)
    maker.append(box)
    with pytest.raises(hnb.IntegrityError) as caught:
        box.get("triple")
    assert caught.value.code == "H410"
    assert caught.value.help
    called = sealed.hermetic("call", "triple", "n=2")
    assert (called.returncode, called.stdout) == (1, "")
    assert called.stderr.startswith("H410")
    report = json.loads(sealed.hermetic("doctor", "--json").stdout)
    kinds = {finding["kind"] for finding in report["registry"]["findings"]}
    assert "dangling record" in kinds
    assert lost or "damaged blob" in kinds
    again = box.seal(CELL)  # the same cell heals it
    assert (again.digest, again.version, again(5)) == (sealed.tool.digest, 1, 15)
    assert box.registry.check().findings == ()


def test_a_damaged_record(sealed: Sealed, maker: list[hnb.Toolbox]) -> None:
    overwrite(sealed.folder / "names" / "triple" / "1.json", b"{}")
    shown = sealed.hermetic("show", "triple")
    assert shown.returncode == 1
    assert shown.stderr.startswith("H410")
    assert sealed.hermetic("list").returncode == 0
    repaired = sealed.hermetic("doctor", "--repair")
    assert "damaged record" in repaired.stdout
    box = hnb.Toolbox(sealed.folder)
    maker.append(box)
    again = box.seal(CELL)
    assert (again.digest, again.version) == (sealed.tool.digest, 2)  # a number is never given twice


@pytest.mark.parametrize("damage", ["deleted", "overwritten"])
def test_an_index_that_is_gone(sealed: Sealed, damage: str) -> None:
    sealed.hermetic("doctor", "--reindex")
    for path in sealed.folder.glob("index.sqlite*"):
        if damage == "deleted":
            path.unlink()
        else:
            overwrite(path, b"no database")
    box = hnb.Toolbox(sealed.folder)
    assert [tool.name for tool in box.list()] == ["triple"]
    assert [record.name for record in box.registry.search("triple")] == ["triple"]
    assert "triple" in sealed.hermetic("list").stdout
    mended = sealed.hermetic("doctor", "--reindex")
    assert mended.returncode == 0
    assert "made anew, 1 names" in mended.stdout


def test_a_build_record_that_points_elsewhere_is_not_believed(sealed: Sealed, maker: list[hnb.Toolbox]) -> None:
    box = hnb.Toolbox(sealed.folder)
    maker.append(box)
    (record,) = (sealed.folder / "builds").iterdir()
    other = box.seal(OTHER)
    document = json.loads(record.read_bytes())
    del document["checksum"]
    document["tool"] = other.digest
    overwrite(record, json.dumps({**document, "checksum": digest_json(document)}).encode())
    fresh = hnb.Toolbox(sealed.folder)
    maker.append(fresh)
    again = fresh.seal(CELL)
    assert (again.digest, again(5)) == (sealed.tool.digest, 15)
    overwrite(record, b"\xff" * 100)
    assert sealed.hermetic("doctor").returncode == 0
    assert json.loads(sealed.hermetic("build", "-", "--json", stdin=CELL).stdout)["digest"] == sealed.tool.digest


READ_ONLY = """
import os, sys
import hermetic_nb as hnb
from hermetic_nb.cli import main
box = hnb.Toolbox(sys.argv[1])
box.try_out(box.parse("def warm(n: int) -> int:\\n    return n\\n"))(1)  # its processes start while they may
if os.geteuid() == 0:  # to whom everything is permitted
    os.seteuid(int(sys.argv[2]))
tool = box.seal(sys.argv[3])
assert (tool(5), tool.version) == (15, 1)
assert [tool.name for tool in box.list()] == ["triple"]
try:
    box.seal(sys.argv[4])
except hnb.RegistryAccessError as error:
    assert error.code == "H420" and error.help, error
else:
    raise AssertionError("written")
assert box.get("triple")(5) == 15
with open(sys.argv[5] + "/new.py", "w") as file:
    file.write(sys.argv[4])
sys.modules["hermetic_nb.cli.main"].Toolbox = lambda path: box
box.close = lambda: None  # nor could its processes be started again
assert main(["list"]) == 0
assert main(["call", "triple", "n=7"]) == 0
assert main(["build", sys.argv[5] + "/new.py"]) == 1
hnb.Toolbox.close(box)
"""


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_a_registry_that_can_only_be_read(sealed: Sealed) -> None:
    with tempfile.TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o777)
        folder = Path(open_to_all, "registry")
        shutil.copytree(sealed.folder, folder)
        places = [folder, *folder.rglob("*")]
        before = {path: path.read_bytes() for path in places if path.is_file()}
        for path in places:
            path.chmod(0o555 if path.is_dir() else 0o444)
        words = [str(folder), str(NOBODY), CELL, OTHER, open_to_all]
        command = [sys.executable, "-c", READ_ONLY, *words]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        for path in places:
            path.chmod(0o755 if path.is_dir() else 0o644)
        assert done.returncode == 0, done.stderr
        assert done.stderr.startswith("H420"), done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout.splitlines()[-1] == "21"
        assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
