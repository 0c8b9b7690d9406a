"""Numbers as text and text as numbers: each part of a text is written into one object that grows."""

from __future__ import annotations

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.format_spec import Spec, float_spec, int_spec, text_spec
from hermetic_nb.toolchains.native.lowering.code import Value
from hermetic_nb.toolchains.native.lowering.comparisons import ComparisonLowering
from hermetic_nb.toolchains.native.lowering.layout import INVALID_INT, TEXT_BEYOND_ASCII
from hermetic_nb.toolchains.native.lowering.reprs import write_text, write_value
from hermetic_nb.toolchains.native.lowering.shapes import ir_type
from hermetic_nb.toolchains.native.types import BOOL, BYTES, CHAR, FLOAT, INT, STR

_ROOM = {FLOAT: 24, INT: 12, BOOL: 5, CHAR: 1}
_LEAST = 8
"""Characters that a part is given at first, by its type; where it needs more, the text is moved."""
_NAMES = {STR: "str", FLOAT: "float", INT: "int", BOOL: "bool"}


class FormatLowering(ComparisonLowering):
    """Lowers conversions between values and text."""

    # ------------------------------------------------------------ texts that are put together

    def _do_format_join(self, node: t.Builtin) -> Value:
        if len(node.arguments) == 1 and _is_plain_int(node.arguments[0]):
            assert isinstance(node.arguments[0], t.Builtin)
            number = self.expr(node.arguments[0].arguments[0])
            made = self.code.call("ptr", "hnb_str_from_int", ("i64", number.ref), ("i32", str(node.line)))
            return Value(STR, made, owned=True)
        room = sum(map(_room, node.arguments))
        out = self.code.call("ptr", "hnb_text_begin", ("i32", str(room)), ("i32", str(node.line)))
        for part in node.arguments:
            out = self._write_part(part, out)
        return Value(STR, out, owned=True)

    def _write_part(self, part: t.Expr, out: str) -> str:
        """Write a part behind what is there; the object, which may have moved."""
        if isinstance(part, t.Builtin) and part.name == "format.spec":
            return self._write_by_spec(part, out)
        if isinstance(part, t.Const):
            return write_text(self.code, str(part.value), out, str(part.line))
        quoted = False
        source = part
        if isinstance(part, t.Builtin) and part.name in {"format.str", "format.repr"}:
            source, quoted = part.arguments[0], part.name == "format.repr"
        value = self.expr(source)
        out = write_value(self.code, value, out, str(part.line), quoted=quoted)
        self.drop(value)
        return out

    def _write_by_spec(self, part: t.Builtin, out: str) -> str:
        source, spec = part.arguments
        line = ("i32", str(part.line))
        if isinstance(spec, t.Const):
            value = self.expr(source)
            name, known = _by_type(value, str(spec.value))
            address = self.code.module.items("i32", _words(known))
            out = self.code.call("ptr", name, ("ptr", out), (ir_type(value.type), value.ref), ("ptr", address), line)
        else:
            value = self.before(source, spec)
            text = self.expr(spec)
            given = (ir_type(value.type), value.ref)
            if value.type == BOOL:
                given = ("i32", self.code.make(f"zext i1 {value.ref} to i32"))
            name = f"hnb_format_{_NAMES[value.type]}_any"
            out = self.code.call("ptr", name, ("ptr", out), given, ("ptr", text.ref), line)
            self.drop(text)
        self.drop(value)
        return out

    def _do_format_ascii(self, node: t.Builtin) -> Value:
        text = self.expr(node.arguments[0])
        made = self.code.call("ptr", "hnb_str_ascii", ("ptr", text.ref), ("i32", str(node.line)))
        self.drop(text)
        return Value(STR, made, owned=True)

    # ------------------------------------------------------------ text as numbers

    def _do_int_from_char(self, node: t.Builtin) -> Value:
        make = self.code.make
        char = self.expr(node.arguments[0])
        self.code.trap_if(make(f"icmp ugt i32 {char.ref}, 127"), TEXT_BEYOND_ASCII, node.line)
        digit = make(f"sub i32 {char.ref}, {ord('0')}")
        self.code.trap_if(make(f"icmp ugt i32 {digit}, 9"), INVALID_INT, node.line)
        return Value(INT, make(f"zext i32 {digit} to i64"))

    def _do_int_from_str_base(self, node: t.Builtin) -> Value:
        text = self.before(node.arguments[0], node.arguments[1])
        base = self.expr(node.arguments[1])
        number = self.code.call(
            "i64", "hnb_str_to_int_base", ("ptr", text.ref), ("i64", base.ref), ("i32", str(node.line))
        )
        self.drop(text)
        return Value(INT, number)

    def _do_float_from_str(self, node: t.Builtin) -> Value:
        text = self.expr(node.arguments[0])
        number = self.code.call("double", "hnb_str_to_float", ("ptr", text.ref), ("i32", str(node.line)))
        self.drop(text)
        return Value(FLOAT, number)

    # ------------------------------------------------------------ methods of numbers

    def _do_int_bit_length(self, node: t.Builtin) -> Value:
        zeros = self._bits(node, "ctlz", ", i1 false")
        return Value(INT, self.code.make(f"sub i64 64, {zeros}"))

    def _do_int_bit_count(self, node: t.Builtin) -> Value:
        return Value(INT, self._bits(node, "ctpop", ""))

    def _bits(self, node: t.Builtin, name: str, more: str) -> str:
        """An operation on the bits of an int's magnitude (which INT_MIN has too, without its sign)."""
        make, module = self.code.make, self.code.module
        value = self.expr(node.arguments[0])
        negative = make(f"icmp slt i64 {value.ref}, 0")
        size = make(f"select i1 {negative}, i64 {make(f'sub i64 0, {value.ref}')}, i64 {value.ref}")
        module.declared[f"llvm.{name}.i64"] = f"declare i64 @llvm.{name}.i64(i64{', i1' if more else ''})"
        return make(f"call i64 @llvm.{name}.i64(i64 {size}{more})")

    def _do_int_to_bytes(self, node: t.Builtin) -> Value:
        value, length, *flags = (self.expr(argument) for argument in node.arguments)
        given = [("i64", value.ref), ("i64", length.ref), *self._flags(flags), ("i32", str(node.line))]
        return Value(BYTES, self.code.call("ptr", "hnb_int_to_bytes", *given), owned=True)

    def _do_int_from_bytes(self, node: t.Builtin) -> Value:
        octets, *flags = (self.expr(argument) for argument in node.arguments)
        given = [("ptr", octets.ref), *self._flags(flags), ("i32", str(node.line))]
        number = self.code.call("i64", "hnb_int_from_bytes", *given)
        self.drop(octets)
        return Value(INT, number)

    def _flags(self, values: list[Value]) -> list[tuple[str, str]]:
        return [("i32", self.code.make(f"zext i1 {value.ref} to i32")) for value in values]

    def _do_float_as_integer_ratio(self, node: t.Builtin) -> Value:
        make = self.code.make
        below = self.code.slot("i64")
        value = self.expr(node.arguments[0]).ref
        above = self.code.call("i64", "hnb_float_ratio", ("double", value), ("ptr", below), ("i32", str(node.line)))
        first = make(f"insertvalue {ir_type(node.type)} undef, i64 {above}, 0")
        return Value(
            node.type, make(f"insertvalue {ir_type(node.type)} {first}, i64 {self.code.load('i64', below)}, 1")
        )

    def _do_float_is_integer(self, node: t.Builtin) -> Value:
        make = self.code.make
        value = self.expr(node.arguments[0]).ref
        self.code.module.declared["llvm.trunc.f64"] = "declare double @llvm.trunc.f64(double)"
        # The difference of an infinity and itself is a NaN.
        rest = make(f"fsub double {value}, {make(f'call double @llvm.trunc.f64(double {value})')}")
        return Value(BOOL, make(f"fcmp oeq double {rest}, 0.0"))


