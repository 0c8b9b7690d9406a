"""Rules of the compiler, each broken on purpose: a place in its source, and what stands there instead.

What the fuzzer is worth is seen by what it finds: `mutants` runs it on each broken compiler.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

NATIVE: Final = "hermetic_nb.toolchains.native"


@dataclass(frozen=True, slots=True)
class Breakage:
    """One broken rule: ``old``, which is in the module's source exactly once, becomes ``new``."""

    name: str
    module: str
    """Under the native toolchain."""
    old: str
    new: str


BREAKAGES: Final = (
    Breakage(
        "an addition that overflows is not noticed",
        "lowering.numbers",
        "self.code.overflow_if_negative(self._overflow(node, a, b, result), line)",
        "pass",
    ),
    Breakage(
        "// of operands of two signs rounds towards zero",
        "lowering.numbers",
        'adjust = make(f"and i1 {differs}, {uneven}")',
        'adjust = "false"',
    ),
    Breakage(
        "% by a positive constant has the sign of the dividend",
        "lowering.numbers",
        "return make(f\"select i1 {negative}, i64 {make(f'add i64 {rest}, {b}')}, i64 {rest}\")",
        "return rest",
    ),
    Breakage(
        "a division by zero is not noticed",
        "lowering.numbers",
        'self.code.trap_if(make(f"icmp eq i64 {b}, 0"), ZERO_DIVISION, line)\n        elif',
        "pass\n        elif",
    ),
    Breakage(
        "a shift to the left loses bits",
        "lowering.numbers",
        'self.code.trap_if(make(f"icmp ne i64 {back}, {a}"), OVERFLOW, line)',
        "pass",
    ),
    Breakage(
        "NaN is equal to NaN where != is asked",
        "lowering.numbers",
        '"!=": "une"',
        '"!=": "one"',
    ),
    Breakage(
        "an int is compared with a float the wrong way round",
        "lowering.numbers",
        'mirrored = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)',
        "mirrored = op",
    ),
    Breakage(
        "a negative index counts from the end but one",
        "lowering.sequences",
        'from_end = make(f"add i64 {index}, {count}")',
        "from_end = make(f\"add i64 {index}, {make(f'sub i64 {count}, 1')}\")",
    ),
    Breakage(
        "an index is not tested",
        "lowering.sequences",
        'self.code.trap_if(make(f"icmp uge i64 {index}, {count}"), code, node.line)',
        "pass",
    ),
    Breakage(
        "a slice ends one later",
        "lowering.sequences",
        '("i64", high),',
        '("i64", self.code.make(f"add i64 {high}, 1")),',
    ),
    Breakage(
        "items that a slice copies are not counted",
        "lowering.sequences",
        "self.keep_items(part)",
        "pass",
    ),
    Breakage(
        "an item that is replaced in a list is not counted",
        "lowering.sequences",
        "value = self.keep(value)\n        old =",
        "old =",
    ),
    Breakage(
        "a list that grows in a loop is looped over as it was",
        "lowering.cursors",
        "grows = isinstance(sequence.type, ListT)",
        "grows = False",
    ),
    Breakage(
        "a dict is looped over from its end",
        "lowering.cursors",
        "backwards = isinstance(source, t.Items) and source.backwards",
        "backwards = not (isinstance(source, t.Items) and source.backwards)",
    ),
    Breakage(
        "a dict that changes in a loop is not noticed",
        "lowering.cursors",
        'code.trap_if(make(f"icmp ne i32 {now}, {count}"), changed, source.line)',
        "pass",
    ),
    Breakage(
        "a key that is missing is not noticed",
        "lowering.tables",
        'self.code.trap_if(self.code.make(f"icmp eq ptr {entry}, null"), MISSING_KEY, node.line)\n        item = self.keep',
        "item = self.keep",
    ),
    Breakage(
        "a variable that has no value yet is read",
        "analysis.flow",
        "return walk.found",
        "return set()",
    ),
    Breakage(
        "the interval of a difference is too small",
        "analysis.interval",
        "return (a[0] - b[1], a[1] - b[0])",
        "return (a[0] - b[0], a[1] - b[1])",
    ),
    Breakage(
        "a remainder is believed to be smaller than its dividend's negative",
        "analysis.interval",
        "above = (0, min(a[1], b[1] - 1) if a[0] >= 0 else b[1] - 1)",
        "above = (0, 0)",
    ),
    Breakage(
        "a loop's second version is believed where its last index is out of range",
        "analysis.loop_bounds",
        "test.low, test.high = min(test.low, made.constant), max(test.high, made.constant)",
        "test.low, test.high = test.low, test.low",
    ),
    Breakage(
        "a variable that may be None is believed to be something after the test, too",
        "inference.statements",
        "self.some &= after",
        "self.some |= after | held",
    ),
    Breakage(
        "what an exception leaves goes past finally",
        "lowering.handlers",
        "self._take(word)\n        self.block(node.final)",
        "self._take(word)",
    ),
    Breakage(
        "an exception is handled by the last except",
        "lowering.handlers",
        "for handler, label in zip(node.handlers, labels, strict=True)\n            for code_",
        "for handler, label in zip(node.handlers, labels[::-1], strict=True)\n            for code_",
    ),
    Breakage(
        "get gives None for keys that are there",
        "lowering.tables",
        """        found = self._merge(
            kind,
            self.code.make(f"icmp ne ptr {entry}, null"),
            lambda: self.converted""",
        """        found = self._merge(
            kind,
            self.code.make(f"icmp eq ptr {entry}, null"),
            lambda: self.converted""",
    ),
    Breakage(
        "the order of a set is let through",
        "inference.inference",
        "[*_orders(reached, purity), *_late_raises(reached, purity)]",
        "_late_raises(reached, purity)",
    ),
)
