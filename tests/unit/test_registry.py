"""The registry: what goes in comes out, under the references that people use."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hermetic_nb.digest import digest_bytes
from hermetic_nb.errors import IntegrityError, RegistryError, ToolNotFoundError
from hermetic_nb.registry import Registry
from tests.unit.registry_tools import PROVENANCE, TOOLCHAIN, blob, push, record_path, sealed

NEW_YEAR = datetime(2026, 1, 1, 12, 30, 15, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "registry"


@pytest.fixture(params=["disk", "memory"])
def registry(request: pytest.FixtureRequest, folder: Path) -> Registry:
    return Registry(folder) if request.param == "disk" else Registry.in_memory()


# ------------------------------------------------------------ in and out


def test_a_pushed_tool_comes_back(registry: Registry) -> None:
    tool = sealed("gc_content", doc="Fraction of G and C.")
    record = push(registry, tool, author="Ada", reason="first")
    assert (record.name, record.version, record.tool) == ("gc_content", 1, tool.artifact.digest)
    assert (record.author, record.reason) == ("Ada", "first")
    assert registry.pull(record.tool) == tool.artifact
    assert registry.source(record.tool) == tool.spec.source
    assert registry.provenance(record.tool) == {"format": 1, **PROVENANCE}
    assert registry.resolve("gc_content") == record
    assert registry.bound(tool.spec.digest, TOOLCHAIN) == tool.artifact


def test_the_same_digest_keeps_its_version_and_its_first_record(folder: Path) -> None:
    tool = sealed()
    first = push(Registry(folder, clock=lambda: NEW_YEAR), tool, author="Ada")
    again = push(Registry(folder), tool, author="Bob")
    assert again == first
    assert first.created == "2026-01-01T12:30:15Z"
    push(Registry(folder), sealed(body="2"))
    assert push(Registry(folder), tool) == first
    assert [record.version for record in Registry(folder).versions("f")] == [1, 2]


def test_names_list_their_latest_version(registry: Registry) -> None:
    for name, body in (("b", "1"), ("a", "1"), ("b", "2")):
        push(registry, sealed(name, body))
    assert [(record.name, record.version) for record in registry.list()] == [("a", 1), ("b", 2)]


def test_an_empty_registry_is_not_made_by_reading(folder: Path) -> None:
    registry = Registry(folder)
    assert registry.list() == []
    assert registry.versions("f") == []
    assert registry.search("anything") == []
    assert registry.bound(sealed().spec.digest, TOOLCHAIN) is None
    assert registry.check().ok
    with pytest.raises(ToolNotFoundError):
        registry.resolve("f")
    assert not folder.exists()


def test_blobs_are_where_the_oci_layout_has_them_and_read_only(folder: Path) -> None:
    record = push(Registry(folder), sealed())
    path = blob(folder, record.tool)
    assert digest_bytes(path.read_bytes()) == record.tool
    assert path.stat().st_mode & 0o222 == 0
    assert record_path(folder, record).stat().st_mode & 0o222 == 0
    assert not [path for path in folder.rglob("*") if path.name.startswith(".tmp-")]


def test_text_that_utf8_cannot_carry_is_shown_escaped(registry: Registry) -> None:
    assert push(registry, sealed(), author="A\ud800").author == r"A\ud800"


def test_nothing_is_stored_when_the_parts_do_not_belong_together(registry: Registry) -> None:
    tool = sealed()
    with pytest.raises(IntegrityError, match="source"):
        registry.push(tool.artifact, source=b"other", provenance={})
    with pytest.raises(RegistryError, match="name"):
        push(registry, sealed("../../etc"))
    with pytest.raises(RegistryError, match="name"):
        push(registry, sealed("a" * 201))
    assert registry.list() == []
    assert registry.check().blobs == 0


# ------------------------------------------------------------ references


def test_references(registry: Registry) -> None:
    one, two = push(registry, sealed("tool", "1")), push(registry, sealed("tool", "2"))
    push(registry, sealed("deadbeef"))
    digits = one.tool.removeprefix("sha256:")
    for reference in (
        "tool@1",
        f"tool@{one.tool}",
        one.tool,
        digits,
        digits[:8],
        f"sha256:{digits[:10]}",
        f"tool@{digits[:9]}",
    ):
        assert registry.resolve(reference) == one
    assert registry.resolve("tool") == two
    assert registry.resolve(" tool@2 ") == two
    assert registry.resolve("deadbeef").name == "deadbeef"


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "@",
        "f@",
        "f@0",
        "f@9",
        "f@-1",
        "f@latest",
        "f@1@1",
        "F",
        "../f",
        "names/f",
        "f/1",
        "00000000",
        "sha256:",
        "\0",
        "é",
        "f" * 5000,
    ],
)
def test_a_reference_to_nothing(registry: Registry, reference: str) -> None:
    push(registry, sealed())
    with pytest.raises(ToolNotFoundError) as caught:
        registry.resolve(reference)
    assert caught.value.help


def test_close_matches_are_named(registry: Registry) -> None:
    push(registry, sealed("gc_content"))
    with pytest.raises(ToolNotFoundError) as caught:
        registry.resolve("gc_contents")
    assert "gc_content?" in caught.value.help


def test_a_payload_is_no_tool(registry: Registry) -> None:
    tool = sealed()
    push(registry, tool)
    payload = tool.artifact.manifest.payload
    with pytest.raises(ToolNotFoundError):
        registry.resolve(payload)
    with pytest.raises(IntegrityError, match="not a manifest"):
        registry.pull(payload)


def test_a_manifest_has_one_spelling(folder: Path) -> None:
    registry, tool = Registry(folder), sealed()
    push(registry, tool)
    spaced = json.dumps(tool.artifact.manifest.to_json(), indent=1).encode()
    blob(folder, digest_bytes(spaced)).write_bytes(spaced)
    with pytest.raises(IntegrityError, match="not a manifest"):
        registry.pull(digest_bytes(spaced))


def test_an_ambiguous_beginning_names_its_candidates(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hermetic_nb.registry.lookup._DIGEST", re.compile(r"(sha256:)?(?P<hex>[0-9a-f]*)"))
    push(registry, sealed("a"))
    push(registry, sealed("b"))
    with pytest.raises(ToolNotFoundError, match="begins 2 digests") as caught:
        registry.resolve("")
    assert "(a)" in caught.value.help
