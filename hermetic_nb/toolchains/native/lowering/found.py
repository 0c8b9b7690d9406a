"""``d[key] = ... d[key] ...``: the entry that was looked up is the one that is stored to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.tables import TableLowering
from hermetic_nb.toolchains.native.types import DictT
from hermetic_nb.toolchains.native.walks import within

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.lowering.code import Value

_PLAIN: Final = (
    *(t.Const, t.Nothing, t.Local, t.Unary, t.Arith, t.Convert, t.Compare, t.Logic, t.Truth, t.Choice, t.Index),
    *(t.Slice, t.ListOf, t.TupleOf, t.Part, t.Field, t.IsNone, t.Unwrap, t.Builtin),
)
_LOOKUPS: Final = frozenset({"table.get", "table.get_or", "table.setdefault"})
_CALLS: Final = _LOOKUPS | {
    *(
        "abs",
        "bytes.concat",
        "chr",
        "len",
        "list.concat",
        "list.repeat",
        "max",
        "min",
        "ord",
        "str.concat",
        "str.repeat",
    ),
}
"""Operations that change no dict."""


class FoundLowering(TableLowering):
    """Lowers stores into dicts."""

    _slot: str | None = None
    """Where the entry goes that is looked up next."""

    def set_item(self, node: t.SetItem) -> None:
        """``base[index] = value``."""
        if not isinstance(node.base.type, DictT) or not _looks_up(node):
            super().set_item(node)
            return
        code = self.code
        slot = code.slot("ptr")
        code.store("ptr", "null", slot)
        self._slot = slot
        value = self.keep(self.expr(node.value))
        self._slot = None
        table = self.expr(node.base)
        new, old = code.fresh("unknown"), code.fresh("known")
        code.branch(code.make(f"icmp eq ptr {code.load('ptr', slot)}, null"), new, old)
        code.label(new)
        key = self.expr(node.index)
        code.store("ptr", self.insert(table, key, node.line), slot)
        self.drop(key)
        code.jump(old)
        code.label(old)
        self._put(table, code.load("ptr", slot), value)
        self.drop(table)

    def find(self, table: Value, key: Value, line: int) -> str:
        """The address of a key's entry, or null."""
        return self._noted(super().find(table, key, line))

    def insert(self, table: Value, key: Value, line: int) -> str:
        """The address of a key's entry, which is made if there is none."""
        return self._noted(super().insert(table, key, line))

    def _noted(self, entry: str) -> str:
        if self._slot is not None:
            self.code.store("ptr", entry, self._slot)
        return entry


def _looks_up(node: t.SetItem) -> bool:
    """Whether a value looks its own key up, and does nothing else with dicts."""
    if not isinstance(node.base, t.Local) or not _is_fixed(node.index):
        return False
    found = False
    for part in within(node.value):
        if not isinstance(part, _PLAIN) or (isinstance(part, t.Builtin) and part.name not in _CALLS):
            return False
        place = _place(part)
        if place is not None:
            if not _alike(place[0], node.base) or not _alike(place[1], node.index):
                return False
            found = True
        elif isinstance(part, t.Compare) and any(op in {"in", "not in"} for op, _ in part.links):
            return False
    return found


def _place(node: t.Expr) -> tuple[t.Expr, t.Expr] | None:
    """The dict and the key that an expression looks up."""
    if isinstance(node, t.Index) and isinstance(node.base.type, DictT):
        return node.base, node.index
    if isinstance(node, t.Builtin) and node.name in _LOOKUPS:
        return node.arguments[0], node.arguments[1]
    return None


def _is_fixed(node: t.Expr) -> bool:
    """Whether an expression gives the same each time, as long as no variable changes."""
    match node:
        case t.Const() | t.Local():
            return True
        case t.Convert():
            return _is_fixed(node.operand)
        case t.Part():
            return _is_fixed(node.base)
        case t.TupleOf():
            return all(map(_is_fixed, node.items))
        case t.Arith(op="+" | "-"):
            return _is_fixed(node.left) and _is_fixed(node.right)
    return False


def _alike(one: t.Expr, other: t.Expr) -> bool:
    """Whether two expressions are the same, part by part."""
    if type(one) is not type(other) or one.type != other.type or not _is_fixed(one):
        return False
    match one, other:
        case t.Const(), t.Const():
            return repr(one.value) == repr(other.value)
        case t.Local(), t.Local():
            return one.name == other.name
        case t.Convert(), t.Convert():
            return _alike(one.operand, other.operand)
        case t.Part(), t.Part():
            return one.number == other.number and _alike(one.base, other.base)
        case t.TupleOf(), t.TupleOf():
            return len(one.items) == len(other.items) and all(map(_alike, one.items, other.items))
        case t.Arith(), t.Arith():
            return one.op == other.op and _alike(one.left, other.left) and _alike(one.right, other.right)
    return False
