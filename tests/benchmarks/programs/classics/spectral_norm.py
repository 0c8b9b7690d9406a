def spectral_norm(n: int) -> float:
    """Comprehensions: the norm of a matrix given by a formula, by the power method.

    >>> spectral_norm(5)
    1.261217616
    """

    def entry(i, j):
        return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)

    def times(v):
        return [sum([entry(i, j) * v[j] for j in range(n)]) for i in range(n)]

    def transposed_times(v):
        return [sum([entry(j, i) * v[j] for j in range(n)]) for i in range(n)]

    u = [1.0] * n
    v = u
    for _ in range(8):
        v = transposed_times(times(u))
        u = transposed_times(times(v))
    top = sum([a * b for a, b in zip(u, v)])
    return round((top / sum([b * b for b in v])) ** 0.5, 9)
