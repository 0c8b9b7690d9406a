"""A worker that was taken over may answer anything: a step, or an error of ours, is all that it can make of a call."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from typing import Any, Self

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hermetic_nb.errors import HermeticError, LimitExceeded
from hermetic_nb.executors.python import PythonExecutor
from hermetic_nb.executors.wasm import WasmExecutor
from hermetic_nb.model import Calls, Done, Failed, Limits, Reply
from tests.faults.tools import ADD, opened
from tests.unit.python_cells import ASK, ECHO, session


class Hostile:
    """A sandbox, and a lease of it, whose worker says what it was told to say."""

    alive = True

    def __init__(self, answers: Sequence[bytes]) -> None:
        self._answers, self._turn = list(answers), -1

    def lease(self) -> Self:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def ask(self, *_: object, **__: object) -> bytes:
        self._turn += 1
        return self._answers[self._turn % len(self._answers)]

    def ask_once(self, *_: object, **__: object) -> bytes:
        return b"\0code"

    def drop(self) -> None:
        pass

    def start(self) -> None:
        pass

    def wait(self, _: float) -> None:
        pass


TYPES = {
    "int, int -> int": (1, 2),
    "-> str": (),
    "-> bytes": (),
    "-> list[int]": (),
    "-> list[str]": (),
    "-> list[list[float]]": (),
    "-> bool": (),
    "-> float": (),
}
edges = st.sampled_from([0, 1, 7, 255, 2**31 - 1, 2**31, 2**32 - 1])
words = st.one_of(
    st.binary(max_size=60),
    st.lists(edges, max_size=8).map(lambda numbers: struct.pack(f"<{len(numbers)}I", *numbers)),
    st.lists(st.integers(-(2**63), 2**63 - 1), max_size=4).map(
        lambda numbers: struct.pack(f"<{len(numbers)}q", *numbers)
    ),
)
answers = st.lists(
    st.one_of(st.just(b""), st.builds(lambda status, body: bytes([status]) + body, st.integers(0, 9), words)),
    min_size=1,
    max_size=6,
)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WasmExecutor]:
    executor = WasmExecutor(tmp_path_factory.mktemp("cache"))
    yield executor
    executor.close()


@settings(max_examples=400)
@given(types=st.sampled_from(list(TYPES)), said=answers, batch=st.booleans())
@example(types="-> str", said=[b""], batch=True)
@example(types="-> int", said=[b"\1"], batch=False)
@example(types="-> str", said=[b"\2\1\0\0\0\0\0\0\0\0\1\xff"], batch=False)
def test_a_compiled_tool_gets_a_step_or_an_error(
    compiled: WasmExecutor,
    types: str,
    said: list[bytes],
    batch: bool,  # noqa: FBT001
) -> None:
    arguments = TYPES.get(types, ())
    made = opened(compiled, ADD, types)
    made._sandbox = made._code._sandbox = Hostile(said)  # type: ignore[assignment]
    try:
        steps = made.start_all([arguments] * 3) if batch else [made.start(arguments)]
    except HermeticError:
        return
    for step in steps:
        assert isinstance(step, (Done, Failed, LimitExceeded))


def mutated(text: bytes, cuts: list[tuple[int, int]]) -> bytes:
    """Some bytes are others."""
    data = bytearray(text)
    for place, byte in cuts:
        if data:
            data[place % len(data)] = byte
    return bytes(data)


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)
TAGS = ["$int", "$bytes", "$set", "$tuple", "$float", "$dict", "$str", "$record", "$frozenset", "$complex", "$enum"]
tagged = st.dictionaries(st.sampled_from(TAGS), json_values, min_size=1, max_size=2)
fields_ = st.sampled_from(["done", "failed", "calls", "printed", "exception", "message", "line", "base", "limit"])
failures = st.dictionaries(fields_, st.one_of(json_values, st.just("memory"), st.just("output")), max_size=5)
documents = st.one_of(
    json_values,
    st.dictionaries(fields_, st.one_of(json_values, tagged, failures), max_size=3),
    tagged.map(lambda value: {"done": value}),
    st.lists(st.tuples(st.text(max_size=4), st.one_of(tagged, json_values)), max_size=3).map(lambda c: {"calls": c}),
)
TRUE = [
    b'{"done":{"$set":[1,2]},"printed":"x"}',
    b'{"calls":[["a",{"x":{"$bytes":"AA=="}}]]}',
    b'[["full","1"],["no",""]]',
]
bodies = st.one_of(
    st.binary(max_size=40),
    documents.map(lambda document: json.dumps(document).encode()),
    st.builds(mutated, st.sampled_from(TRUE), st.lists(st.tuples(st.integers(0, 99), st.integers(0, 255)), max_size=4)),
)
python_answers = st.lists(
    st.one_of(
        st.just(b""),
        st.builds(lambda status, body: bytes([status]) + body, st.sampled_from([0, 0, 0, *range(11)]), bodies),
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=400)
@given(said=python_answers, pure=st.booleans())
@example(said=[b""], pure=True)
@example(said=[b"\0" + b"[" * 100_000], pure=True)
@example(said=[b'\0{"done":' + b"9" * 5000 + b"}"], pure=False)
@example(said=[b'\0{"done":{"$bytes":"A"}}'], pure=False)
@example(said=[b'\0{"done":1e999}', b"\0\xff\xfe"], pure=False)
def test_a_python_tool_gets_a_step_or_an_error(said: list[bytes], pure: bool) -> None:  # noqa: FBT001
    executor = PythonExecutor()
    executor.homes = {False: Hostile(said), True: Hostile(said)}  # type: ignore[dict-item]
    made = session(executor, ASK if pure else ECHO, Limits())
    found: list[Any] = []
    for act in (
        lambda: made.start([1]),
        lambda: made.resume([Reply(1)]),
        lambda: made.examples([("1", "1"), ("2", "2")]),
        made.close,
    ):
        try:
            found.append(act())
        except HermeticError:
            continue
    for step in found:
        assert step is None or isinstance(step, (Done, Failed, Calls, list))
