"""Which assignments of a variable may reach a read of it: reaching definitions over a function's control flow.

Every point of a `try` may go to its handlers. What cannot be told is overstated, never left out.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hermetic_nb.toolchains.native.parse.scopes import in_order, parameters, target_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_EMPTY = frozenset[str]()


@dataclass(slots=True, eq=False)
class _Block:
    """Events in their order, then a jump to any of ``after``. An event is a node, its variable, and what it does."""

    events: list[tuple[ast.AST, str, bool]] = field(default_factory=list)
    after: list[_Block] = field(default_factory=list)
    entry: int = 0
    exit: int = 0


@dataclass(slots=True)
class _Loop:
    again: _Block
    out: _Block


class Reaching:
    """The reads and assignments of one function.

    Assignments are numbered: bit 0 of a mask is "not assigned yet", the others are `definitions`. A read is a Name node
    (also the target of an augmented assignment or a del); an assignment is a Name, an arg, a def, an import's alias, an
    except handler or a pattern.
    """

    def __init__(self, function: ast.FunctionDef) -> None:
        self.definitions: list[tuple[ast.AST, str]] = [(function, "")]
        self.reads: dict[ast.AST, tuple[str, int]] = {}
        """The variable that a node reads, and the mask of what may reach it: bit 0, and definitions of the variable."""
        self.states: dict[ast.AST, int] = {}
        """Of a read: the assignments of all variables that may be in force there."""
        self.masks: dict[str, int] = {}
        """All assignments of a variable."""
        self._numbers: dict[tuple[ast.AST, str], int] = {}
        self._blocks: list[_Block] = []
        self._loops: list[_Loop] = []
        self._catchers: list[list[_Block]] = []
        first = self._now = self._new()
        for arg in parameters(function.args):
            self._store(arg, arg.arg)
        self._body(function.body)
        self._solve(first)

    def may_be_unbound(self, name: str, at: ast.AST) -> bool:
        """Whether a variable may have no value where a node is read; True where control never comes."""
        state = self.states.get(at, 0)
        return self._unbound(name, state) or not state & self.masks.get(name, 0)

    # ------------------------------------------------------------ the graph

    def _new(self) -> _Block:
        block = _Block()
        self._blocks.append(block)
        return block

    def _go(self, block: _Block) -> None:
        """Continue in a block."""
        self._now.after.append(block)
        self._now = block

    def _store(self, node: ast.AST, name: str) -> None:
        number = self._numbers.get((node, name))
        if number is None:
            number = self._numbers[node, name] = len(self.definitions)
            self.definitions.append((node, name))
            self.masks[name] = self.masks.get(name, 0) | 1 << number
        if self._catchers:
            # An exception may come before and after it.
            self._cut()
        self._now.events.append((node, name, True))
        if self._catchers:
            self._cut()

    def _cut(self) -> None:
        self._go(self._new())
        for catchers in self._catchers:
            self._now.after += catchers

    def _load(self, node: ast.AST, name: str) -> None:
        self._now.events.append((node, name, False))

    # ------------------------------------------------------------ statements

    def _body(self, nodes: Iterable[ast.stmt]) -> None:
        for node in nodes:
            self._statement(node)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.If():
                self._expression(node.test)
                self._branches([node.body, node.orelse])
            case ast.While():
                self._while(node)
            case ast.For() | ast.AsyncFor():
                self._for(node)
            case ast.Break() | ast.Continue():
                loop = self._loops[-1]
                self._now.after.append(loop.out if isinstance(node, ast.Break) else loop.again)
                self._now = self._new()
            case ast.Return() | ast.Raise():
                self._children(node)
                self._now = self._new()
            case ast.Try() | ast.TryStar():
                self._try(node)
            case ast.With() | ast.AsyncWith():
                self._with(node)
            case ast.Match():
                self._match(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self._definition(node)
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    self._store(alias, (alias.asname or alias.name).split(".")[0])
            case _:
                self._simple(node)

    def _simple(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign():
                self._expression(node.value)
                for target in node.targets:
                    self._target(target)
            case ast.AnnAssign():
                if node.value is not None:
                    self._expression(node.value)
                    self._target(node.target)
            case ast.AugAssign(target=ast.Name(id=name) as target):
                self._load(target, name)
                self._expression(node.value)
                self._store(target, name)
            case ast.Delete():
                for target in node.targets:
                    if isinstance(target, ast.Name):
                        self._load(target, target.id)
                        self._store(target, target.id)
                    else:
                        self._children(target)
            case _:
                self._children(node)

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        for part in node.decorator_list:
            self._expression(part)
        if isinstance(node, ast.ClassDef):
            for part in [*node.bases, *(keyword.value for keyword in node.keywords)]:
                self._expression(part)
        else:
            for default in [*node.args.defaults, *node.args.kw_defaults]:
                if default is not None:
                    self._expression(default)
        self._store(node, node.name)

    def _branches(self, bodies: list[list[ast.stmt]]) -> None:
        start, end = self._now, self._new()
        for body in bodies:
            self._now = start
            self._go(self._new())
            self._body(body)
            self._now.after.append(end)
        self._now = end

    def _while(self, node: ast.While) -> None:
        again, out = self._new(), self._new()
        self._go(again)
        self._expression(node.test)
        tested = self._now
        self._now = self._new()
        if not (isinstance(node.test, ast.Constant) and node.test.value):
            # The end of `while True` is never reached by its test.
            tested.after.append(self._now)
        self._body(node.orelse)
        self._now.after.append(out)
        self._now = tested
        self._rounds(node.body, again, out)

    def _for(self, node: ast.For | ast.AsyncFor) -> None:
        self._expression(node.iter)
        again, out = self._new(), self._new()
        self._go(again)
        self._go(self._new())
        self._body(node.orelse)
        self._now.after.append(out)
        self._now = again
        self._go(self._new())
        self._target(node.target)
        self._rounds(node.body, again, out)

    def _rounds(self, body: list[ast.stmt], again: _Block, out: _Block) -> None:
        self._go(self._new())
        self._loops.append(_Loop(again, out))
        self._body(body)
        self._loops.pop()
        self._now.after.append(again)
        self._now = out

    def _try(self, node: ast.Try | ast.TryStar) -> None:
        handlers = [self._new() for _ in node.handlers]
        final, end = self._new(), self._new()
        self._catchers.append([*handlers, final])
        self._cut()
        self._body(node.body)
        self._cut()
        self._catchers[-1] = [final]
        self._body(node.orelse)
        self._cut()
        for handler, block in zip(node.handlers, handlers, strict=True):
            self._now.after.append(final)
            self._now = block
            if handler.type is not None:
                self._expression(handler.type)
            if handler.name is not None:
                self._store(handler, handler.name)
            self._body(handler.body)
            self._cut()
        self._catchers.pop()
        self._go(final)
        self._body(node.finalbody)
        if self._loops and node.finalbody:
            # A break or continue may have come this way.
            self._now.after += [self._loops[-1].out, self._loops[-1].again]
        self._go(end)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            self._expression(item.context_expr)
        end = self._new()
        self._catchers.append([end])
        for item in node.items:
            if item.optional_vars is not None:
                self._target(item.optional_vars)
        self._cut()
        self._body(node.body)
        self._cut()
        self._catchers.pop()
        self._go(end)

    def _match(self, node: ast.Match) -> None:
        self._expression(node.subject)
        end = self._new()
        for case in node.cases:
            start = self._now
            self._go(self._new())
            for part in ast.walk(case.pattern):
                match part:
                    case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                        self._store(part, name)
                    case ast.Name():
                        self._load(part, part.id)
            if case.guard is not None:
                self._expression(case.guard)
            failed = self._now
            self._go(self._new())
            self._body(case.body)
            self._now.after.append(end)
            self._now = self._new()
            start.after.append(self._now)
            failed.after.append(self._now)
        self._go(end)

    # ------------------------------------------------------------ targets and expressions

    def _target(self, node: ast.expr) -> None:
        match node:
            case ast.Name():
                if isinstance(node.ctx, ast.Store):
                    self._store(node, node.id)
            case ast.Tuple() | ast.List():
                for part in node.elts:
                    self._target(part)
            case ast.Starred():
                self._target(node.value)
            case _:
                self._children(node)

    def _children(self, node: ast.AST) -> None:
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr):
                self._expression(part)
            elif isinstance(part, ast.keyword):
                self._expression(part.value)

    def _expression(self, node: ast.expr, own: frozenset[str] = _EMPTY) -> None:
        """The events of an expression; ``own``: names of the comprehensions around it."""
        if not any(isinstance(part, ast.NamedExpr) for part in ast.walk(node)):
            # Without assignments inside, order and branches do not matter.
            for name in _loads(node, own):
                self._load(name, name.id)
            return
        match node:
            case ast.NamedExpr():
                self._expression(node.value, own)
                self._store(node.target, node.target.id)
            case ast.BoolOp():
                self._until(node.values, own)
            case ast.Compare():
                self._until([node.left, *node.comparators], own)
            case ast.IfExp():
                self._choice(node, own)
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                self._comprehension(node, own)
            case ast.Lambda():
                for name in _loads(node, own):
                    self._load(name, name.id)
            case _:
                for part in in_order(node):
                    self._expression(part, own)

    def _until(self, parts: list[ast.expr], own: frozenset[str]) -> None:
        """Parts of which any but the first may be left out."""
        end = self._new()
        for part in parts:
            self._expression(part, own)
            self._now.after.append(end)
            self._go(self._new())
        self._go(end)

    def _choice(self, node: ast.IfExp, own: frozenset[str]) -> None:
        self._expression(node.test, own)
        start, end = self._now, self._new()
        for part in (node.body, node.orelse):
            self._now = start
            self._go(self._new())
            self._expression(part, own)
            self._now.after.append(end)
        self._now = end

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp, own: frozenset[str]
    ) -> None:
        self._expression(node.generators[0].iter, own)
        inner = own.union(*(target_names(part.target) for part in node.generators))
        again, out = self._new(), self._new()
        self._go(again)
        again.after.append(out)
        self._go(self._new())
        for index, part in enumerate(node.generators):
            for expression in [*([part.iter] if index else []), *part.ifs]:
                self._expression(expression, inner)
                self._now.after.append(again)
                self._go(self._new())
        elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        for expression in elements:
            self._expression(expression, inner)
        self._now.after.append(again)
        self._now = out

    # ------------------------------------------------------------ the solution

    def _solve(self, first: _Block) -> None:
        """Masks at each block, then at each read. Bit 0 stands for every name; it is spelled out in `_unbound`."""
        names = sorted(self.masks)
        # "Not assigned" is a definition of each variable at the function's start, in bits above all others.
        base = len(self.definitions)
        self._unassigned = {name: 1 << base + index for index, name in enumerate(names)}
        kills = {name: self.masks[name] | self._unassigned[name] for name in names}
        effects: list[tuple[int, int]] = []
        for block in self._blocks:
            kill = made = 0
            for node, name, is_store in block.events:
                if is_store:
                    kill |= kills[name]
                    made = made & ~kills[name] | 1 << self._numbers[node, name]
            effects.append((kill, made))
        number = {id(block): index for index, block in enumerate(self._blocks)}
        first.entry = sum(self._unassigned.values())
        waiting, queued = list(self._blocks)[::-1], {id(block) for block in self._blocks}
        while waiting:
            block = waiting.pop()
            queued.discard(id(block))
            kill, made = effects[number[id(block)]]
            block.exit = block.entry & ~kill | made
            for other in block.after:
                if block.exit & ~other.entry:
                    other.entry |= block.exit
                    if id(other) not in queued:
                        queued.add(id(other))
                        waiting.append(other)
        for block in self._blocks:
            self._read(block, kills)

    def _read(self, block: _Block, kills: dict[str, int]) -> None:
        state = block.entry
        for node, name, is_store in block.events:
            if is_store:
                state = state & ~kills[name] | 1 << self._numbers[node, name]
            elif name in kills:
                reaching = state & self.masks[name] | (1 if self._unbound(name, state) else 0)
                self.reads[node] = (name, reaching | self.reads.get(node, ("", 0))[1])
                self.states[node] = self.states.get(node, 0) | state
            else:
                self.states[node] = self.states.get(node, 0) | state

    def _unbound(self, name: str, state: int) -> bool:
        return bool(state & self._unassigned.get(name, 0))


def _loads(node: ast.AST, own: frozenset[str]) -> Iterator[ast.Name]:
    """The reads of an expression, but for those of its comprehensions' and lambdas' own names."""
    match node:
        case ast.Name():
            if isinstance(node.ctx, ast.Load) and node.id not in own:
                yield node
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            yield from _loads(node.generators[0].iter, own)
            inner = own.union(*(target_names(part.target) for part in node.generators))
            elements = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
            tests = [test for part in node.generators for test in part.ifs]
            sources = [part.iter for part in node.generators[1:]]
            for inside in [*elements, *tests, *sources, *(part.target for part in node.generators)]:
                yield from _loads(inside, inner)
        case ast.Lambda():
            yield from _loads(node.args, own)
            yield from _loads(node.body, own | {arg.arg for arg in parameters(node.args)})
        case ast.arg():
            pass
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _loads(child, own)
