"""Generated inputs: decided by the source, of the declared types, with the edges and the constants in them."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from typing import Any

import pytest

from hermetic_nb import cell, values
from hermetic_nb.builder.inputs import COUNT, generate
from hermetic_nb.builder.pools import Stream
from hermetic_nb.model import ToolSpec
from hermetic_nb.signature import border


def _spec(header: str, body: str = "return 0") -> ToolSpec:
    return cell.parse(f"def f({header}) -> int:\n    {body}\n")


HEADERS = [
    "n: int",
    "x: float",
    "s: str",
    "b: bytes",
    "a: bool, b: bool",
    "xs: list[int]",
    "xs: list[float], ys: list[float]",
    "names: list[str], n: int = 7",
    "grid: list[list[float]]",
    "s: str, t: str, n: int, x: float, xs: list[bool]",
]


@pytest.mark.parametrize("header", HEADERS)
def test_every_input_fits_the_signature_and_none_stands_twice(header: str) -> None:
    spec = _spec(header)
    cases = generate(spec)
    for case in cases:
        assert border.fit(spec.signature, case, {}) == case or any(map(_has_nan, case))
    assert len({values.encode(list(case)) for case in cases}) == len(cases)


def _has_nan(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_has_nan, value))
    return isinstance(value, float) and math.isnan(value)


def test_the_number_is_fixed_or_all_that_the_types_have() -> None:
    assert [len(generate(_spec(header))) for header in ("n: int", "s: str, t: str", "xs: list[float]")] == [COUNT] * 3
    assert generate(_spec("")) == [()]
    assert sorted(generate(_spec("a: bool"))) == [(False,), (True,)]
    assert len(generate(_spec("a: bool, b: bool"))) == 4


def test_inputs_are_the_same_in_another_process_with_another_hash_seed_and_after_use_of_random() -> None:
    spec = _spec("s: str, n: int, xs: list[float]", 'return len(s) if n > 1234 else s.count("abc")')
    here = values.encode([list(case) for case in generate(spec, [("seen", 3, [1.5])])])
    random.random()
    program = (
        "import sys, json; from hermetic_nb import values; from hermetic_nb.model import ToolSpec;"
        "from hermetic_nb.builder.inputs import generate; spec = ToolSpec.from_json(json.loads(sys.stdin.read()));"
        "print(values.encode([list(c) for c in generate(spec, [('seen', 3, [1.5])])]))"
    )
    import json

    there = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(spec.to_json()),
        env={"PYTHONHASHSEED": "99", "PYTHONPATH": ":".join(sys.path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert there.stdout.strip() == here


def test_another_source_gives_other_inputs() -> None:
    assert generate(_spec("n: int", "return n")) != generate(_spec("n: int", "return n + 0"))


def test_edges_of_a_type_are_there() -> None:
    ints = {case[0] for case in generate(_spec("n: int"))}
    assert {0, 1, -1, 2**31, 2**53 + 1, 2**63 - 1, -(2**63)} <= ints
    floats = [case[0] for case in generate(_spec("x: float"))]
    assert {repr(x) for x in floats} >= {"nan", "inf", "-inf", "-0.0", "0.0", "5e-324", "0.5"}
    texts = {case[0] for case in generate(_spec("s: str"))}
    assert "" in texts
    assert any(ord(c) > 0xFFFF for s in texts for c in s)


def test_most_ints_are_small_and_come_first() -> None:
    ints = [case[0] for case in generate(_spec("n: int, m: int"))]
    assert sum(-100 <= n <= 200 for n in ints) > len(ints) * 0.6
    assert all(abs(n) < 2**20 for n in ints[:60])


def test_constants_of_the_source_and_their_neighbours_are_tried() -> None:
    ints = {case[0] for case in generate(_spec("n: int", "return 1 if n == 777123 else 0"))}
    assert {777122, 777123, 777124} <= ints
    texts = [case[0] for case in generate(_spec("s: str", 'return s.count("GATC")'))]
    assert sum(set(s) <= set("GATC") for s in texts) > len(texts) / 5


def test_arguments_of_examples_are_varied() -> None:
    spec = _spec("grid: list[float], rows: int, columns: int")
    seen = [([0.5, 1.5, 2.5, 3.5, 4.5, 5.5], 2, 3)]
    fitting = [case for case in generate(spec, seen) if len(case[0]) == case[1] * case[2] and case[1] > 1]
    assert len(fitting) > 5, "changes of one argument keep what the others have to do with each other"


def test_long_arguments_of_examples_are_left_alone() -> None:
    cases = generate(_spec("xs: list[int]"), [([7] * 1_000_000,), ([5, 6],)])
    assert max(len(case[0]) for case in cases) < 1000


def test_sequences_often_have_one_length() -> None:
    cases = generate(_spec("xs: list[float], ys: list[float]"))
    assert sum(len(xs) == len(ys) > 1 for xs, ys in cases) > 20


def test_defaults_are_tried() -> None:
    assert sum(case[1] == 4242 for case in generate(_spec("n: int, k: int = 4242"))) > 5


def test_stream_is_splitmix64() -> None:
    stream = Stream(1234567)
    # The reference outputs of the algorithm's published C version for this seed.
    assert [stream.bits() for _ in range(3)] == [6457827717110365317, 3203168211198807973, 9817491932198370423]
