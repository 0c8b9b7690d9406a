/* Blocks of memory: free lists of size classes, four to a doubling, over a pointer that only moves up.
 *
 * Every class is a multiple of 8 bytes, so every block is 8-aligned. A freed block goes to the list of its
 * class and is never split or joined. The block at the very top may change its class in place, as a single
 * growing list does, but only when the list of the new class is empty: so no class ever has more blocks than
 * were in use at one time, and memory stays bounded. Memory starts at __heap_base, which the finaliser places.
 */
#include "runtime.h"

#define PAGE 65536u
#define SMALL 64u          /* up to here the classes are 8 bytes apart */
#define SMALL_CLASSES 8u
#define CLASSES (SMALL_CLASSES + 1u + 4u * 26u)
#define LARGEST 0xE0000000u
#define MOST_SLACK (1u << 26)
#define GIVEN_BACK 4096u   /* from this size on, a freed block at the top lowers the top */

extern char __heap_base;

typedef struct Free {
    struct Free *next;
} Free;

static Free *hnb_free_lists[CLASSES];
static uint32_t hnb_used; /* bytes between __heap_base and the top */

typedef struct {
    uint32_t index;
    uint32_t size;
} Class;

static inline Class class_of(uint32_t size) {
    if (HNB_LIKELY(size <= SMALL)) {
        uint32_t words = size ? (size + 7u) >> 3 : 1u;
        return (Class){words, words << 3};
    }
    uint32_t exponent = 31u - (uint32_t)__builtin_clz(size - 1u);
    uint32_t shift = exponent - 2u;
    uint32_t quarter = (size - 1u) >> shift; /* 4 to 7 */
    return (Class){SMALL_CLASSES + 1u + (exponent - 6u) * 4u + (quarter - 4u), (quarter + 1u) << shift};
}

static inline uint32_t heap_base(void) {
    return (uint32_t)(uintptr_t)&__heap_base; /* 16-aligned, says the finaliser */
}

static inline int is_top(const void *block, uint32_t size) {
    return (uint32_t)(uintptr_t)block + size == heap_base() + hnb_used;
}

/* Makes the bytes up to `top` exist; 0 when the memory's maximum forbids it. */
__attribute__((noinline)) static int hnb_memory_reaches(uint64_t top) {
    uint64_t have = (uint64_t)__builtin_wasm_memory_size(0) * PAGE;
    if (top <= have) return 1;
    uint64_t slack = have < MOST_SLACK ? have : MOST_SLACK; /* each growth costs, however small it is */
    uint32_t needed = (uint32_t)((top - have + PAGE - 1u) / PAGE);
    uint32_t wanted = needed + (uint32_t)(slack / PAGE);
    if (__builtin_wasm_memory_grow(0, wanted) != (size_t)-1) return 1;
    return __builtin_wasm_memory_grow(0, needed) != (size_t)-1;
}

/* The first free block of a larger class: the last resort before MemoryError. */
static void *larger_block(uint32_t index) {
    while (++index < CLASSES) {
        Free *block = hnb_free_lists[index];
        if (block) {
            hnb_free_lists[index] = block->next;
            return block;
        }
    }
    return NULL;
}

__attribute__((noinline)) static void *hnb_fresh_block(uint32_t size, uint32_t index, int32_t line) {
    uint64_t top = (uint64_t)heap_base() + hnb_used + size;
    if (HNB_LIKELY(hnb_memory_reaches(top))) {
        void *block = (void *)(uintptr_t)(heap_base() + hnb_used);
        hnb_used += size;
        return block;
    }
    void *block = larger_block(index);
    if (!block) hnb_trap(HNB_MEMORY, line);
    return block;
}

__attribute__((noinline)) void *hnb_alloc(uint32_t size, int32_t line) {
    if (HNB_UNLIKELY(size > LARGEST)) hnb_trap(HNB_MEMORY, line);
    Class class = class_of(size);
    Free *block = hnb_free_lists[class.index];
    if (HNB_UNLIKELY(!block)) return hnb_fresh_block(class.size, class.index, line);
    hnb_free_lists[class.index] = block->next;
    return block;
}

__attribute__((noinline)) void hnb_free(void *block, uint32_t size) {
    if (!block) return;
    Class class = class_of(size);
    if (class.size >= GIVEN_BACK && is_top(block, class.size)) {
        hnb_used -= class.size;
        return;
    }
    Free *freed = block;
    freed->next = hnb_free_lists[class.index];
    hnb_free_lists[class.index] = freed;
}

void *hnb_realloc(void *block, uint32_t old, uint32_t wanted, int32_t line) {
    if (!block) return hnb_alloc(wanted, line);
    if (HNB_UNLIKELY(wanted > LARGEST)) hnb_trap(HNB_MEMORY, line);
    Class has = class_of(old), needs = class_of(wanted);
    if (has.index == needs.index) return block;
    if (!hnb_free_lists[needs.index] && is_top(block, has.size) &&
        hnb_memory_reaches((uint64_t)(uintptr_t)block + needs.size)) {
        hnb_used = hnb_used - has.size + needs.size;
        return block;
    }
    void *moved = hnb_alloc(wanted, line);
    memcpy(moved, block, old < wanted ? old : wanted);
    hnb_free(block, old);
    return moved;
}

void *cabi_realloc(void *block, uint32_t old, uint32_t align, uint32_t wanted) {
    (void)align; /* every block is 8-aligned, and no type of the interface needs more */
    return hnb_realloc(block, old, wanted, 0);
}
