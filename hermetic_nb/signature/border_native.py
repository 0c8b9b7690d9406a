"""Which Python values numbers, texts and lists of them hold in the native tier: ints of 64 bits, no lone surrogates.

`border_narrow` has the tier's other types.
"""

from __future__ import annotations

from array import array
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import ArgumentError, ArgumentRangeError
from hermetic_nb.signature.types import BOOL, FLOAT, INT, BoolType, BytesType, FloatType, IntType, ListType, StrType

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hermetic_nb.signature.types import Type

INT_MIN: Final = -(1 << 63)
INT_MAX: Final = (1 << 63) - 1
LONGEST: Final = 1 << 27
"""Items of a range: as a list of numbers they would fill a tool's memory of 1 GiB."""

LAYOUTS: Final = {INT: ("ql", 8, "q"), FLOAT: ("d", 8, "d"), BOOL: ("?", 1, "?")}
"""Formats of a buffer that is the canonical memory of a list of the type, bytes per item, and the format we give it."""
BYTE_FORMATS: Final = ("B", "b", "c")
LONE: Final = 'such text is not Unicode; see str.encode(..., "surrogateescape")'


def refuse(wanted: Type, value: Any, where: str, hint: str = "") -> ArgumentError:
    """The error of a value that is of another type."""
    return ArgumentError(f"argument {where!r} is declared {wanted}, not {type(value).__name__}", help=hint)


def _int(wanted: Type, value: Any, where: str, packed: bool) -> int:  # noqa: FBT001
    kind = type(value)
    if kind is not int:
        if kind is bool:
            raise refuse(wanted, value, where, "write int(...) around it")
        if not isinstance(value, int):
            return _int(wanted, scalar(wanted, value, where), where, packed)
        value = int.__int__(value)  # not a subclass's own
    if INT_MIN <= value <= INT_MAX:
        return value  # type: ignore[no-any-return]
    raise ArgumentRangeError(f"argument {where!r}: {out_of_range(value)}")


def out_of_range(value: int) -> str:
    """What is wrong with an int beyond 64 bits."""
    shown = str(value) if value.bit_length() <= 128 else f"an int of {value.bit_length()} bits"
    return f"{shown} does not fit a signed 64-bit int"


def lone_surrogate(text: str) -> str:
    """What is wrong with a text that UTF-8 cannot hold; empty where nothing is."""
    if text.isascii():
        return ""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return f"holds the lone surrogate U+{ord(text[error.start]):04X} at position {error.start}"
    return ""


def fit_float(wanted: Type, value: Any, where: str, packed: bool) -> float:  # noqa: FBT001
    """A float; an int that is exactly one. Raises ArgumentError."""
    kind = type(value)
    if kind is float:
        return value  # type: ignore[no-any-return]
    if kind is int:
        try:
            number = float(value)
        except OverflowError:
            number = 0.0
        if number != value:
            raise ArgumentError(
                f"argument {where!r}: no float is exactly this int", help="write float(...) to round it"
            )
        return number
    if kind is bool:
        raise refuse(wanted, value, where, "write float(...) around it")
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, int):
        return fit_float(wanted, int.__int__(value), where, packed)
    return fit_float(wanted, scalar(wanted, value, where), where, packed)


def fit_bool(wanted: Type, value: Any, where: str, packed: bool) -> bool:  # noqa: FBT001
    """A bool. Raises ArgumentError."""
    if type(value) is bool:
        return value
    return fit_bool(wanted, scalar(wanted, value, where), where, packed)


def scalar(wanted: Type, value: Any, where: str) -> Any:
    """The Python number in a zero-dimensional array (numpy's scalars are such). Raises ArgumentError."""
    if getattr(value, "ndim", None) == 0 and callable(item := getattr(value, "item", None)):
        try:
            number = item()
        except Exception as error:
            raise refuse(wanted, value, where) from error
        if type(number) in {int, float, bool}:
            return number
    raise refuse(wanted, value, where)


def _str(wanted: Type, value: Any, where: str, packed: bool) -> str:  # noqa: ARG001, FBT001
    if type(value) is not str:
        if not isinstance(value, str):
            raise refuse(wanted, value, where)
        value = str.__str__(value)
    if said := lone_surrogate(value):
        raise ArgumentError(f"argument {where!r} {said}", help=LONE)
    return value  # type: ignore[no-any-return]


def fit_bytes(wanted: Type, value: Any, where: str, packed: bool) -> bytes:  # noqa: ARG001, FBT001
    """Bytes, or a buffer that is a row of them. Raises ArgumentError."""
    if type(value) is bytes:
        return value
    view = view_of(value, where)
    if view is None:
        raise refuse(wanted, value, where, "write text.encode()" if isinstance(value, str) else "")
    if view.format not in BYTE_FORMATS or view.ndim != 1:
        raise ArgumentError(
            f"argument {where!r} is declared bytes; its buffer is not a row of bytes", help="write x.tobytes()"
        )
    return view.tobytes()


