def word_ranks(text: str, most: int) -> str:
    """The most frequent words with their counts; of words that are as frequent, the first by the alphabet.

    >>> word_ranks("the cat and the dog and the bird", 3)
    'the 3, and 2, bird 1'
    """
    counts: dict[str, int] = {}
    for word in text.split():
        counts[word] = counts.get(word, 0) + 1
    ranks = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{word} {count}" for word, count in ranks[:most])
