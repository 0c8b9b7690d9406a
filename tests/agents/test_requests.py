"""What is counted of an agent's needs: tools that were there, tools that it made, and offers that it refused."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import hermetic_nb as hnb
from hermetic_nb.agents.running import Request, run
from hermetic_nb.making.policy import Grants
from hermetic_nb.registry.usage import Requests
from tests.agents.kit import GOOD, Step, create, scripted

CALL: Step = ("edit_distance", {"a": "ab", "b": "b"})


def counted(box: hnb.Toolbox) -> Requests:
    return box.reuse.everywhere().requests


def ask(box: hnb.Toolbox, *steps: Step, text: str = "How far?", **terms: Any) -> Any:
    return run(box, Request(text=text, model=scripted(*steps), **({"mode": "record"} | terms)))


def test_a_tool_that_is_made_and_called_is_one_that_was_made(box: hnb.Toolbox) -> None:
    ask(box, create(GOOD), CALL, CALL, "1.")
    assert counted(box) == Requests(made=1)


def test_a_tool_that_was_there_is_found_once(box: hnb.Toolbox) -> None:
    box.seal(GOOD, name="edit_distance")
    ask(box, CALL, CALL, "1.")
    assert counted(box) == Requests(found=1)


def test_an_offer_that_is_taken_is_found(box: hnb.Toolbox) -> None:
    box.seal(GOOD, name="edit_distance")
    ask(box, create(GOOD, name="levenshtein"), CALL, "1.")
    assert counted(box) == Requests(found=1)
    ask(box, create(GOOD, name="levenshtein"), "Use that one.", text="Make one.")
    assert counted(box) == Requests(found=2)


def test_an_offer_that_is_refused_is_wrong_reuse(box: hnb.Toolbox) -> None:
    box.seal(GOOD, name="edit_distance")
    again = create(GOOD, name="levenshtein", why_new="It is called by another name.")
    ask(box, create(GOOD, name="levenshtein"), again, "Made.")
    assert counted(box) == Requests(made=1, rejected=1)
    assert box.reuse.everywhere().wrong == 1.0


def test_a_replay_is_no_request_for_the_registry_but_for_the_notebook(box: hnb.Toolbox, tmp_path: Path) -> None:
    ask(box, create(GOOD), CALL, "1.")
    other = hnb.Toolbox(tmp_path / "other")
    run(other, Request(text="How far?", mode="replay"))
    assert counted(other) == Requests()
    assert other.reuse.here().requests == box.reuse.here().requests == Requests(made=1)
    other.close()


def test_a_run_that_waited_is_counted_once_at_its_end(box: hnb.Toolbox, tmp_path: Path) -> None:
    pure = {
        "name": "deep",
        "description": "Asks.",
        "parameters": {"topic": "str"},
        "code": "async def run(topic, call_agent):\n    return await call_agent('critic', {'topic': topic})\n",
        "examples": [],
    }
    steps: tuple[Step, ...] = (create(GOOD), CALL, ("tool_create", pure), CALL, "Made.")
    waiting = ask(box, *steps)
    assert (len(waiting.waits), counted(box)) == (1, Requests())
    Grants.of(box).put(waiting.waits[0], allowed=True)
    other = hnb.Toolbox(tmp_path / "registry")
    answer = ask(other, *steps)
    assert [tool.name for tool in answer.made] == ["edit_distance", "deep"]
    assert answer.called[answer.made[0].digest] == 2
    assert counted(other) == Requests(made=2)
    other.close()


def test_create_tool_is_a_request(box: hnb.Toolbox) -> None:
    box.seal(GOOD, name="edit_distance")
    hnb.create_tool("edit distance", [(("kitten", "sitting"), 3)], box=box)
    assert counted(box) == Requests(found=1)
    model = scripted(("tool_search", {"query": "edit distance"}), "edit_distance")
    hnb.create_tool("edit distance of two texts", model=model, box=box, mode="live")
    assert counted(box) == Requests(found=2)


def test_a_coroutine_counts_too(box: hnb.Toolbox) -> None:
    box.seal(GOOD, name="edit_distance")
    asyncio.run(hnb.agent("How far?", box=box, model=scripted(CALL, "1."), mode="live", tell=lambda _line: None))
    assert counted(box) == Requests(found=1)
