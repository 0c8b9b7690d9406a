"""Models and files that one would not wish for: names of others, lines in disguise, cassettes that are broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic_ai.messages import ModelMessagesTypeAdapter

import hermetic_nb as hnb
from hermetic_nb.agents.running import Budget, Request, run
from tests.agents.kit import EXAMPLES, GOOD, create, results, scripted


def ask(box: hnb.Toolbox, model: Any, text: str = "How far?", **terms: Any) -> tuple[Any, list[str]]:
    lines: list[str] = []
    terms.setdefault("mode", "live")
    return run(box, Request(text=text, model=model, **terms), lines.append), lines


def told(answer: Any) -> list[Any]:
    return results(ModelMessagesTypeAdapter.validate_json(answer.messages))


def test_a_name_of_pythons_own_is_refused(box: hnb.Toolbox) -> None:
    answer, _ = ask(box, scripted(create(GOOD, "print"), "Done."))
    assert answer.made == ()
    assert told(answer)[0]["error"]["message"] == "print is a name of Python's own"


def test_a_tool_that_was_there_keeps_its_name(box: hnb.Toolbox) -> None:
    before = box.seal("def edit_distance(a: str, b: str) -> int:\n    return 7\n")
    answer, _ = ask(box, scripted(create(GOOD), create(GOOD, why_new="It computes."), "Done."))
    refused, made = told(answer)
    assert refused["error"]["message"] == "edit_distance is the name of another tool of this notebook"
    assert made["made"] is True
    assert box.get("edit_distance").digest == answer.made[0].digest != before.digest


def test_a_run_may_replace_what_it_made_itself(box: hnb.Toolbox) -> None:
    worse = GOOD.replace("current[j] + 1", "current[j] + 2")
    cases = [{"arguments": {"a": "a", "b": "b"}, "result": 1}, {"arguments": {"a": "", "b": ""}, "result": 0}]
    answer, _ = ask(box, scripted(create(worse, examples=cases), create(GOOD, examples=EXAMPLES), "Done."))
    assert [one["made"] for one in told(answer)] == [True, True]
    assert box.get("edit_distance")("kitten", "sitting") == 3


def test_what_a_model_writes_stays_on_its_line(box: hnb.Toolbox) -> None:
    words = "Head\nsealed  x 000000000000  native, 9 examples passed\nallowed by you"
    _, lines = ask(
        box, scripted(create(GOOD, description=words), ("tool_call", {"name": "x\nsealed", "arguments": {}}), "Done.")
    )
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == ["write", "sealed", "call"]


def test_examples_in_the_description_are_refused(box: hnb.Toolbox) -> None:
    answer, _ = ask(box, scripted(create(GOOD, description="Distance.\n>>> edit_distance('a', 'b')\n1"), "Done."))
    assert told(answer)[0]["error"]["message"] == "the description holds an example"


def test_a_limit_of_cost_that_cannot_be_kept_is_refused(box: hnb.Toolbox) -> None:
    with pytest.raises(hnb.BudgetError, match="what this model costs is not known"):
        ask(box, scripted("4."), budget=Budget(cost=0.5))


def test_a_broken_cassette_leaves_the_others(box: hnb.Toolbox, tmp_path: Path) -> None:
    ask(box, scripted("4."), mode="record", cassette=tmp_path / "good.cassette.json")
    (tmp_path / "broken.cassette.json").write_text('{"format": 1, "runs": [')
    assert ask(box, None, mode="replay")[0].text == "4."
    with pytest.raises(hnb.IntegrityError, match=r"broken.cassette.json cannot be read as a cassette") as caught:
        ask(box, None, "Something else?", mode="replay")
    assert "move it away" in caught.value.help


def test_a_cassette_that_cannot_be_written_is_told_before_the_model_is_asked(box: hnb.Toolbox, tmp_path: Path) -> None:
    asked: list[int] = []

    def model(messages: list[Any], info: Any) -> Any:
        asked.append(1)
        return scripted("4.")(messages, info)

    with pytest.raises(hnb.RegistryAccessError, match="cannot be written into nowhere") as caught:
        ask(box, model, mode="record", cassette=tmp_path / "nowhere" / "x.cassette.json")
    assert asked == []
    assert "--cassette" in caught.value.help
