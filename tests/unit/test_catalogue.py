"""What a panel is told of a registry."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hermetic_nb as hnb
from hermetic_nb.catalogue import Catalogue
from hermetic_nb.catalogue.diffs import diff_lines
from hermetic_nb.errors import HermeticError
from hermetic_nb.registry import Registry
from hermetic_nb.registry.usage import SessionUse, Use
from tests.unit.registry_tools import blob, damage, push, record_path, sealed


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "tools")


def names(page: dict[str, object]) -> list[str]:
    items = page["items"]
    assert isinstance(items, list)
    return [row["name"] for row in items]


def test_search_by_words_names_and_digests(registry: Registry) -> None:
    push(registry, sealed("edit_distance", doc="How many letters differ."))
    record = push(registry, sealed("gc_content", doc="Share of G and C in a sequence."))
    push(registry, sealed("content_of", doc="The inside."))
    catalogue = Catalogue(registry)
    assert names(catalogue.answer("tools", {"query": "letters"})) == ["edit_distance"]
    assert names(catalogue.answer("tools", {"query": "content"})) == ["content_of", "gc_content"]
    assert names(catalogue.answer("tools", {"query": record.tool[:20]})) == ["gc_content"]
    assert names(catalogue.answer("tools", {"query": "zzz"})) == []
    assert names(catalogue.answer("tools", {"kind": "pure"})) == []


def test_a_search_goes_on_while_a_word_is_typed(registry: Registry) -> None:
    push(registry, sealed("edit_distance", doc="How many letters differ."))
    push(registry, sealed("f", doc="The weather."))
    catalogue = Catalogue(registry)
    for typed in ("l", "le", "lett", "letter", "letters", "many lett"):
        assert names(catalogue.answer("tools", {"query": typed})) == ["edit_distance"], typed


def test_what_was_just_added_is_found_at_once(registry: Registry) -> None:
    catalogue = Catalogue(registry)
    for number in range(5):
        push(registry, sealed("f", doc=f"Gives word{number}."))
        push(registry, sealed(f"g{number}"))
        (row,) = catalogue.answer("tools", {"query": f"word{number}"})["items"]
        assert row["summary"] == f"Gives word{number}."
        assert names(catalogue.answer("tools", {})) == ["f", *(f"g{known}" for known in range(number + 1))]


def test_a_damaged_tool_is_left_out_and_not_counted(registry: Registry, tmp_path: Path) -> None:
    records = [push(registry, sealed(f"t{number}")) for number in range(6)]
    damage(blob(tmp_path / "tools", records[1].tool), b"{}")
    damage(record_path(tmp_path / "tools", records[4]), b"{}")
    for record in records:
        os.utime(record_path(tmp_path / "tools", record).parent, (1, 1))
    for catalogue in (Catalogue(Registry(tmp_path / "tools")), Catalogue(registry)):
        for _ in range(2):
            first = catalogue.answer("tools", {"limit": "3"})
            assert names(first) == ["t0", "t2", "t3"]
            rest = catalogue.answer("tools", {"limit": "3", "offset": "3"})
            assert (names(rest), rest["total"]) == (["t5"], 4)
            assert names(catalogue.answer("tools", {"query": "t"})) == ["t0", "t2", "t3", "t5"]


def test_a_registry_that_cannot_be_written_is_shown_as_such(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = Registry(tmp_path / "not" / "yet" / "there")
    assert Catalogue(deep).answer("status", {})["writable"] is True
    push(registry, sealed("f"))
    monkeypatch.setattr("os.access", lambda path, _mode: Path(path) != tmp_path / "tools")
    assert Catalogue(registry).answer("status", {})["writable"] is False
    assert Catalogue(Registry.in_memory()).answer("status", {})["writable"] is True


def test_pages_are_parts_of_one_order(registry: Registry) -> None:
    for number in range(7):
        push(registry, sealed(f"t{number}"))
    catalogue = Catalogue(registry)
    pages = [catalogue.answer("tools", {"offset": str(start), "limit": "3"}) for start in (0, 3, 6, 9)]
    assert [names(page) for page in pages] == [["t0", "t1", "t2"], ["t3", "t4", "t5"], ["t6"], []]
    assert {page["total"] for page in pages} == {7}


def test_a_new_version_takes_the_place_of_the_old_row(registry: Registry) -> None:
    push(registry, sealed("f", "1"))
    catalogue = Catalogue(registry)
    assert catalogue.answer("tools", {})["items"][0]["version"] == 1
    push(registry, sealed("f", "2"))
    (row,) = catalogue.answer("tools", {})["items"]
    assert (row["version"], row["versions"]) == (2, 2)


def test_calls_are_counted_over_sessions(registry: Registry) -> None:
    tool = push(registry, sealed("f")).tool
    registry.keep_usage(SessionUse(session="a" * 32, made=frozenset({tool}), calls={tool: 3}))
    registry.keep_usage(SessionUse(session="b" * 32, calls={tool: 2}))
    registry.keep_usage(SessionUse(session="b" * 32, calls={tool: 5}))
    assert registry.usage() == {tool: Use(calls=8, reused=5, sessions=2)}
    (row,) = Catalogue(registry).answer("tools", {})["items"]
    assert (row["calls"], row["reused"]) == (8, 5)


def test_a_damaged_record_of_usage_counts_nothing(registry: Registry, tmp_path: Path) -> None:
    tool = push(registry, sealed("f")).tool
    registry.keep_usage(SessionUse(session="a" * 32, calls={tool: 3}))
    path = tmp_path / "tools" / "usage" / f"{'a' * 32}.json"
    path.write_bytes(path.read_bytes().replace(b":3", b":4"))
    assert Registry(tmp_path / "tools").usage() == {}
    (path.parent / "notes.txt").write_text("mine")
    report = registry.repair()
    assert [(finding.kind, finding.repaired) for finding in report.findings] == [
        ("damaged usage", True),
        ("stray", False),
    ]
    assert report.ok
    assert not path.exists()


def test_calls_of_a_toolbox_come_into_its_registry(tmp_path: Path) -> None:
    box = hnb.Toolbox(tmp_path / "tools")
    tool = box.seal("def double(n: int) -> int:\n    return 2 * n\n")
    for number in range(5):
        tool(number)
    tool.call(5)
    with pytest.raises(OverflowError):
        tool(2**62)
    assert box.running == {}
    box.close()
    assert box.registry.usage() == {tool.digest: Use(calls=7, reused=0, sessions=1)}
    again = hnb.Toolbox(tmp_path / "tools")
    again.get("double")(1)
    again.close()
    assert again.registry.usage() == {tool.digest: Use(calls=8, reused=1, sessions=2)}


def test_a_pure_tools_graph_and_receipt(tmp_path: Path) -> None:
    box = hnb.Toolbox(tmp_path / "tools")
    inner = box.seal("def double(n: int) -> int:\n    return 2 * n\n")
    outer = box.seal(
        "async def twice(n: int, call_agent) -> int:\n    return await call_agent('double', {'n': n})\n",
        uses=["double"],
    )
    receipt = outer.call(4)
    catalogue = Catalogue(box.registry)
    detail = catalogue.answer("tools/twice", {})
    assert {node["name"] for node in detail["graph"]["nodes"]} == {"twice", "double"}
    assert detail["graph"]["edges"] == [{"from": outer.digest, "to": inner.digest, "role": "uses"}]
    assert detail["capabilities"] == ["call_agent", "tool: double"]
    below = catalogue.answer(f"tools/{inner.digest}", {})
    assert {node["name"] for node in below["graph"]["nodes"]} == {"twice", "double"}
    assert below["graph"]["edges"] == [{"from": outer.digest, "to": inner.digest, "role": "uses"}]
    for capability, found in (("call_agent", ["twice"]), ("tool", ["twice"]), ("env", []), ("tool: doubly", [])):
        assert names(catalogue.answer("tools", {"capability": capability})) == found
    assert names(catalogue.answer("tools", {"kind": "native", "query": "double"})) == ["double"]
    (row,) = catalogue.answer("receipts", {"tool": outer.digest})["items"]
    assert (row["digest"], row["inputs"], row["output"], row["events"]) == (receipt.digest, "n=4", "8", 1)
    whole = catalogue.answer(f"receipts/{receipt.digest}", {})
    assert whole["trace"] == [
        {
            "round": 0,
            "depth": 0,
            "agent": "double",
            "tool": inner.digest,
            "request": '{"n":4}',
            "answer": "8",
            "ok": True,
        }
    ]
    box.close()


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_a_difference_gives_both_texts_back(old: list[str], new: list[str]) -> None:
    lines = diff_lines("\n".join(old), "\n".join(new))
    assert [line["text"] for line in lines if line["kind"] != "+"] == "\n".join(old).splitlines()
    assert [line["text"] for line in lines if line["kind"] != "-"] == "\n".join(new).splitlines()


@settings(max_examples=30)
@given(st.sets(st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True), min_size=1, max_size=8), st.data())
def test_any_part_of_a_name_finds_it_on_one_of_the_pages(given_names: set[str], data: st.DataObject) -> None:
    registry = Registry.in_memory()
    for name in given_names:
        push(registry, sealed(name))
    name = data.draw(st.sampled_from(sorted(given_names)))
    start = data.draw(st.integers(0, len(name) - 1))
    part = name[start : data.draw(st.integers(start + 1, len(name)))]
    limit = data.draw(st.integers(1, 4))
    catalogue = Catalogue(registry)
    found: list[str] = []
    total = 1
    while len(found) < total:
        page = catalogue.answer("tools", {"query": part, "limit": str(limit), "offset": str(len(found))})
        total = page["total"]
        found += names(page)
    assert name in found
    assert len(found) == len(set(found)) == total
    assert found[: sum(one.startswith(part) for one in given_names)] == sorted(
        one for one in given_names if one.startswith(part)
    )


@given(
    st.text(max_size=40),
    st.dictionaries(st.sampled_from(["query", "kind", "offset", "limit", "tool"]), st.text(max_size=20)),
)
def test_no_question_is_answered_by_anything_but_json_or_our_errors(path: str, params: dict[str, str]) -> None:
    registry = Registry.in_memory()
    push(registry, sealed("f"))
    told = ["one answer at least"]
    for asked in (path, f"tools/{path}", f"receipts/{path}", "tools", "receipts", "diff"):
        try:
            Catalogue(registry).answer(asked, params)
        except HermeticError as error:
            told.append(error.message)
    assert all(told)
