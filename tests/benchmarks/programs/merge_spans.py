def merge_spans(starts: list[int], lengths: list[int]) -> list[int]:
    """Starts and ends of what spans cover together: start, end, start, end ...

    >>> merge_spans([8, 1, 2, 9], [2, 2, 4, 3])
    [1, 6, 8, 12]
    """
    spans = [(start, start + length) for start, length in zip(starts, lengths)]
    spans.sort(key=lambda span: span[0])
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    flat = []
    for start, end in merged:
        flat.append(start)
        flat.append(end)
    return flat
