"""Expressions: the dispatch over tree nodes, conversions, logic, calls and built-ins."""

from __future__ import annotations

from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.code import (
    TAG_FLOAT,
    Value,
    float_text,
    ir_type,
)
from hermetic_nb.toolchains.native.lowering.numbers import NumberLowering
from hermetic_nb.toolchains.native.lowering.sequences import DATA, LEN, SequenceLowering
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
    is_number,
)

UNBOUND: Final = 19
NAN_IDENTITY: Final = 55
NOT_BOUND_IN_GENERATOR: Final = 76
_SEQUENCE: Final = {"str", "bytes", "list"}
_INTRINSIC: Final = {"fabs": "llvm.fabs.f64", "copysign": "llvm.copysign.f64"}


class ExpressionLowering(NumberLowering, SequenceLowering):
    """Lowers expressions."""

    variables: dict[str, Type]
    unbound: set[t.Local]
    flags: dict[str, str]
    depth: str
    """What is left of the allowed depth of calls, as an i32."""

    version: int
    """Which version of the cell's functions this is part of (see `facts.Facts.assumed`)."""

    def symbol(self, function: t.Function) -> str:
        """The name of a function in the IR."""
        return f"{function.symbol}.{self.version}"

    def expr(self, node: t.Expr) -> Value:
        """Lower an expression."""
        match node:
            case t.Const():
                return self._const(node)
            case t.Local():
                return self._local(node)
            case t.Unary():
                return self._unary(node)
            case t.Arith():
                return self._arith(node)
            case t.Convert():
                return self._convert(node)
            case t.Compare():
                return self._compare(node)
            case t.Logic():
                return self._logic(node)
            case t.Truth():
                return Value(BOOL, self.truth(self.expr(node.operand)))
            case t.Choice():
                return self._merge(
                    node.type, self.expr(node.test).ref, lambda: self.expr(node.then), lambda: self.expr(node.other)
                )
            case t.Invoke():
                return self._invoke(node)
            case t.Builtin():
                return self._builtin(node)
            case t.Index():
                return self.lower_index(node)
            case t.Slice():
                return self.lower_slice(node)
            case t.ListOf():
                return self.list_literal(node)
            case t.Comprehension():
                self.block(node.body)
                return self._local(t.Local(node.type, node.line, node.name))
        raise AssertionError(type(node).__name__)

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

    def _merge(self, kind: Type, test: str, then: object, other: object) -> Value:
        """``then() if test else other()``, each lowered in its own block."""
        code = self.code
        slot = code.slot(ir_type(kind))
        tag = code.slot("i8") if kind == NUM else ""
        yes, no, done = (code.fresh(part) for part in ("then", "else", "chosen"))
        code.branch(test, yes, no)
        for label, make in ((yes, then), (no, other)):
            code.label(label)
            value = self.keep(make())  # type: ignore[operator] # a closure that lowers one side
            code.store(ir_type(kind), value.ref, slot)
            if tag:
                code.store("i8", value.tag, tag)
            code.jump(done)
        code.label(done)
        ref = code.load(ir_type(kind), slot)
        return Value(kind, ref, owned=is_counted(kind), tag=code.load("i8", tag) if tag else TAG_FLOAT)

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

    def _compare(self, node: t.Compare) -> Value:
        left = self.expr(node.first)
        if len(node.links) == 1:
            return Value(BOOL, self._link(node, left, *node.links[0]))
        answer = self.code.slot("i1")
        self.code.store("i1", "false", answer)
        done = self.code.fresh("compared")
        held: list[Value] = []
        for position, (op, operand) in enumerate(node.links):
            right = self.expr(operand)
            held.append(left)
            test = self._pair(node, op, left, right)
            if position == len(node.links) - 1:
                self.code.store("i1", test, answer)
                held.append(right)
            else:
                onward = self.code.fresh("link")
                self.code.branch(test, onward, done)
                self.code.label(onward)
            left = right
        if any(value.owned for value in held):
            # Objects made by a chain that stops early are kept until the instance ends; the common chain holds numbers.
            for value in held:
                self.drop(value)
        self.code.label(done)
        return Value(BOOL, self.code.load("i1", answer))

    def _link(self, node: t.Compare, left: Value, op: str, operand: t.Expr) -> str:
        if isinstance(operand, t.Options):
            return self._among(node, left, op, operand)
        right = self.expr(operand)
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
        return self.compare_sequences(op, left, right)

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

    # ------------------------------------------------------------ calls

    def _invoke(self, node: t.Invoke) -> Value:
        values = [self.expr(argument) for argument in node.arguments]
        arguments = [text for value in values for text in _passed(value)]
        if node.target.recursive:
            arguments.append(f"i32 {self.depth}")
        self.code.settle()
        kind = node.target.result
        if not node.target.returns:
            self.code.emit(f"call void @{self.symbol(node.target)}({', '.join(arguments)})")
            self.code.emit("unreachable")
            self.code.live = False
            return Value(NONE, "")
        call = f"call {ir_type(kind)} @{self.symbol(node.target)}({', '.join(arguments)})"
        if kind == NONE:
            self.code.emit(call)
            result = Value(NONE, "")
        else:
            ref = self.code.make(call)
            tag = self.code.load("i8", "@tag") if kind == NUM else TAG_FLOAT
            result = Value(kind, ref, owned=is_counted(kind), tag=tag)
        for value in values:
            self.drop(value)
        return result

    def _builtin(self, node: t.Builtin) -> Value:
        name = node.name
        family = name.split(".")[0]
        if family in _SEQUENCE:
            return self.sequence_call(node, name)
        if family == "math" and name != "math.isclose":
            return self._math(node, name.removeprefix("math."))
        method = getattr(self, "_do_" + name.replace(".", "_"))
        result: Value = method(node)
        return result

    def _math(self, node: t.Builtin, name: str) -> Value:
        values = [self.expr(argument) for argument in node.arguments]
        if name == "sqrt":
            negative = self.code.make(f"fcmp olt double {values[0].ref}, 0.0")
            self.code.trap_if(negative, 7, node.line)
            self.code.module.declared["llvm.sqrt.f64"] = "declare double @llvm.sqrt.f64(double)"
            return Value(FLOAT, self.code.make(f"call double @llvm.sqrt.f64(double {values[0].ref})"))
        if name in _INTRINSIC:
            target = _INTRINSIC[name]
            self.code.module.declared[target] = f"declare double @{target}({', '.join(['double'] * len(values))})"
            return Value(
                FLOAT, self.code.make(f"call double @{target}({', '.join(f'double {v.ref}' for v in values)})")
            )
        arguments = [(ir_type(value.type), value.ref) for value in values]
        if name == "isnan":
            return Value(BOOL, self.code.make(f"fcmp uno double {values[0].ref}, 0.0"))
        if node.type == BOOL:
            test = {"isinf": "oeq", "isfinite": "olt"}[name]
            return Value(BOOL, self.code.make(f"fcmp {test} double {self.fabs(values[0].ref)}, 0x7FF0000000000000"))
        ref = self.code.call(ir_type(node.type), f"hnb_math_{name}", *arguments, ("i32", str(node.line)))
        return Value(node.type, ref)

    def _do_math_isclose(self, node: t.Builtin) -> Value:
        return Value(BOOL, self.code.make(f"icmp ne i32 {self._called(node, 'i32', 'hnb_math_isclose')}, 0"))

    def _do_floats_fsum(self, node: t.Builtin) -> Value:
        return self._over_floats(node, "hnb_math_fsum")

    def _do_floats_dist(self, node: t.Builtin) -> Value:
        return self._over_floats(node, "hnb_math_dist")

    def _over_floats(self, node: t.Builtin, name: str) -> Value:
        """A runtime function of lists of floats, each passed as address and length."""
        values = [self.expr(argument) for argument in node.arguments]
        arguments = []
        for value in values:
            arguments.append(("ptr", self.code.load("ptr", self.code.field(value.ref, DATA), "data")))
            arguments.append(("i32", self.code.load("i32", self.code.field(value.ref, LEN), "len")))
        result = self.code.call("double", name, *arguments, ("i32", str(node.line)))
        for value in values:
            self.drop(value)
        return Value(FLOAT, result)

    def _do_frexp_0(self, node: t.Builtin) -> Value:
        return self._split(node, "hnb_math_frexp", "i64", second=False)

    def _do_frexp_1(self, node: t.Builtin) -> Value:
        return self._split(node, "hnb_math_frexp", "i64", second=True)

    def _do_modf_0(self, node: t.Builtin) -> Value:
        return self._split(node, "hnb_math_modf", "double", second=False)

    def _do_modf_1(self, node: t.Builtin) -> Value:
        return self._split(node, "hnb_math_modf", "double", second=True)

    def _split(self, node: t.Builtin, name: str, held: str, *, second: bool) -> Value:
        """One of the two results of a runtime function that writes its second one to memory."""
        slot = self.code.slot(held)
        value = self.expr(node.arguments[0])
        first = self.code.call("double", name, ("double", value.ref), ("ptr", slot), ("i32", str(node.line)))
        return Value(node.type, self.code.load(held, slot) if second else first)

    def _called(self, node: t.Builtin, kind: str, name: str) -> str:
        values = [self.expr(argument) for argument in node.arguments]
        return self.code.call(kind, name, *((ir_type(v.type), v.ref) for v in values), ("i32", str(node.line)))

    def _do_len(self, node: t.Builtin) -> Value:
        value = self.expr(node.arguments[0])
        count = self.length(value)
        self.drop(value)
        return Value(INT, count)

    def _do_ord(self, node: t.Builtin) -> Value:
        return self.lower_ord(node)

    def _do_chr(self, node: t.Builtin) -> Value:
        return self.lower_chr(node)

    def _do_trap(self, node: t.Builtin) -> Value:
        code = node.arguments[0]
        assert isinstance(code, t.Const)
        self.code.trap_if("true", int(code.value), node.line)
        zero = {"double": "0.0", "ptr": "null", "i1": "false"}.get(ir_type(node.type), "0")
        return Value(node.type, zero, owned=is_counted(node.type))

    def _do_abs(self, node: t.Builtin) -> Value:
        value = self.expr(node.arguments[0])
        if node.type != INT:
            return Value(node.type, self.fabs(value.ref), tag=value.tag)
        negated = t.Unary(INT, node.line, "neg", node.arguments[0])
        if node in self.facts.no_overflow:
            self.facts.no_overflow.add(negated)
        less = self.code.make(f"icmp slt i64 {value.ref}, 0")
        flipped = self.negate_int(negated, value.ref)
        return Value(INT, self.code.make(f"select i1 {less}, i64 {flipped}, i64 {value.ref}"))

    def _do_min(self, node: t.Builtin) -> Value:
        return self._extreme(node, "<")

    def _do_max(self, node: t.Builtin) -> Value:
        return self._extreme(node, ">")

    def _extreme(self, node: t.Builtin, op: str) -> Value:
        best = self.expr(node.arguments[0])
        for argument in node.arguments[1:]:
            other = self.expr(argument)
            compare = t.Compare(BOOL, node.line, argument, [])
            test = self._pair(compare, op, other, best)
            if is_counted(node.type):
                best = self._merge(node.type, test, lambda other=other: other, lambda best=best: best)
                continue
            ref = self.code.make(f"select i1 {test}, {ir_type(node.type)} {other.ref}, {ir_type(node.type)} {best.ref}")
            tag = best.tag
            if node.type == NUM and other.tag != best.tag:
                tag = self.code.make(f"select i1 {test}, i8 {other.tag}, i8 {best.tag}")
            best = Value(node.type, ref, tag=tag)
        return best

    def _do_int_from_float(self, node: t.Builtin) -> Value:
        return self._runtime(node, "hnb_float_to_int")

    def _do_int_from_str(self, node: t.Builtin) -> Value:
        value = self.expr(node.arguments[0])
        number = self.code.call("i64", "hnb_str_to_int", ("ptr", value.ref), ("i32", str(node.line)))
        self.drop(value)
        return Value(INT, number)

    def _do_int_pow_negative(self, node: t.Builtin) -> Value:
        return self._runtime(node, "hnb_int_pow_neg")

    def _do_int_pow_mod(self, node: t.Builtin) -> Value:
        return self._runtime(node, "hnb_int_powmod")

    def _do_round_int(self, node: t.Builtin) -> Value:
        return self._runtime(node, "hnb_round_int")

    def _do_round_digits(self, node: t.Builtin) -> Value:
        if node.type == INT:
            return self._runtime(node, "hnb_round_int_digits")
        value, places = (self.expr(argument) for argument in node.arguments)
        line = ("i32", str(node.line))
        rounded = self.code.call("double", "hnb_round_digits", ("double", value.ref), ("i64", places.ref), line)
        return Value(
            node.type,
            self.without_int_zero_sign(value.tag, rounded, node.line) if node.type == NUM else rounded,
            tag=value.tag,
        )

    def _do_sum_finish(self, node: t.Builtin) -> Value:
        high, low = (self.expr(argument) for argument in node.arguments)
        return Value(FLOAT, self.code.call("double", "hnb_sum_finish", ("double", high.ref), ("double", low.ref)))

    def _runtime(self, node: t.Builtin, name: str) -> Value:
        values = [self.expr(argument) for argument in node.arguments]
        arguments = [(ir_type(value.type), value.ref) for value in values]
        return Value(node.type, self.code.call(ir_type(node.type), name, *arguments, ("i32", str(node.line))))


def _passed(value: Value) -> list[str]:
    """A value as arguments of one of the cell's functions."""
    if value.type == NUM:
        return [f"double {value.ref}", f"i8 {value.tag}"]
    return [f"{ir_type(value.type)} {value.ref}"]
