"""Constants as a cell writes them: what a default can be without running the cell."""

from __future__ import annotations

import ast
import math
import operator
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.cell.names import nodes_of_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hermetic_nb.signature import Definition

_BITS: Final = 10_000
"""Of the largest int that an expression may make: beyond that it is no longer a constant but a computation."""
_NUMBERS: Final = {"inf": math.inf, "nan": math.nan, "pi": math.pi, "e": math.e, "tau": math.tau}
_KINDS: Final = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset, "dict": dict, "bytes": bytes}
_OPERATORS: Final[dict[type, Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
}


class Constants:
    """Reads constants; names that the top level of the cell binds once are what they are bound to."""

    def __init__(self, tree: ast.Module) -> None:
        bound = Counter(
            node.id
            for node in nodes_of_scope(tree.body)
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
        )
        changed = {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}
        self._named: dict[str, ast.expr] = {}
        for node in tree.body:
            match node:
                case (
                    ast.Assign(targets=[ast.Name(name)], value=value)
                    | ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value)
                ) if bound[name] == 1 and name not in changed:
                    self._named[name] = value
                case _:
                    pass

    def read(self, node: ast.expr, definitions: Sequence[Definition] = ()) -> Any:
        """The value of an expression; ``definitions`` are the cell's classes that it may name.

        Raises ValueError on one that is no constant.
        """
        try:
            return _Reading(self._named, definitions).read(node)
        except (TypeError, ArithmeticError, RecursionError, MemoryError):
            raise ValueError("not a constant") from None


class _Reading:
    def __init__(self, named: dict[str, ast.expr], definitions: Sequence[Definition]) -> None:
        self._named = named
        self._definitions = {definition.name: definition for definition in definitions}

    def read(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant(value) if value is not ... and not isinstance(value, complex):
                return value
            case ast.List(elts) | ast.Tuple(elts) | ast.Set(elts):
                kind: type = {ast.List: list, ast.Tuple: tuple, ast.Set: set}[type(node)]
                return kind(map(self.read, elts))
            case ast.Dict(keys, items) if None not in keys:
                return {self.read(key): self.read(item) for key, item in zip(keys, items, strict=True) if key}
            case ast.Name(name) if name in self._named:
                return self.read(self._named[name])
            case ast.UnaryOp(op, operand):
                return self._signed(op, self.read(operand))
            case ast.BinOp(left, op, right):
                return _computed(op, self.read(left), self.read(right))
            case ast.Attribute(ast.Name("math"), name) if name in _NUMBERS:
                return _NUMBERS[name]
            case ast.Attribute(ast.Name(owner), name) if owner in self._definitions:
                for member in self._definitions[owner].members:
                    if member.name == name:
                        return member.to_value(owner)
            case ast.Call(ast.Name(name)):
                return self._called(name, node)
            case _:
                pass
        raise ValueError("not a constant")

    def _signed(self, op: ast.unaryop, value: Any) -> Any:
        if isinstance(op, (ast.USub, ast.UAdd)) and type(value) in {int, float}:
            return -value if isinstance(op, ast.USub) else value
        raise ValueError("not a constant")

    def _called(self, name: str, call: ast.Call) -> Any:
        if any(isinstance(argument, ast.Starred) for argument in call.args):
            raise ValueError("not a constant")
        given = [self.read(argument) for argument in call.args]
        named = {keyword.arg: self.read(keyword.value) for keyword in call.keywords if keyword.arg}
        definition = self._definitions.get(name)
        if definition is not None and definition.kind != "enum" and len(named) == len(call.keywords):
            fields = dict(zip([field.name for field in definition.fields], given, strict=False)) | named
            if len(fields) < len(given) + len(named):
                raise ValueError("not a constant")
            if definition.kind == "typeddict":
                return fields
            return values.Record(name, fields, is_tuple=definition.kind == "namedtuple")
        if not named and name == "float" and len(given) == 1 and isinstance(given[0], (str, int, float)):
            return float(given[0])
        if not named and name in _KINDS and len(given) <= 1 and not any(isinstance(one, int) for one in given):
            return _KINDS[name](*given)
        raise ValueError("not a constant")


def _computed(op: ast.operator, left: Any, right: Any) -> Any:
    compute = _OPERATORS.get(type(op))
    if compute is None or not {type(left), type(right)} <= {int, float}:
        raise ValueError("not a constant")
    if isinstance(op, (ast.Pow, ast.LShift)) and type(left) is type(right) is int:
        bits = right if isinstance(op, ast.LShift) else left.bit_length() * right
        if not 0 <= bits <= _BITS:
            raise ValueError("not a constant")
    value = compute(left, right)
    if not isinstance(value, (int, float)) or (isinstance(value, int) and value.bit_length() > _BITS):
        raise ValueError("not a constant")
    return value
