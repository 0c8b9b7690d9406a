def game_of_life(cells: list[int], width: int, height: int, generations: int) -> list[int]:
    """Conway's game of life on a torus; cells are 0 or 1, row by row.

    >>> game_of_life([0, 0, 0, 0, 0,
    ...               0, 0, 1, 0, 0,
    ...               0, 0, 1, 0, 0,
    ...               0, 0, 1, 0, 0,
    ...               0, 0, 0, 0, 0], 5, 5, 1)[10:15]
    [0, 1, 1, 1, 0]
    """
    grid = cells[:]
    for _ in range(generations):
        new = [0] * (width * height)
        for y in range(height):
            above = (y - 1) % height * width
            here = y * width
            below = (y + 1) % height * width
            for x in range(width):
                left = (x - 1) % width
                right = (x + 1) % width
                alive = grid[above + left] + grid[above + x] + grid[above + right]
                alive += grid[here + left] + grid[here + right]
                alive += grid[below + left] + grid[below + x] + grid[below + right]
                if alive == 3 or (alive == 2 and grid[here + x] == 1):
                    new[here + x] = 1
        grid = new
    return grid
