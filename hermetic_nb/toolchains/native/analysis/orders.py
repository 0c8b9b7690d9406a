"""Loops over sets whose order cannot show.

A round may do what gives the same whatever the other rounds did before it, or do after it: add to a number, raise a
maximum, put into a set, set a flag. Its tests and values hang on the round's own item and on what the loop leaves alone.
Then all orders end alike. Where a round may leave the loop, it may do nothing else; where it may raise, it raises one
exception at one line, and what the rounds before did is gone with the call.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis.apart import apart, containers
from hermetic_nb.toolchains.native.analysis.flow import unbound_reads
from hermetic_nb.toolchains.native.analysis.purity import (
    ImpureError,
    Purity,
    Site,
    holds_record,
    makes,
    tells_nothing,
)
from hermetic_nb.toolchains.native.types import BOOL, INT, Cell, DequeT, ListT, OptionT, SetT, reached
from hermetic_nb.toolchains.native.walks import (
    assigned_names,
    blocks,
    children,
    expressions,
    operands,
    statements,
    target_names,
    within,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from hermetic_nb.toolchains.native.types import Type

Asked = TypeVar("Asked")
_ADDING = {"+": "+", "-": "+", "*": "*", "&": "&", "|": "|", "^": "^"}
_OWN = ("$made.", "$set.", "$gathered.")
"""How the names of the containers begin that a comprehension fills."""
_TURNED = {"<": ">", ">": "<", "<=": ">", ">=": "<"}


class ShownError(Exception):
    """The order of a set's items can be seen; ``what`` shows it."""


