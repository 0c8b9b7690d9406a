"""Definite assignment: which reads of local variables may find them unassigned (CPython's UnboundLocalError)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.walks import target_names

if TYPE_CHECKING:
    from collections.abc import Iterable

State = frozenset[str] | None
"""The variables assigned on every path to here; None where control cannot come."""


def unbound_reads(function: t.Function) -> set[t.Local]:
    """The reads that need a test at run time."""
    walk = _Walk()
    walk.block(function.body, frozenset(name for name, _ in function.parameters))
    return walk.found


def _meet(left: State, right: State) -> State:
    if left is None or right is None:
        return right if left is None else left
    return left & right


class _Walk:
    def __init__(self) -> None:
        self.found: set[t.Local] = set()
        self.breaks: list[State] = []

    def block(self, body: Iterable[t.Stmt], state: State) -> State:
        for statement in body:
            state = self.statement(statement, state)
        return state

    def statement(self, node: t.Stmt, state: State) -> State:
        match node:
            case t.Assign():
                state = self.reads(node.value, state)
                return None if state is None else state | {node.name}
            case t.Unpack():
                state = self.reads(node.sequence, state)
                return None if state is None else state | set(node.names)
            case t.SetItem():
                # CPython evaluates the value first.
                return self.all_reads([node.value, node.base, node.index], state)
            case t.SetField():
                return self.all_reads([node.value, node.base], state)
            case t.Eval():
                return self.reads(node.value, state)
            case t.If():
                state = self.reads(node.test, state)
                return _meet(self.block(node.body, state), self.block(node.orelse, state))
            case t.While():
                state = self.reads(node.test, state)
                endless = isinstance(node.test, t.Const) and bool(node.test.value)
                return self._loop(node.body, node.orelse, state, None if endless else state)
            case t.For():
                state = self._source(node.source, state)
                inner = None if state is None else state | set(target_names(node.target))
                return self._loop(node.body, node.orelse, inner, state)
            case t.Try():
                return self._try(node, state)
        self._leave(node, state)
        return None

    def _leave(self, node: t.Stmt, state: State) -> None:
        """Statements after which control goes elsewhere."""
        match node:
            case t.Return():
                if node.value is not None:
                    self.reads(node.value, state)
            case t.Raise():
                if node.message is not None:
                    self.reads(node.message, state)
            case t.Break():
                self.breaks[-1] = _meet(self.breaks[-1], state)

    def _try(self, node: t.Try, state: State) -> State:
        """A handler may begin with nothing of the body done."""
        after = self.block(node.orelse, self.block(node.body, state))
        for handler in node.handlers:
            after = _meet(after, self.block(handler.body, state))
        if not node.final:
            return after
        # Reads in it are judged by the worst way to it.
        worst = self.block(node.final, state)
        if after is None or worst is None:
            return None
        return after | worst

    def _loop(self, body: list[t.Stmt], orelse: list[t.Stmt], inner: State, done: State) -> State:
        self.breaks.append(None)
        self.block(body, inner)
        broken = self.breaks.pop()
        return _meet(self.block(orelse, done), broken)

    def _source(self, source: t.Source, state: State) -> State:
        match source:
            case t.Range():
                return self.all_reads([source.start, source.stop, source.step], state)
            case t.Items() | t.Entries():
                return self.reads(source.sequence, state)
            case t.Enumerate():
                return self.reads(source.start, self._source(source.inner, state))
            case t.Zip():
                for inner in source.inner:
                    state = self._source(inner, state)
                return state

    def all_reads(self, nodes: Iterable[t.Expr], state: State) -> State:
        for node in nodes:
            state = self.reads(node, state)
        return state

    def reads(self, node: t.Expr, state: State) -> State:
        match node:
            case t.Local():
                if state is not None and node.name not in state and not node.name.startswith("$"):
                    self.found.add(node)
                return state
            case t.Unary() | t.Convert() | t.Truth() | t.IsNone() | t.Unwrap():
                return self.reads(node.operand, state)
            case t.Part() | t.Field():
                return self.reads(node.base, state)
            case t.Arith():
                return self.all_reads([node.left, node.right], state)
            case t.Compare():
                state = self.reads(node.first, state)
                return self._maybe([right for _, right in node.links], state)
            case t.Logic():
                return self._maybe(node.operands, state)
            case t.Choice():
                state = self.reads(node.test, state)
                return _meet(self.reads(node.then, state), self.reads(node.other, state))
            case t.Invoke() | t.Builtin():
                return self.all_reads(node.arguments, state)
            case t.Index():
                return self.all_reads([node.base, node.index], state)
            case t.Slice():
                return self.all_reads([n for n in (node.base, node.low, node.high, node.step) if n is not None], state)
            case t.ListOf() | t.Options() | t.TupleOf() | t.DictOf() | t.SetOf() | t.RecordOf():
                return self.all_reads(node.items, state)
            case t.Comprehension():
                return self.block(node.body, state)
        return state

    def _maybe(self, nodes: list[t.Expr], state: State) -> State:
        """Operands of which only the first is sure to be evaluated."""
        after = self.reads(nodes[0], state)
        inner = after
        for node in nodes[1:]:
            inner = self.reads(node, inner)
        return after
