def _times(a: list[list[float]], b: list[list[float]]) -> list[list[float]]:
    n = len(a)
    product = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for k in range(n):
            x = a[i][k]
            for j in range(n):
                product[i][j] += x * b[k][j]
    return product


def matrix_power(values: list[float], n: int, power: int) -> float:
    """The trace of a power of an n x n matrix, given row by row.

    >>> matrix_power([1.0, 1.0, 1.0, 0.0], 2, 10)
    123.0
    """
    base = [values[n * i : n * i + n] for i in range(n)]
    result = [[1.0 if i == j else 0.0 for j in range(n)] for i in range(n)]
    while power > 0:
        if power % 2 == 1:
            result = _times(result, base)
        base = _times(base, base)
        power //= 2
    return sum([result[i][i] for i in range(n)])
