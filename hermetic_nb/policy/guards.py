"""The guards: what the compiled code of a pure tool calls where Python would touch an object.

RestrictedPython decides where they stand. There is none for calls, for items that are read, for iteration and for
unpacking: these do what the object itself does, and every object within reach is either data, the cell's own, or given by
the library of the policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.policy import attributes, formatting
from hermetic_nb.policy.namespaces import Namespace, called, member, shown, title_of
from hermetic_nb.policy.patterns import values_of_patterns
from hermetic_nb.policy.rules import GUARDED, INHERITED_ATTRIBUTES, attribute_fault, is_private
from hermetic_nb.policy.types_shown import TypeOf

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.policy.cell import Cell

_NONE: Final[frozenset[str]] = frozenset()
_MISSING: Final = object()
_RECORDS: Final = "hermetic_nb.values.records"
"""Where the records are that agents answer with."""


class Guards:
    """The guards of one tool."""

    def __init__(self, cell: Cell) -> None:
        self._cell = cell
        self.attribute = self._reader()
        self.formats = formatting.methods(self.attribute)
        self.type_of = TypeOf(cell)
        by_name: dict[str, Callable[[Any], Any]] = {
            "_name_": self.name_of,
            "_type_": self.type_of,
            "_dict_": self.dict_of,
        }
        self._guarded = {name: by_name[guard] for name, guard in GUARDED.items()}

    def names(self) -> dict[str, Any]:
        """The guards by the names that compiled code calls them by."""
        return {
            "_getattr_": self.attribute,
            "_write_": self._writer(),
            "_name_": self.name_of,
            "_type_": self.type_of,
            "_dict_": self.dict_of,
            "_patterns_": values_of_patterns(self._cell),
        }

    def _reader(self) -> Callable[[Any, str], Any]:
        classes, instances, other, read = self._cell.classes, attributes.INSTANCES, self._other, getattr

        def read_attribute(found: Any, name: str) -> Any:
            kind = type(found)
            if kind in classes or name in instances.get(kind, _NONE):
                return read(found, name)
            if kind is Namespace:
                return member(found, name)
            return other(found, name)

        return read_attribute

    def _writer(self) -> Callable[[Any], Any]:
        cell, classes, writable = self._cell, self._cell.classes, attributes.WRITABLE

        def write(found: Any) -> Any:
            kind = type(found)
            if kind in writable or kind in classes or cell.is_class(found) or cell.is_function(found):
                return found
            raise TypeError(
                f"{shown(found)} cannot be changed by a pure tool: it may change its own objects, lists and dicts"
            )

        return write

    def _other(self, found: Any, name: str) -> Any:
        kind = type(found)
        if issubclass(kind, type):
            return self._of_class(found, name)
        if kind is str and name in self.formats:
            return _Bound(self.formats[name], found)
        if self._cell.is_function(found) and name in found.__dict__:
            return found.__dict__[name]
        if issubclass(kind, BaseException) and (name in attributes.EXCEPTIONS or self._is_given(kind, name)):
            return getattr(found, name)
        if kind.__module__ == _RECORDS and (name in {"_asdict", "_fields"} or not name.startswith("_")):
            return getattr(found, name)
        raise _refusal(found, name)

    def _of_class(self, found: type, name: str) -> Any:
        own = found in self._cell.classes
        if own and (name not in INHERITED_ATTRIBUTES or any(name in vars(base) for base in found.__mro__)):
            return getattr(found, name)
        if name in attributes.CLASSES.get(found, _NONE):
            return getattr(found, name)
        if found is str and name in self.formats:
            return self.formats[name]
        raise _refusal(found, name)

    def _is_given(self, kind: type, name: str) -> bool:
        return kind in self._cell.given and not name.startswith("_") and name not in INHERITED_ATTRIBUTES

    def name_of(self, found: Any) -> str:
        """``__name__`` of a class, a function or a module."""
        if type(found) is Namespace:
            return title_of(found)
        name = getattr(found, "__name__", None)
        if type(name) is not str:
            raise AttributeError(f"{shown(found)} has no attribute __name__", name="__name__")
        return name

    @called("vars")
    def dict_of(self, found: Any, /) -> dict[str, Any]:
        """``__dict__`` of an instance of the cell's classes, copied: names that are Python's own must not get in. Raises TypeError."""
        if type(found) not in self._cell.classes or not hasattr(found, "__dict__"):
            raise TypeError(f"{shown(found)} has no __dict__ that a pure tool may read")
        return dict(found.__dict__)

    @called("getattr")
    def get(self, found: Any, name: str, default: Any = _MISSING, /) -> Any:
        """The built-in ``getattr``. Raises AttributeError as the written attribute would."""
        try:
            return self._named(found, name)
        except AttributeError:
            if default is _MISSING:
                raise
            return default

    def _named(self, found: Any, name: str) -> Any:
        if type(name) is str and name in GUARDED:
            return self._guarded[name](found)
        _check(name)
        return self.attribute(found, name)

    @called("hasattr")
    def has(self, found: Any, name: str, /) -> bool:
        """The built-in ``hasattr``."""
        try:
            self._named(found, name)
        except AttributeError:
            return False
        return True

    @called("setattr")
    def set(self, found: Any, name: str, value: Any, /) -> None:
        """The built-in ``setattr``. Raises TypeError for what the tool may not change."""
        setattr(self._writable(found, name), name, value)

    @called("delattr")
    def delete(self, found: Any, name: str, /) -> None:
        """The built-in ``delattr``. Raises as `set`."""
        delattr(self._writable(found, name), name)

    def _writable(self, found: Any, name: str) -> Any:
        _check(name)
        return self._writer()(found)


class _Bound:
    """A function with its first argument, and no attributes."""

    __slots__ = ("__call",)

    def __init__(self, function: Callable[..., Any], first: Any) -> None:
        self.__call = (function, first)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        function, first = self.__call
        return function(first, *args, **kwargs)


def _check(name: Any) -> None:
    if type(name) is not str:
        raise TypeError(f"attribute name must be string, not {type(name).__name__!r}")
    if fault := attribute_fault(name):
        raise AttributeError(fault, name=name)


def _refusal(found: Any, name: str) -> AttributeError:
    if name in attributes.CLOCK:
        return AttributeError(f"{name}: a pure tool has no clock; give it the time as an argument", name=name)
    there = name in dir(type(found)) or (issubclass(type(found), type) and name in dir(found))
    if there and not is_private(name):
        return AttributeError(f"attribute {name} of {shown(found)} is not available to a pure tool", name=name)
    return AttributeError(f"{shown(found)} has no attribute {name!r}", name=name)
