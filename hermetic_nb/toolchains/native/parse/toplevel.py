"""The statements of a cell's top level that say nothing to native code, and those that say several things at once."""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.toolchains.native.parse.rewriter import assign

_GENERIC: Final = frozenset(
    {"list", "dict", "set", "tuple", "frozenset", "type", "Annotated", "Callable", "ClassVar", "DefaultDict", "Deque", "Dict", "Final",
     "FrozenSet", "Generator", "Iterable", "Iterator", "List", "Literal", "Mapping", "MutableMapping", "MutableSequence", "Optional",
     "Sequence", "Set", "Tuple", "Type", "Union", "Counter", "deque", "defaultdict"}
)  # fmt: skip
"""What is subscripted in an alias of a type."""
_PLAIN: Final = frozenset({"int", "float", "str", "bool", "bytes", "Any", "object", "None"})
_MAKERS: Final = frozenset({"TypeVar", "ParamSpec", "TypeVarTuple", "NewType"})
SILENT: Final = frozenset({"__all__", "__author__", "__version__", "__doc__"})


def simplify_top_level(tree: ast.Module) -> None:
    """Leave out docstrings, aliases of types and what runs only as a script; give each assignment one name. In place."""
    tree.body = [made for node in tree.body for made in _simplified(node)]


def _simplified(node: ast.stmt) -> list[ast.stmt]:
    match node:
        case ast.If(test=test) if _is_script(test):
            return [made for part in node.orelse for made in _simplified(part)]
        case ast.If() if is_for_checkers(node):
            return [made for part in node.orelse for made in _simplified(part)]
        case ast.Expr(value=ast.Constant()) | ast.Pass() | ast.AnnAssign(value=None):
            return []
        case ast.Assign(targets=[ast.Name(id=name)]) if name in SILENT or is_alias(node.value):
            return []
        case ast.AnnAssign(annotation=annotation) if ast.unparse(annotation).endswith("TypeAlias"):
            return []
        case ast.Assign(targets=[ast.Tuple() | ast.List() as target], value=ast.Tuple() | ast.List() as values) if (
            len(target.elts) == len(values.elts) and all(isinstance(part, ast.Name) for part in target.elts)
        ) and not {part.id for part in target.elts if isinstance(part, ast.Name)} & _names(values):
            pairs = zip(target.elts, values.elts, strict=True)
            return [made for name, part in pairs for made in _simplified(assign(name, part, node))]
        case ast.Assign(targets=[ast.Name(id=first), *others], value=ast.Constant(value=value)) if others:
            targets = [ast.copy_location(ast.Name(first, ast.Store()), node), *others]
            if all(isinstance(target, ast.Name) for target in targets):
                return [assign(target, ast.Constant(value), node) for target in targets]
    return [node]


def is_for_checkers(node: ast.AST) -> bool:
    """Whether this is ``if TYPE_CHECKING:``, the body of which never runs."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING")):
            return True
    return False


def _names(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def _is_script(test: ast.expr) -> bool:
    """Whether this is ``__name__ == "__main__"``, either way round."""
    match test:
        case ast.Compare(ops=[ast.Eq()], left=left, comparators=[right]):
            return {ast.unparse(left), ast.unparse(right)} == {"__name__", "'__main__'"}
    return False


def is_alias(node: ast.expr) -> bool:
    """Whether an expression says a type, and nothing that a function could compute with."""
    match node:
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(value=ast.Name(), attr=name)):
            return name in _GENERIC
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(value=ast.Name(), attr=name)):
            return name in _MAKERS
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            parts = [left, right]
            return any(map(_is_type, parts)) and all(_is_type(part) or isinstance(part, ast.Name) for part in parts)
        case ast.Name(id=name):
            return name in _PLAIN
    return False


def _is_type(node: ast.expr) -> bool:
    match node:
        case ast.Constant(value=None):
            return True
        case ast.Name(id=name):
            return name in _PLAIN or name in _GENERIC
    return is_alias(node)
