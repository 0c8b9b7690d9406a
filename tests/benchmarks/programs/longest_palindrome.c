#include <stdint.h>
#include <string.h>

int64_t longest_palindrome(const uint8_t *text, int64_t n, uint8_t *out)
{
    int64_t start = 0, longest = 0;
    for (int64_t centre = 0; centre < 2 * n - 1; centre++) {
        int64_t left = centre / 2;
        int64_t right = left + centre % 2;
        while (left >= 0 && right < n && text[left] == text[right]) {
            left--;
            right++;
        }
        if (right - left - 1 > longest) {
            start = left + 1;
            longest = right - left - 1;
        }
    }
    memcpy(out, text + start, longest);
    return longest;
}
