"""Type inference over a whole cell: functions are typed for the arguments they are called with, until nothing changes.

A helper's annotations do not bind (as in CPython); only the entry's do. Each combination of argument types is an
`Instance`. Types only grow, so the passes end; the last pass, with every type known, makes the tree that is lowered.
"""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis.options import early
from hermetic_nb.toolchains.native.analysis.orders import check
from hermetic_nb.toolchains.native.analysis.purity import Purity
from hermetic_nb.toolchains.native.inference.array_calls import ArrayTyper
from hermetic_nb.toolchains.native.inference.array_nodes import holds_array
from hermetic_nb.toolchains.native.inference.ends import ends
from hermetic_nb.toolchains.native.inference.hints import Hints
from hermetic_nb.toolchains.native.inference.kinds import refuse_own_isinstance
from hermetic_nb.toolchains.native.inference.saying import two_types
from hermetic_nb.toolchains.native.interface import Interface
from hermetic_nb.toolchains.native.parse.cellmodule import CellModule, read_module
from hermetic_nb.toolchains.native.parse.classes import ClassDef
from hermetic_nb.toolchains.native.parse.dispatch import tables
from hermetic_nb.toolchains.native.parse.imports import link_library
from hermetic_nb.toolchains.native.parse.kept import place_generators
from hermetic_nb.toolchains.native.parse.library import Copies
from hermetic_nb.toolchains.native.parse.refusal import RefusedError, refuse
from hermetic_nb.toolchains.native.parse.spellings import simplify_spellings
from hermetic_nb.toolchains.native.parse.yields import consume_generators
from hermetic_nb.toolchains.native.types import (
    BOTTOM,
    INT,
    NONE,
    Cell,
    JoinError,
    OptionT,
    Record,
    Type,
    cells,
    fresh,
    join,
    spelled,
)
from hermetic_nb.toolchains.native.walks import loops

if TYPE_CHECKING:
    from hermetic_nb.signature import Signature

_MAX_PASSES: Final = 60
_MAX_INSTANCES: Final = 200


@dataclass(eq=False)
class Instance:
    """One function for one combination of argument types, and what is known of it so far."""

    function: t.Function
    node: ast.FunctionDef
    names: frozenset[str]
    """Its local variables."""
    variables: dict[str, Type] = field(default_factory=dict)
    cells: dict[tuple[ast.AST, int], Cell] = field(default_factory=dict)
    types: dict[ast.AST, Type] = field(default_factory=dict)
    """Types of what calls give, with cells of this function's own."""
    callees: set[Instance] = field(default_factory=set)
    libm: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    """Variables of which a refused statement would have said more."""
    places: dict[str, int] = field(default_factory=dict)
    """The line in which each variable first got a type."""
    decided: dict[ast.AST, bool] = field(default_factory=dict)
    """Statements ``if`` whose test has the same truth value in every run."""
    over_sets: dict[t.Source, ast.expr] = field(default_factory=dict)
    """What loops over sets go over."""
    loose: set[str] = field(default_factory=set)
    """Hidden lists whose order nobody sees."""
    result: Type = BOTTOM
    returns: list[tuple[ast.AST, Type]] = field(default_factory=list)

    def result_is(self, kind: Type, node: ast.AST, inference: Inference) -> None:
        """Note the type of one return."""
        self.returns.append((node, kind))
        try:
            joined, changed = join(self.result, kind)
        except JoinError:
            earlier = next((place for place, other in self.returns if other not in {kind, BOTTOM}), self.node)
            places = [(self.result, getattr(earlier, "lineno", 0)), (kind, getattr(node, "lineno", 0))]
            refuse(f"{two_types(f'what {self.function.name} returns', places)}: a function returns one type", node)
        if changed:
            self.result, inference.changed = joined, True


