"""`itertools`: where its iterators may stand, so that lists do what they do, and those that take any number of arguments.

A list holds what an iterator would give one by one. The difference shows where items are computed by code of the cell
that could raise, where a list changes while it is looped over, and where an iterator is kept and asked again: there the
native tier refuses.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final, Protocol

from hermetic_nb.toolchains.native.parse.arguments import is_none
from hermetic_nb.toolchains.native.parse.placing import placed
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.parse.stable import function_of, is_quiet, is_stable, operators_change

if TYPE_CHECKING:
    from collections.abc import Iterator

_DRAINS: Final = frozenset({"list", "tuple", "set", "frozenset", "sorted", "sum", "min", "max", "dict"})
_STOPS: Final = frozenset({"any", "all"})
_PASSES: Final = frozenset({"enumerate", "zip", "map", "filter"})
_POOLS: Final = frozenset({"combinations", "combinations_with_replacement", "permutations", "product"})
"""Iterators that take all their items when they are made."""
_ALL: Final = _POOLS | {
    *("accumulate", "chain", "chain.from_iterable", "compress", "dropwhile", "filterfalse", "groupby", "islice"),
    *("pairwise", "repeat", "starmap", "takewhile", "zip_longest"),
}
_ENDLESS: Final = frozenset({"count", "cycle"})
_FUNCTIONS: Final = {"accumulate": 1, "dropwhile": 0, "filterfalse": 0, "starmap": 0, "takewhile": 0, "groupby": 1}
"""Which argument is a function of the cell."""
_QUIET_FUNCTIONS: Final = frozenset(
    {"abs", "bool", "len", "max", "min", "operator.add", "operator.mul", "operator.sub", "str"}
)
_ANY_CALL: Final = ast.Call(ast.Constant(None), [], [])
"""A call of who knows what."""
MOST_PARTS: Final = 6
"""Nested loops are written for rows of up to so many items."""
_LARGEST_ROW: Final = 64


class Linker(Protocol):
    """What is asked of the linker of a cell."""

    def meaning(self, node: ast.expr) -> str | None:
        """The dotted name of the library that an expression stands for."""

    def is_builtin(self, node: ast.expr) -> str | None:
        """The name of a built-in function that an expression is."""

    def call(self, module: str, name: str, node: ast.Call) -> ast.expr:
        """A call of a function of the library."""

    def define(self, module: str, function: ast.FunctionDef, node: ast.Call) -> ast.expr:
        """A call of a function that was written for it."""


class Places:
    """Where the nodes of a cell stand."""

    def __init__(self, tree: ast.Module) -> None:
        self.parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
        self._methods = {node.name for owner in classes for node in owner.body if isinstance(node, ast.FunctionDef)}
        self._operators_change = operators_change(classes)

    def check(self, node: ast.Call, linker: Linker) -> None:
        """Refuse a call of `itertools` whose result is not consumed at once."""
        name = _name_of(node, linker)
        if name in _ENDLESS:
            refuse(f"itertools.{name} never ends: write it as a loop", node)
        if name not in _ALL:
            refuse(f"itertools.{name} is outside the native subset", node)
        consumer, looped = self._consumer(node, linker)
        lazy = [part for part in _arguments(node) if self._is_lazy(part, linker)]
        function = _function_of(node, name)
        active = len(lazy) + (function is not None and not _is_quiet_function(function, linker))
        if name not in _POOLS:
            if looped and active:
                refuse(
                    f"code of this cell runs inside of {name}, while the loop goes on: make a list of it first", node
                )
            if active > 1 and name != "chain":
                refuse(f"code of this cell runs in turns inside of {name}: make lists of its arguments first", node)
            if looped:
                self._check_stable(node, consumer, name, linker)
        if name == "groupby":
            self._check_groups(node, consumer)

    def _consumer(self, node: ast.Call, linker: Linker) -> tuple[ast.AST, bool]:
        """What takes the items, and whether code of the cell runs between them."""
        child: ast.AST = node
        looped = False
        while True:
            parent = self.parents[child]
            if isinstance(parent, ast.For) and parent.iter is child:
                return parent, True
            if isinstance(parent, ast.comprehension) and parent.iter is child:
                return parent, True
            if isinstance(parent, ast.Starred):
                return parent, looped
            if isinstance(parent, ast.Call) and child in parent.args:
                name = linker.is_builtin(parent.func) or ""
                meaning = linker.meaning(parent.func) or ""
                if name in _DRAINS or meaning in {"collections.Counter", "collections.deque", "functools.reduce"}:
                    return parent, looped or len(parent.args) > 1 or bool(parent.keywords)
                if isinstance(parent.func, ast.Attribute) and parent.func.attr in {"join", "extend", "update"}:
                    # All but join take the items one by one.
                    return parent, looped or parent.func.attr != "join"
                if name in _STOPS:
                    return parent, True
                if name in _PASSES or meaning.startswith("itertools."):
                    looped |= name in {"map", "filter"}
                    child = parent
                    continue
            refuse(
                f"itertools.{_name_of(node, linker)} gives an iterator, which the native tier does not keep:"
                " loop over it, or make a list of it, right where it is called",
                node,
            )

    def _is_lazy(self, node: ast.expr, linker: Linker) -> bool:
        """Whether code of the cell that could raise runs when items are asked for."""
        if isinstance(node, ast.GeneratorExp):
            return not (
                is_quiet(node.elt) and all(map(is_quiet, (test for part in node.generators for test in part.ifs)))
            )
        if isinstance(node, ast.Call):
            if linker.is_builtin(node.func) in {"map", "filter"}:
                return not _is_quiet_function(node.args[0], linker) or any(
                    self._is_lazy(part, linker) for part in node.args[1:]
                )
            if linker.is_builtin(node.func) in {"zip", "enumerate"}:
                return any(self._is_lazy(part, linker) for part in node.args)
            if (linker.meaning(node.func) or "").startswith("itertools."):
                function = _function_of(node, _name_of(node, linker))
                quiet = function is None or _is_quiet_function(function, linker)
                return not quiet or any(self._is_lazy(part, linker) for part in _arguments(node))
        return False

    def _check_stable(self, node: ast.Call, consumer: ast.AST, name: str, linker: Linker) -> None:
        region = [
            part
            for part in self._inside(consumer, node)
            if not (isinstance(part, ast.Call) and _only_reads(part, linker))
        ]
        named = any(isinstance(part, ast.Attribute) and part.attr in self._methods for part in region)
        if named or self._operators_change:
            # A method, a property or an operator may change anything that its object holds.
            region.append(_ANY_CALL)
        function = function_of(node, self.parents)
        for part in _arguments(node):
            meaning = linker.meaning(part.func if isinstance(part, ast.Call) else part) or ""
            if linker.is_builtin(part) or meaning.startswith(("itertools.", "operator.")):
                continue
            if not is_stable(part, region, function):
                refuse(
                    f"what {name} goes through may change inside of this loop: make a list of it first, with list(...)",
                    part,
                )

    def _inside(self, consumer: ast.AST, node: ast.Call) -> Iterator[ast.AST]:
        """Every node that runs while a loop goes on, the source of the loop left out."""
        waiting: list[ast.AST] = list(consumer.body) if isinstance(consumer, ast.For) else [self.parents[consumer]]
        while waiting:
            part = waiting.pop()
            yield part
            waiting += [child for child in ast.iter_child_nodes(part) if child is not node]

    def _check_groups(self, node: ast.Call, consumer: ast.AST) -> None:
        """A group is an iterator too: it is asked once."""
        target = getattr(consumer, "target", None)
        if not isinstance(target, ast.Tuple) or len(target.elts) != 2 or not isinstance(target.elts[1], ast.Name):
            refuse("groupby is looped over with `for key, group in groupby(...)` in the native subset", node)
        uses = list(self._uses(target.elts[1].id, consumer))
        if len(uses) > 1:
            refuse("a group can be gone through once: make a list of it, and give it a name", uses[1])
        for use in uses:
            if not self._is_consumed(use):
                refuse("a group is an iterator: loop over it, or make a list of it", use)
            above = self.parents[use]
            while above is not consumer and above is not self.parents[consumer]:
                inner = self.parents[above]
                repeats = isinstance(inner, ast.For | ast.While | ast.Lambda | ast.FunctionDef)
                if repeats and getattr(inner, "iter", None) is not above and inner is not consumer:
                    refuse("a group can be gone through once: make a list of it before the loop", use)
                above = inner

    def _is_consumed(self, use: ast.Name) -> bool:
        parent = self.parents[use]
        if isinstance(parent, ast.For | ast.comprehension):
            return parent.iter is use
        if isinstance(parent, ast.Call) and use in parent.args:
            function = parent.func
            return (isinstance(function, ast.Name) and function.id in _DRAINS) or (
                isinstance(function, ast.Attribute) and function.attr in {"join", "extend", "update"}
            )
        return isinstance(parent, ast.Starred)

    def _uses(self, name: str, consumer: ast.AST) -> Iterator[ast.Name]:
        """Where a loop's variable is read: in the whole function for a `for`, else in its comprehension."""
        region = function_of(consumer, self.parents) if isinstance(consumer, ast.For) else self.parents[consumer]
        for part in ast.walk(region):
            if isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load):
                yield part


