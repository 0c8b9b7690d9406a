"""Which Python values arrays hold: buffers (numpy's arrays among them), lists, and of two axes lists of rows.

A fitted array is its stored form (see `hermetic_nb.arrays`). Numbers are brought to the item type as a list's would be: an int to
the float that it is, and a bool to nothing else.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from hermetic_nb import arrays
from hermetic_nb.errors import ArgumentError, ArgumentRangeError
from hermetic_nb.signature.border_native import FIT, INT_MAX, LAYOUTS, array_items, view_of
from hermetic_nb.signature.misfit import MisfitError
from hermetic_nb.signature.types import ArrayType, ListType, TupleType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.signature.types import Type

_ROWS = "give a list of rows, or an array of two axes"


def fit_array(wanted: ArrayType, value: Any, where: str, packed: bool) -> Any:  # noqa: FBT001 (as `border_native.FIT`)
    """The stored form of an array. Raises ArgumentError.

    With ``packed`` its items are a memoryview, of the caller's own memory where that is laid out as a module needs it.
    """
    if isinstance(value, (list, tuple, range)):
        return _of_items(wanted, value, where, packed)
    view = view_of(value, where)
    if view is None:
        raise ArgumentError(f"argument {where!r} is declared {wanted}, not {type(value).__name__}")
    if view.ndim != wanted.axes:
        raise ArgumentError(
            f"argument {where!r} is declared {wanted}, and has {view.ndim} {'axis' if view.ndim == 1 else 'axes'}"
        )
    shape = view.shape
    assert shape is not None, "only views of no axis have none"
    row: Any = None if hasattr(value, "mask") else _flat(wanted, view)  # masked items have no value
    if row is None:
        items = array_items(view, value, wanted, where)
        if wanted.axes == 1:
            return _row(wanted, items, where, packed)
        row = _row(wanted, [item for line in items for item in line], where, packed)
    elif not packed:
        row = row.tolist()
    return row if wanted.axes == 1 else (*shape, row)


def _flat(wanted: ArrayType, view: memoryview) -> memoryview | None:
    """The buffer's own memory where it is laid out as the array's items, else None."""
    kinds, width, code = LAYOUTS[wanted.item]
    layout = view.format
    if view.itemsize != width or layout[-1] not in kinds or layout[:-1] not in {"", "@", "=", "<"}:
        return None
    data = view.cast("B") if view.c_contiguous and view.nbytes else memoryview(view.tobytes())
    return data.cast(code)  # type: ignore[call-overload, no-any-return]


def _of_items(wanted: ArrayType, value: Sequence[Any], where: str, packed: bool) -> Any:  # noqa: FBT001
    if wanted.axes == 1:
        return _row(wanted, value, where, packed)
    if type(value) is tuple and len(value) == 3 and list(map(type, value[:2])) == [int, int]:
        rows, columns, items = value
        row = _row(wanted, items, where, packed)
        if not (0 <= rows <= INT_MAX and 0 <= columns <= INT_MAX and rows * columns == len(row)):
            raise ArgumentError(f"argument {where!r}: {rows} rows of {columns} are not {len(row)} items")
        return rows, columns, row
    lines = []
    for number, line in enumerate(value):
        if isinstance(line, (str, bytes)) or not hasattr(line, "__iter__"):
            raise ArgumentError(f"argument {where!r} is declared {wanted}; row {number} is no list", help=_ROWS)
        lines.append(_row(wanted, line, f"{where}[{number}]", False))
    if len(set(map(len, lines))) > 1:
        raise ArgumentError(f"argument {where!r} has rows of different lengths", help=_ROWS)
    flat = _row(wanted, [item for line in lines for item in line], where, packed)
    return len(lines), len(lines[0]) if lines else 0, flat


def _row(wanted: ArrayType, value: Any, where: str, packed: bool) -> Any:  # noqa: FBT001
    return FIT[ListType](ListType(wanted.item), value, where, packed)


def holds_array(kind: Type) -> bool:
    """Whether values of a result's type are arrays, or tuples with arrays in them."""
    return isinstance(kind, ArrayType) or (isinstance(kind, TupleType) and any(map(holds_array, kind.items)))


def shown(kind: Type, value: Any) -> Any:
    """A value as its user sees it: arrays for stored forms."""
    if isinstance(kind, ArrayType):
        return arrays.made(str(kind.item), kind.axes, value)
    if isinstance(kind, TupleType) and type(value) is tuple and len(value) == len(kind.items):
        return tuple(shown(part, item) for part, item in zip(kind.items, value, strict=True))
    return value


def fit_array_wide(wanted: ArrayType, value: Any) -> Any:
    """As `fit_array`, not packed. Raises MisfitError."""
    with suppress(ArgumentRangeError):
        try:
            return fit_array(wanted, value, "", packed=False)
        except ArgumentError as error:
            raise MisfitError(wanted, value, error.message.removeprefix("argument '' ")) from None
    raise MisfitError(wanted, value, "an int in it needs more than 64 bits")
