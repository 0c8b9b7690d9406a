"""Which Python values an interface type holds: arguments come in here, and leave as exactly the declared types.

An int goes where a float is declared if the float is exactly that int; a bool is no int. Arrays and other buffers are
lists of numbers or bytes, read without Python work per element.
"""

from __future__ import annotations

from array import array
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.errors import ArgumentError, ArgumentRangeError
from hermetic_nb.signature.types import BOOL, FLOAT, INT, BoolType, BytesType, FloatType, IntType, ListType, StrType

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from hermetic_nb.signature.signature import Parameter, Signature
    from hermetic_nb.signature.types import Type

INT_MIN: Final = -(1 << 63)
INT_MAX: Final = (1 << 63) - 1
LONGEST: Final = 1 << 27
"""Items of a range: as a list of numbers they would fill a tool's memory of 1 GiB."""

_LAYOUTS: Final = {INT: ("ql", 8, "q"), FLOAT: ("d", 8, "d"), BOOL: ("?", 1, "?")}
"""Formats of a buffer that is the canonical memory of a list of the type, bytes per item, and the format we give it."""
_BYTE_FORMATS: Final = ("B", "b", "c")


def fit(
    signature: Signature, args: Sequence[Any], kwargs: Mapping[str, Any], *, packed: bool = False
) -> tuple[Any, ...]:
    """One value for each parameter, of exactly its type; defaults filled in.

    With ``packed`` a list of numbers becomes one flat memoryview (a copy), which `abi.lower` takes as it is and `unpack`
    turns into the list. Raises ArgumentError, and ArgumentRangeError for an int beyond 64 bits.
    """
    try:
        return _fit(signature, args, kwargs, packed)
    except (ArgumentError, ArgumentRangeError):
        raise
    except Exception as error:  # a value's own methods may raise anything
        raise ArgumentError(
            f"an argument cannot be read: {type(error).__name__}", help=f"the signature is {signature}"
        ) from error


def _fit(
    signature: Signature,
    args: Sequence[Any],
    kwargs: Mapping[str, Any],
    packed: bool,  # noqa: FBT001
) -> tuple[Any, ...]:
    parameters = signature.parameters
    if len(args) == len(parameters) and not kwargs:
        return tuple(
            [_FIT[type(p.type)](p.type, value, p.name, packed) for p, value in zip(parameters, args, strict=True)]
        )
    if len(args) > len(parameters):
        raise ArgumentError(
            f"{len(args)} arguments for {_count(len(parameters))}", help=f"the signature is {signature}"
        )
    fitted = []
    for parameter, value in zip(parameters, args, strict=False):
        if parameter.name in kwargs:
            raise ArgumentError(f"argument {parameter.name!r} is given twice")
        fitted.append(_FIT[type(parameter.type)](parameter.type, value, parameter.name, packed))
    names = {parameter.name for parameter in parameters}
    unknown = [name for name in kwargs if name not in names]
    if unknown:
        raise ArgumentError(f"no parameter is named {unknown[0]!r}", help=f"the signature is {signature}")
    for parameter in parameters[len(args) :]:
        value = kwargs[parameter.name] if parameter.name in kwargs else _default(parameter, signature)
        fitted.append(_FIT[type(parameter.type)](parameter.type, value, parameter.name, packed))
    return tuple(fitted)


def unpack(fitted: Sequence[Any]) -> tuple[Any, ...]:
    """The values that `fit` gives without ``packed``."""
    return tuple([value.tolist() if type(value) is memoryview else value for value in fitted])


def _default(parameter: Parameter, signature: Signature) -> Any:
    if parameter.default is None:
        raise ArgumentError(f"argument {parameter.name!r} is missing", help=f"the signature is {signature}")
    return values.decode(parameter.default)


def _count(number: int) -> str:
    return "1 parameter" if number == 1 else f"{number} parameters"


def _refuse(wanted: Type, value: Any, where: str, hint: str = "") -> ArgumentError:
    return ArgumentError(f"argument {where!r} is declared {wanted}, not {type(value).__name__}", help=hint)


def _int(wanted: Type, value: Any, where: str, packed: bool) -> int:  # noqa: FBT001
    kind = type(value)
    if kind is not int:
        if kind is bool:
            raise _refuse(wanted, value, where, "write int(...) around it")
        if not isinstance(value, int):
            return _int(wanted, _scalar(wanted, value, where), where, packed)
        value = int.__int__(value)  # not a subclass's own
    if INT_MIN <= value <= INT_MAX:
        return value  # type: ignore[no-any-return]
    raise _out_of_range(value, where)


