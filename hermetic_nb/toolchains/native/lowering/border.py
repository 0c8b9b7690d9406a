"""What parameters and results share: the interface's types, where their parts stand, and loops over rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.signature import (
    BoolType,
    FloatType,
    IntType,
    NamedType,
    NoneType,
    TupleType,
    UnionType,
)
from hermetic_nb.signature.layouts import Layout, layout, structure
from hermetic_nb.toolchains.native.lowering.functions import FunctionLowering
from hermetic_nb.toolchains.native.types import BOOL, FLOAT, INT, NUM, OptionT, TupleT, Type, is_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.signature import Definition
    from hermetic_nb.signature import Type as InterfaceType


class BorderLowering(FunctionLowering):
    """Lowers what lies between the cell's values and the canonical ABI's memory."""

    definitions: tuple[Definition, ...]

    def layout_of(self, kind: InterfaceType) -> Layout:
        """How an interface type stands in memory."""
        return layout(structure(kind, self.definitions))

    def offsets_of(self, kinds: tuple[InterfaceType, ...]) -> list[int]:
        """Where the parts of a tuple stand."""
        offset, offsets = 0, []
        for part in map(self.layout_of, kinds):
            offset = -(-offset // part.alignment) * part.alignment
            offsets.append(offset)
            offset += part.size
        return offsets

    def definition_of(self, kind: NamedType) -> Definition:
        """The class of a record."""
        return next(definition for definition in self.definitions if definition.name == kind.name)

    def each(self, count: str, act: Callable[[str], None]) -> None:
        """Run code for each i32 below a count."""
        code = self.code
        counter = code.slot("i32")
        code.store("i32", "0", counter)
        test, body, done = (code.fresh(part) for part in ("row", "item", "rows"))
        code.label(test)
        number = code.load("i32", counter)
        code.branch(code.make(f"icmp ult i32 {number}, {count}"), body, done)
        code.label(body)
        act(number)
        code.store("i32", code.make(f"add i32 {number}, 1"), counter)
        code.again(test)
        code.label(done)

    def nth(self, base: str, number: str, size: int) -> str:
        """The address of an item of ``size`` bytes."""
        return self.code.make(f"getelementptr inbounds [{size} x i8], ptr {base}, i32 {number}")


def same_memory(interface: InterfaceType, held: Type) -> bool:
    """Whether an item of a list is the same bytes in the canonical ABI's memory and in a list of the cell."""
    match interface:
        case IntType():
            return held == INT
        case FloatType():
            return held in {FLOAT, NUM}
        case BoolType():
            return held == BOOL
        case TupleType(items, None):
            return (
                isinstance(held, TupleT) and len(items) == len(held.items) and all(map(same_memory, items, held.items))
            )
        case UnionType((NoneType(), item) | (item, NoneType())):
            # LLVM's { i1, T } has T where the canonical ABI has it: at the first multiple of its alignment.
            return isinstance(held, OptionT) and not is_object(held) and same_memory(item, held.inner)
    return False