def _name_of(node: ast.Call, linker: Linker) -> str:
    return (linker.meaning(node.func) or "").partition(".")[2]


def _is_quiet_function(node: ast.expr, linker: Linker) -> bool:
    """Whether calling a function surely raises nothing but a declared limit."""
    meaning = linker.meaning(node) or linker.is_builtin(node) or ""
    return (isinstance(node, ast.Lambda) and is_quiet(node)) or meaning in _QUIET_FUNCTIONS


def _only_reads(node: ast.Call, linker: Linker) -> bool:
    """Whether a call of the library changes none of its arguments."""
    module, _, name = (linker.meaning(node.func) or "").partition(".")
    return module in {"itertools", "math", "operator", "statistics"} or name.startswith("bisect")


def _arguments(node: ast.Call) -> list[ast.expr]:
    return [*node.args, *(keyword.value for keyword in node.keywords)]


def _function_of(node: ast.Call, name: str) -> ast.expr | None:
    place = _FUNCTIONS.get(name)
    if place is None:
        return None
    named = [keyword.value for keyword in node.keywords if keyword.arg in {"func", "key", "predicate", "function"}]
    found = node.args[place] if len(node.args) > place else named[0] if named else None
    return None if isinstance(found, ast.Constant) else found


# ---------------------------------------------------------------- rows


