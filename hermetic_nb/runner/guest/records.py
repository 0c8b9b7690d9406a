"""Values between wire data and the cell's own classes: dataclasses, named tuples, enums."""

from __future__ import annotations

import dataclasses
import inspect
import types
import typing
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values

if TYPE_CHECKING:
    from collections.abc import Callable

_PLAIN: Final = frozenset({int, float, bool, str, bytes, type(None)})
_UNFINISHED: Final = (
    (inspect.iscoroutine, "a coroutine", "write await before the call"),
    (inspect.isgenerator, "a generator", "write list(...) around it"),
    (inspect.isasyncgen, "an async generator", "collect its items in a list"),
    (inspect.isroutine, "a function", "call it, or return a value"),
    (inspect.isclass, "a class", "return an instance, or its name"),
    (inspect.ismodule, "a module", "return a value"),
    (
        lambda value: isinstance(value, map | filter | zip | enumerate | reversed),
        "an iterator",
        "write list(...) around it",
    ),
)


def takes(function: Any, name: str) -> bool:
    """Whether a function has a parameter of that name."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return code is not None and name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]


def plain(value: Any) -> Any:
    """The value; what was left unfinished says what was forgotten. Raises TypeError."""
    for is_kind, kind, remedy in _UNFINISHED:
        if is_kind(value):
            if inspect.iscoroutine(value):
                value.close()
            raise TypeError(f"a tool's values cannot hold {kind}: {remedy}")
    return value


class Shaping:
    """Makes records and enum members instances of the cell's own classes; ``hints`` reads annotations as types."""

    def __init__(self, hints: Callable[[Any], dict[str, Any]]) -> None:
        self._read = hints

    def arguments(self, entry: Any, given: dict[str, Any]) -> dict[str, Any]:
        """The arguments of a call, records of the cell's own classes where the annotations name such."""
        if all(type(value) in _PLAIN for value in given.values()):
            return given
        hints = self._hints(entry)
        return {name: self._shaped(value, hints.get(name)) for name, value in given.items()}

    def _hints(self, annotated: Any) -> dict[str, Any]:
        try:
            return self._read(annotated)
        except Exception:  # noqa: BLE001 (annotations are the cell's; what cannot be evaluated names no class)
            return {}

    def _shaped(self, value: Any, hint: Any) -> Any:
        """A value with its records and enum members made instances of the classes that the hint names."""
        if isinstance(value, values.Record):
            return self._instance(value, _class(hint, value._name_))
        if isinstance(value, values.Member):
            kind = _class(hint, value.enum)
            return value if kind is None else kind[value.name]
        inner = typing.get_args(_alternative(hint, value))
        if type(value) is list:
            return [self._shaped(item, inner[0] if inner else None) for item in value]
        if type(value) in {set, frozenset}:
            return type(value)(self._shaped(item, inner[0] if inner else None) for item in value)
        if type(value) is tuple:
            several = inner[:1] * len(value) if inner[1:] == (Ellipsis,) else inner
            whole = several if len(several) == len(value) else (None,) * len(value)
            return tuple(map(self._shaped, value, whole))
        if type(value) is dict:
            key, item = inner if len(inner) == 2 else (None, None)
            typed = _class(hint, None) if not inner else None
            own = {} if typed is None else self._hints(typed)
            return {self._shaped(name, key): self._shaped(each, own.get(name, item)) for name, each in value.items()}
        return value

    def _instance(self, record: values.Record, kind: Any) -> Any:
        """An instance of the class; the record itself where there is no class."""
        if kind is None:
            return record
        own = self._hints(kind)
        fields = {name: self._shaped(item, own.get(name)) for name, item in record._asdict().items()}
        later = (
            {field.name for field in dataclasses.fields(kind) if not field.init}
            if dataclasses.is_dataclass(kind)
            else ()
        )
        made = kind(**{name: item for name, item in fields.items() if name not in later})
        for name in later:
            object.__setattr__(made, name, fields[name])
        return made


def _alternative(hint: Any, value: Any) -> Any:
    """Of a union the member that looks like the value."""
    return next((one for one in _members(hint) if (typing.get_origin(one) or one) is type(value)), None)


def _class(hint: Any, name: str | None) -> Any:
    """The record or enum of that name that a hint names, also inside of a union; without a name its TypedDict."""
    for member in _members(hint):
        if not isinstance(member, type):
            continue
        if name is None and typing.is_typeddict(member):
            return member
        is_own = dataclasses.is_dataclass(member) or hasattr(member, "_fields") or issubclass(member, Enum)
        if is_own and member.__name__ == name:
            return member
    return None


def _members(hint: Any) -> tuple[Any, ...]:
    return typing.get_args(hint) if typing.get_origin(hint) in {typing.Union, types.UnionType} else (hint,)
