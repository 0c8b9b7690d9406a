"""Dicts and sets: literals, items, and methods by name."""

from __future__ import annotations

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.code import Value
from hermetic_nb.toolchains.native.lowering.deques import DequeLowering
from hermetic_nb.toolchains.native.lowering.layout import EMPTY_POP, ENTRIES, MISSING_KEY, USED
from hermetic_nb.toolchains.native.lowering.lookups import found, key_type
from hermetic_nb.toolchains.native.lowering.shapes import ENTRY_KEY, entry_layout, ir_type
from hermetic_nb.toolchains.native.types import NONE, DictT, OptionT, SetT, Type, is_counted


class TableLowering(DequeLowering):
    """Lowers operations on dicts and sets."""

    def converted(self, value: Value, kind: Type, node: t.Convert) -> Value:
        """A value as another type that holds it (see `expressions`)."""
        raise NotImplementedError

    # ------------------------------------------------------------ entries

    def find(self, table: Value, key: Value, line: int) -> str:
        """The address of a key's entry, or null."""
        kind, code = table.type, self.code
        assert isinstance(kind, DictT | SetT)
        held = ir_type(key_type(kind))
        mark = code.make(f"call i32 {code.module.helper('hash', key_type(kind))}({held} {key.ref}, i32 {line})")
        code.settle()
        return found(code, kind, table.ref, key.ref, mark, str(line))

    def insert(self, table: Value, key: Value, line: int) -> str:
        """The address of a key's entry, which is made if there is none."""
        kind, code = table.type, self.code
        assert isinstance(kind, DictT | SetT)
        code.settle()
        name = code.module.helper("insert", kind)
        return code.make(f"call ptr {name}(ptr {table.ref}, {ir_type(key_type(kind))} {key.ref}, i32 {line})")

    def _value_of(self, table: Value, entry: str) -> Value:
        assert isinstance(table.type, DictT)
        return self.held(table.type.item, self.code.field(entry, entry_layout(table.type)[0]))

    def _put(self, table: Value, entry: str, value: Value) -> None:
        assert isinstance(table.type, DictT)
        self.replace(value, self.code.field(entry, entry_layout(table.type)[0]))

    def lookup(self, node: t.Index) -> Value:
        """``d[key]``."""
        table = self.before(node.base, node.index)
        key = self.expr(node.index)
        entry = self.find(table, key, node.line)
        self.code.trap_if(self.code.make(f"icmp eq ptr {entry}, null"), MISSING_KEY, node.line)
        item = self.keep(self._value_of(table, entry))
        self.drop(key)
        self.drop(table)
        return item

    def set_entry(self, node: t.SetItem, value: Value) -> None:
        """``d[key] = value``."""
        table = self.before(node.base, node.index)
        key = self.expr(node.index)
        self._put(table, self.insert(table, key, node.line), value)
        self.drop(key)
        self.drop(table)

    # ------------------------------------------------------------ making

    def new_table(self, kind: Type, line: int) -> Value:
        """An empty dict or set."""
        return Value(kind, self.code.call("ptr", "hnb_dict_new", ("i32", str(line))), owned=True)

    def dict_literal(self, node: t.DictOf) -> Value:
        """``{key: value, ...}``."""
        made = self.new_table(node.type, node.line)
        for position in range(0, len(node.items), 2):
            key, value = (self.expr(node.items[position + offset]) for offset in (0, 1))
            self._put(made, self.insert(made, key, node.line), value)
            self.drop(key)
        return made

    def set_literal(self, node: t.SetOf) -> Value:
        """``{item, ...}``."""
        made = self.new_table(node.type, node.line)
        for part in node.items:
            item = self.expr(part)
            self.insert(made, item, node.line)
            self.drop(item)
        return made

    # ------------------------------------------------------------ methods

    def _table_new(self, node: t.Builtin) -> Value:
        return self.new_table(node.type, node.line)

    def _table_clear(self, node: t.Builtin) -> Value:
        table = self.borrowed(node.arguments[0])
        self._empty(table)
        self.drop(table)
        return Value(NONE, "false")

    def _empty(self, table: Value) -> None:
        kind = table.type
        assert isinstance(kind, DictT | SetT)
        self.code.emit(f"call void {self.code.module.helper('release_entries', kind)}(ptr {table.ref})")
        self.code.call("void", "hnb_dict_clear", ("ptr", table.ref), ("i32", str(entry_layout(kind)[1])))

    def _table_copy(self, node: t.Builtin) -> Value:
        table = self.borrowed(node.arguments[0])
        kind = table.type
        assert isinstance(kind, DictT | SetT)
        size = ("i32", str(entry_layout(kind)[1]))
        made = self.code.call("ptr", "hnb_dict_copy", ("ptr", table.ref), size, ("i32", str(node.line)))
        self.code.emit(f"call void {self.code.module.helper('keep_entries', kind)}(ptr {made})")
        self.drop(table)
        return Value(node.type, made, owned=True)

    def _table_add(self, node: t.Builtin) -> Value:
        table = self.before(node.arguments[0], node.arguments[1])
        item = self.expr(node.arguments[1])
        self.insert(table, item, node.line)
        self.drop(item)
        self.drop(table)
        return Value(NONE, "false")

    def _table_discard(self, node: t.Builtin) -> Value:
        return self._remove(node, trap=False)

    def _table_remove(self, node: t.Builtin) -> Value:
        """``del d[key]``, ``s.remove(item)``."""
        return self._remove(node, trap=True)

    def _remove(self, node: t.Builtin, *, trap: bool) -> Value:
        code = self.code
        table = self.before(node.arguments[0], node.arguments[1])
        key = self.expr(node.arguments[1])
        entry = self.find(table, key, node.line)
        found, done = code.fresh("found"), code.fresh("removed")
        missing = code.make(f"icmp eq ptr {entry}, null")
        if trap:
            code.trap_if(missing, MISSING_KEY, node.line)
            code.jump(found)
        else:
            code.branch(missing, done, found)
        code.label(found)
        self._delete(table, entry)
        code.jump(done)
        code.label(done)
        self.drop(key)
        self.drop(table)
        return Value(NONE, "false")

    def _delete(self, table: Value, entry: str, *, value: bool = True, key: bool = True) -> None:
        """Take an entry out, and give back what it holds."""
        kind = table.type
        assert isinstance(kind, DictT | SetT)
        held = self.held(key_type(kind), self.code.field(entry, ENTRY_KEY))
        item = self._value_of(table, entry) if isinstance(kind, DictT) else None
        size = ("i32", str(entry_layout(kind)[1]))
        self.code.call("void", "hnb_dict_remove", ("ptr", table.ref), ("ptr", entry), size)
        if key and is_counted(held.type):
            self.release(held.type, held.ref)
        if value and item is not None and is_counted(item.type):
            self.release(item.type, item.ref)

    def _table_pop(self, node: t.Builtin) -> Value:
        """``d.pop(key)``: the value moves out of the dict."""
        table = self.before(node.arguments[0], node.arguments[1])
        key = self.expr(node.arguments[1])
        entry = self.find(table, key, node.line)
        self.code.trap_if(self.code.make(f"icmp eq ptr {entry}, null"), MISSING_KEY, node.line)
        held = self._value_of(table, entry)
        item = Value(held.type, held.ref, owned=is_counted(held.type), tag=held.tag)
        self._delete(table, entry, value=False)
        self.drop(key)
        self.drop(table)
        return item

    def _table_popitem(self, node: t.Builtin) -> Value:
        """The last key and its value, which move out."""
        code, make = self.code, self.code.make
        table = self.borrowed(node.arguments[0])
        kind = table.type
        assert isinstance(kind, DictT)
        code.trap_if(make(f"icmp eq i64 {self.length(table)}, 0"), EMPTY_POP, node.line)
        # The last entry of all is alive: removing it takes the dead ones before it off, too.
        last = make(f"sub i32 {code.load('i32', code.field(table.ref, USED))}, 1")
        offset = make(f"mul i32 {last}, {entry_layout(kind)[1]}")
        entries = code.load("ptr", code.field(table.ref, ENTRIES))
        entry = make(f"getelementptr inbounds i8, ptr {entries}, i32 {offset}")
        key = self.held(key_type(kind), code.field(entry, ENTRY_KEY))
        parts = [key, self._value_of(table, entry)]
        self._delete(table, entry, value=False, key=False)
        self.drop(table)
        whole = "undef"
        for number, part in enumerate(parts):
            whole = make(f"insertvalue {ir_type(node.type)} {whole}, {ir_type(part.type)} {part.ref}, {number}")
        return Value(node.type, whole, owned=is_counted(node.type))

    def _table_get(self, node: t.Builtin) -> Value:
        """``d.get(key)``: an option."""
        kind = node.type
        table = self.before(node.arguments[0], node.arguments[1])
        key = self.expr(node.arguments[1])
        entry = self.find(table, key, node.line)
        place = t.Convert(kind, node.line, node.arguments[1])
        found = self._merge(
            kind,
            self.code.make(f"icmp ne ptr {entry}, null"),
            lambda: self.converted(self.keep(self._value_of(table, entry)), kind, place),
            lambda: Value(
                kind, "zeroinitializer" if not isinstance(kind, OptionT) or ir_type(kind) != "ptr" else "null"
            ),
        )
        self.drop(key)
        self.drop(table)
        return found

    def _table_get_or(self, node: t.Builtin) -> Value:
        """``d.get(key, default)``, of a default that is evaluated either way."""
        kind = node.type
        table = self.before(node.arguments[0], *node.arguments[1:])
        key = self.before(node.arguments[1], node.arguments[2])
        default = self.expr(node.arguments[2])
        entry = self.find(table, key, node.line)
        place = t.Convert(kind, node.line, node.arguments[1])
        held = self.keep(default)
        found = self._merge(
            kind,
            self.code.make(f"icmp ne ptr {entry}, null"),
            lambda: self._instead(held, self.converted(self.keep(self._value_of(table, entry)), kind, place)),
            lambda: held,
        )
        self.drop(key)
        self.drop(table)
        return found

    def _instead(self, dropped: Value, value: Value) -> Value:
        self.drop(dropped)
        return value

    def _table_setdefault(self, node: t.Builtin) -> Value:
        code = self.code
        table = self.before(node.arguments[0], *node.arguments[1:])
        key = self.before(node.arguments[1], node.arguments[2])
        default = self.keep(self.expr(node.arguments[2]))
        before = code.load("i32", code.field(table.ref, 4))
        entry = self.insert(table, key, node.line)
        new, old, done = (code.fresh(part) for part in ("new", "old", "default"))
        grown = code.make(f"icmp ne i32 {code.load('i32', code.field(table.ref, 4))}, {before}")
        code.branch(grown, new, old)
        code.label(new)
        self._put(table, entry, default)
        code.jump(done)
        code.label(old)
        self.drop(default)
        code.jump(done)
        code.label(done)
        item = self.keep(self._value_of(table, entry))
        self.drop(key)
        self.drop(table)
        return item