def _list(wanted: Type, value: Any, where: str, packed: bool) -> Any:  # noqa: FBT001
    assert isinstance(wanted, ListType)
    item = wanted.item
    if not isinstance(value, (list, tuple, range)):
        view = view_of(value, where)
        if view is None:
            raise refuse(wanted, value, where, "write list(...) around it" if hasattr(value, "__iter__") else "")
        if (row := flat(item, view)) is not None and not hasattr(value, "mask"):  # masked items have no value
            return row if packed else row.tolist()
        value = array_items(view, value, wanted, where)
    elif isinstance(value, range):
        if value[LONGEST:]:
            raise ArgumentError(f"argument {where!r} has more than {LONGEST} items", help="no tool's memory holds them")
    elif type(value) not in {list, tuple}:
        # The items of a subclass, not what its own methods make of them.
        kind: Any = list if isinstance(value, list) else tuple
        value = kind.__getitem__(value, slice(None))
    kinds = set(map(type, value))
    if packed and kinds == {_NUMBERS.get(item)}:
        # Beyond 64 bits: the look at each element below says which.
        with suppress(OverflowError):
            return _packed(item, value)
    if len(kinds) <= 1 and (plain := _PLAIN.get(item)) is not None and plain(kinds, value):
        return list(value)
    one = FIT[type(item)]
    return [one(item, element, f"{where}[{index}]", False) for index, element in enumerate(value)]


def _packed(item: Type, value: Sequence[Any]) -> memoryview[Any]:
    """The memory of a list of numbers that all have the item's type. Raises OverflowError on an int beyond 64 bits."""
    return memoryview(bytes(value)).cast("?") if item == BOOL else memoryview(array("q" if item == INT else "d", value))


def flat(item: Type, view: memoryview) -> memoryview | None:
    """A copy of a buffer that is laid out as a list of the item type, else None."""
    kinds, width, code = LAYOUTS.get(item, ("", 0, ""))
    layout = view.format
    if view.ndim != 1 or view.itemsize != width or layout[-1] not in kinds or layout[:-1] not in {"", "@", "=", "<"}:
        return None
    return memoryview(view.tobytes()).cast(code)  # type: ignore[call-overload, no-any-return]


def array_items(view: memoryview, value: Any, wanted: Type, where: str) -> list[Any]:
    """The elements of an array of another layout, as (nested) lists, made by the array itself."""
    try:
        elements = value.tolist() if hasattr(value, "tolist") else view.tolist()
    except Exception as error:
        raise refuse(wanted, value, where, "write list(x)") from error
    if not isinstance(elements, list):
        raise refuse(wanted, value, where)
    return elements


def view_of(value: Any, where: str) -> memoryview | None:
    """The buffer of a value, or of the array that it says it is (``__array__``)."""
    try:
        return memoryview(value)
    except (TypeError, ValueError, BufferError):
        pass
    if isinstance(value, type) or not hasattr(value, "__array__"):
        return None
    try:
        return memoryview(value.__array__())
    except Exception as error:
        raise ArgumentError(f"argument {where!r}: no array can be made of this {type(value).__name__}") from error


_NUMBERS: Final[dict[Type, type]] = {INT: int, FLOAT: float, BOOL: bool}
"""The Python type of the items that `_packed` takes."""

_PLAIN: Final[dict[Type, Callable[[set[type], Sequence[Any]], bool]]] = {
    INT: lambda kinds, value: kinds <= {int} and (not value or (min(value) >= INT_MIN and max(value) <= INT_MAX)),
    FLOAT: lambda kinds, _: kinds <= {float},
    BOOL: lambda kinds, _: kinds <= {bool},
    StrType(): lambda kinds, value: kinds <= {str} and all(map(str.isascii, value)),
}
"""Whether all elements of a list, whose types are given, are of the item's type already: decided in C, not per element."""


def is_plain(type_: Type) -> bool:
    """Whether `FIT` fits the type: a number, a text, bytes, or lists of them."""
    while isinstance(type_, ListType):
        type_ = type_.item
    return type(type_) in FIT


FIT: Final[dict[type, Callable[[Any, Any, str, bool], Any]]] = {
    IntType: _int,
    FloatType: fit_float,
    BoolType: fit_bool,
    StrType: _str,
    BytesType: fit_bytes,
    ListType: _list,
}
"""A function for each type: (type, value, name of the place, packed) -> the value, or ArgumentError."""
