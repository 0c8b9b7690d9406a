"""Numbers, texts and rows of the python and pure tiers, see `border_wide`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.errors import ArgumentError
from hermetic_nb.signature import border_native
from hermetic_nb.signature.misfit import MisfitError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.signature.types import BoolType, BytesType, FloatType, IntType, NoneType, StrType, Type

EXACT: Final = 0
NEAR: Final = 1
RESULT: Final = 2
ARGUMENT: Final = 3


def integer(wanted: IntType, value: Any, level: int) -> int:
    """An int of any size."""
    kind = type(value)
    if kind is int:
        return value  # type: ignore[no-any-return]
    if level == RESULT and kind is bool:
        return int(value)  # True is 1, and a function that is declared to count may say so
    if level < ARGUMENT or kind is bool:
        raise MisfitError(wanted, value, hint="write int(...) around it" if kind is bool else "")
    if isinstance(value, int):
        return int.__int__(value)  # not a subclass's own
    return integer(wanted, _number(wanted, value), EXACT)


def real(wanted: FloatType, value: Any, level: int) -> float:
    """A float, or an int that is one exactly."""
    kind = type(value)
    if kind is float:
        return value  # type: ignore[no-any-return]
    if level >= NEAR and kind is int:
        try:
            number = float(value)
        except OverflowError:
            number = 0.0
        if number != value:
            raise MisfitError(wanted, value, "no float is exactly this int", "write float(...) to round it")
        return number
    if level < ARGUMENT or kind is bool:
        raise MisfitError(wanted, value, hint="write float(...) around it" if kind is bool else "")
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, int):
        return real(wanted, int.__int__(value), NEAR)
    return real(wanted, _number(wanted, value), NEAR)


def boolean(wanted: BoolType, value: Any, level: int) -> bool:
    """A bool."""
    if type(value) is bool:
        return value
    if level < ARGUMENT:
        raise MisfitError(wanted, value)
    return boolean(wanted, _number(wanted, value), NEAR)


def text(wanted: StrType, value: Any, level: int) -> str:
    """A str, also one with lone surrogates."""
    if type(value) is str:
        return value
    if level < ARGUMENT or not isinstance(value, str):
        raise MisfitError(wanted, value)
    return str.__str__(value)


def octets(wanted: BytesType, value: Any, level: int) -> bytes:
    """Bytes, or a buffer of them."""
    if type(value) is bytes:
        return value
    if level < ARGUMENT:
        raise MisfitError(wanted, value)
    view = _view(wanted, value)
    if view is None:
        raise MisfitError(wanted, value, hint="write text.encode()" if isinstance(value, str) else "")
    if view.format not in border_native.BYTE_FORMATS or view.ndim != 1:
        raise MisfitError(wanted, value, "its buffer is not a row of bytes", "write x.tobytes()")
    return view.tobytes()


def nothing(wanted: NoneType, value: Any, level: int) -> None:  # noqa: ARG001 (one shape for all)
    """None."""
    if value is not None:
        raise MisfitError(wanted, value)


def sequence(wanted: Type, item: Type | None, value: Any) -> Sequence[Any]:
    """The items of a list, tuple, range, array or buffer."""
    kind = type(value)
    if kind is list or kind is tuple:
        return value  # type: ignore[no-any-return]
    if isinstance(value, list):  # the items of a subclass, not what its own methods make of them
        return list.__getitem__(value, slice(None))
    if isinstance(value, tuple):
        return tuple.__getitem__(value, slice(None))
    if isinstance(value, range):
        if value[border_native.LONGEST :]:
            raise MisfitError(wanted, value, f"more than {border_native.LONGEST} items")
        return list(value)
    view = _view(wanted, value)
    if view is None:
        raise MisfitError(wanted, value, hint="write list(...) around it" if hasattr(value, "__iter__") else "")
    row = None if item is None else border_native.flat(item, view)
    if row is not None and not hasattr(value, "mask"):  # masked items have no value
        return row.tolist()
    try:
        return border_native.array_items(view, value, wanted, "")
    except ArgumentError as error:
        raise MisfitError(wanted, value, hint=error.help) from error


def _number(wanted: Type, value: Any) -> Any:
    """The Python number in one of numpy."""
    try:
        return border_native.scalar(wanted, value, "")
    except ArgumentError as error:
        raise MisfitError(wanted, value) from error


def _view(wanted: Type, value: Any) -> memoryview | None:
    try:
        return border_native.view_of(value, "")
    except ArgumentError as error:
        raise MisfitError(wanted, value, f"no array can be made of this {type(value).__name__}") from error
