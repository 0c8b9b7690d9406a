def fannkuch(n: int) -> int:
    """Slices of lists: the most flips that any order of n cards needs until the first card is the lowest.

    >>> fannkuch(5)
    7
    """
    order = list(range(n))
    count = [0] * n
    most = 0
    while True:
        if order[0]:
            cards = order[:]
            flips = 0
            while cards[0]:
                top = cards[0] + 1
                cards[:top] = cards[:top][::-1]
                flips += 1
            if flips > most:
                most = flips
        place = 1
        while place < n:
            order[: place + 1] = order[1 : place + 1] + order[:1]
            count[place] += 1
            if count[place] <= place:
                break
            count[place] = 0
            place += 1
        if place == n:
            return most
