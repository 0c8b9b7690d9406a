"""Several processes in one registry, and any order of acts against a model."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hermetic_nb.errors import ToolNotFoundError
from hermetic_nb.registry import Registry
from hermetic_nb.registry.disk import DiskFiles
from tests.unit.registry_tools import TOOLCHAIN, Sealed, blob, damage, push, sealed

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "registry"


# ------------------------------------------------------------ several processes


def test_processes_that_push_at_once_lose_nothing(folder: Path) -> None:
    count = 12
    commands = [[sys.executable, "-m", "tests.unit.registry_pusher", str(folder), label, str(count)] for label in "123"]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for command in commands]
    outputs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0]
    told = {tuple(line.split()) for output in outputs for line in output.splitlines()}
    assert len(told) == 3 * count
    registry = Registry(folder)
    shared = registry.versions("shared")
    assert [record.version for record in shared] == list(range(1, 3 * count // 2 + 1))
    assert len({record.tool for record in shared}) == len(shared)
    for name, version, digest in told:
        assert registry.resolve(f"{name}@{version}").tool == digest
    assert registry.check().findings == ()


def test_processes_that_push_the_same_tool_share_its_version(folder: Path) -> None:
    command = [sys.executable, "-m", "tests.unit.registry_pusher", str(folder), "1", "8"]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    outputs = {process.communicate()[0] for process in processes}
    assert len(outputs) == 1
    assert len(Registry(folder).versions("shared")) == 4


class Late(DiskFiles):
    """Files before whose n-th operation another process pushes a tool."""

    def __init__(self, root: Path, moment: int, tool: Sealed) -> None:
        super().__init__(str(root))
        self.left = moment
        self._place = root
        self._tool = tool

    def _turn(self) -> None:
        self.left -= 1
        if self.left == 0:
            push(Registry(self._place), self._tool)

    def names(self, folder: str) -> list[str]:
        self._turn()
        return super().names(folder)

    def read(self, path: str) -> bytes | None:
        self._turn()
        return super().read(path)

    def create(self, path: str, data: bytes) -> bool:
        self._turn()
        return super().create(path, data)


def test_a_push_of_the_same_tool_at_any_moment_of_ours_is_seen(folder: Path) -> None:
    tool, moment, late = sealed("f", "1"), 0, None
    while late is None or late.left <= 0:
        moment += 1
        push(Registry(folder / str(moment)), sealed("f", "0"))
        late = Late(folder / str(moment), moment, tool)
        assert push(Registry("", files=late), tool).version == 2
        assert [record.version for record in Registry(folder / str(moment)).versions("f")] == [1, 2]
    assert moment > 8


# ------------------------------------------------------------ against a model


class AgainstADict(RuleBasedStateMachine):
    """Pushes, reads, damage and repair, against name -> digests in order."""

    BODIES = st.sampled_from(["1", "2", "3", "4"])
    NAMES = st.sampled_from(["a", "b", "a_b"])

    def __init__(self) -> None:
        super().__init__()
        self.model: dict[str, list[Sealed]] = {}

    @initialize(memory=st.booleans())
    def start(self, *, memory: bool) -> None:
        self.folder = None if memory else Path(tempfile.mkdtemp())
        self.registry = Registry.in_memory() if self.folder is None else Registry(self.folder)

    def teardown(self) -> None:
        if getattr(self, "folder", None) is not None:
            shutil.rmtree(self.folder or "")

    @rule(name=NAMES, body=BODIES)
    def push(self, name: str, body: str) -> None:
        tool = sealed(name, body)
        versions = self.model.setdefault(name, [])
        if tool not in versions:
            versions.append(tool)
        assert push(self.registry, tool).version == versions.index(tool) + 1

    @rule(name=NAMES, body=BODIES)
    def bound(self, name: str, body: str) -> None:
        tool = sealed(name, body)
        expected = tool.artifact if tool in self.model.get(name, []) else None
        assert self.registry.bound(tool.spec.digest, TOOLCHAIN) == expected

    @rule(name=NAMES, body=BODIES)
    def resolve(self, name: str, body: str) -> None:
        tool = sealed(name, body)
        for reference in (tool.artifact.digest, f"{name}@{tool.artifact.digest}"):
            if tool in self.model.get(name, []):
                assert self.model[name][self.registry.resolve(reference).version - 1] == tool
            else:
                with pytest.raises(ToolNotFoundError):
                    self.registry.resolve(reference)

    @rule(name=NAMES, body=BODIES, which=st.sampled_from(["payload", "manifest", "source"]))
    def damage_and_heal(self, name: str, body: str, which: str) -> None:
        tool = sealed(name, body)
        if self.folder is None or tool not in self.model.get(name, []):
            return
        manifest = tool.artifact.manifest
        path = blob(
            self.folder, {"payload": manifest.payload, "manifest": manifest.digest, "source": manifest.source}[which]
        )
        damage(path, path.read_bytes()[:-1])
        assert not self.registry.repair().ok
        self.push(name, body)
        self.registry.repair()

    @rule()
    def reopen(self) -> None:
        if self.folder is not None:
            self.registry = Registry(self.folder)

    @rule()
    def search(self) -> None:
        assert {record.name for record in self.registry.search("count")} == set(self.model)

    @invariant()
    def agrees(self) -> None:
        if not hasattr(self, "registry"):
            return
        found = {record.name: record for record in self.registry.list()}
        assert {name: record.version for name, record in found.items()} == {n: len(v) for n, v in self.model.items()}
        for name, versions in self.model.items():
            assert [record.tool for record in self.registry.versions(name)] == [
                tool.artifact.digest for tool in versions
            ]
            assert self.registry.pull(found[name].tool) == versions[-1].artifact

    @invariant()
    def is_whole(self) -> None:
        if hasattr(self, "registry"):
            assert not [finding for finding in self.registry.check().findings if finding.kind != "stale build"]


TestAgainstADict = AgainstADict.TestCase
TestAgainstADict.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
