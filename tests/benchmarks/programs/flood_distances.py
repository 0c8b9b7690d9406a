from collections import deque


def flood_distances(walls: list[int], width: int, height: int) -> list[int]:
    """Steps from the upper left corner to each free place of a grid, -1 where no way leads.

    >>> flood_distances([0, 0, 0,
    ...                  1, 1, 0,
    ...                  0, 1, 0], 3, 3)
    [0, 1, 2, -1, -1, 3, -1, -1, 4]
    """
    grid = [[walls[y * width + x] for x in range(width)] for y in range(height)]
    distance = [[-1] * width for _ in range(height)]
    distance[0][0] = 0
    queue = deque([(0, 0)])
    while queue:
        x, y = queue.popleft()
        for dx, dy in [(1, 0), (-1, 0), (0, 1), (0, -1)]:
            nx = x + dx
            ny = y + dy
            if 0 <= nx < width and 0 <= ny < height and grid[ny][nx] == 0 and distance[ny][nx] < 0:
                distance[ny][nx] = distance[y][x] + 1
                queue.append((nx, ny))
    return [d for row in distance for d in row]
