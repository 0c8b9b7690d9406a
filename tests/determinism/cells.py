"""The cells that every machine must seal alike: each kind of value, library functions, NaN, and what else could slip.

Only text and constants: this file runs on every Python and machine that is compared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

NAN: Final = float("nan")
INF: Final = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A source, and the calls whose receipts are compared."""

    source: str
    calls: Sequence[tuple[Any, ...]]
    signature: str | None = None
    """Only WAT cells have one: their language follows from it."""
    capture: Mapping[str, Any] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The ``--lang`` of the cell."""
        return "python" if self.signature is None else "wat"


TEXT: Final = '''def tidy(text: str, width: int = 12) -> str:
    """One line of at most ``width`` characters.

    >>> tidy("  a  b ")
    'a  b'
    """
    start = 0
    end = len(text)
    while start < end and text[start] == " ":
        start += 1
    while end > start and text[end - 1] == " ":
        end -= 1
    return text[start:end][:width]
'''
LISTS: Final = """def running(values: list[int], window: int = 3) -> list[int]:
    assert window > 0, "a window has a width"
    found: list[int] = []
    total = 0
    for i, value in enumerate(values):
        total += value
        if i >= window:
            total -= values[i - window]
        found.append(total)
    return found
"""
FLOATS: Final = """import math


def damped(times: list[float], rate: float) -> list[float]:
    found: list[float] = []
    for t in times:
        found.append(math.exp(-rate * t) * math.sin(t) + math.atan2(t, rate) + math.log(1.0 + t * t) + t ** 0.3)
    return found
"""
SUMS: Final = """def mean(values: list[float]) -> float:
    return sum(values) / len(values)
"""
BORN_NAN: Final = """def lost(x: float) -> float:
    return (x - x) * 2.0
"""
NAN_SIGN: Final = """import math


def sign_of_nothing(x: float) -> float:
    return math.copysign(1.0, x - x)
"""
NAN_LIST: Final = """import math


def shifted(values: list[float], by: float) -> list[float]:
    found: list[float] = []
    for value in values:
        found.append(value - by)
        found.append(math.copysign(2.0, value - by))
    return found
"""
RECURSION: Final = '''def ackermann(m: int, n: int) -> int:
    """
    >>> ackermann(2, 3)
    9
    """
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))
'''
CAPTURED: Final = """def price(cents: int, label: str) -> str:
    total = cents + int(cents * RATE) + sum(STEPS)
    return label + NAME[: total % 5] + chr(65 + total % 26)
"""
UNICODE: Final = '''def größe(straße: str, été: int = 2) -> int:
    """Zählt Zeichen · 文字 · 🧬.

    >>> größe("naïve 🧬")
    14
    """
    gesamt = 0
    for zeichen in straße:
        if zeichen == "é" or zeichen == "🧬":
            gesamt += 0
        gesamt += été
    return gesamt
'''
BYTES: Final = """def rolled(data: bytes, seed: int) -> bytes:
    for byte in data:
        seed = (seed * 31 + byte) % 65521
    cut = seed % (len(data) + 1)
    return data[cut:] + b"\\x00\\xff" + data[:cut]
"""
FLAGS: Final = """def runs(flags: list[bool], least: int) -> list[bool]:
    found: list[bool] = []
    length = 0
    for flag in flags:
        length = length + 1 if flag else 0
        found.append(length >= least)
    return found
"""
OVERFLOW: Final = """def factorial(n: int) -> int:
    if n < 0:
        raise ValueError("n must not be negative")
    product = 1
    for k in range(2, n + 1):
        product *= k
    return product
"""
ZERO_BY_ZERO: Final = """(module
  (global $error (export "error") (mut i64) (i64.const 0))
  (func (export "run") (param f64 f64) (result i64)
    (i64.reinterpret_f64 (f64.div (local.get 0) (local.get 1)))))
"""
QUOTIENT: Final = """(module
  (global $error (export "error") (mut i64) (i64.const 0))
  (func (export "run") (param i64 i64) (result i64)
    (if (i64.eqz (local.get 1))
      (then (global.set $error (i64.const 0x2000005)) unreachable))
    (i64.div_s (local.get 0) (local.get 1))))
"""

CELLS: Final[Mapping[str, Cell]] = {
    "text": Cell(source=TEXT, calls=[("  a  b ",), ("  naïve 🧬 and more  ", 7), ("",), ("x\0y", -1)]),
    "lists": Cell(source=LISTS, calls=[([1, 2, 3, 4, 5],), ([], 1), ([2**62, 2**62], 2), ([1], 0)]),
    "floats": Cell(
        source=FLOATS,
        calls=[([k / 7 for k in range(1, 60)], 0.3), ([0.0, 1e-300, 1e300], 5.5), ([math.pi, INF], 1.0)],
    ),
    "sums": Cell(source=SUMS, calls=[([0.1] * 10,), ([1e100, 1.0, -1e100],), ([],), ([NAN, 1.0],), ([INF, -INF],)]),
    "born_nan": Cell(source=BORN_NAN, calls=[(INF,), (-INF,), (NAN,), (-NAN,), (1.5,)]),
    "nan_sign": Cell(source=NAN_SIGN, calls=[(INF,), (-INF,), (NAN,), (-NAN,), (1.5,)]),
    "nan_list": Cell(source=NAN_LIST, calls=[([1.0, INF, -INF, NAN], INF), ([-NAN], 0.0), ([-0.0, 0.0], 0.0)]),
    "recursion": Cell(source=RECURSION, calls=[(2, 3), (0, 2**63 - 1), (1, 100), (2, 2**40)]),
    "captured": Cell(
        source=CAPTURED,
        calls=[(100, "x"), (-7, "é"), (2**62, "")],
        capture={"RATE": 0.19, "STEPS": [3, 5, 7], "NAME": "naïve"},
    ),
    "unicode": Cell(source=UNICODE, calls=[("naïve 🧬",), ("é", 2**62), ("éé", 2**62)]),
    "bytes": Cell(source=BYTES, calls=[(b"hermetic\x00\xff", 7), (b"", 0), (b"x", 2**62)]),
    "flags": Cell(source=FLAGS, calls=[([True, True, False, True], 2), ([], 0)]),
    "overflow": Cell(source=OVERFLOW, calls=[(20,), (21,), (-1,)]),
    "zero_by_zero": Cell(
        source=ZERO_BY_ZERO,
        signature="quotient_bits(a: float, b: float) -> int",
        calls=[(0.0, 0.0), (-0.0, 0.0), (INF, INF), (NAN, 1.0), (-NAN, 1.0), (1.0, 0.0)],
    ),
    "quotient": Cell(
        source=QUOTIENT,
        signature="divide(a: int, b: int = 2) -> int",
        calls=[(7,), (-7,), (7, 0), (-(2**63), 1)],
    ),
}
