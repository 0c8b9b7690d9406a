"""Statements and loops."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.loop_bounds import plan_loop
from hermetic_nb.toolchains.native.lowering.code import Value, ir_type
from hermetic_nb.toolchains.native.lowering.expressions import ExpressionLowering
from hermetic_nb.toolchains.native.lowering.loop_test import LoopTest
from hermetic_nb.toolchains.native.types import INT, NONE, NUM, STR, ListT, Type, is_counted
from hermetic_nb.toolchains.native.walks import assigned_names, target_names

if TYPE_CHECKING:
    from collections.abc import Callable

ZERO_STEP, ZIP_LENGTHS, TOO_FEW, TOO_MANY = 11, 29, 27, 28
_GROWING: Final = {"str.concat", "bytes.concat"}


@dataclass(slots=True)
class Cursor:
    """A place in what a loop goes over: the test for one more, the item, and the step to the next."""

    more: Callable[[], str]
    item: Callable[[], list[Value]]
    advance: Callable[[], None]
    after: Callable[[], None]
    """Gives back what the loop held."""
    ends: Callable[[], tuple[str, str]] | None = None
    """The first and the last value of the loop's counter, if there is a round at all (anything, if not)."""
    count: Callable[[], str] | None = None
    """The number of items now."""


@dataclass(slots=True)
class Loop:
    """Where break and continue go."""

    onward: str
    out: str


