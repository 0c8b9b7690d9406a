"""Arguments as text: by the declared types, each mistake placed."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb import values
from hermetic_nb.cell import parse_sig
from hermetic_nb.errors import ArgumentError, Diagnostic
from hermetic_nb.signature import Signature
from hermetic_nb.toolbox import arguments


def signature(text: str) -> Signature:
    return parse_sig(f"f{text}")[1]


MANY = signature("(s: str, n: int = 1, x: float = 0.5, b: bool = False, d: bytes = b'') -> int")
LISTS = signature("(xs: list[int], ys: list[float], words: list[str]) -> int")


def read(signature: Signature, text: str) -> dict[str, Any]:
    return arguments.read_line(signature, text, lambda start, end, message: Diagnostic(message, 1, start, end, text))


def refused(signature: Signature, text: str) -> ArgumentError:
    with pytest.raises(ArgumentError) as caught:
        read(signature, text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("s=GGCC", {"s": "GGCC"}),
        ("s=two words n=3", {"s": "two words", "n": 3}),
        ('s="two words" n=-3', {"s": "two words", "n": -3}),
        ("s='n=3 x=1'", {"s": "n=3 x=1"}),
        ("s=", {"s": ""}),
        ("s=it's x=1e3", {"s": "it's", "x": 1000.0}),
        ("s=a==b b=TRUE", {"s": "a==b", "b": True}),
        ("s=1 x=7 d=b'\\x00a'", {"s": "1", "x": 7, "d": b"\x00a"}),
        ('s=é d={"$bytes":"AAE="} x=-inf', {"s": "é", "d": b"\x00\x01", "x": -math.inf}),
        ("s=x n=9223372036854775807", {"s": "x", "n": 9223372036854775807}),
    ],
)
def test_a_line(text: str, given: dict[str, Any]) -> None:
    assert read(MANY, text) == given


def test_lists_may_hold_spaces() -> None:
    text = "xs=[1, 2, 3] ys=[0.5, 1] words=[\"a=b c\", 'd']"
    assert read(LISTS, text) == {"xs": [1, 2, 3], "ys": [0.5, 1], "words": ["a=b c", "d"]}


@pytest.mark.parametrize(
    ("text", "marked", "said"),
    [
        ("GGCC", "GGCC", "write s=GGCC"),
        ("s=a m=2", "m", "it takes s, n"),
        ("s=a bb=2", "bb", "did you mean b?"),
        ("s=a s=b", "s", "again"),
        ("s=a n=two", "two", "not an int literal"),
        ("s=a n=1.5", "1.5", "not an int"),
        ("s=a n=true", "true", "not an int"),
        ("s=a x=much", "much", "not a float literal"),
        ("s=a b=1", "1", "true or false"),
        ("s=a d=text", "text", "not a bytes literal"),
        ("s=a d=[1]", "[1]", "not bytes"),
    ],
)
def test_a_mistake_is_placed(text: str, marked: str, said: str) -> None:
    (finding,) = refused(MANY, text).diagnostics
    assert text[finding.column : finding.end_column] == marked
    assert said in finding.message


def test_missing_arguments_are_named() -> None:
    assert refused(LISTS, "ys=[1]").message == "missing: xs, words"


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
)
def test_a_body_gives_back_what_was_written(s: str, n: int, x: float) -> None:
    body = json.dumps({"s": values.to_wire(s), "n": values.to_wire(n), "x": values.to_wire(x)})
    given = arguments.read_json(MANY, body)
    assert (given["s"], given["n"]) == (s, n)
    assert repr(given["x"]) == repr(x)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("", 1),
        ("{", 1),
        ('{"s": "a",\n "n": }', 2),
        ("[1]", 0),
        ('{"s": "a",\n "m": 1}', 2),
        ('{"s": {"$no": 1}}', 0),
        ("{}", 0),
    ],
)
def test_a_bad_body(body: str, line: int) -> None:
    with pytest.raises(ArgumentError) as caught:
        arguments.read_json(MANY, body)
    assert [finding.line for finding in caught.value.diagnostics] == ([line] if line else [])


@given(st.text(max_size=40))
def test_any_line_is_arguments_or_an_argument_error(text: str) -> None:
    try:
        read(MANY, text)
    except ArgumentError as refusal:
        refusal.render()
