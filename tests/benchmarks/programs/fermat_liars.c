#include <stdint.h>

static int64_t power_mod(int64_t base, int64_t exponent, int64_t modulus)
{
    int64_t result = 1;
    base = base % modulus;
    while (exponent > 0) {
        if (exponent % 2 == 1)
            result = result * base % modulus;
        base = base * base % modulus;
        exponent = exponent / 2;
    }
    return result;
}

int64_t fermat_liars(int64_t n)
{
    int64_t liars = 0;
    for (int64_t a = 1; a < n; a++)
        if (power_mod(a, n - 1, n) == 1)
            liars++;
    return liars;
}
