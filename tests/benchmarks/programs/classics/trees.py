class Node:
    def __init__(self, key):
        self.key = key
        self.left = None
        self.right = None


def trees(count: int) -> int:
    """Objects: the height of a search tree of made-up numbers.

    >>> trees(100)
    14
    """
    state = 5
    root = Node(1 << 30)
    for _ in range(count):
        state = state * 48271 % 2147483647
        node = root
        while True:
            if state < node.key:
                if node.left is None:
                    node.left = Node(state)
                    break
                node = node.left
            else:
                if node.right is None:
                    node.right = Node(state)
                    break
                node = node.right

    def height(node):
        return 0 if node is None else 1 + max(height(node.left), height(node.right))

    return height(root)
