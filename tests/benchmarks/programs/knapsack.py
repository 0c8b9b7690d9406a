def knapsack(weights: list[int], values: list[int], capacity: int) -> int:
    """Greatest total value that fits into the capacity, each item taken at most once.

    >>> knapsack([1, 3, 4, 5], [1, 4, 5, 7], 7)
    9
    """
    best = [0] * (capacity + 1)
    for weight, value in zip(weights, values):
        for room in range(capacity, weight - 1, -1):
            best[room] = max(best[room], best[room - weight] + value)
    return best[-1]
