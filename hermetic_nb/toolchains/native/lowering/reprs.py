"""The text of values, written behind the text that is there; that of containers by one function for each type.

Every writer takes the text that is built and gives it back, because it may move when it grows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.lowering import layout as at
from hermetic_nb.toolchains.native.lowering.code import FunctionCode, Value
from hermetic_nb.toolchains.native.lowering.references import ReferenceLowering
from hermetic_nb.toolchains.native.lowering.shapes import ENTRY_KEY, entry_layout, ir_type, record_layout
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    BYTES,
    CHAR,
    FLOAT,
    INT,
    NONE,
    NUM,
    STR,
    DictT,
    ListT,
    OptionT,
    RecordT,
    RowT,
    SetT,
    TupleT,
    Type,
    is_object,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_PUT: Final = {INT: "hnb_put_int", FLOAT: "hnb_put_float", STR: "hnb_put_text", CHAR: "hnb_put_char"}


def write_text(code: FunctionCode, text: str, out: str, line: str) -> str:
    """Write a text that is known."""
    blame = ("i32", line)
    if len(text) == 1:
        return code.call("ptr", "hnb_put_char", ("ptr", out), ("i32", str(ord(text))), blame)
    return code.call("ptr", "hnb_put_text", ("ptr", out), ("ptr", code.module.text(text)), blame)


def write_value(code: FunctionCode, value: Value, out: str, line: str, *, quoted: bool) -> str:
    """Write a value as str() does, or ``quoted`` as repr() does."""
    kind, blame = value.type, ("i32", line)
    if kind in {STR, CHAR, BYTES} and (quoted or kind == BYTES):
        made = [] if kind != CHAR else [code.call("ptr", "hnb_str_from_char", ("i32", value.ref), blame)]
        name = "hnb_bytes_repr" if kind == BYTES else "hnb_str_repr"
        made.append(code.call("ptr", name, ("ptr", made[0] if made else value.ref), blame))
        out = code.call("ptr", "hnb_put_text", ("ptr", out), ("ptr", made[-1]), blame)
        for text in made:
            code.emit(f"call void {code.module.helper('release', STR)}(ptr {text})")
        return out
    if kind == NONE:
        return write_text(code, "None", out, line)
    if kind == BOOL:
        ref = code.make(f"zext i1 {value.ref} to i32")
        return code.call("ptr", "hnb_put_bool", ("ptr", out), ("i32", ref), blame)
    if kind == NUM:
        tag = code.make(f"zext i8 {value.tag} to i32")
        return code.call("ptr", "hnb_put_num", ("ptr", out), ("double", value.ref), ("i32", tag), blame)
    if kind in _PUT:
        return code.call("ptr", _PUT[kind], ("ptr", out), (ir_type(kind), value.ref), blame)
    code.settle()
    name = code.module.helper("repr", kind)
    return code.make(f"call ptr {name}(ptr {out}, {ir_type(kind)} {value.ref}, i32 {line})")


class ReprHelper(ReferenceLowering):
    """Writes the helper ``repr`` of a container's type (see `helpers`)."""

    def _if(self, test: str, then: Callable[[], None], weights: str = "") -> None:
        raise NotImplementedError

    def _each(self, start: str, stop: str, act: Callable[[str], None]) -> None:
        raise NotImplementedError

    def _entries(self, kind: DictT | SetT, base: str, act: Callable[[str], None]) -> None:
        raise NotImplementedError

    def _item(self, kind: Type, data: str, number: str) -> str:
        raise NotImplementedError

    def _read(self, kind: Type, address: str) -> str:
        raise NotImplementedError

    def _part(self, kind: Type, whole: str, number: int) -> str:
        raise NotImplementedError

    def _repr(self, kind: Type) -> None:
        code = self.code
        slot = code.slot("ptr", initial="%out")
        self._out = slot
        match kind:
            case ListT():
                self._repr_list(kind)
            case TupleT():
                self._write("(")
                for number, part in enumerate(kind.items):
                    if number:
                        self._write(", ")
                    self._write_value(part, self._part(kind, "%a", number))
                self._write(",)" if len(kind.items) == 1 else ")")
            case DictT():
                self._repr_dict(kind)
            case OptionT():
                self._repr_option(kind)
            case RecordT():
                offsets, _ = record_layout(kind)
                for number, (name, cell) in enumerate(kind.record.fields.items()):
                    self._write(f"{', ' if number else f'{kind.record.name}('}{name}=")
                    self._write_value(cell.item, code.take(ir_type(cell.item), code.field("%a", offsets[name])))
                self._write(")" if offsets else f"{kind.record.name}()")
        code.emit(f"ret ptr {code.load('ptr', slot)}")
        code.live = False

    def _write(self, text: str) -> None:
        self.code.store("ptr", write_text(self.code, text, self.code.load("ptr", self._out), "%line"), self._out)

    def _write_value(self, kind: Type, ref: str) -> None:
        if kind == BOTTOM:
            return  # of an empty container
        written = write_value(self.code, Value(kind, ref), self.code.load("ptr", self._out), "%line", quoted=True)
        self.code.store("ptr", written, self._out)

    def _repr_list(self, kind: ListT) -> None:
        code = self.code
        data = code.load("ptr", code.field("%a", at.DATA), "data")
        is_row = isinstance(kind, RowT)
        count = code.load("i32", code.field("%a", at.LEN), "len")
        self._write("(" if is_row else "[")

        def one(number: str) -> None:
            self._if(code.make(f"icmp ne i32 {number}, 0"), lambda: self._write(", "))
            self._write_value(kind.item, self._read(kind.item, self._item(kind.item, data, number)))

        self._each("0", count, one)
        if is_row:
            self._if(code.make(f"icmp eq i32 {count}, 1"), lambda: self._write(","))
        self._write(")" if is_row else "]")

    def _repr_dict(self, kind: DictT) -> None:
        code = self.code
        offset, _ = entry_layout(kind)
        later = code.slot("i1", initial="false")
        self._write("{")

        def one(entry: str) -> None:
            self._if(code.load("i1", later), lambda: self._write(", "))
            code.store("i1", "true", later)
            self._write_value(kind.key, self._read(kind.key, code.field(entry, ENTRY_KEY)))
            self._write(": ")
            self._write_value(kind.item, self._read(kind.item, code.field(entry, offset)))

        self._entries(kind, "%a", one)
        self._write("}")

    def _repr_option(self, kind: OptionT) -> None:
        code = self.code
        if is_object(kind):
            some, inner = code.make("icmp ne ptr %a, null"), "%a"
        else:
            some, inner = self._part(kind, "%a", 0), self._part(kind, "%a", 1)
        there, nothing, done = (code.fresh(part) for part in ("some", "none", "written"))
        code.branch(some, there, nothing)
        code.label(there)
        self._write_value(kind.inner, inner)
        code.jump(done)
        code.label(nothing)
        self._write("None")
        code.label(done)
