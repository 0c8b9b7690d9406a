def smith_waterman(a: str, b: str, match: int, mismatch: int, gap: int) -> int:
    """Best local alignment score of two sequences, linear gap cost (Smith and Waterman, 1981).

    >>> smith_waterman("TGTTACGG", "GGTTGACTA", 3, -3, -2)
    13
    """
    previous = [0] * (len(b) + 1)
    best = 0
    for i in range(1, len(a) + 1):
        current = [0] * (len(b) + 1)
        for j in range(1, len(b) + 1):
            score = match if a[i - 1] == b[j - 1] else mismatch
            current[j] = max(0, previous[j - 1] + score, previous[j] + gap, current[j - 1] + gap)
            if current[j] > best:
                best = current[j]
        previous = current
    return best
