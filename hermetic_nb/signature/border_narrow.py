"""Which Python values the native tier's types hold that are more than numbers, texts and lists of them.

The rules are those of the python tier (`border_wide`), and ints have 64 bits, texts no lone surrogates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hermetic_nb import values
from hermetic_nb.errors import ArgumentError, ArgumentRangeError
from hermetic_nb.signature.border_native import INT_MAX, INT_MIN, LONE, lone_surrogate, out_of_range
from hermetic_nb.signature.border_wide import KINDS, Wide
from hermetic_nb.signature.misfit import MisfitError
from hermetic_nb.signature.types import IntType, NamedType, StrType
from hermetic_nb.values import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.signature.types import Type


class RangeMisfitError(MisfitError):
    """An int beyond 64 bits."""

    def of_argument(self, name: str) -> ArgumentError | ArgumentRangeError:
        """The error that a caller gets."""
        return ArgumentRangeError(f"argument {f'{name}{self.place}'!r}: {self.said}")


class Narrow(Wide):
    """Fits values to types of the native tier."""

    def fit(self, wanted: Type, value: Any, level: int) -> Any:
        """The value as exactly this type, nothing of it shared with the caller's if that can change."""
        fitted = super().fit(wanted, value, level)
        if isinstance(wanted, IntType) and not INT_MIN <= fitted <= INT_MAX:
            raise RangeMisfitError(wanted, value, out_of_range(fitted))
        if isinstance(wanted, StrType) and (said := lone_surrogate(fitted)):
            raise MisfitError(wanted, value, f"it {said}", LONE)
        return self._whole(wanted, fitted) if isinstance(wanted, NamedType) else fitted

    def _whole(self, wanted: NamedType, record: Record) -> Record:
        """A record with all its fields: those left out are the class's constants."""
        fields = self._definitions[wanted.name].fields
        if len(record._fields) == len(fields):
            return record
        given = record._asdict()
        whole = {f.name: given[f.name] if f.name in given else values.decode(f.default or "") for f in fields}
        return Record(wanted.name, whole, is_tuple=record._is_tuple_)

    def _items(self, item: Type, value: Sequence[Any], level: int) -> list[Any]:
        if isinstance(item, IntType | StrType) and {KINDS[type(item)]}.issuperset(map(type, value)):
            plain = all(map(str.isascii, value)) if isinstance(item, StrType) else _fit_in_64_bits(value)
            if not plain:
                return [self.inner(item, element, level, "[{}]", index) for index, element in enumerate(value)]
        return super()._items(item, value, level)


def _fit_in_64_bits(numbers: Sequence[int]) -> bool:
    return not numbers or (min(numbers) >= INT_MIN and max(numbers) <= INT_MAX)
