import math


def bin_width(values: list[float], most_bins: int) -> float:
    """Histogram bin width of least cross-validation risk (Rudemo, 1982).

    >>> bin_width([0.0, 0.1, 0.2, 0.9, 1.0], 4)
    0.25
    """
    low = min(values)
    high = max(values)
    n = len(values)
    best_risk = math.inf
    best_width = high - low
    for bins in range(1, most_bins + 1):
        width = (high - low) / bins
        counts = [0] * bins
        for v in values:
            index = int((v - low) / width)
            if index >= bins:
                index = bins - 1
            counts[index] += 1
        total = 0
        for c in counts:
            share = c / n
            total += share * share
        risk = (2 - (n + 1) * total) / ((n - 1) * width)
        if risk < best_risk:
            best_risk = risk
            best_width = width
    return best_width
