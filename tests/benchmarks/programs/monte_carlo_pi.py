def monte_carlo_pi(samples: int, seed: int) -> float:
    """Estimate pi by darts thrown with a linear congruential generator (constants of ISO C's example rand).

    >>> monte_carlo_pi(1000, 1)
    3.124
    """
    state = seed
    inside = 0
    for _ in range(samples):
        state = (1103515245 * state + 12345) % 2**31
        x = state / 2**31
        state = (1103515245 * state + 12345) % 2**31
        y = state / 2**31
        if x * x + y * y <= 1:
            inside += 1
    return 4 * inside / samples
