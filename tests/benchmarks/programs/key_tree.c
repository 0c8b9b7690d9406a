#include <stdint.h>
#include <stdlib.h>

typedef struct Node {
    int64_t key;
    int64_t count;
    struct Node *left, *right;
} Node;

static Node *new_node(int64_t key)
{
    Node *node = malloc(sizeof *node);
    *node = (Node){key, 1, NULL, NULL};
    return node;
}

static void insert(Node *root, int64_t key)
{
    Node *node = root;
    for (;;) {
        if (key == node->key) {
            node->count++;
            return;
        }
        Node **next = key < node->key ? &node->left : &node->right;
        if (*next == NULL) {
            *next = new_node(key);
            return;
        }
        node = *next;
    }
}

static int64_t weight(const Node *node, int64_t depth)
{
    if (node == NULL)
        return 0;
    return depth * node->count + weight(node->left, depth + 1) + weight(node->right, depth + 1);
}

static void release(Node *node)
{
    if (node == NULL)
        return;
    release(node->left);
    release(node->right);
    free(node);
}

int64_t key_tree(const int64_t *keys, int64_t count)
{
    Node *root = new_node(keys[0]);
    for (int64_t i = 1; i < count; i++)
        insert(root, keys[i]);
    int64_t total = weight(root, 1);
    release(root);
    return total;
}
