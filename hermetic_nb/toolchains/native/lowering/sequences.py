"""Strings, bytes and lists: reading, making, comparing; and the counting of references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.code import TAG_UNKNOWN, Value, float_text, item_type
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
    ListT,
    Type,
    is_counted,
    is_text,
)

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.facts import Facts
    from hermetic_nb.toolchains.native.lowering.code import FunctionCode

LIST_INDEX, STR_INDEX, BYTES_INDEX, LIST_STORE, POP_EMPTY, POP_INDEX, NOT_THERE, BAD_ORD, BAD_CHR = (
    3,
    4,
    5,
    6,
    30,
    31,
    39,
    13,
    12,
)
CHR_RANGE = 56
RC, LEN, CAP, DATA = 0, 4, 8, 12
HEADER: Final = 12
MAX_CODE_POINT: Final = 0x10FFFF
_KEYS: Final = {INT: ("i64", "i64"), FLOAT: ("f64", "double"), BOOL: ("bool", "i32")}


class SequenceLowering:
    """Lowers operations on strings, bytes and lists."""

    code: FunctionCode
    facts: Facts

    def expr(self, node: t.Expr) -> Value:
        """Lower an expression (see `expressions`)."""
        raise NotImplementedError

    # ------------------------------------------------------------ references

    def keep(self, value: Value) -> Value:
        """The value with a reference of its own."""
        if value.owned or not is_counted(value.type):
            return value
        count = self.code.load("i32", value.ref, "rc")
        self.code.store("i32", self.code.make(f"add i32 {count}, 1"), value.ref, "rc")
        return Value(value.type, value.ref, owned=True)

    def drop(self, value: Value) -> None:
        """Give back an owned value; borrowed ones are left alone."""
        if value.owned and is_counted(value.type):
            self.release(value.type, value.ref)

    def release(self, kind: Type, ref: str) -> None:
        """Take one reference from an object, or from nothing."""
        name = f"release.{_family(kind)}"
        self.code.module.declared.setdefault(f"hnb_{_family(kind).split('.')[0]}_free", _free_declaration(kind))
        self.code.emit(f"call void @{name}(ptr {ref})")

    # ------------------------------------------------------------ reading

    def length(self, value: Value) -> str:
        """``len`` as an i64."""
        count = self.code.load("i32", self.code.field(value.ref, LEN), "len")
        return self.code.make(f"zext i32 {count} to i64")

    def at(self, base: Value, index: str) -> Value:
        """An item at an index that is in range."""
        make = self.code.make
        index = make(f"trunc i64 {index} to i32")
        if isinstance(base.type, ListT):
            kind = base.type.item
            held, _ = item_type(kind)
            data = self.code.load("ptr", self.code.field(base.ref, DATA), "data")
            item = self.code.load(held, make(f"getelementptr inbounds {held}, ptr {data}, i32 {index}"), held)
            if kind == BOOL:
                return Value(BOOL, make(f"icmp ne i8 {item}, 0"))
            return Value(kind, item, tag=TAG_UNKNOWN)
        first = self.code.field(base.ref, HEADER)
        if base.type == STR:
            return Value(
                CHAR, self.code.load("i32", make(f"getelementptr inbounds i32, ptr {first}, i32 {index}"), "i32")
            )
        octet = self.code.load("i8", make(f"getelementptr inbounds i8, ptr {first}, i32 {index}"), "i8")
        return Value(INT, make(f"zext i8 {octet} to i64"))

    def checked_index(self, node: t.Index | t.SetItem, base: Value, index: str, code: int) -> str:
        """An index brought into range, from the end where negative."""
        if node in self.facts.in_bounds:
            return index
        make = self.code.make
        count = self.length(base)
        constant = int(node.index.value) if isinstance(node.index, t.Const) else None
        if constant is not None and constant < 0:
            index = make(f"add i64 {count}, {constant}")
        elif constant is None and node not in self.facts.nonnegative:
            from_end = make(f"add i64 {index}, {count}")
            index = make(f"select i1 {make(f'icmp slt i64 {index}, 0')}, i64 {from_end}, i64 {index}")
        self.code.trap_if(make(f"icmp uge i64 {index}, {count}"), code, node.line)
        return index

    def lower_index(self, node: t.Index) -> Value:
        """``base[index]``."""
        base = self.expr(node.base)
        index = self.expr(node.index)
        code = LIST_INDEX if isinstance(base.type, ListT) else STR_INDEX if base.type == STR else BYTES_INDEX
        item = self.at(base, self.checked_index(node, base, index.ref, code))
        self.drop(base)
        return item

    def set_item(self, node: t.SetItem) -> None:
        """``base[index] = value``."""
        value = self.expr(node.value)
        base = self.expr(node.base)
        index = self.checked_index(node, base, self.expr(node.index).ref, LIST_STORE)
        self.write(base, self.code.make(f"trunc i64 {index} to i32"), value)
        self.drop(base)

    def write(self, base: Value, index: str, value: Value) -> None:
        """Store an item at an i32 index that is in range."""
        assert isinstance(base.type, ListT)
        held, _ = item_type(base.type.item)
        ref = self.code.make(f"zext i1 {value.ref} to i8") if value.type == BOOL else value.ref
        data = self.code.load("ptr", self.code.field(base.ref, DATA), "data")
        self.code.store(held, ref, self.code.make(f"getelementptr inbounds {held}, ptr {data}, i32 {index}"), held)

    def lower_slice(self, node: t.Slice) -> Value:
        """``base[low:high:step]``."""
        base = self.expr(node.base)
        has = (1 if node.low is not None else 0) | (2 if node.high is not None else 0)
        low, high, step = (
            self.expr(part).ref if part is not None else default
            for part, default in ((node.low, "0"), (node.high, "0"), (node.step, "1"))
        )
        family, extra = self._family_arguments(base.type)
        made = self.code.call(
            "ptr",
            f"hnb_{family}_slice",
            ("ptr", base.ref),
            ("i64", low),
            ("i64", high),
            ("i64", step),
            ("i32", str(has)),
            *extra,
            ("i32", str(node.line)),
        )
        self.drop(base)
        return Value(node.type, made, owned=True)

    def _family_arguments(self, kind: Type) -> tuple[str, list[tuple[str, str]]]:
        if isinstance(kind, ListT):
            return "list", [("i32", str(item_type(kind.item)[1]))]
        return ("str" if kind == STR else "bytes"), []

    # ------------------------------------------------------------ making

    def new_list(self, kind: Type, count: str, line: int) -> Value:
        """A list of ``count`` items, not yet written."""
        assert isinstance(kind, ListT)
        size = 8 if kind.item == BOTTOM else item_type(kind.item)[1]
        made = self.code.call("ptr", "hnb_list_new", ("i64", count), ("i32", str(size)), ("i32", str(line)))
        return Value(kind, made, owned=True)

    def list_literal(self, node: t.ListOf) -> Value:
        """``[a, b, ...]``."""
        kind = node.type
        assert isinstance(kind, ListT)
        if node.items and all(
            isinstance(item, t.Const) or (isinstance(item, t.Convert) and isinstance(item.operand, t.Const))
            for item in node.items
        ):
            return self._constant_list(node, kind)
        items = [self.expr(item) for item in node.items]
        made = self.new_list(kind, str(len(items)), node.line)
        for index, item in enumerate(items):
            self.write(made, str(index), item)
        return made

    def _constant_list(self, node: t.ListOf, kind: ListT) -> Value:
        held, size = item_type(kind.item)
        made = self.new_list(kind, str(len(node.items)), node.line)
        data = self.code.load("ptr", self.code.field(made.ref, DATA), "data")
        constants = [item.operand if isinstance(item, t.Convert) else item for item in node.items]
        texts = [
            float_text(float(c.value)) if held == "double" else str(int(c.value))
            for c in constants
            if isinstance(c, t.Const)
        ]
        if len(texts) == 1:
            self.code.store(held, texts[0], data, held)
            return made
        source = self.code.module.items(held, texts)
        self.code.module.declared["llvm.memcpy.p0.p0.i32"] = "declare void @llvm.memcpy.p0.p0.i32(ptr, ptr, i32, i1)"
        self.code.emit(f"call void @llvm.memcpy.p0.p0.i32(ptr {data}, ptr {source}, i32 {size * len(texts)}, i1 false)")
        return made

    def as_str(self, value: Value, line: int) -> Value:
        """A character as a str object."""
        if value.type != CHAR:
            return value
        return Value(
            STR, self.code.call("ptr", "hnb_str_from_char", ("i32", value.ref), ("i32", str(line))), owned=True
        )

    # ------------------------------------------------------------ operations by name

    def sequence_call(self, node: t.Builtin, name: str) -> Value:
        """A built-in operation on sequences."""
        family, operation = name.split(".")
        method = getattr(self, f"_{family}_{operation}", None) or getattr(self, f"_any_{operation}")
        result: Value = method(node)
        return result

    def _any_concat(self, node: t.Builtin) -> Value:
        left = self.expr(node.arguments[0])
        right = self.expr(node.arguments[1])
        family, extra = self._family_arguments(node.type)
        line = ("i32", str(node.line))
        if right.type == CHAR:
            made = self.code.call("ptr", "hnb_str_append_char", ("ptr", self.keep(left).ref), ("i32", right.ref), line)
            return Value(STR, made, owned=True)
        made = self.code.call("ptr", f"hnb_{family}_concat", ("ptr", left.ref), ("ptr", right.ref), *extra, line)
        self.drop(left)
        self.drop(right)
        return Value(node.type, made, owned=True)

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
        base = self.expr(literal)
        count = self.expr(node.arguments[1])
        family, extra = self._family_arguments(node.type)
        made = self.code.call(
            "ptr", f"hnb_{family}_repeat", ("ptr", base.ref), ("i64", count.ref), *extra, ("i32", str(node.line))
        )
        self.drop(base)
        return Value(node.type, made, owned=True)

    def _filled(self, node: t.Builtin, literal: t.ListOf) -> Value:
        """``[x] * n``."""
        make = self.code.make
        item = self.expr(literal.items[0])
        made = self.new_list(node.type, self.expr(node.arguments[1]).ref, node.line)
        count = make(f"trunc i64 {self.length(made)} to i32")
        index = self.code.slot("i32")
        self.code.store("i32", "0", index)
        test, body, done = (self.code.fresh(part) for part in ("fill", "item", "filled"))
        self.code.label(test)
        at = self.code.load("i32", index)
        self.code.branch(make(f"icmp ult i32 {at}, {count}"), body, done)
        self.code.label(body)
        self.write(made, at, item)
        self.code.store("i32", make(f"add i32 {at}, 1"), index)
        self.code.again(test)
        self.code.label(done)
        return made

    def _str_from_int(self, node: t.Builtin) -> Value:
        number = self.expr(node.arguments[0])
        return Value(
            STR, self.code.call("ptr", "hnb_str_from_int", ("i64", number.ref), ("i32", str(node.line))), owned=True
        )

    def _str_count(self, node: t.Builtin) -> Value:
        return Value(INT, self._text_search(node, "hnb_str_count"))

    def _str_find(self, node: t.Builtin) -> Value:
        return Value(INT, self._text_search(node, "hnb_str_find"))

    def _str_index(self, node: t.Builtin) -> Value:
        found = self._text_search(node, "hnb_str_find")
        self.code.trap_if(self.code.make(f"icmp slt i64 {found}, 0"), NOT_THERE, node.line)
        return Value(INT, found)

    def _text_search(self, node: t.Builtin, name: str) -> str:
        text, part = (self.expr(argument) for argument in node.arguments)
        found = self.code.call("i64", name, ("ptr", text.ref), ("ptr", part.ref))
        self.drop(text)
        self.drop(part)
        return found

    def _str_startswith(self, node: t.Builtin) -> Value:
        return self._has_end(node, at_end=False)

    def _str_endswith(self, node: t.Builtin) -> Value:
        return self._has_end(node, at_end=True)

    def _has_end(self, node: t.Builtin, *, at_end: bool) -> Value:
        """Whether a text begins or ends with another: that end of it, cut off and compared."""
        make = self.code.make
        text, part = (self.expr(argument) for argument in node.arguments)
        have, want = self.length(text), self.length(part)
        if at_end:
            # A longer part is compared with the whole text, which differs.
            start = make(f"sub i64 {have}, {want}")
            low = make(f"select i1 {make(f'icmp slt i64 {start}, 0')}, i64 0, i64 {start}")
            high = have
        else:
            low, high = "0", want
        line = ("i32", str(node.line))
        piece = self.code.call(
            "ptr", "hnb_str_slice", ("ptr", text.ref), ("i64", low), ("i64", high), ("i64", "1"), ("i32", "3"), line
        )
        same = self.code.call("i32", "hnb_str_eq", ("ptr", piece), ("ptr", part.ref))
        self.release(STR, piece)
        self.drop(text)
        self.drop(part)
        return Value(BOOL, make(f"icmp ne i32 {same}, 0"))

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

    # ------------------------------------------------------------ list methods

    def _list_append(self, node: t.Builtin) -> Value:
        make = self.code.make
        base = self.expr(node.arguments[0])
        item = self.expr(node.arguments[1])
        count = self.code.load("i32", self.code.field(base.ref, LEN), "len")
        room = self.code.load("i32", self.code.field(base.ref, CAP), "cap")
        grow, store = self.code.fresh("grow"), self.code.fresh("append")
        self.code.branch(make(f"icmp eq i32 {count}, {room}"), grow, store, "unlikely")
        self.code.label(grow)
        _, extra = self._family_arguments(base.type)
        self.code.call("void", "hnb_list_grow", ("ptr", base.ref), *extra, ("i32", str(node.line)))
        self.code.label(store)
        self.write(base, count, item)
        self.code.store("i32", make(f"add i32 {count}, 1"), self.code.field(base.ref, LEN), "len")
        self.drop(base)
        return Value(NONE, "")

    def _list_extend(self, node: t.Builtin) -> Value:
        base, other = (self.expr(argument) for argument in node.arguments)
        _, extra = self._family_arguments(base.type)
        self.code.call(
            "void", "hnb_list_extend", ("ptr", base.ref), ("ptr", other.ref), *extra, ("i32", str(node.line))
        )
        self.drop(base)
        self.drop(other)
        return Value(NONE, "")

    def _list_pop(self, node: t.Builtin) -> Value:
        make = self.code.make
        base = self.expr(node.arguments[0])
        position = self.expr(node.arguments[1]).ref if len(node.arguments) > 1 else "-1"
        count = self.length(base)
        self.code.trap_if(make(f"icmp eq i64 {count}, 0"), POP_EMPTY, node.line)
        if len(node.arguments) == 1:
            item = self.at(base, make(f"sub i64 {count}, 1"))
            self.code.store(
                "i32", make(f"trunc i64 {make(f'sub i64 {count}, 1')} to i32"), self.code.field(base.ref, LEN), "len"
            )
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
        return item

    def _list_insert(self, node: t.Builtin) -> Value:
        base, position, item = (self.expr(argument) for argument in node.arguments)
        _, extra = self._family_arguments(base.type)
        index = self.code.call(
            "i64", "hnb_list_insert", ("ptr", base.ref), ("i64", position.ref), *extra, ("i32", str(node.line))
        )
        self.write(base, self.code.make(f"trunc i64 {index} to i32"), item)
        self.drop(base)
        return Value(NONE, "")

    def _list_reverse(self, node: t.Builtin) -> Value:
        base = self.expr(node.arguments[0])
        _, extra = self._family_arguments(base.type)
        self.code.call("void", "hnb_list_reverse", ("ptr", base.ref), *extra)
        self.drop(base)
        return Value(NONE, "")

    def _list_clear(self, node: t.Builtin) -> Value:
        base = self.expr(node.arguments[0])
        self.code.store("i32", "0", self.code.field(base.ref, LEN), "len")
        self.drop(base)
        return Value(NONE, "")

    def _list_index(self, node: t.Builtin) -> Value:
        found = self._search(node, "find")
        self.code.trap_if(self.code.make(f"icmp slt i64 {found}, 0"), NOT_THERE, node.line)
        return Value(INT, found)

    def _list_count(self, node: t.Builtin) -> Value:
        return Value(INT, self._search(node, "count"))

    def _search(self, node: t.Builtin, what: str) -> str:
        base, item = (self.expr(argument) for argument in node.arguments)
        found = self._search_list(base, item, what)
        self.drop(base)
        return found

    def _search_list(self, base: Value, item: Value, what: str) -> str:
        assert isinstance(base.type, ListT)
        kind = FLOAT if base.type.item == NUM else base.type.item
        name, held = _KEYS[kind]
        ref = self.code.make(f"zext i1 {item.ref} to i32") if kind == BOOL else item.ref
        return self.code.call("i64", f"hnb_list_{what}_{name}", ("ptr", base.ref), (held, ref))

    # ------------------------------------------------------------ comparison

    def compare_sequences(self, op: str, left: Value, right: Value) -> str:
        """A comparison of two texts, bytes or lists."""
        make = self.code.make
        signed = {"<": "slt", "<=": "sle", ">": "sgt", ">=": "sge", "==": "eq", "!=": "ne"}[op]
        if left.type == right.type == CHAR:
            # Code points are below 2**31, so the signed comparison is right.
            return make(f"icmp {signed} i32 {left.ref}, {right.ref}")
        if is_text(left.type) or left.type == BYTES:
            if op in {"==", "!="} and CHAR in {left.type, right.type}:
                return self._char_equals(op, left, right)
            made = [(value, self.as_str(value, 0)) for value in (left, right)]
            left, right = (text for _, text in made)
            family = "str" if left.type == STR else "bytes"
            if op in {"==", "!="}:
                same = self.code.call("i32", f"hnb_{family}_eq", ("ptr", left.ref), ("ptr", right.ref))
                test = make(f"icmp {'ne' if op == '==' else 'eq'} i32 {same}, 0")
            else:
                order = self.code.call("i32", f"hnb_{family}_cmp", ("ptr", left.ref), ("ptr", right.ref))
                test = make(f"icmp {signed} i32 {order}, 0")
            for value, text in made:
                if value.type == CHAR:
                    self.drop(text)
            return test
        assert isinstance(left.type, ListT)
        name, _ = _KEYS.get(left.type.item, ("i64", ""))
        if op in {"==", "!="}:
            same = self.code.call("i32", f"hnb_list_eq_{name}", ("ptr", left.ref), ("ptr", right.ref))
            return make(f"icmp {'ne' if op == '==' else 'eq'} i32 {same}, 0")
        number = {"<": 0, "<=": 1, ">": 2, ">=": 3}[op]
        holds = self.code.call(
            "i32", f"hnb_list_cmp_{name}", ("ptr", left.ref), ("ptr", right.ref), ("i32", str(number))
        )
        return make(f"icmp ne i32 {holds}, 0")

    def _char_equals(self, op: str, left: Value, right: Value) -> str:
        """A str of unknown length against one character, without making an object."""
        make = self.code.make
        char, text = (left, right) if left.type == CHAR else (right, left)
        answer = self.code.slot("i1")
        self.code.store("i1", "false", answer)
        look, done = self.code.fresh("look"), self.code.fresh("same")
        self.code.branch(make(f"icmp eq i64 {self.length(text)}, 1"), look, done)
        self.code.label(look)
        self.code.store("i1", make(f"icmp eq i32 {self.at(text, '0').ref}, {char.ref}"), answer)
        self.code.label(done)
        same = self.code.load("i1", answer)
        return same if op == "==" else make(f"xor i1 {same}, true")

    def contains(self, item: Value, container: Value, node: t.Compare) -> str:
        """``item in container``."""
        make = self.code.make
        if container.type == item.type == CHAR:
            return make(f"icmp eq i32 {item.ref}, {container.ref}")
        if is_text(container.type):
            # What is not a character is the caller's to give back.
            whole, part = self.as_str(container, node.line), self.as_str(item, node.line)
            found = self.code.call("i64", "hnb_str_find", ("ptr", whole.ref), ("ptr", part.ref))
            for given, made in ((container, whole), (item, part)):
                if given.type == CHAR:
                    self.drop(made)
            return make(f"icmp sge i64 {found}, 0")
        return make(f"icmp sge i64 {self._search_list(container, item, 'find')}, 0")


def _family(kind: Type) -> str:
    """The name under which a type's objects are released."""
    if isinstance(kind, ListT):
        return f"list.{8 if kind.item == BOTTOM else item_type(kind.item)[1]}"
    return "str" if kind == STR else "bytes"


def _free_declaration(kind: Type) -> str:
    if isinstance(kind, ListT):
        return "declare void @hnb_list_free(ptr, i32)"
    return f"declare void @hnb_{_family(kind)}_free(ptr)"


def releases(kind: str) -> str:
    """The definition of ``release.<family>``: one reference less, freed at none."""
    free = (
        "call void @hnb_list_free(ptr %o, i32 " + kind.split(".")[1] + ")"
        if kind.startswith("list")
        else f"call void @hnb_{kind}_free(ptr %o)"
    )
    return f"""define internal void @release.{kind}(ptr %o) {{
  %none = icmp eq ptr %o, null
  br i1 %none, label %done, label %some
some:
  %count = load i32, ptr %o, !tbaa !14
  %less = sub i32 %count, 1
  %last = icmp eq i32 %less, 0
  br i1 %last, label %free, label %keep
keep:
  store i32 %less, ptr %o, !tbaa !14
  br label %done
free:
  {free}
  br label %done
done:
  ret void
}}"""