def _row(node: ast.Call, name: str) -> int | None:
    """How many items each row has, where the call says so."""
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    if name == "product":
        repeat = _number(keywords.get("repeat", ast.Constant(1)))
        return None if repeat is None or not node.args else repeat * len(node.args)
    given = node.args[1] if len(node.args) > 1 else keywords.get("r")
    return None if given is None else _number(given)


def _number(node: ast.expr) -> int | None:
    if isinstance(node, ast.Constant) and type(node.value) is int and 0 <= node.value <= _LARGEST_ROW:
        return node.value
    return None


def call(name: str, node: ast.Call, linker: Linker) -> ast.expr | None:
    """The syntax for a call whose form depends on how many arguments there are; None for the others."""
    if any(isinstance(part, ast.Starred) for part in node.args):
        refuse(f"* in a call of itertools.{name} is outside the native subset", node)
    if name in _POOLS:
        return _rows(name, node, linker)
    if name == "chain":
        return _chain(node, linker)
    if name == "chain.from_iterable":
        return linker.call("itertools", "from_iterable", node)
    if name == "repeat":
        if len(node.args) != 2 or node.keywords:
            refuse("itertools.repeat without a count never ends: write it as a loop", node)
        return ast.copy_location(
            ast.BinOp(ast.copy_location(ast.List([node.args[0]], ast.Load()), node), ast.Mult(), node.args[1]), node
        )
    if name == "starmap":
        return _starmap(node)
    if name == "islice":
        node.args = [
            ast.copy_location(ast.Constant((1 << 63) - 1), part) if at and is_none(part) and at != 3 else part
            for at, part in enumerate(node.args)
        ]
        if len(node.args) > 2 and isinstance(node.args[1], ast.Constant) and node.args[1].value == (1 << 63) - 1:
            node.args[1] = ast.copy_location(ast.Constant(0), node.args[1])
        if len(node.args) > 3 and is_none(node.args[3]):
            node.args.pop()
    return None


