"""``first, *rest = xs``, and lists with ``*xs`` in them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.parse.rewriter import Rewriter, assign, at, call, load, store
from hermetic_nb.toolchains.native.parse.scopes import hidden, locals_of

if TYPE_CHECKING:
    from collections.abc import Iterable


class Unpacking(Rewriter):
    """Rewrites the stars of one module."""

    def __init__(self, defined: Iterable[str]) -> None:
        self._hides = frozenset(defined)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function's own names hide built-ins."""
        outer, self._hides = self._hides, self._hides | locals_of(node)
        self.generic_visit(node)
        self._hides = outer
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.stmt | list[ast.stmt]:
        """Targets with a star."""
        self.generic_visit(node)
        if not any(_stars(target) for target in node.targets):
            return node
        if len(node.targets) == 1:
            return self._unpack(node.targets[0], node.value, node)
        name = hidden("shared", node)
        made: list[ast.stmt] = [assign(name, node.value, node)]
        for target in node.targets:
            made += self._unpack(target, at(load(name), node), node)
        return made

    def visit_For(self, node: ast.For) -> ast.AST:
        """A target with a star is unpacked where the body begins."""
        self.generic_visit(node)
        if _stars(node.target):
            name = hidden("item", node.target)
            node.body[:0] = self._unpack(node.target, at(load(name), node.target), node.target)
            node.target = at(store(name), node.target)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        """There is no place for statements in a comprehension."""
        if _stars(node.target):
            refuse("* in the target of a comprehension is outside the native subset: write it as a loop", node.target)
        return self.generic_visit(node)

    def _unpack(self, target: ast.expr, value: ast.expr, node: ast.AST) -> list[ast.stmt]:
        """The statements that assign a value to a target."""
        if not isinstance(target, ast.Tuple | ast.List) or not _stars(target):
            return [assign(target, value, node)]
        parts, later = list[ast.expr](), list[tuple[ast.expr, str]]()
        for position, part in enumerate(target.elts):
            if isinstance(part, ast.Starred) or not _stars(part):
                parts.append(part)
                continue
            name = f"{hidden('part', target)}.{position}"
            parts.append(at(store(name), part))
            later.append((part, name))
        if any(isinstance(part, ast.Starred) for part in parts):
            made = self._starred(parts, value, target)
        else:
            made = [assign(ast.copy_location(ast.Tuple(parts, ast.Store()), target), value, node)]
        for part, name in later:
            made += self._unpack(part, at(load(name), part), part)
        return made

    def _starred(self, parts: list[ast.expr], value: ast.expr, target: ast.expr) -> list[ast.stmt]:
        star = next(n for n, part in enumerate(parts) if isinstance(part, ast.Starred))
        after = len(parts) - star - 1
        whole, item = hidden("whole", target), hidden("each", target)
        if "len" in self._hides and len(parts) > 1:
            refuse("the cell gives len a meaning of its own, and * here needs Python's", target)
        every = ast.ListComp(load(item), [ast.comprehension(store(item), value, [], 0)])
        made: list[ast.stmt] = [assign(whole, every, target)]
        if len(parts) > 1:
            text = f"not enough values to unpack (expected at least {len(parts) - 1}, got "
            count = ast.FormattedValue(call("len", load(whole)), -1, None)
            message = ast.JoinedStr([ast.Constant(text), count, ast.Constant(")")])
            few = ast.Compare(call("len", load(whole)), [ast.Lt()], [ast.Constant(len(parts) - 1)])
            made.append(at(ast.If(few, [ast.Raise(call("ValueError", message), None)], []), target))
        for position, part in enumerate(parts):
            index: ast.expr
            if isinstance(part, ast.Starred):
                upper = ast.Constant(-after) if after else None
                index, to = ast.Slice(ast.Constant(star) if star else None, upper, None), part.value
            else:
                index, to = ast.Constant(position if position < star else position - len(parts)), part
            made.append(assign(to, ast.Subscript(load(whole), index, ast.Load()), part))
        return made

    def visit_Tuple(self, node: ast.Tuple) -> ast.expr:
        """``(*xs, y)``: the tuple of such a list."""
        if not isinstance(node.ctx, ast.Load) or not any(isinstance(part, ast.Starred) for part in node.elts):
            return super().generic_visit(node)  # type: ignore[return-value] # the node itself
        if "tuple" in self._hides:
            refuse("the cell gives tuple a meaning of its own, and * here needs Python's", node)
        return at(call("tuple", self.visit_List(ast.copy_location(ast.List(node.elts, ast.Load()), node))), node)

    def visit_List(self, node: ast.List) -> ast.expr:
        """``[*xs, y]``: lists one after the other."""
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load) or not any(isinstance(part, ast.Starred) for part in node.elts):
            return node
        lists: list[ast.expr] = []
        single: list[ast.expr] = []
        for position, part in enumerate(node.elts):
            if not isinstance(part, ast.Starred):
                single.append(part)
                continue
            if single:
                lists.append(at(ast.List(single, ast.Load()), single[0]))
                single = []
            name = f"{hidden('each', part)}.{position}"
            lists.append(at(ast.ListComp(load(name), [ast.comprehension(store(name), part.value, [], 0)]), part))
        if single:
            lists.append(at(ast.List(single, ast.Load()), single[0]))
        made = lists[0]
        for part in lists[1:]:
            made = at(ast.BinOp(made, ast.Add(), part), node)
        return made


def _stars(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return any(isinstance(part, ast.Starred) or _stars(part) for part in target.elts)
    return False
