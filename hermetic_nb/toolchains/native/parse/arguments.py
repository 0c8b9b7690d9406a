"""How a call of the library gives its arguments."""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.toolchains.native.parse.placing import name, placed

_SEARCHES: Final = ("bisect", "bisect_left", "bisect_right", "insort", "insort_left", "insort_right")
_NONE_IS_ABSENT: Final = {
    "accumulate": ("", "func", "initial"),
    **dict.fromkeys(_SEARCHES, ("", "", "", "hi", "key")),
    "groupby": ("", "key"),
    **dict.fromkeys(("nlargest", "nsmallest"), ("", "", "key")),
}
"""Arguments that may as well be left out where they are None, at their places."""


def without_none(function: str, node: ast.Call) -> None:
    """Leave out the arguments of a call that are None and mean nothing by it."""
    names = _NONE_IS_ABSENT.get(function, ())
    node.keywords = [keyword for keyword in node.keywords if keyword.arg not in names or not is_none(keyword.value)]
    while 0 < len(node.args) <= len(names) and names[len(node.args) - 1] and is_none(node.args[-1]):
        node.args.pop()


def is_none(node: ast.expr) -> bool:
    """Whether an expression is None."""
    return isinstance(node, ast.Constant) and node.value is None


def listed(node: ast.expr) -> ast.expr:
    """What is lazy, or known to `for` only, as a list; anything else as it is."""
    if isinstance(node, ast.GeneratorExp):
        return ast.copy_location(ast.ListComp(node.elt, node.generators), node)
    if isinstance(node, ast.Call) and (
        (isinstance(node.func, ast.Name) and node.func.id in _LAZY)
        or (isinstance(node.func, ast.Attribute) and node.func.attr in _VIEWS and not node.args)
    ):
        each = "item."
        loop = ast.comprehension(target=ast.Name(each, ast.Store()), iter=node, ifs=[], is_async=0)
        return placed(ast.ListComp(name(each), [loop]), node)
    return node


_LAZY: Final = frozenset({"range", "zip", "enumerate", "map", "filter", "reversed"})
_VIEWS: Final = frozenset({"items", "keys", "values"})


def takes(function: ast.FunctionDef, named: frozenset[str], node: ast.Call) -> bool:
    """Whether a function can be called so, and takes everything that its name says."""
    spec = function.args
    names = [a.arg for a in [*spec.posonlyargs, *spec.args]]
    if len(node.args) > len(names) or any(isinstance(argument, ast.Starred) for argument in node.args):
        return False
    given = [*names[: len(node.args)], *(str(keyword.arg) for keyword in node.keywords)]
    allowed = {*names, *(a.arg for a in spec.kwonlyargs)}
    optional = set(names[len(names) - len(spec.defaults) :])
    return (
        len(given) == len(set(given))
        and set(given) <= allowed
        and allowed - optional <= set(given)
        and named <= set(given)
    )
