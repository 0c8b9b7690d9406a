#include <stdint.h>
#include <stdlib.h>

typedef struct {
    int64_t key;
    int64_t value;
} Entry;

typedef struct {
    Entry *entries;
    uint64_t size;
    uint64_t used;
} Table;

static Entry *find(const Table *table, int64_t key)
{
    uint64_t h = (uint64_t)key * 0x9E3779B97F4A7C15u;
    uint64_t at = (h >> 32) & (table->size - 1);
    while (table->entries[at].key != 0 && table->entries[at].key != key)
        at = (at + 1) & (table->size - 1);
    return &table->entries[at];
}

static void set(Table *table, int64_t key, int64_t value)
{
    if (3 * table->used >= 2 * table->size) {
        Table larger = {calloc(2 * table->size, sizeof(Entry)), 2 * table->size, table->used};
        for (uint64_t i = 0; i < table->size; i++)
            if (table->entries[i].key)
                *find(&larger, table->entries[i].key) = table->entries[i];
        free(table->entries);
        *table = larger;
    }
    Entry *entry = find(table, key);
    table->used += entry->key == 0;
    *entry = (Entry){key, value};
}

int64_t collatz_peak(int64_t limit)
{
    Table known = {calloc(8, sizeof(Entry)), 8, 0};
    set(&known, 1, 1);
    int64_t best = 1;
    for (int64_t start = 2; start < limit; start++) {
        int64_t n = start, steps = 0;
        Entry *entry;
        while ((entry = find(&known, n))->key == 0) {
            n = n % 2 == 0 ? n / 2 : 3 * n + 1;
            steps++;
        }
        int64_t length = entry->value + steps;
        set(&known, start, length);
        if (length > find(&known, best)->value)
            best = start;
    }
    free(known.entries);
    return best;
}
