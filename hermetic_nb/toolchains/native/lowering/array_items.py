"""One item of an element-wise operation as IR, where numpy's rules are not Python's: ints wrap, floats go on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.lowering.code import float_text
from hermetic_nb.toolchains.native.types import BOOL, FLOAT, INT, Type

if TYPE_CHECKING:
    from collections.abc import Callable

    from hermetic_nb.toolchains.native.lowering.code import FunctionCode

_KINDS: Final[dict[str, Type]] = {"f": FLOAT, "i": INT, "b": BOOL}
_PLAIN: Final = {
    "add.f": "fadd double",
    "sub.f": "fsub double",
    "mul.f": "fmul double",
    "div.f": "fdiv double",
    "add.i": "add i64",
    "sub.i": "sub i64",
    "mul.i": "mul i64",
    "and.i": "and i64",
    "or.i": "or i64",
    "xor.i": "xor i64",
    "and.b": "and i1",
    "or.b": "or i1",
    "xor.b": "xor i1",
}
_FLOAT_TESTS: Final = {"lt": "olt", "le": "ole", "gt": "ogt", "ge": "oge", "eq": "oeq", "ne": "une"}
_INT_TESTS: Final = {"lt": "slt", "le": "sle", "gt": "sgt", "ge": "sge", "eq": "eq", "ne": "ne"}
_INTRINSICS: Final = {"sqrt": "sqrt", "floor": "floor", "ceil": "ceil", "trunc": "trunc", "rint": "rint", "abs": "fabs"}
_INFINITY: Final = "0x7FF0000000000000"
STOPPING: Final = frozenset({"pow.i", "to_i.f"})
"""Operations that may stop; the others always give a number."""


def write_item(code: FunctionCode, operation: str, refs: list[str], line: str) -> tuple[str, Type]:
    """The value of an operation, and its type."""
    make = code.make
    name, _, kind = operation.partition(".")
    if operation in _PLAIN:
        made = make(f"{_PLAIN[operation]} {', '.join(refs)}")
        return made, _KINDS[kind]
    if name in _FLOAT_TESTS and kind == "f":
        return make(f"fcmp {_FLOAT_TESTS[name]} double {', '.join(refs)}"), BOOL
    if name in _INT_TESTS:
        return make(f"icmp {_INT_TESTS[name]} {'i64' if kind == 'i' else 'i1'} {', '.join(refs)}"), BOOL
    if name in _INTRINSICS and kind == "f":
        return intrinsic(code, _INTRINSICS[name], refs[0]), FLOAT
    special = _SPECIAL.get(operation)
    if special is not None:
        return special(code, refs)
    held = "double" if kind == "f" else "i64"
    arguments = [(held, ref) for ref in refs]
    if operation in STOPPING:
        arguments.append(("i32", line))
    suffix = "_i64" if operation in {"floordiv.i", "mod.i", "pow.i"} else ""
    target = {"to_i": "to_int", "fixedpow": "fixed_pow"}.get(name, name)
    result = INT if kind == "i" or name == "to_i" else FLOAT
    return code.call("i64" if result == INT else "double", f"hnb_item_{target}{suffix}", *arguments), result


def intrinsic(code: FunctionCode, name: str, ref: str) -> str:
    """A call of one of LLVM's functions of a float, which is one instruction."""
    target = f"llvm.{name}.f64"
    code.module.declared[target] = f"declare double @{target}(double)"
    return code.make(f"call double @{target}(double {ref})")


def _selected(kind: Type, held: str) -> Callable[[FunctionCode, list[str]], tuple[str, Type]]:
    def where(code: FunctionCode, refs: list[str]) -> tuple[str, Type]:
        return code.make(f"select i1 {refs[0]}, {held} {refs[1]}, {held} {refs[2]}"), kind

    return where


def _float_extreme(test: str) -> Callable[[FunctionCode, list[str]], tuple[str, Type]]:
    """The first where it is before the second or no number."""

    def extreme(code: FunctionCode, refs: list[str]) -> tuple[str, Type]:
        first, second = refs
        before = code.make(f"fcmp {test} double {first}, {second}")
        nan = code.make(f"fcmp uno double {first}, 0.0")
        chosen = code.make(f"or i1 {before}, {nan}")
        return code.make(f"select i1 {chosen}, double {first}, double {second}"), FLOAT

    return extreme


def _int_extreme(test: str) -> Callable[[FunctionCode, list[str]], tuple[str, Type]]:
    def extreme(code: FunctionCode, refs: list[str]) -> tuple[str, Type]:
        first, second = refs
        before = code.make(f"icmp {test} i64 {first}, {second}")
        return code.make(f"select i1 {before}, i64 {first}, i64 {second}"), INT

    return extreme


