def _base_code(base: str) -> int:
    if base == "A":
        return 0
    elif base == "C":
        return 1
    elif base == "G":
        return 2
    elif base == "T":
        return 3
    return -1


def kmer_counts(seq: str, k: int) -> list[int]:
    """How often each k-mer over ACGT occurs, in alphabetical order; windows with other letters are left out.

    >>> kmer_counts("ACGTNACA", 1)
    [3, 2, 1, 1]
    >>> kmer_counts("AACAA", 2)[:2]
    [2, 1]
    """
    size = 1
    for _ in range(k):
        size *= 4
    counts = [0] * size
    code = 0
    filled = 0
    for base in seq:
        b = _base_code(base)
        if b < 0:
            filled = 0
            code = 0
            continue
        code = (code * 4 + b) % size
        filled += 1
        if filled >= k:
            counts[code] += 1
    return counts
