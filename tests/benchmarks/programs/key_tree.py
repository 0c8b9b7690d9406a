class Node:
    def __init__(self, key: int):
        self.key = key
        self.count = 1
        self.left: Node | None = None
        self.right: Node | None = None


def _insert(root: Node, key: int) -> None:
    node = root
    while True:
        if key == node.key:
            node.count += 1
            return
        if key < node.key:
            if node.left is None:
                node.left = Node(key)
                return
            node = node.left
        else:
            if node.right is None:
                node.right = Node(key)
                return
            node = node.right


def _weight(node: Node | None, depth: int) -> int:
    if node is None:
        return 0
    return depth * node.count + _weight(node.left, depth + 1) + _weight(node.right, depth + 1)


def key_tree(keys: list[int]) -> int:
    """The sum of the depths at which keys are found in a search tree that is built from them, the root's being 1.

    >>> key_tree([5, 2, 8, 2])
    7
    """
    root = Node(keys[0])
    for key in keys[1:]:
        _insert(root, key)
    return _weight(root, 1)
