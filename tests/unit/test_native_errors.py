"""How native tools stop: the exception, its line in the cell and its message."""

from __future__ import annotations

from typing import Any

import pytest

from hermetic_nb import traps
from tests.unit.native_cells import Cell, Stopped

CASES: list[tuple[str, list[Any], str]] = [
    ("def f(a: int) -> int:\n    return a + \\\n        a\n", [2**62], "OverflowError"),
    ("def f(a: int) -> int:\n    b = a\n    return b // (a - a)\n", [1], "ZeroDivisionError"),
    ("def f(a: int) -> int:\n\n    return 7 % (a - a)\n", [1], "ZeroDivisionError"),
    (
        "def f(a: float) -> float:\n    x = (\n        a\n        /\n        (a - a)\n    )\n    return x\n",
        [1.0],
        "ZeroDivisionError",
    ),
    ("def f(a: float) -> float:\n    x = 1.0\n    return x % (a - a)\n", [1.0], "ZeroDivisionError"),
    ("def f(a: list[int]) -> int:\n    return a[\n        3\n    ]\n", [[1]], "IndexError"),
    ("def f(a: str) -> str:\n    b = a\n    return b[-2]\n", ["x"], "IndexError"),
    ("def f(a: bytes) -> int:\n    return a[1]\n", [b""], "IndexError"),
    ("def f(a: list[int]) -> list[int]:\n    a.append(1)\n    a[5] = 1\n    return a\n", [[1]], "IndexError"),
    ("def f(a: list[int]) -> list[int]:\n    a[5] += 1\n    return a\n", [[1]], "IndexError"),
    ("def f(a: list[int]) -> int:\n    if a:\n        pass\n    return a.pop()\n", [[]], "IndexError"),
    ("def f(a: list[int]) -> int:\n    return a.pop(4)\n", [[1]], "IndexError"),
    ("import math\ndef f(a: float) -> float:\n    return math.sqrt(a)\n", [-1.0], "ValueError"),
    ("import math\ndef f(a: float) -> float:\n    x = a\n    return x + math.log(a - a)\n", [-1.0], "ValueError"),
    ("import math\ndef f(a: float) -> float:\n    return math.exp(a)\n", [1e6], "OverflowError"),
    ("import math\ndef f(a: int) -> int:\n    return math.factorial(a)\n", [-1], "ValueError"),
    ("import math\ndef f(a: int) -> int:\n    return math.isqrt(a)\n", [-1], "ValueError"),
    ("def f(a: float) -> int:\n    return int(a)\n", [float("nan")], "ValueError"),
    ("def f(a: float) -> int:\n    return int(a)\n", [float("inf")], "OverflowError"),
    ("def f(a: float) -> int:\n    return round(a)\n", [float("-inf")], "OverflowError"),
    (
        "def f(a: int) -> int:\n    n = 0\n    for i in range(0, 5, a):\n        n += i\n    return n\n",
        [0],
        "ValueError",
    ),
    ("def f(a: int) -> str:\n    return chr(a)\n", [-1], "ValueError"),
    ("def f(a: str) -> int:\n    return ord(a)\n", ["ab"], "TypeError"),
    ("def f(a: str) -> int:\n    return int(a)\n", ["1x"], "ValueError"),
    ("def f(a: list[int]) -> int:\n    return min(a)\n", [[]], "ValueError"),
    ("def f(a: list[int]) -> int:\n    b = 1\n    return b + max(x for x in a)\n", [[]], "ValueError"),
    ("def f(a: int) -> int:\n    assert a > 3\n    return a\n", [1], "AssertionError"),
    ("def f(a: int) -> int:\n    assert a > 3, 'too small: ' + str(a)\n    return a\n", [1], "AssertionError"),
    ("def f(a: int) -> int:\n    if a:\n        raise KeyError\n    return a\n", [1], "KeyError"),
    ("def f(a: str) -> int:\n    raise ValueError('bad base: ' + a)\n", ["ñ😀"], "ValueError"),
    ("def f(a: str) -> int:\n    raise RuntimeError(a[0])\n", ["x"], "RuntimeError"),
    ("def f(a: int) -> int:\n    return g(a)\n\ndef g(a):\n    return 1 // a\n", [0], "ZeroDivisionError"),
    ("def f(a: int) -> int:\n    if a:\n        b = 1\n    return b\n", [0], "UnboundLocalError"),
    ("def f(a: int) -> int:\n    return a << (a - 5)\n", [2], "ValueError"),
    ("def f(a: list[int]) -> list[int]:\n    return a[::len(a)]\n", [[]], "ValueError"),
    ("def f(a: list[int]) -> int:\n    x, y = a\n    return x\n", [[1]], "ValueError"),
    ("def f(a: list[int]) -> int:\n    x, y = a\n    return x\n", [[1, 2, 3]], "ValueError"),
    (
        "def f(a: list[int]) -> int:\n    n = 0\n    for x, y in zip(a, a[1:], strict=True):\n        n += y\n    return n\n",
        [[1]],
        "ValueError",
    ),
    ("def f(a: list[int]) -> int:\n    return a.index(7)\n", [[1]], "ValueError"),
    ("def f(a: int) -> float:\n    return a ** -1\n", [0], "ZeroDivisionError"),
    ("def f(a: float) -> float:\n    return a ** 2\n", [1e200], "OverflowError"),
    ("def f(a: float) -> float:\n    return round(a, -308)\n", [1.7e308], "OverflowError"),
    ("def f(a: int) -> int:\n    return pow(2, a, a - a)\n", [3], "ValueError"),
    ("def f(a: int) -> int:\n    return pow(2, -1, a)\n", [4], "ValueError"),
    ("def f(a: int) -> int:\n    return f(a + 1)\n", [0], "RecursionError"),
    ("def f(a: int) -> int:\n    return len([0] * a)\n", [2**40], "MemoryError"),
    ("def f(a: int) -> int:\n    s = 'ab'\n    return len(s * a)\n", [2**33], "MemoryError"),
    ("def f(a: int) -> int:\n    b = [1]\n    while a:\n        b += b\n    return 0\n", [1], "MemoryError"),
]
SAME_MESSAGE = {"AssertionError", "RuntimeError"}


