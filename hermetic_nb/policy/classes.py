"""Class statements of pure tools, and the forms of the standard library that make classes."""

from __future__ import annotations

import builtins
import collections
import collections.abc
import dataclasses
import enum
import functools
import sys
import typing
from abc import ABC
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, Generic, Protocol

from hermetic_nb.policy.namespaces import called, shown
from hermetic_nb.policy.rules import fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from hermetic_nb.policy.cell import Cell


def _resolved(form: Any) -> tuple[Any, ...]:
    found: tuple[Any, ...] = form.__mro_entries__((form,))
    return found


_ENUMS: Final = (enum.Enum, enum.IntEnum, enum.StrEnum, enum.Flag, enum.IntFlag)
_BASES: Final[frozenset[Any]] = frozenset(
    {
        *(object, int, float, str, bytes, list, tuple, dict, set, frozenset, ABC, Generic, Protocol, *_ENUMS),
        *(collections.Counter, collections.OrderedDict, collections.defaultdict, collections.deque),
        *_resolved(typing.NamedTuple),
        *_resolved(typing.TypedDict),
        *(found for found in vars(collections.abc).values() if isinstance(found, type)),
        *(found for found in vars(builtins).values() if isinstance(found, type) and issubclass(found, Exception)),
    }
)
"""What a class of a tool may derive from, beside its own classes and those it was given."""


class _EnumType(enum.EnumType):
    """Enums whose classes only look members up: Python's own would also make classes, with any special method in them."""

    def __call__(cls, value: Any, /, *more: Any, **options: Any) -> Any:  # type: ignore[override]
        """The member of a value. Raises TypeError for more."""
        if more or options:
            raise TypeError(f"write class NAME({cls.__name__}): its members below")
        return super().__call__(value)


class ClassMaker:
    """What a class statement calls in the place of a metaclass."""

    def __init__(self, cell: Cell, formats: Mapping[str, Callable[..., str]]) -> None:
        self._cell = cell
        self._formats = formats

    def __prepare__(self, name: str, bases: tuple[Any, ...], **options: Any) -> Any:
        """The namespace of the class's body. Raises TypeError for what a class may not derive from."""
        return self._metaclass(bases).__prepare__(name, bases, **options)

    def __call__(self, name: str, bases: tuple[Any, ...], body: Any, **options: Any) -> type:
        """The class, counted among the tool's own."""
        made: type = self._metaclass(bases)(name, bases, body, **options)
        if issubclass(made, str):
            for method, safe in self._formats.items():
                if getattr(made, method) is getattr(str, method):
                    setattr(made, method, safe)
        return self._cell.adopt(made)

    def _metaclass(self, bases: tuple[Any, ...]) -> Any:
        found: type = type
        for base in bases:
            if not issubclass(type(base), type) or not (
                base in self._cell.classes or base in _BASES or base in self._cell.given
            ):
                raise TypeError(f"a class of a pure tool cannot derive from {shown(base)}")
            kind = _EnumType if type(base) is enum.EnumType else type(base)
            if issubclass(kind, found):
                found = kind
            elif not issubclass(found, kind):
                raise TypeError("the base classes have metaclasses that do not go together")
        return found


class Form:
    """A class of the standard library to derive from, to ask for and to annotate with; what calling it does is ours to say."""

    __slots__ = ("__make", "__real")

    def __init__(self, real: Any, make: Callable[..., Any] | None = None) -> None:
        self.__real = real
        self.__make = make

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[Any, ...]:
        """The class itself."""
        return (self.__real,) if isinstance(self.__real, type) else _resolved(self.__real)

    def __instancecheck__(self, value: Any) -> bool:
        """As of the class itself."""
        return isinstance(value, self.__real)

    def __subclasscheck__(self, kind: Any) -> bool:
        """As of the class itself."""
        return issubclass(kind, self.__real)

    def __call__(self, *args: Any, **options: Any) -> Any:
        """A class by its fields, where the form has that. Raises TypeError for the others."""
        if self.__make is None:
            raise TypeError(f"write class NAME({self.__real.__name__}): its members below")
        return self.__make(*args, **options)

    def __getitem__(self, item: Any) -> Form:
        """In an annotation."""
        return self

    def __or__(self, other: Any) -> Any:
        """In an annotation."""
        return self

    __ror__ = __or__

    def __repr__(self) -> str:
        return f"<class {self.__real.__name__!r}>"


def forms(cell: Cell) -> dict[str, dict[str, Any]]:
    """By module: the functions of the standard library that make classes, or change them."""

    def wrap(kind: type, options: dict[str, Any]) -> type:
        if not cell.is_class(kind):
            raise TypeError("dataclass wants a class of the cell")
        # Where an annotation is text, it looks into the module of the class, which the cell's globals are not.
        sys.modules.setdefault("__main__", ModuleType("__main__"))
        return cell.adopt(dataclasses.dataclass(**options)(kind))

    @called("dataclass")
    def dataclass(kind: type | None = None, /, **options: Any) -> Any:
        if kind is None:
            return lambda later: wrap(later, options)
        return wrap(kind, options)

    @called("namedtuple")
    def namedtuple(typename: str, field_names: Any, *, rename: bool = False, defaults: Any = None) -> type:
        _check(typename)
        options: dict[str, Any] = {"rename": rename, "defaults": defaults, "module": "__main__"}
        return cell.adopt(collections.namedtuple(typename, field_names, **options))  # noqa: PYI024 (what the tool asks for)

    @called("NamedTuple")
    def named_tuple(typename: str, fields: Any = (), /) -> type:
        return namedtuple(typename, [name for name, _ in fields])

    @called("TypedDict")
    def typed_dict(typename: str, fields: Mapping[str, Any], /, *, total: bool = True) -> type:
        _check(typename)
        return cell.adopt(typing.TypedDict(typename, dict(fields), total=total))  # type: ignore[operator]

    def own(kind: type) -> type:
        if not cell.is_class(kind):
            raise TypeError("only a class of the cell can be decorated")
        return kind

    return {
        "dataclasses": {"dataclass": dataclass},
        "collections": {"namedtuple": namedtuple},
        "typing": {
            "NamedTuple": Form(typing.NamedTuple, named_tuple),
            "TypedDict": Form(typing.TypedDict, typed_dict),
            "runtime_checkable": lambda kind: typing.runtime_checkable(own(kind)),
            "final": lambda found: found,
        },
        "enum": {kind.__name__: Form(kind) for kind in _ENUMS} | {"unique": lambda kind: enum.unique(own(kind))},
        "functools": {"total_ordering": lambda kind: functools.total_ordering(own(kind))},
    }


def _check(name: Any) -> None:
    if type(name) is not str or not name.isidentifier() or fault(name):
        raise ValueError(f"{name!r} cannot name a class of a pure tool")
