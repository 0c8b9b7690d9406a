"""Values that people and programs give to tools by mistake or by malice, by a name each."""

from __future__ import annotations

import array
import ctypes
import math
from typing import Any

import numpy as np


class Evil:
    """Raises at every question."""

    def __getattr__(self, name: str) -> Any:
        raise ValueError(name)

    def __len__(self) -> int:
        raise RuntimeError

    def __iter__(self) -> Any:
        raise RuntimeError


class EvilArray:
    def __array__(self, *_: object, **__: object) -> Any:
        raise KeyError


class NoArray:
    def __array__(self, *_: object, **__: object) -> Any:
        return "text"


class EvilInt(int):
    def __int__(self) -> int:
        raise ValueError

    def __le__(self, other: object) -> bool:
        raise ValueError

    __ge__ = __lt__ = __gt__ = __le__


class EvilFloat(float):
    def __float__(self) -> float:
        raise ValueError


class EvilStr(str):
    __slots__ = ()

    def __str__(self) -> str:
        raise ValueError


class EvilList(list[Any]):
    def __iter__(self) -> Any:
        raise ValueError

    def __len__(self) -> int:
        raise ValueError


def _released() -> memoryview:
    view = memoryview(bytearray(b"abc"))
    view.release()
    return view


def _recursive() -> list[Any]:
    items: list[Any] = []
    items.append(items)
    return items


def _read_only() -> Any:
    items = np.arange(5)
    items.flags.writeable = False
    return items


VALUES: dict[str, Any] = {
    "true": True,
    "none": None,
    "int": 1,
    "float": 1.5,
    "nan": math.nan,
    "inf": math.inf,
    "wide": 2**63,
    "huge": 10**5000,
    "text": "abc",
    "surrogate": "a\ud800",
    "bytes": b"x",
    "array of bytes": bytearray(b"xy"),
    "view": memoryview(b"xyz"),
    "ints": [1, 2],
    "mixed": [1.0, 2, True, None],
    "wide items": [1, 2**70],
    "nested": [[1], [2]],
    "recursive": _recursive(),
    "generator": iter([1]),
    "dict": {1: 2},
    "set": {1},
    "range": range(5),
    "endless": range(10**12),
    "more": range(10**30),
    "object": object(),
    "class": int,
    "function": len,
    "complex": 1j,
    "released": _released(),
    "library": ctypes.c_int(3),
    "array d": array.array("d", [1]),
    "array h": array.array("h", [1]),
    "array u": array.array("u", "ab"),
    "i8": np.arange(5),
    "i4": np.arange(5, dtype="i4"),
    "u8": np.array([2**63], dtype="u8"),
    "swapped": np.arange(5, dtype=">i8"),
    "f4": np.ones(3, "f4"),
    "f2": np.ones(3, "f2"),
    "long double": np.ones(3, np.longdouble),
    "bools": np.ones(3, bool),
    "objects": np.array([1, None], object),
    "dates": np.array(["2020-01-01"], "M8[D]"),
    "texts": np.array(["a"]),
    "structs": np.zeros(2, "i4,i4"),
    "matrix": np.ones((2, 2)),
    "columns": np.asfortranarray(np.ones((2, 2))),
    "scalar array": np.array(3),
    "steps": np.arange(10)[::2],
    "backwards": np.arange(10)[::-1],
    "read only": _read_only(),
    "empty": np.array([]),
    "masked": np.ma.array([1, 2], mask=[False, True]),
    "np int": np.int64(3),
    "np nan": np.float32("nan"),
    "evil": Evil(),
    "evil array": EvilArray(),
    "no array": NoArray(),
    "evil int": EvilInt(3),
    "evil float": EvilFloat(1),
    "evil str": EvilStr("x"),
    "evil list": EvilList([1]),
    "evil items": [EvilInt(4)],
    "evil nest": [Evil()],
}
