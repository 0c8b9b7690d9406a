"""What belongs to one pure tool: its globals, its classes, its functions."""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class Cell:
    """The objects that a tool made itself, and the classes that it was given.

    ``scope`` are its globals, ``classes`` the classes that its class statements made, ``given`` the classes that came with the
    namespace, as the errors of agents do.
    """

    def __init__(self, given: Iterable[Any] = ()) -> None:
        self.scope: dict[str, Any] = {}
        self.classes: set[type] = set()
        self.given = tuple(one for one in given if isinstance(one, type))

    def is_class(self, found: Any) -> bool:
        """Whether this is a class that the tool made."""
        # By the type and not by isinstance, which an object can answer for itself.
        return issubclass(type(found), type) and found in self.classes

    def is_function(self, found: Any) -> bool:
        """Whether this is a function that the tool wrote."""
        return type(found) is FunctionType and found.__globals__ is self.scope

    def adopt(self, made: type) -> type:
        """Count a class among the tool's own."""
        self.classes.add(made)
        return made
