"""Typing of dicts and sets: their methods, operators, and the calls that make them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.operators import is_quiet
from hermetic_nb.toolchains.native.inference.saying import no_method
from hermetic_nb.toolchains.native.inference.texts import TextTyper
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    INT,
    NONE,
    DictT,
    ListT,
    OptionT,
    RowT,
    SetT,
    TupleT,
    is_hashable,
)

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.types import Type

_OPERATORS: Final = {"union": "|", "intersection": "&", "difference": "-", "symmetric_difference": "^"}
_IN_PLACE: Final = {"update": "|", "intersection_update": "&", "difference_update": "-"}
_DICT: Final = {
    **dict.fromkeys(("keys", "values", "items", "copy", "clear", "popitem"), (0, 0)),
    **dict.fromkeys(("get", "pop", "setdefault"), (1, 2)),
    "update": (1, 1),
}
"""Methods of a dict: the fewest and the most arguments."""


class TableTyper(TextTyper):
    """Types operations on dicts and sets."""

    # ------------------------------------------------------------ dicts

    def dict_method(self, base: t.Expr, kind: DictT, name: str, node: ast.Call) -> t.Expr:
        """A method of a dict."""
        if name not in _DICT:
            refuse(no_method(name, "a dict", dict), node)
        self.positional(node, *_DICT[name])
        made: t.Expr = getattr(self, f"_dict_{name}")(base, kind, node)
        return made

    def _view(self, _base: t.Expr, _kind: DictT, node: ast.Call) -> t.Expr:
        return refuse(
            "a view of a dict is only looped over in the native subset: make a list of it, with list(...)", node
        )

    _dict_keys = _dict_values = _dict_items = _view

    def _dict_copy(self, base: t.Expr, kind: DictT, node: ast.Call) -> t.Expr:
        return t.Builtin(kind, node.lineno, "table.copy", [base])

    def _dict_clear(self, base: t.Expr, _kind: DictT, node: ast.Call) -> t.Expr:
        return t.Builtin(NONE, node.lineno, "table.clear", [base])

    def _dict_popitem(self, base: t.Expr, kind: DictT, node: ast.Call) -> t.Expr:
        pair = TupleT((self.item(kind.keys), self.item(kind.values)))
        return t.Builtin(BOTTOM if BOTTOM in pair.items else pair, node.lineno, "table.popitem", [base])

    def _dict_get(self, base: t.Expr, kind: DictT, node: ast.Call) -> t.Expr:
        key = self.key(kind.keys, node.args[0])
        line, item = node.lineno, self.item(kind.values)
        if BOTTOM in {key.type, item}:
            # Whatever the dict will hold, the default is among what this gives.
            least = self.expr(node.args[1]).type if len(node.args) > 1 else BOTTOM
            return t.Builtin(least, line, "table.get", [base, key])
        if len(node.args) == 1:
            found: Type = item if isinstance(item, OptionT) or item == NONE else OptionT(item)
            return t.Builtin(found, line, "table.get", [base, key])
        default = self.expr(node.args[1])
        self.a_value(default, node)
        if default.type == BOTTOM:
            return t.Builtin(BOTTOM, line, "table.get", [base, key])
        joined = self.join(item, default.type, node, "what get() gives")
        if BOTTOM in {default.type, joined}:
            return t.Builtin(BOTTOM, line, "table.get", [base, key])
        self.convert(t.Local(item, line, ""), joined, node)
        return t.Builtin(joined, line, "table.get_or", [base, key, self.convert(default, joined, node)])

    def _dict_pop(self, base: t.Expr, kind: DictT, node: ast.Call) -> t.Expr:
        key = self.key(kind.keys, node.args[0])
        line, item = node.lineno, self.item(kind.values)
        if len(node.args) == 1:
            return t.Builtin(item, line, "table.pop", [base, key])
        default = self.expr(node.args[1])
        if BOTTOM in {item, key.type, default.type}:
            return t.Builtin(BOTTOM, line, "table.pop", [base, key])
        if not is_quiet(base) or not is_quiet(key) or not is_quiet(default):
            refuse("give the arguments of pop names first", node)
        found, (popped, default) = self.joined(
            [t.Builtin(item, line, "table.pop", [base, key]), default], node, "what pop() gives"
        )
        return t.Choice(found, line, t.Compare(BOOL, line, key, [("in", base)]), popped, default)

    def _dict_setdefault(self, base: t.Expr, kind: DictT, node: ast.Call) -> t.Expr:
        key = self.new_key(kind.keys, node.args[0])
        default: t.Expr = self.expr(node.args[1]) if len(node.args) > 1 else t.Nothing(NONE, node.lineno)
        made = self.add(kind.values, default, node)
        return t.Builtin(
            self.item(kind.values), node.lineno, "table.setdefault", [base, self.convert(key, kind.key, node), made]
        )

    def _dict_update(self, base: t.Expr, kind: DictT, node: ast.Call) -> t.Expr:
        other = self.need(self.reading(node.args[0]), node)
        if other.type == BOTTOM:
            return other
        if not isinstance(other.type, DictT):
            refuse(f"update with {other.type} is outside the native subset: give it a dict", node)
        self.join(kind, other.type, node, "the dict")
        return self._poured(base, other, node)

    def _poured(self, base: t.Expr, other: t.Expr, node: ast.AST) -> t.Expr:
        """Put the entries of one dict into another."""
        line = getattr(node, "lineno", 0)
        names = [self.hidden(purpose, node) for purpose in ("into", "from", "key", "value")]
        assert isinstance(other.type, DictT)
        held = [self.assign(names[0], base, node), self.assign(names[1], other, node)]
        kinds: list[Type] = [other.type.key, other.type.item]
        for name, kind in zip(names[2:], kinds, strict=True):
            self.assign(name, t.Local(kind, line, name), node)
        into, source, key, value = (self.local(name, line) for name in names)
        if BOTTOM in kinds:
            return t.Builtin(BOTTOM, line, "table.copy", [base])
        put = t.SetItem(line, into, key, value)
        loop = t.For(line, [names[2], names[3]], t.Entries(source, line, keys=True), [put], [])
        done = self.hidden("done", node)
        finish = self.assign(done, t.Const(BOOL, line, True), node)
        return t.Comprehension(BOOL, line, done, [*held, loop, finish])

    def merged(self, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """``left | right`` of dicts."""
        line = getattr(node, "lineno", 0)
        self.join(left.type, right.type, node, "the dict")
        name = self.hidden("merged", node)
        made = self.assign(name, t.Builtin(left.type, line, "table.copy", [left]), node)
        poured = self._poured(self.local(name, line), right, node)
        return t.Comprehension(left.type, line, name, [made, t.Eval(line, poured)])

    # ------------------------------------------------------------ sets

    def set_method(self, base: t.Expr, kind: SetT, name: str, node: ast.Call) -> t.Expr:
        """A method of a set."""
        line = node.lineno
        if name in {"add", "discard", "remove"}:
            self.positional(node, 1, 1)
            if name == "add":
                item = self.convert(self.new_key(kind.cell, node.args[0]), kind.item, node)
            else:
                item = self.key(kind.cell, node.args[0])
            return t.Builtin(NONE, line, f"table.{name}", [base, item])
        if name == "copy":
            self.positional(node, 0, 0)
            return t.Builtin(kind, line, "table.copy", [base])
        if name == "clear":
            self.positional(node, 0, 0)
            return t.Builtin(NONE, line, "table.clear", [base])
        if name in {"issubset", "issuperset", "isdisjoint"}:
            self.positional(node, 1, 1)
            return self._relation(name, base, self._as_set(node.args[0]), node)
        if name in _OPERATORS:
            for argument in node.args:
                base = self.combined(_OPERATORS[name], base, self._as_set(argument), node)
            return base
        if name in _IN_PLACE:
            self.positional(node, 1, 1)
            if name != "intersection_update":
                self.at_once(node)
            other = self._as_set(node.args[0])
            if other.type == BOTTOM:
                return other
            return self.changed(_IN_PLACE[name], base, other, node)
        return refuse(no_method(name, "a set", set), node)

    def _as_set(self, node: ast.expr) -> t.Expr:
        value = self.reading(node) if not isinstance(node, ast.GeneratorExp) else None
        if value is not None and (isinstance(value.type, SetT) or value.type == BOTTOM):
            return value
        return self.set_of(node)

    def set_of(self, node: ast.expr) -> t.Expr:
        """A new set of the items of anything that can be looped over."""
        line = node.lineno
        kind = SetT(self.cell(node, 4))
        name = self.hidden("set", node)
        start = self.assign(name, t.SetOf(kind, line, []), node)

        def add(item: t.Expr) -> list[t.Stmt]:
            if not is_hashable(item.type):
                refuse(f"a set of {item.type} is outside the native subset", node)
            made = self.add(kind.cell, item, node)
            return [t.Eval(line, t.Builtin(NONE, line, "table.add", [self.local(name, line), made]))]

        if isinstance(node, ast.GeneratorExp | ast.ListComp):
            elt = node.elt
            body = self._loops(node.generators, 0, lambda: add(self.expr(elt)), node)
        else:
            source = self.source(node)
            target, item = self._held(self.item_type(source), node, "")
            body = [t.For(line, target, source, add(item), [])]
        return t.Comprehension(kind, line, name, [start, *body])

    def combined(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """``left op right`` of sets."""
        line = getattr(node, "lineno", 0)
        if BOTTOM in {left.type, right.type}:
            return left
        if op == "^":
            names = [self.hidden(purpose, node) for purpose in ("left", "right")]
            held = [self.assign(name, side, node) for name, side in zip(names, (left, right), strict=True)]
            self.join(left.type, right.type, node, "the set")
            one, other = (self.local(name, line) for name in names)
            result = self.hidden("both", node)
            only_one = self._combine("-", one, other, node, 0)
            only_other = self._combine("-", other, one, node, 1)
            made = self.assign(result, self._combine("|", only_one, only_other, node, 2), node)
            return t.Comprehension(left.type, line, result, [*held, made])
        self.join(left.type, right.type, node, "the set")
        return self._combine(op, left, right, node, 0)

    def _combine(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST, which: int) -> t.Expr:
        """A new set: a copy of the left one, changed by the right one."""
        line = getattr(node, "lineno", 0)
        name = f"{self.hidden('combined', node)}.{which}"
        made = self.assign(name, t.Builtin(left.type, line, "table.copy", [left]), node)
        changed = self.changed(op, self.local(name, line), right, node, which)
        return t.Comprehension(left.type, line, name, [made, t.Eval(line, changed)])

    def changed(self, op: str, base: t.Expr, other: t.Expr, node: ast.AST, which: int = 0) -> t.Expr:
        """Change a set: ``|`` adds the items of another, ``-`` takes them out, ``&`` keeps only them."""
        line = getattr(node, "lineno", 0)
        self.join(base.type, other.type, node, "the set")
        names = [f"{self.hidden(purpose, node)}.{which}" for purpose in ("into", "from", "each", "done")]
        assert isinstance(base.type, SetT)
        held = [self.assign(names[0], base, node), self.assign(names[1], other, node)]
        self.assign(names[2], t.Local(self.item(base.type.cell), line, names[2]), node)
        into, source, each = (self.local(name, line) for name in names[:3])
        act = {"|": "table.add", "-": "table.discard", "&": "table.discard"}[op]
        step: t.Stmt = t.Eval(line, t.Builtin(NONE, line, act, [into, each]))
        over: t.Expr = source
        if op == "&":
            # What is looped over must not change: the items to drop are found in a copy.
            over = t.Builtin(base.type, line, "table.copy", [into])
            step = t.If(line, t.Compare(BOOL, line, each, [("not in", source)]), [step], [])
        elif op == "-":
            # A set less itself.
            over = t.Builtin(base.type, line, "table.copy", [source])
        loop = t.For(line, names[2], t.Items(over, line), [step], [])
        finish = self.assign(names[3], t.Const(BOOL, line, True), node)
        return t.Comprehension(BOOL, line, names[3], [*held, loop, finish])

    def subset(self, op: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """``left <= right`` of sets, and its like."""
        if op in {">", ">="}:
            left, right, op = right, left, op.replace(">", "<")
        if not (is_quiet(left) and is_quiet(right)):
            refuse("give the sets names before they are compared", node)
        line = getattr(node, "lineno", 0)
        inside = self._relation("issubset", left, right, node)
        if op == "<=":
            return inside
        sizes: list[t.Expr] = [t.Builtin(INT, line, "len", [side]) for side in (left, right)]
        fewer = t.Compare(BOOL, line, sizes[0], [("<", sizes[1])])
        return t.Logic(BOOL, line, "and", [fewer, inside])

    def _relation(self, name: str, left: t.Expr, right: t.Expr, node: ast.AST) -> t.Expr:
        """Whether all items of one set are in another, or none."""
        line = getattr(node, "lineno", 0)
        if BOTTOM in {left.type, right.type}:
            return t.Const(BOOL, line, False)
        self.join(left.type, right.type, node, "the set")
        if name == "issuperset":
            left, right = right, left
        names = [self.hidden(purpose, node) for purpose in ("one", "other", "each", "holds")]
        assert isinstance(left.type, SetT)
        held = [self.assign(names[0], left, node), self.assign(names[1], right, node)]
        self.assign(names[2], t.Local(self.item(left.type.cell), line, names[2]), node)
        one, other, each = (self.local(part, line) for part in names[:3])
        found = self.assign(names[3], t.Const(BOOL, line, True), node)
        test = t.Compare(BOOL, line, each, [("in" if name == "isdisjoint" else "not in", other)])
        fails = [t.Assign(line, names[3], t.Const(BOOL, line, False)), t.Break(line)]
        loop = t.For(line, names[2], t.Items(one, line), [t.If(line, test, fails, [])], [])
        return t.Comprehension(BOOL, line, names[3], [*held, found, loop])

    # ------------------------------------------------------------ calls that make them

    def _call_set(self, node: ast.Call) -> t.Expr:
        self.positional(node, 0, 1)
        if not node.args:
            return t.SetOf(SetT(self.cell(node)), node.lineno, [])
        return self.set_of(node.args[0])

    _call_frozenset = _call_set

    def _call_dict(self, node: ast.Call) -> t.Expr:
        line = node.lineno
        kind = DictT(self.cell(node), self.cell(node, 1))
        if not node.args and not node.keywords:
            return t.DictOf(kind, line, [])
        if node.keywords and not node.args:
            items: list[t.Expr] = []
            for keyword in node.keywords:
                name = self.constant(str(keyword.arg), node)
                items += [self.add(kind.keys, name, node), self.add(kind.values, self.expr(keyword.value), node)]
            kinds = (kind.key, kind.item)
            return t.DictOf(kind, line, [self.convert(part, kinds[at % 2], node) for at, part in enumerate(items)])
        self.positional(node, 1, 1)
        if not isinstance(node.args[0], ast.GeneratorExp):
            value = self._table_given(node.args[0])
            if value is not None:
                return value
        return self._dict_of_pairs(kind, node)

    def _table_given(self, node: ast.expr) -> t.Expr | None:
        made = (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.startswith("collections.")
        )
        if isinstance(node, ast.Call) and not made:
            return None
        value = self.need(self.reading(node), node)
        if value.type == BOTTOM:
            return value
        if isinstance(value.type, DictT):
            plain = DictT(value.type.keys, value.type.values)
            return t.Builtin(plain, node.lineno, "table.copy", [value])
        return None

    def _dict_of_pairs(self, kind: DictT, node: ast.Call) -> t.Expr:
        line = node.lineno
        argument = node.args[0]
        name = self.hidden("dict", node)
        start = self.assign(name, t.DictOf(kind, line, []), node)

        def put(pair: t.Expr) -> list[t.Stmt]:
            if pair.type == BOTTOM:
                return []
            if not isinstance(pair.type, TupleT) or len(pair.type.items) != 2:
                refuse("dict() takes pairs in the native subset", node)
            held = self.hidden("pair", node)
            first = self.assign(held, pair, node)
            parts = [t.Part(item, line, self.local(held, line), at) for at, item in enumerate(pair.type.items)]
            if not is_hashable(parts[0].type):
                refuse(f"{parts[0].type} is no key in the native subset", node)
            key, value = self.add(kind.keys, parts[0], node), self.add(kind.values, parts[1], node)
            return [first, t.SetItem(line, self.local(name, line), key, value)]

        if isinstance(argument, ast.GeneratorExp | ast.ListComp):
            elt = argument.elt
            body = self._loops(argument.generators, 0, lambda: put(self.expr(elt)), node)
        else:
            source = self.source(argument)
            target, item = self._held(self.item_type(source), argument, "")
            body = [t.For(line, target, source, put(item), [])]
        return t.Comprehension(kind, line, name, [start, *body])

    def _call_range(self, node: ast.Call) -> t.Expr:
        """A range that is kept: the list of its ints, which does what it does."""
        return self.gathered(node)

    def _call_list(self, node: ast.Call) -> t.Expr:
        self.positional(node, 0, 1)
        if not node.args:
            return t.ListOf(ListT(self.cell(node)), node.lineno, [])
        return self.gathered(node.args[0])

    def _call_tuple(self, node: ast.Call) -> t.Expr:
        self.positional(node, 0, 1)
        if not node.args:
            return t.ListOf(RowT(self.cell(node)), node.lineno, [])
        argument = node.args[0]
        lazy = isinstance(argument, ast.Call) and isinstance(argument.func, ast.Name) and self.is_lazy(argument.func.id)
        if not lazy and not isinstance(argument, ast.GeneratorExp):
            value = self.reading(argument)
            if isinstance(value.type, TupleT | RowT) or value.type == BOTTOM:
                return value
        made = self.gathered(argument)
        if made.type == BOTTOM:
            return made
        assert isinstance(made.type, ListT)
        return t.Convert(RowT(made.type.cell), node.lineno, made)