def _is_plain_int(part: t.Expr) -> bool:
    return isinstance(part, t.Builtin) and part.name in {"format.str", "format.repr"} and part.arguments[0].type == INT


def _room(part: t.Expr) -> int:
    """How many characters a part is expected to have."""
    if isinstance(part, t.Const):
        return len(str(part.value))
    if not isinstance(part, t.Builtin) or not part.name.startswith("format."):
        return _ROOM.get(part.type, _LEAST)
    return _ROOM.get(part.arguments[0].type, _LEAST)


def _by_type(value: Value, text: str) -> tuple[str, Spec]:
    """The runtime's function for a value and a specification, and what the latter says."""
    if value.type == STR:
        return "hnb_format_str", text_spec(text)
    if value.type == FLOAT:
        return "hnb_format_float", float_spec(text)
    spec = int_spec(text)
    return ("hnb_format_char" if spec.type == "c" else "hnb_format_int"), spec


def _words(spec: Spec) -> list[str]:
    """A specification as `runtime/format.h` lays it out, in words of 32 bits."""
    sign = spec.sign or "-"
    first = [spec.align, sign, spec.type, spec.grouping]
    codes = [
        *(ord(part) if part else 0 for part in first),
        ord(spec.fraction_grouping) if spec.fraction_grouping else 0,
    ]
    octets = bytes([*codes, spec.alternate, spec.no_negative_zero, bool(spec.sign)])
    return [
        str(ord(spec.fill)),
        str(spec.width),
        str(spec.precision),
        *(str(int.from_bytes(octets[at : at + 4], "little")) for at in (0, 4)),
    ]
