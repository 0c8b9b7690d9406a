def nbody(steps: int) -> float:
    """Floats: the energy of four bodies after some steps.

    >>> nbody(0)
    -0.06233506354324706
    """
    bodies = [
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
        [1.0, 0.0, 0.2, 0.0, 0.9, 0.0, 0.4],
        [-2.0, 0.5, 0.0, 0.0, -0.6, 0.1, 0.5],
        [0.0, -4.0, 0.5, 0.4, 0.0, 0.0, 0.1],
    ]
    step = 0.001
    for _ in range(steps):
        for i, a in enumerate(bodies):
            for b in bodies[i + 1 :]:
                dx = a[0] - b[0]
                dy = a[1] - b[1]
                dz = a[2] - b[2]
                square = dx * dx + dy * dy + dz * dz + 0.01
                pull = step / (square * square**0.5)
                a[3] -= dx * b[6] * pull
                a[4] -= dy * b[6] * pull
                a[5] -= dz * b[6] * pull
                b[3] += dx * a[6] * pull
                b[4] += dy * a[6] * pull
                b[5] += dz * a[6] * pull
        for body in bodies:
            body[0] += step * body[3]
            body[1] += step * body[4]
            body[2] += step * body[5]
    energy = 0.0
    for i, a in enumerate(bodies):
        energy += a[6] * (a[3] * a[3] + a[4] * a[4] + a[5] * a[5]) / 2
        for b in bodies[i + 1 :]:
            dx = a[0] - b[0]
            dy = a[1] - b[1]
            energy -= a[6] * b[6] / (1 + dx * dx + dy * dy)
    return energy
