def sort_records(count: int) -> int:
    """Sorting: by a key, by two keys, and in reverse.

    >>> sort_records(10)
    1645
    """
    state = 7
    records = []
    for n in range(count):
        state = state * 48271 % 2147483647
        records.append((state % 100, state // 1000 % 1000, n))
    by_first = sorted(records)
    by_second = sorted(records, key=lambda record: record[1], reverse=True)
    by_both = sorted(records, key=lambda record: (-record[0], record[1]))
    return by_first[0][1] + by_second[0][1] + by_both[0][2]
