"""Loops over the rows of nested lists, which are looked up once where nothing can change them, against CPython."""

from __future__ import annotations

import pytest

from tests.unit.native_cells import check

_SHAPES: tuple[list[int], ...] = ([3, 3, 3], [3, 1, 3], [0, 0], [], [5, 2], [1])
_PLACES = (-3, 0, 1, 3)

_RAGGED = """
def f(sizes: list[int], i: int, k: int, n: int) -> list[int]:
    a = [[10 * y + x for x in range(size)] for y, size in enumerate(sizes)]
    b = a
    out = [-1] * 40
    try:
        for j in range(n):
{body}
            out[j] += j
    except IndexError:
        out.append(7)
    for row in b:
        out += row
    out.append(len(a))
    return out
"""
_BODIES = {
    "read": ["out[j] = a[i][j]"],
    "two rows": ["out[j] = a[i][j] + a[k][j]"],
    "neighbours": ["out[j] = a[i][j] - a[i + 1][j] + a[i - 1][j + k]"],
    "stored": ["a[i][j] = a[k][j] + j"],
    "added to": ["a[i][j] += a[k][j] * 3", "a[k][j] -= 1"],
    "added to itself": ["a[i][j + 1] += a[i][j]"],
    "of a constant": ["out[j] = a[0][j]", "a[-1][j] *= 2", "a[1][0] += 1"],
    "of a constant minus one": ["out[j] = a[i][-1] + a[i][j]"],
    "where a test says": ["if j > 1:", "    a[i][j] += 5", "elif a[k][j] > 11:", "    continue", "out[j] = a[i][j]"],
    "left early": ["if a[i][j] > 20:", "    break", "out[j] = a[i][j]"],
    "another list in the row's place": ["out[j] = a[i][j]", "a[i] = a[k]"],
    "a new row in the row's place": ["a[i][j] += 1", "a[i] = [9, 9, 9, 9]"],
    "a row that grows": ["out[j] = a[i][j]", "a[i].append(j)"],
    "a row that shrinks": ["out[j] = a[i][j]", "a[k].pop()"],
    "a list that shrinks": ["out[j] = a[i][j]", "a.pop()"],
    "the list rebound": ["out[j] = a[i][j]", "a = [[1, 2], [3, 4]]"],
    "the row's place rebound": ["out[j] = a[i][j]", "i = k"],
    "the row by a name": ["row = a[i]", "row[j] += row[j] + 1", "out[j] = row[0]"],
    "a place that the loop computes": ["m = i + 1", "a[m][j] += 2", "out[j] = a[m][j]"],
}


@pytest.mark.parametrize("body", _BODIES.values(), ids=_BODIES)
def test_rows_of_ragged_lists(body: list[str]) -> None:
    caught = _RAGGED.format(body="\n".join(" " * 12 + line for line in body))
    left = caught.replace("    try:\n", "    if True:\n").replace("    except IndexError:\n", "    if n == 3:\n")
    arguments = [(s, i, k, n) for s in _SHAPES for i in _PLACES for k in (-1, 1) for n in (0, 1, 3, 4)]
    check(caught, *arguments)
    check(left, *arguments)


def test_rows_that_are_one_list() -> None:
    source = """
def f(n: int, i: int, k: int) -> list[int]:
    row = [1] * n
    a = [row, row, [2] * n]
    for j in range(n):
        a[i][j] += a[k][j]
    for j in range(1, n):
        a[i][j - 1] += a[k][j] + j
    return a[0] + a[1] + a[2]
"""
    check(source, *((n, i, k) for n in (0, 1, 5) for i in range(3) for k in range(3)))


def test_sums_of_rows_that_leave_64_bits() -> None:
    source = """
def f(n: int, top: int) -> list[int]:
    a = [[top, 1, 2], [5, top, top]]
    for j in range(n):
        a[0][j] = max(a[0][j] + a[1][j], a[1][j])
    return a[0]
"""
    check(source, *((n, top) for n in (0, 1, 2, 3, 4) for top in (7, 2**62, 2**63 - 1)))


def test_rows_that_are_texts() -> None:
    source = """
def f(words: list[str], i: int, n: int) -> str:
    out = ""
    for j in range(n):
        if words[i][j] != words[0][j]:
            out += words[i][j]
    return out
"""
    words = ["GATTACA", "GCTAACC", "", "AT"]
    check(source, *((words, i, n) for i in (-1, 0, 1, 2, 3, 4) for n in (0, 2, 7, 8)))


def test_rows_of_rows() -> None:
    source = """
def f(n: int, m: int) -> int:
    cube = [[[x * y - z for x in range(n)] for y in range(n)] for z in range(n)]
    total = 0
    for z in range(m):
        for y in range(n):
            plane = cube[z]
            for x in range(n):
                plane[y][x] += cube[z][y][n - 1 - x]
                total += plane[y][x]
    return total
"""
    check(source, *((n, m) for n in (0, 1, 4) for m in (0, 1, 4, 5)))