def endless(node: ast.For, source: ast.Call) -> list[ast.stmt]:
    """The statements for a loop over `itertools.count`. What follows `else` is never reached."""
    given = dict(zip(("start", "step"), source.args, strict=False))
    given |= {str(keyword.arg): keyword.value for keyword in source.keywords}
    if len(source.args) > 2 or set(given) - {"start", "step"}:
        refuse("itertools.count takes a start and a step", source)
    place = f"{source.lineno}.{source.col_offset}"
    names = {part: f"{part}.{place}" for part in ("start", "step")}
    made: list[ast.stmt] = [
        ast.Assign([ast.Name(names[part], ast.Store())], given.get(part, ast.Constant(default)))
        for part, default in (("start", 0), ("step", 1))
    ]
    start, step = (ast.Name(names[part], ast.Load()) for part in ("start", "step"))
    first = ast.Assign([node.target], start)
    onward = ast.Assign([ast.Name(names["start"], ast.Store())], ast.BinOp(start, ast.Add(), step))
    made.append(ast.While(ast.Constant(value=True), [first, onward, *node.body], []))
    return [placed(statement, source) for statement in made]


def _chain(node: ast.Call, linker: Linker) -> ast.expr:
    if not node.args or node.keywords:
        refuse("itertools.chain takes one or more arguments in the native subset", node)
    parts = node.args if len(node.args) > 1 else [*node.args, ast.copy_location(ast.List([], ast.Load()), node)]
    made = parts[0]
    for part in parts[1:]:
        made = linker.call("itertools", "chain", ast.copy_location(ast.Call(node.func, [made, part], []), node))
    return made


def _starmap(node: ast.Call) -> ast.expr:
    if len(node.args) != 2 or node.keywords or not isinstance(node.args[0], ast.Lambda):
        refuse("itertools.starmap takes a lambda in the native subset: write [f(a, b) for a, b in ...]", node)
    function, source = node.args
    assert isinstance(function, ast.Lambda)
    names = [ast.copy_location(ast.Name(part.arg, ast.Store()), part) for part in function.args.args]
    loop = ast.comprehension(
        target=ast.copy_location(ast.Tuple(list(names), ast.Store()), function), iter=source, ifs=[], is_async=0
    )
    return ast.copy_location(ast.ListComp(function.body, [loop]), node)


def _rows(name: str, node: ast.Call, linker: Linker) -> ast.expr:
    length = _row(node, name)
    if length is None or not 1 <= length <= MOST_PARTS:
        if name == "combinations_with_replacement" or (name == "permutations" and _arguments(node)[1:]):
            refuse(f"itertools.{name} takes a constant length in the native subset", node)
        return linker.call("itertools", name, node)
    allowed = {"product": {"repeat"}}.get(name, {"r"})
    if any(keyword.arg not in allowed for keyword in node.keywords) or (name != "product" and len(node.args) > 2):
        refuse(f"itertools.{name} does not take these arguments", node)
    pools = len(node.args) if name == "product" else 1
    node.args, node.keywords = node.args[:pools], []
    function = ast.parse(nested_loops(name, length, pools)).body[0]
    assert isinstance(function, ast.FunctionDef)
    return linker.define("itertools", function, node)


def nested_loops(name: str, length: int, pools: int) -> str:
    """The source of a function that gives rows of a fixed length: a loop for each item of a row."""
    names = [f"iterable{number}" for number in range(pools)]
    lines = [f"def {name}__{length}__{pools}({', '.join(names)}):"]
    lines += [f"    pool{number} = list({source})" for number, source in enumerate(names)]
    lines.append("    rows = []")
    indent = "    "
    for depth in range(length):
        pool = f"pool{depth % pools}"
        first = {"combinations": f"at{depth - 1} + 1", "combinations_with_replacement": f"at{depth - 1}"}.get(name, "0")
        start = f"{first}, " if depth and first != "0" else ""
        lines.append(f"{indent}for at{depth} in range({start}len({pool})):")
        indent += "    "
        if name == "permutations":
            for other in range(depth):
                lines += [f"{indent}if at{depth} == at{other}:", f"{indent}    continue"]
    row = ", ".join(f"pool{depth % pools}[at{depth}]" for depth in range(length))
    lines += [f"{indent}rows.append(({row},))", "    return rows"]
    return "\n".join(lines)
