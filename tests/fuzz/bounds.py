"""What the interval analysis says of variables, held against what they are while CPython runs the program.

A wrong bound need not show in a result: the test that it removes may be one that this run would have passed. So each
int variable is looked at in every line that reads it, and has to lie within what the analysis says it can be there.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hermetic_nb.signature.types import IntType
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.compiler import read
from hermetic_nb.toolchains.native.explain.watching import watch
from hermetic_nb.toolchains.native.explain.wording import bounds, name_of
from hermetic_nb.toolchains.native.walks import expressions
from tests.unit.native_cells import CELL, Cell, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import FrameType

    from hermetic_nb.toolchains.native.analysis.interval import Interval


@dataclass(slots=True)
class Bounds:
    """Of each line and variable, what the analysis says it can be when the line reads it."""

    known: dict[tuple[int, str], Interval] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    looked: int = 0

    @classmethod
    def of(cls, cell: Cell) -> Bounds:
        """The bounds of a cell's variables; of code that nothing reaches there are none."""
        spec = cell.spec
        _, functions = read(spec, lambda found: found.infer(spec.entry, spec.signature))
        made = cls()
        watcher = watch(functions, {})
        reads = [part for function in functions for part in expressions(function.body) if isinstance(part, t.Local)]
        for node in reads:
            values = None if watcher is None else watcher.ranges.get(node)
            if values is not None:
                key = (node.line, name_of(node.name))
                low, high = made.known.get(key, values)
                made.known[key] = (min(low, values[0]), max(high, values[1]))
        for node in reads:
            if node.type.__class__ is not IntType:
                # Another instance of the function, in which the variable may be None, or no int at all.
                made.known.pop((node.line, name_of(node.name)), None)
        return made

    def run(self, cell: Cell, values: Sequence[Any]) -> None:
        """Run a call in CPython, and look at its variables; a call that the native tier stops at a limit says nothing."""
        native = cell.run(*values)
        if isinstance(native, Stopped) and native.is_limit:
            return
        before = sys.gettrace()
        sys.settrace(self._trace)
        try:
            cell.expect(*values)
        finally:
            sys.settrace(before)

    def _trace(self, frame: FrameType, event: str, _argument: Any) -> Callable[..., Any] | None:
        if frame.f_code.co_filename != CELL:
            return None
        if event == "line":
            for name, value in frame.f_locals.items():
                found = self.known.get((frame.f_lineno, name))
                if found is not None and type(value) is int:
                    self.looked += 1
                    if not found[0] <= value <= found[1]:
                        self.wrong.append(f"line {frame.f_lineno}: {name} is {value}, not {bounds(found)}")
        return self._trace
