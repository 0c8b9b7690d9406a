"""Texts that are split for a loop, or to be unpacked: each part is made when it is wanted, and there is no list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeGuard

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.code import Value
from hermetic_nb.toolchains.native.lowering.layout import EMPTY_SEPARATOR, LEN
from hermetic_nb.toolchains.native.types import BYTES, STR, ListT

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.lowering.sequences import SequenceLowering

_NO_MORE: Final = -1
"""Where the next part begins, if there is none."""
_SPLITS: Final = {"str.split": 3, "bytes.split": 3, "str.split_space": 2, "bytes.split_space": 2}
"""Names of built-ins, and how many operands they have."""


def is_split(node: t.Expr) -> TypeGuard[t.Builtin]:
    """Whether an expression splits a text into all its parts, from the left."""
    if not isinstance(node, t.Builtin) or len(node.arguments) != _SPLITS.get(node.name):
        return False
    most = node.arguments[-1]
    every = isinstance(most, t.Const) and int(most.value) < 0
    return every and isinstance(node.type, ListT) and node.type.item in {STR, BYTES}


class Parts:
    """The parts of a text: at a separator, or without one, between runs of white space."""

    def __init__(self, lowering: SequenceLowering, text: Value, separator: Value | None, line: int) -> None:
        self.code, self.line = lowering.code, ("i32", str(line))
        self.text, self.at_spaces = text, separator is None
        self.family = "str" if text.type == STR else "bytes"
        self.operands = [("ptr", text.ref)]
        if separator is not None:
            self.operands.append(("ptr", separator.ref))
            empty = self.code.make(f"icmp eq i64 {lowering.length(separator)}, 0")
            self.code.trap_if(empty, EMPTY_SEPARATOR, line)

    def start(self) -> None:
        """Begin a loop."""
        self.here, self.onward = self.code.slot("i32"), self.code.slot("i32")
        self.code.store("i32", "0", self.onward)

    def more(self) -> str:
        """Whether there is one more part, as an i1."""
        code, place = self.code, self.code.load("i32", self.onward)
        none = str(_NO_MORE)
        if self.at_spaces:
            place = code.call("i32", f"hnb_{self.family}_word_start", *self.operands, ("i32", place))
            none = code.load("i32", code.field(self.text.ref, LEN), "len")
        code.store("i32", place, self.here)
        return code.make(f"icmp ne i32 {place}, {none}")

    def item(self, old: str = "null") -> Value:
        """The part; from then on `more` is about the next one. ``old``: a part, or null, that is given back for it."""
        name = f"hnb_{self.family}_{'next_word' if self.at_spaces else 'next_part'}"
        place = ("i32", self.code.load("i32", self.here))
        return self._owned(
            self.code.call("ptr", name, *self.operands, place, ("ptr", self.onward), ("ptr", old), self.line)
        )

    def into(self, old: list[str]) -> tuple[str, str]:
        """How many parts there are, as an i64, and the slot that holds them if they are as many as wanted.

        ``old``: for each wanted part, a part or null that is given back for it then.
        """
        wanted = len(old)
        slot = self.code.slot(f"[{2 * wanted} x ptr]")
        for number, part in enumerate(old):
            place = self.code.make(f"getelementptr inbounds ptr, ptr {slot}, i32 {number}")
            self.code.store("ptr", part, place)
        name = f"hnb_{self.family}_split_into{'_space' * self.at_spaces}"
        count = self.code.call("i32", name, *self.operands, ("ptr", slot), ("i32", str(wanted)), self.line)
        return self.code.make(f"zext i32 {count} to i64"), slot

    def taken(self, slot: str, number: int) -> Value:
        """One of the parts in a slot."""
        place = self.code.make(f"getelementptr inbounds ptr, ptr {slot}, i32 {number}")
        return self._owned(self.code.load("ptr", place))

    def _owned(self, ref: str) -> Value:
        return Value(self.text.type, ref, owned=True)
