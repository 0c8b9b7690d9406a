"""``f = lambda x: ...`` as a function of that name."""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, at


class NamedLambdas(Rewriter):
    """Makes a def of each lambda that is assigned to one name."""

    def visit_Assign(self, node: ast.Assign) -> ast.stmt:
        """``f = lambda: ...``."""
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as value):
                return _definition(name, value, node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        """``f: Callable[...] = lambda: ...``."""
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.Lambda() as value):
                return _definition(name, value, node)
        return node


def _definition(name: str, value: ast.Lambda, node: ast.stmt) -> ast.FunctionDef:
    body: list[ast.stmt] = [ast.copy_location(ast.Return(value.body), value.body)]
    return at(ast.FunctionDef(name, value.args, body, [], None, None), node)
