"""Calls of the cell's functions, of built-ins and of `math`."""

from __future__ import annotations

from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.arrays import ArrayLowering
from hermetic_nb.toolchains.native.lowering.code import TAG_FLOAT, Value
from hermetic_nb.toolchains.native.lowering.layout import DATA, LEN, MATH_DOMAIN
from hermetic_nb.toolchains.native.lowering.shapes import ir_type, result_type
from hermetic_nb.toolchains.native.types import BOOL, FLOAT, INT, NONE, NUM, TupleT, is_counted
from hermetic_nb.toolchains.native.walks import is_still

_SEQUENCE: Final = {"str", "bytes", "list", "table", "deque", "copy"}
_INTRINSIC: Final = {"fabs": "llvm.fabs.f64", "copysign": "llvm.copysign.f64"}


class CallLowering(ArrayLowering):
    """Lowers calls."""

    depth: str
    """What is left of the allowed depth of calls, as an i32."""
    version: int
    """Which version of the cell's functions this is part of (see `facts.Facts.assumed`)."""

    def symbol(self, function: t.Function, *, soft: bool = False) -> str:
        """The name of a function in the IR; ``soft``: of its version that notes exceptions."""
        return f"{function.symbol}.{self.version}{'.soft' * soft}"

    def _invoke(self, node: t.Invoke) -> Value:
        values = [self.expr(argument) for argument in node.arguments]
        arguments = [text for value in values for text in _passed(value)]
        if node.target.recursive:
            arguments.append(f"i32 {self.depth}")
        self.code.settle()
        kind = node.target.result
        soft = bool(self.code.handler)
        if soft and node.target not in self.code.module.soft:
            self.code.module.soft.append(node.target)
        symbol = self.symbol(node.target, soft=soft)
        if not node.target.returns:
            self.code.emit(f"call void @{symbol}({', '.join(arguments)})")
            if soft:
                self.code.look()
            self.code.emit("unreachable")
            self.code.live = False
            return Value(NONE, "")
        call = f"call {result_type(kind)} @{symbol}({', '.join(arguments)})"
        if kind == NONE:
            self.code.emit(call)
            result = Value(NONE, "")
        else:
            ref = self.code.make(call)
            tag = self.code.load("i8", "@tag") if kind == NUM else TAG_FLOAT
            result = Value(kind, ref, owned=is_counted(kind), tag=tag)
        for value in values:
            self.drop(value)
        if soft:
            self.code.look()
        return result

    def _builtin(self, node: t.Builtin) -> Value:
        name = node.name
        family = name.split(".")[0]
        if family in _SEQUENCE:
            return self.sequence_call(node, name)
        if family == "array":
            return self.array_call(node)
        if family == "math" and name != "math.isclose":
            return self._math(node, name.removeprefix("math."))
        method = getattr(self, "_do_" + name.replace(".", "_"))
        result: Value = method(node)
        return result

    def _math(self, node: t.Builtin, name: str) -> Value:
        values = [self.expr(argument) for argument in node.arguments]
        if name == "sqrt":
            negative = self.code.make(f"fcmp olt double {values[0].ref}, 0.0")
            self.code.trap_if(negative, MATH_DOMAIN, node.line)
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
        value = self.borrowed(node.arguments[0])
        if isinstance(value.type, TupleT):
            self.drop(value)
            return Value(INT, str(len(value.type.items)))
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
        return Value(node.type, "zeroinitializer", owned=is_counted(node.type))

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
        held = ir_type(node.type)
        best = self.expr(node.arguments[0])
        for argument in node.arguments[1:]:
            if not is_still(argument):
                best = self.keep(best)
            other = self.expr(argument)
            compare = t.Compare(BOOL, node.line, argument, [])
            test = self._pair(compare, op, other, best)
            if is_counted(node.type):
                best, other = self.keep(best), self.keep(other)
                chosen = [
                    self.code.make(f"select i1 {test}, {held} {one.ref}, {held} {two.ref}")
                    for one, two in ((other, best), (best, other))
                ]
                best = Value(node.type, chosen[0], owned=True)
                self.release(node.type, chosen[1])
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
