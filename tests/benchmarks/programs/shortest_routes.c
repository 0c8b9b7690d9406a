#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

typedef struct {
    int64_t first, second;
} Pair;

typedef struct {
    Pair *items;
    int64_t used, room;
} Pairs;

static void append(Pairs *pairs, Pair pair)
{
    if (pairs->used == pairs->room) {
        pairs->room = pairs->room ? 2 * pairs->room : 4;
        pairs->items = realloc(pairs->items, (size_t)pairs->room * sizeof(Pair));
    }
    pairs->items[pairs->used++] = pair;
}

static bool less(Pair a, Pair b)
{
    return a.first != b.first ? a.first < b.first : a.second < b.second;
}

static void push(Pairs *heap, Pair pair)
{
    append(heap, pair);
    int64_t at = heap->used - 1;
    while (at > 0 && less(pair, heap->items[(at - 1) / 2])) {
        heap->items[at] = heap->items[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap->items[at] = pair;
}

static Pair pop(Pairs *heap)
{
    Pair top = heap->items[0], last = heap->items[--heap->used];
    int64_t at = 0;
    for (;;) {
        int64_t child = 2 * at + 1;
        if (child >= heap->used)
            break;
        if (child + 1 < heap->used && less(heap->items[child + 1], heap->items[child]))
            child++;
        if (!less(heap->items[child], last))
            break;
        heap->items[at] = heap->items[child];
        at = child;
    }
    if (heap->used)
        heap->items[at] = last;
    return top;
}

int64_t shortest_routes(const int64_t *ends, int64_t ends_count, const int64_t *lengths, int64_t edges, int64_t nodes,
                        int64_t *distance)
{
    (void)ends_count;
    Pairs *neighbours = calloc((size_t)nodes, sizeof *neighbours);
    for (int64_t i = 0; i < edges; i++) {
        int64_t a = ends[2 * i], b = ends[2 * i + 1];
        append(&neighbours[a], (Pair){b, lengths[i]});
        append(&neighbours[b], (Pair){a, lengths[i]});
    }
    for (int64_t i = 0; i < nodes; i++)
        distance[i] = -1;
    Pairs heap = {0};
    push(&heap, (Pair){0, 0});
    while (heap.used) {
        Pair top = pop(&heap);
        if (distance[top.second] >= 0)
            continue;
        distance[top.second] = top.first;
        const Pairs *around = &neighbours[top.second];
        for (int64_t i = 0; i < around->used; i++)
            if (distance[around->items[i].first] < 0)
                push(&heap, (Pair){top.first + around->items[i].second, around->items[i].first});
    }
    for (int64_t i = 0; i < nodes; i++)
        free(neighbours[i].items);
    free(neighbours);
    free(heap.items);
    return nodes;
}
