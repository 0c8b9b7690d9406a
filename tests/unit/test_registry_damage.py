"""Stored bytes that are not what was written are seen, named, put aside and healed; and never believed."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hermetic_nb.digest import digest_bytes
from hermetic_nb.errors import IntegrityError
from hermetic_nb.registry import Registry
from tests.unit.registry_tools import TOOLCHAIN, blob, damage, push, record_path, sealed, stamped


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "registry"


@pytest.fixture(params=["disk", "memory"])
def registry(request: pytest.FixtureRequest, folder: Path) -> Registry:
    return Registry(folder) if request.param == "disk" else Registry.in_memory()


# ------------------------------------------------------------ damage


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_flipped_byte_is_seen(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("r") / "registry"
    registry, tool = Registry(folder), sealed()
    record = push(registry, tool)
    reads: dict[Path, Callable[[], object]] = {
        blob(folder, record.tool): lambda: registry.pull(record.tool),
        blob(folder, tool.artifact.manifest.payload): lambda: registry.pull(record.tool),
        blob(folder, tool.artifact.manifest.source): lambda: registry.source(record.tool),
        blob(folder, record.provenance): lambda: registry.provenance(record.tool),
        record_path(folder, record): lambda: registry.resolve("f"),
    }
    path = data.draw(st.sampled_from(sorted(reads)))
    whole = path.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytearray(whole)
    flipped[place] ^= data.draw(st.integers(1, 255))
    damage(path, bytes(flipped))
    with pytest.raises(IntegrityError) as caught:
        reads[path]()
    assert caught.value.help
    report = registry.check()
    assert not report.ok
    assert str(path.relative_to(folder)) in {finding.path for finding in report.findings}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b"{}", b'{"checksum":1}', b"\xff", b"[" * 100_000, b'{"a":1e5}', None]
)
def test_a_record_that_is_something_else(folder: Path, content: bytes | None) -> None:
    registry = Registry(folder)
    push(registry, sealed(body="1"))
    record = push(registry, sealed(body="2"))
    same_but_spaced = record_path(folder, record).read_bytes() + b"\n"
    damage(record_path(folder, record), same_but_spaced if content is None else content)
    with pytest.raises(IntegrityError):
        registry.resolve("f")
    assert [other.version for other in registry.versions("f")] == [1]
    assert [other.version for other in registry.list()] == [1]
    assert push(registry, sealed(body="3")).version == 3


def test_a_record_under_another_name_is_refused(folder: Path) -> None:
    registry = Registry(folder)
    record = push(registry, sealed("a"))
    push(registry, sealed("b"))
    shutil.copy(record_path(folder, record), folder / "names" / "b" / "2.json")
    with pytest.raises(IntegrityError):
        registry.resolve("b")


def test_pushing_again_heals_a_damaged_or_missing_blob(folder: Path) -> None:
    registry, tool = Registry(folder), sealed()
    record = push(registry, tool)
    damage(blob(folder, tool.artifact.manifest.payload), b"other")
    blob(folder, record.tool).unlink()
    assert registry.bound(tool.spec.digest, TOOLCHAIN) is None
    assert push(registry, tool) == record
    assert registry.pull(record.tool) == tool.artifact
    assert registry.check().findings == ()


def test_a_missing_manifest_is_no_unknown_tool(folder: Path) -> None:
    registry, tool = Registry(folder), sealed()
    record = push(registry, tool)
    blob(folder, record.tool).unlink()
    assert registry.resolve(record.tool) == record
    with pytest.raises(IntegrityError, match="missing"):
        registry.pull(record.tool)


def test_check_names_what_is_wrong_and_repair_puts_it_aside(folder: Path) -> None:
    registry = Registry(folder)
    whole, torn, lost = sealed("whole"), sealed("torn"), sealed("lost")
    for tool in (whole, torn, lost):
        push(registry, tool)
    second = push(registry, sealed("torn", "2"))
    damage(blob(folder, torn.artifact.manifest.payload), b"torn")
    damage(record_path(folder, second), b"")
    blob(folder, lost.artifact.digest).unlink()
    temporary = folder / "blobs" / "sha256" / ".tmp-0123"
    temporary.write_bytes(b"half")
    os.utime(temporary, (0, 0))
    (folder / "blobs" / "sha256" / ".tmp-fresh").write_bytes(b"in progress")
    (folder / "notes.txt").write_text("mine")
    kinds = {finding.kind for finding in registry.check().findings}
    assert kinds == {"damaged blob", "damaged record", "dangling record", "stale build", "leftover", "stray"}
    repaired = registry.repair()
    assert not repaired.ok  # what is missing cannot be made here
    after = registry.check()
    assert {finding.kind for finding in after.findings} == {"dangling record", "stray"}
    assert (folder / "quarantine" / torn.artifact.manifest.payload.removeprefix("sha256:")).read_bytes() == b"torn"
    assert not temporary.exists()
    assert push(registry, sealed("torn", "3")).version == 3  # never a number that was given before
    for tool in (torn, lost):
        push(registry, tool)
    assert registry.check().ok
    assert registry.pull(registry.resolve("whole").tool) == whole.artifact
    assert (folder / "notes.txt").exists()


def test_a_record_of_the_layout_is_made_again(folder: Path) -> None:
    registry = Registry(folder)
    push(registry, sealed())
    damage(folder / "layout.json", b"??")
    assert [finding.kind for finding in Registry(folder).check().findings] == ["damaged layout"]
    assert Registry(folder).repair().ok
    assert Registry(folder).check().findings == ()
    (folder / "layout.json").unlink()
    assert not Registry(folder).check().ok
    push(Registry(folder), sealed(body="2"))
    assert Registry(folder).check().findings == ()


# ------------------------------------------------------------ build records


def builds_of(folder: Path) -> list[Path]:
    return sorted((folder / "builds").iterdir())


def test_a_tampered_build_record_is_ignored(folder: Path) -> None:
    registry, mine, other = Registry(folder), sealed(body="1"), sealed(body="2")
    push(registry, mine)
    (path,) = builds_of(folder)
    push(registry, other)
    document = json.loads(path.read_bytes())
    del document["checksum"]
    # With a right checksum, pointing to a tool that is sealed here: only the manifest can tell.
    damage(path, stamped({**document, "tool": other.artifact.digest}))
    assert registry.bound(mine.spec.digest, TOOLCHAIN) is None
    damage(path, stamped({**document, "tool": digest_bytes(b"nothing")}))
    assert registry.bound(mine.spec.digest, TOOLCHAIN) is None
    damage(path, stamped({**document, "toolchain": {"program": "evil"}}))
    assert registry.bound(mine.spec.digest, TOOLCHAIN) is None
    assert registry.bound(mine.spec.digest, {"program": "evil"}) is None
    damage(path, b"")
    assert registry.bound(mine.spec.digest, TOOLCHAIN) is None
    assert [finding.kind for finding in registry.check().findings] == ["stale build"]
    push(registry, mine)
    assert registry.bound(mine.spec.digest, TOOLCHAIN) == mine.artifact


def test_another_toolchains_tool_of_the_same_spec_is_not_bound(folder: Path) -> None:
    registry, tool = Registry(folder), sealed()
    manifest = replace(tool.artifact.manifest, toolchain=TOOLCHAIN | {"generation": "2"})
    push(registry, tool)
    (path,) = builds_of(folder)
    push(registry, replace(tool, artifact=replace(tool.artifact, manifest=manifest)))
    document = json.loads(path.read_bytes())
    del document["checksum"]
    damage(path, stamped({**document, "tool": manifest.digest}))
    assert registry.bound(tool.spec.digest, TOOLCHAIN) is None


@pytest.mark.parametrize("tier", ["auto", "native"])
def test_a_build_is_bound_for_its_own_spec_and_toolchain_only(registry: Registry, tier: str) -> None:
    tool = sealed(tier=tier)
    push(registry, tool)
    assert registry.bound(tool.spec.digest, TOOLCHAIN) == tool.artifact
    assert registry.bound(tool.spec.digest, TOOLCHAIN | {"generation": "2"}) is None
    assert registry.bound(sealed(tier=tier, doc="other").spec.digest, TOOLCHAIN) is None


def test_a_spec_that_the_manifest_does_not_describe_is_never_bound(registry: Registry) -> None:
    tool, foreign = sealed(), sealed(body="2").spec.digest
    registry.push(tool.artifact, source=tool.source, provenance={}, spec=foreign)
    assert registry.bound(foreign, TOOLCHAIN) is None
