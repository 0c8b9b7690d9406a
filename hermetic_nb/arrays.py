"""Arrays: the annotation ``Array[float]``, ``Array[float, 2]``, and numpy where it is installed.

Outside of the cell an array of one axis is stored as the list of its items, and one of two axes as ``(rows, columns, items)``,
its items row by row: that is what receipts hold, and it keeps the shape of an array without items. numpy makes and takes arrays
at the borders only; nothing here needs it.
"""

from __future__ import annotations

from array import array
from functools import cache
from importlib import import_module
from typing import Any, Final

CODES: Final = {"float": "d", "int": "q", "bool": "?"}
"""Formats of items."""
DTYPES: Final = {"float": "float64", "int": "int64", "bool": "bool"}


class Array:
    """The annotation of arrays: ``Array[item]`` has one axis, ``Array[item, 2]`` two; items are float, int or bool."""

    def __class_getitem__(cls, item: object) -> type[Array]:
        """The annotation of arrays of these items."""
        return cls


@cache
def numpy() -> Any:
    """The module numpy, or None where it is not installed."""
    try:
        return import_module("numpy")
    except ImportError:
        return None


def made(item: str, axes: int, plain: Any) -> Any:
    """The array of a stored form whose items are a list or a buffer: numpy's, or without numpy a memoryview.

    ``item`` is a key of `CODES`. A memoryview has one axis; without numpy two axes are the stored form itself.
    """
    rows, columns, items = plain if axes == 2 else (1, len(plain), plain)
    module = numpy()
    if module is None:
        return plain if axes == 2 else _buffer(item, items)
    if isinstance(items, list):
        found = module.array(items, dtype=DTYPES[item])
    else:
        found = module.frombuffer(items, dtype=DTYPES[item])
        found = found if found.flags.writeable else found.copy()
    return found.reshape(rows, columns) if axes == 2 else found


def _buffer(item: str, items: Any) -> Any:
    if isinstance(items, list):
        return memoryview(bytearray(items)).cast("?") if item == "bool" else memoryview(array(CODES[item], items))
    return items


def plain(value: Any) -> Any:
    """A value with numpy's arrays and numbers in it as stored forms and Python's numbers."""
    module = numpy()
    if module is None:
        return value
    if isinstance(value, module.generic):
        return value.item()
    if isinstance(value, module.ndarray):
        found = value.ravel().tolist() if value.ndim < 2 else (*value.shape, value.ravel().tolist())
        return found if value.ndim else value.item()
    if type(value) in {list, tuple}:
        return type(value)(map(plain, value))
    return value
