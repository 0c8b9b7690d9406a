"""One cell sealed in the native tier, or else in any; and its tests run on the sealed tool beside CPython."""

from __future__ import annotations

import ast
import copy
import math
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import HermeticError, LimitExceeded, ToolError
from hermetic_nb.signature.border import fit_result
from hermetic_nb.traps import LIMITS
from tests.corpora.reasons import reasons

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.model import ToolSpec
    from hermetic_nb.toolbox import Tool, Toolbox

EPSILON: Final = sys.float_info.epsilon
ULPS: Final = 4
"""By how many last digits a float may differ: functions of ``math`` are not exact, in CPython neither."""


@dataclass(slots=True)
class Sealing:
    """How a cell was sealed."""

    tier: str = ""
    """Empty: it was refused."""
    seconds: float = 0.0
    """Of the seal in the tier that took it."""
    size: int = 0
    refused: list[str] = field(default_factory=list)
    """Why the native tier did not take it."""
    kind: str = ""
    """The class of that refusal."""
    error: str = ""
    """Why no tier took it."""
    tool: Tool | None = None


def seal(box: Toolbox, source: str, entry: str, name: str) -> Sealing:
    """Seal a cell: native, or as ``auto`` goes on."""
    made = Sealing()
    names = frozenset(names_of(source))
    for tier in ("native", "auto"):
        started = time.perf_counter()
        try:
            tool = box.seal(source, entry=entry, name=name, tier=tier)
        except HermeticError as error:
            if tier == "native":
                made.refused, made.kind = reasons(error, names), type(error).__name__
            else:
                made.error = f"{type(error).__name__}: {error.message}"
            continue
        made.seconds = time.perf_counter() - started
        made.tier, made.size, made.tool = tool.tier, tool.size, tool
        break
    return made


def accept(check: Callable[[ToolSpec], None], spec: ToolSpec) -> Sealing:
    """What typing alone says of a cell: native, or refused; nothing is built."""
    made = Sealing()
    started = time.perf_counter()
    try:
        check(spec)
    except HermeticError as error:
        made.refused, made.kind = reasons(error, frozenset(names_of(spec.source))), type(error).__name__
    else:
        made.tier = "native"
    made.seconds = time.perf_counter() - started
    return made


def names_of(source: str) -> set[str]:
    """The names that a cell defines or assigns, at any depth."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
    return found


@dataclass(slots=True)
class Beside:
    """A candidate that asks the sealed tool and CPython, compares, and answers as the tool did."""

    tool: Tool
    function: Callable[..., Any]
    calls: int = 0
    limits: int = 0
    """Calls that the tool ended at a limit that it declares; CPython's answer goes on."""
    near: int = 0
    """Values whose floats differ in the last digits."""
    wrong: list[str] = field(default_factory=list)

    def __call__(self, *arguments: Any) -> Any:
        """Raises what the tool raises."""
        self.calls += 1
        given = copy.deepcopy(arguments)
        expected: Any = None
        raised = ""
        try:
            expected = self.function(*copy.deepcopy(arguments))
        except Exception as error:  # noqa: BLE001 (whatever CPython raises is what the tool shall raise)
            raised = type(error).__name__
        try:
            value = self.tool(*arguments)
        except LimitExceeded:
            self.limits += 1
            return expected
        except ToolError as error:
            return self._failed(error, given, expected, raised)
        if raised:
            self.wrong.append(f"{self.tool.name}{given!r} gives {value!r}; CPython raises {raised}")
            return value
        self._compare(given, value, fit_result(self.tool.signature, expected))
        return value

    def _failed(self, error: ToolError, given: Any, expected: Any, raised: str) -> Any:
        receipt: Any = error.receipt
        if receipt is not None and getattr(receipt.error, "code", 0) in LIMITS:
            self.limits += 1
            return expected
        if raised != error.exception:
            self.wrong.append(f"{self.tool.name}{given!r} raises {error}; CPython gives {raised or repr(expected)}")
        raise error

    def _compare(self, given: Any, value: Any, expected: Any) -> None:
        if repr(value) == repr(expected):
            return
        if close(value, expected):
            self.near += 1
        else:
            self.wrong.append(f"{self.tool.name}{given!r} gives {value!r}; CPython {expected!r}")


def close(one: Any, other: Any) -> bool:
    """Whether values are equal, types included, but for the last digits of their floats."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return math.isclose(one, other, rel_tol=ULPS * EPSILON, abs_tol=0.0)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(close, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(close(one[key], other[key]) for key in one)
    return bool(one == other)
