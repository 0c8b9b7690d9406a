def pair_distance(structure: str) -> float:
    """Mean distance of paired bases in an RNA secondary structure in dot-bracket notation.

    >>> pair_distance("((..))..(.)")
    3.3333333333333335
    >>> pair_distance("(()")
    Traceback (most recent call last):
    ValueError: unpaired base
    """
    stack = [0] * len(structure)
    depth = 0
    total = 0
    pairs = 0
    for i, c in enumerate(structure):
        if c == "(":
            stack[depth] = i
            depth += 1
        elif c == ")":
            if depth == 0:
                raise ValueError("unpaired base")
            depth -= 1
            total += i - stack[depth]
            pairs += 1
    if depth != 0:
        raise ValueError("unpaired base")
    return total / pairs if pairs > 0 else 0.0
