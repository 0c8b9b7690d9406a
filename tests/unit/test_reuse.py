"""Figures of use, tools that nothing would miss, and trimming them."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hermetic_nb as hnb
from hermetic_nb.catalogue import Catalogue
from hermetic_nb.digest import Digest, digest_bytes
from hermetic_nb.display import Figures
from hermetic_nb.registry import Registry
from hermetic_nb.registry.spares import UNUSED, spares
from hermetic_nb.registry.statistics import statistics_of
from hermetic_nb.registry.usage import Requests, SessionUse, Use
from tests.unit.registry_tools import damage, push, sealed

NOW = datetime(2026, 11, 26, tzinfo=UTC)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "tools", clock=lambda: NOW)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(tmp_path / "tools")
    yield made
    made.close()


def used(registry: Registry, calls: dict[Digest, int], session: str = "a", **more: object) -> None:
    registry.keep_usage(SessionUse(session=session * 32, calls=calls, **more))  # type: ignore[arg-type] # fields by name


# ---------------------------------------------------------------- figures


@given(st.lists(st.tuples(st.text("abc", min_size=1, max_size=3), st.integers(0, 5)), max_size=30))
def test_every_tool_is_counted_once_and_the_figures_are_those_of_its_calls(tools: list[tuple[str, int]]) -> None:
    named = [(name, digest_bytes(f"{name}{place}".encode())) for place, (name, _) in enumerate(tools)]
    calls = {digest: number for (_, digest), (_, number) in zip(named, tools, strict=True)}
    counted = statistics_of([*named, *named], {d: Use(calls=n) for d, n in calls.items() if n}, Requests())
    assert (counted.tools, counted.calls) == (len(tools), sum(calls.values()))
    assert counted.never + counted.once + counted.repeatedly == counted.tools
    if tools:
        assert counted.mean == pytest.approx(statistics.fmean(calls.values()))
        assert counted.median == statistics.median(calls.values())
    ordered = [(-one.calls, one.name) for one in counted.most_used]
    assert ordered == sorted(ordered)
    assert len(ordered) == min(10, sum(number > 0 for number in calls.values()))
    assert counted.answered is None
    assert counted.wrong is None


def test_shares_are_of_what_was_needed_and_of_what_was_offered() -> None:
    counted = statistics_of([], {}, Requests(found=3, made=1, rejected=1))
    assert (counted.answered, counted.wrong) == (0.75, 0.25)
    assert (counted.mean, counted.median, counted.most_used) == (0.0, 0.0, ())


def test_all_sessions_and_all_versions_count(registry: Registry) -> None:
    old, new = (push(registry, sealed("f", doc=doc)).tool for doc in ("One.", "Two."))
    used(registry, {old: 4}, "a", made=frozenset({old}), requests=Requests(found=1, made=2))
    used(registry, {old: 1, new: 1}, "b", made=frozenset({new}), requests=Requests(found=1, rejected=1))
    told = Catalogue(registry).answer("statistics", {})["statistics"]
    assert (told["tools"], told["calls"], told["once"], told["repeatedly"], told["elsewhere"]) == (2, 6, 1, 1, 1)
    assert [(one["name"], one["calls"]) for one in told["most_used"]] == [("f", 5), ("f", 1)]
    assert told["requests"] == {"found": 2, "made": 2, "rejected": 1}


def test_this_notebooks_figures_are_its_own(box: hnb.Toolbox) -> None:
    twice = box.seal("def twice(n: int) -> int:\n    return 2 * n\n")
    idle = box.seal("def idle(n: int) -> int:\n    return n\n", session=True)
    assert [twice(n) for n in range(3)] == [0, 2, 4]
    box.reuse.asked(Requests(found=1), replayed=True)
    here = box.reuse.here()
    assert (here.tools, here.calls, here.never, here.requests.found) == (2, 3, 1, 1)
    everywhere = box.reuse.everywhere()
    assert (everywhere.tools, everywhere.calls, everywhere.requests) == (1, 3, Requests()), "a replay asks nothing new"
    idle(1)
    assert box.reuse.here().never == 0
    assert box.reuse.everywhere().calls == 3, "what is not kept is not counted in the registry"
    box.reuse.asked(Requests(found=1, made=1))
    assert box.reuse.everywhere().requests == Requests(found=1, made=1)


def test_a_figure_that_was_not_counted_is_not_shown(box: hnb.Toolbox) -> None:
    assert str(Figures(box.reuse.here(), "here")) == (
        "here\n  tools  0: 0 never called, 0 once, 0 more often\n  calls  0: mean 0.0 of a tool, median 0"
    )


# ---------------------------------------------------------------- trimming


def test_trimmed_tools_are_in_no_list_and_still_there(registry: Registry) -> None:
    kept, gone = (push(registry, sealed(name, doc="Share of letters.")) for name in ("kept", "gone"))
    registry.trim("gone")
    assert registry.trimmed() == ["gone"]
    assert [record.name for record in registry.list()] == ["kept"]
    assert [record.name for record in registry.search("share letters", limit=1)] == ["kept"]
    assert registry.names_by_words("lett", limit=1) == ["kept"]
    assert registry.names_where(digits=gone.tool[7:20]) == set()
    assert [*registry.changes()] == ["kept"]
    assert registry.resolve("gone") == registry.resolve(gone.tool) == gone
    assert registry.check().findings == ()
    assert registry.restore("gone")
    assert not registry.restore("gone")
    assert [record.name for record in registry.list()] == ["gone", "kept"]
    assert registry.resolve(kept.tool) == kept


def test_a_newer_version_of_a_trimmed_name_is_listed(registry: Registry) -> None:
    push(registry, sealed("f", doc="One."))
    registry.trim("f")
    push(registry, sealed("f", doc="Two."))
    assert [(record.name, record.version) for record in registry.list()] == [("f", 2)]
    assert registry.trimmed() == []


def test_other_processes_see_a_trim_at_once(registry: Registry, tmp_path: Path) -> None:
    push(registry, sealed("f"))
    other = Registry(tmp_path / "tools")
    for _ in range(20):
        registry.trim("f")
        assert other.list() == []
        registry.restore("f")
        assert len(other.list()) == 1


def test_a_damaged_trim_trims_nothing_and_is_repaired(registry: Registry, tmp_path: Path) -> None:
    push(registry, sealed("f"))
    registry.trim("f")
    damage(tmp_path / "tools" / "trimmed" / "f.json", b"{}")
    again = Registry(tmp_path / "tools")
    assert len(again.list()) == 1
    assert [(one.kind, one.repaired) for one in again.repair().findings] == [("damaged trim", True)]
    assert again.check().findings == ()


def test_sealing_a_trimmed_tool_again_lists_it(box: hnb.Toolbox, tmp_path: Path) -> None:
    source = "def twice(n: int) -> int:\n    return 2 * n\n"
    box.seal(source)
    box.reuse.trim(["twice"])
    assert box.list() == []
    other = hnb.Toolbox(tmp_path / "tools")
    other.seal(source)
    assert [tool.name for tool in other.list()] == ["twice"]
    other.close()


def test_trimming_is_all_or_none(box: hnb.Toolbox) -> None:
    box.seal("def twice(n: int) -> int:\n    return 2 * n\n")
    with pytest.raises(hnb.ToolNotFoundError):
        box.reuse.trim(["twice", "nothing"])
    assert [tool.name for tool in box.list()] == ["twice"]


# ---------------------------------------------------------------- what might go


def test_unused_is_old_uncalled_and_used_by_nobody(registry: Registry) -> None:
    called, idle = (push(registry, sealed(name, doc=name)).tool for name in ("called", "idle"))
    used(registry, {called: 1})
    later = NOW + UNUSED
    assert spares(registry, later - timedelta(seconds=1)) == []
    (found,) = spares(registry, later)
    assert (found.name, found.digest, found.why) == ("idle", idle, "unused")


def test_what_another_tool_uses_is_not_unused(box: hnb.Toolbox) -> None:
    box.seal("def twice(n: int) -> int:\n    return 2 * n\n")
    box.seal(
        "async def four(n: int, call_agent) -> int:\n    return await call_agent('twice', {'n': n})\n", uses=["twice"]
    )
    assert [one.name for one in spares(box.registry, datetime.now(UTC) + 2 * UNUSED)] == ["four"]


def test_of_the_same_bytes_the_most_called_stays(box: hnb.Toolbox) -> None:
    source = "def f(n: int) -> int:\n    return 2 * n\n"
    for name in ("first", "second"):
        box.seal(source, name=name)
    box.get("second")(2)
    box.reuse.everywhere()
    (found,) = box.reuse.spares()
    assert (found.name, found.why, found.kept) == ("first", "same bytes", "second")


SUM = 'def total(items: list[int]) -> int:\n    """Adds.\n\n{}    """\n    return sum(items)\n'
LOOP = 'def add_up(numbers: list[int]) -> int:\n    """Sum.\n\n{}    """\n    n = 0\n    for x in numbers:\n        n += x\n    return n\n'
MOST = 'def most(items: list[int]) -> int:\n    """Largest.\n\n{}    """\n    return max(items)\n'


def examples(*calls: tuple[str, int]) -> str:
    return "".join(f"    >>> {call}\n    {value}\n" for call, value in calls)


def test_tools_that_give_the_same_for_the_examples_of_both_are_found(box: hnb.Toolbox) -> None:
    box.seal(SUM.format(examples(("total([1, 2])", 3), ("total([])", 0))))
    box.seal(LOOP.format(examples(("add_up(numbers=[5])", 5), ("add_up([2, 2])", 4))))
    box.seal(MOST.format(examples(("most([5])", 5), ("most([0, 0])", 0), ("most([-1, 0])", 0))))
    (found,) = box.reuse.spares()
    assert {found.name, found.kept} == {"total", "add_up"}
    assert (found.why, found.inputs) == ("same results", 4)


def test_too_few_examples_show_nothing(box: hnb.Toolbox) -> None:
    box.seal(SUM.format(examples(("total([1, 2])", 3))))
    box.seal(LOOP.format(examples(("add_up([5])", 5))))
    assert box.reuse.spares() == []


def test_true_is_not_one(box: hnb.Toolbox) -> None:
    for name, value in (("one", 1), ("yes", True), ("also_one", 1)):
        told = examples(*((f"{name}({n})", value) for n in range(3)))
        box.seal(f'def {name}(n: int):\n    """Says it.\n\n{told}    """\n    return {value}\n', tier="python")
    assert [(one.name, one.kept) for one in box.reuse.spares()] == [("one", "also_one")]


def test_the_json_says_what_the_text_says(box: hnb.Toolbox) -> None:
    box.seal("def twice(n: int) -> int:\n    return 2 * n\n")(4)
    bundle = Figures.of_registry(box).bundle()
    (document,) = [value for kind, value in bundle.items() if kind.endswith("json")]
    assert json.loads(json.dumps(document)) == document
    assert (document["calls"], document["spares"], document["trimmed"]) == (1, [], [])
    assert "calls  1: mean 1.0 of a tool, median 1" in bundle["text/plain"]
