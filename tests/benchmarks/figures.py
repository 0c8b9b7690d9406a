"""A measured figure, its target, and the table of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

_SCALES: Final = {"us": 1e6, "ms": 1e3, "MB": 1e-6, "B": 1.0, "/s": 1.0, "": 1.0}
_DIGITS: Final = {"us": 0, "ms": 2, "MB": 1, "B": 0, "/s": 0, "": 2}
_FEW_US: Final = 10
"""Below so many us, the digits after the point tell something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure in seconds, bytes, or as a ratio.

    `unit` is what it is shown in: us or ms (seconds), B or MB (bytes), /s, or nothing. It is met below its target, or, with
    `at_least`, from it on; `exactly`: only there. Without a target it is shown for what it is.
    """

    name: str
    value: float = math.nan
    target: float | None = None
    p99: float | None = None
    """What 99 of 100 stay below, where single ones were timed."""
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
            "p99": self.p99,
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
        target = "" if self.target is None else f"{self._asks} {self.target * _SCALES[self.unit]:,.10g}{self._unit}"
        verdict = "" if self.target is None else "met" if self.met else "not met"
        shown = "".join(f"{self._shown(value):>12}" for value in (self.value, self.p99, self.least))
        return f"{self.name:<68}{shown}{target:>12}   {verdict}".rstrip()

    @property
    def _unit(self) -> str:
        return f" {self.unit}" if self.unit else ""

    def _shown(self, value: float | None) -> str:
        if value is None:
            return ""
        scaled = value * _SCALES[self.unit]
        digits = 0 if self.exactly else 2 if self.unit == "us" and scaled < _FEW_US else _DIGITS[self.unit]
        return f"{scaled:,.{digits}f}{self._unit}"


def table(figures: Iterable[Figure]) -> str:
    """All rows below a head."""
    head = f"{'figure':<68}{'median':>12}{'p99':>12}{'least':>12}{'target':>12}"
    return "\n".join([head, *[figure.line() for figure in figures]])
