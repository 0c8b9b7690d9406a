"""How far a native tool's floats may be from CPython's, for the functions that pass through libm.

The sealed value is the defined one: it is the same on every machine. CPython's is that of the host's libm, so the
comparison with CPython allows a bound for each function. All others (``sqrt``, ``hypot``, ``fmod``, ``remainder``,
``fsum``, ``round``, ``//``, ``%``, ...) must agree bit for bit.

Measured with the wasm build of the runtime (libm of Zig 0.17.0 and musl) against CPython 3.11 on glibc 2.36, x86-64:
150,000 inputs for each function, among them random bit patterns, arguments up to 1e308, subnormals, neighbourhoods
of 0, 1 and of multiples of pi; plus every power of two for log2 and exp2, and of ten for log10. The largest
difference seen, plus one, is the bound. Most of it is often glibc's (cbrt, tanh, erfc).
"""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

BOUNDS: Final[Mapping[str, int]] = MappingProxyType(
    {
        **dict.fromkeys(("acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh"), 2),
        **dict.fromkeys(("cos", "erf", "exp", "exp2", "expm1", "log", "log1p", "log2", "pow", "sin", "tan"), 2),
        "**": 2,
        "cbrt": 4,
        "cosh": 3,
        "erfc": 4,
        "gamma": 6,
        "lgamma": 6,
        "log10": 3,
        "log_base": 3,
        "sinh": 3,
        "tanh": 4,
    }
)
"""Function of the ``math`` module (``log_base``: its log with two arguments; ``**``: the operator) -> ulps allowed."""

_OF_NUMPY: Final = (
    *("exp", "expm1", "exp2", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "sinh", "cosh", "tanh", "cbrt"),
    *("arcsin", "arccos", "arctan", "arctan2", "hypot", "power"),
)

NUMPY_BOUNDS: Final[Mapping[str, int]] = MappingProxyType(
    {
        **dict.fromkeys((f"numpy.{name}" for name in _OF_NUMPY), 5),
        "numpy.dot": 1,
        **dict.fromkeys((f"numpy.{name}" for name in ("max", "maximum", "min", "minimum", "sort", "unique")), 0),
    }
)
"""The same of numpy's functions, which it computes by its own code on some processors (a test holds ours beside numpy 2.4's).

``numpy.dot`` counts in n * eps * sum(abs(a) * abs(b)): within one of these stays any order of summation of n products. Where
the bound is 0, which of ``0.0`` and ``-0.0`` is taken for the first is the processor's affair.
"""

SMALLEST: Final[Mapping[str, float]] = MappingProxyType({"lgamma": 1.0})
"""Where results near zero are differences of larger numbers: ulps count as those of a result of at least this size."""


def ulps_apart(a: float, b: float, smallest: float = 0.0) -> float:
    """Distance of two floats in ulps of ``a``, or of ``smallest`` if that is larger; infinite if they are not alike.

    Alike are two NaNs, and two equal infinities; zeros of different sign are not.
    """
    if math.isnan(a) or math.isnan(b):
        return 0.0 if math.isnan(a) and math.isnan(b) else math.inf
    if a == b:
        return 0.0 if a != 0 or math.copysign(1, a) == math.copysign(1, b) else math.inf
    if math.isinf(a) or math.isinf(b):
        return math.inf
    return abs(a - b) / math.ulp(max(abs(a), smallest))


def agree(name: str, expected: float, actual: float) -> bool:
    """Whether the result of one call of a function is within its bound of CPython's."""
    return ulps_apart(expected, actual, SMALLEST.get(name, 0.0)) <= BOUNDS.get(name, 0)
