def convolve(signal: list[float], kernel: list[float]) -> list[float]:
    """Full discrete convolution of two sequences.

    >>> convolve([1.0, 2.0, 3.0], [0.0, 1.0, 0.5])
    [0.0, 1.0, 2.5, 4.0, 1.5]
    """
    out = [0.0] * (len(signal) + len(kernel) - 1)
    for i in range(len(signal)):
        for j in range(len(kernel)):
            out[i + j] += signal[i] * kernel[j]
    return out
