"""Every cell that a unit test compiled, sealed whole: the reference takes it, and on the inputs that sealing makes they agree."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from hermetic_nb.errors import BuildError
from hermetic_nb.signature import native
from hermetic_nb.toolbox import Toolbox
from tests.unit.native_cells import Cell

NO_USE = "declared limit on all"
"""What is said of a cell that stops with every input tried; tests of overflows are such."""


@cache
def _box() -> Toolbox:
    return Toolbox(":memory:")


@cache
def _error_of(source: str, entry: str) -> str:
    spec = next(spec for spec in Cell.seen if (spec.source, spec.entry) == (source, entry))
    if native.refusal(spec.signature) is not None:
        return ""  # the compiler takes more types than the border does
    try:
        _box().keep(replace(spec, tier="native"))
    except BuildError as error:
        told = [error.message, *(finding.message for finding in error.diagnostics)]
        return "" if NO_USE in error.message else "\n".join([*told, source])
    return ""


def seal_all() -> None:
    """Seal what was compiled since the last time. Fails with all that could not be sealed."""
    errors = [_error_of(spec.source, spec.entry) for spec in Cell.seen]
    Cell.seen.clear()
    assert not any(errors), "\n\n".join(filter(None, errors))
