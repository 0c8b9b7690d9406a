"""Instances of a tool's own classes, outside of the tool, where the class does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class Record:
    """An instance of a dataclass; with ``is_tuple`` of a named tuple, which is a sequence too and equals the plain tuple.

    Fields are attributes, so what else it says has names that no field has: ``_name_`` is the class's name, ``_fields`` the
    fields' names, ``_asdict()`` a new dict of the fields, ``_is_tuple_`` whether it is a named tuple. It does not change, and can be hashed
    if its fields can. Raises ValueError on names that are no identifiers.
    """

    __slots__ = ("_name_", "_values_")
    _name_: str
    _values_: dict[str, Any]
    _is_tuple_: ClassVar[bool] = False

    def __new__(cls, name: str, fields: Mapping[str, Any], *, is_tuple: bool = False) -> Record:  # noqa: PYI034 (a named tuple's is the other class)
        """A record of a class of this name, with these fields in this order."""
        if not (name.isidentifier() and all(map(str.isidentifier, fields))):
            raise ValueError("the names of a record are identifiers")
        record = object.__new__(_TupleRecord if is_tuple else Record)
        object.__setattr__(record, "_name_", name)
        object.__setattr__(record, "_values_", dict(fields))
        return record

    @property
    def _fields(self) -> tuple[str, ...]:
        return tuple(self._values_)

    def _asdict(self) -> dict[str, Any]:
        return dict(self._values_)

    def __getattr__(self, name: str) -> Any:
        """The value of a field."""
        # By way of the slot itself: an instance that is only half made has none, and must not ask again.
        fields = object.__getattribute__(self, "_values_")
        if name in fields:
            return fields[name]
        raise AttributeError(f"{self._name_} has no field {name}", name=name, obj=self)

    def __setattr__(self, name: str, value: object) -> None:
        """Refused."""
        raise AttributeError("a record does not change", name=name, obj=self)

    def __delattr__(self, name: str) -> None:
        """Refused."""
        raise AttributeError("a record does not change", name=name, obj=self)

    def __dir__(self) -> list[str]:
        """The fields and what every object has."""
        return [*super().__dir__(), *self._values_]

    def __eq__(self, other: object) -> bool:
        """Same class, same fields."""
        if not isinstance(other, Record):
            return NotImplemented
        return (type(self), self._name_, self._values_) == (type(other), other._name_, other._values_)

    def __hash__(self) -> int:
        """As a tuple of the fields."""
        return hash(tuple(self._values_.values()))

    def __repr__(self) -> str:
        """As Python shows a dataclass."""
        return f"{self._name_}({', '.join(f'{name}={value!r}' for name, value in self._values_.items())})"

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickle and copy."""
        return _made, (self._name_, self._values_, self._is_tuple_)


class _TupleRecord(Record):
    __slots__ = ()
    _is_tuple_: ClassVar[bool] = True

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values_.values())

    def __len__(self) -> int:
        return len(self._values_)

    def __getitem__(self, index: Any) -> Any:
        return tuple(self)[index]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (tuple, _TupleRecord)):
            return tuple(self) == tuple(other)
        return NotImplemented

    __hash__ = Record.__hash__


class Member:
    """A member of an enum: the enum's name, the member's name and its value. Equal members have both names alike."""

    __slots__ = ("enum", "name", "value")
    enum: str
    name: str
    value: Any

    def __init__(self, enum: str, name: str, value: Any) -> None:
        for slot, content in zip(self.__slots__, (enum, name, value), strict=True):
            object.__setattr__(self, slot, content)

    def __setattr__(self, name: str, value: object) -> None:
        """Refused."""
        raise AttributeError("a member does not change", name=name, obj=self)

    def __eq__(self, other: object) -> bool:
        """Same names, same value."""
        if not isinstance(other, Member):
            return NotImplemented
        return (self.enum, self.name, self.value) == (other.enum, other.name, other.value)

    def __hash__(self) -> int:
        """By the names: a member's value need not be hashable."""
        return hash((self.enum, self.name))

    def __repr__(self) -> str:
        """As Python shows a member."""
        return f"<{self.enum}.{self.name}: {self.value!r}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """For pickle and copy."""
        return Member, (self.enum, self.name, self.value)


def _made(name: str, fields: dict[str, Any], is_tuple: bool) -> Record:  # noqa: FBT001 (pickle gives places, not names)
    return Record(name, fields, is_tuple=is_tuple)
