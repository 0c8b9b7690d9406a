def build_text(lines: int) -> int:
    """Strings: the length of a table that is written, upper-cased, split and joined.

    >>> build_text(3)
    90
    """
    rows = []
    for n in range(lines):
        row = f"{n:05d}|{n * n % 97:>4}|" + str(n)[::-1]
        rows.append(row.upper().replace("|", ";").strip())
    text = "\n".join(rows)
    total = 0
    for line in text.split("\n"):
        first, _, rest = line.partition(";")
        total += len(first) * len(rest)
    return total