class StatementLowering(ExpressionLowering):
    """Lowers statements."""

    loops: list[Loop]
    shortening: bool
    """Whether any of the cell's functions makes a list shorter."""
    result: Type
    releases_at_exit: bool
    parameters: set[str]

    def block(self, body: list[t.Stmt]) -> None:
        """Lower statements; what cannot be reached is left out."""
        for statement in body:
            if not self.code.live:
                return
            self.statement(statement)

    def statement(self, node: t.Stmt) -> None:
        """Lower one statement."""
        self._statement(node)
        self.code.settle()

    def _statement(self, node: t.Stmt) -> None:
        match node:
            case t.Assign():
                self._assign(node)
            case t.SetItem():
                self.set_item(node)
            case t.Unpack():
                self._unpack(node)
            case t.Eval():
                self.drop(self.expr(node.value))
            case t.If():
                self._if(node)
            case t.While():
                self._while(node)
            case t.For():
                self._for(node)
            case t.Return():
                self._return(node)
            case t.Raise():
                self._raise(node)
            case t.Break():
                self.code.jump(self.loops[-1].out)
            case t.Continue():
                self.code.jump(self.loops[-1].onward)

    def _assign(self, node: t.Assign) -> None:
        value = node.value
        if (
            isinstance(value, t.Builtin)
            and value.name in _GROWING
            and isinstance(value.arguments[0], t.Local)
            and value.arguments[0].name == node.name
            and value.arguments[0] not in self.unbound
        ):
            grown = self.append_in_place(f'%"{node.name}"', value)
            self.code.store("ptr", grown, f'%"{node.name}"')
            return
        self.set_local(node.name, self.expr(value))

    def _unpack(self, node: t.Unpack) -> None:
        sequence = self.keep(self.expr(node.sequence))
        count, wanted = self.length(sequence), len(node.names)
        self.code.trap_if(self.code.make(f"icmp ult i64 {count}, {wanted}"), TOO_FEW, node.line)
        self.code.trap_if(self.code.make(f"icmp ugt i64 {count}, {wanted}"), TOO_MANY, node.line)
        for position, name in enumerate(node.names):
            self.set_local(name, self.at(sequence, str(position)))
        self.drop(sequence)

    def _raise(self, node: t.Raise) -> None:
        if node.message is None:
            self.code.trap(node.code, node.line)
            return
        message = self.expr(node.message)
        self.code.settle()
        self.code.emit(f"call void @hnb_raise(i32 {node.code}, i32 {node.line}, ptr {message.ref})")
        self.code.emit("unreachable")
        self.code.live = False

    def _return(self, node: t.Return) -> None:
        if node.value is None:
            self.leave()
            return
        value = self.keep(self.expr(node.value))
        self.leave(value)

    def leave(self, value: Value | None = None) -> None:
        """Return from the function, giving back the references of its variables."""
        self.code.settle()
        if self.releases_at_exit:
            for name, kind in self.variables.items():
                if is_counted(kind) and name not in self.parameters:
                    self.release(kind, self.code.load("ptr", f'%"{name}"'))
        if value is None or self.result == NONE:
            self.code.emit("ret void")
        else:
            if self.result == NUM:
                self.code.store("i8", value.tag, "@tag")
            self.code.emit(f"ret {ir_type(self.result)} {value.ref}")
        self.code.live = False

    def _if(self, node: t.If) -> None:
        test = self.expr(node.test)
        then, other, done = (self.code.fresh(part) for part in ("then", "else", "endif"))
        self.code.branch(test.ref, then, other if node.orelse else done)
        self.code.label(then)
        self.block(node.body)
        reached = self.code.live
        if self.code.live:
            self.code.jump(done)
        if node.orelse:
            self.code.label(other)
            self.block(node.orelse)
            reached = reached or self.code.live
            if self.code.live:
                self.code.jump(done)
        if reached or not node.orelse:
            self.code.label(done)

    # ------------------------------------------------------------ loops

    def _while(self, node: t.While) -> None:
        test, body, done, out = (self.code.fresh(part) for part in ("while", "do", "else", "out"))
        self.code.label(test)
        condition = self.expr(node.test).ref
        if condition == "true":
            self.code.jump(body)
        else:
            self.code.branch(condition, body, done)
        self.code.label(body)
        onward = self.code.fresh("next")
        self._body(node.body, onward, out)
        self.code.label(onward)
        self.code.again(test)
        if condition == "true":
            self._out(out, reached=_breaks(node.body))
            return
        self.code.label(done)
        self.block(node.orelse)
        self._out(out, reached=self.code.live or _breaks(node.body))

    def _body(self, body: list[t.Stmt], onward: str, out: str) -> None:
        self.loops.append(Loop(onward, out))
        self.block(body)
        self.loops.pop()
        if self.code.live:
            self.code.jump(onward)

    def _out(self, out: str, *, reached: bool) -> None:
        if reached:
            self.code.label(out)

    def _for(self, node: t.For) -> None:
        cursor = self._cursor(node.source, assigned_names(node.body) | set(target_names(node.target)))
        done, out = self.code.fresh("else"), self.code.fresh("out")
        plan = plan_loop(node, self.unbound, shortening=self.shortening) if cursor.ends is not None else None
        if plan is not None and cursor.ends is not None:
            fast, slow = self.code.fresh("fast"), self.code.fresh("slow")
            test = LoopTest(self).holds(plan, *cursor.ends())
            self.code.branch(test, fast, slow)
            self.code.label(fast)
            checked = self.facts
            self.facts = checked.within(plan.in_bounds, plan.no_overflow)
            self._rounds(node, cursor, done, out)
            self.facts = checked
            self.code.label(slow)
        self._rounds(node, cursor, done, out, rare=plan is not None)
        self.code.label(done)
        self.block(node.orelse)
        self._out(out, reached=self.code.live or _breaks(node.body))
        if self.code.live:
            cursor.after()

    def _rounds(self, node: t.For, cursor: Cursor, done: str, out: str, *, rare: bool = False) -> None:
        test, body, onward = (self.code.fresh(part) for part in ("for", "do", "next"))
        self.code.label(test)
        self.code.branch(cursor.more(), body, done)
        self.code.label(body)
        self._bind(node.target, cursor.item())
        self._body(node.body, onward, out)
        self.code.label(onward)
        cursor.advance()
        self.code.again(test, rare=rare)

    def _bind(self, target: t.Target, values: list[Value]) -> None:
        names = target_names(target)
        for name, value in zip(names, values, strict=True):
            kind = self.variables[name]
            self.set_local(name, self._as(value, kind))

    def _as(self, value: Value, kind: Type) -> Value:
        """A loop's item as the type of its variable."""
        if value.type == kind:
            return value
        if kind == STR:
            return self.as_str(value, 0)
        if kind == NUM and value.type == INT:
            return self.int_to_num(t.Convert(NUM, 0, t.Local(INT, 0, "")), value.ref)
        return Value(kind, value.ref, tag=value.tag)

    def _cursor(self, source: t.Source, assigned: set[str]) -> Cursor:
        match source:
            case t.Range():
                return self._range(source)
            case t.Items():
                return self._items(source, assigned)
            case t.Enumerate():
                return self._enumerate(source, assigned)
            case t.Zip():
                return self._zip(source, assigned)

    def _range(self, source: t.Range) -> Cursor:
        code, make = self.code, self.code.make
        start, stop = self.expr(source.start).ref, self.expr(source.stop).ref
        step = int(source.step.value) if isinstance(source.step, t.Const) else None
        at = code.slot("i64")
        if step in {1, -1}:
            code.store("i64", start, at)
            test = "slt" if step == 1 else "sgt"
            return Cursor(
                lambda: make(f"icmp {test} i64 {code.load('i64', at)}, {stop}"),
                lambda: [Value(INT, code.load("i64", at))],
                # Never past the stop, so within 64 bits.
                lambda: code.store("i64", make(f"add nsw i64 {code.load('i64', at)}, {step}"), at),
                lambda: None,
                # Without a round the last value may wrap: then nothing is read.
                lambda: (start, make(f"sub i64 {stop}, {step}")),
            )
        by = self.expr(source.step).ref
        if step is None:
            code.trap_if(make(f"icmp eq i64 {by}, 0"), ZERO_STEP, source.line)
        elif step == 0:
            code.trap_if("true", ZERO_STEP, source.line)
            by = "1"
        # The number of rounds, unsigned, as CPython computes the length of a range.
        up = "true" if step is not None and step > 0 else "false" if step is not None else make(f"icmp sgt i64 {by}, 0")
        low = make(f"select i1 {up}, i64 {start}, i64 {stop}")
        high = make(f"select i1 {up}, i64 {stop}, i64 {start}")
        size = make(f"select i1 {up}, i64 {by}, i64 {make(f'sub i64 0, {by}')}")
        some = make(f"icmp slt i64 {low}, {high}")
        span = make(f"sub i64 {make(f'sub i64 {high}, {low}')}, 1")
        rounds = make(f"add i64 {make(f'udiv i64 {span}, {size}')}, 1")
        left = code.slot("i64")
        code.store("i64", make(f"select i1 {some}, i64 {rounds}, i64 0"), left)
        code.store("i64", start, at)

        def advance() -> None:
            code.store("i64", make(f"add i64 {code.load('i64', at)}, {by}"), at)
            code.store("i64", make(f"sub i64 {code.load('i64', left)}, 1"), left)

        def ends() -> tuple[str, str]:
            steps = make(f"sub i64 {rounds}, 1")
            return start, make(f"add i64 {start}, {make(f'mul i64 {steps}, {by}')}")

        return Cursor(
            lambda: make(f"icmp ne i64 {code.load('i64', left)}, 0"),
            lambda: [Value(INT, code.load("i64", at))],
            advance,
            lambda: None,
            ends,
        )

    def _items(self, source: t.Items, assigned: set[str]) -> Cursor:
        code, make = self.code, self.code.make
        sequence = self.expr(source.sequence)
        borrowed = isinstance(source.sequence, t.Const) or (
            isinstance(source.sequence, t.Local) and source.sequence.name not in assigned
        )
        holder = ""
        if not borrowed:
            sequence = self.keep(sequence)
            holder = f"$held {code.fresh()}"
            self.variables[holder] = sequence.type
            code.slot("ptr", holder, "null")
            code.store("ptr", sequence.ref, f'%"{holder}"')
        at = code.slot("i64")
        grows = isinstance(sequence.type, ListT)
        if source.backwards:
            code.store("i64", make(f"sub i64 {self.length(sequence)}, 1"), at)
            # Unsigned: the loop also ends where a list has become shorter than its place, as in CPython.
            more = lambda: make(f"icmp ult i64 {code.load('i64', at)}, {self.length(sequence)}")  # noqa: E731 (two forms of one small function)
        else:
            code.store("i64", "0", at)
            count = "" if grows else self.length(sequence)
            # A list may grow while it is looped over: its length is read again each time.
            more = lambda: make(f"icmp slt i64 {code.load('i64', at)}, {self.length(sequence) if grows else count}")  # noqa: E731 (as above)

        def item() -> list[Value]:
            return [self.at(sequence, code.load("i64", at))]

        def after() -> None:
            if holder:
                self.release(sequence.type, code.load("ptr", f'%"{holder}"'))
                code.store("ptr", "null", f'%"{holder}"')

        step = -1 if source.backwards else 1
        advance = lambda: code.store("i64", make(f"add nsw i64 {code.load('i64', at)}, {step}"), at)  # noqa: E731 (as above)
        return Cursor(more, item, advance, after, count=lambda: self.length(sequence))

    def _enumerate(self, source: t.Enumerate, assigned: set[str]) -> Cursor:
        code, make = self.code, self.code.make
        inner = self._cursor(source.inner, assigned)
        number = code.slot("i64")
        code.store("i64", self.expr(source.start).ref, number)
        from_zero = isinstance(source.start, t.Const) and abs(int(source.start.value)) < 1 << 31

        def advance() -> None:
            inner.advance()
            now = code.load("i64", number)
            if not from_zero:
                code.trap_if(make(f"icmp eq i64 {now}, {(1 << 63) - 1}"), 1, source.line)
            code.store("i64", make(f"add nsw i64 {now}, 1"), number)

        def ends() -> tuple[str, str]:
            # Only asked for a list, str or bytes and a constant start.
            first = code.load("i64", number)
            last = make(f"sub i64 {inner.count()}, 1") if inner.count is not None else first
            return first, make(f"add i64 {first}, {last}")

        item = lambda: [Value(INT, code.load("i64", number)), *inner.item()]  # noqa: E731 (one of several small functions)
        return Cursor(inner.more, item, advance, inner.after, ends if inner.count is not None else None)

    def _zip(self, source: t.Zip, assigned: set[str]) -> Cursor:
        make = self.code.make
        parts = [self._cursor(part, assigned) for part in source.inner]

        def more() -> str:
            tests = [part.more() for part in parts]
            result = tests[0]
            for test in tests[1:]:
                if source.strict:
                    self.code.trap_if(make(f"xor i1 {result}, {test}"), ZIP_LENGTHS, source.line)
                result = make(f"and i1 {result}, {test}")
            return result

        def each(action: str) -> Callable[[], None]:
            def run() -> None:
                for part in parts:
                    getattr(part, action)()

            return run

        return Cursor(more, lambda: [value for part in parts for value in part.item()], each("advance"), each("after"))


def _breaks(body: list[t.Stmt]) -> bool:
    """Whether a loop's body can break out of that loop."""
    for node in body:
        match node:
            case t.Break():
                return True
            case t.If():
                if _breaks(node.body) or _breaks(node.orelse):
                    return True
            case t.While() | t.For():
                if _breaks(node.orelse):
                    return True
    return False
