"""Numbers that arithmetic gets wrong, in seeded streams, and the comparison of a C function with Python's."""

from __future__ import annotations

import math
import random
import struct
from typing import TYPE_CHECKING, Final

from hermetic_nb import traps
from tests.unit.runtime_native import Trapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.unit.runtime_native import Runtime

Case = tuple[tuple[int, ...], tuple[float, ...]]

LINE: Final = 9
CASES: Final = 3000
LARGEST: Final = 2**63 - 1

INTEGERS: Final = (
    *(0, 1, -1, 2, -2, 3, 7, 10, -10, 2**31, -(2**31), 2**32, 2**32 - 1, 2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1),
    *(2**62, LARGEST, -(2**63), -LARGEST, 2**63 - 512, 2**63 - 513, 10**18, 5 * 10**18, 3037000499, 3037000500),
)
FLOATS: Final = (
    *(0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 1.5, 2.5, -2.5, math.inf, -math.inf, math.nan, 5e-324, -5e-324, 1e-310),
    *(2.2250738585072014e-308, 2.225073858507201e-308, 1.7976931348623157e308, -1.7976931348623157e308, 2.0**53),
    *(2.0**53 - 1, 2.0**63, -(2.0**63), 2.0**63 - 1024, 2.0**52 + 0.5, 2.0**51 + 0.5, 0.1, 2.675, 1e22, 1e23, 3.0),
    *(0.49999999999999994, 4503599627370497.5, 709.782712893384, 709.7827128933841, 171.6243769563027, -184.5),
)


class Numbers(random.Random):
    """A seeded stream of numbers with many near the edges."""

    def integer(self) -> int:
        """A 64-bit integer of any size."""
        if self.random() < 0.2:
            return self.choice(INTEGERS)
        return self.choice((1, -1)) * self.getrandbits(self.randint(1, 63))

    def real(self) -> float:
        """A float of any kind, NaN included."""
        kind = self.random()
        if kind < 0.2:
            return self.choice(FLOATS)
        if kind < 0.45:
            return float(struct.unpack("<d", self.randbytes(8))[0])
        if kind < 0.6:
            return self.uniform(-2, 2)
        if kind < 0.75:
            return self.uniform(-800, 800)
        if kind < 0.85:
            return self.randint(-400, 400) / 2
        return self.choice((1, -1)) * 10 ** self.uniform(-320, 308)


def bits(x: float) -> bytes:
    """What tells floats apart: all NaNs are one."""
    return struct.pack("<d", x) if not math.isnan(x) else b"nan"


def outcome(function: Callable[..., object], *arguments: object) -> object:
    """The result, or the exception as a value."""
    try:
        return function(*arguments)
    except (ArithmeticError, ValueError, IndexError) as error:
        return error


def same(expected: object, actual: object) -> bool:
    """Whether a C result is Python's: bits, kind of exception, or a limit that is declared and really there."""
    if isinstance(actual, Trapped):
        if isinstance(expected, Exception):
            return traps.BY_CODE[actual.code].exception == type(expected).__name__
        if actual.code == 1:
            return isinstance(expected, int) and not -(2**63) <= expected <= LARGEST
        return actual.code == 37 and isinstance(expected, complex)
    if isinstance(expected, float):
        return isinstance(actual, float) and bits(expected) == bits(actual)
    return isinstance(expected, int) and isinstance(actual, int) and int(expected) == actual


def differences(
    runtime: Runtime,
    name: str,
    reference: Callable[..., object],
    cases: Sequence[Case],
    result: type = int,
    *,
    line: bool = True,
) -> list[tuple[Case, object, object]]:
    """The cases in which C and Python differ: case, expected, actual. The reference gets the case's numbers in order."""
    given = [((*whole, LINE) if line else whole, real) for whole, real in cases]
    expected = [outcome(reference, *whole, *real) for whole, real in cases]
    actual = runtime.many(name, given, result)
    rows = zip(cases, expected, actual, strict=True)
    return [(case, e, a) for case, e, a in rows if not same(e, a) or (isinstance(a, Trapped) and a.line != LINE)]


def floats(seed: int, count: int, n: int = CASES) -> list[Case]:
    """Cases of so many floats; some pairs are near multiples of each other."""
    numbers = Numbers(seed)
    cases: list[Case] = []
    for _ in range(n):
        real = [numbers.real() for _ in range(count)]
        if count == 2 and numbers.random() < 0.3:
            real[1] = real[0] * numbers.randint(-20, 20) / 2
        cases.append(((), tuple(real)))
    return cases


def integers(seed: int, count: int, n: int = CASES) -> list[Case]:
    """Cases of so many integers."""
    numbers = Numbers(seed)
    return [(tuple(numbers.integer() for _ in range(count)), ()) for _ in range(n)]
