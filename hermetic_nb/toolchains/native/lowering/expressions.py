"""Expressions: the dispatch over tree nodes, variables, operators, conversions and logic."""

from __future__ import annotations

from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.calls import CallLowering
from hermetic_nb.toolchains.native.lowering.code import TAG_FLOAT, Value, float_text, ir_type
from hermetic_nb.toolchains.native.lowering.layout import NOT_BOUND_IN_GENERATOR, UNBOUND
from hermetic_nb.toolchains.native.types import BOOL, BYTES, CHAR, FLOAT, INT, NUM, STR, ListT, Type, is_counted

_LOWER: Final = {
    t.Const: "_const",
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
}
"""Which method lowers which node."""


class ExpressionLowering(CallLowering):
    """Lowers expressions."""

    variables: dict[str, Type]
    unbound: set[t.Local]
    flags: dict[str, str]

    def expr(self, node: t.Expr) -> Value:
        """Lower an expression."""
        lowered: Value = getattr(self, _LOWER[type(node)])(node)
        return lowered

    def _truth(self, node: t.Truth) -> Value:
        return Value(BOOL, self.truth(self.expr(node.operand)))

    def _choice(self, node: t.Choice) -> Value:
        test = self.expr(node.test).ref
        return self._merge(node.type, test, lambda: self.expr(node.then), lambda: self.expr(node.other))

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
            old = self.code.load("ptr", f'%"{name}"')
            self.code.store("ptr", value.ref, f'%"{name}"')
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
        value = self.expr(node.operand)
        have, kind = value.type, node.type
        make = self.code.make
        if isinstance(kind, ListT):
            return self._convert_list(node, value, kind)
        if have == BOOL:
            return Value(INT, make(f"zext i1 {value.ref} to i64"))
        if kind == STR:
            return self.as_str(value, node.line)
        if have == INT and kind == NUM:
            return self.int_to_num(node, value.ref)
        if have == INT:
            return Value(FLOAT, make(f"sitofp i64 {value.ref} to double"))
        return Value(kind, value.ref, tag=TAG_FLOAT)

    def _convert_list(self, node: t.Convert, value: Value, kind: ListT) -> Value:
        """A new list with the items of another, ints as floats."""
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
        item = self.at(value, at)
        if item.type == INT:
            item = self.int_to_num(t.Convert(NUM, node.line, t.Local(INT, node.line, "")), item.ref)
        self.write(made, make(f"trunc i64 {at} to i32"), Value(kind.item, item.ref))
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
        if value.type == CHAR:
            return "true"
        some = make(f"icmp ne i64 {self.length(value)}, 0")
        self.drop(value)
        return some

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

    # ------------------------------------------------------------ calls
