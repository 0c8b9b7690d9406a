"""What annotations say of containers that nothing is ever put into: as in CPython they bind nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.signature.annotations import AnnotationRefusedError, parse_annotation
from hermetic_nb.toolchains.native.interface import static_type
from hermetic_nb.toolchains.native.types import BOTTOM, INT, Cell, Type, cells, fresh, parts

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping

    from hermetic_nb.toolchains.native.types import Record


class Hints:
    """The types that annotations give to items of which nothing else is known."""

    def __init__(self, records: Mapping[str, Record]) -> None:
        self._records = records
        self._known: dict[Cell, Type] = {}

    def note(self, annotation: ast.expr | None, kind: Type) -> None:
        """A value of this type was annotated."""
        if annotation is None:
            return
        try:
            declared = static_type(parse_annotation(annotation), self._records)
        except (AnnotationRefusedError, AssertionError, KeyError):
            return  # it is no type of the native tier, and need not be one
        self._pair(kind, declared)

    def of(self, cell: Cell) -> Type:
        """The type of a container's items where nothing else gives it one."""
        return fresh(self._known.get(cell.root(), INT))

    def _pair(self, kind: Type, declared: Type) -> None:
        if type(kind) is not type(declared):
            return
        for mine, theirs in zip(cells(kind), cells(declared), strict=True):
            if mine.item == BOTTOM:
                self._known.setdefault(mine.root(), theirs.item)
        for part, other in zip(parts(kind), parts(declared), strict=False):
            self._pair(part, other)