def _shift(name: str) -> Callable[[FunctionCode, list[str]], tuple[str, Type]]:
    """By 64 bits and more, and by what is below zero, all bits go."""

    def shift(code: FunctionCode, refs: list[str]) -> tuple[str, Type]:
        value, by = refs
        few = code.make(f"icmp ult i64 {by}, 64")
        held = code.make(f"select i1 {few}, i64 {by}, i64 {0 if name == 'shl' else 63}")
        moved = code.make(f"{name} i64 {value}, {held}")
        gone = "0" if name == "shl" else moved
        return code.make(f"select i1 {few}, i64 {moved}, i64 {gone}"), INT

    return shift


def _sign_of_float(code: FunctionCode, refs: list[str]) -> tuple[str, Type]:
    (value,) = refs
    made = code.make(f"select i1 {code.make(f'fcmp oeq double {value}, 0.0')}, double 0.0, double {value}")
    made = code.make(f"select i1 {code.make(f'fcmp olt double {value}, 0.0')}, double -1.0, double {made}")
    return code.make(f"select i1 {code.make(f'fcmp ogt double {value}, 0.0')}, double 1.0, double {made}"), FLOAT


def _sign_of_int(code: FunctionCode, refs: list[str]) -> tuple[str, Type]:
    (value,) = refs
    above = code.make(f"zext i1 {code.make(f'icmp sgt i64 {value}, 0')} to i64")
    return code.make(f"add i64 {above}, {code.make(f'ashr i64 {value}, 63')}"), INT


def _absolute(code: FunctionCode, refs: list[str]) -> tuple[str, Type]:
    (value,) = refs
    below = code.make(f"icmp slt i64 {value}, 0")
    return code.make(f"select i1 {below}, i64 {code.make(f'sub i64 0, {value}')}, i64 {value}"), INT


def _one(text: str, kind: Type) -> Callable[[FunctionCode, list[str]], tuple[str, Type]]:
    """An instruction of one operand, or of the operand twice."""
    return lambda code, refs: (code.make(text.format(refs[0])), kind)


def _same(kind: Type) -> Callable[[FunctionCode, list[str]], tuple[str, Type]]:
    """The item as it is."""
    return lambda _, refs: (refs[0], kind)


def _test_of_size(test: str) -> Callable[[FunctionCode, list[str]], tuple[str, Type]]:
    def tested(code: FunctionCode, refs: list[str]) -> tuple[str, Type]:
        return code.make(f"fcmp {test} double {intrinsic(code, 'fabs', refs[0])}, {_INFINITY}"), BOOL

    return tested


_SPECIAL: Final[dict[str, Callable[[FunctionCode, list[str]], tuple[str, Type]]]] = {
    "neg.f": _one("fneg double {0}", FLOAT),
    "neg.i": _one("sub i64 0, {0}", INT),
    "invert.i": _one("xor i64 {0}, -1", INT),
    "not.b": _one("xor i1 {0}, true", BOOL),
    "square.f": _one("fmul double {0}, {0}", FLOAT),
    "square.i": _one("mul i64 {0}, {0}", INT),
    "reciprocal.f": _one("fdiv double 1.0, {0}", FLOAT),
    "degrees.f": _one(f"fmul double {{0}}, {float_text(180.0 / math.pi)}", FLOAT),
    "radians.f": _one(f"fmul double {{0}}, {float_text(math.pi / 180.0)}", FLOAT),
    **{f"same.{letter}": _same(kind) for letter, kind in _KINDS.items()},
    "to_f.i": _one("sitofp i64 {0} to double", FLOAT),
    "to_f.b": _one("uitofp i1 {0} to double", FLOAT),
    "to_i.b": _one("zext i1 {0} to i64", INT),
    "to_b.i": _one("icmp ne i64 {0}, 0", BOOL),
    "to_b.f": _one("fcmp une double {0}, 0.0", BOOL),
    "isnan": _one("fcmp uno double {0}, 0.0", BOOL),
    "isinf": _test_of_size("oeq"),
    "isfinite": _test_of_size("olt"),
    "where.f": _selected(FLOAT, "double"),
    "where.i": _selected(INT, "i64"),
    "where.b": _selected(BOOL, "i1"),
    "minimum.f": _float_extreme("olt"),
    "maximum.f": _float_extreme("ogt"),
    "minimum.i": _int_extreme("slt"),
    "maximum.i": _int_extreme("sgt"),
    "sign.f": _sign_of_float,
    "sign.i": _sign_of_int,
    "abs.i": _absolute,
    "shl.i": _shift("shl"),
    "shr.i": _shift("ashr"),
}
