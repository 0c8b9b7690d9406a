"""The library functions of the reference: CPython 3.14's on every host, and with last digits moved on request."""

from __future__ import annotations

import math
from fractions import Fraction
from functools import wraps
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.reference.pacing import BITS, TooLargeError
from hermetic_nb.reference.patterns import Signs
from hermetic_nb.toolchains.native.inference.ulp import SMALLEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_LONG: Final = 1 << 63
_TERMS: Final = BITS // 8
"""Factors of a factorial or binomial beyond which the result has more bits than the reference holds."""


def sum_as_in_3_14(iterable: Iterable[Any], /, start: Any = 0) -> Any:
    """`sum` with the compensated float addition of CPython 3.12 and later, in the form of 3.14.

    Source: CPython 3.14, Python/bltinmodule.c, `builtin_sum_impl` and `cs_add`: Neumaier (1974), Rundungsfehleranalyse
    einiger Verfahren zur Summation endlicher Summen, Z. angew. Math. Mech. 54, 39-51.
    """
    if isinstance(start, (str, bytes, bytearray)):
        return sum(iterable, start)  # the built-in's own refusal
    items, result = iter(iterable), start
    if type(result) is int and -_LONG <= result < _LONG:
        for item in items:
            whole = type(item) in {int, bool}
            result = result + item
            if not whole or not -_LONG <= result < _LONG:
                break
        else:
            return result
    if type(result) is float:
        high, low = result, 0.0
        for item in items:
            if type(item) is float:
                term = item
            elif isinstance(item, int):
                term = float(item)
            else:
                result = _compensated(high, low) + item
                break
            total = high + term
            low += (high - total) + term if abs(high) >= abs(term) else (term - total) + high
            high = total
        else:
            return _compensated(high, low)
    for item in items:
        result = result + item
    return result


def _compensated(high: float, low: float) -> float:
    return high + low if low and math.isfinite(low) else high


def fma_as_in_3_14(x: float, y: float, z: float, /) -> float:
    """``x * y + z`` rounded once, as `math.fma` of CPython 3.13 and later; exact rationals do the work.

    Source: CPython 3.14, Modules/mathmodule.c, `math_fma_impl`, for what it raises.
    """
    x, y, z = float(x), float(y), float(z)
    if not (math.isfinite(x) and math.isfinite(y) and math.isfinite(z)):
        # With an infinity or NaN nothing is rounded, except that a product of finite numbers must not become infinite.
        result = (x * y if not (math.isfinite(x) and math.isfinite(y)) else 0.0) + z
        if math.isnan(result) and not any(map(math.isnan, (x, y, z))):
            raise ValueError("invalid operation in fma")
        return result
    exact = Fraction(x) * Fraction(y) + Fraction(z)
    if not exact:
        return x * y + z if x == 0 or y == 0 else 0.0
    try:
        return exact.numerator / exact.denominator
    except OverflowError:
        raise OverflowError("overflow in fma") from None


class NoSignError(BaseException):
    """The sign of a NaN was asked for. Not an Exception: the cell cannot catch it."""


def copysign(x: float, y: float, /) -> float:
    """`math.copysign`. Raises NoSignError where the sign is that of a NaN.

    CPython takes that sign from the machine's arithmetic (``inf - inf`` has another on x86-64 than on aarch64), so it
    says nothing of what the cell means; a sealed tool has one NaN on every machine.
    """
    result = math.copysign(x, y)
    if math.isnan(y) and not math.isnan(x):
        raise NoSignError
    return result


def math_names(ulp: Mapping[str, int], pattern: str) -> SimpleNamespace:
    """The `math` module; results of the functions named in ``ulp`` are moved by that many units in the last place.

    ``log_base`` is `math.log` with two arguments; names that `math` lacks have no effect here.
    """
    names = {name: item for name, item in vars(math).items() if not name.startswith("_")}
    names |= {
        "fma": fma_as_in_3_14,
        "copysign": copysign,
        "factorial": _factorial,
        "comb": _bounded(math.comb),
        "perm": _bounded(math.perm),
    }
    if not pattern:
        return SimpleNamespace(**names)
    signs = Signs(pattern)
    for name, bound in ulp.items():
        if name in names and name != "log":
            names[name] = moved(names[name], bound, signs, SMALLEST.get(name, 0.0))
    names["log"] = _logarithm(moved(math.log, ulp.get("log", 0), signs), moved(math.log, ulp.get("log_base", 0), signs))
    return SimpleNamespace(**names)


def moved(function: Callable[..., Any], bound: int, signs: Signs, smallest: float = 0.0) -> Callable[..., Any]:
    """The function with finite float results moved by ``bound`` units in the last place, up or down by ``signs``.

    Units are those of a result of at least ``smallest``.
    """
    if not bound:
        return function

    def perturbed(*arguments: Any, **named: Any) -> Any:
        result = function(*arguments, **named)
        if type(result) is not float or not math.isfinite(result):
            return result
        sign = signs.next()
        if abs(result) < smallest:
            return result + sign * bound * math.ulp(smallest)
        for _ in range(bound):
            result = math.nextafter(result, sign * math.inf)
        return result

    return perturbed


def _logarithm(natural: Callable[..., Any], based: Callable[..., Any]) -> Callable[..., Any]:
    def log(*arguments: Any) -> Any:
        return based(*arguments) if len(arguments) == 2 else natural(*arguments)

    return log


def _factorial(n: Any, /) -> Any:
    if isinstance(n, int) and n > _TERMS:
        raise TooLargeError
    return math.factorial(n)


def _bounded(function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def bounded(n: Any, k: Any = None, /) -> Any:
        factors = n if k is None else k if function is math.perm else min(k, n - k) if _ints(n, k) else 0
        if isinstance(factors, int) and factors > _TERMS:
            raise TooLargeError
        return function(n) if k is None else function(n, k)

    return bounded


def _ints(*numbers: Any) -> bool:
    return all(isinstance(number, int) for number in numbers)
