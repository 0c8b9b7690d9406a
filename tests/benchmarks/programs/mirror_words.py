def mirror_words(text: str, shortest: int) -> str:
    """The words of a text that have at least some letters, each one reversed and with a capital, in reversed order.

    >>> mirror_words("a lamp on the table", 3)
    'Elbat Eht Pmal'
    """
    words = []
    for word in text.split(" "):
        if len(word) >= shortest:
            mirrored = word[::-1]
            words.append(mirrored[0].upper() + mirrored[1:])
    words.reverse()
    return " ".join(words)
