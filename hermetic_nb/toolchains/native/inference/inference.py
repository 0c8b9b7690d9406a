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
from hermetic_nb.toolchains.native.inference.statements import StatementTyper
from hermetic_nb.toolchains.native.interface import from_interface
from hermetic_nb.toolchains.native.parse.cellmodule import CellModule, read_module
from hermetic_nb.toolchains.native.parse.refusal import RefusedError, refuse
from hermetic_nb.toolchains.native.types import (
    BOTTOM,
    CHAR,
    FLOAT,
    INT,
    NONE,
    NUM,
    STR,
    Cell,
    JoinError,
    ListT,
    Type,
    join,
)

if TYPE_CHECKING:
    from hermetic_nb.signature import Signature

_MAX_PASSES: Final = 60
_MAX_INSTANCES: Final = 200
_BORDER: Final = {(INT, FLOAT), (NUM, FLOAT), (CHAR, STR)}
"""Results that are brought to the declared type at the border (a float must hold the int exactly)."""


@dataclass(eq=False)
class Instance:
    """One function for one combination of argument types, and what is known of it so far."""

    function: t.Function
    node: ast.FunctionDef
    names: frozenset[str]
    """Its local variables."""
    variables: dict[str, Type] = field(default_factory=dict)
    cells: dict[ast.AST, Cell] = field(default_factory=dict)
    callees: set[Instance] = field(default_factory=set)
    libm: set[str] = field(default_factory=set)
    unknown: set[str] = field(default_factory=set)
    """Variables of which a refused statement would have said more."""
    result: Type = BOTTOM
    returns: list[tuple[ast.AST, Type]] = field(default_factory=list)

    def result_is(self, kind: Type, node: ast.AST, inference: Inference) -> None:
        """Note the type of one return."""
        self.returns.append((node, kind))
        if NONE in {kind, self.result} and kind != self.result and BOTTOM not in {kind, self.result}:
            refuse(f"{self.function.name} returns a value on some paths and nothing on others", node)
        try:
            joined, changed = join(self.result, kind)
        except JoinError as error:
            refuse(f"{self.function.name} returns {error}", node)
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
        self.module: CellModule = read_module(self.tree)
        self.instances: dict[tuple[str, tuple[str, ...]], Instance] = {}
        self.refusals: list[RefusedError] = []
        self.changed = False
        self.final = False
        self.unsettled: list[tuple[dict[str, Type], str] | Cell] = []
        """What is read although nothing so far gives it a type: variables, and lists' items."""

    def infer(self, entry: str, signature: Signature) -> list[t.Function]:
        """The typed functions, the entry first. On refusal `refusals` is not empty and the list is."""
        node = self.module.functions[entry]
        kinds = [from_interface(parameter.type) for parameter in signature.parameters]
        declared = from_interface(signature.result)
        first = self.instance(entry, kinds, node)
        for _ in range(_MAX_PASSES):
            self.changed, self.refusals, self.unsettled = False, [], []
            reached = self._pass(first)
            if not self.refusals:
                self._declare(first, declared)
            if not self.changed and first.result == BOTTOM:
                # It never returns: it raises, or calls itself for ever. What it declares is as good as anything.
                first.result, self.changed = declared, True
            if not self.changed and not self._settle():
                break
        else:
            self.refusals.append(RefusedError("the types of this cell do not settle", node))
        if not self.refusals:
            self.final = True
            reached = self._pass(first)
        if self.refusals:
            return []
        _mark_recursion(reached)
        return [instance.function for instance in reached]

    def _settle(self) -> bool:
        """Give a type to what is only read (such a read always raises); whether there was any."""
        found = False
        for place in self.unsettled:
            if isinstance(place, Cell):
                found |= place.item == BOTTOM and place.widen(INT)
            elif place[0].setdefault(place[1], INT) == BOTTOM:
                place[0][place[1]], found = INT, True
            else:
                found = True
        return found

    def libm(self) -> set[str]:
        """Names of mathematics functions that results may pass through."""
        return set().union(*(instance.libm for instance in self.instances.values()))

    def instance(self, name: str, kinds: list[Type], node: ast.AST) -> Instance:
        """The instance of a function for these argument types."""
        key = (name, tuple(f"{kind}:{kind == CHAR}" for kind in kinds))
        found = self.instances.get(key)
        if found is None:
            if len(self.instances) >= _MAX_INSTANCES:
                refuse("the cell's functions are called with too many combinations of types", node)
            own = [ListT(Cell(kind.item)) if isinstance(kind, ListT) else kind for kind in kinds]
            found = self.instances[key] = self._new(self.module.functions[name], own)
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
        return instance

    def _declare(self, first: Instance, declared: Type) -> None:
        """Hold the entry's returns against its declared result."""
        for node, kind in first.returns:
            if isinstance(declared, ListT) and isinstance(kind, ListT):
                if kind.item == BOTTOM:
                    self.changed |= kind.cell.widen(declared.item)
                elif kind.item != declared.item and (kind.item, declared.item) not in _BORDER:
                    self.refusals.append(RefusedError(f"returns {kind} where {declared} is declared", node))
            elif kind == NONE:
                what = (
                    "may end without a return"
                    if isinstance(node, ast.FunctionDef)
                    else f"returns nothing where {declared} is declared"
                )
                self.refusals.append(RefusedError(f"{first.function.name} {what}", node))
            elif kind not in {BOTTOM, declared} and (kind, declared) not in _BORDER:
                self.refusals.append(RefusedError(f"returns {kind} where {declared} is declared", node))

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
        function = instance.function
        function.body = StatementTyper(self, instance).body(instance.node.body)
        function.ends = _ends(instance.node.body)
        try:
            if function.ends:
                instance.result_is(NONE, instance.node, self)
        except RefusedError as refused:
            self.refusals.append(refused)
        function.result, function.variables = instance.result, instance.variables
        function.returns = instance.result != BOTTOM
        if self.final and instance.result == BOTTOM:
            function.result = NONE
        function.parameters = [
            (name, instance.variables[name] if isinstance(kind, ListT) else kind) for name, kind in function.parameters
        ]


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


def _ends(body: list[ast.stmt]) -> bool:
    """Whether control can reach the end of a block."""
    return not any(_stops(node) for node in body)


def _stops(node: ast.stmt) -> bool:
    match node:
        case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
            return True
        case ast.If():
            return not _ends(node.body) and bool(node.orelse) and not _ends(node.orelse)
        case ast.While(test=ast.Constant(value=value)) if value:
            return not _breaks(node.body)
        case ast.Assert(test=ast.Constant(value=value)) if not value:
            return True
        case ast.For() | ast.While():
            return bool(node.orelse) and not _ends(node.orelse) and not _breaks(node.body)
    return False


def _breaks(body: list[ast.stmt]) -> bool:
    """Whether a loop's body holds a break of that loop."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Break):
            return True
        if isinstance(node, ast.If):
            waiting += [*node.body, *node.orelse]
        elif isinstance(node, ast.For | ast.While):
            waiting += node.orelse
    return False


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
