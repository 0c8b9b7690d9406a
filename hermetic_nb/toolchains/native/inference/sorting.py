"""Typing of sorted, list.sort, and of min and max with a key."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.aggregates import EMPTY_MAX, EMPTY_MIN
from hermetic_nb.toolchains.native.inference.methods import MethodTyper
from hermetic_nb.toolchains.native.inference.operators import is_ordered
from hermetic_nb.toolchains.native.inference.typer import names_in
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.parse.stable import apart
from hermetic_nb.toolchains.native.types import BOOL, BOTTOM, INT, NONE, NUM, Cell, ListT, RecordT, parts

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.types import Type


class SortingTyper(MethodTyper):
    """Types what puts things in order."""

    def _call_sorted(self, node: ast.Call) -> t.Expr:
        if len(node.args) != 1:
            refuse("sorted takes what it sorts, a key and reverse", node)
        key = next((keyword.value for keyword in node.keywords if keyword.arg == "key"), None)
        made = self.gathered(node.args[0], ordered=key is not None and not _tells_apart(key))
        return self._sorted(made, node)

    def _sorted(self, made: t.Expr, node: ast.Call) -> t.Expr:
        line = node.lineno
        if made.type == BOTTOM:
            return made
        name = self.hidden("sorted", node)
        assert isinstance(made.type, ListT)
        held = self.assign(name, made, node)
        sort = self.sort_in_place(self.local(name, line), made.type.cell, node)
        return t.Comprehension(made.type, line, name, [held, t.Eval(line, sort)])

    def sort_in_place(self, base: t.Expr, cell: Cell, node: ast.Call) -> t.Expr:
        """``xs.sort(key=..., reverse=...)``."""
        line = node.lineno
        key, down = self._options_of(node)
        if key is None:
            self._check_order(self.item(cell), node)
            return t.Builtin(NONE, line, "list.sort", [base, down])
        if isinstance(node.func, ast.Attribute):
            self._check_unseen(key, node.func.value, base)
        name, item, keys = (self.hidden(purpose, node) for purpose in ("sorting", "each", "keys"))
        kind = ListT(self.cell(node, 5))
        held = [self.assign(name, base, node), self.assign(keys, t.ListOf(kind, line, []), node)]
        self.assign(item, t.Local(self.item(cell), line, item), node)
        made = self.add(kind.cell, self.applied(key, self.local(item, line), node), node)
        append = t.Eval(line, t.Builtin(NONE, line, "list.append", [self.local(keys, line), made]))
        loop = t.For(line, item, t.Items(self.local(name, line), line), [append], [])
        self._check_order(self.item(kind.cell), node)
        sort = t.Builtin(NONE, line, "list.sort_by", [self.local(name, line), self.local(keys, line), down])
        done = self.hidden("done", node)
        finish = self.assign(done, t.Const(BOOL, line, True), node)
        return t.Comprehension(BOOL, line, done, [*held, loop, t.Eval(line, sort), finish])

    def _check_unseen(self, key: ast.expr, place: ast.expr, base: t.Expr) -> None:
        """Refuse a key that could see the list that is sorted: in CPython that is empty meanwhile."""
        own = place.id if isinstance(place, ast.Name) else ""
        for name in names_in(key, ast.Load):
            kind = self.instance.variables.get(self.renamed.get(name, name), BOTTOM)
            if _holds(kind, base.type, set()) and not (own and apart(name, own, self.instance.node)):
                refuse("the key reads a list while it may be the one that is sorted: use sorted(...) instead", key)

    def _options_of(self, node: ast.Call) -> tuple[ast.expr | None, t.Expr]:
        keywords = {keyword.arg: keyword.value for keyword in node.keywords}
        if set(keywords) - {"key", "reverse"}:
            refuse("sorting takes a key and reverse", node)
        key = _plain_get(keywords.get("key"), node)
        if isinstance(key, ast.Constant) and key.value is None:
            key = None
        down = self.truth(keywords["reverse"]) if "reverse" in keywords else t.Const(BOOL, node.lineno, False)
        return key, down

    def _check_order(self, kind: Type, node: ast.AST) -> None:
        if kind == NUM:
            refuse("a list of mixed ints and floats is sorted outside the native subset", node)
        if not is_ordered(kind):
            refuse(f"a list of {kind} has no order", node)

    def applied(self, function: ast.expr, value: t.Expr, node: ast.AST) -> t.Expr:
        """What a function that is given as an argument makes of a value."""
        name = f"argument{abs(getattr(function, 'lineno', 0))}c{getattr(function, 'col_offset', 0)}"
        hidden = self.hidden("applied", function)
        self.assign(hidden, value, node)
        saved = dict(self.renamed)
        try:
            if isinstance(function, ast.Lambda):
                spec = function.args
                if (
                    len(spec.args) != 1
                    or spec.vararg
                    or spec.kwarg
                    or spec.kwonlyargs
                    or spec.posonlyargs
                    or spec.defaults
                ):
                    refuse("this lambda takes one argument", function)
                self.renamed[spec.args[0].arg] = hidden
                made = self.expr(function.body)
            else:
                self.renamed[name] = hidden
                argument = ast.copy_location(ast.Name(name, ast.Load()), function)
                made = self.expr(ast.copy_location(ast.Call(function, [argument], []), function))
        finally:
            self.renamed = saved
        first = t.Assign(value.line, hidden, value)
        if isinstance(value, t.Local) and value.name == hidden:
            return made
        result = f"{hidden}.result"
        if made.type == BOTTOM:
            return made
        return t.Comprehension(made.type, made.line, result, [first, self.assign(result, made, node)])

    def _call_min(self, node: ast.Call) -> t.Expr:
        return self._best_by("min", "<", node)

    def _call_max(self, node: ast.Call) -> t.Expr:
        return self._best_by("max", ">", node)

    def _best_by(self, name: str, op: str, node: ast.Call) -> t.Expr:
        key = _plain_get(next((keyword.value for keyword in node.keywords if keyword.arg == "key"), None), node)
        if key is None or (isinstance(key, ast.Constant) and key.value is None):
            bare = ast.copy_location(ast.Call(node.func, node.args, [k for k in node.keywords if k.arg != "key"]), node)
            return self.extreme(name, bare if key is not None else node)
        line = node.lineno
        rest = [k for k in node.keywords if k.arg != "key"]
        if len(node.args) > 1:
            argument: ast.expr = ast.copy_location(ast.List(node.args, ast.Load()), node)
        else:
            argument = node.args[0]
        items = self.gathered(argument) if isinstance(argument, ast.GeneratorExp) else None
        values, each, best, best_key, this, some = (
            self.hidden(purpose, node) for purpose in ("values", "each", "best", "bestkey", "key", "some")
        )
        before: list[t.Stmt] = [self.assign(some, t.Const(BOOL, line, False), node)]
        if items is not None:
            before.append(self.assign(values, items, node))
            source: t.Source = t.Items(self.local(values, line), line)
        else:
            source = self.source(argument)
        target, item = self._held(self.item_type(source), node, "")
        held = self.assign(each, item, node)
        made = self.assign(this, self.applied(key, self.local(each, line), node), node)
        self._check_order(self.local(this, line).type, node)
        keep = [self.assign(best, self.local(each, line), node), self.assign(best_key, self.local(this, line), node)]
        mark = self.assign(some, t.Const(BOOL, line, True), node)
        first = t.Unary(BOOL, line, "not", t.Local(BOOL, line, some))
        better = t.Compare(BOOL, line, self.local(this, line), [(op, self.local(best_key, line))])
        step = [held, made, t.If(line, t.Logic(BOOL, line, "or", [first, better]), [*keep, mark], [])]
        found: t.Expr = self.local(best, line)
        default = next((keyword.value for keyword in rest if keyword.arg == "default"), None)
        if default is None:
            trap = t.Const(INT, line, EMPTY_MIN if name == "min" else EMPTY_MAX)
            fallback: t.Expr = t.Builtin(found.type, line, "trap", [trap])
            kind = found.type
        else:
            kind, (found, fallback) = self.joined([found, self.expr(default)], node, "the default")
        result = self.hidden("chosen", node)
        value = t.Choice(kind, line, t.Local(BOOL, line, some), found, fallback)
        finish = self.assign(result, value, node)
        kind = self.instance.variables.get(result, BOTTOM)
        return t.Comprehension(kind, line, result, [*before, t.For(line, target, source, step, []), finish])


def _tells_apart(key: ast.expr) -> bool:
    """Whether a key holds the item itself, so that different items have different keys."""
    match key:
        case ast.Constant(value=None):
            return True
        case ast.Lambda(args=ast.arguments(args=[ast.arg(arg=name)]), body=ast.Tuple(elts=parts)):
            return any(isinstance(part, ast.Name) and part.id == name for part in parts)
    return False


def _plain_get(key: ast.expr | None, node: ast.Call) -> ast.expr | None:
    """``max(d, key=d.get)``: what is looked up is there, so that it is ``d[k]``."""
    match key, node.args:
        case ast.Attribute(value=ast.Name(id=name), attr="get"), [ast.Name(id=over)] if name == over:
            argument = ast.arguments([], [ast.arg("key")], None, [], [], None, [])
            looked_up = ast.Subscript(ast.Name(name, ast.Load()), ast.Name("key", ast.Load()), ast.Load())
            made = ast.Lambda(argument, looked_up)
            for part in ast.walk(made):
                ast.copy_location(part, key)
            return made
    return key


def _holds(kind: Type, wanted: Type, seen: set[str]) -> bool:
    """Whether a value of a type is, or may hold, one of the wanted type."""
    if isinstance(kind, RecordT):
        if kind.record.name in seen:
            return False
        fields = [cell.item for cell in kind.record.fields.values()]
        return any(_holds(field, wanted, seen | {kind.record.name}) for field in fields)
    return kind == wanted or any(_holds(part, wanted, seen) for part in parts(kind))
