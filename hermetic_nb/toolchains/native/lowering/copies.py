"""Copies of objects: ``copy.copy`` of one, ``copy.deepcopy`` of all that it reaches.

A deep copy keeps what was one object one object. An object that is referred to once can be reached once only, so only
the others are looked up among the copies that are made already (`runtime/copies.c`).
"""

from __future__ import annotations

from hermetic_nb.toolchains.native.lowering import layout as at
from hermetic_nb.toolchains.native.lowering.reprs import ReprHelper
from hermetic_nb.toolchains.native.lowering.shapes import (
    ENTRY_KEY,
    entry_layout,
    held_type,
    ir_type,
    item_size,
    record_layout,
)
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BYTES,
    STR,
    DequeT,
    DictT,
    ListT,
    OptionT,
    RecordT,
    SetT,
    TupleT,
    Type,
    is_counted,
    is_object,
)


class CopyHelper(ReprHelper):
    """Writes the helpers ``copy`` and ``deepcopy`` of a type (see `helpers`)."""

    def _return(self, kind: str, value: str) -> None:
        raise NotImplementedError

    def _kept(self, kind: Type, ref: str) -> None:
        raise NotImplementedError

    def _copy(self, kind: Type) -> None:
        """A new object of the same parts."""
        made = self._shallow(kind)
        code = self.code
        match kind:
            case ListT():
                if is_counted(kind.item):
                    count = code.load("i32", code.field(made, at.LEN), "len")
                    code.emit(f"call void {code.module.helper('keep_items', kind)}(ptr {made}, i32 0, i32 {count})")
            case DictT() | SetT():
                code.emit(f"call void {code.module.helper('keep_entries', kind)}(ptr {made})")
            case RecordT():
                offsets, _ = record_layout(kind)
                for name, cell in kind.record.fields.items():
                    if is_counted(cell.item):
                        self._kept(cell.item, code.take(ir_type(cell.item), code.field(made, offsets[name])))
        self._return("ptr", made)

    def _shallow(self, kind: Type) -> str:
        """A new object of the same bytes; nothing in it is counted yet."""
        code = self.code
        line = ("i32", "%line")
        match kind:
            case ListT():
                name = "hnb_deque_of" if isinstance(kind, DequeT) else "hnb_list_copy"
                return code.call("ptr", name, ("ptr", "%a"), ("i32", str(item_size(kind.item))), line)
            case DictT() | SetT():
                return code.call("ptr", "hnb_dict_copy", ("ptr", "%a"), ("i32", str(entry_layout(kind)[1])), line)
            case RecordT():
                _, size = record_layout(kind)
                made = code.call("ptr", "hnb_alloc", ("i32", str(size)), line)
                name = "llvm.memcpy.p0.p0.i32"
                code.module.declared[name] = f"declare void @{name}(ptr, ptr, i32, i1)"
                code.emit(f"call void @{name}(ptr {made}, ptr %a, i32 {size}, i1 false)")
                code.store("i32", "1", made, "rc")
                return made
        raise AssertionError(f"{kind} has no copy")

    def _deepcopy(self, kind: Type) -> None:
        """A value that shares nothing that can change with another."""
        if isinstance(kind, TupleT | OptionT) and not is_object(kind):
            self._deep_parts(kind)
            return
        code = self.code
        kind = kind.inner if isinstance(kind, OptionT) else kind
        if kind in {STR, BYTES}:
            self._kept(OptionT(kind), "%a")
            self._return("ptr", "%a")
            return
        self._if(code.make("icmp eq ptr %a, null"), lambda: self._return("ptr", "null"))
        shared = code.make(f"icmp ne i32 {code.load('i32', '%a', 'rc')}, 1")
        self._if(shared, lambda: self._return_known(kind))
        made = self._shallow(kind)

        def note() -> None:
            line = ("i32", "%line")
            code.call("void", "hnb_copy_note", ("ptr", "%memo"), ("ptr", "%a"), ("ptr", made), line)

        self._if(shared, note)
        self._deepen(kind, made)
        self._return("ptr", made)

    def _return_known(self, kind: Type) -> None:
        code = self.code
        known = code.call("ptr", "hnb_copy_known", ("ptr", "%memo"), ("ptr", "%a"))

        def again() -> None:
            self._kept(kind, known)
            self._return("ptr", known)

        self._if(code.make(f"icmp ne ptr {known}, null"), again)

    def _deepen(self, kind: Type, made: str) -> None:
        """Let a copy hold copies of what it holds."""
        code = self.code
        match kind:
            case ListT(item=item) if is_counted(item):
                data = code.load("ptr", code.field(made, at.DATA), "data")
                count = code.load("i32", code.field(made, at.LEN), "len")
                self._each("0", count, lambda number: self._replace(item, self._item(item, data, number)))
            case DictT() | SetT():
                key, item = (kind.key, kind.item) if isinstance(kind, DictT) else (kind.item, BOOL)
                offset, _ = entry_layout(kind)

                def one(entry: str) -> None:
                    if is_counted(key):
                        self._replace(key, code.field(entry, ENTRY_KEY))
                    if is_counted(item):
                        self._replace(item, code.field(entry, offset))

                if is_counted(key) or is_counted(item):
                    self._entries(kind, made, one)
            case RecordT():
                offsets, _ = record_layout(kind)
                for name, cell in kind.record.fields.items():
                    if is_counted(cell.item):
                        self._replace(cell.item, code.field(made, offsets[name]))

    def _replace(self, kind: Type, address: str) -> None:
        held = held_type(kind)
        copied = self._deep(kind, self.code.take(held, address))
        self.code.put(held, copied, address)

    def _deep(self, kind: Type, ref: str) -> str:
        name, held = self.code.module.helper("deepcopy", kind), ir_type(kind)
        return self.code.make(f"call {held} {name}({held} {ref}, ptr %memo, i32 %line)")

    def _deep_parts(self, kind: TupleT | OptionT) -> None:
        held, whole = ir_type(kind), "%a"
        parts = kind.items if isinstance(kind, TupleT) else (BOOL, kind.inner)
        for number, part in enumerate(parts):
            if is_counted(part):
                copied = self._deep(part, self._part(kind, "%a", number))
                whole = self.code.make(f"insertvalue {held} {whole}, {ir_type(part)} {copied}, {number}")
        self._return(held, whole)
