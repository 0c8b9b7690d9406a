"""Writing LLVM IR: values, blocks, labels, traps; and the module's constants and metadata."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.lowering.layout import OVERFLOW
from hermetic_nb.toolchains.native.types import spelled
from hermetic_nb.traps import LIMITS, pack

if TYPE_CHECKING:
    from hermetic_nb.toolchains.native.tree import Function
    from hermetic_nb.toolchains.native.types import Type

SOFT_MATH: Final = (
    "acos asin asinh atan atanh cbrt cos cosh erf erfc exp exp2 expm1 log1p sin sinh tan tanh"
    " log log2 log10 log_base acosh fmod pow"
)
SOFT_TEXT: Final = "split rsplit partition justify expandtabs"
IMMORTAL: Final = 1 << 30
"""The reference count of constants: no balance of counts within a call brings it to zero."""
TAGS: Final = {"len": 1, "data": 2, "cap": 3, "rc": 4, "i64": 5, "double": 6, "i8": 7, "i32": 8, "ptr": 9}
"""Kinds of memory that never overlap, for alias analysis: fields of objects, and items by their width."""

_UNROLLED, _FAST, _PLAIN, _RARE, _FIRST_LOOP = 94, 95, 96, 97, 100

# ``NUM`` travels with a tag: what the number is to Python.
TAG_FLOAT, TAG_INT, TAG_UNKNOWN = "0", "1", "2"


SOFT: Final = frozenset(
    {
        *("hnb_str_to_int", "hnb_str_to_int_base", "hnb_str_to_float", "hnb_float_mod", "hnb_float_floordiv"),
        *("hnb_shl", "hnb_shr", "hnb_float_pow", "hnb_int_pow_neg", "hnb_int_powmod", "hnb_float_to_int"),
        *("hnb_round_int", "hnb_math_factorial", "hnb_math_isqrt", "hnb_math_comb", "hnb_math_perm"),
        *(f"hnb_math_{name}" for name in SOFT_MATH.split()),
        *(f"hnb_{family}_{name}" for family in ("str", "bytes") for name in SOFT_TEXT.split()),
        *("hnb_str_translate", "hnb_str_to_bytes", "hnb_bytes_has", "hnb_bytes_zeros", "hnb_bytes_from_list"),
        *("hnb_bytes_from_utf8", "hnb_bytes_fromhex", "hnb_bytes_to_str"),
    }
)
"""Runtime functions that, called with a line below zero, note an exception and return."""
HARD: Final = frozenset(
    {
        *("hnb_math_gamma", "hnb_math_lgamma", "hnb_math_fsum", "hnb_math_dist", "hnb_math_ldexp"),
        *("hnb_math_remainder", "hnb_math_fma", "hnb_math_isclose", "hnb_math_nextafter_steps", "hnb_round_digits"),
        *("hnb_math_ceil", "hnb_math_floor", "hnb_math_trunc", "hnb_math_sumprod_f64", "hnb_math_sumprod_i64"),
        *("hnb_list_set_steps", "hnb_int_to_bytes", "hnb_float_ratio"),
    }
)
"""Runtime functions that may end the call by an exception that a handler would take."""


_READS: Final = " memory(argmem: read) nounwind willreturn"
_EFFECTS: Final = {
    **dict.fromkeys(
        (
            *("hnb_hash_str", "hnb_hash_bytes", "hnb_str_eq", "hnb_bytes_eq", "hnb_str_cmp", "hnb_bytes_cmp"),
            *("hnb_str_startswith", "hnb_str_endswith", "hnb_bytes_startswith", "hnb_bytes_endswith"),
            *("hnb_str_find", "hnb_bytes_find", "hnb_str_has_char"),
        ),
        _READS,
    ),
    # It may stop, so it is not said to return; what stopping writes nothing here reads afterwards.
    "hnb_str_to_int": " memory(argmem: read) nounwind",
}
"""What runtime functions do to memory, where LLVM is told: so it knows that what was looked up before is still true."""


_HARD_NAMES: Final = re.compile(r"hnb_format_(\w+_any|char)|hnb_array_|hnb_number_(exact|pow)")


class HardCallError(Exception):
    """A runtime function whose exceptions cannot be handled is called where they would be."""

    def __init__(self, name: str, line: int) -> None:
        super().__init__(name)
        self.name, self.line = name, line


class Pace(Enum):
    """How much the optimiser should make of a loop."""

    PLAIN = auto()
    FAST = auto()
    """Without tests: worth being vectorised and interleaved."""
    NOTED = auto()
    """As FAST, with overflow noted, which takes registers: where there are too few, a round waits for its stores."""
    RARE = auto()
    """The careful version of a fast one: left as it is."""


@dataclass(frozen=True, slots=True)
class Value:
    """An operand in the IR. ``owned``: whoever takes it must release it; ``tag`` only for NUM."""

    type: Type
    ref: str
    owned: bool = False
    tag: str = TAG_FLOAT


def float_text(value: float) -> str:
    """A float as an IR constant: its bits."""
    if value != value:  # noqa: PLR0124 (NaN: one spelling, so one digest)
        return "0x7FF8000000000000"
    return f"0x{struct.unpack('>Q', struct.pack('>d', value))[0]:016X}"


class ModuleCode:
    """What the functions of one module share: constants and declarations."""

    def __init__(self) -> None:
        self.functions: list[str] = []
        self.declared: dict[str, str] = {}
        self._constants: dict[str, str] = {}
        self._helpers: dict[tuple[str, str], str] = {}
        self.maps: dict[str, str] = {}
        """Loops of element-wise expressions: form -> name."""
        self.soft: list[Function] = []
        """Functions that are called where their exceptions may be handled."""
        self.wanted: list[tuple[str, Type, str]] = []
        """Helpers that are called and not written yet: what they do, for which type, and their name."""
        self._loops: list[str] = []

    def declare(self, name: str, result: str, parameters: str) -> str:
        """Note that a runtime function is called."""
        self.declared[name] = f"declare {result} @{name}({parameters})"
        return f"@{name}"

    def helper(self, operation: str, kind: Type) -> str:
        """The name of the function that does something with values of a type; `helpers` writes it."""
        key = (operation, spelled(kind))
        if key not in self._helpers:
            self._helpers[key] = f"@{operation}.{len(self._helpers)}"
            self.wanted.append((operation, kind, self._helpers[key]))
        return self._helpers[key]

    def text(self, value: str) -> str:
        """The address of a constant str object."""
        items = ", ".join(f"i32 {ord(c)}" for c in value)
        return self._constant(len(value), f"[{len(value)} x i32]", f"[{items}]" if value else "zeroinitializer")

    def octets(self, value: bytes) -> str:
        """The address of a constant bytes object."""
        items = ", ".join(f"i8 {c}" for c in value)
        return self._constant(len(value), f"[{len(value)} x i8]", f"[{items}]" if value else "zeroinitializer")

    def items(self, kind: str, values: list[str]) -> str:
        """The address of constant list items."""
        body = f"internal constant [{len(values)} x {kind}] [{', '.join(f'{kind} {v}' for v in values)}], align 8"
        return self._constants.setdefault(body, f"@k.{len(self._constants)}")

    def table(self, kind: str, values: list[str]) -> str:
        """The address of a constant list object."""
        source, count = self.items(kind, values), len(values)
        body = f"internal global {{ i32, i32, i32, ptr }} {{ i32 {IMMORTAL}, i32 {count}, i32 {count}, ptr {source} }}, align 4"
        return self._constants.setdefault(body, f"@k.{len(self._constants)}")

    def _constant(self, count: int, kind: str, items: str) -> str:
        body = f"internal global {{ i32, i32, i32, {kind} }} {{ i32 {IMMORTAL}, i32 {count}, i32 {count}, {kind} {items} }}, align 4"
        return self._constants.setdefault(body, f"@k.{len(self._constants)}")

    def loop(self, pace: Pace) -> int:
        """A new number for the properties of a loop."""
        number = _FIRST_LOOP + len(self._loops)
        fast = f", !{_FAST}"
        extra = {Pace.PLAIN: "", Pace.RARE: f", !{_RARE}", Pace.FAST: fast, Pace.NOTED: f", !{_UNROLLED}"}[pace]
        self._loops.append(f"!{number} = distinct !{{!{number}, !{_PLAIN}{extra}}}")
        return number

    def render(self) -> str:
        """The whole module."""
        constants = [f"{name} = {body}" for body, name in self._constants.items()]
        metadata = [
            '!0 = !{!"hermetic"}',
            '!98 = !{!"branch_weights", i32 2000, i32 1}',
            '!99 = !{!"branch_weights", i32 1, i32 2000}',
        ]
        # Splitting loops by conditions of LLVM's own making multiplies code and compile time, and gained nothing.
        metadata += [
            f'!{_PLAIN} = !{{!"llvm.loop.unswitch.injection.disable"}}',
            f'!{_RARE} = !{{!"llvm.loop.disable_nonforced"}}',
            # Measured on the benchmark programs: a tenth faster in loops over floats, for a hundred bytes.
            f'!{_FAST} = !{{!"llvm.loop.interleave.count", i32 4}}',
            f'!{_UNROLLED} = !{{!"llvm.loop.unroll.count", i32 4}}',
        ]
        metadata += self._loops
        metadata += [f'!{n} = !{{!"{name}", !0, i64 0}}' for name, n in TAGS.items()]
        metadata += [f"!{n + 10} = !{{!{n}, !{n}, i64 0}}" for n in TAGS.values()]
        defined = "\n".join(self.functions)
        declarations = [text for name, text in sorted(self.declared.items()) if f" @{name}(" in defined]
        return "\n".join([*constants, *declarations, defined, *metadata, ""])


class FunctionCode:
    """The body of one function, block by block."""

    def __init__(self, module: ModuleCode) -> None:
        self.module = module
        self.lines: list[str] = []
        self.slots: list[str] = []
        self._names = 0
        self._traps: dict[tuple[int, int, str], str] = {}
        self.handler = ""
        """The block that looks at exceptions here; none: they end the call."""
        self.live = True
        """Whether the current block still needs a terminator."""
        self._pending: list[str] = []
        self._pending_line = 0
        self.deferred: dict[int, str] | None = None
        """In a loop that looks at overflow when it has ended: for each line, the slot that has its sign by then."""

    # ------------------------------------------------------------ instructions

    def fresh(self, purpose: str = "t") -> str:
        """A new local name, without its sign."""
        # The dot keeps it apart from every name that Python source can hold.
        self._names += 1
        return f"{purpose}.{self._names}"

    def emit(self, instruction: str) -> None:
        """Add an instruction without a result."""
        if self.live:
            self.lines.append("  " + instruction)

    def make(self, instruction: str) -> str:
        """Add an instruction and name its result."""
        name = "%" + self.fresh()
        self.emit(f"{name} = {instruction}")
        return name

    def slot(self, kind: str, name: str = "", initial: str = "") -> str:
        """A stack slot that the optimiser turns into registers, with an initial value."""
        name = f'%"{name or self.fresh("s")}"'
        self.slots.append(f"  {name} = alloca {kind}")
        if initial:
            self.slots.append(f"  store {kind} {initial}, ptr {name}")
        return name

    def load(self, kind: str, address: str, tag: str = "") -> str:
        """Read memory; ``tag`` is one of `TAGS`."""
        return self.make(f"load {kind}, ptr {address}{_tbaa(tag)}")

    def store(self, kind: str, value: str, address: str, tag: str = "") -> None:
        """Write memory; a slot, which has no tag, is seen by nobody else."""
        if tag:
            self.settle()
        self.emit(f"store {kind} {value}, ptr {address}{_tbaa(tag)}")

    def put(self, kind: str, value: str, address: str) -> None:
        """Write an item of a container."""
        self.settle()
        self.store(kind, value, address, kind if kind in TAGS else "")

    def take(self, kind: str, address: str) -> str:
        """Read an item of a container."""
        return self.load(kind, address, kind if kind in TAGS else "")

    def field(self, pointer: str, offset: int) -> str:
        """The address of an object's field."""
        return self.make(f"getelementptr inbounds i8, ptr {pointer}, i32 {offset}")

    def call(self, result: str, name: str, *arguments: tuple[str, str], attributes: str = "") -> str:
        """Call a runtime function, declaring it."""
        self.settle()
        target = self.module.declare(name, result, ", ".join(kind for kind, _ in arguments))
        soft = bool(self.handler) and name in SOFT
        if soft:
            arguments = (*arguments[:-1], ("i32", f"-{arguments[-1][1]}"))
        elif self.handler and (name in HARD or _HARD_NAMES.match(name)):
            raise HardCallError(name, int(arguments[-1][1]))
        # A function that notes an exception for a handler writes to memory that is read.
        attributes = attributes or ("" if soft else _EFFECTS.get(name, ""))
        # LLVM takes calls for the same only with the same attributes, and finds this one itself, in some of them.
        passed = "ptr readonly" if "willreturn" in attributes else "ptr"
        listed = ", ".join(f"{passed if kind == 'ptr' else kind} {value}" for kind, value in arguments)
        text = f"call {result} {target}({listed}){attributes}"
        if result == "void":
            self.emit(text)
            return ""
        made = self.make(text)
        if soft:
            self.look()
        return made

    # ------------------------------------------------------------ control flow

    def label(self, name: str) -> None:
        """Begin a block; falls through from a live one."""
        self.settle()
        if self.live:
            self.lines.append(f"  br label %{name}")
        self.lines.append(f"{name}:")
        self.live = True

    def jump(self, name: str) -> None:
        """End the block by a jump."""
        self.settle()
        self.emit(f"br label %{name}")
        self.live = False

    def again(self, name: str, pace: Pace = Pace.PLAIN) -> None:
        """End the block by the jump that closes a loop."""
        self.settle()
        self.emit(f"br label %{name}, !llvm.loop !{self.module.loop(pace)}")
        self.live = False

    def branch(self, test: str, then: str, other: str, weights: str = "") -> None:
        """End the block by a branch; ``weights`` is ``likely`` or ``unlikely``."""
        self.settle()
        hint = {"likely": ", !prof !98", "unlikely": ", !prof !99"}.get(weights, "")
        self.emit(f"br i1 {test}, label %{then}, label %{other}{hint}")
        self.live = False

    def trap_if(self, test: str, code: int, line: int) -> None:
        """Stop with a code where the test holds."""
        self.settle()
        self._trap_if(test, code, line)

    def overflow_if_negative(self, word: str, line: int) -> None:
        """Stop with an overflow where a word is negative; not at once, but before anything that could be seen.

        One expression's additions are so tested together, by one branch.
        """
        if self.deferred is not None:
            slot = self.deferred.get(line) or self.slot("i64")
            self.deferred[line] = slot
            self.store("i64", self.make(f"or i64 {self.load('i64', slot)}, {word}"), slot)
            return
        if self._pending and self._pending_line != line:
            self.settle()
        self._pending.append(word)
        self._pending_line = line

    @property
    def exact(self) -> str:
        """The flag of arithmetic that is known not to overflow: only while no test of its operands is outstanding."""
        return "" if self._pending or self.deferred is not None else "nsw "

    def settle(self) -> None:
        """Make the outstanding tests."""
        if not self._pending:
            return
        words, self._pending = self._pending, []
        some = words[0]
        for word in words[1:]:
            some = self.make(f"or i64 {some}, {word}")
        self._trap_if(self.make(f"icmp slt i64 {some}, 0"), OVERFLOW, self._pending_line)

    def _trap_if(self, test: str, code: int, line: int) -> None:
        if test == "false" or not self.live:
            return
        target = self._trap_block(code, line)
        onward = self.fresh("ok")
        self.emit(f"br i1 {test}, label %{target}, label %{onward}, !prof !99")
        self.lines.append(f"{onward}:")

    def trap(self, code: int, line: int) -> None:
        """Stop with a code."""
        self.settle()
        self.jump(self._trap_block(code, line))

    def _trap_block(self, code: int, line: int) -> str:
        handler = "" if code in LIMITS else self.handler
        return self._traps.setdefault((code, line, handler), f"trap.{code}.{line}{'.' * bool(handler)}{handler}")

    def look(self) -> None:
        """Go to the handler, if what was called just now noted an exception."""
        onward = self.fresh("fine")
        word = self.make("load i64, ptr @pending")
        self.branch(self.make(f"icmp eq i64 {word}, 0"), onward, self.handler, "likely")
        self.label(onward)

    def finish(self, header: str) -> None:
        """Add the function to the module."""
        tail = []
        for (code, line, handler), name in self._traps.items():
            if handler:
                tail += [f"{name}:", f"  store i64 {pack(code, line)}, ptr @pending", f"  br label %{handler}"]
            else:
                tail += [f"{name}:", f"  call void @hnb_trap(i32 {code}, i32 {line})", "  unreachable"]
        body = "\n".join([".entry:", *self.slots, "  br label %.body", ".body:", *self.lines, *tail])
        self.module.functions.append(f"{header} {{\n{body}\n}}")


def _tbaa(tag: str) -> str:
    return f", !tbaa !{TAGS[tag] + 10}" if tag else ""
