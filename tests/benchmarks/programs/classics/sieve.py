def sieve(limit: int) -> int:
    """Lists: how many primes are below a limit.

    >>> sieve(100)
    25
    """
    prime = [True] * limit
    count = 0
    for n in range(2, limit):
        if prime[n]:
            count += 1
            for multiple in range(n * n, limit, n):
                prime[multiple] = False
    return count
