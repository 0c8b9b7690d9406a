"""``type`` as pure tools have it: it tells the type of a value, and makes no classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hermetic_nb.policy.attributes import RETURNED
from hermetic_nb.policy.namespaces import shown

if TYPE_CHECKING:
    from hermetic_nb.policy.cell import Cell


class TypeOf:
    """``type(value)``, and ``type`` in an annotation and in ``isinstance(value, type)``."""

    __slots__ = ("__cell",)

    def __init__(self, cell: Cell) -> None:
        self.__cell = cell

    def __call__(self, value: Any, /, *more: Any, **options: Any) -> Any:
        """The type of a value. Raises TypeError where the type is not for pure tools, and on three arguments."""
        if more or options:
            raise TypeError("type(value) takes one argument here: write a class statement to make a class")
        kind = type(value)
        if kind in self.__cell.classes or kind in self.__cell.given or kind in RETURNED:
            return kind
        if issubclass(kind, BaseException):
            return kind
        if issubclass(kind, type):
            return self
        raise TypeError(f"the type of {shown(value)} is not available to a pure tool")

    def __instancecheck__(self, value: Any) -> bool:
        """Whether a value is a class."""
        return issubclass(type(value), type)

    def __getitem__(self, item: Any) -> TypeOf:
        """``type[...]`` of an annotation."""
        return self

    def __or__(self, other: Any) -> TypeOf:
        """``type | ...`` of an annotation."""
        return self

    __ror__ = __or__

    def __repr__(self) -> str:
        return "<class 'type'>"
