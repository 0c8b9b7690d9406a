"""What a panel is told of a registry."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hermetic_nb as hnb
from hermetic_nb.catalogue import Catalogue
from hermetic_nb.catalogue.diffs import diff_lines
from hermetic_nb.errors import HermeticError
from hermetic_nb.registry import Registry
from hermetic_nb.registry.usage import SessionUse, Use
from tests.unit.registry_tools import push, sealed


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
