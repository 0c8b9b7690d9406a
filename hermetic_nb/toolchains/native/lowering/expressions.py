"""Expressions: the dispatch over tree nodes, variables, operators, conversions and logic."""

from __future__ import annotations

from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.calls import CallLowering
from hermetic_nb.toolchains.native.lowering.code import TAG_FLOAT, TAG_UNKNOWN, Value, float_text
from hermetic_nb.toolchains.native.lowering.helpers import stored
from hermetic_nb.toolchains.native.lowering.layout import NOT_BOUND_IN_GENERATOR, UNBOUND
from hermetic_nb.toolchains.native.lowering.shapes import held_type, ir_type, record_layout
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
    OptionT,
    RecordT,
    TupleT,
    Type,
    is_counted,
    is_object,
)

_LOWER: Final = {
    t.Const: "_const",
    t.Nothing: "_nothing",
    t.Local: "_local",
    t.Unary: "_unary",
    t.Arith: "_arith",
    t.Convert: "_convert",
    t.Compare: "_compare",
    t.Logic: "_logic",
    t.Truth: "_truth",
    t.Choice: "_choice",
    t.Invoke: "_invoke",
    t.Builtin: "_builtin",
    t.Index: "lower_index",
    t.Slice: "lower_slice",
    t.ListOf: "list_literal",
    t.Comprehension: "_comprehension",
    t.TupleOf: "_tuple",
    t.DictOf: "dict_literal",
    t.SetOf: "set_literal",
    t.RecordOf: "_record",
    t.Part: "_owned_part",
    t.Field: "_owned_part",
    t.IsNone: "_is_none",
    t.Unwrap: "_unwrap",
}
"""Which method lowers which node."""


