"""What a loop goes over: a test for one more, the item, and the step to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.lowering.code import Value
from hermetic_nb.toolchains.native.lowering.expressions import ExpressionLowering
from hermetic_nb.toolchains.native.lowering.layout import (
    CHANGED_DEQUE,
    CHANGED_KEYS,
    CHANGED_SIZE,
    CHANGES,
    ENTRIES,
    LEN,
    LIVE,
    OVERFLOW,
    SET_CHANGED_SIZE,
    USED,
    ZERO_STEP,
    ZIP_LENGTHS,
)
from hermetic_nb.toolchains.native.lowering.lookups import key_type
from hermetic_nb.toolchains.native.lowering.pieces import Parts, is_split
from hermetic_nb.toolchains.native.lowering.shapes import ENTRY_KEY, entry_layout
from hermetic_nb.toolchains.native.types import BYTES, INT, STR, DequeT, DictT, ListT, SetT, Type
from hermetic_nb.toolchains.native.walks import target_names

_VISITED: Final = 2
"""What says that an entry is live (a new one has 1), once a loop has been there."""


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
    instead: Callable[[str], Value] | None = None
    """The item, a new object, made in the place of one that is given back (or of null)."""


class CursorLowering(ExpressionLowering):
    """Lowers the sources of loops."""

    def _bind(self, target: t.Target, values: list[Value]) -> None:
        names = target_names(target)
        for name, value in zip(names, values, strict=True):
            kind = self.variables[name]
            self.set_local(name, self._as(value, kind))

    def _next(self, target: t.Target, cursor: Cursor) -> list[Value]:
        """The item of a round. What the variable still holds from the round before is given back for it."""
        name = next(iter(target_names(target)))
        if cursor.instead is None or self.variables[name] not in {STR, BYTES}:
            return cursor.item()
        old = self.code.load("ptr", f'%"{name}"')
        self.code.store("ptr", "null", f'%"{name}"')
        return [cursor.instead(old)]

    def _as(self, value: Value, kind: Type) -> Value:
        """A loop's item as the type of its variable."""
        return self.converted(value, kind, t.Convert(kind, 0, t.Local(value.type, 0, "")))

    def _cursor(self, source: t.Source, assigned: set[str]) -> Cursor:
        match source:
            case t.Range():
                return self._range(source)
            case t.Items():
                return self._items(source, assigned)
            case t.Entries():
                return self._entries(source, assigned)
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

    def _holding(self, node: t.Expr, assigned: set[str]) -> tuple[Value, Callable[[], None]]:
        """What a loop goes over, and what gives it back."""
        code = self.code
        value = self.expr(node)
        if isinstance(node, t.Const) or (isinstance(node, t.Local) and node.name not in assigned):
            return value, lambda: None
        value = self.keep(value)
        holder = f"$held {code.fresh()}"
        self.variables[holder] = value.type
        code.slot("ptr", holder, "null")
        code.store("ptr", value.ref, f'%"{holder}"')

        def after() -> None:
            self.release(value.type, code.load("ptr", f'%"{holder}"'))
            code.store("ptr", "null", f'%"{holder}"')

        return value, after

    def _entries(self, source: t.Entries | t.Items, assigned: set[str]) -> Cursor:
        """The live entries of a dict or set, which must not change meanwhile."""
        code, make = self.code, self.code.make
        table, after = self._holding(source.sequence, assigned)
        kind = table.type
        assert isinstance(kind, DictT | SetT)
        offset, size = entry_layout(kind)
        number, entry = code.slot("i32"), code.slot("ptr")
        count, used = (code.load("i32", code.field(table.ref, place)) for place in (LEN, USED))
        first = code.load("ptr", code.field(table.ref, ENTRIES))
        backwards = isinstance(source, t.Items) and source.backwards
        code.store("i32", used if backwards else "0", number)
        changed = CHANGED_SIZE if isinstance(kind, DictT) else SET_CHANGED_SIZE

        def more() -> str:
            answer = code.slot("i1")
            code.store("i1", "false", answer)
            skip, look, seen, found, done = (code.fresh(part) for part in ("skip", "look", "seen", "live", "done"))
            now = code.load("i32", code.field(table.ref, LEN))
            code.trap_if(make(f"icmp ne i32 {now}, {count}"), changed, source.line)
            now = code.load("i32", code.field(table.ref, USED))
            code.trap_if(make(f"icmp ne i32 {now}, {used}"), CHANGED_KEYS, source.line)
            now = code.load("ptr", code.field(table.ref, ENTRIES))
            code.trap_if(make(f"icmp ne ptr {now}, {first}"), CHANGED_KEYS, source.line)
            visited = code.load("i32", number)
            place = visited if backwards else make(f"sub i32 {visited}, 1")
            begun = make(f"icmp ne i32 {visited}, {used if backwards else '0'}")
            self._check_mark(
                begun, make(f"getelementptr i8, ptr {first}, i32 {make(f'mul i32 {place}, {size}')}"), source
            )
            code.label(skip)
            at = code.load("i32", number)
            code.branch(make(f"icmp eq i32 {at}, {'0' if backwards else used}"), done, look)
            code.label(look)
            place = make(f"sub i32 {at}, 1") if backwards else at
            entries = code.load("ptr", code.field(table.ref, ENTRIES))
            here = make(f"getelementptr inbounds i8, ptr {entries}, i32 {make(f'mul i32 {place}, {size}')}")
            live = make(f"icmp ne i32 {code.load('i32', code.field(here, LIVE))}, 0")
            code.branch(live, found, seen)
            code.label(seen)
            step()
            code.again(skip)
            code.label(found)
            code.store("ptr", here, entry)
            code.store("i32", str(_VISITED), code.field(here, LIVE))
            code.store("i1", "true", answer)
            code.label(done)
            return code.load("i1", answer)

        def step() -> None:
            code.store("i32", make(f"add i32 {code.load('i32', number)}, {-1 if backwards else 1}"), number)

        def item() -> list[Value]:
            here = code.load("ptr", entry)
            key = self.held(key_type(kind), code.field(here, ENTRY_KEY))
            if isinstance(source, t.Items) or not isinstance(kind, DictT):
                return [key]
            value = self.held(kind.item, code.field(here, offset))
            return [key, value] if source.keys else [value]

        return Cursor(more, item, step, after)

    def _check_mark(self, begun: str, entry: str, source: t.Entries | t.Items) -> None:
        """Where the last entries went and others came to their places, the one that was visited has lost its mark."""
        code = self.code
        look, done = code.fresh("visited"), code.fresh("kept")
        code.branch(begun, look, done)
        code.label(look)
        mark = code.load("i32", code.field(entry, LIVE))
        code.trap_if(code.make(f"icmp ne i32 {mark}, {_VISITED}"), CHANGED_KEYS, source.line)
        code.label(done)

    def _items(self, source: t.Items, assigned: set[str]) -> Cursor:
        if isinstance(source.sequence.type, DictT | SetT):
            return self._entries(source, assigned)
        if is_split(source.sequence) and not source.backwards:
            return self._parts(source.sequence, assigned)
        code, make = self.code, self.code.make
        if isinstance(source.sequence, t.ListOf) and (written := self.written(source.sequence)) is not None:
            # Nobody else sees this list.
            sequence, after = written, lambda: None
        else:
            sequence, after = self._holding(source.sequence, assigned)
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

        if isinstance(sequence.type, DequeT):
            more = self._unchanged(sequence, source.line, more)

        def item() -> list[Value]:
            return [self.at(sequence, code.load("i64", at))]

        step = -1 if source.backwards else 1
        advance = lambda: code.store("i64", make(f"add nsw i64 {code.load('i64', at)}, {step}"), at)  # noqa: E731 (as above)
        return Cursor(more, item, advance, after, count=lambda: self.length(sequence))

    def _parts(self, node: t.Builtin, assigned: set[str]) -> Cursor:
        """The parts of a text, one by one."""
        held = [self._holding(operand, assigned) for operand in node.arguments[:-1]]
        parts = Parts(self, held[0][0], held[1][0] if len(held) > 1 else None, node.line)
        parts.start()

        def after() -> None:
            for _, give_back in held:
                give_back()

        return Cursor(parts.more, lambda: [parts.item()], lambda: None, after, instead=parts.item)

    def _unchanged(self, deque: Value, line: int, more: Callable[[], str]) -> Callable[[], str]:
        """The test for one more item of a deque, which must not have changed since the loop began."""
        code = self.code
        count = code.load("i32", code.field(deque.ref, CHANGES))

        def checked() -> str:
            now = code.load("i32", code.field(deque.ref, CHANGES))
            code.trap_if(code.make(f"icmp ne i32 {now}, {count}"), CHANGED_DEQUE, line)
            return more()

        return checked

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
                code.trap_if(make(f"icmp eq i64 {now}, {(1 << 63) - 1}"), OVERFLOW, source.line)
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
