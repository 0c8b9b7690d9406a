"""`--explain`: what is said of a cell is true of it, the same everywhere, and no part of the tool."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hermetic_nb as hnb
from hermetic_nb import display
from hermetic_nb.errors import NotNativeError
from hermetic_nb.magics import flags
from hermetic_nb.model import Explanation
from hermetic_nb.toolchains.native.explain import wording
from hermetic_nb.toolchains.native.explain.report import explain
from tests.fuzz.bounds import Bounds
from tests.fuzz.programs import arguments, program
from tests.fuzz.running import CALLS, compiled
from tests.unit.native_cells import spec_of
from tests.unit.test_display import Texts

MEAN: Final = '''
def mean(xs: list[float], n: int, k: int) -> float:
    """The mean of the first n.

    >>> mean([1.0, 2.0], 2, 3)
    1.5
    """
    assert n > 0, "n"
    assert n >= 1
    total = 0.0
    for i in range(n):
        total += xs[i]
    if n > 10**9:
        total += _mixed(n, k) / k
    return total / n


def _mixed(a, b):
    c = a % 7
    assert 0 <= c < 7
    return c * 3 + a * b
'''


@pytest.fixture(scope="module")
def box() -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(":memory:")
    yield made
    made.close()


def explained(source: str, entry: str = "") -> Explanation:
    return explain(spec_of(source, entry))


def remarks(source: str) -> set[tuple[int, str, str, str]]:
    (function,) = explained(source).functions
    return {(r.line, r.kind, r.how, r.text) for r in function.remarks}


# ---------------------------------------------------------------- what is said


def test_types_tests_and_asserts() -> None:
    found = explained(MEAN)
    mean, mixed = found.functions
    assert (mean.name, mean.first, mean.doc) == ("mean", 2, (3, 7))
    assert mean.parameters == (("xs", "list[float]"), ("n", "int"), ("k", "int"))
    assert (mean.result, mean.variables) == ("float", (("total", "float"), ("i", "int")))
    assert [(a.line, a.verdict) for a in mean.asserts] == [(8, "tested"), (9, "proven")]
    assert [(a.line, a.verdict) for a in mixed.asserts] == [(20, "proven")]
    said = {(r.line, r.kind, r.how, r.text) for r in mean.remarks}
    assert (12, "bounds", "before the loop", "xs[i]") in said
    assert (12, "index", "left out", "xs[i]: i is 0 to 2**63 - 2") in said
    assert (15, "zero division", "left out", "total / n") in said
    assert any(r[:3] == (14, "zero division", "tested") and r[3].endswith("k is any int") for r in said)
    inner = {(r.line, r.kind, r.how, r.text) for r in mixed.remarks}
    assert (21, "overflow", "left out", "c * 3: c is 0 to 6") in inner
    assert any(r[1:3] == ("overflow", "tested") and r[3].startswith("a * b: ") for r in inner)


@pytest.mark.parametrize(
    ("body", "remark"),
    [
        ("return n * n", (2, "overflow", "tested", "n * n: n is any int")),
        ("return (n & 255) * 2", (2, "overflow", "left out", "(n & 255) * 2: n & 255 is 0 to 255")),
        ("return -n", (2, "overflow", "tested", "-n: n is any int")),
        ("return abs(max(n, -5))", (2, "overflow", "left out", "abs(max(n, -5)): max(n, -5) is at least -5")),
        (
            "xs = [4]\n    xs[n % 1] += n\n    return 2",
            (3, "overflow", "tested", "xs[n % 1] + n: xs[n % 1] is at least -2**63 + 4, n is any int"),
        ),
        ("return 7 // n", (2, "zero division", "tested", "7 // n: n is any int")),
        ("return 7 // n if n > 2 else 0", (2, "zero division", "left out", "7 // n: n is at least 3")),
        ("return 1 << n", (2, "overflow", "tested", "1 << n: n is any int")),
        ("return n ** 3", (2, "overflow", "tested", "n ** 3: n is any int")),
        ("return int(n / 3)", (2, "digits", "tested", "n / 3: n is any int")),
        ("return ord('abc'[n])", (2, "index", "tested", "'abc'[n]: n is any int")),
        ("return [4, 5][n % 2]", (2, "index", "left out", "[4, 5][n % 2]: n % 2 is 0 to 1")),
        ("x = None if n else 3\n    return x + 1", (3, "None", "tested", "x")),
        ("if n:\n        x = 3\n    return x", (4, "value", "tested", "x")),
    ],
)
def test_each_kind_of_test(body: str, remark: tuple[int, str, str, str]) -> None:
    found = remarks(f"def f(n: int) -> int:\n    {body}\n")
    assert remark in found


def test_a_loop_with_two_versions_says_so() -> None:
    found = explained("def f(n: int) -> int:\n    s = 0\n    for i in range(100):\n        s ^= n * n\n    return s\n")
    assert found.assumed == 2**31 - 1
    assert [r.how for r in found.functions[0].remarks if r.kind == "overflow"] == ["large"]


def test_functions_of_the_library_are_named_not_shown() -> None:
    found = explained(
        "from heapq import heappush\ndef f(n: int) -> int:\n    h = [n]\n    heappush(h, 3)\n    return h[0]\n"
    )
    assert [function.name for function in found.functions] == ["f"]
    assert found.library == ("heapq.heappush",)


def test_all_refusals_are_told_with_their_places() -> None:
    source = "def f(n: int) -> int:\n    with n:\n        pass\n    x = {}.nothing\n    return n @ n\n"
    found = explained(source)
    assert not found.functions
    assert [d.line for d in found.refusals] == [2, 4, 5]
    assert all(d.source == source.split("\n")[d.line - 1] for d in found.refusals)


def test_unreached_asserts_and_dead_code_are_told_apart() -> None:
    source = "def f(n: int) -> int:\n    x = 3\n    if x > 5:\n        assert n > 2\n    assert x > n\n    return n\n"
    (function,) = explained(source).functions
    assert [(a.line, a.verdict) for a in function.asserts] == [(4, "unreached"), (5, "tested")]


def test_what_is_proven_holds_in_every_run() -> None:
    source = """
