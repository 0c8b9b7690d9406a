"""A cell's text -> its spec, and one placed error for each mistake."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb import cell
from hermetic_nb.errors import SpecError
from hermetic_nb.model import Example, ModuleLimits

GC = '''def gc_content(seq: str) -> float:
    """Fraction of G and C
       in a sequence.

    >>> gc_content("GATTACA")
    0.2857142857142857
    >>> [gc_content(s)
    ...  for s in ("G", "A")]
    [1.0, 0.0]
    """
    return _hits(seq) / len(seq)


def _hits(seq: str) -> int:
    return sum([c in LETTERS for c in seq])


LETTERS = "GC"
'''


def refused(source: str, **words: Any) -> SpecError:
    with pytest.raises(SpecError) as caught:
        cell.parse(source, **words)
    return caught.value


def test_a_cell_becomes_a_spec() -> None:
    spec = cell.parse(GC)
    assert (spec.name, spec.entry, spec.language, spec.tier) == ("gc_content", "gc_content", "python", "auto")
    assert str(spec.signature) == "(seq: str) -> float"
    assert spec.source == GC
    assert spec.doc.startswith("Fraction of G and C\n   in a sequence.\n\n>>> gc_content")
    assert [(example.source, example.want, example.line) for example in spec.examples] == [
        ('gc_content("GATTACA")', "0.2857142857142857", 5),
        ('[gc_content(s)\n for s in ("G", "A")]', "[1.0, 0.0]", 7),
    ]
    assert spec.limits == ModuleLimits()


def test_a_comment_at_a_prompt_is_no_example() -> None:
    spec = cell.parse(
        'def f(n: int) -> int:\n    """F.\n\n    >>> # bases\n    >>> f(1)\n    1\n    >>>\n    """\n    return n\n'
    )
    assert [(example.source, example.want, example.line) for example in spec.examples] == [("f(1)", "1", 5)]


@pytest.mark.parametrize("ending", ["", "\n", "\n\n\n", "\r\n"])
def test_line_ends_do_not_change_the_spec(ending: str) -> None:
    text = GC.rstrip("\n")
    assert cell.parse(text.replace("\n", "\r\n") + ending).digest == cell.parse(GC).digest


def test_everything_else_changes_the_spec() -> None:
    assert cell.parse(GC + "# more").digest != cell.parse(GC).digest
    assert cell.parse("\n" + GC).digest != cell.parse(GC).digest


def test_name_and_entry() -> None:
    two = "def Alpha(x: int) -> int:\n    return x\ndef beta(x: int) -> int:\n    return x\n"
    assert cell.parse(two, name="beta").entry == "beta"
    spec = cell.parse(two, name="gamma", entry="Alpha")
    assert (spec.name, spec.entry) == ("gamma", "Alpha")
    assert "several public functions" in refused(two).message
    assert [d.line for d in refused(two).diagnostics] == [1, 3]
    assert "%%hermetic_tool" in refused("def Alpha(x: int) -> int:\n    return x\n").help


def test_defaults_are_wire_text() -> None:
    spec = cell.parse(
        "def f(n: int, x: float = 1, s: str = 'a', b: bool = True, d: bytes = b'\\0', m: int = -3) -> int: return n"
    )
    assert [parameter.default for parameter in spec.signature.parameters] == [
        None,
        "1.0",
        '"a"',
        "true",
        '{"$bytes":"AA=="}',
        "-3",
    ]


@pytest.mark.parametrize(
    ("source", "line", "marked", "said"),
    [
        ("def f(:\n", 1, ":", "invalid syntax"),
        ("x = 1\nreturn x\n", 2, "return x", "outside function"),
        ("x = 1\n", 1, "x = 1", "not a function"),
        ("def _f(x: int) -> int:\n    return x\n", 1, "_f", "private"),
        ("def f(k: int, /) -> int:\n    return 1\n", 1, "k: int", "by name"),
        ("def f(x: int, call_agent) -> int:\n    return 1\n", 1, "f", "async def"),
        ("def f(x: Foo) -> int:\n    return 1\n", 1, "Foo", "not a type of an interface"),
        ("def f(\n  a: int,\n  *rest: int) -> int:\n    return 1\n", 3, "rest: int", "one by one"),
        ("def f(x: int = 1.5) -> int:\n    return 1\n", 1, "1.5", "not an int"),
        ("def f(x: int = True) -> int:\n    return 1\n", 1, "True", "not an int"),
        ("def f(x: int = len('a')) -> int:\n    return 1\n", 1, "len('a')", "constant"),
        ("def f(x: int = 2**99999) -> int:\n    return 1\n", 1, "2**99999", "constant"),
        ("def é(x: int) -> int:\n    return ünknown(x)\n", 2, "ünknown", "neither the cell nor Python"),
        ("@cache\ndef f(x: int) -> int:\n    return x\n", 1, "cache", "decorator"),
        ("def f(x: int) -> int:\n    return x\nprint(f(2))\n", 3, "print(f(2))", "runs when the tool is made"),
        ('def f(x: int) -> int:\n    """\n    >>> f(2\n    2\n    """\n    return x\n', 3, ">>> f(2", ""),
        ("type X = int\ndef f(x: int) -> int:\n    return x\n", 1, "", ""),
    ],
)
def test_each_mistake_is_placed(source: str, line: int, marked: str, said: str) -> None:
    words = {"name": "tool"} if source.startswith("def é") else {}
    error = refused(source, **words)
    (finding, *_) = error.diagnostics
    assert finding.line == line
    assert finding.source == source.split("\n")[line - 1]
    if marked:
        assert finding.source[finding.column : finding.end_column] == marked
    assert said in finding.message
    assert str(error) == f"H101: {error.message}"