class ExpressionLowering(CallLowering):
    """Lowers expressions."""

    variables: dict[str, Type]
    unbound: set[t.Local]
    flags: dict[str, str]

    def expr(self, node: t.Expr) -> Value:
        """Lower an expression."""
        if node in self.rows:
            return self.rows[node]
        lowered: Value = getattr(self, _LOWER[type(node)])(node)
        return lowered

    def _truth(self, node: t.Truth) -> Value:
        return Value(BOOL, self.truth(self.expr(node.operand)))

    def _choice(self, node: t.Choice) -> Value:
        test = self.expr(node.test).ref
        return self._merge(node.type, test, lambda: self.expr(node.then), lambda: self.expr(node.other))

    def _tuple(self, node: t.TupleOf) -> Value:
        items = [self.keep(self.expr(item)) for item in node.items]
        whole, held = "undef", ir_type(node.type)
        for number, item in enumerate(items):
            whole = self.code.make(f"insertvalue {held} {whole}, {ir_type(item.type)} {item.ref}, {number}")
        return Value(node.type, whole, owned=is_counted(node.type))

    def _record(self, node: t.RecordOf) -> Value:
        assert isinstance(node.type, RecordT)
        items = [self.keep(self.expr(item)) for item in node.items]
        offsets, size = record_layout(node.type)
        made = self.code.call("ptr", "hnb_alloc", ("i32", str(size)), ("i32", str(node.line)))
        self.code.store("i32", "1", made, "rc")
        if not items:
            for name, cell in node.type.record.fields.items():
                self.code.put(held_type(cell.item), "zeroinitializer", self.code.field(made, offsets[name]))
        for name, item in zip(node.type.record.fields, items, strict=bool(items)):
            self.code.put(held_type(item.type), stored(self.code, item), self.code.field(made, offsets[name]))
        return Value(node.type, made, owned=True)

    def _owned_part(self, node: t.Part | t.Field) -> Value:
        return self.keep(self.borrowed(node))

    def _is_none(self, node: t.IsNone) -> Value:
        value = self.borrowed(node.operand)
        test = "true" if value.type == NONE else self.code.make(f"xor i1 {self.is_some(value)}, true")
        self.drop(value)
        return Value(BOOL, test)

    def _unwrap(self, node: t.Unwrap) -> Value:
        value = self.expr(node.operand)
        if node.code:
            self.code.trap_if(self.code.make(f"xor i1 {self.is_some(value)}, true"), node.code, node.line)
        return self.inner(value)

    def _comprehension(self, node: t.Comprehension) -> Value:
        self.block(node.body)
        return self._local(t.Local(node.type, node.line, node.name))

    def block(self, body: list[t.Stmt]) -> None:
        """Lower statements (see `statements`)."""
        raise NotImplementedError

    # ------------------------------------------------------------ atoms

    def _const(self, node: t.Const) -> Value:
        value = node.value
        if node.type == BOOL:
            return Value(BOOL, "true" if value else "false")
        if node.type == INT:
            return Value(INT, str(int(value)))
        if node.type in {FLOAT, NUM}:
            return Value(node.type, float_text(float(value)))
        if node.type == CHAR:
            return Value(CHAR, str(ord(str(value))))
        if isinstance(value, bytes):
            return Value(BYTES, self.code.module.octets(value))
        return Value(STR, self.code.module.text(str(value)))

    def _nothing(self, _node: t.Nothing) -> Value:
        return Value(NONE, "false")

    def _local(self, node: t.Local) -> Value:
        if node in self.unbound:
            unset = self.code.make(f"xor i1 {self.code.load('i1', self.flags[node.name])}, true")
            self.code.trap_if(unset, NOT_BOUND_IN_GENERATOR if node.free else UNBOUND, node.line)
        kind = self.variables[node.name]
        ref = self.code.load(ir_type(kind), f'%"{node.name}"')
        if kind == NUM:
            return Value(NUM, ref, tag=self.code.load("i8", f'%"{node.name} tag"'))
        return Value(kind, ref)

    def set_local(self, name: str, value: Value) -> None:
        """Assign a variable; it takes over the value's reference."""
        kind = self.variables[name]
        if is_counted(kind):
            value = self.keep(value)
            old = self.code.load(ir_type(kind), f'%"{name}"')
            self.code.store(ir_type(kind), value.ref, f'%"{name}"')
            self.release(kind, old)
        else:
            self.code.store(ir_type(kind), value.ref, f'%"{name}"')
        if kind == NUM:
            self.code.store("i8", value.tag, f'%"{name} tag"')
        if name in self.flags:
            self.code.store("i1", "true", self.flags[name])

    # ------------------------------------------------------------ operators

    def _unary(self, node: t.Unary) -> Value:
        value = self.expr(node.operand)
        if node.op == "not":
            return Value(BOOL, self.code.make(f"xor i1 {value.ref}, true"))
        if node.op == "invert":
            return Value(INT, self.code.make(f"xor i64 {value.ref}, -1"))
        if node.type == INT:
            return Value(INT, self.negate_int(node, value.ref))
        if node.type == NUM:
            return self.negate_num(value, node.line)
        return Value(FLOAT, self.code.make(f"fneg double {value.ref}"))

    def _arith(self, node: t.Arith) -> Value:
        left, right = self.expr(node.left), self.expr(node.right)
        kind = left.type
        if kind == BOOL:
            name = {"&": "and", "|": "or", "^": "xor"}[node.op]
            return Value(BOOL, self.code.make(f"{name} i1 {left.ref}, {right.ref}"))
        if kind == INT and node.op == "/":
            return Value(FLOAT, self.int_true_divide(node, left.ref, right.ref))
        if kind == INT:
            return Value(INT, self.int_arith(node, left.ref, right.ref))
        if kind == NUM:
            return self.num_arith(node, left, right)
        return Value(FLOAT, self.float_arith(node, left.ref, right.ref))

    def _convert(self, node: t.Convert) -> Value:
        return self.converted(self.expr(node.operand), node.type, node)

    def converted(self, value: Value, kind: Type, node: t.Convert) -> Value:
        """A value as another type that holds it; ``node`` is the place of the conversion, for what is known of it."""
        have, make = value.type, self.code.make
        if have == kind:
            return Value(kind, value.ref, owned=value.owned, tag=value.tag)
        if have == BOTTOM:
            return Value(kind, "zeroinitializer", owned=is_counted(kind))
        if isinstance(kind, OptionT):
            return self._as_option(value, kind, node)
        if isinstance(kind, TupleT):
            return self._convert_tuple(value, kind, node)
        if isinstance(kind, ListT) and isinstance(have, TupleT):
            return self._tuple_as_row(value, kind, node)
        if isinstance(kind, ListT) and isinstance(have, ListT) and have.item == kind.item:
            return Value(kind, value.ref, owned=value.owned)
        if isinstance(kind, ListT):
            return self._convert_list(node, value, kind)
        if have == BOOL:
            whole = Value(INT, make(f"zext i1 {value.ref} to i64"))
            return whole if kind == INT else self.converted(whole, kind, node)
        if kind == STR:
            return self.as_str(value, node.line)
        if have == INT and kind == NUM:
            return self.int_to_num(node, value.ref)
        if have == INT and kind == FLOAT:
            return Value(FLOAT, make(f"sitofp i64 {value.ref} to double"))
        return Value(kind, value.ref, owned=value.owned, tag=value.tag if kind == NUM and have == NUM else TAG_FLOAT)

    # ------------------------------------------------------------ options and tuples

    def is_some(self, value: Value) -> str:
        """Whether an option holds a value."""
        if is_object(value.type):
            return self.code.make(f"icmp ne ptr {value.ref}, null")
        return self.code.make(f"extractvalue {ir_type(value.type)} {value.ref}, 0")

    def inner(self, value: Value) -> Value:
        """What an option holds; zeros, if nothing."""
        assert isinstance(value.type, OptionT)
        kind = value.type.inner
        ref = value.ref if is_object(kind) else self.code.make(f"extractvalue {ir_type(value.type)} {value.ref}, 1")
        return Value(kind, ref, owned=value.owned and is_counted(kind), tag=TAG_UNKNOWN)

    def _as_option(self, value: Value, kind: OptionT, node: t.Convert) -> Value:
        if value.type == NONE:
            return Value(kind, "null" if is_object(kind) else "zeroinitializer", owned=is_counted(kind))
        if isinstance(value.type, OptionT):
            held = self.keep(value)
            return self._merge(
                kind,
                self.is_some(value),
                lambda: self._as_option(self.inner(held), kind, node),
                lambda: self._as_option(Value(NONE, "false"), kind, node),
            )
        inner = self.converted(value, kind.inner, node)
        if is_object(kind):
            return Value(kind, inner.ref, owned=inner.owned)
        made = self.code.make(
            f"insertvalue {ir_type(kind)} {{ i1 true, {ir_type(kind.inner)} undef }}, {ir_type(kind.inner)} {inner.ref}, 1"
        )
        return Value(kind, made, owned=inner.owned)

    def _convert_tuple(self, value: Value, kind: TupleT, node: t.Convert) -> Value:
        whole, held = "undef", ir_type(kind)
        value = self.keep(value)
        for number, item in enumerate(kind.items):
            part = self.part(value, number)
            part = Value(part.type, part.ref, owned=is_counted(part.type), tag=part.tag)
            made = self.converted(part, item, node)
            whole = self.code.make(f"insertvalue {held} {whole}, {ir_type(item)} {made.ref}, {number}")
        return Value(kind, whole, owned=is_counted(kind))

    def _tuple_as_row(self, value: Value, kind: ListT, node: t.Convert) -> Value:
        """A tuple of fixed length as one of any."""
        assert isinstance(value.type, TupleT)
        count = len(value.type.items)
        value = self.keep(value)
        made = self.new_list(kind, str(count), node.line)
        for number in range(count):
            part = self.part(value, number)
            part = Value(part.type, part.ref, owned=is_counted(part.type), tag=part.tag)
            self.write(made, str(number), self.converted(part, kind.item, node))
        return made

    def _convert_list(self, node: t.Convert, value: Value, kind: ListT) -> Value:
        """A new list with the items of another, each converted."""
        make = self.code.make
        assert isinstance(value.type, ListT)
        made = self.new_list(kind, self.length(value), node.line)
        index = self.code.slot("i64")
        self.code.store("i64", "0", index)
        test, body, done = (self.code.fresh(part) for part in ("convert", "item", "converted"))
        self.code.label(test)
        at = self.code.load("i64", index)
        self.code.branch(make(f"icmp ult i64 {at}, {self.length(value)}"), body, done)
        self.code.label(body)
        # What is known of the list's ints is known of `node` only where it converts a single int.
        place = t.Convert(kind.item, node.line, t.Local(value.type.item, node.line, ""))
        item = self.converted(self.keep(self.at(value, at)), kind.item, place)
        self.write(made, make(f"trunc i64 {at} to i32"), item)
        self.code.store("i64", make(f"add nuw nsw i64 {at}, 1"), index)
        self.code.again(test)
        self.code.label(done)
        self.drop(value)
        return made

    def truth(self, value: Value) -> str:
        """The truth value of a value, which is given back."""
        make = self.code.make
        if value.type == BOOL:
            return value.ref
        if value.type == INT:
            return make(f"icmp ne i64 {value.ref}, 0")
        if value.type in {FLOAT, NUM}:
            return make(f"fcmp une double {value.ref}, 0.0")
        if value.type == CHAR or isinstance(value.type, TupleT | RecordT):
            self.drop(value)
            return "true"
        if value.type == NONE:
            return "false"
        if isinstance(value.type, OptionT):
            return self._option_truth(value)
        some = make(f"icmp ne i64 {self.length(value)}, 0")
        self.drop(value)
        return some

    def _option_truth(self, value: Value) -> str:
        """An option is true where it holds something that is true."""
        answer = self.code.slot("i1")
        self.code.store("i1", "false", answer)
        look, done = self.code.fresh("look"), self.code.fresh("looked")
        self.code.branch(self.is_some(value), look, done)
        self.code.label(look)
        self.code.store("i1", self.truth(self.inner(value)), answer)
        self.code.label(done)
        return self.code.load("i1", answer)

    def _logic(self, node: t.Logic) -> Value:
        return self._logic_from(node, 0)

    def _logic_from(self, node: t.Logic, index: int) -> Value:
        value = self.expr(node.operands[index])
        if index == len(node.operands) - 1:
            return value
        held = self.keep(value)
        test = self.truth(Value(held.type, held.ref, tag=held.tag))

        def rest() -> Value:
            self.drop(held)
            return self._logic_from(node, index + 1)

        keep, go_on = (lambda: held), rest
        return (
            self._merge(node.type, test, go_on, keep) if node.op == "and" else self._merge(node.type, test, keep, go_on)
        )
