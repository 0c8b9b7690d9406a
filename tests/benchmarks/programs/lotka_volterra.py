def _prey_rate(prey: float, predators: float) -> float:
    return 1.1 * prey - 0.4 * prey * predators


def _predator_rate(prey: float, predators: float) -> float:
    return 0.1 * prey * predators - 0.4 * predators


def lotka_volterra(prey: float, predators: float, dt: float, steps: int) -> list[float]:
    """Prey, predators and the greatest number of prey after some Runge-Kutta (RK4) steps.

    >>> lotka_volterra(10.0, 10.0, 0.01, 0)
    [10.0, 10.0, 10.0]
    >>> round(lotka_volterra(4.0, 2.75, 0.01, 1000)[0], 6)
    4.0
    """
    x, y = prey, predators
    peak = x
    for _ in range(steps):
        kx1 = _prey_rate(x, y)
        ky1 = _predator_rate(x, y)
        kx2 = _prey_rate(x + dt / 2 * kx1, y + dt / 2 * ky1)
        ky2 = _predator_rate(x + dt / 2 * kx1, y + dt / 2 * ky1)
        kx3 = _prey_rate(x + dt / 2 * kx2, y + dt / 2 * ky2)
        ky3 = _predator_rate(x + dt / 2 * kx2, y + dt / 2 * ky2)
        kx4 = _prey_rate(x + dt * kx3, y + dt * ky3)
        ky4 = _predator_rate(x + dt * kx3, y + dt * ky3)
        x += dt / 6 * (kx1 + 2 * kx2 + 2 * kx3 + kx4)
        y += dt / 6 * (ky1 + 2 * ky2 + 2 * ky3 + ky4)
        peak = max(peak, x)
    return [x, y, peak]
