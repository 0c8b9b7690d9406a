#include <stdint.h>

#define MODULUS INT64_C(2147483648)

double monte_carlo_pi(int64_t samples, int64_t seed)
{
    int64_t state = seed, inside = 0;
    for (int64_t i = 0; i < samples; i++) {
        state = (1103515245 * state + 12345) % MODULUS;
        double x = (double)state / MODULUS;
        state = (1103515245 * state + 12345) % MODULUS;
        double y = (double)state / MODULUS;
        if (x * x + y * y <= 1)
            inside++;
    }
    return (double)(4 * inside) / samples;
}
