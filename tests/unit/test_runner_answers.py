"""Answers of the runner, read as steps: whatever stands in them, the host gives a step or raises one of our errors."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb.digest import digest_bytes
from hermetic_nb.errors import EngineError, LimitExceeded
from hermetic_nb.executors import runner_protocol as protocol
from hermetic_nb.executors.runner_answers import read_examples, read_step, stopped
from hermetic_nb.model import PYTHON, Calls, Done, Failed, Limits, Manifest, ModuleLimits, Request
from hermetic_nb.signature import Signature
from hermetic_nb.signature.annotations import parse_type

LIMITS = Limits()
DISTURBED = "the tool disturbed the runner: its answer cannot be read"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
WORDS = st.sampled_from(
    [
        "done",
        "failed",
        "calls",
        "printed",
        "exception",
        "message",
        "line",
        "base",
        "limit",
        "frames",
        "$int",
        "$set",
        "$float",
    ]
)
NEAR = st.recursive(
    st.none() | st.integers() | WORDS | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=12,
)
"""JSON that is nearly an answer."""


def manifest(tier: str = "python", result: str = "Any") -> Manifest:
    return Manifest(
        name="f",
        tier=tier,
        language="python",
        media_type=PYTHON,
        payload=digest_bytes(b""),
        entry="f",
        signature=Signature((), parse_type(result)),
        source=digest_bytes(b""),
        doc="",
        examples=(),
        toolchain={"program": "test"},
        limits=ModuleLimits(),
        capabilities=("call_agent",) if tier == "pure" else (),
    )


def step(document: Any, tier: str = "python", result: str = "Any") -> Any:
    text = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_step(text, manifest(tier, result), LIMITS)


# ---------------------------------------------------------------- what the guest says


def test_a_value_is_brought_to_the_declared_type() -> None:
    assert step({"done": 3}) == Done(3)
    assert repr(step({"done": 3}, result="float")) == repr(Done(3.0))
    assert step({"done": {"$tuple": [1, {"$bytes": "AA=="}]}, "printed": "hey"}) == Done((1, b"\x00"), "hey")
    failed = step({"done": "3"}, result="int")
    assert isinstance(failed, Failed)
    assert failed.failure.exception == "TypeError"
    assert "f " in failed.failure.message


def test_a_failure_has_its_class_line_and_base() -> None:
    failed = step(
        {"failed": {"exception": "Odd", "message": "m", "line": 3, "frames": [[3, "f"]], "base": "LookupError"}}
    )
    assert isinstance(failed, Failed)
    assert (failed.failure.exception, failed.failure.message, failed.failure.line, failed.failure.base) == (
        "Odd",
        "m",
        3,
        "LookupError",
    )


@pytest.mark.parametrize(("said", "limit"), [("memory", "memory"), ("depth", "depth"), ("output", "output_bytes")])
def test_a_limit_is_no_outcome(said: str, limit: str) -> None:
    with pytest.raises(LimitExceeded) as caught:
        step({"failed": {"exception": "E", "message": "", "line": 2, "limit": said}})
    assert caught.value.limit == limit
    assert caught.value.help


def test_calls_are_requests_of_a_pure_tool_only() -> None:
    asked = {"calls": [["searcher", {"input": {"$set": [1]}}], ["b", {}]]}
    assert step(asked, "pure") == Calls((Request("searcher", {"input": {"$set": [1]}}), Request("b", {})))
    assert step(asked) == step("nonsense")


@pytest.mark.parametrize(
    ("status", "limit"),
    [
        (protocol.NO_FUEL, "fuel"),
        (protocol.NO_STACK, "stack"),
        (protocol.NO_MEMORY, "memory"),
        (protocol.TOO_LARGE, "output_bytes"),
    ],
)
def test_an_instance_that_stopped_has_a_limit(status: int, limit: str) -> None:
    with pytest.raises(LimitExceeded) as caught:
        stopped(status, manifest(), LIMITS)
    assert caught.value.limit == limit


def test_other_ends_of_an_instance() -> None:
    failed = stopped(protocol.STOPPED, manifest(), LIMITS)
    assert isinstance(failed, Failed)
    assert failed.failure.message == "Python itself stopped in the runner"
    with pytest.raises(EngineError):
        stopped(protocol.FAILED, manifest(), LIMITS)
    with pytest.raises(EngineError):
        stopped(200, manifest(), LIMITS)


# ---------------------------------------------------------------- what a cell might make it say

FAILURE = {"exception": "E", "message": "m", "line": 1}


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"\xff",
        b"[1]",
        b'{"done": 1',
        b"nul",
        b"[" * 100_000,
        b'{"done": ' + b"[" * 100_000,
        b'{"done": ' + b"9" * 10_000 + b"}",
        {},
        {"done": {"$int": "x"}},
        {"done": {"$bytes": "?"}},
        {"done": {"$float": "1e5"}},
        {"done": {"$unknown": 1}},
        {"done": {"$set": [[1]]}},
        {"done": {"$record": ["a b", {}]}},
        {"done": 1, "printed": 2},
        {"failed": None},
        {"failed": {}},
        {"failed": {**FAILURE, "line": -1}},
        {"failed": {**FAILURE, "line": 1 << 40}},
        {"failed": {**FAILURE, "line": True}},
        {"failed": {**FAILURE, "line": "1"}},
        {"failed": {**FAILURE, "exception": "os.system"}},
        {"failed": {**FAILURE, "exception": "E" * 1000}},
        {"failed": {**FAILURE, "exception": ["E"]}},
        {"failed": {**FAILURE, "message": 1}},
        {"failed": {**FAILURE, "base": {"x": 1}}},
        {"calls": [["searcher", {}]]},
    ],
)
def test_what_cannot_be_read_is_the_tools_own_fault(document: Any) -> None:
    failed = step(document)
    assert isinstance(failed, Failed)
    assert (failed.failure.exception, failed.failure.message) == ("RuntimeError", DISTURBED)


@pytest.mark.parametrize(
    "calls",
    [
        None,
        1,
        [1],
        [["a"]],
        [["a", []]],
        [[1, {}]],
        [["a" * 1000, {}]],
        [["a", {"x": {"$int": "?"}}]],
        [["a", {}], None],
        [["a", {}, 1]],
        [["\ud800", {}]],
        [["a", {"x": "\ud800"}]],
    ],
)
def test_requests_that_cannot_be_read(calls: Any) -> None:
    failed = step({"calls": calls}, "pure")
    assert isinstance(failed, Failed)
    assert failed.failure.message == DISTURBED


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb"])
def test_text_that_no_file_can_hold(text: str) -> None:
    assert step({"done": text}) == Done(text)  # a value is written anew
    documents = [
        {"done": 1, "printed": text},
        {"failed": {**FAILURE, "message": text}},
        {"failed": {**FAILURE, "exception": text}},
    ]
    for document in documents:
        failed = step(document)
        assert isinstance(failed, Failed)
        assert failed.failure.message == DISTURBED


@given(
    document=JSON | NEAR,
    tier=st.sampled_from(["python", "pure"]),
    result=st.sampled_from(["Any", "list[int]", "float"]),
)
def test_any_json_gives_a_step_or_a_limit(document: Any, tier: str, result: str) -> None:
    try:
        found = step(document, tier, result)
    except LimitExceeded:
        return
    assert isinstance(found, (Done, Failed, Calls))
    assert not isinstance(found, Calls) or tier == "pure"


@given(text=st.binary(max_size=40))
def test_any_bytes_give_a_step(text: bytes) -> None:
    assert isinstance(read_step(text, manifest(), LIMITS), (Done, Failed))


# ---------------------------------------------------------------- examples


def test_examples_have_a_match_and_a_text() -> None:
    text = json.dumps([["full", ""], ["kind", "a"], ["no", "b"]]).encode()
    assert read_examples(text, 3, manifest(), LIMITS) == [("full", ""), ("kind", "a"), ("no", "b")]


def test_a_cell_that_cannot_be_defined_is_a_failed_step() -> None:
    failed = read_examples(json.dumps({"failed": FAILURE}).encode(), 3, manifest(), LIMITS)
    assert isinstance(failed, Failed)
    assert failed.failure.exception == "E"


@pytest.mark.parametrize(
    "document",
    [
        [],
        [["full", ""]],
        [["full", ""], ["good", ""]],
        [["full", ""], ["full", 1]],
        [["full", ""], ["full", "", ""]],
        [["full", ""], [["full"], ""]],
        [["full", ""], "xy"],
        [["full", ""], None],
        [["full", ""], ["no", "\ud800"]],
        "full",
        None,
    ],
)
def test_results_that_cannot_be_read(document: Any) -> None:
    failed = read_examples(json.dumps(document).encode(), 2, manifest(), LIMITS)
    assert isinstance(failed, Failed)
    assert failed.failure.message == DISTURBED


@pytest.mark.parametrize("text", [b"", b"no json", b"{}", b"1", b'{"done": 1}', b'{"defined": true}', b"[" * 100_000])
def test_no_examples_are_no_excuse(text: bytes) -> None:
    failed = read_examples(text, 0, manifest(), LIMITS)
    assert isinstance(failed, Failed)
    assert failed.failure.message == DISTURBED
    assert read_examples(b"[]", 0, manifest(), LIMITS) == []


@given(document=JSON | NEAR, count=st.integers(0, 3))
def test_any_json_gives_results_or_a_step(document: Any, count: int) -> None:
    try:
        found = read_examples(json.dumps(document).encode(), count, manifest(), LIMITS)
    except LimitExceeded:
        return
    assert isinstance(found, Failed) or (isinstance(found, list) and len(found) == count)
