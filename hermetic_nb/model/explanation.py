"""What the compiler says of a cell when asked: types, tests, asserts, or why it refuses it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hermetic_nb.errors import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Remark:
    """Tests of one kind in one line."""

    line: int
    kind: str
    """What would be tested: ``overflow``, ``bounds``, ``index`` (is it negative), ``zero division``, ``sign`` (of operands),
    ``digits`` (of ints as floats), ``None``, ``value`` (has the variable one)."""
    how: str
    """``left out``, ``tested``, ``large``: tested unless the int arguments are small (see `Explanation.assumed`), or
    ``before the loop``: once there, after which the loop runs without it."""
    text: str
    """The expression, and what is known of what is in it."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """An ``assert``: ``proven`` for every input, ``tested`` when it is run, or ``unreached``."""

    line: int
    verdict: str


@dataclass(frozen=True, slots=True)
class FunctionExplained:
    """A function for one combination of argument types."""

    name: str
    first: int
    last: int
    """Its lines in the cell."""
    doc: tuple[int, int]
    """The lines of its docstring; zeros where it has none."""
    parameters: tuple[tuple[str, str], ...]
    result: str
    variables: tuple[tuple[str, str], ...]
    remarks: tuple[Remark, ...] = ()
    asserts: tuple[Assertion, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """All functions that the entry reaches, the entry first; or the refusals, and then no functions."""

    functions: tuple[FunctionExplained, ...] = ()
    library: tuple[str, ...] = ()
    """Functions of the standard library that are compiled with the cell."""
    assumed: int = 0
    """The magnitude of int parameters up to which a second version with fewer tests runs; 0: there is none."""
    refusals: tuple[Diagnostic, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "functions": [
                {
                    "name": function.name,
                    "lines": [function.first, function.last, *function.doc],
                    "parameters": [list(pair) for pair in function.parameters],
                    "result": function.result,
                    "variables": [list(pair) for pair in function.variables],
                    "remarks": [[r.line, r.kind, r.how, r.text] for r in function.remarks],
                    "asserts": [[a.line, a.verdict] for a in function.asserts],
                }
                for function in self.functions
            ],
            "library": list(self.library),
            "assumed": self.assumed,
            "refusals": [[d.message, d.line, d.column, d.end_column, d.source] for d in self.refusals],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Explanation:
        """Read what `to_json` made. Raises ValueError, KeyError or TypeError on another document."""
        return cls(
            tuple(
                FunctionExplained(
                    function["name"],
                    function["lines"][0],
                    function["lines"][1],
                    (function["lines"][2], function["lines"][3]),
                    tuple((name, kind) for name, kind in function["parameters"]),
                    function["result"],
                    tuple((name, kind) for name, kind in function["variables"]),
                    tuple(Remark(*remark) for remark in function["remarks"]),
                    tuple(Assertion(*assertion) for assertion in function["asserts"]),
                )
                for function in document["functions"]
            ),
            tuple(document["library"]),
            document["assumed"],
            tuple(Diagnostic(*place) for place in document["refusals"]),
        )