@dataclass(slots=True)
class Rounds:
    """One loop over a set."""

    loop: t.For
    purity: Purity
    loose: AbstractSet[str]
    """Hidden lists that are put in order, or only counted, when they are full."""
    alone: AbstractSet[str]
    """Variables that hold objects which nothing else holds while the loop runs."""
    apart: AbstractSet[str]
    """Variables whose objects were made in the function, and which nothing else holds but what was told."""
    guarded: bool
    """Whether a ``try`` may see what the loop has done before it raised."""
    kept: set[str] = field(default_factory=set)
    """Variables whose values go from round to round, or out of the loop."""
    acts: dict[str, str] = field(default_factory=dict)
    """What is done to each kept variable."""
    flags: set[str] = field(default_factory=set)
    """Kept variables that are set to a constant where the loop is not left at once."""
    echoes: set[str] = field(default_factory=set)
    """Hidden flags that end the loop when they are set."""
    changed: dict[Cell, str] = field(default_factory=dict)
    """What is done to containers that others may hold, by what their items share."""
    strange: dict[Type, str] = field(default_factory=dict)
    """What is done to those among them that may be any object of their type, as arguments may be."""
    held: set[Type] = field(default_factory=set)
    """The types of containers that are read, but for what the loop goes over: a set that changes its size ends it."""
    objects: set[str] = field(default_factory=set)
    """Variables whose objects are changed."""
    read: set[Cell] = field(default_factory=set)
    """Containers that are read."""
    names: set[str] = field(default_factory=set)
    """Variables that are read, but by what changes their objects."""
    records: bool = False
    sites: set[Site] = field(default_factory=set)
    exits: int = 0

    def check(self, outside: AbstractSet[str]) -> None:
        """Raises ShownError where the order of the rounds shows; ``outside`` are the variables read elsewhere."""
        assigned = assigned_names([self.loop])
        targets = set(target_names(self.loop.target))
        early = set[str]()
        self._early(self.loop.body, set(targets), assigned, early)
        self.kept = (assigned & outside) | early
        if targets & self.kept:
            raise ShownError("the last item is read after it")
        self._see(self.loop.source.sequence.type if isinstance(self.loop.source, t.Items) else None)
        self._block(self.loop.body, top=True)
        self._conclude()

    def _conclude(self) -> None:
        if (
            self.names & self.objects
            or any(cell.root() in {c.root() for c in self.read} for cell in self.changed)
            or (self.changed and self.records)
            or self.strange.keys() & self.held
        ):
            raise ShownError("it reads what it changes")
        if self.exits and (
            self.exits > 1 or self.sites or self.changed or self.objects or (set(self.acts) - self.echoes) & self.flags
        ):
            raise ShownError("a round may leave it, or change something")
        if self.exits and any(not act.startswith("=") for act in self.acts.values()):
            raise ShownError("a round may leave it, or change something")
        lazy = any(act in {"or", "and"} for act in self.acts.values())
        seen = {name for name in (*self.acts, *self.objects) if not name.startswith("$")}
        if len(self.sites) > 1 or (self.sites and (lazy or self.changed or (self.guarded and seen))):
            raise ShownError("it may raise, with some of its work done")

    # ------------------------------------------------------------ which variables go from round to round

    def _early(self, body: list[t.Stmt], given: set[str], assigned: set[str], early: set[str]) -> bool:
        """Note the variables that a round reads before it assigns them; whether control goes on after the block."""
        for node in body:
            match node:
                case t.For():
                    self._reads(operands(node.source), given, assigned, early)
                    self._early(node.body, given | set(target_names(node.target)), assigned, early)
                    self._early(node.orelse, set(given), assigned, early)
                case t.While():
                    self._reads([node.test], given, assigned, early)
                    self._early(node.body, set(given), assigned, early)
                    self._early(node.orelse, set(given), assigned, early)
                case t.If():
                    self._reads([node.test], given, assigned, early)
                    one, other = set(given), set(given)
                    goes = [
                        names
                        for names, block in ((one, node.body), (other, node.orelse))
                        if self._early(block, names, assigned, early)
                    ]
                    if not goes:
                        return False
                    given |= set.intersection(*goes)
                case t.Break() | t.Continue() | t.Return() | t.Raise():
                    self._reads(_values(node), given, assigned, early)
                    return False
                case _:
                    self._reads(_values(node), given, assigned, early)
                    given |= assigned_names([node], nested=False)
        return True

    def _reads(self, nodes: list[t.Expr], given: set[str], assigned: set[str], early: set[str]) -> None:
        for node in nodes:
            if isinstance(node, t.Local) and node.name in assigned - given:
                early.add(node.name)
            self._reads(children(node), given, assigned, early)
            if isinstance(node, t.Comprehension):
                inside = set(given)
                self._early(node.body, inside, assigned, early)
                if node.name not in inside:
                    early.add(node.name)

    # ------------------------------------------------------------ what a round does

    def _block(self, body: list[t.Stmt], *, top: bool) -> None:
        leaves = bool(body) and (isinstance(body[-1], t.Return) or (top and isinstance(body[-1], t.Break)))
        for node in body:
            self._statement(node, top=top, leaves=leaves)

    def _statement(self, node: t.Stmt, *, top: bool, leaves: bool) -> None:
        match node:
            case t.Assign(name=name, value=value):
                if name in self.kept:
                    self._accumulate(node, leaves=leaves)
                else:
                    self._calm(value)
            case t.Eval(value=value):
                self._effect(value)
            case t.SetItem():
                self._store(node)
            case t.Unpack(sequence=sequence):
                if set(node.names) & self.kept:
                    raise ShownError("what it unpacks is read elsewhere")
                self.sites.add(("ValueError", node.line))
                self._calm(sequence)
            case t.If() | t.While() | t.For():
                self._compound(node, top=top)
            case t.Break():
                self.exits += top
            case t.Return(value=value):
                self.exits += 1
                self._steady(value)
            case t.Raise(code=code, message=message):
                self.sites.add((code, node.line))
                self._steady(message)
            case t.Continue():
                pass
            case _:
                raise ShownError("a round may hang on those before")

    def _compound(self, node: t.If | t.While | t.For, *, top: bool) -> None:
        if isinstance(node, t.If):
            if self._extreme(node) or (top and self._echo(node)):
                return
            self._calm(node.test)
            self._block(node.body, top=top)
        elif isinstance(node, t.While):
            self._calm(node.test)
            self._block(node.body, top=False)
        else:
            self.sites |= self._pure(self.purity.of_source, node.source)
            for part in operands(node.source):
                self._calm(part)
            self._block(node.body, top=False)
        self._block(node.orelse, top=top)

    def _effect(self, node: t.Expr) -> None:
        match node:
            case t.Builtin(name=act, arguments=[t.Local() as base, item]) if self._puts(act, base, item):
                self._calm(item)
            case t.Builtin(name="list.append"):
                raise ShownError("the list it fills keeps one")
            case _:
                self._calm(node)

    def _accumulate(self, node: t.Assign, *, leaves: bool) -> None:
        name = node.name
        shown = "a variable" if name.startswith("$") else f"`{name}`"
        match node.value:
            case t.Const(type=kind, value=value):
                act, parts = f"={kind} {value!r}", list[t.Expr]()
                if not leaves:
                    self.flags.add(name)
            case t.Arith(type=kind, op=op, left=t.Local(name=own), right=right) if (
                own == name and op in _ADDING and kind in {INT, BOOL}
            ):
                act, parts = _ADDING[op], [right]
            case t.Arith(type=kind, op=op, left=left, right=t.Local(name=own)) if (
                own == name and op in _ADDING and op != "-" and kind in {INT, BOOL}
            ):
                act, parts = _ADDING[op], [left]
            case t.Logic(type=kind, op=op, operands=[t.Local(name=own), *parts]) if own == name and kind == BOOL:
                act = op
            case t.Builtin(type=kind, name="min" | "max" as act, arguments=given) if tells_nothing(kind) and any(
                isinstance(part, t.Local) and part.name == name for part in given
            ):
                parts = [part for part in given if not (isinstance(part, t.Local) and part.name == name)]
            case _:
                raise ShownError(f"{shown} may end in other ways")
        if self.acts.setdefault(name, act) != act:
            raise ShownError(f"{shown} may end in other ways")
        for part in parts:
            self._calm(part)

    def _extreme(self, node: t.If) -> bool:
        """``if item > best: best = item``, and what `min` and `max` are made of."""
        match node:
            case t.If(
                test=t.Logic(op="or", operands=[t.Unary(op="not", operand=t.Local(name=some)), t.Compare() as test]),
                body=[t.Assign() as first, t.Assign(name=mark, value=t.Const(value=True))],
                orelse=[],
            ) if some == mark and some.startswith("$"):
                pass
            case t.If(
                test=t.Logic(op="or", operands=[t.IsNone(operand=t.Local(name=some)), t.Compare() as test]),
                body=[t.Assign() as first],
                orelse=[],
            ) if some == first.name:
                mark = ""
            case t.If(test=t.Compare() as test, body=[t.Assign() as first], orelse=[]):
                mark = ""
            case _:
                return False
        item = _held(first.value)
        if len(test.links) != 1 or first.name not in self.kept or not tells_nothing(item.type):
            return False
        ((op, right),) = test.links
        left, right = _held(test.first), _held(right)
        if isinstance(right, t.Local) and right.name == first.name and _same(left, item):
            direction = op
        elif isinstance(left, t.Local) and left.name == first.name and _same(right, item):
            direction = _TURNED.get(op, "")
        else:
            return False
        act = {"<": "min", "<=": "min", ">": "max", ">=": "max"}.get(direction)
        if act is None or self.acts.setdefault(first.name, act) != act:
            return False
        if mark:
            self.acts[mark] = act
        self.sites |= self._pure(self.purity.sites, node.test)
        self._calm(item)
        return True

    def _echo(self, node: t.If) -> bool:
        """The end of an outer loop, where an inner one has found the answer."""
        test = node.test.operand if isinstance(node.test, t.Unary) and node.test.op == "not" else node.test
        alone = not node.orelse and len(node.body) == 1 and isinstance(node.body[0], t.Break)
        if not alone or not isinstance(test, t.Local) or not test.name.startswith("$found"):
            return False
        self.exits += 1
        self.echoes.add(test.name)
        return True

    def _puts(self, act: str, base: t.Local, item: t.Expr) -> bool:
        """Whether this puts an item where the order of items is not seen."""
        targets = set(target_names(self.loop.target)) - assigned_names(self.loop.body)
        own = isinstance(item, t.Local) and item.name in targets
        if not own and not tells_nothing(item.type):
            return False
        if act == "list.append" and base.name in self.loose:
            return True
        if act not in {"table.add", "table.discard"} or not isinstance(base.type, SetT):
            return False
        if self.acts.setdefault(f"{base.name}.", act) != act:
            return False
        self._change(base, act)
        return True

    def _change(self, base: t.Local, act: str) -> None:
        if base.name in self.kept & assigned_names([self.loop]):
            raise ShownError(f"`{base.name}` changes in it")
        self.objects.add(base.name)
        if base.name in self.alone or base.name.startswith(_OWN):
            return
        assert isinstance(base.type, SetT | ListT)
        if self.changed.setdefault(base.type.cell.root(), act) != act:
            raise ShownError("it changes a container in two ways")
        if base.name not in self.apart and self.strange.setdefault(base.type, act) != act:
            raise ShownError("it changes a container in two ways")

    def _store(self, node: t.SetItem) -> None:
        """``flags[i] = True``, ``counts[i] += n``: in a list."""
        base = node.base
        if not isinstance(base, t.Local) or not isinstance(base.type, ListT) or isinstance(base.type, DequeT):
            raise ShownError("the order of what it stores shows")
        match node.value:
            case t.Const(type=kind, value=constant):
                act, more = f"={kind} {constant!r}", list[t.Expr]()
            case t.Arith(type=kind, op=op, left=t.Index(base=held, index=index), right=part) if (
                kind == INT and op in _ADDING and _same(held, base) and _same(index, node.index)
            ):
                act, more = _ADDING[op], [part]
            case _:
                raise ShownError("the order of what it stores shows")
        if self.acts.setdefault(f"{base.name}.", act) != act:
            raise ShownError("it changes a container in two ways")
        self._change(base, act)
        self.sites.add(("IndexError", node.line))
        for value in (node.index, *more):
            self._calm(value)

    # ------------------------------------------------------------ values

    def _pure(self, ask: Callable[[Asked], set[Site]], about: Asked) -> set[Site]:
        try:
            return ask(about)
        except ImpureError:
            raise ShownError("a round may change something") from None

    def _calm(self, node: t.Expr) -> None:
        """A value that hangs on this round alone."""
        self.sites |= self._pure(self.purity.sites, node)
        for part in within(node):
            if isinstance(part, t.Local):
                if part.name in self.kept:
                    first = part.name.startswith(("$some", "$best"))
                    plain = "of equals the first is taken" if first else f"`{part.name}` is read while it changes"
                    raise ShownError(plain)
                self.names.add(part.name)
            self._see(part.type)
            self.held |= set(containers(part.type))

    def _see(self, kind: Type | None) -> None:
        if kind is not None:
            self.read |= set(reached(kind))
            self.records |= holds_record(kind.inner if isinstance(kind, OptionT) else kind)

    def _steady(self, node: t.Expr | None) -> None:
        """A value that is the same in each round."""
        if node is None:
            return
        self._calm(node)
        assigned = assigned_names([self.loop])
        if any(isinstance(part, t.Local) and part.name in assigned for part in within(node)):
            raise ShownError("what it gives is that of the first item")


