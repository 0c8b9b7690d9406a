"""Kills, power cuts and full disks: what was told is kept, and nothing is half-written."""

# Stand-ins for `os`:
# ruff: noqa: PTH112, PTH208

from __future__ import annotations

import errno
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hermetic_nb.errors import RegistryAccessError
from hermetic_nb.registry import Registry, disk
from tests.unit.power_cut import Recorder, replay
from tests.unit.registry_tools import push, sealed

ROOT = Path(__file__).parents[2]
TORN = {"damaged layout", "damaged blob", "damaged record", "dangling record", "unreadable"}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="POSIX signals and folders")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "registry"


# ------------------------------------------------------------ kill -9


@pytest.mark.parametrize("kills", [16, pytest.param(400, marks=pytest.mark.slow)])
def test_killed_pushes_tear_nothing_and_lose_nothing_told(folder: Path, kills: int) -> None:
    command = [sys.executable, "-m", "tests.unit.registry_killer", str(folder), str(kills), "1"]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    told = [line.split() for line in done.stdout.splitlines()]
    assert len(told) > kills // 4
    registry = Registry(folder)
    for name, version, digest in told:
        record = registry.resolve(f"{name}@{version}")
        assert record.tool == digest
        assert registry.pull(record.tool).manifest.name == name
        assert registry.source(record.tool)
        assert registry.provenance(record.tool)
    report = registry.check(left_over=0.0)
    assert {finding.kind for finding in report.findings} <= {"leftover"}, report.findings
    assert report.records >= len(told)
    assert registry.repair(left_over=0.0).ok
    assert registry.check(left_over=0.0).findings == ()
    assert not list(folder.rglob(".tmp-*"))
    assert len(registry.search("text", limit=10_000)) == len(registry.list())


# ------------------------------------------------------------ power cuts


