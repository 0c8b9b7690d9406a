import re


def regex(length: int) -> int:
    """re: patterns in a long sequence.

    >>> regex(500)
    39
    """
    state = 9
    letters = []
    for _ in range(length):
        state = state * 48271 % 2147483647
        letters.append("acgt"[state // 65536 % 4])
    text = "".join(letters)
    found = 0
    for pattern in ("agg[act]taa|tta[agt]cct", "[cgt]ggt|acc[acg]", "a.{2}t.{2}c", "(ac)+g", "tt?a?c{2}"):
        found += len(re.findall(pattern, text))
    return found + len(re.sub("a+", "A", text)) // len(text)
