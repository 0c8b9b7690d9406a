#include <stdint.h>

static double prey_rate(double prey, double predators)
{
    return 1.1 * prey - 0.4 * prey * predators;
}

static double predator_rate(double prey, double predators)
{
    return 0.1 * prey * predators - 0.4 * predators;
}

int64_t lotka_volterra(double prey, double predators, double dt, int64_t steps, double *out)
{
    double x = prey, y = predators, peak = x;
    for (int64_t i = 0; i < steps; i++) {
        double kx1 = prey_rate(x, y);
        double ky1 = predator_rate(x, y);
        double kx2 = prey_rate(x + dt / 2 * kx1, y + dt / 2 * ky1);
        double ky2 = predator_rate(x + dt / 2 * kx1, y + dt / 2 * ky1);
        double kx3 = prey_rate(x + dt / 2 * kx2, y + dt / 2 * ky2);
        double ky3 = predator_rate(x + dt / 2 * kx2, y + dt / 2 * ky2);
        double kx4 = prey_rate(x + dt * kx3, y + dt * ky3);
        double ky4 = predator_rate(x + dt * kx3, y + dt * ky3);
        x += dt / 6 * (kx1 + 2 * kx2 + 2 * kx3 + kx4);
        y += dt / 6 * (ky1 + 2 * ky2 + 2 * ky3 + ky4);
        if (x > peak)
            peak = x;
    }
    out[0] = x;
    out[1] = y;
    out[2] = peak;
    return 3;
}
