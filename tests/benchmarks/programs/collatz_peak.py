def collatz_peak(limit: int) -> int:
    """The start below a limit whose Collatz sequence is the longest; lengths that are known are kept.

    >>> collatz_peak(30)
    27
    """
    known = {1: 1}
    best = 1
    for start in range(2, limit):
        n = start
        steps = 0
        while n not in known:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        known[start] = known[n] + steps
        if known[start] > known[best]:
            best = start
    return best
