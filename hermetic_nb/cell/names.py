"""Which names of a cell are defined nowhere: neither by the cell nor by Python."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BUILTINS: Final = frozenset(
    """
    ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError
    BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError
    ConnectionResetError DeprecationWarning EOFError Ellipsis EncodingWarning EnvironmentError Exception
    ExceptionGroup False FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError
    ImportError ImportWarning IndentationError IndexError InterruptedError IsADirectoryError KeyError
    KeyboardInterrupt LookupError MemoryError ModuleNotFoundError NameError None NotADirectoryError NotImplemented
    NotImplementedError OSError OverflowError PendingDeprecationWarning PermissionError ProcessLookupError
    RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration StopIteration
    SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError True TypeError UnboundLocalError
    UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning UserWarning ValueError
    Warning ZeroDivisionError __build_class__ __debug__ __doc__ __import__ __name__ abs aiter all anext any ascii bin
    bool breakpoint bytearray bytes callable chr classmethod compile complex copyright credits delattr dict dir divmod
    enumerate eval exec exit filter float format frozenset getattr globals hasattr hash help hex id input int
    isinstance issubclass iter len license list locals map max memoryview min next object oct open ord pow print
    property quit range repr reversed round set setattr slice sorted staticmethod str sum super tuple type vars zip
    """.split()  # noqa: SIM905 (150 quoted words read worse)
)
"""The built-in names of CPython 3.11 (the library reference, "Built-in Functions", "Built-in Exceptions", "Constants
added by the site module"): a fixed list, because a notebook adds names of its own to `builtins`."""

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (*_FUNCTIONS, *_COMPREHENSIONS, ast.ClassDef)


@dataclass
class _Scope:
    bound: set[str]
    parent: _Scope | None = None
    is_class: bool = False
    globals: set[str] = field(default_factory=set)

    def sees(self, name: str) -> bool:
        scope: _Scope | None = self
        if name in self.globals:
            while scope and scope.parent:
                scope = scope.parent
        first = True
        while scope:
            if name in scope.bound and (first or not scope.is_class):
                return True
            scope, first = scope.parent, False
        return False


def defined(tree: ast.Module) -> set[str]:
    """The names that the top level of a cell binds."""
    return _bindings(tree.body)


def undefined(tree: ast.Module, known: frozenset[str] = frozenset()) -> list[ast.Name]:
    """The first use of each name that neither the cell nor Python defines, nor ``known`` holds, in the order of the text.

    Annotations are left out: they are read as types of an interface, never evaluated.
    """
    top = _Scope(_bindings(tree.body) | known)
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            top.bound.update(node.names)
    found: dict[str, ast.Name] = {}
    for name in _unseen(tree.body, top):
        first = found.get(name.id)
        if first is None or (name.lineno, name.col_offset) < (first.lineno, first.col_offset):
            found[name.id] = name
    return sorted(found.values(), key=lambda name: (name.lineno, name.col_offset))


def used_at_top(tree: ast.Module) -> Iterator[ast.Name]:
    """Names read while the cell's top level runs: outside of function bodies."""
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node
        pending += _outside(node) if isinstance(node, _FUNCTIONS) else _children(node)


def _unseen(nodes: Iterable[ast.AST], scope: _Scope) -> Iterator[ast.Name]:
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load) and node.id not in BUILTINS and not scope.sees(node.id):
                yield node
        elif isinstance(node, _FUNCTIONS):
            pending += _outside(node)
            body = node.body if isinstance(node.body, list) else [node.body]
            yield from _unseen(body, _of_function(node, body, scope))
        elif isinstance(node, ast.ClassDef):
            pending += [*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)]
            yield from _unseen(node.body, _Scope(_bindings(node.body), scope, is_class=True))
        elif isinstance(node, _COMPREHENSIONS):
            targets = {
                name.id for part in node.generators for name in ast.walk(part.target) if isinstance(name, ast.Name)
            }
            yield from _unseen(ast.iter_child_nodes(node), _Scope(targets, scope))
        else:
            pending += _children(node)


def _children(node: ast.AST) -> list[ast.AST]:
    if isinstance(node, ast.AnnAssign):
        return [part for part in (node.target, node.value) if part is not None]
    return list(ast.iter_child_nodes(node))


def _outside(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[ast.AST]:
    decorators = [] if isinstance(node, ast.Lambda) else node.decorator_list
    return [*decorators, *node.args.defaults, *(default for default in node.args.kw_defaults if default is not None)]


def _of_function(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, body: Iterable[ast.AST], parent: _Scope
) -> _Scope:
    given = node.args
    parameters = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
    nodes = list(body)
    declared = {name for part in nodes_of_scope(nodes) if isinstance(part, ast.Global) for name in part.names}
    outer = {name for part in nodes_of_scope(nodes) if isinstance(part, ast.Nonlocal) for name in part.names}
    bound = (_bindings(nodes) | {parameter.arg for parameter in parameters}) - declared - outer
    return _Scope(bound, parent, globals=declared)


def _bindings(nodes: Iterable[ast.AST]) -> set[str]:
    names: set[str] = set()
    for node in nodes_of_scope(nodes):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) and node.name:
            names.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            names.add(node.rest)
        elif isinstance(node, _COMPREHENSIONS):
            names |= {part.target.id for part in ast.walk(node) if isinstance(part, ast.NamedExpr)}
    return names


def nodes_of_scope(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every node of one scope; of an inner scope only its head."""
    pending = list(nodes)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, _SCOPES):
            pending += ast.iter_child_nodes(node)