def test_every_mistake_of_an_interface_is_told_at_once() -> None:
    error = refused("def f(a, b: Foo, *c):\n    return a\n")
    assert [d.column for d in error.diagnostics] == [12, 18]


def test_what_has_no_annotation_holds_any_value() -> None:
    spec = cell.parse("def f(x, *, k=[1, 'a']):\n    return x\n")
    assert str(spec.signature) == "(x: Any, *, k: Any = [1, 'a']) -> Any"
    pure = cell.parse("async def f(q: str, call_agent):\n    return await call_agent('a', {'q': q})\n")
    assert (str(pure.signature), pure.is_pure) == ("(q: str) -> Any", True)


def test_the_cells_own_classes_are_types() -> None:
    spec = cell.parse(
        "from dataclasses import dataclass\nfrom enum import Enum\n"
        "class Colour(Enum):\n    RED = 1\n"
        "@dataclass\nclass Tree:\n    colour: Colour\n    left: 'Tree | None' = None\n"
        "def f(t: Tree) -> dict[str, Tree]:\n    return {'t': t}\n"
    )
    assert [d.name for d in spec.signature.definitions] == ["Tree", "Colour"]
    assert type(spec.signature).from_json(spec.signature.to_json()) == spec.signature


@pytest.mark.parametrize("source", ["", "\n\n", "   \n\t\n", b"\xff", "x = '\ud800'\n", "\0", "(" * 500 + ")" * 500])
def test_what_is_no_cell(source: str) -> None:
    assert refused(source).code == "H101"


@given(st.text(max_size=60))
def test_any_text_is_a_spec_or_a_spec_error(source: str) -> None:
    try:
        cell.parse(source)
    except SpecError as refusal:
        refusal.render()


def test_names_are_resolved_like_python_does() -> None:
    source = """
import math as m
from statistics import mean
LIMIT = 3
def f(x: int) -> int:
    global counter
    counter = x
    squares = [y * y for y in range(x) if (z := y)]
    try:
        inner = lambda q, *r: q + LIMIT + z + counter
    except ValueError as problem:
        print(problem)
    match x:
        case [a, *b] | {"k": a, **b}:
            return a
        case other:
            return other
    for i, (j, k) in enumerate([]):
        del i
    def nested() -> int:
        nonlocal squares
        squares = []
        return m.floor(mean(squares)) + _g(j) + k
    class C:
        attribute = 1
        def method(self) -> int:
            return __name__ and super().x
    with open("x") as handle:
        return nested() + len(handle) + C().method()
def _g(n: int) -> int:
    return _g(n - 1)
"""
    assert cell.parse(source).entry == "f"


def test_undefined_names() -> None:
    source = "def f(x: int) -> float:\n    return math.pi * lenn([x]) + RATE + [v for u in [1]][0] + RATE\n"
    error = refused(source)
    assert [d.message.rsplit(" ", 1)[-1] for d in error.diagnostics] == ["math", "len?", "RATE", "v"]
    assert "import math in the cell" in error.help
    assert "--capture lenn RATE v" in error.help
    assert cell.missing(source) == ["math", "lenn", "RATE", "v"]


def test_a_class_body_is_not_seen_by_its_methods() -> None:
    assert cell.missing("class C:\n    a = 1\n    b = a\n    def m(self):\n        return a\n") == ["a"]


def helper(x: float) -> float:
    """Used by the tests of captures."""
    return x * 2.0


