"""Clumsy and hostile use without a notebook: values, sources, processes that die, exits, and full disks."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

import pytest

from hermetic_nb.errors import (
    WIDEST,
    ArgumentError,
    Diagnostic,
    HermeticError,
    NotNativeError,
    SpecError,
)
from hermetic_nb.signature import BOOL, BYTES, FLOAT, INT, STR, ListType, Parameter, Signature
from hermetic_nb.signature.border import fit
from hermetic_nb.signature.types import Type
from hermetic_nb.toolbox import Toolbox
from tests.unit.hostile_values import VALUES, EvilFloat, EvilInt, EvilList, EvilStr

TYPES: list[Type] = [
    INT,
    FLOAT,
    BOOL,
    STR,
    BYTES,
    ListType(INT),
    ListType(FLOAT),
    ListType(BOOL),
    ListType(STR),
    ListType(ListType(INT)),
]


@pytest.mark.parametrize("name", VALUES)
def test_a_value_fits_or_is_refused_in_our_words(name: str) -> None:
    for wanted in TYPES:
        for packed in (False, True):
            try:
                (fitted,) = fit(Signature((Parameter("x", wanted),), INT), (VALUES[name],), {}, packed=packed)
            except HermeticError as refused:
                fitted = str(refused)
            assert type(fitted) in {int, float, bool, str, bytes, list, memoryview}
            assert type(fitted) is not str or len(fitted) < 300


def test_a_subclass_counts_as_its_value() -> None:
    signature = Signature(
        (Parameter("a", INT), Parameter("b", FLOAT), Parameter("c", STR), Parameter("d", ListType(INT))), INT
    )
    fitted = fit(signature, (EvilInt(3), EvilFloat(0.5), EvilStr("x"), EvilList([1, 2])), {})
    assert [type(value) for value in fitted] == [int, float, str, list]
    assert fitted == (3, 0.5, "x", [1, 2])


@pytest.mark.parametrize(
    ("args", "named"),
    [
        ((), {}),
        ((1, 2, 3), {}),
        ((1,), {"x": 2}),
        ((), {"y": 1}),
        ((), {"x": 1, "z": 2}),
        ((), {"self": 1}),
        ((), {"": 1}),
    ],
)
def test_missing_extra_and_double_arguments(args: tuple[Any, ...], named: dict[str, Any]) -> None:
    with pytest.raises(ArgumentError) as caught:
        fit(Signature((Parameter("x", INT), Parameter("y", INT)), INT), args, named)
    assert "signature" in caught.value.help or "twice" in caught.value.message


# ------------------------------------------------------------ what is shown


def test_of_a_long_line_the_place_is_shown() -> None:
    line = "a" * 500 + "HERE" + "b" * 500
    text, caret = Diagnostic("found", 3, 500, 504, line).render()
    assert len(text) < WIDEST + 20
    assert text[caret.index("^") : caret.rindex("^") + 1] == "HERE"


def test_tabs_and_control_characters_of_a_line() -> None:
    text, caret = Diagnostic("found", 1, 2, 3, "\t\x1bx = \u202e1").render()
    assert text == "   1 | \t\ufffdx = \ufffd1"
    assert caret == "     | \t ^  found"


# ------------------------------------------------------------ cells


@pytest.fixture(scope="module")
def box() -> Iterator[Toolbox]:
    box = Toolbox(":memory:")
    yield box
    box.close()


@pytest.mark.parametrize("head", ["x: int | str", "x: list[int | str]"])
def test_parameters_beyond_the_native_tier_are_placed(box: Toolbox, head: str) -> None:
    with pytest.raises(NotNativeError) as caught:
        box.seal(f"def f({head}) -> int:\n    return 1\n", tier="native")
    assert caught.value.diagnostics[0].line == 1


def test_many_parameters_go_through_memory(box: Toolbox) -> None:
    names = [f"a{n}" for n in range(20)]
    tool = box.seal(f"def f({', '.join(f'{name}: int' for name in names)}) -> int:\n    return a0 + 2 * a19\n")
    assert tool(*range(20)) == 38


def test_many_parameters(box: Toolbox) -> None:
    head = ", ".join(f"a{n}: int" for n in range(40))
    assert box.seal(f"def f({head}) -> int:\n    return a39 - a1\n")(*range(40)) == 38


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_do_not_make_another_tool(box: Toolbox, line_end: str) -> None:
    source = "def f(x: int) -> int:\n    return x + 4\n"
    assert box.seal(source.replace("\n", line_end)).digest == box.seal(source).digest


@pytest.mark.parametrize("name", ["sum", "list", "print", "int", "con", "len"])
def test_a_tool_may_have_the_name_of_a_built_in(box: Toolbox, name: str) -> None:
    assert box.seal(f"def {name}(x: float) -> float:\n    return x + 1.5\n")(1.0) == 2.5


@pytest.mark.parametrize("name", ["self", "cls", "args", "kwargs", "packed", "signature", "é", "__x"])
def test_a_parameter_may_have_any_name(box: Toolbox, name: str) -> None:
    tool = box.seal(f"def f({name}: int, other: int = 2) -> int:\n    return {name} - other\n")
    assert tool(5) == tool(**{name: 5}) == tool.call(**{name: 5}).value == 3


def test_a_cell_of_two_thousand_lines(box: Toolbox) -> None:
    lines = [f"    a{n} = x + {n}" for n in range(2000)]
    assert box.seal("\n".join(["def f(x: int) -> int:", *lines, "    return a1999"]))(1) == 2000


def test_a_text_that_doubles_for_ever_seals_in_bounded_time(box: Toolbox) -> None:
    source = "def f(n: int) -> str:\n    s = 'a'\n    while len(s) < 1_000_000_000:\n        s = s + s\n    return s\n"
    tool = box.seal(source)
    with pytest.raises(MemoryError):
        tool(1)
    assert box.seal("def f(n: int) -> int:\n    return n\n")(3) == 3


def test_names_are_bounded(box: Toolbox) -> None:
    with pytest.raises(SpecError, match="a name of 300 characters") as caught:
        box.seal(textwrap.dedent(f"def {'f' * 300}(x: int) -> int:\n    return x\n"))
    assert max(map(len, caught.value.render())) < 200
