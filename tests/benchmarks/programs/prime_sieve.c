#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int64_t prime_sieve(int64_t limit)
{
    if (limit < 2)
        return 0;
    bool *is_prime = malloc(limit + 1);
    memset(is_prime, true, limit + 1);
    is_prime[0] = false;
    is_prime[1] = false;
    for (int64_t p = 2; p * p <= limit; p++)
        if (is_prime[p])
            for (int64_t multiple = p * p; multiple <= limit; multiple += p)
                is_prime[multiple] = false;
    int64_t count = 0;
    for (int64_t i = 0; i <= limit; i++)
        if (is_prime[i])
            count++;
    free(is_prime);
    return count;
}