def f(n: int, xs: list[int]) -> int:
    r = n % 10
    assert 0 <= r <= 9
    i = 0
    while i < len(xs):
        assert i >= 0
        if xs[i] < 0:
            break
        i += 1
    assert i < 2**30
    d = n // 3 if n > 0 else 0
    assert d >= 0
    assert d <= n
    return r + i
"""
    (function,) = explained(source).functions
    verdicts = {a.line: a.verdict for a in function.asserts}
    assert verdicts == {4: "proven", 7: "proven", 11: "proven", 13: "proven", 14: "tested"}
    names: dict[str, Any] = {}
    lines = source.split("\n")
    exec("\n".join(line for number, line in enumerate(lines, 1) if verdicts.get(number) != "tested"), names)
    for n in (-(2**63), -7, -1, 0, 1, 9, 10, 2**63 - 1):
        for xs in ([], [1, 2, -3], [0] * 50):
            names["f"](n, xs)


# ---------------------------------------------------------------- the bounds that it rests on


def test_bounds_hold_while_random_programs_run() -> None:
    looked = 0
    for seed in range(40):
        made = program(seed)
        try:
            cell = compiled(made.source)
        except NotNativeError:
            continue
        found = Bounds.of(cell)
        for turn in range(CALLS):
            found.run(cell, arguments(made.parameters, seed * 100 + turn))
        assert not found.wrong, (seed, found.wrong[:3], made.source)
        looked += found.looked
    assert looked > 1000


def test_a_wrong_bound_is_seen() -> None:
    cell = compiled("def f(n: int) -> int:\n    x = n % 10\n    return x + 1\n")
    found = Bounds.of(cell)
    found.known[3, "x"] = (0, 5)
    found.run(cell, [7])
    assert found.wrong == ["line 3: x is 7, not 0 to 5"]


# ---------------------------------------------------------------- how it is written


@given(st.integers(-(2**63), 2**63 - 1))
def test_numbers_are_written_exactly(value: int) -> None:
    assert eval(wording.number(value)) == value


def test_expressions_are_written_with_the_parentheses_they_need() -> None:
    texts = ["(a + b) * c", "a - (b - c)", "-a ** 2", "(-a) ** 2", "a ** b ** 2", "a << (b | c)", "(a < b) + c"]
    for text in texts:
        source = f"def f(a: int, b: int, c: int) -> int:\n    x = {text}\n    return x * x\n"
        (function,) = explained(source).functions
        shown = [r.text.partition(":")[0] for r in function.remarks if r.line == 2]
        for a, b, c in ((3, 2, 5), (-4, 3, 1)):
            # The whole expression is among what is shown, and means what was written.
            wanted = eval(text, {"a": a, "b": b, "c": c})
            assert wanted in [eval(one, {"a": a, "b": b, "c": c}) for one in shown], (text, shown)


def test_the_data_comes_back_as_it_was() -> None:
    for source in (MEAN, "def f(n: int) -> int:\n    with n:\n        pass\n    return n\n"):
        found = explained(source)
        assert Explanation.from_json(json.loads(json.dumps(found.to_json()))) == found


# ---------------------------------------------------------------- shown


def test_it_is_shown_under_each_line(box: hnb.Toolbox) -> None:
    tool = box.seal(MEAN)
    digest = tool.digest
    bundle = display.explanation_card(tool.explain())
    text = bundle["text/plain"]
    assert text.startswith("mean  explained\n  tier ")
    assert "1 tested on 120 inputs and in every call" in text
    assert "2 proven for all inputs" in text
    lines = text.split("\n")
    at = lines.index("  12 |         total += xs[i]")
    assert lines[at + 2] == "     |   once     bounds of xs[i], before the loop"
    assert "The mean of the first n." not in text
    assert Texts(bundle["text/html"]).text.replace("\xa0", " ").count("bounds of xs[i], before the loop") == 1
    assert display.explanation_card(tool.explain()) == bundle
    assert tool.digest == digest
    assert not {"seconds", "time"} & set(json.dumps(bundle).split('"'))


def test_source_never_becomes_markup(box: hnb.Toolbox) -> None:
    tool = box.seal("def f(n: int) -> int:\n    x = '<script>alert(1)</script>'\n    return len(x) + (n & 3)\n")
    shown = display.explanation_card(tool.explain())["text/html"]
    assert set(Texts(shown).tags) <= {"div", "strong", "span", "pre"}


def test_a_cell_that_is_not_native_says_everything_that_is_refused(box: hnb.Toolbox) -> None:
    tool = box.seal("def f(n: int) -> int:\n    x = 1\n    x = str(n) if n else n\n    return 2\n")
    assert tool.tier == "python"
    text = display.explanation_card(tool.explain())["text/plain"]
    assert tool.reason in text
    assert "   3 |     x = str(n) if n else n" in text
    assert "^^" in text


def test_each_set_of_types_of_a_helper_is_told(box: hnb.Toolbox) -> None:
    source = "def f(n: int) -> int:\n    return len(_g(n % 9)) + len(_g('ab'))\n\ndef _g(x):\n    return [x, x]\n"
    text = display.explanation_card(box.seal(source).explain())["text/plain"]
    assert {line.strip()[4:] for line in text.split("\n") if line.startswith("  [")} == {
        "_g(x: int) -> list[int]",
        "_g(x: str) -> list[str]",
    }
    assert text.count("def _g(x):") == 1


def test_tools_of_other_languages_have_no_more_to_say(box: hnb.Toolbox) -> None:
    wat = '(module (func (export "run") (param i64) (result i64) (local.get 0)))'
    tool = box.seal(wat, language="wat", signature="same(n: int) -> int")
    assert tool.explain().explanation == Explanation()
    assert display.explanation_card(tool.explain())["text/plain"].startswith("same  explained\n")


def test_the_flag_is_known_to_the_magics() -> None:
    for magic in ("hermetic_tool", "tool_show"):
        assert any(flag.name == "--explain" for flag in flags.FLAGS[magic])