def _values(node: t.Stmt) -> list[t.Expr]:
    match node:
        case t.Assign(value=value) | t.Eval(value=value):
            return [value]
        case t.SetItem(base=base, index=index, value=value):
            return [base, index, value]
        case t.SetField(base=base, value=value):
            return [base, value]
        case t.Unpack(sequence=sequence):
            return [sequence]
        case t.Return(value=value) if value is not None:
            return [value]
        case t.Raise(message=message) if message is not None:
            return [message]
    return []


def _held(node: t.Expr) -> t.Expr:
    """What an option is made of, or gives."""
    while isinstance(node, t.Unwrap) or (isinstance(node, t.Convert) and isinstance(node.type, OptionT)):
        node = node.operand
    return node


def _same(one: t.Expr, other: t.Expr) -> bool:
    """Whether two expressions are the same variable, constant, or arithmetic on them."""
    match one, other:
        case t.Local(name=a), t.Local(name=b):
            return a == b
        case t.Const(value=a), t.Const(value=b):
            return one.type == other.type and a == b
        case t.Arith(op=a), t.Arith(op=b):
            return a == b and _same(one.left, other.left) and _same(one.right, other.right)
        case t.Part(number=a), t.Part(number=b):
            return a == b and _same(one.base, other.base)
        case t.Builtin(name=a), t.Builtin(name=b):
            pairs = zip(one.arguments, other.arguments, strict=False)
            return a == b and len(one.arguments) == len(other.arguments) and all(_same(x, y) for x, y in pairs)
        case t.Convert(operand=a), t.Convert(operand=b):
            return one.type == other.type and _same(a, b)
    return False


