"""Typing of calls of `math`, and of the calls that give two values at once."""

from __future__ import annotations

import ast
from typing import Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.aggregates import AggregateTyper
from hermetic_nb.toolchains.native.inference.saying import meant
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import BOOL, BOTTOM, FLOAT, INT, NONE, Cell, ListT, Type, is_number

_F: Final = (FLOAT,)
_FF: Final = (FLOAT, FLOAT)
_OF_FLOATS: Final = (
    "acos acosh asin asinh atan atanh cbrt cos cosh degrees erf erfc exp exp2 expm1 fabs gamma lgamma log10 log1p log2"
    " radians sin sinh sqrt tan tanh ulp"
)
MATH: Final[dict[str, tuple[tuple[Type, ...], Type]]] = {
    **dict.fromkeys(_OF_FLOATS.split(), (_F, FLOAT)),
    **dict.fromkeys(("atan2", "copysign", "fmod", "nextafter", "pow", "remainder"), (_FF, FLOAT)),
    **dict.fromkeys(("isfinite", "isinf", "isnan"), (_F, BOOL)),
    **dict.fromkeys(("comb", "perm"), ((INT, INT), INT)),
    **dict.fromkeys(("factorial", "isqrt"), ((INT,), INT)),
    "ldexp": ((FLOAT, INT), FLOAT),
    "fma": ((FLOAT, FLOAT, FLOAT), FLOAT),
}
"""Functions of a fixed number of numbers: parameters, result."""
_NEUTRAL: Final = {"gcd": 0, "lcm": 1}
_PAIRS: Final[dict[str, tuple[Type, Type]]] = {"frexp": (FLOAT, INT), "modf": (FLOAT, FLOAT)}


