"""Steps instead of seconds: source rewritten so that it stops after a counted number of steps, the same on every host.

Each loop round, comprehension item and function call counts one step; `*`, `**` and `<<` refuse results that no sealed
tool could hold. What is cut short this way is "skipped", and whether it is does not depend on the clock.
"""

from __future__ import annotations

import ast
import operator
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BITS: Final = 8192
"""Bits of an int that the reference still computes with (a sealed native tool has 64)."""

_STEP, _PACED, _MULTIPLY, _MULTIPLY_TO, _POWER, _SHIFT, _PRODUCT, _DOT = (
    "__step__",
    "__paced__",
    "__multiply__",
    "__multiply_to__",
    "__power__",
    "__shift__",
    "__product__",
    "__dot__",
)
_SEQUENCES: Final = (str, bytes, bytearray, list, tuple)
_CONSUMERS: Final = frozenset(
    {*("list", "tuple", "set", "frozenset", "bytes", "bytearray"), *("sum", "max", "min", "sorted", "any", "all")}
)
_GUARDED: Final[dict[type[ast.operator], str]] = {
    ast.Mult: _MULTIPLY,
    ast.Pow: _POWER,
    ast.LShift: _SHIFT,
    ast.MatMult: _PRODUCT,
}


class TooLargeError(BaseException):
    """A value beyond what the reference holds. Not an Exception: the cell cannot catch it."""


class Steps:
    """The counter of one namespace, in which it puts the names that rewritten source calls."""

    def __init__(self, namespace: dict[str, Any], power: Callable[[Any, Any], Any] = operator.pow) -> None:
        self._namespace, self._power = namespace, power
        self._left: Iterator[int] = iter(range(0))
        self._size = 0
        self.product: Callable[[Any, Any], Any] = operator.matmul
        """What ``left @ right`` is."""
        namespace |= {
            _PACED: self._paced,
            _MULTIPLY: self.multiply,
            _MULTIPLY_TO: self._multiply_to,
            _POWER: self.power,
            _SHIFT: shifted,
            _PRODUCT: self._multiply_matrices,
            _DOT: self._dot,
        }

    def allow(self, steps: int, size: int) -> None:
        """Set the budget: steps, and items of a sequence that one operation builds.

        The counter is a C iterator that only gives true numbers: its end raises, at 30 ns a step.
        """
        self._size = size
        self._left = iter(range(steps, 0, -1))
        self._namespace[_STEP] = self._left.__next__

    @property
    def left(self) -> int:
        """Steps that are left."""
        return operator.length_hint(self._left)

    def power(self, base: Any, exponent: Any) -> Any:
        """``base ** exponent``, bounded."""
        if (
            isinstance(base, int)
            and isinstance(exponent, int)
            and abs(base) > 1
            and base.bit_length() * exponent > BITS
        ):
            raise TooLargeError
        return self._power(base, exponent)

    def _multiply_matrices(self, left: Any, right: Any) -> Any:
        return self.product(left, right)

    def _dot(self, left: Any, right: Any) -> Any:
        """``left.dot(right)``."""
        return left.dot(right) if self.product is operator.matmul else self.product(left, right)

    def multiply(self, left: Any, right: Any) -> Any:
        """``left * right``, bounded."""
        self._check_product(left, right)
        return left * right

    def _multiply_to(self, left: Any, right: Any) -> Any:
        self._check_product(left, right)
        left *= right  # in place, as the cell wrote it
        return left

    def _check_product(self, left: Any, right: Any) -> None:
        if isinstance(left, int) and isinstance(right, int):
            if left.bit_length() + right.bit_length() > BITS:
                raise TooLargeError
        elif isinstance(right, int) and isinstance(left, _SEQUENCES):
            if len(left) * right > self._size:
                raise TooLargeError
        elif isinstance(left, int) and isinstance(right, _SEQUENCES) and len(right) * left > self._size:
            raise TooLargeError

    def _paced(self, items: Any) -> Any:
        """The argument of a built-in that consumes it in one go."""
        if isinstance(items, int):
            if items > self._size:
                raise TooLargeError  # bytes(n)
            return items
        try:
            size = len(items)
        except OverflowError:
            raise TooLargeError from None
        except TypeError:
            return self._counted(items) if hasattr(items, "__next__") else items
        if size > self._size:
            raise TooLargeError
        return items

    def _counted(self, items: Iterator[Any]) -> Iterator[Any]:
        for count, item in enumerate(items):
            if count > self._size:
                raise TooLargeError
            yield item


def shifted(left: Any, right: Any) -> Any:
    """``left << right``, bounded."""
    if isinstance(left, int) and isinstance(right, int) and left and left.bit_length() + right > BITS:
        raise TooLargeError
    return left << right


class Rewrite(ast.NodeTransformer):
    """Puts the steps and guards into a tree."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:  # noqa: D102 (the name that `ast` calls)
        self.generic_visit(node)
        keep = 1 if ast.get_docstring(node, clean=False) is not None else 0
        node.body.insert(keep, _step_statement(node.body[keep] if keep < len(node.body) else node))
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:  # noqa: D102
        self.generic_visit(node)
        node.body = ast.copy_location(ast.BoolOp(ast.And(), [_step(node.body), node.body]), node.body)
        return node

    def visit_For(self, node: ast.For) -> ast.AST:  # noqa: D102
        return self._loop(node)

    def visit_While(self, node: ast.While) -> ast.AST:  # noqa: D102
        return self._loop(node)

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:  # noqa: D102
        self.generic_visit(node)
        node.ifs.insert(0, _step(node.iter))
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:  # noqa: D102
        self.generic_visit(node)
        guard = _GUARDED.get(type(node.op))
        return node if guard is None else _call(guard, [node.left, node.right], node)

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:  # noqa: D102
        self.generic_visit(node)
        guard = _GUARDED.get(type(node.op))
        if guard is None or not isinstance(node.target, ast.Name):
            return node
        guard = _MULTIPLY_TO if guard == _MULTIPLY else guard
        old = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
        return ast.copy_location(ast.Assign([node.target], _call(guard, [old, node.value], node)), node)

    def visit_Call(self, node: ast.Call) -> ast.AST:  # noqa: D102
        self.generic_visit(node)
        if (
            isinstance(node.func, ast.Attribute)
            and node.func.attr == "dot"
            and len(node.args) == 1
            and not node.keywords
        ):
            return _call(_DOT, [node.func.value, node.args[0]], node)
        simple = len(node.args) >= 1 and not isinstance(node.args[0], ast.Starred)
        if isinstance(node.func, ast.Name) and node.func.id in _CONSUMERS and simple:
            alone = len(node.args) == 1 or node.func.id not in {"max", "min"}
            if alone:
                node.args[0] = _call(_PACED, [node.args[0]], node.args[0])
        return node

    def _loop(self, node: ast.For | ast.While) -> ast.AST:
        self.generic_visit(node)
        node.body.insert(0, _step_statement(node.body[0]))
        return node


def _step(place: ast.AST) -> ast.expr:
    return _call(_STEP, [], place)


def _step_statement(place: ast.AST) -> ast.stmt:
    # Not an expression statement, whose value an interactive example would print.
    return ast.copy_location(ast.If(_step(place), [ast.copy_location(ast.Pass(), place)], []), place)


def _call(name: str, arguments: list[ast.expr], place: ast.AST) -> ast.expr:
    function = ast.copy_location(ast.Name(name, ast.Load()), place)
    return ast.copy_location(ast.Call(function, arguments, []), place)