def test_captures_follow_the_cell() -> None:
    source = "def f(x: float) -> float:\n    return helper(x) * RATE + math.sqrt(x) + TABLE[0]\n"
    captured = cell.capture(
        {"helper": helper, "RATE": -2.5, "math": math, "TABLE": [1.0, math.inf], "floor": math.floor}
    )
    spec = cell.parse(source, captured=captured)
    assert spec.source.startswith(source)
    assert spec.entry == "f"
    namespace: dict[str, Any] = {}
    exec(spec.source, namespace)
    assert namespace["f"](4.0) == 8.0 * -2.5 + 2.0 + 1.0
    assert namespace["TABLE"] == [1.0, math.inf]
    assert refused(source.replace("helper", "help_er"), captured=captured).diagnostics[0].line == 2


def test_a_nan_is_captured() -> None:
    namespace: dict[str, Any] = {}
    exec(cell.capture({"N": math.nan, "M": -math.inf}), namespace)
    assert math.isnan(namespace["N"])
    assert namespace["M"] == -math.inf


def outer() -> Any:
    value = 3

    def closure() -> int:
        return value

    return closure


@pytest.mark.parametrize(
    "value",
    [object(), {"a": 1}, (1, 2), None, [object()], lambda x: x, outer(), "x" * 200_000, 3 + 4j],
    ids=["object", "dict", "tuple", "none", "list", "lambda", "closure", "long", "complex"],
)
def test_what_cannot_be_captured(value: Any) -> None:
    with pytest.raises(SpecError, match="--capture name: "):
        cell.capture({"name": value})


def test_captures_do_not_clash_with_the_cell() -> None:
    source = "RATE = 1.0\ndef f(x: float) -> float:\n    return x * RATE\n"
    assert "has its own" in refused(source, captured=cell.capture({"RATE": 2.0})).message
    early = "TWICE = [RATE, RATE]\ndef f(x: float) -> float:\n    return x * TWICE[0]\n"
    error = refused(early, captured=cell.capture({"RATE": 2.0}))
    assert error.diagnostics[0].line == 1
    assert "captures follow the cell" in error.message


def test_other_languages_need_a_signature() -> None:
    spec = cell.parse("(module)", language="wat", signature="f(x: int, s: str = 'a') -> float")
    assert (spec.name, spec.entry, str(spec.signature)) == ("f", "f", "(x: int, s: str = 'a') -> float")
    assert "--sig" in refused("(module)", language="wat").help
    for wrong in ["f", "f(x)", "f(x: int) -> ", "f(x: int) -> int: pass\ndef g()", "lambda: 0"]:
        assert refused("(module)", language="wat", signature=wrong).code == "H101"
    assert "annotations" in refused(GC, signature="f(x: int) -> int").message


@pytest.mark.parametrize("name", ["", "F", "_f", "a-b", "1a", "naïve", "a" * 201, "a/b", "a\n"])
def test_names_of_tools(name: str) -> None:
    with pytest.raises(SpecError):
        cell.check_name(name)


def test_docstrings_and_examples() -> None:
    source = 'def f(x: int) -> int:\n    """Doc.\n\n\tTabbed.\n\n    >>> f(1)\n    1\n    >>> f(0)\n    Traceback (most recent call last):\n        ...\n    ZeroDivisionError: division by zero\n\n    Text.\n    >>> f(2); f(3)\n    """\n    return x\n'
    spec = cell.parse(source)
    assert spec.doc.splitlines()[:3] == ["Doc.", "", "    Tabbed."]
    assert [example.line for example in spec.examples] == [6, 8, 14]
    assert spec.examples[1].want.splitlines()[1] == "    ..."
    assert spec.examples[2].want == ""


def test_a_wat_cell_is_documented_by_its_head_comment() -> None:
    source = "\n;; Adds.\n;;\n;; >>> add(2, 3)\n;; 5\n(module)\n;; >>> add(0, 0)\n;; 1\n"
    spec = cell.parse(source, language="wat", signature="add(a: int, b: int) -> int")
    assert spec.doc == "Adds.\n\n>>> add(2, 3)\n5"
    assert spec.examples == (Example("add(2, 3)", "5", 4),)


@pytest.mark.parametrize("body", [r'"\ud800"', '"""\n    >>> f(1)\n    \'\\ud800\'\n    """'])
def test_a_docstring_with_half_a_character_is_placed(body: str) -> None:
    with pytest.raises(SpecError, match="not Unicode text") as caught:
        cell.parse(f"def f(n: int) -> str:\n    {body}\n    return 'a'\n")
    assert caught.value.diagnostics[0].line == 2