class MathTyper(AggregateTyper):
    """Types calls of `math`."""

    def math_call(self, name: str, node: ast.Call) -> t.Expr:
        """A call of a function of `math`."""
        method = getattr(self, f"_math_{name}", None)
        if method is not None:
            result: t.Expr = method(node)
            return result
        self.positional(node)
        if name in _PAIRS:
            refuse(f"math.{name} gives two values: unpack them, or take one by its index", node)
        if name not in MATH:
            known = meant(name, MATH)
            refuse(f"math.{name} is outside the native subset{known}", node)
        kinds, kind = MATH[name]
        if len(node.args) != len(kinds):
            refuse(f"math.{name} takes {len(kinds)} argument{'s' * (len(kinds) > 1)}", node)
        return self.libm(name, t.Builtin(kind, node.lineno, f"math.{name}", self._numbers(name, node.args, kinds)))

    def positional(self, node: ast.Call, least: int = 0, most: int = 1 << 30) -> None:
        """Refuse keyword arguments and a wrong number of others."""
        if node.keywords:
            refuse(f"{ast.unparse(node.func)} takes no keyword arguments in the native subset", node)
        if not least <= len(node.args) <= most:
            refuse(f"{ast.unparse(node.func)} takes {least if least == most else f'{least} to {most}'} arguments", node)

    def _numbers(self, name: str, nodes: list[ast.expr], kinds: tuple[Type, ...]) -> list[t.Expr]:
        made = []
        for node, kind in zip(nodes, kinds, strict=True):
            value = self.number(node)
            if kind == INT and value.type not in {INT, BOTTOM}:
                refuse(f"math.{name} needs an int here", node)
            made.append(self.convert(value, kind, node))
        return made

    # ------------------------------------------------------------ functions with rules of their own

    def _math_floor(self, node: ast.Call) -> t.Expr:
        return self._to_int("floor", node)

    def _math_ceil(self, node: ast.Call) -> t.Expr:
        return self._to_int("ceil", node)

    def _math_trunc(self, node: ast.Call) -> t.Expr:
        return self._to_int("trunc", node)

    def _to_int(self, name: str, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 1)
        value = self.number(node.args[0])
        if value.type in {INT, BOTTOM}:
            return value
        return t.Builtin(INT, node.lineno, f"math.{name}", [self.convert(value, FLOAT, node)])

    def _math_log(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 2)
        name = "log" if len(node.args) == 1 else "log_base"
        values = self._numbers("log", node.args, (FLOAT,) * len(node.args))
        return self.libm(name, t.Builtin(FLOAT, node.lineno, f"math.{name}", values))

    def _math_perm(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 2)
        name = "factorial" if len(node.args) == 1 else "perm"
        return t.Builtin(INT, node.lineno, f"math.{name}", self._numbers("perm", node.args, (INT,) * len(node.args)))

    def _math_gcd(self, node: ast.Call) -> t.Expr:
        return self._fold_ints("gcd", node)

    def _math_lcm(self, node: ast.Call) -> t.Expr:
        return self._fold_ints("lcm", node)

    def _fold_ints(self, name: str, node: ast.Call) -> t.Expr:
        self.positional(node)
        made: t.Expr = t.Const(INT, node.lineno, _NEUTRAL[name])
        values = self._numbers(name, node.args, (INT,) * len(node.args))
        if len(values) > 1:
            made = values.pop(0)
        for value in values:
            made = t.Builtin(INT, node.lineno, f"math.{name}", [made, value])
        return made

    def _math_hypot(self, node: ast.Call) -> t.Expr:
        self.positional(node)
        values = self._numbers("hypot", node.args, (FLOAT,) * len(node.args))
        line = node.lineno
        if not values:
            return t.Const(FLOAT, line, 0.0)
        if len(values) == 1:
            return t.Builtin(FLOAT, line, "math.fabs", values)
        if len(values) == 2:
            return self.libm("hypot", t.Builtin(FLOAT, line, "math.hypot", values))
        # The distance from the origin: the same algorithm over any number of coordinates.
        point = t.ListOf(ListT(Cell(FLOAT)), line, values)
        origin = t.ListOf(ListT(Cell(FLOAT)), line, [t.Const(FLOAT, line, 0.0) for _ in values])
        return self.libm("hypot", t.Builtin(FLOAT, line, "floats.dist", [point, origin]))

    def _math_dist(self, node: ast.Call) -> t.Expr:
        self.positional(node, 2, 2)
        return self.libm("dist", t.Builtin(FLOAT, node.lineno, "floats.dist", [self._floats(a) for a in node.args]))

    def _math_fsum(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 1)
        return t.Builtin(FLOAT, node.lineno, "floats.fsum", [self._floats(node.args[0])])

    def _math_prod(self, node: ast.Call) -> t.Expr:
        return self._aggregate("prod", node)

    def _floats(self, node: ast.expr) -> t.Expr:
        """A list of floats, made of any list or loop of numbers."""
        if isinstance(node, ast.GeneratorExp):
            value = self._expr_ListComp(node)
        elif isinstance(node, ast.Tuple | ast.List):
            value = self.literal(node)
        else:
            value = self.reading(node)
        if value.type == BOTTOM or (isinstance(value.type, ListT) and value.type.item == BOTTOM):
            return value
        if not isinstance(value.type, ListT) or not is_number(value.type.item) or value.type.item == BOOL:
            refuse(f"a list of floats is needed here, not {value.type}", node)
        return self.copied(value, Cell(FLOAT), node)

    def _math_isclose(self, node: ast.Call) -> t.Expr:
        keywords = {k.arg: k.value for k in node.keywords}
        if len(node.args) != 2 or set(keywords) - {"rel_tol", "abs_tol"}:
            refuse("math.isclose takes two numbers, rel_tol and abs_tol", node)
        values = [self.convert(self.number(a), FLOAT, a) for a in node.args]
        for name, default in (("rel_tol", 1e-09), ("abs_tol", 0.0)):
            given = keywords.get(name)
            values.append(
                t.Const(FLOAT, node.lineno, default)
                if given is None
                else self.convert(self.number(given), FLOAT, given)
            )
        return t.Builtin(BOOL, node.lineno, "math.isclose", values)

    # ------------------------------------------------------------ two values at once

    def pair(self, node: ast.expr) -> tuple[list[t.Stmt], list[t.Expr]] | None:
        """The two values of divmod, math.frexp or math.modf, and what comes before them; None for any other expression."""
        if not isinstance(node, ast.Call) or node.keywords:
            return None
        name = self._pair_name(node.func)
        if name is None:
            return None
        before: list[t.Stmt] = []
        parts: list[t.Expr] = []
        for position, argument in enumerate(node.args):
            value = self.number(argument)
            if value.type == NONE:
                refuse("this call returns nothing", argument)
            hidden = f"{self.hidden('pair', node)}.{position}"
            before.append(self.assign(hidden, value, argument))
            parts.append(self.local(hidden, node.lineno))
        if name == "divmod":
            if len(parts) != 2:
                refuse("divmod takes two numbers", node)
            return before, [self.binary("//", parts[0], parts[1], node), self.binary("%", parts[0], parts[1], node)]
        if len(parts) != 1:
            refuse(f"math.{name} takes one number", node)
        operand = self.convert(parts[0], FLOAT, node)
        kinds = _PAIRS[name]
        return before, [t.Builtin(kind, node.lineno, f"{name}.{i}", [operand]) for i, kind in enumerate(kinds)]

    def _pair_name(self, target: ast.expr) -> str | None:
        module = self.program.module
        if isinstance(target, ast.Name) and not self.hides(target.id) and target.id not in module.functions:
            if target.id == "divmod" and target.id not in module.constants:
                return "divmod"
            name = module.math_names.get(target.id)
            return name if name in _PAIRS else None
        if isinstance(target, ast.Attribute) and self.is_math(target.value) and target.attr in _PAIRS:
            return target.attr
        return None

    def _expr_Subscript(self, node: ast.Subscript) -> t.Expr:
        made = self.pair(node.value)
        if made is None:
            return super()._expr_Subscript(node)
        before, parts = made
        position = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if not isinstance(position, int) or isinstance(position, bool) or position not in {0, 1}:
            refuse("one of two values is taken by the index 0 or 1", node)
        name = self.hidden("taken", node)
        taken = self.assign(name, parts[position], node)
        return t.Comprehension(self.instance.variables.get(name, BOTTOM), node.lineno, name, [*before, taken])
