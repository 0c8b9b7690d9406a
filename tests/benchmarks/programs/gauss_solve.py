def gauss_solve(matrix: list[float], rhs: list[float]) -> list[float]:
    """Solve a linear system by Gauss elimination with partial pivoting; the matrix is given row by row.

    >>> gauss_solve([2.0, 1.0, 1.0, 3.0], [3.0, 5.0])
    [0.8, 1.4]
    """
    n = len(rhs)
    assert len(matrix) == n * n
    a = matrix[:]
    x = rhs[:]
    for col in range(n):
        pivot = col
        for row in range(col + 1, n):
            if abs(a[row * n + col]) > abs(a[pivot * n + col]):
                pivot = row
        if a[pivot * n + col] == 0:
            raise ValueError("singular matrix")
        if pivot != col:
            for j in range(n):
                a[col * n + j], a[pivot * n + j] = a[pivot * n + j], a[col * n + j]
            x[col], x[pivot] = x[pivot], x[col]
        for row in range(col + 1, n):
            factor = a[row * n + col] / a[col * n + col]
            for j in range(col, n):
                a[row * n + j] -= factor * a[col * n + j]
            x[row] -= factor * x[col]
    for row in range(n - 1, -1, -1):
        total = x[row]
        for j in range(row + 1, n):
            total -= a[row * n + j] * x[j]
        x[row] = total / a[row * n + row]
    return x
