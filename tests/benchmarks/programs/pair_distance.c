#include <math.h>
#include <stdint.h>
#include <stdlib.h>

double pair_distance(const uint8_t *structure, int64_t length)
{
    int64_t *stack = calloc(length, sizeof *stack);
    int64_t depth = 0, total = 0, pairs = 0;
    for (int64_t i = 0; i < length; i++) {
        if (structure[i] == '(') {
            stack[depth++] = i;
        } else if (structure[i] == ')') {
            if (depth == 0) {
                free(stack);
                return NAN;
            }
            depth--;
            total += i - stack[depth];
            pairs++;
        }
    }
    free(stack);
    if (depth != 0)
        return NAN;
    return pairs > 0 ? (double)total / pairs : 0.0;
}
