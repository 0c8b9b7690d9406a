#include <stdint.h>
#include <stdlib.h>

typedef struct {
    const uint8_t *text;
    int64_t length;
} Word;

int64_t mirror_words(const uint8_t *text, int64_t length, int64_t shortest, uint8_t *out)
{
    int64_t room = 8, used = 0;
    Word *words = malloc((size_t)room * sizeof *words);
    for (int64_t i = 0; i <= length; i++) {
        int64_t start = i;
        while (i < length && text[i] != ' ')
            i++;
        if (i - start < shortest)
            continue;
        if (used == room) {
            room *= 2;
            words = realloc(words, (size_t)room * sizeof *words);
        }
        words[used++] = (Word){text + start, i - start};
    }
    int64_t written = 0;
    for (int64_t w = used - 1; w >= 0; w--) {
        if (w < used - 1)
            out[written++] = ' ';
        for (int64_t i = words[w].length - 1; i >= 0; i--) {
            uint8_t c = words[w].text[i];
            if (i == words[w].length - 1 && c >= 'a' && c <= 'z')
                c -= 32;
            out[written++] = c;
        }
    }
    free(words);
    return written;
}
