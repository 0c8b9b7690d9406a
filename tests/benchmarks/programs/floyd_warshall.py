def floyd_warshall(weights: list[float], n: int) -> list[float]:
    """Shortest path lengths between all pairs; weights and result are n x n, row by row.

    >>> floyd_warshall([0.0, 4.0, 1.0, 9.0, 0.0, 9.0, 9.0, 2.0, 0.0], 3)
    [0.0, 3.0, 1.0, 9.0, 0.0, 9.0, 9.0, 2.0, 0.0]
    """
    dist = weights[:]
    for k in range(n):
        for i in range(n):
            via = dist[i * n + k]
            for j in range(n):
                candidate = via + dist[k * n + j]
                if candidate < dist[i * n + j]:
                    dist[i * n + j] = candidate
    return dist
