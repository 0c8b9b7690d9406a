def _place(row: int, n: int, columns: list[bool], rising: list[bool], falling: list[bool]) -> int:
    if row == n:
        return 1
    ways = 0
    for col in range(n):
        if columns[col] or rising[row + col] or falling[row - col + n - 1]:
            continue
        columns[col] = True
        rising[row + col] = True
        falling[row - col + n - 1] = True
        ways += _place(row + 1, n, columns, rising, falling)
        columns[col] = False
        rising[row + col] = False
        falling[row - col + n - 1] = False
    return ways


def queens(n: int) -> int:
    """In how many ways n queens stand on an n x n board without attacking each other.

    >>> queens(6)
    4
    """
    return _place(0, n, [False] * n, [False] * (2 * n), [False] * (2 * n))
