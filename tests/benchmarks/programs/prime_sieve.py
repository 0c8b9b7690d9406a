def prime_sieve(limit: int) -> int:
    """Count the primes up to and including limit (sieve of Eratosthenes).

    >>> prime_sieve(30)
    10
    >>> prime_sieve(1)
    0
    """
    if limit < 2:
        return 0
    is_prime = [True] * (limit + 1)
    is_prime[0] = False
    is_prime[1] = False
    p = 2
    while p * p <= limit:
        if is_prime[p]:
            for multiple in range(p * p, limit + 1, p):
                is_prime[multiple] = False
        p += 1
    count = 0
    for flag in is_prime:
        if flag:
            count += 1
    return count
