#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const uint8_t *text;
    int64_t length;
    int64_t count;
} Word;

static uint64_t hash(const uint8_t *text, int64_t length)
{
    uint64_t h = 1469598103934665603u;
    for (int64_t i = 0; i < length; i++)
        h = (h ^ text[i]) * 1099511628211u;
    return h ^ h >> 32;
}

static bool before(const Word *a, const Word *b)
{
    if (a->count != b->count)
        return a->count > b->count;
    int order = memcmp(a->text, b->text, (size_t)(a->length < b->length ? a->length : b->length));
    return order ? order < 0 : a->length < b->length;
}

static void sort(Word *words, Word *spare, int64_t count)
{
    if (count < 2)
        return;
    int64_t half = count / 2;
    sort(words, spare, half);
    sort(words + half, spare, count - half);
    memcpy(spare, words, (size_t)half * sizeof *words);
    int64_t left = 0, right = half;
    for (int64_t at = 0; left < half; at++)
        words[at] = right < count && before(&words[right], &spare[left]) ? words[right++] : spare[left++];
}

int64_t word_ranks(const uint8_t *text, int64_t length, int64_t most, uint8_t *out)
{
    int64_t size = 16, used = 0, room = 8;
    Word *words = malloc((size_t)room * sizeof *words);
    int32_t *slots = calloc((size_t)size, sizeof *slots);
    int64_t i = 0;
    while (i < length) {
        while (i < length && (text[i] == ' ' || text[i] == '\n'))
            i++;
        int64_t start = i;
        while (i < length && text[i] != ' ' && text[i] != '\n')
            i++;
        int64_t n = i - start;
        if (n == 0)
            break;
        uint64_t at = hash(text + start, n) & (uint64_t)(size - 1);
        while (slots[at]) {
            Word *word = &words[slots[at] - 1];
            if (word->length == n && memcmp(word->text, text + start, (size_t)n) == 0)
                break;
            at = (at + 1) & (uint64_t)(size - 1);
        }
        if (slots[at]) {
            words[slots[at] - 1].count++;
            continue;
        }
        if (used == room) {
            room *= 2;
            words = realloc(words, (size_t)room * sizeof *words);
            size *= 2;
            free(slots);
            slots = calloc((size_t)size, sizeof *slots);
            for (int64_t w = 0; w < used; w++) {
                uint64_t to = hash(words[w].text, words[w].length) & (uint64_t)(size - 1);
                while (slots[to])
                    to = (to + 1) & (uint64_t)(size - 1);
                slots[to] = (int32_t)(w + 1);
            }
            at = hash(text + start, n) & (uint64_t)(size - 1);
            while (slots[at])
                at = (at + 1) & (uint64_t)(size - 1);
        }
        words[used] = (Word){text + start, n, 1};
        slots[at] = (int32_t)++used;
    }
    Word *spare = malloc((size_t)(used / 2 + 1) * sizeof *spare);
    sort(words, spare, used);
    int64_t written = 0;
    for (int64_t w = 0; w < used && w < most; w++) {
        if (w) {
            out[written++] = ',';
            out[written++] = ' ';
        }
        memcpy(out + written, words[w].text, (size_t)words[w].length);
        written += words[w].length;
        char digits[24];
        int n = snprintf(digits, sizeof digits, " %lld", (long long)words[w].count);
        memcpy(out + written, digits, (size_t)n);
        written += n;
    }
    free(spare);
    free(slots);
    free(words);
    return written;
}
