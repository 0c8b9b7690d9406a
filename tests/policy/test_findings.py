"""Findings have places, messages say what to do, and nothing of RestrictedPython's shows."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
import sys
import typing
from pathlib import Path

import pytest
from hypothesis import given, strategies

from hermetic_nb import policy
from hermetic_nb.policy import Finding, PolicyError, catalogue
from tests.policy.corpus import attacks_by_name, everything


def test_a_finding_says_what_and_where() -> None:
    assert policy.check("x = 1\ny = x.__bases__\n") == [
        Finding(
            "__bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
            2,
            6,
            15,
        )
    ]


def test_all_findings_are_told_in_the_order_of_the_source() -> None:
    found = policy.check("y.__bases__\nimport os\nx = eval('1'); y.gi_frame\n")
    assert [(one.line, one.column) for one in found] == [(1, 2), (2, 7), (3, 4), (3, 17)]


def test_what_is_inside_of_a_refused_statement_is_told_too() -> None:
    source = "async def run(a):\n    async with a.__x__:\n        import os\n"
    assert [one.line for one in policy.check(source)] == [2, 2, 3]


def test_columns_count_characters() -> None:
    (found,) = policy.check("é = 'ü\U0001f600'; y.__bases__")
    assert (found.column, found.end_column) == (12, 21)


def test_an_import_says_why_and_there_is_a_list_of_what_there_is() -> None:
    (found,) = policy.check("import os")
    assert found.message == "import of os: a pure tool reaches the world only by call_agent"
    assert "json, math" in policy.MODULES


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import time\ntime.sleep(1)", "no clock"),
        ("import requests", "ask an agent, by call_agent"),
        ("from asyncio import TaskGroup", "use asyncio.gather"),
        ("import asyncio\nasyncio.run(x)", "write await"),
        ("import json\njson.dump(x, f)", "use json.dumps"),
        ("from secrets import choice", "random.seed(number)"),
        ("async def f(limit):\n    async with limit: pass", "gather over chunks"),
        ("try:\n    pass\nexcept BaseException:\n    pass", "use Exception"),
        ("class A:\n    def __getattr__(self, n): pass", "special method __getattr__"),
    ],
)
def test_a_message_says_what_to_do_instead(source: str, told: str) -> None:
    assert told in policy.check(source)[0].message


def test_compile_raises_what_check_finds() -> None:
    source = "x = 1\ny = x.__bases__\nimport os"
    with pytest.raises(PolicyError) as raised:
        policy.compile(source, "<cell>")
    error = raised.value
    assert list(error.findings) == policy.check(source)
    assert (error.filename, error.lineno, error.offset, error.text) == ("<cell>", 2, 7, "y = x.__bases__")
    assert isinstance(error, SyntaxError)


def test_code_keeps_the_lines_of_the_source() -> None:
    scope = policy.namespace({})
    with pytest.raises(ZeroDivisionError) as raised:
        exec(policy.compile("import json\nx = {'a': 1}\n\nx['a'] += (\n    1 / 0\n)", "<cell>"), scope)
    place = raised.value.__traceback__
    assert place is not None
    while place.tb_next:
        place = place.tb_next
    assert (place.tb_frame.f_code.co_filename, place.tb_lineno) == ("<cell>", 5)


SOURCES = everything()


@pytest.mark.parametrize("name", SOURCES)
def test_every_finding_lies_in_its_source(name: str) -> None:
    lines = re.split(r"\r\n|\r|\n", SOURCES[name])
    for found in policy.check(SOURCES[name]):
        assert 1 <= found.line <= len(lines)
        assert 0 <= found.column <= found.end_column <= max(len(lines[found.line - 1]), found.column + 1)
        assert not re.search(r"Line \d+:|RestrictedPython|is an invalid|statements are not allowed", found.message)


@given(strategies.text(alphabet="abx_.:,()[]{}='\"\\\n\t fé\0\ud800#*0", max_size=40))
def test_any_text_has_findings_or_none_and_no_error(text: str) -> None:
    assert isinstance(policy.check(text), list)


@given(
    strategies.sampled_from(sorted(attacks_by_name().values())),
    strategies.integers(0, 200),
    strategies.text(max_size=3),
)
def test_a_damaged_source_has_findings_or_none_and_no_error(source: str, place: int, noise: str) -> None:
    for one in policy.check(source[:place] + noise + source[place:]):
        assert one.message


def test_a_caller_that_stands_deep_gets_a_finding_and_no_error() -> None:
    source = f"x = {'(' * 60}1{')' * 60}\ny = {'-' * 90}1"

    def deeper(levels: int) -> list[Finding]:
        return policy.check(source) if not levels else deeper(levels - 1)

    assert [one.message for one in deeper(sys.getrecursionlimit() - 350)] == ["this is nested deeper than 100 levels"]
    assert policy.check(source) == []


def test_every_name_of_the_catalogue_is_there_or_newer_than_this_python() -> None:
    scope = policy.namespace({})
    read = scope["__builtins__"]["_getattr_"]
    imported = scope["__builtins__"]["_import_"]
    newer = {"batched", "fma", "sumprod", "cbrt", "exp2"}
    for module, names in catalogue.NAMES.items():
        space = imported(module)
        for name in names - newer:
            read(space, name)


def test_the_page_names_every_module_of_the_library() -> None:
    page = (Path(__file__).parents[2] / "docs" / "pure-policy.md").read_text(encoding="utf-8")
    assert [module for module in catalogue.NAMES if f"`{module}`" not in page] == ["urllib"]


class TestHints:
    """Annotations as types, without running text."""

    def read(self, source: str) -> dict[str, typing.Any]:
        scope = policy.namespace({})
        exec(policy.compile(source, "<cell>"), scope)
        return policy.hints(scope["run"], scope)

    def test_types_and_their_texts_are_read(self) -> None:
        source = "class P: pass\nfrom typing import Optional\ndef run(a: int, b: 'list[P]', c: Optional['P'], d: 'dict[str, int] | None'): pass"
        found = self.read(source)
        assert found["a"] is int
        assert typing.get_args(found["b"])[0].__name__ == "P"
        assert {one.__name__ for one in typing.get_args(found["c"])} == {"P", "NoneType"}
        assert found["d"] == dict[str, int] | None

    def test_lazy_annotations_are_read(self) -> None:
        assert self.read(
            "from __future__ import annotations\nimport datetime as dt\ndef run(a: list[int], b: dt.date) -> str: pass"
        ) == {
            "a": list[int],
            "b": dt.date,
            "return": str,
        }

    @pytest.mark.parametrize(
        "text", ["().__class__", "len('abc')", "[x for x in ()]", "(", "unknown", "1 + 1", "int.__bases__"]
    )
    def test_other_text_is_not_run(self, text: str) -> None:
        assert self.read(f"EVIL = {text!r}\ndef run(a: EVIL, b: list[EVIL]): pass") == {
            "a": typing.Any,
            "b": list[typing.Any],
        }

    def test_fields_of_classes_are_read(self) -> None:
        scope = policy.namespace({})
        source = "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n    next: 'P | None' = None"
        exec(policy.compile(source, "<cell>"), scope)
        found = policy.hints(scope["P"], scope)
        assert found["x"] is int
        assert found["next"] == scope["P"] | None
        assert dataclasses.is_dataclass(scope["P"])