class Inference:
    """The functions of a cell that its entry reaches, typed."""

    def __init__(self, source: str) -> None:
        self.tree = ast.parse(source, feature_version=(3, 11))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # What only CPython's compiler refuses: break outside a loop, a parameter twice, ...
            compile(self.tree, "<cell>", "exec", dont_inherit=True)
        refuse_own_isinstance(self.tree)
        simplify_spellings(self.tree)
        place_generators(self.tree)
        tables(self.tree)
        consume_generators(self.tree)
        self.module: CellModule = read_module(link_library(self.tree))
        self.records = {name: _record(made) for name, made in self.module.classes.items()}
        self.copies = Copies()
        """Functions of the library that typing asks for."""
        self.factories: dict[str, ast.expr] = {}
        """What makes the defaults of the cell's defaultdicts, by the flavours of their types."""
        self.has_frozensets = any(isinstance(node, ast.Name) and node.id == "frozenset" for node in ast.walk(self.tree))
        self.hints = Hints(self.records)
        self.instances: dict[tuple[str, tuple[str, ...]], Instance] = {}
        self.spreads: dict[tuple[ast.Call, int], ast.Call] = {}
        """Calls with stars, by their number of arguments, with the items of the tuples written out."""
        self.refusals: list[RefusedError] = []
        self.changed = False
        self.final = False
        self.unsettled: list[tuple[dict[str, Type], str] | Cell] = []
        """What is read although nothing so far gives it a type: variables, and lists' items."""

    def infer(self, entry: str, signature: Signature) -> list[t.Function]:
        """The typed functions, the entry first. On refusal `refusals` is not empty and the list is."""
        node = self.module.functions[entry]
        interface = Interface(signature, self.records)
        self.module.uses_arrays |= any(map(holds_array, interface.parameters))
        first = self.instance(entry, interface.parameters, node)
        for _ in range(_MAX_PASSES):
            self.changed, self.refusals, self.unsettled = False, [], []
            reached = self._pass(first)
            if not self.refusals:
                self._declare(first, interface)
            if not self.changed and first.result == BOTTOM:
                # It never returns: it raises, or calls itself for ever. What it declares is as good as anything.
                first.result, self.changed = interface.result, True
            if not self.changed and not self._settle():
                break
        else:
            self.refusals.append(RefusedError("the types of this cell do not settle", node))
        if not self.refusals:
            self.final = True
            reached = self._pass(first)
            purity = Purity()
            self.refusals += [*_orders(reached, purity), *_late_raises(reached, purity)]
        if self.refusals:
            return []
        _mark_recursion(reached)
        return [instance.function for instance in reached]

    def _settle(self) -> bool:
        """Give a type to what is only read (such a read always raises); whether there was any."""
        containers = [place for place in self.unsettled if isinstance(place, Cell)]
        if any([place.item == BOTTOM and place.widen(self.hints.of(place)) for place in containers]):  # noqa: C419 (all of them, not the first)
            return True  # what is read from them may have a type by that
        found = False
        for place in self.unsettled:
            if isinstance(place, Cell):
                continue
            if place[0].setdefault(place[1], INT) == BOTTOM:
                place[0][place[1]], found = INT, True
            else:
                found = True
        return found

    def libm(self) -> set[str]:
        """Names of mathematics functions that results may pass through."""
        return set().union(*(instance.libm for instance in self.instances.values()))

    def instance(self, name: str, kinds: list[Type], node: ast.AST) -> Instance:
        """The instance of a function for these argument types."""
        key = (name, tuple(map(spelled, kinds)))
        found = self.instances.get(key)
        if found is None:
            if len(self.instances) >= _MAX_INSTANCES:
                refuse("the cell's functions are called with too many combinations of types", node)
            found = self.instances[key] = self._new(self.module.functions[name], list(map(fresh, kinds)))
            self.changed = True
        return found

    def _new(self, node: ast.FunctionDef, kinds: list[Type]) -> Instance:
        spec = node.args
        names = [a.arg for a in [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]]
        function = t.Function(
            node.name, f"cell.{len(self.instances)}", list(zip(names, kinds, strict=True)), BOTTOM, node.lineno
        )
        instance = Instance(function, node, frozenset(_locals(node)))
        instance.variables.update(function.parameters)
        for argument, (_, kind) in zip(
            [*spec.posonlyargs, *spec.args, *spec.kwonlyargs], function.parameters, strict=True
        ):
            self.hints.note(argument.annotation, kind)
        return instance

    def _declare(self, first: Instance, interface: Interface) -> None:
        """Hold the entry's returns against its declared result."""
        declared = interface.result
        for node, kind in first.returns:
            if kind == NONE and not isinstance(declared, OptionT) and declared != NONE:
                what = (
                    f"may end without a return, where {declared} is declared: give one on every path"
                    if isinstance(node, ast.FunctionDef)
                    else f"returns nothing where {declared} is declared"
                )
                self.refusals.append(RefusedError(f"{first.function.name} {what}", node))
            elif (misfit := interface.misfit(kind)) is not None:
                self.refusals.append(RefusedError(misfit or f"returns {kind} where {declared} is declared", node))

    def _pass(self, first: Instance) -> list[Instance]:
        reached, waiting = list[Instance](), [first]
        while waiting:
            instance = waiting.pop()
            if instance in reached:
                continue
            reached.append(instance)
            self._type(instance)
            waiting += sorted(instance.callees - set(reached), key=lambda i: i.function.symbol)
        return reached

    def _type(self, instance: Instance) -> None:
        instance.callees.clear()
        instance.libm.clear()
        instance.returns.clear()
        instance.unknown.clear()
        instance.decided.clear()
        instance.over_sets.clear()
        instance.loose.clear()
        function = instance.function
        typer = ArrayTyper(self, instance)
        function.body = typer.body(instance.node.body)
        function.ends = ends(instance.node.body, instance.decided)
        try:
            if function.ends:
                instance.result_is(NONE, instance.node, self)
        except RefusedError as refused:
            self.refusals.append(refused)
        if function.ends and isinstance(instance.result, OptionT):
            last = instance.node.body[-1].end_lineno or instance.node.lineno
            function.body.append(t.Return(last, typer.convert(t.Nothing(NONE, last), instance.result, instance.node)))
        function.result, function.variables = instance.result, instance.variables
        function.returns = instance.result != BOTTOM
        if self.final and instance.result == BOTTOM:
            function.result = NONE
        function.parameters = [
            (name, instance.variables[name] if cells(kind) else kind) for name, kind in function.parameters
        ]


