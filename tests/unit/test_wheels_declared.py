"""The packages that a cell declares in its comments."""

from __future__ import annotations

import pytest

from hermetic_nb.cell.dependencies import Declared, read
from hermetic_nb.errors import SpecError


def _findings(text: str) -> tuple[SpecError, list[tuple[int, int, int]]]:
    with pytest.raises(SpecError) as caught:
        read(text)
    return caught.value, [(one.line, one.column, one.end_column) for one in caught.value.diagnostics]


def test_a_cell_that_declares_nothing() -> None:
    assert read("def f(x: int) -> int:\n    return x  # depends on deps\n") == ()


def test_packages_are_sorted_by_their_normal_name() -> None:
    text = "# deps: roman==5.0, Inflection == 0.5.1\ndef f() -> int:\n    # deps: A_b.c==1\n    return 1\n"
    assert read(text) == (Declared("a-b-c", "1", 3), Declared("inflection", "0.5.1", 1), Declared("roman", "5.0", 1))


@pytest.mark.parametrize(
    "text",
    [
        "#deps:a==1\n",
        "##  deps :a==1\n",
        "x = 1  # deps: a==1\n",
        "x = 'é'  # deps:\ta==1",
        "if 1:\n    # deps: a==1\n    x = 1\n",
    ],
)
def test_ways_to_write_it(text: str) -> None:
    assert [(one.name, one.version) for one in read(text)] == [("a", "1")]


@pytest.mark.parametrize(
    "text",
    [
        "x = '# deps: a==1'\n",
        'x = """\n# deps: a==1\n"""\n',
        "x = f'# deps: a==1'\n",
        "# the deps: a==1\n",
        "# Deps of f: a\n",
        "deps = 1\n",
    ],
)
def test_what_only_looks_like_it(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    "part",
    [
        *(
            "a",
            "a>=1",
            "a~=1.0",
            "a===1",
            "a==1.*",
            "a==",
            "==1",
            "a==1 b==2",
            "a==1;b==2",
            "a[x]==1",
            "a == 1 ; python_version > '3'",
        ),
        *("-a==1", "a==v1", "a @ file:///x", "--index-url=x", "ä==1", "a==\u0661", "a==1 # why", "a=1", "a==1==1"),
    ],
)
def test_a_malformed_part_is_placed(part: str) -> None:
    error, places = _findings(f"x = 'é'\n# deps: good==1, {part} , more==2\n")
    assert places == [(2, 17, 17 + len(part))]
    assert error.diagnostics[0].source == f"# deps: good==1, {part} , more==2"
    assert error.help == "write # deps: NAME==VERSION; a tool pins exact versions"


def test_every_mistake_is_named_at_once() -> None:
    error, places = _findings("# deps: a>1, b\n# deps: c==1\n# deps: C==2\n")
    assert places == [(1, 8, 11), (1, 13, 14), (3, 8, 12)]
    assert "NAME==VERSION" in str(error)


@pytest.mark.parametrize(("text", "column"), [("# deps:\n", 7), ("# deps: a==1,\n", 13), ("# deps: ,a==1\n", 8)])
def test_an_empty_part(text: str, column: int) -> None:
    _, places = _findings(text)
    assert places == [(1, column, column + 1)]


def test_a_package_declared_twice_in_any_spelling() -> None:
    error, places = _findings("# deps: a-b==1\n# deps: A_B==1\n")
    assert str(error) == "H101: a package is declared twice"
    assert places == [(2, 8, 14)]
    assert error.diagnostics[0].message == "line 1 declares a-b already"


@pytest.mark.parametrize("text", ["x = (  # deps: a==1\n", '"""deps\n', "if 1:\n  x\n y  # deps: a==1\n"])
def test_a_cell_that_is_not_python(text: str) -> None:
    error, places = _findings(text)
    assert str(error) == "H101: the cell is not Python"
    assert len(places) == 1
