"""Keys taken out and put in while a loop goes over a dict: CPython stops, or goes on as its memory happens to lie."""

from __future__ import annotations

from typing import Any

import pytest

from hermetic_nb import traps
from tests.unit.native_cells import Cell, Stopped, check

_SIZES = (3, 4, 6, 8, 12, 21)
_CHANGES = {
    "the one here": "d.pop(k)\n            d[k + 100] = 1",
    "the same again": "d.pop(k)\n            d[k] = 1",
    "the last": "del d[{size} - 1]\n            d[k + 100] = 1",
    "several": "d.pop({size} - 1)\n            d.pop({size} - 2)\n            d[50] = 1\n            d[51] = 1",
}


@pytest.mark.parametrize("change", _CHANGES.values(), ids=_CHANGES)
@pytest.mark.parametrize("over", ["for k in d:", "for k, v in d.items():", "for k in reversed(d):"])
@pytest.mark.parametrize("size", _SIZES)
def test_native_code_gives_what_cpython_gives_or_says_that_it_cannot(change: str, over: str, size: int) -> None:
    cell = Cell(
        f"""def f(n: int) -> list[int]:
    d = {{i: i for i in range({size})}}
    out: list[int] = []
    {over}
        out.append(k)
        if k == n:
            {change.format(size=size)}
        if len(out) > 60:
            break
    return out + list(d)
"""
    )
    assert not cell.differences([(n,) for n in range(size)])


def test_the_key_that_was_visited_last_is_not_replaced_unnoticed() -> None:
    source = """def f(n: int) -> int:
    d = {i: i for i in range(n)}
    for k in d:
        if k == n - 1:
            del d[k]
            d[100] = 1
    return len(d)
"""
    found: Any = Cell(source).run(5)
    assert isinstance(found, Stopped)
    assert traps.BY_CODE[found.code].message == "keys were removed and added while a loop went over them"


def test_loops_that_only_read_or_give_other_values_go_on() -> None:
    source = """def f(n: int) -> list[int]:
    d = {i: i for i in range(n)}
    e = {i: i for i in range(n)}
    out: list[int] = []
    for k in d:
        for j in d:
            d[j] += 1
            if j in e:
                e.pop(j)
            e[j + k] = d[k]
        for i in reversed(d):
            out.append(d[i])
    for k in d:
        d[k] = 0
        if k == 1:
            del d[k]
            d[50] = 2
            break
    return out + list(d) + list(e)
"""
    check(source, (0,), (1,), (2,), (5,), (9,))
