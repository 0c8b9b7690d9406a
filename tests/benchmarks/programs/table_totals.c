#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const uint8_t *name;
    int64_t length;
    int64_t total;
} Row;

static uint64_t hash(const uint8_t *text, int64_t length)
{
    uint64_t h = 1469598103934665603u;
    for (int64_t i = 0; i < length; i++)
        h = (h ^ text[i]) * 1099511628211u;
    return h ^ h >> 32;
}

int64_t table_totals(const uint8_t *table, int64_t length, uint8_t *out)
{
    int64_t size = 16, used = 0;
    Row *rows = malloc((size_t)(size / 2) * sizeof *rows);
    int32_t *slots = calloc((size_t)size, sizeof *slots);
    for (int64_t i = 0; i < length; i++) {
        int64_t start = i;
        while (table[i] != ',')
            i++;
        int64_t n = i++ - start, amount = 0;
        for (; i < length && table[i] != '\n'; i++)
            amount = 10 * amount + (table[i] - '0');
        uint64_t h = hash(table + start, n), at = h & (uint64_t)(size - 1);
        while (slots[at] && (rows[slots[at] - 1].length != n || memcmp(rows[slots[at] - 1].name, table + start, (size_t)n)))
            at = (at + 1) & (uint64_t)(size - 1);
        if (slots[at]) {
            rows[slots[at] - 1].total += amount;
            continue;
        }
        rows[used] = (Row){table + start, n, amount};
        slots[at] = (int32_t)++used;
        if (2 * used == size) {
            size *= 2;
            rows = realloc(rows, (size_t)(size / 2) * sizeof *rows);
            free(slots);
            slots = calloc((size_t)size, sizeof *slots);
            for (int64_t r = 0; r < used; r++) {
                at = hash(rows[r].name, rows[r].length) & (uint64_t)(size - 1);
                while (slots[at])
                    at = (at + 1) & (uint64_t)(size - 1);
                slots[at] = (int32_t)(r + 1);
            }
        }
    }
    int64_t written = 0;
    for (int64_t r = 0; r < used; r++) {
        if (r)
            out[written++] = ';';
        memcpy(out + written, rows[r].name, (size_t)rows[r].length);
        written += rows[r].length;
        char digits[24];
        int n = snprintf(digits, sizeof digits, "=%lld", (long long)rows[r].total);
        memcpy(out + written, digits, (size_t)n);
        written += n;
    }
    free(slots);
    free(rows);
    return written;
}