@pytest.mark.parametrize("case", range(len(CASES)))
def test_exception_and_line(case: int) -> None:
    source, arguments, exception = CASES[case]
    cell = Cell(source, "f")
    native = cell.run(*arguments)
    assert isinstance(native, Stopped)
    assert native.exception == exception
    if native.code in {17, 18} or exception == "OverflowError":
        # CPython's own answer needs all memory, or is a larger number.
        assert native.line >= 1
        return
    python = cell.expect(*arguments)
    assert isinstance(python, Stopped)
    assert native.exception == python.exception
    assert native.line == python.line
    assert native.message or not python.message
    if exception in SAME_MESSAGE or "raise ValueError" in source:
        assert native.message == python.message


@pytest.mark.parametrize(
    "case", [index for index, (_, _, exception) in enumerate(CASES) if exception == "OverflowError"]
)
def test_lines_of_overflows(case: int) -> None:
    source, arguments, _ = CASES[case]
    native = Cell(source, "f").run(*arguments)
    lines = source.split("\n")
    wanted = next(number for number, line in enumerate(lines, 1) if "return" in line)
    assert native.line == wanted


def test_lines_after_every_kind_of_line() -> None:
    """Comments, strings over several lines, semicolons, tabs and form feeds before the line that stops."""
    before = '    """Doc.\n\n    more\n    """\n    # comment\n\n    x = 1; y = 2\n\x0c\n    z = (x +\n         y)\n'
    for number in range(4):
        source = "# first\n\n" * number + f"def f(a: int) -> int:\n{before}    return z // a\n"
        cell = Cell(source, "f")
        native, python = cell.run(0), cell.expect(0)
        assert (native.exception, native.line) == (python.exception, python.line)


@pytest.mark.parametrize("name", sorted(name for name in traps.RAISED if "." not in name))
def test_every_exception_that_a_cell_may_raise(name: str) -> None:
    cell = Cell(f"def f(s: str, k: int) -> int:\n    if k:\n        raise {name}(s)\n    raise {name}\n")
    for k in (0, 1):
        native = cell.run("a ñ", k)
        assert (native.exception, native.line) == (name, 4 - k)
    assert cell.run("a ñ", 1).message == "a ñ"


def test_a_message_of_any_length() -> None:
    cell = Cell(
        "def f(n: int) -> int:\n    s = ''\n    for i in range(n):\n        s += 'é'\n    raise ValueError(s)\n"
    )
    assert [len(cell.run(n).message) for n in (1, 5000)] == [1, 5000]