def _holds(body: list[t.Stmt], loop: t.For) -> bool:
    if any(node is loop for node in statements(body)):
        return True
    made = (part for part in expressions(body) if isinstance(part, t.Comprehension))
    return any(node is loop for part in made for node in statements(part.body))


def _guarded(body: list[t.Stmt], loop: t.For) -> bool:
    """Whether a loop stands in a ``try`` of its function."""
    return any(
        isinstance(node, t.Try) and any(_holds(block, loop) for block in node.blocks) for node in statements(body)
    )


def _alone(body: list[t.Stmt], loop: t.For) -> set[str]:
    """The variables that got new objects just before the loop, and were not read since."""
    for block in [body, *(part for node in statements(body) for part in blocks(node))]:
        if loop not in block:
            continue
        made, before = set[str](), block[: block.index(loop)]
        for node in before:
            made -= {part.name for part in expressions([node]) if isinstance(part, t.Local)}
            made -= assigned_names([node])
            if isinstance(node, t.Assign) and makes(node.value):
                made.add(node.name)
        read = (part for node in operands(loop.source) for part in within(node))
        return made - {part.name for part in read if isinstance(part, t.Local)}
    return set()


def check(function: t.Function, loop: t.For, purity: Purity, loose: AbstractSet[str]) -> str | None:
    """What shows the order of a loop over a set; None where nothing does."""
    inside = set(expressions(loop.body))
    unbound = {part for part in unbound_reads(function) if not part.name.startswith("$")}
    outside = {
        part.name
        for part in expressions(function.body)
        if isinstance(part, t.Local | t.Comprehension) and part not in inside
    }
    if unbound & inside:
        return "a variable of it may have no value"
    rounds = Rounds(loop, purity, loose, _alone(function.body, loop), apart(function), _guarded(function.body, loop))
    try:
        rounds.check(outside)
    except ShownError as shown:
        return str(shown)
    return None
