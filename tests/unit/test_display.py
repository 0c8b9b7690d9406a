"""What is shown: the same on every machine and at every run, and never markup that came from a tool."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hermetic_nb as hnb
from hermetic_nb import display
from hermetic_nb.digest import Digest
from hermetic_nb.display import html, text
from hermetic_nb.errors import Diagnostic, SpecError
from hermetic_nb.model import Failure, Receipt
from hermetic_nb.toolbox import Proof

WAT = '(module (func (export "run") (param i64) (result i64) (i64.mul (local.get 0) (i64.const 3))))'
TOOL = "application/vnd.hermetic-nb.tool.v1+json"


@pytest.fixture(scope="module")
def box() -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(":memory:")
    yield made
    made.close()


@pytest.fixture(scope="module")
def triple(box: hnb.Toolbox) -> hnb.Tool:
    return box.seal(WAT, language="wat", signature="triple(n: int) -> int")


class Texts(HTMLParser):
    """Collects tags and text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert {name for name, _ in attrs} <= {"style"}

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_card(triple: hnb.Tool) -> None:
    bundle = display.tool_card(triple)
    assert bundle["text/plain"] == "\n".join(
        [
            "triple  sealed tool",
            "  takes     (n: int) -> int",
            f"  tier      wat: {triple.reason}",
            f"  digest    {triple.digest[7:19]}",
            f"  size      {triple.size} bytes",
            "  imports   none",
            "  examples  none",
        ]
    )
    document = bundle[TOOL]
    assert document["digest"] == triple.digest
    assert document["imports"] == []
    assert json.loads(json.dumps(document)) == document
    shown = Texts(bundle["text/html"])
    assert set(shown.tags) <= {"div", "strong", "span", "pre"}
    assert triple.digest[7:19] in shown.text


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"compared": 120}, "120 inputs"),
        ({"compared": 1}, "1 input"),
        (
            {"compared": 111, "limited": 56, "skipped": 9},
            "111 inputs (56 at a declared limit, 9 more did not end within its budget)",
        ),
        ({"compared": 117, "inconclusive": 3}, "117 inputs (3 more left it open)"),
        ({"skipped": 120}, "no input: none ended within its budget"),
        ({"skipped": 100, "inconclusive": 20}, "no input: 100 did not end within its budget, 20 left it open"),
        ({}, "no input: none was made"),
    ],
)
def test_the_card_says_what_the_comparison_could_not_show(triple: hnb.Tool, counts: dict[str, Any], said: str) -> None:
    proof = replace(Proof(reference="CPython"), **counts)
    tool = hnb.Tool(triple._home, triple.artifact, source=triple.source, version=1, proof=proof)
    bundle = display.tool_card(tool)
    assert bundle["text/plain"].splitlines()[-1] == f"  compared  with CPython on {said}"
    assert {key: bundle[TOOL][key] for key in counts} == counts


def test_the_card_does_not_tell_how_the_tool_was_found(tmp_path: Path) -> None:
    bundles = []
    for _ in range(2):
        box = hnb.Toolbox(tmp_path)
        tool = box.seal(WAT, language="wat", signature="triple(n: int) -> int")
        bundles += [display.tool_card(tool), display.tool_card(box.get("triple"))]
        box.close()
    assert all(bundle == bundles[0] for bundle in bundles)
    assert str(tmp_path) not in json.dumps(bundles[0])


def test_a_sheet_holds_the_manifest_and_on_request_the_source(triple: hnb.Tool) -> None:
    sheet = display.Sheet(triple)
    assert "toolchain" in str(sheet)
    assert WAT not in str(sheet)
    assert WAT in str(display.Sheet(triple, source=True))
    assert sheet.bundle()[TOOL]["manifest"] == triple.manifest.to_json()


def test_a_list_names_versions_only_on_request(triple: hnb.Tool) -> None:
    assert str(display.Listing((triple,))).splitlines()[0].split() == ["name", "tier", "digest", "signature"]
    assert str(display.Listing((triple,), versions=True)).splitlines()[1].split()[:2] == ["triple", "1"]
    assert str(display.Listing(())) == "no tools yet"


def test_receipts(triple: hnb.Tool) -> None:
    receipt = triple.call(14)
    bundle = display.receipt_card(receipt)
    assert bundle["text/plain"].splitlines() == [
        f"receipt  {receipt.digest[7:19]}",
        f"  tool   {triple.digest[7:19]}",
        "  n      14",
        "  value  42",
        f"  ran    {triple.isolation}",
    ]
    document = bundle["application/vnd.hermetic-nb.receipt.v1+json"]
    assert document == receipt.to_json() | {"digest": receipt.digest}
    failed = Receipt(tool=triple.digest, arguments={"n": 1}, error=Failure("ValueError", "", 3))
    assert display.receipt_card(failed)["text/plain"].endswith("raised  ValueError (line 3)")


def test_a_large_receipt_is_shortened_by_digests() -> None:
    numbers = [float(n) for n in range(20_000)]
    receipt = Receipt(tool=Digest("sha256:" + "0" * 64), arguments={"xs": numbers}, value=numbers)
    document = display.receipt_json(receipt)
    assert document["shortened"]
    assert document["arguments"]["xs"].startswith("sha256:")
    assert document["output"].startswith("sha256:")
    assert document["digest"] == receipt.digest
    assert len(display.receipt_card(receipt)["text/plain"]) < 500


def test_errors_are_values_too() -> None:
    error = SpecError("no", diagnostics=[Diagnostic("here", 2, 1, 3, "<b>x</b>")], help="do")
    bundle = display.error_card(error)
    assert bundle["text/plain"] == "\n".join(error.render())
    assert Texts(bundle["text/html"]).tags.count("b") == 0
    assert bundle["application/vnd.hermetic-nb.error.v1+json"]["diagnostics"] == [
        {"message": "here", "line": 2, "column": 1, "end_column": 3}
    ]


def test_an_error_says_nothing_twice_and_breaks_no_word() -> None:
    error = SpecError("no", diagnostics=[Diagnostic("no", 2, 4, 6, "    xy"), Diagnostic("nor", 3)], help="never " * 40)
    lines = error.render()
    assert lines[1:4] == ["   2 |     xy", "     |     ^^", "   3 | nor"]
    assert "".join(lines[4:]).split() == ["help:", *["never"] * 40]
    assert max(map(len, lines)) <= 110


@given(st.text(), st.text(), st.lists(st.tuples(st.text(), st.text())))
def test_nothing_that_is_shown_becomes_markup(title: str, subtitle: str, rows: list[tuple[str, str]]) -> None:
    shown = Texts(html.frame(title, subtitle, html.facts(rows)))
    assert set(shown.tags) <= {"div", "strong", "span", "pre"}


@given(
    st.one_of(
        st.text(max_size=300),
        st.binary(max_size=300),
        st.lists(st.integers(), max_size=300),
        st.floats(),
        st.integers(),
    )
)
def test_a_value_fits_on_a_line(value: object) -> None:
    shown = text.shortened(value)
    assert "\n" not in shown
    assert len(shown) < 600


def test_what_is_long_is_said() -> None:
    assert text.shortened("a" * 100) == f"'{'a' * 36}'...'{'a' * 18}' (100 characters)"
    assert text.shortened([[0.5] * 99] * 99).endswith("] (99 items)")
    assert text.shortened(list(range(100))) == "[0, 1, 2, ..., 99] (100 items)"
    assert text.count(1, "byte") == "1 byte"
    assert text.count(12345, "byte") == "12 345 bytes"
