"""Looking up the keys of dicts and sets, so that LLVM sees when it was done before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.lowering.shapes import ir_type
from hermetic_nb.toolchains.native.types import BOOL, BYTES, CHAR, INT, STR, DictT, TupleT

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.lowering.code import FunctionCode
    from hermetic_nb.toolchains.native.types import SetT, Type

QUIETLY: Final = " nounwind willreturn memory(read, inaccessiblemem: none)"
"""What a lookup does to memory, where keys are compared without side effects."""


def key_type(kind: DictT | SetT) -> Type:
    """The type of the keys of a dict, of the items of a set."""
    return kind.key if isinstance(kind, DictT) else kind.item


def finds_quietly(key: Type) -> bool:
    """Whether comparing keys of a type writes nothing and never stops: there is no NaN among them, and no method's call."""
    if isinstance(key, TupleT):
        return all(map(finds_quietly, key.items))
    return key in {INT, BOOL, CHAR, STR, BYTES}


def found(code: FunctionCode, kind: DictT | SetT, table: str, key: str, mark: str, line: str) -> str:
    """The address of the entry of a key with a hash, or null."""
    held = key_type(kind)
    # Without a line to blame, lookups of one key are one call to LLVM.
    blamed = "0" if finds_quietly(held) else line
    find = code.module.helper("find", kind)
    return code.make(f"call ptr {find}(ptr {table}, {ir_type(held)} {key}, i32 {mark}, i32 {blamed})")
