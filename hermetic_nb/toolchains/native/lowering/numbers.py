"""Arithmetic: exactly CPython's on ints (within 64 bits, else a trap) and on floats."""

from __future__ import annotations

from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis.facts import Facts
from hermetic_nb.toolchains.native.lowering.code import TAG_FLOAT, TAG_INT, FunctionCode, Value
from hermetic_nb.toolchains.native.lowering.layout import NOT_EXACT, OVERFLOW, TOO_LARGE, ZERO_DIVISION
from hermetic_nb.toolchains.native.types import BOOL, CHAR, FLOAT, INT, NUM

INT_MIN: Final = -(1 << 63)
INT_MAX: Final = (1 << 63) - 1
EXACT: Final = 1 << 53
WORD: Final = 64
_TWO_53: Final = "0x4340000000000000"


class NumberLowering:
    """Lowers operations on numbers."""

    code: FunctionCode
    facts: Facts

    # ------------------------------------------------------------ ints

    def int_arith(self, node: t.Arith, a: str, b: str) -> str:
        """An int operation on two ints."""
        make, line = self.code.make, node.line
        match node.op:
            case "+" | "-":
                name = "add" if node.op == "+" else "sub"
                if node in self.facts.no_overflow:
                    return make(f"{name} {self.code.exact}i64 {a}, {b}")
                result = make(f"{name} i64 {a}, {b}")
                self.code.overflow_if_negative(self._overflow(node, a, b, result), line)
                return result
            case "*":
                return self._multiply(node, a, b, ((node.right, a), (node.left, b)))
            case "//" | "%":
                return self._divide(node, a, b)
            case "&" | "|" | "^":
                return make(f"{ {'&': 'and', '|': 'or', '^': 'xor'}[node.op] } i64 {a}, {b}")
            case "<<" | ">>":
                return self._shift(node, a, b)
        return self._int_power(node, a, b)

    def _overflow(self, node: t.Arith, a: str, b: str, result: str) -> str:
        """A word that is negative exactly where a sum or difference overflowed.

        Then the operands (of a - b: a and -b) are of one sign, and the result is of the other. What is known of a sign
        may rest on an overflow that is still to be looked at: that one's own word is negative then, and looked at with this.
        """
        make, adds = self.code.make, node.op == "+"
        left, right = node in self.facts.left_nonnegative, node in self.facts.right_nonnegative
        if adds and left and right:
            return result
        if left:
            return make(f"and i64 {make(f'xor i64 {b}, -1') if adds else b}, {result}")
        if right:
            first, second = (result, a) if adds else (a, result)
            return make(f"and i64 {first}, {make(f'xor i64 {second}, -1')}")
        first = make(f"xor i64 {a}, {result}")
        second = make(f"xor i64 {b}, {result}" if adds else f"xor i64 {a}, {b}")
        return make(f"and i64 {first}, {second}")

    def _multiply(self, node: t.Arith, a: str, b: str, sides: tuple[tuple[t.Expr, str], ...] = ()) -> str:
        make, line = self.code.make, node.line
        if node in self.facts.no_overflow:
            return make(f"mul {self.code.exact}i64 {a}, {b}")
        for constant, other in sides:
            if isinstance(constant, t.Const) and abs(int(constant.value)) > 1:
                c = int(constant.value)
                low, high = sorted((_toward_zero(INT_MIN, c), _toward_zero(INT_MAX, c)))
                shifted = make(f"sub i64 {other}, {low}")
                self.code.trap_if(make(f"icmp ugt i64 {shifted}, {high - low}"), OVERFLOW, line)
                return make(f"mul nsw i64 {other}, {c}")
        slot = self.code.slot("i64")
        fast, slow, done = (self.code.fresh(part) for part in ("small", "large", "product"))
        bias = 1 << 31
        fits = [make(f"icmp ult i64 {make(f'add i64 {x}, {bias}')}, {bias * 2}") for x in (a, b)]
        both = make(f"and i1 {fits[0]}, {fits[1]}")
        self.code.branch(both, fast, slow, "likely")
        self.code.label(fast)
        self.code.store("i64", make(f"mul nsw i64 {a}, {b}"), slot)
        self.code.jump(done)
        self.code.label(slow)
        product = self.code.call("i64", "hnb_mul_slow", ("i64", a), ("i64", b), ("i32", str(line)))
        self.code.store("i64", product, slot)
        self.code.label(done)
        return self.code.load("i64", slot)

    def _divide(self, node: t.Arith, a: str, b: str) -> str:
        # Nothing proved of the operands holds while an overflow is outstanding.
        self.code.settle()
        make, line = self.code.make, node.line
        divisor = int(node.right.value) if isinstance(node.right, t.Const) else None
        quotient = node.op == "//"
        if divisor is not None and divisor > 0:
            if divisor & (divisor - 1) == 0:
                return (
                    make(f"ashr i64 {a}, {divisor.bit_length() - 1}")
                    if quotient
                    else make(f"and i64 {a}, {divisor - 1}")
                )
            return self._divide_by_positive(node, a, b)
        if divisor is None and node not in self.facts.nonzero:
            self.code.trap_if(make(f"icmp eq i64 {b}, 0"), ZERO_DIVISION, line)
        elif divisor == 0:
            self.code.trap_if("true", ZERO_DIVISION, line)
            return "0"
        if node in self.facts.nonnegative or (divisor is None and node in self.facts.positive):
            return self._divide_by_positive(node, a, b)
        if divisor == -1 or (divisor is None and node not in self.facts.no_overflow):
            minus_one = make(f"icmp eq i64 {b}, -1")
            if quotient:
                lowest = make(f"icmp eq i64 {a}, {INT_MIN}")
                self.code.trap_if(make(f"and i1 {minus_one}, {lowest}"), OVERFLOW, line)
            else:
                # The remainder of INT_MIN by -1 is undefined in IR; by 1 it is the same 0.
                b = make(f"select i1 {minus_one}, i64 1, i64 {b}")
        rest = make(f"srem i64 {a}, {b}")
        differs = make(f"icmp slt i64 {make(f'xor i64 {rest}, {b}')}, 0")
        uneven = make(f"icmp ne i64 {rest}, 0")
        adjust = make(f"and i1 {differs}, {uneven}")
        if quotient:
            return make(f"sub i64 {make(f'sdiv i64 {a}, {b}')}, {make(f'zext i1 {adjust} to i64')}")
        return make(f"select i1 {adjust}, i64 {make(f'add i64 {rest}, {b}')}, i64 {rest}")

    def _divide_by_positive(self, node: t.Arith, a: str, b: str) -> str:
        make = self.code.make
        if node in self.facts.nonnegative:
            return make(f"{'udiv' if node.op == '//' else 'urem'} i64 {a}, {b}")
        rest = make(f"srem i64 {a}, {b}")
        negative = make(f"icmp slt i64 {rest}, 0")
        if node.op == "%":
            return make(f"select i1 {negative}, i64 {make(f'add i64 {rest}, {b}')}, i64 {rest}")
        return make(f"sub i64 {make(f'sdiv i64 {a}, {b}')}, {make(f'zext i1 {negative} to i64')}")

    def _shift(self, node: t.Arith, a: str, b: str) -> str:
        # As for a division: a count that has overflowed must not reach the shift.
        self.code.settle()
        make, line = self.code.make, node.line
        count = int(node.right.value) if isinstance(node.right, t.Const) else None
        if node.op == ">>":
            if count is not None and count >= 0:
                return make(f"ashr i64 {a}, {min(count, WORD - 1)}")
            return self.code.call("i64", "hnb_shr", ("i64", a), ("i64", b), ("i32", str(line)))
        if count is not None and 0 <= count < WORD - 1:
            if node not in self.facts.no_overflow:
                # Overflow exactly where shifting back does not give the operand again.
                back = make(f"ashr i64 {make(f'shl i64 {a}, {count}')}, {count}")
                self.code.trap_if(make(f"icmp ne i64 {back}, {a}"), OVERFLOW, line)
            return make(f"shl i64 {a}, {count}")
        if node in self.facts.no_overflow and node in self.facts.nonnegative:
            return make(f"shl i64 {a}, {b}")
        return self.code.call("i64", "hnb_shl", ("i64", a), ("i64", b), ("i32", str(line)))

    def _int_power(self, node: t.Arith, a: str, b: str) -> str:
        if isinstance(node.right, t.Const):
            exponent = int(node.right.value)
            if exponent == 0:
                return "1"
            if exponent == 1:
                return a
            if exponent == 2:
                return self._multiply(node, a, a)
        if not isinstance(node.right, t.Const):
            # A negative exponent gives a float, which the result's type cannot hold here.
            self.code.trap_if(self.code.make(f"icmp slt i64 {b}, 0"), NOT_EXACT, node.line)
        return self.code.call("i64", "hnb_int_pow", ("i64", a), ("i64", b), ("i32", str(node.line)))

    def int_true_divide(self, node: t.Arith, a: str, b: str) -> str:
        """``/`` of two ints, rounded once as CPython does."""
        make = self.code.make
        if isinstance(node.right, t.Const) and int(node.right.value) == 0:
            self.code.trap_if("true", ZERO_DIVISION, node.line)
        elif not isinstance(node.right, t.Const) and node not in self.facts.nonzero:
            self.code.trap_if(make(f"icmp eq i64 {b}, 0"), ZERO_DIVISION, node.line)
        if node in self.facts.exact:
            return make(f"fdiv double {make(f'sitofp i64 {a} to double')}, {make(f'sitofp i64 {b} to double')}")
        return self.code.call("double", "hnb_truediv_int", ("i64", a), ("i64", b))

    def negate_int(self, node: t.Unary, a: str) -> str:
        """``-a``."""
        if node not in self.facts.no_overflow:
            self.code.trap_if(self.code.make(f"icmp eq i64 {a}, {INT_MIN}"), OVERFLOW, node.line)
        return self.code.make(f"sub {self.code.exact}i64 0, {a}")

    # ------------------------------------------------------------ floats

    def float_arith(self, node: t.Arith, a: str, b: str) -> str:
        """A float operation on two floats."""
        make, line = self.code.make, str(node.line)
        match node.op:
            case "+" | "-" | "*":
                return make(f"{ {'+': 'fadd', '-': 'fsub', '*': 'fmul'}[node.op] } double {a}, {b}")
            case "/":
                self._refuse_zero(node, b)
                return make(f"fdiv double {a}, {b}")
            case "//":
                return self.code.call("double", "hnb_float_floordiv", ("double", a), ("double", b), ("i32", line))
            case "%":
                return self.code.call("double", "hnb_float_mod", ("double", a), ("double", b), ("i32", line))
        if isinstance(node.right, t.Const) and node.right.value == 2:
            return self._float_square(node, a)
        return self.code.call("double", "hnb_float_pow", ("double", a), ("double", b), ("i32", line))

    def _float_square(self, node: t.Arith, a: str) -> str:
        """``a ** 2``: one rounding, so never further from the exact square than the library; OverflowError as pow."""
        make = self.code.make
        square = make(f"fmul double {a}, {a}")
        infinite = make(f"fcmp oeq double {square}, 0x7FF0000000000000")
        size = make(f"call double @llvm.fabs.f64(double {a})")
        self.code.module.declared["llvm.fabs.f64"] = "declare double @llvm.fabs.f64(double)"
        was_finite = make(f"fcmp one double {size}, 0x7FF0000000000000")
        self.code.trap_if(make(f"and i1 {infinite}, {was_finite}"), TOO_LARGE, node.line)
        return square

    def _refuse_zero(self, node: t.Arith, b: str) -> None:
        if isinstance(node.right, t.Const) and node.right.value != 0:
            return
        if node in self.facts.nonzero:
            return
        self.code.trap_if(self.code.make(f"fcmp oeq double {b}, 0.0"), ZERO_DIVISION, node.line)

    # ------------------------------------------------------------ numbers that are an int or a float

    def num_arith(self, node: t.Arith, left: Value, right: Value) -> Value:
        """An operation whose operands may be ints: computed on floats, stopped where an int would not fit one."""
        make = self.code.make
        # Of powers there is the square alone.
        square = node.op == "**"
        result = self._float_square(node, left.ref) if square else self.float_arith(node, left.ref, right.ref)
        if node.op == "/":
            return Value(FLOAT, result)
        tag = self._joint_tag(left, right)
        if tag == TAG_FLOAT:
            return Value(NUM, result, tag=tag)
        maybe_int = make(f"icmp ne i8 {tag}, {TAG_FLOAT}")
        # 2**53 itself may be the rounded 2**53 + 1.
        large = make(f"fcmp oge double {self.fabs(result)}, {_TWO_53}")
        self.code.trap_if(make(f"and i1 {maybe_int}, {large}"), NOT_EXACT, node.line)
        if node.op in {"*", "//", "%"}:
            result = self.without_int_zero_sign(tag, result, node.line)
        return Value(NUM, result, tag=tag)

    def without_int_zero_sign(self, tag: str, result: str, line: int) -> str:
        """A NUM's result: an int has no -0."""
        if tag == TAG_FLOAT:
            return result
        make = self.code.make
        self._refuse_unknown_zero(tag, result, line)
        is_int = make(f"icmp eq i8 {tag}, {TAG_INT}")
        return make(f"select i1 {is_int}, double {make(f'fadd double {result}, 0.0')}, double {result}")

    def negate_num(self, value: Value, line: int) -> Value:
        """``-x``: 0 stays 0 for an int and becomes -0.0 for a float."""
        make = self.code.make
        negative = make(f"fneg double {value.ref}")
        if value.tag == TAG_FLOAT:
            return Value(NUM, negative, tag=value.tag)
        self._refuse_unknown_zero(value.tag, negative, line)
        is_int = make(f"icmp eq i8 {value.tag}, {TAG_INT}")
        return Value(
            NUM,
            make(f"select i1 {is_int}, double {make(f'fsub double 0.0, {value.ref}')}, double {negative}"),
            tag=value.tag,
        )

    def _refuse_unknown_zero(self, tag: str, result: str, line: int) -> None:
        make = self.code.make
        unknown = make(f"icmp eq i8 {tag}, 2")
        bits = make(f"bitcast double {result} to i64")
        self.code.trap_if(make(f"and i1 {unknown}, {make(f'icmp eq i64 {bits}, {INT_MIN}')}"), NOT_EXACT, line)

    def _joint_tag(self, left: Value, right: Value) -> str:
        """Both ints: an int. A float among them: a float. Else unknown."""
        if TAG_FLOAT in {left.tag, right.tag}:
            return TAG_FLOAT
        if left.tag == right.tag:
            return left.tag
        make = self.code.make
        a, b = (make(f"icmp eq i8 {v.tag}, {TAG_FLOAT}") for v in (left, right))
        mixed = make(f"or i8 {left.tag}, {right.tag}")
        some = make(f"select i1 {make(f'icmp eq i8 {mixed}, {TAG_INT}')}, i8 1, i8 2")
        return make(f"select i1 {make(f'or i1 {a}, {b}')}, i8 0, i8 {some}")

    def fabs(self, a: str) -> str:
        """``abs`` of a float."""
        self.code.module.declared["llvm.fabs.f64"] = "declare double @llvm.fabs.f64(double)"
        return self.code.make(f"call double @llvm.fabs.f64(double {a})")

    # ------------------------------------------------------------ conversions and comparisons

    def int_to_num(self, node: t.Convert, a: str) -> Value:
        """An int as NUM: it must be exact as a float."""
        make = self.code.make
        constant = isinstance(node.operand, t.Const) and abs(int(node.operand.value)) <= EXACT
        if not constant and node not in self.facts.no_overflow:
            shifted = make(f"add i64 {a}, {EXACT}")
            self.code.trap_if(make(f"icmp ugt i64 {shifted}, {2 * EXACT}"), NOT_EXACT, node.line)
        return Value(NUM, make(f"sitofp i64 {a} to double"), tag=TAG_INT)

    def compare_numbers(self, node: t.Compare, op: str, left: Value, right: Value) -> str:
        """A comparison of two numbers, exact also between ints and floats."""
        make = self.code.make
        left, right = self._widened(left), self._widened(right)
        signed = {"<": "slt", "<=": "sle", ">": "sgt", ">=": "sge", "==": "eq", "!=": "ne"}[op]
        ordered = {"<": "olt", "<=": "ole", ">": "ogt", ">=": "oge", "==": "oeq", "!=": "une"}[op]
        if left.type == right.type == INT:
            return make(f"icmp {signed} i64 {left.ref}, {right.ref}")
        if INT not in {left.type, right.type}:
            return make(f"fcmp {ordered} double {left.ref}, {right.ref}")
        if right.type == INT:
            mirrored = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
            return self.compare_numbers(node, mirrored, right, left)
        if node in self.facts.exact or (left.ref.lstrip("-").isdigit() and abs(int(left.ref)) <= EXACT):
            return make(f"fcmp {ordered} double {make(f'sitofp i64 {left.ref} to double')}, {right.ref}")
        sign = self.code.call("i32", "hnb_cmp_int_float", ("i64", left.ref), ("double", right.ref))
        test = make(f"icmp {signed} i32 {sign}, 0")
        if op in {">", ">="}:
            # 2 stands for "not comparable" (NaN).
            return make(f"and i1 {test}, {make(f'icmp ne i32 {sign}, 2')}")
        return test

    def _widened(self, value: Value) -> Value:
        if value.type == BOOL:
            return Value(INT, self.code.make(f"zext i1 {value.ref} to i64"))
        if value.type == CHAR:
            return Value(INT, self.code.make(f"zext i32 {value.ref} to i64"))
        return value


def _toward_zero(a: int, b: int) -> int:
    quotient = abs(a) // abs(b)
    return quotient if (a < 0) == (b < 0) else -quotient
