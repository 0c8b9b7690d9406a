"""The transformer of RestrictedPython with findings of our own in the place of its messages: names and attributes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any, Final, TypeVar

from RestrictedPython.transformer import RestrictingNodeTransformer

from hermetic_nb.policy import catalogue
from hermetic_nb.policy.namespaces import lacks
from hermetic_nb.policy.rules import GUARDED, INHERITED_ATTRIBUTES, SPECIAL_METHODS, attribute_fault, fault

if TYPE_CHECKING:
    from hermetic_nb.policy.bindings import Bindings
    from hermetic_nb.policy.findings import Finding, Source

Node = TypeVar("Node", bound=ast.AST)

_SHOWN: Final = {
    "TryStar": "except* is not available: use except Exception",
    "AsyncFor": catalogue.LOOPS["async for"],
    "AsyncWith": catalogue.LOOPS["async with"],
}
_CHANGES: Final = frozenset({"update", "setdefault", "pop", "popitem", "clear"})
"""Methods that change a dict."""


class Visitor(RestrictingNodeTransformer):
    """Names, attributes and calls; the classes that derive from it add statements."""

    def __init__(self, source: Source, bindings: Bindings) -> None:
        super().__init__()
        self.source = source
        self.bindings = bindings
        self.found: list[Finding] = []
        self.inside: list[ast.AST] = []
        self._text: ast.AST | None = None

    # ------------------------------------------------------------ findings

    def report(self, node: ast.AST, message: str, name: str = "") -> None:
        """Record a finding at a node, or at a name in it. Inside of an f-string the place is the f-string's."""
        if self._text is not None:
            found = self.source.finding(self._text, message)
        else:
            found = self.source.named(node, name, message) if name else self.source.finding(node, message)
        if found not in self.found:
            self.found.append(found)

    def error(self, node: ast.AST, info: str) -> None:
        """What RestrictedPython refuses and we do not name ourselves: its text is not ours to show."""
        del info
        self.report(node, f"this {type(node).__name__} is not available to a pure tool")

    def warn(self, node: ast.AST, info: str) -> None:
        """Nothing: RestrictedPython's warnings are about its own print."""

    def not_allowed(self, node: ast.AST) -> None:
        """Record a syntax that pure tools do not have."""
        kind = type(node).__name__
        if kind == "TypeAlias":
            self.report(node, catalogue.NEWER["type"], "type")
        elif shown := _SHOWN.get(kind):
            self.report(node, shown)
        else:
            self.error(node, "")
        if isinstance(node, (ast.AsyncFor, ast.AsyncWith, ast.TryStar)):
            self.node_contents_visit(node)

    # ------------------------------------------------------------ names

    def in_class(self) -> bool:
        """Whether the node that is being visited stands in the body of a class."""
        return bool(self.inside) and isinstance(self.inside[-1], ast.ClassDef)

    def gen_tmp_name(self) -> str:
        """A name that no cell can write: it begins and ends with an underscore."""
        return f"{super().gen_tmp_name()}_"

    def check_name(self, node: ast.AST, name: str | None, allow_magic_methods: bool = False) -> None:  # noqa: FBT001, FBT002 (the signature is RestrictedPython's)
        """Record a finding for a name that is not the cell's to bind."""
        if name is None or (allow_magic_methods and name in SPECIAL_METHODS):
            return
        if message := fault(name):
            self.report(node, message, name)
        elif name == "super":
            self.report(node, "super is a reserved name", name)

    def visit_Name(self, node: ast.Name) -> Any:
        """Check a name; ``__name__`` may be read."""
        if isinstance(node.ctx, ast.Load):
            if node.id == "__name__":
                return ast.copy_location(ast.Constant("__main__"), node)
            if node.id in catalogue.BUILT_INS and not self.bindings.is_bound(node.id):
                self.report(node, f"{node.id} is not available: {catalogue.BUILT_INS[node.id]}")
                return node
            if node.id == "super":
                self.report(node, "super is only available as super().name(...)")
                return node
        if self.in_class() and (node.id == "__slots__" or node.id in SPECIAL_METHODS):
            return node
        self.check_name(node, node.id)
        return node

    # ------------------------------------------------------------ attributes, items, calls

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        """Read by the guard, write where the guard lets."""
        if _is_super(node.value):
            return self._of_super(node)
        is_load = isinstance(node.ctx, ast.Load)
        if is_load:
            self._check_member(node)
        if node.attr in _CHANGES:
            self._check_copy(node.value)
        guarded = GUARDED.get(node.attr)
        if not (guarded and is_load) and (message := attribute_fault(node.attr)):
            self.report(_tail(node), message)
        node.value = self.visit(node.value)
        if not is_load:
            if (module := self.bindings.dotted(node.value)) in catalogue.NAMES:
                self.report(node, f"{module} cannot be changed: keep the value in a name of your own")
            node.value = self.call("_write_", [node.value], node.value)
            return node
        if guarded:
            return self.call(guarded, [node.value], node)
        return self.call("_getattr_", [node.value, ast.Constant(node.attr)], node)

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        """An item is read as the object gives it; it is written where the guard lets."""
        if not isinstance(node.ctx, ast.Load):
            self._check_copy(node.value)
            return super().visit_Subscript(node)
        return self.node_contents_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        """Python itself reads, adds and writes; what it reads of is what may be written to."""
        if isinstance(node.target, ast.Attribute) and node.target.attr in INHERITED_ATTRIBUTES:
            self.report(_tail(node.target), f"{node.target.attr} cannot be changed in place: use another name")
        return self.node_contents_visit(node)

    def visit_Call(self, node: ast.Call) -> Any:
        """Calls are not guarded: the guards of attributes and names decide what there is to call."""
        return self.node_contents_visit(node)

    def check_function_argument_names(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        """Record a finding for each parameter whose name is not the cell's to bind."""
        given = node.args
        for arg in (*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg):
            if arg is not None:
                self.check_name(arg, arg.arg)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Any:
        """Visit the fields. Python versions place them differently, so findings are at the f-string."""
        before = self._text
        self._text = before or node
        visited = self.node_contents_visit(node)
        self._text = before
        return visited

    def guard_iter(self, node: Any) -> Any:
        """A loop over the cell's objects needs no guard; an asynchronous one is refused."""
        if getattr(node, "is_async", 0):
            self.report(node.iter, catalogue.LOOPS["async for"])
        return self.node_contents_visit(node)

    # ------------------------------------------------------------ helpers

    def call(self, guard: str, args: list[ast.expr], node: ast.AST) -> ast.Call:
        """A call of a guard, at the place of a node."""
        made = ast.Call(ast.Name(guard, ast.Load()), args, [])
        ast.copy_location(made, node)
        for child in (made.func, *args):
            if not hasattr(child, "lineno"):
                ast.copy_location(child, node)
        return made

    def _check_member(self, node: ast.Attribute) -> None:
        """Say now what the library does not have, where the name can only mean the library."""
        full = self.bindings.dotted(node)
        module, _, name = full.rpartition(".")
        if full in catalogue.INSTEAD:
            self.report(node, f"{full} is not available: {catalogue.INSTEAD[full]}")
        elif module in catalogue.NAMES and name not in catalogue.NAMES[module] and not attribute_fault(name):
            self.report(node, lacks(module, name, dict.fromkeys(catalogue.NAMES[module])))

    def _check_copy(self, node: ast.expr) -> None:
        """Refuse to change what is only a copy here: it would be lost without a word."""
        if isinstance(node, ast.Attribute) and node.attr == "__dict__":
            self.report(_tail(node), "__dict__ is a copy here: set attributes, or use setattr(object, name, value)")

    def _of_super(self, node: ast.Attribute) -> Any:
        known = node.attr in SPECIAL_METHODS or not (attribute_fault(node.attr) or node.attr in INHERITED_ATTRIBUTES)
        if not known or not isinstance(node.ctx, ast.Load):
            self.report(_tail(node), f"super().{node.attr} is not available to a pure tool")
        return node


def _is_super(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "super"
        and not node.args
        and not node.keywords
    )


def _tail(node: ast.Attribute) -> ast.AST:
    """The place of an attribute's name: the end of the node."""
    line, column = node.end_lineno or node.lineno, node.end_col_offset or 0
    start = max(0, column - len(node.attr.encode()))
    return ast.Pass(lineno=line, col_offset=start, end_lineno=line, end_col_offset=column)
