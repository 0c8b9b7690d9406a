"""Index expressions as polynomials in variables that a loop leaves alone and in the loop's counter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from hermetic_nb.toolchains.native import tree as t

FACTOR_BITS: Final = 28
"""Variables are tested to be at most 2**28 in magnitude; the longest list has 2**29 items."""
_LARGEST: Final = 1 << 62
_MOST_TERMS: Final = 6
_MOST_FACTORS: Final = 2


@dataclass(frozen=True, slots=True)
class Linear:
    """A polynomial: products of at most two variables, the loop's counter at most once in each.

    ``terms``: sorted variable names -> coefficient; ``atoms``: name -> an expression that reads it; ``size``: the greatest
    magnitude that any part of the expression can have while all variables are at most 2**28.
    """

    terms: Mapping[tuple[str, ...], int]
    constant: int
    atoms: Mapping[str, t.Expr]
    size: int

    @property
    def shape(self) -> tuple[tuple[tuple[str, ...], int], ...]:
        """The polynomial without its constant, as a key."""
        return tuple(sorted(self.terms.items()))


def constant(value: int) -> Linear:
    """A number."""
    return Linear({}, value, {}, abs(value))


def variable(name: str, read: t.Expr) -> Linear:
    """A variable."""
    return Linear({(name,): 1}, 0, {name: read}, 1 << FACTOR_BITS)


def add(left: Linear, right: Linear, sign: int) -> Linear | None:
    """``left + sign * right``; None where it grows too large."""
    terms = dict(left.terms)
    for key, factor in right.terms.items():
        terms[key] = terms.get(key, 0) + sign * factor
    terms = {key: factor for key, factor in terms.items() if factor}
    return _sound(
        Linear(terms, left.constant + sign * right.constant, {**left.atoms, **right.atoms}, left.size + right.size)
    )


def multiply(left: Linear, right: Linear, counter: str) -> Linear | None:
    """``left * right``; None where it grows too large or is no longer linear in the counter."""
    terms: dict[tuple[str, ...], int] = {}
    for a, x in [*left.terms.items(), ((), left.constant)]:
        for b, y in [*right.terms.items(), ((), right.constant)]:
            key = tuple(sorted((*a, *b)))
            if x * y and (len(key) > _MOST_FACTORS or key.count(counter) > 1):
                return None
            terms[key] = terms.get(key, 0) + x * y
    number = terms.pop((), 0)
    terms = {key: factor for key, factor in terms.items() if factor}
    return _sound(Linear(terms, number, {**left.atoms, **right.atoms}, left.size * right.size))


def _sound(made: Linear) -> Linear | None:
    return made if made.size <= _LARGEST and len(made.terms) <= _MOST_TERMS else None
