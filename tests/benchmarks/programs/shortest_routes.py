import heapq


def shortest_routes(ends: list[int], lengths: list[int], nodes: int) -> list[int]:
    """Least distances from node 0 (Dijkstra, 1959), -1 for what can't be reached; `ends` holds both ends of each edge.

    >>> shortest_routes([0, 1, 1, 2, 0, 2], [4, 1, 9], 4)
    [0, 4, 5, -1]
    """
    neighbours: list[list[tuple[int, int]]] = [[] for _ in range(nodes)]
    for i, length in enumerate(lengths):
        a = ends[2 * i]
        b = ends[2 * i + 1]
        neighbours[a].append((b, length))
        neighbours[b].append((a, length))
    distance = [-1] * nodes
    heap = [(0, 0)]
    while heap:
        so_far, node = heapq.heappop(heap)
        if distance[node] >= 0:
            continue
        distance[node] = so_far
        for other, length in neighbours[node]:
            if distance[other] < 0:
                heapq.heappush(heap, (so_far + length, other))
    return distance
