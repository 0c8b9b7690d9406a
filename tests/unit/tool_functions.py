"""Functions of a module, for tests that seal them by their source."""

import math

SCALE = 1.5


def square(x: float) -> float:
    return x * x


def area(radius: float) -> float:
    return math.pi * square(radius) * SCALE


def triple(n: int) -> int:
    return 3 * n


def divider(n: int) -> int:
    return 10 // n


def uses_divider(n: int) -> int:
    return divider(n) + 1
