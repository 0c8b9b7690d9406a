"""A measured figure, its target, and the table of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

_SCALES: Final = {"us": 1e6, "ms": 1e3, "B": 1.0, "": 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure in seconds, bytes, or as a ratio.

    `unit` is what it is shown in: us or ms (seconds), B, or nothing. It is met below its target, or, with `at_least`, from it on;
    `exactly`: only there. Without a target it is shown for what it is.
    """

    name: str
    value: float = math.nan
    target: float | None = None
    least: float | None = None
    """The least of the rounds, where there were any: what a busy machine distorts least."""
    unit: str = ""
    at_least: bool = False
    exactly: bool = False
    why: str = ""
    """Why there is no value, where there is none."""

    @property
    def met(self) -> bool:
        """Whether the figure is what the target asks for."""
        if self.target is None:
            return True
        if self.exactly:
            return self.value == self.target
        return self.value >= self.target if self.at_least else self.value < self.target

    def to_json(self) -> dict[str, Any]:
        """The form in the report: seconds, bytes or a ratio."""
        return {
            "name": self.name,
            "value": None if self.why else self.value,
            "why": self.why,
            "least": self.least,
            "target": self.target,
            "target_is": self._asks,
            "met": self.met,
        }

    @property
    def _asks(self) -> str:
        return "=" if self.exactly else ">=" if self.at_least else "<"

    def line(self) -> str:
        """The row of the table."""
        if self.why:
            return f"{self.name:<68}{self.why:>12}"
        scale = _SCALES[self.unit]
        unit = f" {self.unit}" if self.unit else ""
        digits = 2 if self.unit in {"ms", ""} and not self.exactly else 0
        target = "" if self.target is None else f"{self._asks} {self.target * scale:,.10g}{unit}"
        least = "" if self.least is None else f"{self.least * scale:,.{digits}f}{unit}"
        verdict = "" if self.target is None else "met" if self.met else "not met"
        return f"{self.name:<68}{f'{self.value * scale:,.{digits}f}{unit}':>12}{least:>12}{target:>12}   {verdict}".rstrip()


def table(figures: Iterable[Figure]) -> str:
    """All rows below a head."""
    return "\n".join(
        [f"{'figure':<68}{'median':>12}{'least':>12}{'target':>12}", *[figure.line() for figure in figures]]
    )
