"""Comparison and membership."""

from __future__ import annotations

from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.code import Value, float_text
from hermetic_nb.toolchains.native.lowering.layout import NAN_IDENTITY
from hermetic_nb.toolchains.native.lowering.numbers import NumberLowering
from hermetic_nb.toolchains.native.lowering.sequences import SequenceLowering
from hermetic_nb.toolchains.native.lowering.shapes import ir_type
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
    SetT,
    is_number,
    is_text,
)
from hermetic_nb.toolchains.native.walks import is_still

_KEYS: Final = {INT: ("i64", "i64"), FLOAT: ("f64", "double"), BOOL: ("bool", "i32")}
"""How the runtime names the functions of lists by their items, and how it takes an item."""


class ComparisonLowering(NumberLowering, SequenceLowering):
    """Lowers comparisons."""

    def _compare(self, node: t.Compare) -> Value:
        if len(node.links) == 1:
            left = self.before(node.first, node.links[0][1])
            return Value(BOOL, self._link(node, left, *node.links[0]))
        left = self.keep(self.expr(node.first))
        answer = self.code.slot("i1")
        self.code.store("i1", "false", answer)
        done = self.code.fresh("compared")
        for position, (op, operand) in enumerate(node.links):
            right = self.keep(self.expr(operand))
            test = self._pair(node, op, left, right)
            self.drop(left)
            left = right
            if position == len(node.links) - 1:
                self.code.store("i1", test, answer)
                self.drop(right)
                continue
            onward = self.code.fresh("link")
            stop = self.code.fresh("stop") if right.owned else done
            self.code.branch(test, onward, stop)
            if right.owned:
                self.code.label(stop)
                self.drop(right)
                self.code.jump(done)
            self.code.label(onward)
        self.code.label(done)
        return Value(BOOL, self.code.load("i1", answer))

    def _link(self, node: t.Compare, left: Value, op: str, operand: t.Expr) -> str:
        if isinstance(operand, t.Options):
            return self._among(node, left, op, operand)
        if not is_still(operand):
            left = self.keep(left)
        right = self.borrowed(operand)
        if op in {"in", "not in"}:
            if isinstance(right.type, ListT) and is_number(left.type):
                test = self._number_in(left, right, node)
            else:
                test = self.contains(left, right, node)
            test = test if op == "in" else self.code.make(f"xor i1 {test}, true")
        else:
            test = self._pair(node, op, left, right)
        self.drop(left)
        self.drop(right)
        return test

    def _pair(self, node: t.Compare, op: str, left: Value, right: Value) -> str:
        if is_number(left.type):
            return self.compare_numbers(node, op, left, right)
        return self.compare_sequences(op, left, right, node.line)

    def _number_in(self, item: Value, container: Value, node: t.Compare) -> str:
        """``item in container`` across kinds of numbers: looked for as the list's kind, if that holds it exactly."""
        make = self.code.make
        assert isinstance(container.type, ListT)
        kind = container.type.item
        if kind == BOTTOM:
            return "false"
        if item.type == BOOL and kind != BOOL:
            item = Value(INT, make(f"zext i1 {item.ref} to i64"))
        if item.type == kind or {item.type, kind} <= {FLOAT, NUM}:
            return self.contains(item, container, node)
        if item.type == INT:
            if kind == BOOL:
                exact = make(f"icmp ult i64 {item.ref}, 2")
                wanted = Value(BOOL, make(f"icmp eq i64 {item.ref}, 1"))
            else:
                wanted = Value(FLOAT, make(f"sitofp i64 {item.ref} to double"))
                exact = self._equal_across(item.ref, wanted.ref)
        elif kind == BOOL:
            one = make(f"fcmp oeq double {item.ref}, {float_text(1.0)}")
            exact = make(f"or i1 {one}, {make(f'fcmp oeq double {item.ref}, 0.0')}")
            wanted = Value(BOOL, one)
        else:
            self.code.module.declared["llvm.fptosi.sat.i64.f64"] = "declare i64 @llvm.fptosi.sat.i64.f64(double)"
            wanted = Value(INT, make(f"call i64 @llvm.fptosi.sat.i64.f64(double {item.ref})"))
            exact = self._equal_across(wanted.ref, item.ref)
        return make(f"and i1 {exact}, {self.contains(wanted, container, node)}")

    def _equal_across(self, whole: str, number: str) -> str:
        sign = self.code.call("i32", "hnb_cmp_int_float", ("i64", whole), ("double", number))
        return self.code.make(f"icmp eq i32 {sign}, 0")

    def _refuse_two_nans(self, node: t.Compare, left: Value, right: Value) -> None:
        """CPython looks at identity first, which a NaN here does not have."""
        if left.type in {FLOAT, NUM} and right.type in {FLOAT, NUM}:
            nans = [self.code.make(f"fcmp uno double {value.ref}, 0.0") for value in (left, right)]
            self.code.trap_if(self.code.make(f"and i1 {nans[0]}, {nans[1]}"), NAN_IDENTITY, node.line)

    def _among(self, node: t.Compare, left: Value, op: str, options: t.Options) -> str:
        result = "false"
        for option in options.items:
            right = self.expr(option)
            self._refuse_two_nans(node, left, right)
            result = self.code.make(f"or i1 {result}, {self._pair(node, '==', left, right)}")
            self.drop(right)
        self.drop(left)
        return result if op == "in" else self.code.make(f"xor i1 {result}, true")

    def search_list(self, base: Value, item: Value, what: str, line: int) -> str:
        """The first place of an item in a list, or -1 (``find``), or how often it is there (``count``)."""
        assert isinstance(base.type, ListT)
        kind = FLOAT if base.type.item == NUM else base.type.item
        if kind == BOTTOM:
            return "-1" if what == "find" else "0"
        if kind not in _KEYS:
            held, range_ = f"{ir_type(kind)} {item.ref}", ""
            if what == "find":
                range_ = f", i64 0, i64 {self.length(base)}"
            self.code.settle()
            name = self.code.module.helper("search" if what == "find" else "tally", base.type)
            return self.code.make(f"call i64 {name}(ptr {base.ref}, {held}{range_}, i32 {line})")
        name, held = _KEYS[kind]
        ref = self.code.make(f"zext i1 {item.ref} to i32") if kind == BOOL else item.ref
        return self.code.call("i64", f"hnb_list_{what}_{name}", ("ptr", base.ref), (held, ref))

    def compare_sequences(self, op: str, left: Value, right: Value, line: int) -> str:
        """A comparison of two values that are no numbers."""
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
        if not isinstance(left.type, ListT) or left.type.item not in _KEYS:
            return self._compare_whole(op, left, right, line)
        name, _ = _KEYS[left.type.item]
        if op in {"==", "!="}:
            same = self.code.call("i32", f"hnb_list_eq_{name}", ("ptr", left.ref), ("ptr", right.ref))
            return make(f"icmp {'ne' if op == '==' else 'eq'} i32 {same}, 0")
        number = {"<": 0, "<=": 1, ">": 2, ">=": 3}[op]
        holds = self.code.call(
            "i32", f"hnb_list_cmp_{name}", ("ptr", left.ref), ("ptr", right.ref), ("i32", str(number))
        )
        return make(f"icmp ne i32 {holds}, 0")

    def _compare_whole(self, op: str, left: Value, right: Value, line: int) -> str:
        make, kind = self.code.make, left.type
        if kind == NONE:
            return "true" if op == "==" else "false"
        held = ir_type(kind)
        self.code.settle()
        if op in {"==", "!="}:
            same = make(
                f"call i1 {self.code.module.helper('eq', kind)}({held} {left.ref}, {held} {right.ref}, i32 {line})"
            )
            return same if op == "==" else make(f"xor i1 {same}, true")
        order = make(
            f"call i32 {self.code.module.helper('cmp', kind)}({held} {left.ref}, {held} {right.ref}, i32 {line})"
        )
        if op in {"<", ">"}:
            return make(f"icmp eq i32 {order}, {-1 if op == '<' else 1}")
        other = make(f"icmp eq i32 {order}, {-1 if op == '<=' else 1}")
        return make(f"or i1 {other}, {make(f'icmp eq i32 {order}, 0')}")

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
        if isinstance(container.type, DictT | SetT):
            return make(f"icmp ne ptr {self.find(container, item, node.line)}, null")
        return make(f"icmp sge i64 {self.search_list(container, item, 'find', node.line)}, 0")

    def find(self, table: Value, key: Value, line: int) -> str:
        """The address of a key's entry, or null (see `tables`)."""
        raise NotImplementedError
