"""Operations of strings, bytes and lists, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.code import Value
from hermetic_nb.toolchains.native.lowering.layout import (
    BAD_CHR,
    BAD_ORD,
    CAP,
    CHANGES,
    CHR_RANGE,
    LEN,
    LIST_STORE,
    NOT_IN_LIST,
    NOT_THERE,
    POP_EMPTY,
    POP_INDEX,
)
from hermetic_nb.toolchains.native.lowering.texts import TextLowering
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    CHAR,
    FLOAT,
    INT,
    NONE,
    STR,
    DequeT,
    ListT,
    Type,
    is_counted,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_SORTED: Final = {INT: "i64", FLOAT: "f64", BOOL: "bool", CHAR: "char"}
"""How the runtime names the sorts of lists by their items."""

MAX_CODE_POINT: Final = 0x10FFFF


class MethodLowering(TextLowering):
    """Lowers operations of sequences."""

    def sequence_call(self, node: t.Builtin, name: str) -> Value:
        """A built-in operation on sequences."""
        family, operation = name.split(".", 1)
        method = getattr(self, f"_{family}_{operation}", None) or getattr(self, f"_any_{operation}")
        result: Value = method(node)
        return result

    def _any_concat(self, node: t.Builtin) -> Value:
        left = self.before(node.arguments[0], node.arguments[1])
        right = self.expr(node.arguments[1])
        family, extra = self._family_arguments(node.type)
        line = ("i32", str(node.line))
        if right.type == CHAR:
            made = self.code.call("ptr", "hnb_str_append_char", ("ptr", self.keep(left).ref), ("i32", right.ref), line)
            return Value(STR, made, owned=True)
        made = self.code.call("ptr", f"hnb_{family}_concat", ("ptr", left.ref), ("ptr", right.ref), *extra, line)
        both = self._copied(node.type, made)
        self.drop(left)
        self.drop(right)
        return both

    def _copied(self, kind: Type, ref: str) -> Value:
        """A new object whose items were copied raw."""
        made = Value(kind, ref, owned=True)
        if isinstance(kind, ListT):
            self.keep_items(made)
        return made

    def append_in_place(self, variable: str, node: t.Builtin) -> str:
        """``s = s + x`` for a str or bytes variable: takes the variable's own reference, so that it can grow in place."""
        right = (
            self.keep(self.expr(node.arguments[1])) if node.arguments[1].type != CHAR else self.expr(node.arguments[1])
        )
        old = self.code.load("ptr", variable)
        family, _ = self._family_arguments(node.type)
        line = ("i32", str(node.line))
        if right.type == CHAR:
            return self.code.call("ptr", "hnb_str_append_char", ("ptr", old), ("i32", right.ref), line)
        made = self.code.call("ptr", f"hnb_{family}_append", ("ptr", old), ("ptr", right.ref), line)
        self.drop(right)
        return made

    def _any_repeat(self, node: t.Builtin) -> Value:
        literal = node.arguments[0]
        if isinstance(literal, t.ListOf) and len(literal.items) == 1:
            return self._filled(node, literal)
        base = self.before(literal, node.arguments[1])
        count = self.expr(node.arguments[1])
        family, extra = self._family_arguments(node.type)
        made = self.code.call(
            "ptr", f"hnb_{family}_repeat", ("ptr", base.ref), ("i64", count.ref), *extra, ("i32", str(node.line))
        )
        many = self._copied(node.type, made)
        self.drop(base)
        return many

    def _filled(self, node: t.Builtin, literal: t.ListOf) -> Value:
        """``[x] * n``."""
        make = self.code.make
        item = self.keep(self.expr(literal.items[0]))
        made = self.new_list(node.type, self.expr(node.arguments[1]).ref, node.line)
        count = make(f"trunc i64 {self.length(made)} to i32")
        index = self.code.slot("i32")
        self.code.store("i32", "0", index)
        test, body, done = (self.code.fresh(part) for part in ("fill", "item", "filled"))
        self.code.label(test)
        at = self.code.load("i32", index)
        self.code.branch(make(f"icmp ult i32 {at}, {count}"), body, done)
        self.code.label(body)
        self.write(made, at, Value(item.type, item.ref, tag=item.tag))
        self.code.store("i32", make(f"add i32 {at}, 1"), index)
        self.code.again(test)
        self.code.label(done)
        self.drop(item)
        return made

    def lower_ord(self, node: t.Builtin) -> Value:
        """``ord``."""
        value = self.expr(node.arguments[0])
        if value.type == STR:
            one = self.code.make(f"icmp ne i64 {self.length(value)}, 1")
            self.code.trap_if(one, BAD_ORD, node.line)
            char = self.at(value, "0")
            self.drop(value)
            value = char
        return Value(INT, self.code.make(f"zext i32 {value.ref} to i64"))

    def lower_chr(self, node: t.Builtin) -> Value:
        """``chr``."""
        value = self.expr(node.arguments[0])
        narrow = self.code.make(f"sext i32 {self.code.make(f'trunc i64 {value.ref} to i32')} to i64")
        self.code.trap_if(self.code.make(f"icmp ne i64 {narrow}, {value.ref}"), CHR_RANGE, node.line)
        self.code.trap_if(self.code.make(f"icmp ugt i64 {value.ref}, {MAX_CODE_POINT}"), BAD_CHR, node.line)
        return Value(CHAR, self.code.make(f"trunc i64 {value.ref} to i32"))

    def _list_append(self, node: t.Builtin) -> Value:
        make = self.code.make
        base = self.before(node.arguments[0], node.arguments[1])
        item = self.keep(self.expr(node.arguments[1]))
        count = self.code.load("i32", self.code.field(base.ref, LEN), "len")
        room = self.code.load("i32", self.code.field(base.ref, CAP), "cap")
        grow, store = self.code.fresh("grow"), self.code.fresh("append")
        self.code.branch(make(f"icmp eq i32 {count}, {room}"), grow, store, "unlikely")
        self.code.label(grow)
        _, extra = self._family_arguments(base.type)
        line = ("i32", str(node.line))
        if isinstance(base.type, DequeT):
            self.code.call("void", "hnb_deque_grow", ("ptr", base.ref), ("i32", "1"), *extra, line)
        else:
            self.code.call("void", "hnb_list_grow", ("ptr", base.ref), *extra, line)
        self.code.label(store)
        self.write(base, count, item)
        self.code.store("i32", make(f"add i32 {count}, 1"), self.code.field(base.ref, LEN), "len")
        self.changed(base)
        self.drop(base)
        return Value(NONE, "")

    def changed(self, base: Value) -> None:
        """Count a change of a deque, for the loops over it."""
        if isinstance(base.type, DequeT):
            count = self.code.field(base.ref, CHANGES)
            self.code.store("i32", self.code.make(f"add i32 {self.code.load('i32', count)}, 1"), count)

    def _list_extend(self, node: t.Builtin) -> Value:
        base = self.before(node.arguments[0], node.arguments[1])
        other = self.expr(node.arguments[1])
        _, extra = self._family_arguments(base.type)
        before = self.code.load("i32", self.code.field(base.ref, LEN), "len")
        extend = "hnb_deque_extend" if isinstance(base.type, DequeT) else "hnb_list_extend"
        self.code.call("void", extend, ("ptr", base.ref), ("ptr", other.ref), *extra, ("i32", str(node.line)))
        self.keep_items(base, before)
        self.drop(base)
        self.drop(other)
        return Value(NONE, "")

    def _list_pop(self, node: t.Builtin) -> Value:
        make = self.code.make
        base = self.before(*node.arguments)
        position = self.expr(node.arguments[1]).ref if len(node.arguments) > 1 else "-1"
        count = self.length(base)
        self.code.trap_if(make(f"icmp eq i64 {count}, 0"), POP_EMPTY, node.line)
        if len(node.arguments) == 1:
            item = self.at(base, make(f"sub i64 {count}, 1"))
            self.code.store(
                "i32", make(f"trunc i64 {make(f'sub i64 {count}, 1')} to i32"), self.code.field(base.ref, LEN), "len"
            )
            self.changed(base)
        else:
            index = make(
                f"select i1 {make(f'icmp slt i64 {position}, 0')}, i64 {make(f'add i64 {position}, {count}')}, i64 {position}"
            )
            self.code.trap_if(make(f"icmp uge i64 {index}, {count}"), POP_INDEX, node.line)
            item = self.at(base, index)
            _, extra = self._family_arguments(base.type)
            self.code.call(
                "void",
                "hnb_list_delete",
                ("ptr", base.ref),
                ("i64", index),
                *extra,
                ("i32", str(node.line)),
                ("i32", str(POP_INDEX)),
            )
        self.drop(base)
        return Value(item.type, item.ref, owned=is_counted(item.type), tag=item.tag)

    def _list_remove(self, node: t.Builtin) -> Value:
        base = self.before(*node.arguments)
        item = self.expr(node.arguments[1])
        place = self.search_list(base, item, "find", node.line)
        self.code.trap_if(self.code.make(f"icmp slt i64 {place}, 0"), NOT_IN_LIST, node.line)
        self._delete_at(base, place, node.line)
        self.drop(item)
        self.drop(base)
        return Value(NONE, "false")

    def _list_delete(self, node: t.Builtin) -> Value:
        """``del xs[i]``."""
        base = self.before(*node.arguments)
        index = self.expr(node.arguments[1]).ref
        count = self.length(base)
        from_end = self.code.make(f"add i64 {index}, {count}")
        index = self.code.make(f"select i1 {self.code.make(f'icmp slt i64 {index}, 0')}, i64 {from_end}, i64 {index}")
        self.code.trap_if(self.code.make(f"icmp uge i64 {index}, {count}"), LIST_STORE, node.line)
        self._delete_at(base, index, node.line)
        self.drop(base)
        return Value(NONE, "false")

    def _list_delete_slice(self, node: t.Builtin) -> Value:
        base, ends = self._base_and_ends(node.arguments)
        old = self._part(base, ends, node.line)
        _, extra = self._family_arguments(base.type)
        self.code.call("void", "hnb_list_delete_slice", ("ptr", base.ref), *ends, *extra, ("i32", str(node.line)))
        self.drop(old)
        self.drop(base)
        return Value(NONE, "false")

    def _list_set_slice(self, node: t.Builtin) -> Value:
        made = self.keep(self.expr(node.arguments[0]))
        base, ends = self._base_and_ends(node.arguments[1:])
        old = self._part(base, ends, node.line)
        _, extra = self._family_arguments(base.type)
        low, high, step, has = ends
        steps = [step] if node.name == "list.set_steps" else []
        self.code.call(
            "void",
            f"hnb_{node.name.replace('.', '_')}",
            *(("ptr", base.ref), low, high, *steps, has),
            *(("ptr", made.ref), *extra, ("i32", str(node.line))),
        )
        self.keep_items(made)
        self.drop(old)
        self.drop(made)
        self.drop(base)
        return Value(NONE, "false")

    _list_set_steps = _list_set_slice

    def _base_and_ends(self, arguments: list[t.Expr]) -> tuple[Value, list[tuple[str, str]]]:
        """A list, and the ends of a slice of it as the runtime takes them."""
        base = self.before(*arguments)
        low, high, step = (self.expr(part).ref for part in arguments[1:4])
        has = arguments[4]
        assert isinstance(has, t.Const)
        return base, [("i64", low), ("i64", high), ("i64", step), ("i32", str(int(has.value)))]

    def _part(self, base: Value, ends: list[tuple[str, str]], line: int) -> Value:
        """The items of a slice, whose references it takes over from the list; nothing where they have none."""
        if not is_counted(base.type.item):  # type: ignore[union-attr] # a list
            return Value(INT, "0")
        _, extra = self._family_arguments(base.type)
        made = self.code.call("ptr", "hnb_list_slice", ("ptr", base.ref), *ends, *extra, ("i32", str(line)))
        return Value(base.type, made, owned=True)

    def _delete_at(self, base: Value, index: str, line: int) -> None:
        """Take out the item at an index within the list."""
        if is_counted(base.type.item):  # type: ignore[union-attr] # a list
            held = self.at(base, index)
            self.release(held.type, held.ref)
        self.changed(base)
        _, extra = self._family_arguments(base.type)
        place = ("i64", index)
        self.code.call(
            "void", "hnb_list_delete", ("ptr", base.ref), place, *extra, ("i32", str(line)), ("i32", str(LIST_STORE))
        )

    def _list_insert(self, node: t.Builtin) -> Value:
        base = self.before(*node.arguments)
        position = self.expr(node.arguments[1])
        item = self.keep(self.expr(node.arguments[2]))
        _, extra = self._family_arguments(base.type)
        insert = "hnb_deque_insert" if isinstance(base.type, DequeT) else "hnb_list_insert"
        index = self.code.call("i64", insert, ("ptr", base.ref), ("i64", position.ref), *extra, ("i32", str(node.line)))
        self.write(base, self.code.make(f"trunc i64 {index} to i32"), item)
        self.drop(base)
        return Value(NONE, "")

    def _list_sort(self, node: t.Builtin) -> Value:
        base = self.before(*node.arguments)
        self._in_both_orders(
            node.arguments[1], lambda down: self._sort(base, None, "1" if down else "0", node.line, down=down)
        )
        self.drop(base)
        return Value(NONE, "false")

    def _list_sort_by(self, node: t.Builtin) -> Value:
        base, keys = (self.keep(self.expr(argument)) for argument in node.arguments[:2])
        down = self.code.make(f"zext i1 {self.expr(node.arguments[2]).ref} to i32")
        self._sort(base, keys, down, node.line, down=False)
        self.drop(keys)
        self.drop(base)
        return Value(NONE, "false")

    def _in_both_orders(self, down: t.Expr, act: Callable[[bool], None]) -> None:
        """Act for ascending or descending order; a test only where it is not known which."""
        if isinstance(down, t.Const):
            act(bool(down.value))
            return
        code = self.code
        yes, no, done = (code.fresh(part) for part in ("down", "up", "sorted"))
        code.branch(self.expr(down).ref, yes, no)
        for label, descending in ((yes, True), (no, False)):
            code.label(label)
            act(descending)
            code.jump(done)
        code.label(done)

    def _sort(self, base: Value, keys: Value | None, reverse: str, line: int, *, down: bool) -> None:
        code = self.code
        by = keys or base
        assert isinstance(by.type, ListT)
        kind = by.type.item
        place = ("i32", str(line))
        _, extra = self._family_arguments(base.type)
        if kind == BOTTOM:
            return
        if keys is None and kind in _SORTED:
            code.call("void", f"hnb_list_sort_{'down_' if down else ''}{_SORTED[kind]}", ("ptr", base.ref), place)
            return
        if keys is not None and kind in {INT, FLOAT}:
            name = f"hnb_sort_by_{_SORTED[kind]}"
            code.call("void", name, ("ptr", base.ref), *extra, ("ptr", keys.ref), ("i32", reverse), place)
            return
        less = code.module.helper("less", kind)
        _, size = self._family_arguments(by.type)
        given = [("ptr", "null" if keys is None else keys.ref), *size, ("ptr", less), ("i32", reverse), place]
        code.call("void", "hnb_sort_with", ("ptr", base.ref), *extra, *given)

    def _list_reverse(self, node: t.Builtin) -> Value:
        base = self.expr(node.arguments[0])
        _, extra = self._family_arguments(base.type)
        self.code.call("void", "hnb_list_reverse", ("ptr", base.ref), *extra)
        self.drop(base)
        return Value(NONE, "")

    def _list_clear(self, node: t.Builtin) -> Value:
        base = self.borrowed(node.arguments[0])
        self.release_items(base, "0", self.code.load("i32", self.code.field(base.ref, LEN), "len"))
        self.code.store("i32", "0", self.code.field(base.ref, LEN), "len")
        self.changed(base)
        self.drop(base)
        return Value(NONE, "")

    def _list_index(self, node: t.Builtin) -> Value:
        found = self._search(node, "find")
        self.code.trap_if(self.code.make(f"icmp slt i64 {found}, 0"), NOT_THERE, node.line)
        return Value(INT, found)

    def _list_count(self, node: t.Builtin) -> Value:
        return Value(INT, self._search(node, "count"))

    def _search(self, node: t.Builtin, what: str) -> str:
        base = self.before(*node.arguments)
        item = self.expr(node.arguments[1])
        found = self.search_list(base, item, what, node.line)
        self.drop(item)
        self.drop(base)
        return found
