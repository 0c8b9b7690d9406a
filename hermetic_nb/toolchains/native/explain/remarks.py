"""Which tests the lowering leaves out of a function, which it keeps and why: the rules of `lowering.numbers` and its like."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hermetic_nb.model.explanation import Assertion, Remark
from hermetic_nb.signature.types import IntType
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis.loop_bounds import plan_loop
from hermetic_nb.toolchains.native.explain.wording import Writer, bounds, name_of
from hermetic_nb.toolchains.native.types import DictT, TupleT
from hermetic_nb.toolchains.native.walks import expressions, statements, within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hermetic_nb.toolchains.native.analysis.facts import Node
    from hermetic_nb.toolchains.native.explain.watching import Watcher

LEFT_OUT, TESTED, BEFORE, LARGE = "left out", "tested", "before the loop", "large"
PROVEN, UNREACHED = "proven", "unreached"
ASSERTION: Final = 16
"""The trap code of ``assert``."""


@dataclass(slots=True)
class Remarker:
    """Remarks on one function. ``watcher`` None: the analysis gave up, and nothing is left out."""

    function: t.Function
    watcher: Watcher | None
    second: Watcher | None
    """The analysis of the second version, where there is one."""
    unbound: set[t.Local]
    shortening: bool
    found: list[Remark] = field(default_factory=list)
    writer: Writer = field(init=False)
    _planned: dict[str, set[Node]] = field(default_factory=lambda: {"bounds": set(), "overflow": set()})

    def __post_init__(self) -> None:
        """Look up what stands for the compiler's own variables, where that is one thing."""
        held: dict[str, list[t.Expr]] = {}
        for node in statements(self.function.body):
            if isinstance(node, t.Assign) and not name_of(node.name):
                held.setdefault(node.name, []).append(node.value)
        known: dict[str, t.Expr] = {}
        for name, values in held.items():
            inside = {part.name for part in within(values[0]) if isinstance(part, t.Local) and not name_of(part.name)}
            if len(values) == 1 and inside <= known.keys():
                known[name] = values[0]
        self.writer = Writer(known)

    def remarks(self) -> tuple[Remark, ...]:
        """All remarks, by line; those that say the same are one."""
        for loop in statements(self.function.body):
            if isinstance(loop, t.For):
                plan = plan_loop(loop, self.unbound, shortening=self.shortening)
                if plan is not None:
                    self._planned["bounds"] |= plan.in_bounds
                    self._planned["overflow"] |= plan.no_overflow
        for node in expressions(self.function.body):
            self._expression(node)
        for stored in statements(self.function.body):
            if isinstance(stored, t.SetItem):
                self._item(stored)
        return tuple(sorted(dict.fromkeys(self.found), key=lambda remark: remark.line))

    def asserts(self) -> tuple[Assertion, ...]:
        """What is known of each ``assert``."""
        return tuple(
            Assertion(node.line, self._verdict(node, node.body[0]))
            for node in statements(self.function.body)
            if isinstance(node, t.If) and _is_assert(node)
        )

    def _verdict(self, node: t.If, fails: t.Stmt) -> str:
        if self.watcher is None or fails in self.watcher.reached:
            return TESTED
        return PROVEN if node in self.watcher.reached else UNREACHED

    # ------------------------------------------------------------ kinds of nodes

    def _expression(self, node: t.Expr) -> None:
        match node:
            case t.Arith() if node.type.__class__ is IntType:
                self._int_operation(node)
            case t.Arith(op="/" | "//" | "%"):
                self._test("zero division", node, "nonzero", [node.right])
                if node.left.type.__class__ is IntType:
                    self._test("digits", node, "exact", [node.left, node.right])
            case t.Unary(op="neg") | t.Builtin(name="abs") if node.type.__class__ is IntType:
                self._test("overflow", node, "no_overflow", list(_operands(node)))
            case t.Index():
                self._item(node)
            case t.Compare():
                self._test("digits", node, "exact", list(_operands(node)))
            case t.Unwrap(code=code):
                self._say(node, "None", TESTED if code else LEFT_OUT, [])
            case t.Local() if node in self.unbound and name_of(node.name):
                self._say(node, "value", TESTED, [])

    def _int_operation(self, node: t.Arith) -> None:
        right = node.right.value if isinstance(node.right, t.Const) else None
        sides = [node.left, node.right]
        match node.op:
            case "+" | "-" | "*":
                self._test("overflow", node, "no_overflow", sides)
            case "//" | "%":
                if right is None:
                    self._test("zero division", node, "nonzero", [node.right])
                if node.op == "//" and right in {None, -1}:
                    self._test("overflow", node, "no_overflow", sides)
                if not (isinstance(right, int) and right > 0 and right & (right - 1) == 0):
                    self._test("sign", node, "nonnegative", sides)
            case "<<":
                self._test("overflow", node, "no_overflow", sides)
            case "**" if right == 2:
                self._test("overflow", node, "no_overflow", [node.left])
            case "**" if right not in {0, 1}:
                self._say(node, "overflow", TESTED, sides)

    def _item(self, node: t.Index | t.SetItem) -> None:
        if isinstance(node.base.type, DictT | TupleT):
            return
        if not isinstance(node.index, t.Const):
            self._test("index", node, "nonnegative", [node.index])
        self._say(node, "bounds", BEFORE if node in self._planned["bounds"] else TESTED, [])

    # ------------------------------------------------------------ remarks

    def _test(self, kind: str, node: t.Expr | t.SetItem, fact: str, about: list[t.Expr]) -> None:
        """A remark on a test that the analysis was asked about."""
        asked = {} if self.watcher is None else self.watcher.known.get(fact, {})
        if self.watcher is not None and node not in asked:
            return  # nothing reaches it, or there is nothing to test
        holds = asked.get(node, False)
        planned = node in self._planned["overflow"] or (kind == "index" and node in self._planned["bounds"])
        small = self.second is not None and self.second.known.get(fact, {}).get(node, False)
        how = LEFT_OUT if holds else BEFORE if planned else LARGE if small else TESTED
        self._say(node, kind, how, about)

    def _say(self, node: t.Expr | t.SetItem, kind: str, how: str, about: list[t.Expr]) -> None:
        shown = self.writer.shown
        text = shown(node)
        ranges = {} if self.watcher is None else self.watcher.ranges
        known = {
            shown(part): bounds(ranges[part]) for part in about if part in ranges and not isinstance(part, t.Const)
        }
        said = ", ".join(f"{name} is {values}" for name, values in known.items())
        self.found.append(Remark(node.line, kind, how, f"{text}: {said}" if said else text))


def _is_assert(node: t.If) -> bool:
    return len(node.body) == 1 and isinstance(node.body[0], t.Raise) and node.body[0].code == ASSERTION


def _operands(node: t.Expr) -> Iterator[t.Expr]:
    match node:
        case t.Unary():
            yield node.operand
        case t.Builtin():
            yield from node.arguments
        case t.Compare():
            yield node.first
            for _, right in node.links:
                yield right
