def word_counts(words: int) -> str:
    """Dicts: the most frequent of some made-up words, and how often it is there.

    >>> word_counts(1000)
    'aba 30'
    """
    state = 42
    counts = {}
    for _ in range(words):
        state = state * 48271 % 2147483647
        word = "abcd"[state % 4] + "abcd"[state // 7 % 4] + "abcd"[state // 61 % 4]
        counts[word] = counts.get(word, 0) + 1
    best = max(counts, key=lambda word: (counts[word], word))
    return f"{best} {counts[best]}"