def test_a_power_cut_at_any_moment_tears_nothing_and_loses_nothing_told(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder(folder)
    monkeypatch.setattr(disk, "os", recorder)
    registry, told = Registry(folder), []
    for number, name in enumerate(["f", "f", "g", "f"]):
        tool = sealed(name, str(number))
        record = push(registry, tool)
        told.append((len(recorder.log), record, tool))
    monkeypatch.undo()
    chance, survivor = random.Random(1), tmp_path / "survivor"
    assert len(recorder.log) > 60
    for moment in range(len(recorder.log) + 1):
        for keep in (0.0, 0.5, 0.5, 1.0):
            replay(recorder.log[:moment]).survivor(chance, keep, survivor)
            after = Registry(survivor)
            kinds = {finding.kind for finding in after.check().findings}
            assert not kinds & TORN
            for returned, record, tool in told:
                if returned <= moment:
                    assert after.resolve(f"{record.name}@{record.version}") == record
                    assert after.pull(record.tool) == tool.artifact
                    assert after.source(record.tool) == tool.spec.source
            assert push(after, sealed("f", "99")).version >= 1
            assert not {finding.kind for finding in after.check().findings} & TORN
            shutil.rmtree(survivor)


# ------------------------------------------------------------ refusals


class Refusing(Recorder):
    """An `os` whose n-th changing call fails; a write first takes half of its bytes, as a filling disk does."""

    def __init__(self, root: Path, fatal: int, error: BaseException) -> None:
        super().__init__(root)
        self._left = fatal
        self._error = error

    def _count(self) -> None:
        self._left -= 1
        if self._left == 0:
            raise self._error

    def open(self, path: str, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT:
            self._count()
        return super().open(path, flags, mode)

    def write(self, opened: int, data: Any) -> int:
        if self._left == 1 and len(data) > 1:
            super().write(opened, data[: len(data) // 2])
        self._count()
        return super().write(opened, data)

    def fsync(self, opened: int) -> None:
        self._count()
        super().fsync(opened)

    def replace(self, path: str, target: str) -> None:
        self._count()
        super().replace(path, target)

    def link(self, path: str, target: str) -> None:
        self._count()
        super().link(path, target)

    def mkdir(self, path: str) -> None:
        self._count()
        super().mkdir(path)


ERRORS: list[Callable[[], BaseException]] = [
    lambda: OSError(errno.ENOSPC, "full"),
    lambda: OSError(errno.EIO, "broken"),
    KeyboardInterrupt,
]


@pytest.mark.parametrize("make_error", ERRORS, ids=["full", "broken", "interrupted"])
@pytest.mark.parametrize("fresh", [False, True])
def test_a_push_that_fails_at_any_call_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_error: Callable[[], BaseException], *, fresh: bool
) -> None:
    first, second = sealed("f", "1"), sealed("f", "2")
    failures = 0
    while True:
        folder = tmp_path / str(failures)
        if not fresh:
            push(Registry(folder), first)
        monkeypatch.setattr(disk, "os", Refusing(folder, failures + 1, make_error()))
        caught: BaseException | None = None
        try:
            push(Registry(folder), second)
        except (RegistryAccessError, KeyboardInterrupt) as error:
            caught = error
        monkeypatch.undo()
        if caught is None:
            break
        if isinstance(caught, RegistryAccessError):
            assert caught.help
            assert str(caught).startswith("H420: the registry cannot be written: ")
        failures += 1
        registry = Registry(folder)
        assert not list(folder.rglob(".tmp-*"))
        assert registry.check().findings == ()
        assert fresh or registry.pull(registry.resolve("f@1").tool) == first.artifact
        assert push(registry, second).version == (1 if fresh else 2)
    assert failures > 20


LIMITED = """
import resource, sys
from hermetic_nb.errors import RegistryAccessError
from hermetic_nb.registry import Registry
from tests.unit.registry_tools import push, sealed
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
registry = Registry(sys.argv[1])
assert push(registry, sealed("small")).version == 1
try:
    push(registry, sealed("large", size=100_000))
except RegistryAccessError as error:
    assert "larger than this process may write" in error.message, error.message
else:
    raise AssertionError("not refused")
assert registry.check().findings == ()
assert [record.name for record in registry.list()] == ["small"]
"""


def test_a_file_beyond_the_process_limit(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(folder)], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.stderr == ""


def test_a_folder_that_goes_away_is_made_again(folder: Path) -> None:
    registry, tool = Registry(folder), sealed()
    push(registry, tool)
    shutil.rmtree(folder)
    assert registry.bound(tool.spec.digest, {}) is None
    assert push(registry, tool).version == 1
    assert registry.check().findings == ()


# ------------------------------------------------------------ other file systems


class Linkless(Recorder):
    """An `os` on a file system without hard links."""

    def link(self, path: str, target: str) -> None:
        raise OSError(errno.EPERM, "no links here", path, None, target)


def test_without_hard_links_versions_are_still_exclusive(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "os", Linkless(folder))
    registry = Registry(folder)
    assert [push(registry, sealed("f", body)).version for body in "123"] == [1, 2, 3]
    assert push(registry, sealed("f", "2")).version == 2
    # A process that died between its claim and its record: the number is never given to another tool.
    (folder / "names" / "f" / ".claim-4.json").touch()
    assert push(registry, sealed("f", "4")).version == 5
    assert registry.check().findings == ()


class Forgetful(Recorder):
    """An `os` on a network file system that loses the reply of a link it made."""

    def link(self, path: str, target: str) -> None:
        super().link(path, target)
        raise FileExistsError(errno.EEXIST, "exists")


def test_a_link_whose_reply_was_lost_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disk, "os", Forgetful(folder))
    registry = Registry(folder)
    assert [push(registry, sealed("f", body)).version for body in "12"] == [1, 2]


class Listless(Recorder):
    """An `os` whose listing of records is old, as a network file system's may be."""

    def listdir(self, path: str) -> list[str]:
        return [] if "/names/" in path else os.listdir(path)


def test_a_version_that_is_not_listed_yet_is_not_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for body in "12":
        push(Registry(folder), sealed("f", body))
    monkeypatch.setattr(disk, "os", Listless(folder))
    assert push(Registry(folder), sealed("f", "2")).version == 2
    assert push(Registry(folder), sealed("f", "3")).version == 3


def test_folders_that_cannot_be_flushed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Unflushable(Recorder):
        def fsync(self, opened: int) -> None:
            if os.path.isdir(f"/proc/self/fd/{opened}") or os.path.isdir(self._open[opened]):
                raise OSError(errno.EINVAL, "not a file")
            super().fsync(opened)

    monkeypatch.setattr(disk, "os", Unflushable(folder))
    assert push(Registry(folder), sealed()).version == 1
