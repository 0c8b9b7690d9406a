import math


def running_moments(r: float, start: float, steps: int) -> list[float]:
    """Mean, standard deviation, least and greatest value of the logistic map's orbit (Welford's recurrence).

    >>> running_moments(2.0, 0.5, 10)
    [0.5, 0.0, 0.5, 0.5]
    """
    x = start
    mean = 0
    m2 = 0
    low = math.inf
    high = -math.inf
    for count in range(1, steps + 1):
        x = r * x * (1 - x)
        delta = x - mean
        mean += delta / count
        m2 += delta * (x - mean)
        if x < low:
            low = x
        if x > high:
            high = x
    return [mean, math.sqrt(m2 / steps), low, high]
