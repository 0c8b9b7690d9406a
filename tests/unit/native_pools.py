"""Edge values of every type, and cells that hold many expressions at once."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

from tests.unit.native_cells import Cell

if TYPE_CHECKING:
    from collections.abc import Sequence

INF: Final = float("inf")
NAN: Final = float("nan")
INTS: Final = (
    0,
    1,
    -1,
    2,
    -2,
    3,
    7,
    -8,
    10,
    62,
    63,
    64,
    65,
    2**31,
    -(2**32),
    2**53,
    2**53 + 1,
    -(2**53) - 1,
    2**62,
    2**63 - 1,
    -(2**63),
    1 - 2**63,
)
FLOATS: Final = (
    0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 0.1, 7.3, -8.0, 5e-324, -1e-308, 1e16, 2.0**53, 2.0**53 + 2, 2.0**63, -(2.0**63),
    2.0**64, 1.7e308, INF, -INF, NAN,
)  # fmt: skip
BOOLS: Final = (False, True)
POOLS: Final[dict[str, Sequence[Any]]] = {"int": INTS, "float": FLOATS, "bool": BOOLS}
TEXTS: Final = ("", "a", "b", "ab", "ba", "ñ", "😀", "a\x00", "aa" * 9, "GATTACA", "TTA")
BYTES: Final = (b"", b"a", b"b", b"ab", b"\x00", b"\xff", b"aa" * 9)
LISTS: Final[dict[str, Sequence[list[Any]]]] = {
    "list[int]": ([], [1], [2], [1, 2], [1, 2, 3], [0, -1], [2**63 - 1, -(2**63), 2**53 + 1], [1] * 9),
    "list[float]": ([], [1.0], [-0.0], [0.0], [1.0, 2.5], [INF, -INF], [2.0**53, 0.5], [1e308, 1e308]),
    "list[bool]": ([], [True], [False], [True, False], [True] * 9),
}
PAIRS: Final = list(itertools.product(POOLS, repeat=2))


def selected(kinds: Sequence[str], result: str, expressions: Sequence[str], more: str = "") -> Cell:
    """One cell for several expressions in a, b, ...; its first argument says which."""
    names = [f"{name}: {kind}" for name, kind in zip("abc", kinds, strict=False)]
    lines = [f"    if k == {index}:\n        return {text}" for index, text in enumerate(expressions)]
    return Cell(
        f"{more}\ndef f(k: int, {', '.join(names)}) -> {result}:\n" + "\n".join(lines) + "\n    raise KeyError\n", "f"
    )


def run_all(cell: Cell, count: int, *pools: Sequence[Any]) -> None:
    """Every expression of a `selected` cell on every combination."""
    found = cell.differences(list(itertools.product(range(count), *pools)))
    assert not found, "\n".join(found[:20]) + "\n" + cell.spec.source
