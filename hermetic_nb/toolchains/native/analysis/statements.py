"""The interval analysis of statements, loops and whole functions.

A loop's head holds what its variables can be whenever an iteration starts. While values rise, the body is walked until
the head holds all that comes back to it. In later passes every body is walked once: what the head held, and what enters
and comes back now, both are true, so their common part is.

A variable that a loop only adds to is bounded by where it starts, and the number of iterations times what one iteration
adds. Both are taken from the walk itself, so the bound is part of what the fixed point proves: before any one addition
all earlier ones kept to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from hermetic_nb.signature.types import IntType
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis import interval as iv
from hermetic_nb.toolchains.native.analysis.conditions import merge
from hermetic_nb.toolchains.native.analysis.interval import FULL, Interval
from hermetic_nb.toolchains.native.analysis.lists import DeadError
from hermetic_nb.toolchains.native.analysis.loop_shapes import Loop, Shapes
from hermetic_nb.toolchains.native.analysis.rounds import RoundWalker
from hermetic_nb.toolchains.native.analysis.summaries import Parameter, Result, Stops, Summaries
from hermetic_nb.toolchains.native.analysis.values import Env
from hermetic_nb.toolchains.native.types import DictT, RecordT, parts
from hermetic_nb.toolchains.native.walks import assigned_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STATEMENTS: Final = (
    *(
        t.Assign,
        t.SetItem,
        t.SetField,
        t.Unpack,
        t.Eval,
        t.If,
        t.While,
        t.For,
        t.Return,
        t.Raise,
        t.Reraise,
        t.Try,
        t.Break,
        t.Continue,
    ),
)
_BUDGET: Final = 4000
"""Walks of loop bodies and functions after which the analysis gives up."""
_KINDS: Final = (
    *("no_overflow", "nonzero", "nonnegative", "positive", "exact"),
    *("left_nonnegative", "right_nonnegative"),
)


class TooHardError(Exception):
    """No fixed point within the budget."""


class StatementWalker(RoundWalker):
    """Walks the program: first until nothing grows, then in passes that narrow and record."""

    def __init__(
        self, functions: list[t.Function], shapes: Shapes, stops: Stops, assumed: Mapping[str, Interval]
    ) -> None:
        super().__init__(Summaries(stops), shapes)
        self.entry, self.stops, self.assumed = functions[0], stops, assumed
        self._statements: dict[type, Callable[..., Env | None]] = {
            kind: getattr(self, f"_stmt_{kind.__name__}") for kind in STATEMENTS
        }
        self._function = self.entry
        self._hot = {function for function in functions if function.recursive}
        self._heads: dict[Loop, Env] = {}
        self._reached: dict[Loop, Env] = {}
        """What reached each head in a pass that narrows, on all visits: a loop in a ``finally`` has several."""
        self._growths: dict[Loop, int] = {}
        self._frames: list[list[Env | None]] = []
        self._finals: list[tuple[int, list[t.Stmt]]] = []
        """The ``finally`` blocks around the place that is walked, each with the number of loops around it."""
        self._active: set[t.Function] = set()
        self._walked: set[t.Function] = set()
        self._budget = _BUDGET

    # ------------------------------------------------------------ passes

    def rise(self) -> None:
        """Walk the program until nothing is new. Raises TooHardError."""
        self.summaries.changed = True
        while self.summaries.changed:
            self.summaries.changed = False
            self._pass()

    def narrow(self) -> bool:
        """Walk the program once under what is known, recording facts; whether more is known now."""
        self.recording = True
        self.known = {kind: {} for kind in _KINDS}
        self.in_loops.clear()
        self.summaries.changed = False
        self.summaries.start_pass()
        self._reached.clear()
        self._pass()
        for loop, reached in self._reached.items():
            self._heads[loop] = self._shrunk(self._heads[loop], reached)
        self.summaries.end_pass()
        return self.summaries.changed

    def _pass(self) -> None:
        self._walked.clear()
        for index, (name, kind) in enumerate(self.entry.parameters):
            if kind.__class__ is IntType:
                self.summaries.put(Parameter(self.entry, index), self.assumed.get(name, FULL))
        self._walk(self.entry)

    def _spend(self) -> None:
        # Passes that narrow walk every body once.
        self._budget -= not self.recording
        if self._budget < 0:
            raise TooHardError

    # ------------------------------------------------------------ functions

    def enter(self, function: t.Function, *, grew: bool) -> None:
        """Walk a called function, unless that is done or under way."""
        if self.depth:
            self._hot.add(function)
        if function not in self._active and (grew or function not in self._walked):
            self._walk(function)

    def _walk(self, function: t.Function) -> None:
        self._spend()
        env: Env = {}
        for index, (name, kind) in enumerate(function.parameters):
            if kind.__class__ is IntType:
                env[name] = self.summaries.get(Parameter(function, index)) or FULL
            else:
                self.forget(kind)
                self.forget(function.variables.get(name, kind))
        self._walked.add(function)
        self._active.add(function)
        caller, frames, finals, depth = self._function, self._frames, self._finals, self.depth
        self._function, self._frames, self._finals, self.depth = function, [], [], int(function in self._hot)
        self.block(function.body, env)
        self._function, self._frames, self._finals, self.depth = caller, frames, finals, depth
        self._active.discard(function)

    # ------------------------------------------------------------ statements

    def block(self, body: list[t.Stmt], env: Env) -> Env | None:
        """Run statements; None: control does not reach the end. Uses up the environment."""
        now: Env | None = env
        statements = self._statements
        try:
            for statement in body:
                now = statements[statement.__class__](statement, now)
                if now is None:
                    return None
        except DeadError:
            return None
        return now

    def _stmt_Assign(self, node: t.Assign, env: Env) -> Env:
        value = node.value
        found = self.value(value, env)
        if value.type.__class__ is IntType:
            step = self.shapes.additions.get(node)
            if step is not None:
                left, subtracted = step
                added = self.operands[0 if left else 1]
                self.added[node] = iv.negate(added) if subtracted else added
            env[node.name] = found or FULL
        elif self._function.variables.get(node.name).__class__ is IntType:
            env[node.name] = FULL
        elif parts(value.type):
            self.same(value.type, self._function.variables.get(node.name, value.type))
        return env

    def _stmt_SetItem(self, node: t.SetItem, env: Env) -> Env:
        found = self.value(node.value, env)
        operands = self.operands
        self.value(node.base, env)
        if isinstance(node.base.type, DictT):
            self.value(node.index, env)
            self.same(node.value.type, node.base.type.item)
            return env
        self._position(node, node.index, env)
        if not self.lift(node, operands):
            self.store(node.base.type, node.value, found)
        return env

    def _stmt_SetField(self, node: t.SetField, env: Env) -> Env:
        self.value(node.value, env)
        self.value(node.base, env)
        assert isinstance(node.base.type, RecordT)
        self.same(node.value.type, node.base.type.record.fields[node.name].item)
        return env

    def _stmt_Unpack(self, node: t.Unpack, env: Env) -> Env:
        self.value(node.sequence, env)
        items = self.items(node.sequence.type)
        if items is not None:
            env.update(dict.fromkeys(node.names, items))
        return env

    def _stmt_Eval(self, node: t.Eval, env: Env) -> Env:
        self.value(node.value, env)
        return env

    def _stmt_If(self, node: t.If, env: Env) -> Env | None:
        yes, no = self.branch(node.test, env)
        if yes is not None:
            yes = self.block(node.body, yes)
        if no is not None and node.orelse:
            no = self.block(node.orelse, no)
        return merge(yes, no)

    def _stmt_Return(self, node: t.Return, env: Env) -> None:
        if node.value is not None:
            found = self.value(node.value, env)
            if node.value.type.__class__ is IntType:
                self.summaries.put(Result(self._function), found or FULL)
            else:
                self.forget(node.value.type)  # the caller may write to it, and a record may hold it too

    def _stmt_Raise(self, node: t.Raise, env: Env) -> None:
        if node.message is not None:
            self.value(node.message, env)

    def _stmt_Reraise(self, _node: t.Reraise, _env: Env) -> None:
        return None

    def _stmt_Try(self, node: t.Try, env: Env) -> Env | None:
        """A handler begins after any part of the body: of what that assigns nothing is known."""
        caught = self._after_any(env, node.body)
        if node.final:
            self._finals.append((len(self._frames), node.final))
        after = self.block(node.body, dict(env))
        if after is not None:
            after = self.block(node.orelse, after)
        for handler in node.handlers:
            after = merge(after, self.block(handler.body, dict(caught)))
        if not node.final:
            return after
        self._finals.pop()
        worst = self._after_any(caught, [part for block in node.blocks[:-1] for part in block])
        final = self.block(node.final, worst)
        # On every way through it the same was assigned in it; the rest is what control brought along.
        return None if after is None or final is None else final

    def _after_any(self, env: Env, body: list[t.Stmt]) -> Env:
        variables = self._function.variables
        unsure = {name for name in assigned_names(body) if variables.get(name).__class__ is IntType}
        return env | dict.fromkeys(unsure, FULL)

    def _stmt_Break(self, _node: t.Break, env: Env) -> None:
        frame = self._frames[-1]
        frame[0] = merge(frame[0], self._left(env))

    def _stmt_Continue(self, _node: t.Continue, env: Env) -> None:
        frame = self._frames[-1]
        frame[1] = merge(frame[1], self._left(env))

    def _left(self, env: Env) -> Env | None:
        """Run the ``finally`` blocks between this place and the loop that it leaves or begins anew; None: they go elsewhere."""
        kept, now = self._finals, env
        while self._finals and self._finals[-1][0] >= len(self._frames):
            body = self._finals[-1][1]
            self._finals = self._finals[:-1]
            after = self.block(body, now)
            if after is None:
                self._finals = kept
                return None
            now = after
        self._finals = kept
        return now

    # ------------------------------------------------------------ loops

    def _stmt_For(self, node: t.For, env: Env) -> Env | None:
        steps = self.steps(node.source, env)
        assigned = self.shapes.loops[node].assigned.keys()

        def start(inside: Env) -> tuple[Env | None, Env | None]:
            return (inside if self.bind(node.target, steps, inside, assigned) else None), None

        return self._loop(node, env, steps.trips, start)

    def _stmt_While(self, node: t.While, env: Env) -> Env | None:
        return self._loop(node, env, None, lambda inside: self.branch(node.test, inside))

    def _loop(
        self, node: Loop, env: Env, trips: int | None, start: Callable[[Env], tuple[Env | None, Env | None]]
    ) -> Env | None:
        """Walk a loop; ``start`` begins an iteration: the environments of the body and, for ``while``, of the end."""
        shape = self.shapes.loops[node]
        self.trips[node] = trips
        head = self._heads.get(node)
        if head is None:
            if self.recording:
                raise TooHardError
            head = dict(env)
        elif not self.recording:
            merge(head, env)
        while True:
            self._spend()
            frame: list[Env | None] = [None, None]
            self._frames.append(frame)
            self.depth += 1
            back, leave = self._iterate(node, head, start)
            self.depth -= 1
            self._frames.pop()
            if node.__class__ is t.While:
                trips = self.trips[node] = self.rounds(node, env)
            back = merge(back, frame[1])
            bounds = self.bounds(node, env, trips) if back is not None and trips is not None and shape.additions else {}
            for name, bound in bounds.items():
                both = iv.meet(back[name], bound) if back is not None and name in back else None
                if both is not None and back is not None:
                    back[name] = both
            if self.recording:
                now = merge(dict(env), back) or env
                self._reached[node] = merge(dict(now), self._reached.get(node)) or now
                head = self._shrunk(head, now)
                break
            if back is None or not self._grow(node, head, back, bounds):
                self._heads[node] = head
                break
        if node.__class__ is t.For:
            leave = dict(head)
        if leave is not None and node.orelse:
            leave = self.block(node.orelse, leave)
        return merge(leave, frame[0])

    def _iterate(
        self, node: Loop, head: Env, start: Callable[[Env], tuple[Env | None, Env | None]]
    ) -> tuple[Env | None, Env | None]:
        try:
            inside, leave = start(dict(head))
        except DeadError:
            return None, None
        if inside is not None and self.shapes.loops[node].divided:
            self.inside[node] = dict(inside)
        return (None if inside is None else self.block(node.body, inside)), leave

    def _grow(self, node: Loop, head: Env, back: Env, bounds: Env) -> bool:
        """Let the head hold what comes back to it; whether it did not yet."""
        times = 0
        for name, values in back.items():
            old = head.get(name)
            if old is None:
                times = times or self._grown(node)
                head[name] = values
            elif values[0] < old[0] or values[1] > old[1]:
                times = times or self._grown(node)
                bound = bounds.get(name)
                early = bound is not None and times <= 2
                head[name] = (
                    iv.join(old, bound) if early and bound is not None else self.stops.grown(old, values, times)
                )
        return times > 0

    def _grown(self, node: Loop) -> int:
        times = self._growths[node] = self._growths.get(node, 0) + 1
        return times

    def _shrunk(self, head: Env, now: Env | None) -> Env:
        """The head of a later pass: what it held and what reaches it now."""
        result = dict(head)
        for name, values in (now or {}).items():
            old = head.get(name, FULL)
            both = iv.meet(old, values) or old
            if both != old:
                result[name] = both
                self.summaries.changed = True
        return result
