def permutations(n: int) -> int:
    """Generators and sets: how many sums of neighbours the orders of n numbers have.

    >>> permutations(4)
    17
    """

    def orders(items):
        if len(items) < 2:
            yield items
            return
        for i, item in enumerate(items):
            for rest in orders(items[:i] + items[i + 1 :]):
                yield (item, *rest)

    seen = set()
    for order in orders(tuple(range(n))):
        total = 0
        for a, b in zip(order, order[1:]):
            total = total * 3 + a * b
        seen.add(total)
    return len(seen)
