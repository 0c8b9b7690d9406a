"""Values of interface types as plain JSON, the way `schema` describes it to programs that know no tags.

What JSON lacks, and what a union would read as another of its members, takes its wire form (see `values`), and wire forms are
read everywhere.
"""

from __future__ import annotations

import base64
from functools import partial
from typing import TYPE_CHECKING, Any

from hermetic_nb import values
from hermetic_nb.signature.border_scalars import ARGUMENT, EXACT
from hermetic_nb.signature.border_wide import Wide
from hermetic_nb.signature.misfit import MisfitError
from hermetic_nb.signature.types import (
    BytesType,
    DictType,
    FrozenSetType,
    IntType,
    ListType,
    LiteralType,
    NamedType,
    SetType,
    StrType,
    TupleType,
    UnionType,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hermetic_nb.signature.definitions import Definition
    from hermetic_nb.signature.types import Type


def write(type_: Type, value: Any, definitions: Sequence[Definition] = ()) -> Any:
    """The JSON data of a value of the type; ``definitions`` are those of the signature."""
    return _Plain(definitions).write(type_, value)


def read(type_: Type, data: Any, definitions: Sequence[Definition] = ()) -> Any:
    """JSON data as the Python value that `border.fit` takes. Raises ValueError on bad base64 and malformed wire forms.

    Data of another type passes unchanged: to refuse it is the border's part, which knows the parameter's name.
    """
    return _Plain(definitions).read(type_, data)


class _Plain:
    def __init__(self, definitions: Sequence[Definition]) -> None:
        self._definitions = {definition.name: definition for definition in definitions}
        self._border = Wide(definitions)
        self._read: dict[tuple[int, Type, bool], tuple[Any, ValueError | None]] = {}
        """What unions made of arrays and objects: without it, unions in unions cost exponential time."""

    # ---------------------------------------------------------------- writing

    def write(self, type_: Type, value: Any) -> Any:
        match type_, value:
            case BytesType(), bytes():
                return base64.b64encode(value).decode()
            case ListType(item), list():
                return [self.write(item, element) for element in value]
            case ((SetType(item) | FrozenSetType(item)), (set() | frozenset())):
                return sorted([self.write(item, element) for element in value], key=values.text)
            case TupleType(items, rest), tuple():
                kinds = [rest] * len(value) if rest is not None else items
                return [self.write(kind, element) for kind, element in zip(kinds, value, strict=False)]
            case DictType(StrType(), item), dict():
                if any(type(values.to_wire(key)) is not str or key.startswith("$") for key in value):
                    return values.to_wire(value)
                return {key: self.write(item, element) for key, element in value.items()}
            case DictType(key, item), dict():
                return [[self.write(key, one), self.write(item, element)] for one, element in value.items()]
            case NamedType(name), (values.Record() | dict()):
                fields = {field.name: field.type for field in self._definitions[name].fields}
                given = value if isinstance(value, dict) else value._asdict()
                return {field: self.write(fields[field], item) for field, item in given.items()}
            case NamedType(), values.Member():
                return value.name
            case UnionType(members), _:
                return self._write_member(type_, members, value)
            case IntType(), _:
                return value
            case _:
                return values.to_wire(value)

    def _write_member(self, type_: Type, members: tuple[Type, ...], value: Any) -> Any:
        for member in members:
            try:
                self._border.fit(member, value, EXACT)
                data = self.write(member, value)
                if values.encode(self.read(type_, data)) == values.encode(value):
                    return data
            except (MisfitError, ValueError):
                continue
        return _tagged(value)

    # ---------------------------------------------------------------- reading

    def read(self, type_: Type, data: Any, *, is_exact: bool = False) -> Any:
        """The value of the data; where it is to be exact, 3.0 is no int."""
        if isinstance(data, dict) and len(data) == 1 and next(iter(data)).startswith("$"):
            return values.from_wire(data)
        inner = partial(self.read, is_exact=is_exact)
        match type_, data:
            case ((ListType(item) | SetType(item)), list()):
                return [inner(item, element) for element in data]
            case FrozenSetType(item), list():
                return _hashed(frozenset, [inner(item, element) for element in data])
            case TupleType(items, rest), list():
                kinds = [rest] * len(data) if rest is not None else items
                read = [inner(kind, element) for kind, element in zip(kinds, data, strict=False)]
                return (*read, *data[len(read) :])
            case DictType(key, item), dict():
                return {inner(key, one): inner(item, element) for one, element in data.items()}
            case DictType(key, item), list() if all(isinstance(pair, list) and len(pair) == 2 for pair in data):
                pairs = [(inner(key, one), inner(item, element)) for one, element in data]
                return _hashed(dict, pairs, otherwise=data)
            case NamedType(name), (dict() | list()):
                return self._read_record(self._definitions[name], data, inner)
            case BytesType(), str():
                try:
                    return base64.b64decode(data, validate=True)
                except ValueError:
                    raise ValueError("bytes are given as base64 text") from None
            case IntType(), float() if data.is_integer() and not is_exact:
                return int(data)  # JSON has one number type: 3.0 is an integer (JSON Schema core 4.2.3)
            case UnionType(members), _:
                return self._read_union(type_, members, data, is_exact=is_exact)
            case _:
                return values.from_wire(data) if isinstance(data, (dict, list)) else data

    def _read_record(self, definition: Definition, data: Any, inner: Callable[[Type, Any], Any]) -> Any:
        fields = {field.name: field.type for field in definition.fields}
        if isinstance(data, list):
            if definition.kind != "namedtuple" or len(data) > len(fields):
                return data
            data = dict(zip(fields, data, strict=False))
        read = {name: inner(fields[name], item) if name in fields else item for name, item in data.items()}
        if definition.kind in {"typeddict", "enum"} or not read.keys() <= fields.keys():
            return read
        return values.Record(definition.name, read, is_tuple=definition.kind == "namedtuple")

    def _read_union(self, type_: Type, members: tuple[Type, ...], data: Any, *, is_exact: bool) -> Any:
        if not isinstance(data, (dict, list)):
            return self._read_member(members, data, is_exact=is_exact)
        key = (id(data), type_, is_exact)
        if key not in self._read:
            try:
                self._read[key] = self._read_member(members, data, is_exact=is_exact), None
            except ValueError as error:
                self._read[key] = None, error
        value, refusal = self._read[key]
        if refusal is not None:
            raise refusal
        return value

    def _read_member(self, members: tuple[Type, ...], data: Any, *, is_exact: bool) -> Any:
        """What the first member makes of the data that holds it as it is; else the first that holds it at all."""
        # Text is rather itself than bytes, and an array rather a list than a set or tuple.
        texts = isinstance(data, str) and any(isinstance(member, (StrType, LiteralType)) for member in members)
        choices = [member for member in members if not (texts and isinstance(member, BytesType))]
        choices.sort(key=lambda member: not isinstance(member, ListType))
        for exactly, level in ((True, EXACT), (False, ARGUMENT)):
            if is_exact and not exactly:
                break
            for member in choices:
                try:
                    value = self.read(member, data, is_exact=exactly)
                    self._border.fit(member, value, level)
                except (MisfitError, ValueError):
                    continue
                return value
        return values.from_wire(data) if isinstance(data, (dict, list)) else data


def _hashed(kind: type, items: list[Any], otherwise: Any = None) -> Any:
    """A set or dict of the items; what cannot be hashed the border refuses in its own words."""
    try:
        return kind(items)
    except TypeError:
        return items if otherwise is None else otherwise


def _tagged(value: Any) -> Any:
    """Wire data in which text and dicts are told from everything that JSON's text and objects stand for elsewhere."""
    match value:
        case str():
            return {"$str": value.encode("utf-8", "surrogatepass").hex()}
        case list():
            return list(map(_tagged, value))
        case dict():
            return {"$dict": [[values.to_wire(key), values.to_wire(item)] for key, item in value.items()]}
        case _:
            return values.to_wire(value)
