import json


def json_round(count: int) -> int:
    """json: records to text and back.

    >>> json_round(3)
    6
    """
    records = [{"id": n, "name": f"item {n}", "sizes": [n / 4, n / 2], "good": n % 2 == 0} for n in range(count)]
    total = 0
    for _ in range(4):
        text = json.dumps(records)
        records = json.loads(text)
        total += len(records)
    return total // 2
