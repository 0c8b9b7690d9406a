def _bits_set(x: int) -> int:
    count = 0
    while x != 0:
        x &= x - 1
        count += 1
    return count


def nearest_code(codes: list[int]) -> int:
    """Least Hamming distance between two of the given non-negative code words.

    >>> nearest_code([0, 7, 56])
    3
    >>> nearest_code([1, 3, 0xFF00])
    1
    """
    least = 64
    for i in range(len(codes)):
        for j in range(i):
            distance = _bits_set(codes[i] ^ codes[j])
            if distance < least:
                least = distance
    return least
