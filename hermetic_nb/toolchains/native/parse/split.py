"""One variable for each use of a name: ``n = str(n)`` makes a new variable, because nothing that reads the int reads the str.

Assignments that may reach one read are one variable (a web of definitions and uses). Where a name may be unassigned, every
variable made of it is unassigned too: no assignment of the name can have run on such a path. Names whose reads or
assignments are not in the function's own control flow keep one variable.
"""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.toolchains.native.parse.caught import refuse_lost
from hermetic_nb.toolchains.native.parse.reaching import Reaching
from hermetic_nb.toolchains.native.parse.scopes import declared, free, own

EAGER: Final = frozenset({"sum", "min", "max", "any", "all", "list", "tuple", "set", "frozenset", "dict", "sorted", "len", "str", "bytes"})  # fmt: skip
"""Built-in functions that consume a generator before they return."""
KEYED: Final = frozenset({"sorted", "min", "max", "sort"})
"""Functions and methods that call their ``key`` before they return."""


def split(function: ast.FunctionDef, defined: frozenset[str] = frozenset()) -> None:
    """Rename the variables of a function in place, as ``n``, ``n~2``, ``n~3``; ``defined``: names of the cell's top level."""
    flow = Reaching(function)
    refuse_lost(function, flow)
    left = _left_alone(function, defined)
    parents = list(range(len(flow.definitions)))

    def find(number: int) -> int:
        while parents[number] != number:
            parents[number] = number = parents[parents[number]]
        return number

    numbers = {node: number for number, (node, _) in enumerate(flow.definitions)}
    for node, (_, mask) in flow.reads.items():
        reaching = _bits(mask & ~1)
        if node in numbers:
            # An augmented assignment reads and assigns one variable.
            reaching.append(numbers[node])
        for number in reaching[1:]:
            parents[find(number)] = find(reaching[0])
    names = _names(flow, left, [find(number) for number in range(len(parents))])
    for number, (node, _) in enumerate(flow.definitions):
        if isinstance(node, ast.Name) and find(number) in names:
            node.id = names[find(number)]
    for node, (_, mask) in flow.reads.items():
        reaching = _bits(mask & ~1)
        if isinstance(node, ast.Name) and reaching and find(reaching[0]) in names:
            node.id = names[find(reaching[0])]


def _names(flow: Reaching, left: set[str], webs: list[int]) -> dict[int, str]:
    """New names for all webs of a name but its first (that of a parameter, or of the first assignment in the text)."""
    by_name: dict[str, list[int]] = {}
    for number, (_, name) in enumerate(flow.definitions):
        if number and name not in left and not name.startswith("$") and webs[number] not in by_name.get(name, []):
            by_name.setdefault(name, []).append(webs[number])
    return {
        web: f"{name}~{position}"
        for name, found in by_name.items()
        for position, web in enumerate(found, start=1)
        if position > 1
    }


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def _left_alone(function: ast.FunctionDef, defined: frozenset[str]) -> set[str]:
    body = function.body
    names = declared(body, ast.Global) | declared(body, ast.Nonlocal)
    eager = {id(node) for node in consumed_at_once(function, defined)}
    for node in own(body):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                names |= {node.name, *free(node)}
            case ast.ClassDef():
                names |= {node.name, *free(node)}
            case ast.Lambda() | ast.GeneratorExp() if id(node) not in eager:
                names |= free(node)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                names.add(name)
            case ast.MatchMapping(rest=str(name)):
                names.add(name)
            case ast.Import() | ast.ImportFrom():
                names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
            case ast.Name(ctx=ast.Del()):
                names.add(node.id)
    return names


def consumed_at_once(function: ast.FunctionDef, defined: frozenset[str]) -> list[ast.expr]:
    """The generators and keys that are done with when the call that they are given to returns."""
    found: list[ast.expr] = []
    for node in own(function.body):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if (name in EAGER and name not in defined) or method in {"join", "extend", "update", "fsum", "prod"}:
            found += node.args
        if (name in KEYED and name not in defined) or method in KEYED:
            found += [keyword.value for keyword in node.keywords if keyword.arg == "key"]
    return found
