#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int64_t start, end;
} Span;

static void sort(Span *spans, Span *spare, int64_t count)
{
    if (count < 2)
        return;
    int64_t half = count / 2;
    sort(spans, spare, half);
    sort(spans + half, spare, count - half);
    memcpy(spare, spans, (size_t)half * sizeof *spans);
    int64_t left = 0, right = half;
    for (int64_t at = 0; left < half; at++)
        spans[at] = right < count && spans[right].start < spare[left].start ? spans[right++] : spare[left++];
}

int64_t merge_spans(const int64_t *starts, int64_t count, const int64_t *lengths, int64_t lengths_count, int64_t *out)
{
    if (lengths_count < count)
        count = lengths_count;
    Span *spans = malloc((size_t)(count + count / 2 + 1) * sizeof *spans);
    for (int64_t i = 0; i < count; i++)
        spans[i] = (Span){starts[i], starts[i] + lengths[i]};
    sort(spans, spans + count, count);
    int64_t room = 8, used = 0;
    Span *merged = malloc((size_t)room * sizeof *merged);
    for (int64_t i = 0; i < count; i++) {
        Span span = spans[i];
        if (used && span.start <= merged[used - 1].end) {
            if (span.end > merged[used - 1].end)
                merged[used - 1].end = span.end;
            continue;
        }
        if (used == room) {
            room *= 2;
            merged = realloc(merged, (size_t)room * sizeof *merged);
        }
        merged[used++] = span;
    }
    for (int64_t i = 0; i < used; i++) {
        out[2 * i] = merged[i].start;
        out[2 * i + 1] = merged[i].end;
    }
    free(merged);
    free(spans);
    return 2 * used;
}
