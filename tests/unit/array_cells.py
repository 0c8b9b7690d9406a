"""Cells with arrays, compiled in this process and held against numpy."""

from __future__ import annotations

import copy
import math
import struct
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import arrays
from hermetic_nb.builder import inputs
from hermetic_nb.signature.border_arrays import shown
from tests.unit.native_cells import CELL, Cell, Stopped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SOME: Final = 12
"""Inputs as sealing makes them, for each expression."""
HEAD: Final = "import numpy as np\nfrom hermetic_nb import Array\n"


@cache
def cell(source: str) -> Cell:
    """A compiled cell; its entry is f."""
    return Cell(HEAD + source, "f")


def numpys(made: Cell, arguments: Sequence[Any]) -> Any:
    """What numpy gives, in stored form, or Stopped."""
    names: dict[str, Any] = {"__name__": "cell"}
    exec(compile(made.spec.source, CELL, "exec", dont_inherit=True), names)
    kinds = [parameter.type for parameter in made.spec.signature.parameters]
    given = [shown(kind, copy.deepcopy(value)) for kind, value in zip(kinds, arguments, strict=True)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return arrays.plain(names["f"](*given))
        except Exception as error:  # noqa: BLE001 (whatever the cell raises is the answer)
            return Stopped(type(error).__name__, _line(error), str(error))


def _line(error: BaseException) -> int:
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == CELL:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def agree(native: Any, numpy: Any, ulps: int | None = None) -> bool:
    """Whether two outcomes are one: floats by their bits, all NaNs one, or within some units in the last place (0: but for signs of zeros)."""
    if isinstance(native, Stopped):
        return native.is_limit or (
            isinstance(numpy, Stopped) and (native.exception, native.line) == (numpy.exception, numpy.line)
        )
    if isinstance(native, list | tuple):
        return (
            type(native) is type(numpy)
            and len(native) == len(numpy)
            and all(agree(a, b, ulps) for a, b in zip(native, numpy, strict=True))
        )
    if type(native) is not type(numpy):
        return False
    if not isinstance(native, float):
        return bool(native == numpy)
    if math.isnan(native) or math.isnan(numpy):
        return math.isnan(native) and math.isnan(numpy)
    if struct.pack("<d", native) == struct.pack("<d", numpy):
        return True
    if ulps is None or not (math.isfinite(native) and math.isfinite(numpy)):
        return False
    return bool(abs(native - numpy) <= ulps * math.ulp(numpy))


def differences(source: str, cases: Iterable[Sequence[Any]], ulps: int | None = None) -> list[str]:
    """The cases in which the cell and numpy differ, among these and a few of those that sealing would try."""
    made, found = cell(source), []
    ulps = 0 if ulps is None and 0 in made.payload.ulp.values() else ulps
    cases = [*cases, *inputs.generate(made.spec, count=SOME)]
    for case in cases:
        native, numpy = made.run(*case), numpys(made, case)
        if not agree(native, numpy, ulps):
            found.append(f"f{tuple(case)!r}: native {native!r}, numpy {numpy!r}")
    return found
