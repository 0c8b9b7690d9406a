"""Methods of str and bytes, by name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeGuard

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.code import Value
from hermetic_nb.toolchains.native.lowering.formats import FormatLowering
from hermetic_nb.toolchains.native.lowering.layout import NO_SUBSTRING, NOT_THERE
from hermetic_nb.toolchains.native.lowering.lookups import key_type
from hermetic_nb.toolchains.native.lowering.shapes import ir_type
from hermetic_nb.toolchains.native.text_methods import METHODS, Method, Takes
from hermetic_nb.toolchains.native.types import BOOL, BYTES, CHAR, INT, STR, DictT, ListT, SetT, TupleT

if TYPE_CHECKING:
    from collections.abc import Callable

FEW: Final = 12
"""A character is compared with up to so many others in turn, which LLVM can make vectors of; with more by bits."""
ASCII, WORD, NO_CHARACTER = 128, 64, 0x110000


class TextLowering(FormatLowering):
    """Lowers methods of text."""

    def _text_call(self, node: t.Builtin, method: Method) -> Value:
        """A method that is one call of the runtime."""
        if any(isinstance(argument, t.Options) for argument in node.arguments):
            return self._any_of_texts(node, method)
        values = self._text_operands(node.arguments)
        result = self._called_text(node, method, values)
        for value in values:
            self.drop(value)
        return result

    def _text_operands(self, nodes: list[t.Expr]) -> list[Value]:
        return [self.before(node, *nodes[place + 1 :]) for place, node in enumerate(nodes)]

    def _called_text(self, node: t.Builtin, method: Method, values: list[Value]) -> Value:
        make, kind = self.code.make, node.type
        family = node.name.split(".")[0]
        bounds = sum(parameter.takes == Takes.BOUND for parameter in method.takes)
        if bounds and len(values) > 2:
            method = replace(method, function=f"{method.function}_in")
        arguments = []
        for place, value in enumerate(values):
            flag = place and method.takes and method.takes[place - 1].takes == Takes.FLAG
            held = make(f"trunc i64 {value.ref} to i32") if flag else value.ref
            arguments.append(("i32" if flag else ir_type(value.type), held))
        arguments += [("i32", str(number)) for number in method.fixed]
        rest = self.code.slot("[2 x ptr]") if isinstance(kind, TupleT) else ""
        if isinstance(kind, TupleT):
            arguments.append(("ptr", rest))
        if method.stops:
            arguments.append(("i32", str(node.line)))
        prefix = "char" if values[0].type == CHAR else family
        name = f"hnb_{prefix}_{method.function}"
        if isinstance(kind, TupleT):
            return self._three_texts(kind, self.code.call("ptr", name, *arguments), rest)
        if kind == BOOL:
            return Value(BOOL, make(f"icmp ne i32 {self.code.call('i32', name, *arguments)}, 0"))
        return Value(kind, self.code.call(ir_type(kind), name, *arguments), owned=kind != INT)

    def _three_texts(self, kind: TupleT, first: str, rest: str) -> Value:
        """The tuple of a text and of the two that were written to a slot."""
        make = self.code.make
        whole = make(f"insertvalue {ir_type(kind)} undef, ptr {first}, 0")
        for number in range(2):
            part = self.code.load("ptr", make(f"getelementptr inbounds ptr, ptr {rest}, i32 {number}"))
            whole = make(f"insertvalue {ir_type(kind)} {whole}, ptr {part}, {number + 1}")
        return Value(kind, whole, owned=True)

    def _any_of_texts(self, node: t.Builtin, method: Method) -> Value:
        """``startswith`` and ``endswith`` with several texts."""
        options = node.arguments[1]
        assert isinstance(options, t.Options)
        texts, bounds = options.items, node.arguments[2:]
        values = self._text_operands([node.arguments[0], *texts, *bounds])
        base, ends = values[0], values[1 + len(texts) :]
        found = "false"
        for value in values[1 : 1 + len(texts)]:
            one = self._called_text(node, method, [base, value, *ends])
            found = self.code.make(f"or i1 {found}, {one.ref}")
        for value in values:
            self.drop(value)
        return Value(BOOL, found)

    def _text_index(self, node: t.Builtin, method: Method) -> Value:
        """As ``find``, and a trap where nothing is found."""
        found = self._text_call(node, method)
        code = NO_SUBSTRING if node.name.startswith("str") else NOT_THERE
        self.code.trap_if(self.code.make(f"icmp slt i64 {found.ref}, 0"), code, node.line)
        return found

    # ------------------------------------------------------------ joining

    def _any_concat(self, node: t.Builtin) -> Value:
        """``a + b`` (see `methods`)."""
        raise NotImplementedError

    def _str_concat(self, node: t.Builtin) -> Value:
        """Slices are copied to where they belong, without objects of their own."""
        left, right = node.arguments
        if right.type == CHAR or not (_is_part(left) or _is_part(right)):
            return self._any_concat(node)
        first, first_bounds, has = self._part_of_text(left, right)
        second, second_bounds, more = self._part_of_text(right)
        made = self.code.call(
            "ptr",
            "hnb_str_concat_parts",
            ("ptr", first.ref),
            *first_bounds,
            ("ptr", second.ref),
            *second_bounds,
            ("i32", str(has | more << 2)),
            ("i32", str(node.line)),
        )
        self.drop(first)
        self.drop(second)
        return Value(STR, made, owned=True)

    def _part_of_text(self, node: t.Expr, *later: t.Expr) -> tuple[Value, list[tuple[str, str]], int]:
        """A text, the bounds of the part of it that is meant, and which of them are given (bit 0 the lower one)."""
        if not _is_part(node):
            return self.before(node, *later), [("i64", "0")] * 2, 0
        text = self.before(node.base, node.low, node.high, *later)
        bounds = [("i64", "0" if bound is None else self.expr(bound).ref) for bound in (node.low, node.high)]
        return text, bounds, (node.low is not None) | (node.high is not None) << 1

    # ------------------------------------------------------------ membership

    def contains(self, item: Value, container: Value, node: t.Compare) -> str:
        """``item in container``."""
        if container.type == BYTES:
            if item.type == INT:
                line = ("i32", str(node.line))
                found = self.code.call("i32", "hnb_bytes_has", ("ptr", container.ref), ("i64", item.ref), line)
                return self.code.make(f"icmp ne i32 {found}, 0")
            found = self.code.call("i64", "hnb_bytes_find", ("ptr", container.ref), ("ptr", item.ref))
            return self.code.make(f"icmp sge i64 {found}, 0")
        kind = container.type
        if item.type == STR and isinstance(kind, ListT | SetT | DictT):
            held = kind.item if isinstance(kind, ListT) else key_type(kind)
            if held != CHAR:
                return super().contains(item, container, node)
            return self._text_in_characters(item, container, node)
        if container.type != STR or item.type != CHAR:
            return super().contains(item, container, node)
        return self._char_in(item.ref, container, node.links[0][1])

    def _char_in(self, char: str, text: Value, written: t.Expr) -> str:
        """Whether a character is in a text: in a literal by bits, one for each character of ASCII."""
        make = self.code.make
        letters = sorted({ord(c) for c in str(written.value)}) if isinstance(written, t.Const) else None
        if letters is None or sum(letter >= ASCII for letter in letters) > FEW:
            found = self.code.call("i32", "hnb_str_has_char", ("ptr", text.ref), ("i32", char))
            return make(f"icmp ne i32 {found}, 0")
        plain = [letter for letter in letters if letter < ASCII]
        if len(plain) > FEW:
            low, high = (sum(1 << letter % WORD for letter in plain if letter // WORD == half) for half in (0, 1))
            word = make(f"select i1 {make(f'icmp ult i32 {char}, {WORD}')}, i64 {low}, i64 {high}")
            place = make(f"and i32 {char}, {WORD - 1}")
            bit = make(f"lshr i64 {word}, {make(f'zext i32 {place} to i64')}")
            found = make(f"and i1 {make(f'trunc i64 {bit} to i1')}, {make(f'icmp ult i32 {char}, {ASCII}')}")
            letters = [letter for letter in letters if letter >= ASCII]
        else:
            found = "false"
        for letter in letters:
            found = make(f"or i1 {found}, {make(f'icmp eq i32 {char}, {letter}')}")
        return found

    def _text_in_characters(self, item: Value, container: Value, node: t.Compare) -> str:
        """A text in a container of characters: as the character that it is, if it is one."""
        code, make = self.code, self.code.make
        answer = code.slot("i1")
        code.store("i1", "false", answer)
        one, done = code.fresh("one"), code.fresh("found")
        code.branch(make(f"icmp eq i64 {self.length(item)}, 1"), one, done)
        code.label(one)
        code.store("i1", super().contains(self.at(item, "0"), container, node), answer)
        code.label(done)
        return code.load("i1", answer)

    # ------------------------------------------------------------ one character in another case

    def _compare(self, node: t.Compare) -> Value:
        if len(node.links) == 1:
            op, right = node.links[0]
            if op in {"==", "!="}:
                same = self._same_case(node.first, right)
                if same:
                    return Value(BOOL, same if op == "==" else self.code.make(f"xor i1 {same}, true"))
            elif _changes_case(node.first) and right.type == STR:
                found = self._case_in(node.first, right)
                return Value(BOOL, found if op == "in" else self.code.make(f"xor i1 {found}, true"))
        return super()._compare(node)

    def _same_case(self, left: t.Expr, right: t.Expr) -> str:
        """``c.lower() == d`` of characters, without making texts; empty: where that is not enough."""
        changed = [_changes_case(side) for side in (left, right)]
        # lower() makes several characters of only one, so where both are that one they are equal.
        lowered = all(isinstance(side, t.Builtin) and side.name == "str.char_lower" for side in (left, right))
        if not any(changed) or not (lowered or CHAR in {left.type, right.type}):
            return ""
        one, other = (self._one_char(side)[1] if _changes_case(side) else self.expr(side).ref for side in (left, right))
        return self.code.make(f"icmp eq i32 {one}, {other}")

    def _one_char(self, node: t.Expr) -> tuple[str, str]:
        """A character, and the one that it becomes in another case (no character, where it becomes several)."""
        assert isinstance(node, t.Builtin)
        char = self.expr(node.arguments[0]).ref
        return char, self.code.call("i32", node.name.replace("str.char_", "hnb_char_one_"), ("i32", char))

    def _case_in(self, node: t.Expr, container: t.Expr) -> str:
        """``c.lower() in text``."""
        code, make = self.code, self.code.make
        char, one = self._one_char(node)
        text = self.expr(container)
        answer = code.slot("i1")
        plain, several, done = (code.fresh(part) for part in ("plain", "several", "found"))
        code.branch(make(f"icmp ult i32 {one}, {NO_CHARACTER}"), plain, several, "likely")
        code.label(plain)
        code.store("i1", self._char_in(one, text, container), answer)
        code.jump(done)
        code.label(several)
        assert isinstance(node, t.Builtin)
        made = code.call("ptr", "hnb_" + node.name.removeprefix("str."), ("i32", char), ("i32", str(node.line)))
        place = code.call("i64", "hnb_str_find", ("ptr", text.ref), ("ptr", made))
        self.release(STR, made)
        code.store("i1", make(f"icmp sge i64 {place}, 0"), answer)
        code.label(done)
        self.drop(text)
        return code.load("i1", answer)

    # ------------------------------------------------------------ what stands in no table

    def _str_to_bytes(self, node: t.Builtin) -> Value:
        known, errors = (number.value for number in node.arguments[1:] if isinstance(number, t.Const))
        return self._plain_text(node, str(known), str(errors))

    def _bytes_to_str(self, node: t.Builtin) -> Value:
        known = node.arguments[1]
        assert isinstance(known, t.Const)
        return self._plain_text(node, str(known.value))

    def _plain_text(self, node: t.Builtin, *fixed: str) -> Value:
        text = self.expr(node.arguments[0])
        name = "hnb_" + node.name.replace(".", "_")
        numbers = [("i32", number) for number in (*fixed, str(node.line))]
        made = self.code.call("ptr", name, ("ptr", text.ref), *numbers)
        self.drop(text)
        return Value(node.type, made, owned=True)


def _is_part(node: t.Expr) -> TypeGuard[t.Slice]:
    """Whether an expression is a slice of a text, with a step of 1."""
    return isinstance(node, t.Slice) and node.step is None and node.base.type == STR


def _changes_case(node: t.Expr) -> bool:
    return isinstance(node, t.Builtin) and node.name in {"str.char_lower", "str.char_upper"}


def _lowers(method: Method) -> Callable[[TextLowering, t.Builtin], Value]:
    return lambda lowering, node: lowering._text_call(node, method)  # noqa: SLF001 (a method of the class itself)


def _lowers_index(method: Method) -> Callable[[TextLowering, t.Builtin], Value]:
    return lambda lowering, node: lowering._text_index(node, method)  # noqa: SLF001 (as above)


_MORE: Final = (
    *("str.join", "str.join_chars", "str.join_text", "str.to_utf8", "str.translate"),
    *("bytes.join", "bytes.from_utf8", "bytes.hex", "bytes.fromhex", "bytes.zeros", "bytes.from_list"),
)
"""Operations that are one call of the runtime and no methods of the table."""

for _name, _method in METHODS.items():
    _called = replace(_method, function=_method.function or _name)
    _lower = _lowers_index if _name in {"index", "rindex"} else _lowers
    for _family in ("str", "bytes"):
        setattr(TextLowering, f"_{_family}_{_name}", _lower(_called))
        if any(parameter.takes == Takes.SET for parameter in _method.takes):
            _spaced = replace(_called, function=f"{_called.function}_space", takes=_called.takes[1:])
            setattr(TextLowering, f"_{_family}_{_name}_space", _lowers(_spaced))
    if _method.of_char:
        setattr(TextLowering, f"_str_char_{_name}", _lowers(replace(_called, function=_method.of_char)))
for _name in _MORE:
    _whole = Method(STR, function=_name.split(".")[1])
    setattr(TextLowering, "_" + _name.replace(".", "_"), _lowers(_whole))
