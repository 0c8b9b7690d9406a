def _power_mod(base: int, exponent: int, modulus: int) -> int:
    result = 1
    base = base % modulus
    while exponent > 0:
        if exponent % 2 == 1:
            result = result * base % modulus
        base = base * base % modulus
        exponent = exponent // 2
    return result


def fermat_liars(n: int) -> int:
    """How many bases from 1 to n - 1 pass Fermat's primality test for n.

    >>> fermat_liars(15)
    4
    >>> fermat_liars(561)
    320
    """
    liars = 0
    for a in range(1, n):
        if _power_mod(a, n - 1, n) == 1:
            liars += 1
    return liars
