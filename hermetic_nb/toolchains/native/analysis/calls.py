"""The interval analysis of calls: of the cell's functions and of built-in operations."""

from __future__ import annotations

from math import isqrt
from typing import Final

from hermetic_nb.signature.types import BoolType, IntType
from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.analysis import interval as iv
from hermetic_nb.toolchains.native.analysis.interval import FULL, INT_MAX, TRUTH, Interval
from hermetic_nb.toolchains.native.analysis.lists import DeadError, longest
from hermetic_nb.toolchains.native.analysis.summaries import Parameter, Result
from hermetic_nb.toolchains.native.analysis.values import Env, ValueWalker

_BOUNDS: Final[dict[str, Interval]] = {
    "int.from_char": (0, 9),
    "int.bit_length": (0, 64),
    "int.bit_count": (0, 64),
    "ord": iv.CODE_POINT,
    **dict.fromkeys(("math.comb", "math.factorial", "math.lcm", "math.perm"), (0, INT_MAX)),
}
"""What the ints that some operations give are within, whatever they are given."""
_READERS: Final = {
    *("len", "list.pop", "list.index", "list.count", "list.reverse", "list.clear", "list.remove", "list.sort"),
    *("list.repeat", "list.delete", "list.delete_slice", "list.sort_by"),
    *("table.get", "table.get_or", "table.pop", "table.remove", "table.discard", "table.clear", "table.copy"),
    "deque.popleft",
    "deque.rotate",
    "deque.new",
}
"""Operations that put nothing new into a list and make no list of unknown items."""


class CallWalker(ValueWalker):
    """Evaluates calls."""

    def _expr_Invoke(self, node: t.Invoke, env: Env) -> Interval | None:
        function = node.target
        values = [self.value(argument, env) for argument in node.arguments]
        grew = False
        for index, (argument, given) in enumerate(zip(node.arguments, values, strict=True)):
            if argument.type.__class__ is IntType:
                grew |= self.summaries.put(Parameter(function, index), given or FULL)
            elif argument.type.__class__ is BoolType:
                grew |= self.summaries.put(Parameter(function, index), TRUTH)
            else:
                self.forget(argument.type)
        self.enter(function, grew=grew)
        self.forget(node.type)
        if node.type.__class__ is not IntType:
            return None
        result = self.summaries.get(Result(function))
        if result is None:
            raise DeadError
        return result

    def _expr_Builtin(self, node: t.Builtin, env: Env) -> Interval | None:
        name, arguments = node.name, node.arguments
        values = [self.value(argument, env) for argument in arguments]
        if name in {"list.append", "list.insert", "deque.appendleft"}:
            self.store(arguments[0].type, arguments[-1], values[-1])
            return None
        if name in {"list.extend", "deque.extendleft"}:
            self.pour(arguments[1].type, arguments[0].type)
            return None
        if name == "deque.of":
            self.pour(arguments[0].type, node.type)
            return None
        if name == "list.concat":
            for argument in arguments:
                self.pour(argument.type, node.type)
            return None
        if name == "trap":
            raise DeadError
        if name == "list.repeat":
            self.same(arguments[0].type, node.type)
        elif name not in _READERS:
            for argument in arguments:
                self.forget(argument.type)
            self.forget(node.type)
        if node.type.__class__ is not IntType:
            return None
        return self._int_builtin(node, name, [value or FULL for value in values])

    def _int_builtin(self, node: t.Builtin, name: str, values: list[Interval]) -> Interval | None:
        match name:
            case "len":
                return (0, longest(node.arguments[0].type))
            case "abs":
                return self._checked(node, iv.magnitude(values[0]))
            case "min":
                return (min(low for low, _ in values), min(high for _, high in values))
            case "max":
                return (max(low for low, _ in values), max(high for _, high in values))
            case "list.pop" | "deque.popleft":
                return self.items(node.arguments[0].type)
            case "list.index" | "list.count":
                return (0, longest(node.arguments[0].type))
            case "str.find" | "str.index" | "str.count":
                # The empty text stands once more often than there are characters.
                return (-1 if name == "str.find" else 0, longest(node.arguments[0].type) + 1)
            case "int.pow_mod":
                return iv.remainder(FULL, values[2]) or FULL
            case "math.isqrt":
                if values[0][1] < 0:
                    raise DeadError
                return (isqrt(max(values[0][0], 0)), isqrt(values[0][1]))
            case "math.gcd":
                largest = max(iv.magnitude(value)[1] for value in values)
                return (0, min(largest, INT_MAX))
        return _BOUNDS.get(name, FULL)
