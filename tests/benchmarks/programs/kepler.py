import math


def kepler(count: int, eccentricity: float) -> float:
    """Mean eccentric anomaly in radians over evenly spaced mean anomalies from 0 to pi, by bisection.

    >>> round(kepler(4, 0.0), 12)
    1.178097245096
    """
    total = 0
    for i in range(count):
        anomaly = math.pi * i / count
        low = 0.0
        high = math.pi
        while high - low > 1e-12:
            middle = (low + high) / 2
            if middle - eccentricity * math.sin(middle) < anomaly:
                low = middle
            else:
                high = middle
        total += (low + high) / 2
    return total / count
