def heat_equation(plate: list[float], width: int, height: int, alpha: float, steps: int) -> list[float]:
    """Explicit time steps of the heat equation on a plate with fixed edges; the plate is given row by row.

    >>> heat_equation([0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0], 3, 3, 0.125, 1)[4]
    0.5
    """
    u = plate[:]
    for _ in range(steps):
        new = u[:]
        for y in range(1, height - 1):
            for x in range(1, width - 1):
                i = y * width + x
                new[i] = u[i] + alpha * (u[i - 1] + u[i + 1] + u[i - width] + u[i + width] - 4 * u[i])
        u = new
    return u