def _orders(instances: list[Instance], purity: Purity) -> list[RefusedError]:
    """Loops over sets whose order would show."""
    found = list[RefusedError]()
    for instance in instances:
        if not instance.over_sets:
            continue
        for loop in loops(instance.function.body):
            node = instance.over_sets.get(loop.source)
            if node is None:
                continue
            shown = check(instance.function, loop, purity, instance.loose)
            if shown is not None:
                name = ast.unparse(node) if isinstance(node, ast.Name) else "..."
                found.append(RefusedError(f"a set has no order, but {shown}: loop over sorted({name})", node))
    return found


def _late_raises(instances: list[Instance], purity: Purity) -> list[RefusedError]:
    """Operands that may be None, beside others that may raise first."""
    found = list[RefusedError]()
    for instance in instances:
        operand = early(instance.function, purity)
        if operand is not None:
            place = ast.copy_location(ast.Pass(), instance.node)
            place.lineno = place.end_lineno = operand.line
            what = "this operand may be None, and the one after it may raise first: test it for None before"
            found.append(RefusedError(what, place))
    return found


def _record(made: ClassDef) -> Record:
    """What is known of a class before its fields have types."""
    return Record(
        made.name,
        {name: Cell(BOTTOM) for name in made.fields},
        compared=made.compared,
        ordered=made.ordered,
        is_tuple=made.is_tuple,
        frozen=made.frozen,
    )


def _locals(node: ast.FunctionDef) -> set[str]:
    """Names that the function assigns anywhere, but for those of comprehensions (which have a scope of their own)."""
    spec = node.args
    names = {a.arg for a in [*spec.posonlyargs, *spec.args, *spec.kwonlyargs]}
    waiting: list[ast.AST] = list(node.body)
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            names.add(part.id)
        if isinstance(
            part, ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp | ast.Lambda | ast.FunctionDef
        ):
            continue
        waiting += ast.iter_child_nodes(part)
    return names


def _mark_recursion(instances: list[Instance]) -> None:
    """Mark the functions that can be active twice at once."""
    for instance in instances:
        seen, waiting = set[Instance](), list(instance.callees)
        while waiting:
            callee = waiting.pop()
            if callee is instance:
                instance.function.recursive = True
                break
            if callee not in seen:
                seen.add(callee)
                waiting += callee.callees
