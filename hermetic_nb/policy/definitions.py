"""Statements of pure tools: functions, classes, imports, exceptions, assignments."""

from __future__ import annotations

import ast
from typing import Any

from hermetic_nb.policy import catalogue
from hermetic_nb.policy.namespaces import lacks
from hermetic_nb.policy.rules import SPECIAL_METHODS
from hermetic_nb.policy.visitor import Visitor


class Statements(Visitor):
    """What a source of a pure tool is made of, except ``match``."""

    def _visit_inside(self, node: Any) -> Any:
        self.inside.append(node)
        visited = self.node_contents_visit(node)
        self.inside.pop()
        return visited

    # ------------------------------------------------------------ functions and classes

    def visit_Module(self, node: ast.Module) -> Any:
        """Visit all statements."""
        return self.node_contents_visit(node)

    def visit_FunctionDef(self, node: Any) -> Any:
        """Check the name and the parameters. A class may define the special methods that change no attribute."""
        if self.in_class() and node.name.startswith("__") and node.name.endswith("__"):
            if node.name not in SPECIAL_METHODS:
                self.report(node, f"the special method {node.name} is not available to a pure tool", node.name)
        else:
            self.check_name(node, node.name)
        self._check_type_parameters(node)
        self.check_function_argument_names(node)
        return self._visit_inside(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> Any:
        """As `visit_FunctionDef`."""
        return self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> Any:
        """Check the parameters."""
        self.check_function_argument_names(node)
        return self._visit_inside(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        """Make the class by the guard that counts it among the cell's own."""
        self.check_name(node, node.name)
        self._check_type_parameters(node)
        for keyword in node.keywords:
            if keyword.arg in {None, "metaclass"}:
                self.report(keyword, "a metaclass is not available to a pure tool")
        made = self._visit_inside(node)
        guard = ast.Name("__metaclass__", ast.Load())
        made.keywords.append(ast.keyword("metaclass", guard))
        ast.copy_location(guard, node)
        ast.copy_location(made.keywords[-1], node)
        return made

    def _check_type_parameters(self, node: Any) -> None:
        if getattr(node, "type_params", None):
            self.report(node, catalogue.NEWER["parameters"], node.name)
            node.type_params = []

    def visit_Await(self, node: ast.Await) -> Any:
        """Await is what a pure tool does."""
        return self.node_contents_visit(node)

    def visit_Yield(self, node: ast.Yield) -> Any:
        """A generator, but no asynchronous one."""
        if self.inside and isinstance(self.inside[-1], ast.AsyncFunctionDef):
            self.report(node, "yield inside async def is not available: return a list")
        return self.node_contents_visit(node)

    # ------------------------------------------------------------ names

    def visit_Global(self, node: ast.Global) -> Any:
        """Check the names."""
        for name in node.names:
            self.check_name(node, name)
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> Any:
        """Check the names."""
        for name in node.names:
            self.check_name(node, name)
        return node

    # ------------------------------------------------------------ assignment

    def visit_Assign(self, node: ast.Assign) -> Any:
        """Python unpacks by itself: the values are the cell's."""
        return self.node_contents_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        """Visit target, annotation and value."""
        return self.node_contents_visit(node)

    def visit_With(self, node: ast.With) -> Any:
        """As assignment."""
        return self.node_contents_visit(node)

    # ------------------------------------------------------------ exceptions, conditions

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> Any:
        """A bare ``except`` means ``except Exception``: it must not stop a tool from being stopped."""
        self.check_name(node, node.name)
        if node.type is None:
            handler = self.node_contents_visit(node)
            handler.type = ast.copy_location(ast.Name("Exception", ast.Load()), node)
            return handler
        return self.node_contents_visit(node)

    def visit_If(self, node: ast.If) -> Any:
        """Leave out what a script does when it is run: a tool is called."""
        if _is_script(node.test):
            rest = [self.visit(each) for each in node.orelse]
            return [*_flat(rest), ast.copy_location(ast.Pass(), node)]
        return self.node_contents_visit(node)

    # ------------------------------------------------------------ modules

    def visit_Import(self, node: ast.Import) -> Any:
        """Bind the namespaces of the library."""
        made = []
        for alias in node.names:
            self.check_name(alias, alias.asname)
            if alias.name not in catalogue.NAMES:
                self._refuse_module(alias, alias.name)
            module = alias.name if alias.asname else alias.name.partition(".")[0]
            made.append(self._bound(node, alias.asname or module, [module]))
        return made

    def visit_ImportFrom(self, node: ast.ImportFrom) -> Any:
        """Bind names of the namespaces of the library."""
        module = node.module or ""
        if module == "__future__":
            return ast.copy_location(ast.Pass(), node)
        if node.level or module not in catalogue.NAMES:
            self._refuse_module(node, "." * node.level + module)
            return node
        made = []
        for alias in node.names:
            if alias.name == "*":
                self.report(node, f"import * is not available: name what is used of {module}")
                continue
            self.check_name(alias, alias.asname)
            if alias.name not in catalogue.NAMES[module]:
                self._refuse_member(alias, module)
            made.append(self._bound(node, alias.asname or alias.name, [module, alias.name]))
        return made

    def _bound(self, node: ast.stmt, name: str, path: list[str]) -> ast.Assign:
        made = ast.Assign(
            [ast.Name(name, ast.Store())], self.call("_import_", [ast.Constant(part) for part in path], node)
        )
        ast.copy_location(made.targets[0], node)
        return ast.copy_location(made, node)

    def _refuse_module(self, node: ast.AST, module: str) -> None:
        instead = catalogue.OUTSIDE.get(module, "a pure tool reaches the world only by call_agent")
        self.report(node, f"import of {module}: {instead}", module)

    def _refuse_member(self, alias: ast.alias, module: str) -> None:
        full = f"{module}.{alias.name}"
        if full in catalogue.INSTEAD:
            self.report(alias, f"{full} is not available: {catalogue.INSTEAD[full]}")
        else:
            self.report(alias, lacks(module, alias.name, dict.fromkeys(catalogue.NAMES[module])))


def _is_script(test: ast.expr) -> bool:
    """Whether this is ``__name__ == "__main__"``, either way round."""
    if not (isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq)):
        return False
    shown = {ast.unparse(test.left), ast.unparse(test.comparators[0])}
    return shown == {"__name__", "'__main__'"}


def _flat(nodes: list[Any]) -> list[Any]:
    return [one for node in nodes for one in (node if isinstance(node, list) else [node])]
