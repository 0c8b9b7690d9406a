def edit_distance(a: str, b: str) -> int:
    """Least number of insertions, deletions and replacements that make one text the other (Levenshtein, 1966).

    >>> edit_distance("kitten", "sitting")
    3
    """
    rows = len(a) + 1
    columns = len(b) + 1
    table = [[0] * columns for _ in range(rows)]
    for i in range(rows):
        table[i][0] = i
    for j in range(columns):
        table[0][j] = j
    for i in range(1, rows):
        for j in range(1, columns):
            cost = 0 if a[i - 1] == b[j - 1] else 1
            table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + cost)
    return table[-1][-1]
