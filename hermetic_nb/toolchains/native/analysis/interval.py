"""Arithmetic of intervals of ints: for operand bounds, the bounds of every result in unbounded integers.

An interval is ``(low, high)``, both included, never empty. Results are not clipped to 64 bits: whoever asks compares
them with `FULL` to learn whether an operation can overflow. Corners are enough wherever an operation is monotone in
each operand while the other stands still.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Interval = tuple[int, int]

INT_MIN: Final = -(1 << 63)
INT_MAX: Final = (1 << 63) - 1
FULL: Final[Interval] = (INT_MIN, INT_MAX)
TRUTH: Final[Interval] = (0, 1)
BYTE: Final[Interval] = (0, 255)
CODE_POINT: Final[Interval] = (0, 0x10FFFF)
_BITS: Final = 64


def join(a: Interval, b: Interval) -> Interval:
    """The least interval that holds both."""
    return (min(b[0], a[0]), max(b[1], a[1]))


def meet(a: Interval, b: Interval) -> Interval | None:
    """What two intervals share; None: nothing."""
    low, high = (max(b[0], a[0])), (min(b[1], a[1]))
    return (low, high) if low <= high else None


def fits(a: Interval) -> bool:
    """Whether every value is within 64 bits."""
    return a[0] >= INT_MIN and a[1] <= INT_MAX


def widen(old: Interval, new: Interval, stops: Sequence[int]) -> Interval:
    """``new`` moved outwards to the next of the sorted stops on each side on which it is beyond ``old``."""
    low, high = new
    if low < old[0]:
        at = bisect_right(stops, low)
        low = stops[at - 1] if at else INT_MIN
    if high > old[1]:
        at = bisect_left(stops, high)
        high = stops[at] if at < len(stops) else INT_MAX
    return (low, high)


def add(a: Interval, b: Interval) -> Interval:
    """``a + b``."""
    return (a[0] + b[0], a[1] + b[1])


def subtract(a: Interval, b: Interval) -> Interval:
    """``a - b``."""
    return (a[0] - b[1], a[1] - b[0])


def multiply(a: Interval, b: Interval) -> Interval:
    """``a * b``."""
    if a[0] >= 0 and b[0] >= 0:
        return (a[0] * b[0], a[1] * b[1])
    corners = (a[0] * b[0], a[0] * b[1], a[1] * b[0], a[1] * b[1])
    return (min(corners), max(corners))


def negate(a: Interval) -> Interval:
    """``-a``."""
    return (-a[1], -a[0])


def magnitude(a: Interval) -> Interval:
    """``abs(a)``."""
    if a[0] >= 0:
        return a
    return (-a[1], -a[0]) if a[1] <= 0 else (0, max(-a[0], a[1]))


def floor_divide(a: Interval, b: Interval) -> Interval | None:
    """``a // b`` where b is not zero; None: b is always zero."""
    corners = [x // y for y in _divisors(b) for x in a]
    return (min(corners), max(corners)) if corners else None


def remainder(a: Interval, b: Interval) -> Interval | None:
    """``a % b`` where b is not zero; None: b is always zero. The result has b's sign and is smaller than b."""
    result: Interval | None = None
    if b[1] > 0:
        above = (0, min(a[1], b[1] - 1) if a[0] >= 0 else b[1] - 1)
        result = a if a[0] >= 0 and a[1] < b[0] else above
    if b[0] < 0:
        below = (max(a[0], b[0] + 1) if a[1] <= 0 else b[0] + 1, 0)
        result = below if result is None else join(result, below)
    return result


def power(a: Interval, b: Interval) -> Interval | None:
    """``a ** b`` where b is not negative; None: b is always negative. Exponents above 64 count as 64: too large either way."""
    if b[1] < 0:
        return None
    least, most = min(max(b[0], 0), _BITS), min(b[1], _BITS)
    largest = max(abs(a[0]), abs(a[1])) ** most
    high = max(largest, 1)
    if a[0] < 0:
        return (-high, high)
    if a[0] == 0:
        return (0 if most else 1, high)
    return (a[0] ** least, high)


def shift_left(a: Interval, b: Interval) -> Interval | None:
    """``a << b`` where b is not negative; None: b is always negative."""
    if b[1] < 0:
        return None
    low, high = min(max(b[0], 0), _BITS), min(b[1], _BITS)
    return (min(a[0] << low, a[0] << high), max(a[1] << low, a[1] << high))


def shift_right(a: Interval, b: Interval) -> Interval | None:
    """``a >> b`` where b is not negative; None: b is always negative."""
    if b[1] < 0:
        return None
    low, high = min(max(b[0], 0), _BITS), min(b[1], _BITS)
    return (min(a[0] >> low, a[0] >> high), max(a[1] >> low, a[1] >> high))


def bit_and(a: Interval, b: Interval) -> Interval:
    """``a & b``: never more than an operand that is not negative."""
    if a[0] >= 0:
        return (0, min(a[1], b[1]) if b[0] >= 0 else a[1])
    return (0, b[1]) if b[0] >= 0 else _same_width(a, b)


def bit_or(a: Interval, b: Interval) -> Interval:
    """``a | b``: never less than either operand, where neither is negative."""
    low, high = _same_width(a, b)
    return (max(a[0], b[0]), high) if low == 0 else (low, high)


def bit_xor(a: Interval, b: Interval) -> Interval:
    """``a ^ b``."""
    return _same_width(a, b)


OPERATIONS: Final[dict[str, Callable[[Interval, Interval], Interval | None]]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "//": floor_divide,
    "%": remainder,
    "**": power,
    "<<": shift_left,
    ">>": shift_right,
    "&": bit_and,
    "|": bit_or,
    "^": bit_xor,
}
"""By Python's operator; None: the operation never gives a value."""


def _divisors(b: Interval) -> set[int]:
    """The ends of the negative and of the positive part."""
    ends = set()
    if b[1] > 0:
        ends |= {max(b[0], 1), b[1]}
    if b[0] < 0:
        ends |= {b[0], min(b[1], -1)}
    return ends


def _same_width(a: Interval, b: Interval) -> Interval:
    """All numbers of two's complement with no more bits than the operands have."""
    bits = max((~x if x < 0 else x).bit_length() for x in (*a, *b))
    return (0 if a[0] >= 0 and b[0] >= 0 else -(1 << bits), (1 << bits) - 1)
