"""Refusals say what, where, why, and what to do."""

from __future__ import annotations

import pytest

from hermetic_nb.errors import NotNativeError
from tests.unit.native_cells import Cell

SAID = {
    "for x in d.items():\n        n += x\n    return n": (
        3,
        "n += x",
        "+ does not take int and tuple[str, int]: `n` is int, `x` is tuple[str, int]",
    ),
    "return d['a'] + 'b'": (2, "d['a'] + 'b'", "+ does not take int and str: `d['a']` is int, write str(d['a'])"),
    "x = 1\n    for i in range(n):\n        x = str(i)\n    return len(x)": (
        4,
        "x = str(i)",
        "`x` is int (line 2) and str (line 4): give them two names",
    ),
    "for i in range(n):\n        n = 'a'\n    return n": (
        3,
        "n = 'a'",
        "`n` is int (line 1) and str (line 3): give them two names",
    ),
    "if n:\n        return 'a'\n    return 1": (
        4,
        "return 1",
        "what f returns is str (line 3) and int (line 4): a function returns one type",
    ),
    "ys = [1]\n    ys.append('a')\n    return 1": (
        3,
        "'a'",
        "`ys` holds int (line 2), `'a'` is str: it can hold one type of value",
    ),
    "return len(n)": (2, "len(n)", "`n` is int, which has no len"),
    "for i in n:\n        pass\n    return 1": (
        2,
        "n",
        "`n` is int, which has no items to loop over: loop over range(n)",
    ),
    "return missing(n)": (
        2,
        "missing(n)",
        "missing is not defined in this cell: define it here, or take it in with --capture missing",
    ),
    "return n + 'a'": (2, "n + 'a'", "+ does not take int and str: `n` is int, write str(n)"),
    "return n if n < 'a' else 1": (2, "n < 'a'", "< does not take int and str: `n` is int, `'a'` is str"),
    "x = None\n    return x + n": (3, "x", "`x` is always None here"),
    "a, b = n, n, n\n    return a": (2, "a, b", "2 names for 3 values"),
    "return d[n]": (2, "n", "`n` is int, the keys here are str"),
    "'a'.uper()\n    return n": (2, "'a'.uper()", "a str has no method uper: did you mean upper?"),
    "xs = [1]\n    return xs.length": (
        3,
        "xs.length",
        "`xs` is list[int], which has no attribute length in the native subset: write len(xs)",
    ),
    "count = 1\n    return cuont": (3, "cuont", "cuont is not defined in this cell: did you mean count?"),
    "if n:\n        return 1": (
        1,
        "def f(n: int, d: dict[str, int]) -> int:",
        "f may end without a return, where int is declared: give one on every path",
    ),
    "return f(n, d, 1)": (2, "f(n, d, 1)", "f takes 2 positional arguments, not 3"),
    "s = set([n])\n    for x in s:\n        n = x - n\n    return n": (
        3,
        "s",
        "a set has no order, but `n` may end in other ways: loop over sorted(s)",
    ),
    "xs = list(d)\n    return len([x for x in set(xs)][0])": (
        3,
        "set(xs)",
        "a set has no order, but the list it fills keeps one: loop over sorted(...)",
    ),
    "import random\n    return random.randint(0, n)": (
        2,
        "import random",
        "the native tier does not have the module random: draw outside, and pass what was drawn as an argument",
    ),
    "open('x')\n    return 1": (
        2,
        "open('x')",
        "open() reads files, of which a sealed tool has none: pass the contents as an argument",
    ),
}


@pytest.mark.parametrize("body", SAID)
def test_a_refusal_says_what_where_and_why(body: str) -> None:
    line, part, message = SAID[body]
    source = f"def f(n: int, d: dict[str, int]) -> int:\n    {body}\n"
    with pytest.raises(NotNativeError) as caught:
        Cell(source)
    found = caught.value.diagnostics[0]
    assert (found.line, found.message) == (line, message)
    assert found.source[found.column : found.end_column] == part


def test_a_type_that_nests_without_end_is_called_that() -> None:
    source = "def f(n: int) -> int:\n    x = (1,)\n    for i in range(n):\n        x = (x, x)\n    return n\n"
    with pytest.raises(NotNativeError) as caught:
        Cell(source)
    assert caught.value.diagnostics
