"""What is tried when a cell of the python or pure tier is sealed, and what its calls are like."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

import hermetic_nb as hnb
from hermetic_nb.builder.interpreted import Interpreted
from hermetic_nb.model import Environment
from hermetic_nb.toolchains.python import PythonToolchain


@pytest.fixture(scope="module")
def box() -> Iterator[hnb.Toolbox]:
    made = hnb.Toolbox(":memory:")
    yield made
    made.close()


# ---------------------------------------------------------------- examples

EXAMPLES = '''
import re

def spelled(text: str) -> dict[str, int]:
    """Letters and how many.

    >>> spelled("aab")
    {'a': 2, 'b': 1}
    >>> x = spelled("a")
    >>> x["a"]
    1
    >>> spelled(None)
    Traceback (most recent call last):
    TypeError: no text
    """
    if text is None:
        raise TypeError("no text")
    return {c: text.count(c) for c in re.findall('.', text)}
'''


def test_examples_are_run_and_counted(box: hnb.Toolbox) -> None:
    assert box.seal(EXAMPLES).proof.examples == 4


def test_a_failing_example_is_placed(box: hnb.Toolbox) -> None:
    with pytest.raises(hnb.ExampleError) as caught:
        box.seal(EXAMPLES.replace("'b': 1}", "'b': 2}"))
    (finding,) = caught.value.diagnostics
    line = EXAMPLES.split("\n").index('    >>> spelled("aab")') + 1
    assert (finding.line, finding.source) == (line, '    >>> spelled("aab")')
    assert finding.message == "expected {'a': 2, 'b': 2}, got {'a': 2, 'b': 1}"
    assert "in the runner (CPython 3.14)" in caught.value.message
    assert caught.value.to_json()["retry"] is True


def test_examples_of_a_pure_tool_are_left_and_noted(box: hnb.Toolbox) -> None:
    tool = box.seal('async def f(call_agent) -> Any:\n    """\n    >>> f()\n    5\n    """\n    return 4\n')
    assert (tool.proof.examples, tool()) == (0, 4)
    assert any("not run" in note for note in tool.proof.notes)


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("import re\nX = 1 // 0\ndef f() -> Any:\n    return X\n", 2, "ZeroDivisionError: division by zero"),
        (
            "def _g():\n    raise ValueError('at the top')\n_g()\ndef f() -> Any:\n    return 1\n",
            2,
            "ValueError: at the top",
        ),
        ("import numpy\ndef f() -> Any:\n    return 1\n", 1, "numpy"),
        ("import secret_module\ndef f() -> Any:\n    return 1\n", 1, "# deps"),
        ("X: int = len(undefined_name)\ndef f() -> Any:\n    return 1\n", 1, "undefined_name"),
        ("open('/etc/passwd')\ndef f() -> Any:\n    return 1\n", 1, "open"),
        ("import random\nX = random.random()\ndef f() -> Any:\n    return X\n", 2, "seed"),
    ],
)
def test_a_cell_that_cannot_be_defined_says_where(box: hnb.Toolbox, source: str, line: int, said: str) -> None:
    with pytest.raises(hnb.HermeticError) as caught:
        box.seal(source)
    report = "\n".join(caught.value.render())
    assert said in report
    assert caught.value.diagnostics[0].line == line


def test_every_finding_in_a_pure_tool_is_placed(box: hnb.Toolbox) -> None:
    with pytest.raises(hnb.NotPureError) as caught:
        box.seal("import os\n\nasync def f(call_agent) -> Any:\n    x = open('f')\n    return eval('1')\n")
    assert [finding.line for finding in caught.value.diagnostics] == [1, 4, 5]
    told = json.loads(json.dumps(caught.value.to_json()))
    assert (told["code"], told["retry"], len(told["diagnostics"])) == ("H202", True, 3)


# ---------------------------------------------------------------- two processes


def test_a_seal_is_tried_in_two_processes(box: hnb.Toolbox) -> None:
    box.seal(EXAMPLES)
    first, second = box._executors.runners
    homes = [runner.sandbox._family._zygote for runner in (first, second)]  # type: ignore[attr-defined]
    assert all(home.alive for home in homes)
    assert homes[0].pid != homes[1].pid
    seen = [home._environment for home in homes]
    assert all(seen[0][name] != seen[1][name] for name in ("PYTHONHASHSEED", "TZ", "LC_ALL"))


class Runner:
    """One that gives what it was told."""

    def __init__(self, results: Any) -> None:
        self.results = results

    def open(self, *_: Any) -> Runner:
        return self

    def examples(self, tests: Sequence[tuple[str, str]]) -> Any:
        return self.results[: len(tests)]


class Pair:
    def __init__(self, *results: Any) -> None:
        first, second = map(Runner, results)
        self.runners = first, second


def test_examples_that_differ_refuse_the_seal(box: hnb.Toolbox) -> None:
    spec = box.parse(EXAMPLES)
    good = [("full", "")] * 3
    differing = Interpreted(Pair([*good, ("full", "1\n")], [*good, ("full", "2\n")]))
    with pytest.raises(hnb.NotReproducibleError, match="in one runner and '2' in another") as caught:
        differing.build(spec, PythonToolchain(), Environment(), "")
    assert caught.value.diagnostics[0].line
    same = Interpreted(Pair([*good, ("full", "1\n")], [*good, ("full", "1\n")]))
    assert same.build(spec, PythonToolchain(), Environment(), "why").reason == "why"


# ---------------------------------------------------------------- what a tool of the python tier is like


def test_values_of_the_cells_own_classes(box: hnb.Toolbox) -> None:
    tool = box.seal(
        "from dataclasses import dataclass\nfrom enum import Enum\n\n"
        "class Kind(Enum):\n    A = 1\n    B = 2\n\n"
        "@dataclass(frozen=True)\nclass Point:\n    x: float\n    kind: Kind = Kind.A\n\n"
        "def moved(point: Point, by: float) -> Point:\n    return Point(point.x + by, Kind.B)\n"
    )
    made = tool(hnb.Record("Point", {"x": 1.0, "kind": hnb.Member("Kind", "A", 1)}), 2)
    assert (made.x, made.kind.name) == (3.0, "B")
    receipt = tool.call(made, 1)
    assert receipt.value.x == 4.0
    assert hnb.Receipt.from_json(json.loads(json.dumps(receipt.to_json()))).digest == receipt.digest


def test_exceptions_are_caught_as_what_they_are(box: hnb.Toolbox) -> None:
    tool = box.seal(
        "class Missing(KeyError):\n    pass\n\n"
        "def find(name: str) -> Any:\n    if name == 'own':\n        raise Missing(name)\n    return {}[name]\n"
    )
    for name, title in (("own", "Missing"), ("x", "KeyError")):
        with pytest.raises(KeyError) as caught:
            tool(name)
        assert isinstance(caught.value, hnb.ToolError)
        assert caught.value.title == title
        assert caught.value.diagnostics[0].line in {6, 7}


@pytest.mark.parametrize("result", ["list[int]", "str", "dict[str, float]", "None"])
def test_a_result_of_another_type_is_the_tools_error(box: hnb.Toolbox, result: str) -> None:
    tool = box.seal(f"def f(x: Any) -> {result}:\n    return x\n", tier="python")
    with pytest.raises(TypeError) as caught:
        tool({"a": "b"})
    assert isinstance(caught.value, hnb.ToolError)
    assert "f" in caught.value.message


def test_what_is_printed_is_shown_and_no_part_of_the_value(
    box: hnb.Toolbox, capsys: pytest.CaptureFixture[str]
) -> None:
    tool = box.seal("def f(x: Any) -> Any:\n    print('hello', x)\n    return x\n")
    assert tool(1) == 1
    assert capsys.readouterr().out == "hello 1\n"
    receipt = tool.call(1)
    assert (receipt.printed, capsys.readouterr().out) == ("hello 1\n", "")
    assert "hello" not in json.dumps(receipt.to_json())