def _out_of_range(value: int, where: str) -> ArgumentRangeError:
    shown = str(value) if value.bit_length() <= 128 else f"an int of {value.bit_length()} bits"
    return ArgumentRangeError(f"argument {where!r}: {shown} does not fit a signed 64-bit int")


def _float(wanted: Type, value: Any, where: str, packed: bool) -> float:  # noqa: FBT001
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
        raise _refuse(wanted, value, where, "write float(...) around it")
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, int):
        return _float(wanted, int.__int__(value), where, packed)
    return _float(wanted, _scalar(wanted, value, where), where, packed)


def _bool(wanted: Type, value: Any, where: str, packed: bool) -> bool:  # noqa: FBT001
    if type(value) is bool:
        return value
    return _bool(wanted, _scalar(wanted, value, where), where, packed)


def _scalar(wanted: Type, value: Any, where: str) -> Any:
    """The Python number in a zero-dimensional array (numpy's scalars are such). Raises ArgumentError."""
    if getattr(value, "ndim", None) == 0 and callable(item := getattr(value, "item", None)):
        try:
            number = item()
        except Exception as error:
            raise _refuse(wanted, value, where) from error
        if type(number) in {int, float, bool}:
            return number
    raise _refuse(wanted, value, where)


def _str(wanted: Type, value: Any, where: str, packed: bool) -> str:  # noqa: ARG001, FBT001
    if type(value) is not str:
        if not isinstance(value, str):
            raise _refuse(wanted, value, where)
        value = str.__str__(value)
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ArgumentError(
                f"argument {where!r} holds the lone surrogate U+{ord(value[error.start]):04X} at position {error.start}",
                help='such text is not Unicode; see str.encode(..., "surrogateescape")',
            ) from None
    return value  # type: ignore[no-any-return]


def _bytes(wanted: Type, value: Any, where: str, packed: bool) -> bytes:  # noqa: ARG001, FBT001
    if type(value) is bytes:
        return value
    view = _view(value, where)
    if view is None:
        raise _refuse(wanted, value, where, "write text.encode()" if isinstance(value, str) else "")
    if view.format not in _BYTE_FORMATS or view.ndim != 1:
        raise ArgumentError(
            f"argument {where!r} is declared bytes; its buffer is not a row of bytes", help="write x.tobytes()"
        )
    return view.tobytes()


def _list(wanted: Type, value: Any, where: str, packed: bool) -> Any:  # noqa: FBT001
    assert isinstance(wanted, ListType)
    item = wanted.item
    if not isinstance(value, (list, tuple, range)):
        view = _view(value, where)
        if view is None:
            raise _refuse(wanted, value, where, "write list(...) around it" if hasattr(value, "__iter__") else "")
        if (flat := _flat(item, view)) is not None and not hasattr(value, "mask"):  # masked items have no value
            return flat if packed else flat.tolist()
        value = _items(view, value, wanted, where)
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
    one = _FIT[type(item)]
    return [one(item, element, f"{where}[{index}]", False) for index, element in enumerate(value)]


def _packed(item: Type, value: Sequence[Any]) -> memoryview[Any]:
    """The memory of a list of numbers that all have the item's type. Raises OverflowError on an int beyond 64 bits."""
    return memoryview(bytes(value)).cast("?") if item == BOOL else memoryview(array("q" if item == INT else "d", value))


def _flat(item: Type, view: memoryview) -> memoryview | None:
    """A copy of a buffer that is laid out as a list of the item type, else None."""
    kinds, width, code = _LAYOUTS.get(item, ("", 0, ""))
    layout = view.format
    if view.ndim != 1 or view.itemsize != width or layout[-1] not in kinds or layout[:-1] not in {"", "@", "=", "<"}:
        return None
    return memoryview(view.tobytes()).cast(code)  # type: ignore[call-overload, no-any-return]


def _items(view: memoryview, value: Any, wanted: Type, where: str) -> list[Any]:
    """The elements of an array of another layout, as (nested) lists, made by the array itself."""
    try:
        elements = value.tolist() if hasattr(value, "tolist") else view.tolist()
    except Exception as error:
        raise _refuse(wanted, value, where, "write list(x)") from error
    if not isinstance(elements, list):
        raise _refuse(wanted, value, where)
    return elements


def _view(value: Any, where: str) -> memoryview | None:
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

_FIT: Final[dict[type, Callable[[Any, Any, str, bool], Any]]] = {
    IntType: _int,
    FloatType: _float,
    BoolType: _bool,
    StrType: _str,
    BytesType: _bytes,
    ListType: _list,
}
