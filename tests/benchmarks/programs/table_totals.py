def table_totals(table: str) -> str:
    r"""Totals of the second column by the first, of a table as comma separated text, in the order of first mention.

    >>> table_totals("oak,3\nash,4\noak,5")
    'oak=8;ash=4'
    """
    totals: dict[str, int] = {}
    for line in table.split("\n"):
        name, amount = line.split(",")
        if name in totals:
            totals[name] += int(amount)
        else:
            totals[name] = int(amount)
    return ";".join([f"{name}={total}" for name, total in totals.items()])
