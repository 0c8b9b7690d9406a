"""Typing of calls: the cell's own functions, built-ins, methods and `math`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.cellmodule import fold
from hermetic_nb.toolchains.native.comprehensions import ComprehensionTyper
from hermetic_nb.toolchains.native.expressions import is_quiet
from hermetic_nb.toolchains.native.refusal import RefusedError, refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    BYTES,
    CHAR,
    FLOAT,
    INT,
    NONE,
    NUM,
    STR,
    Cell,
    ListT,
    Type,
    is_number,
    is_text,
)

if TYPE_CHECKING:
    pass

_FF: Final = (FLOAT, FLOAT)
MATH: Final[dict[str, tuple[tuple[Type, ...], Type]]] = {
    **dict.fromkeys(
        ["acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "cos", "cosh", "degrees", "erf", "erfc", "exp", "exp2", "expm1", "fabs", "gamma", "lgamma", "log10", "log1p", "log2", "radians", "sin", "sinh", "sqrt", "tan", "tanh", "ulp"],
        ((FLOAT,), FLOAT),
    ),
    **dict.fromkeys(["atan2", "copysign", "fmod", "nextafter", "pow", "remainder"], (_FF, FLOAT)),
    **dict.fromkeys(["isfinite", "isinf", "isnan"], ((FLOAT,), BOOL)),
    **dict.fromkeys(["comb", "gcd", "lcm"], ((INT, INT), INT)),
    **dict.fromkeys(["factorial", "isqrt"], ((INT,), INT)),
    "ldexp": ((FLOAT, INT), FLOAT),
    "hypot": (_FF, FLOAT),
    "fma": ((FLOAT, FLOAT, FLOAT), FLOAT),
}


class CallTyper(ComprehensionTyper):
    """Types calls."""

    def _expr_Call(self, node: ast.Call) -> t.Expr:
        for argument in node.args:
            if isinstance(argument, ast.Starred):
                refuse("* unpacking is outside the native subset", argument)
        if any(keyword.arg is None for keyword in node.keywords):
            refuse("** unpacking is outside the native subset", node)
        target = node.func
        module = self.program.module
        if isinstance(target, ast.Name) and not self.hides(target.id):
            if target.id in module.functions:
                return self._invoke(target.id, node)
            if target.id in module.math_names:
                return self._math(module.math_names[target.id], node)
            if target.id in module.constants:
                refuse(f"{target.id} is not a function", node)
            method = getattr(self, f"_call_{target.id}", None)
            if method is not None:
                result: t.Expr = method(node)
                return result
            refuse(f"{target.id}() is outside the native subset", node)
        if isinstance(target, ast.Attribute):
            if self.is_math(target.value):
                return self._math(target.attr, node)
            return self._method(target, node)
        return refuse(f"calling {ast.unparse(target)} is outside the native subset", node)

    # ------------------------------------------------------------ the cell's functions

    def _invoke(self, name: str, node: ast.Call) -> t.Expr:
        function = self.program.module.functions[name]
        supplied = self._bind(function, node)
        values = [self.expr(argument) for argument in supplied]
        for value, argument in zip(values, supplied, strict=True):
            if value.type == NONE:
                refuse("this call returns nothing", argument)
        if any(value.type == BOTTOM for value in values):
            return t.Invoke(BOTTOM, node.lineno, self.instance.function, values)
        order = [*node.args, *(keyword.value for keyword in node.keywords)]
        noisy = [order.index(a) for v, a in zip(values, supplied, strict=True) if a in order and not is_quiet(v)]
        if noisy != sorted(noisy):
            refuse(f"give the arguments of {name} in the order of its parameters", node)
        callee = self.program.instance(name, [value.type for value in values], node)
        self.instance.callees.add(callee)
        for value, (parameter, kind) in zip(values, callee.function.parameters, strict=True):
            if isinstance(value.type, ListT) and isinstance(kind, ListT) and kind.item != value.type.item:
                if self.program.final:
                    refuse(f"{name} puts other items into its argument {parameter}", node)
                self.widen(value.type.cell, kind.item, node)
        result = callee.result
        if isinstance(result, ListT):
            # The callee's cell is its own: lists cross calls by join, and `final` checks that both sides agree.
            cell = self.cell(node)
            self.widen(cell, result.item, node)
            if result.item == BOTTOM:
                self.widen(result.cell, cell.item, node)
            if self.program.final and cell.item != result.item:
                refuse(f"the list that {name} returns gets other items here", node)
            result = ListT(cell)
        return t.Invoke(result, node.lineno, callee.function, values)

    def _bind(self, function: ast.FunctionDef, node: ast.Call) -> list[ast.expr]:
        spec = function.args
        if spec.vararg or spec.kwarg:
            refuse("*args and **kwargs are outside the native subset", function)
        names = [a.arg for a in [*spec.posonlyargs, *spec.args]]
        supplied: dict[str, ast.expr] = dict(zip(names, node.args, strict=False))
        if len(node.args) > len(names):
            refuse(f"{function.name} takes {len(names)} positional arguments", node)
        keyword_names = {a.arg for a in [*spec.args, *spec.kwonlyargs]}
        for keyword in node.keywords:
            if keyword.arg not in keyword_names or keyword.arg in supplied:
                refuse(f"{function.name} takes no such argument {keyword.arg}, or has it already", node)
            supplied[str(keyword.arg)] = keyword.value
        defaults = dict(zip(reversed(names), reversed(spec.defaults), strict=False))
        defaults |= {a.arg: d for a, d in zip(spec.kwonlyargs, spec.kw_defaults, strict=True) if d is not None}
        ordered = [*names, *(a.arg for a in spec.kwonlyargs)]
        for name in ordered:
            if name not in supplied:
                if name not in defaults:
                    refuse(f"{function.name} needs its argument {name}", node)
                supplied[name] = self._default(defaults[name])
        return [supplied[name] for name in ordered]

    def _default(self, node: ast.expr) -> ast.expr:
        """A default value, computed where the function is defined: no name of the caller counts."""
        try:
            return ast.copy_location(ast.Constant(fold(self.program.module, node)), node)
        except RefusedError:
            return refuse("a default value must be a constant in the native subset", node)

    # ------------------------------------------------------------ math

    def _math(self, name: str, node: ast.Call) -> t.Expr:
        if name in {"prod", "fsum"}:
            return self._aggregate(name, node)
        self._positional(node)
        values = [self.number(argument) for argument in node.args]
        line = node.lineno
        if name in {"floor", "ceil", "trunc"} and len(values) == 1:
            if values[0].type in {INT, BOTTOM}:
                return values[0]
            return t.Builtin(INT, line, f"math.{name}", [self.convert(values[0], FLOAT, node)])
        if name == "log" and len(values) == 2:
            return self.libm(
                "log", t.Builtin(FLOAT, line, "math.log_base", [self.convert(v, FLOAT, node) for v in values])
            )
        if name == "log" and len(values) == 1:
            return self.libm("log", t.Builtin(FLOAT, line, "math.log", [self.convert(values[0], FLOAT, node)]))
        if name == "perm" and len(values) == 1:
            name = "factorial"
        if name in {"gcd", "lcm"} and len(values) != 2:
            refuse(f"math.{name} takes two arguments in the native subset", node)
        if name == "perm":
            kinds: tuple[Type, ...] = (INT, INT)
            result: Type = INT
        elif name in MATH:
            kinds, result = MATH[name]
        else:
            return refuse(f"math.{name} is outside the native subset", node)
        if len(values) != len(kinds):
            refuse(f"math.{name} takes {len(kinds)} argument{'s' * (len(kinds) > 1)}", node)
        for value, argument, kind in zip(values, node.args, kinds, strict=True):
            if kind == INT and value.type not in {INT, BOTTOM}:
                refuse(f"math.{name} needs an int here", argument)
        arguments = [self.convert(v, k, node) for v, k in zip(values, kinds, strict=True)]
        return self.libm(name, t.Builtin(result, line, f"math.{name}", arguments))

    # ------------------------------------------------------------ built-ins

    def _positional(self, node: ast.Call, least: int = 0, most: int = 1 << 30) -> None:
        if node.keywords:
            refuse(f"{ast.unparse(node.func)} takes no keyword arguments in the native subset", node)
        if not least <= len(node.args) <= most:
            refuse(f"{ast.unparse(node.func)} takes {least if least == most else f'{least} to {most}'} arguments", node)

    def _call_len(self, node: ast.Call) -> t.Expr:
        self._positional(node, 1, 1)
        value = self.reading(node.args[0])
        if value.type == CHAR:
            value = self.convert(value, STR, node)
        if value.type not in {STR, BYTES, BOTTOM} and not isinstance(value.type, ListT):
            refuse(f"{value.type} has no len", node)
        return t.Builtin(INT, node.lineno, "len", [value])

    def _call_abs(self, node: ast.Call) -> t.Expr:
        self._positional(node, 1, 1)
        value = self.number(node.args[0])
        return t.Builtin(value.type, node.lineno, "abs", [value])

    def _call_int(self, node: ast.Call) -> t.Expr:
        self._positional(node, 1, 1)
        value = self.expr(node.args[0])
        if value.type in {BOOL, INT, BOTTOM}:
            return self.convert(value, INT, node)
        if value.type in {FLOAT, NUM}:
            return t.Builtin(INT, node.lineno, "int.from_float", [self.convert(value, FLOAT, node)])
        if is_text(value.type):
            return t.Builtin(INT, node.lineno, "int.from_str", [self.convert(value, STR, node)])
        return refuse(f"int() of {value.type} is outside the native subset", node)

    def _call_float(self, node: ast.Call) -> t.Expr:
        self._positional(node, 1, 1)
        argument = node.args[0]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            try:
                return t.Const(FLOAT, node.lineno, float(argument.value))
            except ValueError:
                refuse(f"could not convert string to float: {argument.value!r}", argument)
        value = self.expr(argument)
        if value.type == BOOL:
            value = self.convert(value, INT, node)
        if not is_number(value.type) and value.type != BOTTOM:
            refuse(f"float() of {value.type} is outside the native subset", node)
        return self.convert(value, FLOAT, node)

    def _call_bool(self, node: ast.Call) -> t.Expr:
        self._positional(node, 1, 1)
        return self.as_truth(self.expr(node.args[0]), node)

    def _call_str(self, node: ast.Call) -> t.Expr:
        self._positional(node, 1, 1)
        value = self.expr(node.args[0])
        if is_text(value.type) or value.type == BOTTOM:
            return value
        if value.type == INT:
            return t.Builtin(STR, node.lineno, "str.from_int", [value])
        return refuse(f"str() of {value.type} is outside the native subset", node)

    def _call_ord(self, node: ast.Call) -> t.Expr:
        self._positional(node, 1, 1)
        value = self.expr(node.args[0])
        if not is_text(value.type) and value.type != BOTTOM:
            refuse(f"ord() needs a str, not {value.type}", node)
        return t.Builtin(INT, node.lineno, "ord", [value])

    def _call_chr(self, node: ast.Call) -> t.Expr:
        self._positional(node, 1, 1)
        return t.Builtin(CHAR, node.lineno, "chr", [self.integer(node.args[0], "the argument of chr")])

    def _call_round(self, node: ast.Call) -> t.Expr:
        self._positional(node, 1, 2)
        value = self.number(node.args[0])
        kind = value.type
        digits = node.args[1] if len(node.args) > 1 else None
        if digits is None or (isinstance(digits, ast.Constant) and digits.value is None):
            if kind in {INT, BOTTOM}:
                return value
            return t.Builtin(INT, node.lineno, "round.int", [self.convert(value, FLOAT, node)])
        places = self.integer(digits, "the number of digits")
        return t.Builtin(kind, node.lineno, "round.digits", [value, places])

    def _call_divmod(self, node: ast.Call) -> t.Expr:
        return refuse("divmod() is outside the native subset: use // and %", node)

    def _call_pow(self, node: ast.Call) -> t.Expr:
        self._positional(node, 2, 3)
        values = [self.number(argument) for argument in node.args]
        if len(values) == 2:
            return self.binary("**", values[0], values[1], node)
        if any(value.type not in {INT, BOTTOM} for value in values):
            refuse("pow() with three arguments needs ints", node)
        return t.Builtin(INT, node.lineno, "int.pow_mod", values)

    def _call_min(self, node: ast.Call) -> t.Expr:
        return self._extreme("min", node)

    def _call_max(self, node: ast.Call) -> t.Expr:
        return self._extreme("max", node)

    def _extreme(self, name: str, node: ast.Call) -> t.Expr:
        if len(node.args) == 1:
            return self._aggregate(name, node)
        self._positional(node, 2)
        values = [self.expr(argument) for argument in node.args]
        kind, values = self.joined(values, node, f"the value of {name}")
        if not is_number(kind) and not is_text(kind) and kind != BOTTOM:
            refuse(f"{name} of {kind} is outside the native subset", node)
        if kind == BOOL:
            refuse(f"{name} of bools is outside the native subset: use and / or", node)
        return t.Builtin(kind, node.lineno, name, values)

    def _call_sum(self, node: ast.Call) -> t.Expr:
        return self._aggregate("sum", node)

    def _call_any(self, node: ast.Call) -> t.Expr:
        return self._aggregate("any", node)

    def _call_all(self, node: ast.Call) -> t.Expr:
        return self._aggregate("all", node)

    # ------------------------------------------------------------ methods

    def _method(self, target: ast.Attribute, node: ast.Call) -> t.Expr:
        if (
            isinstance(target.value, ast.Name)
            and not self.hides(target.value.id)
            and target.value.id in self.program.module.constants
        ):
            refuse(f"{target.value.id} is only read in the native subset", node)
        base = self.expr(target.value)
        if base.type == BOTTOM:
            return base
        if isinstance(base.type, ListT):
            return self._list_method(base, base.type.cell, target.attr, node)
        return refuse(f"the method {target.attr} of {base.type} is outside the native subset", node)

    def _list_method(self, base: t.Expr, cell: Cell, name: str, node: ast.Call) -> t.Expr:
        line = node.lineno
        self._positional(node)
        counts = {
            "append": 1,
            "extend": 1,
            "pop": (0, 1),
            "insert": 2,
            "reverse": 0,
            "clear": 0,
            "copy": 0,
            "index": 1,
            "count": 1,
        }
        if name not in counts:
            refuse(f"the method {name} of a list is outside the native subset", node)
        count = counts[name]
        least, most = count if isinstance(count, tuple) else (count, count)
        self._positional(node, least, most)
        if name in {"append", "insert"}:
            item = self.expr(node.args[-1])
            if item.type == NONE:
                refuse("this call returns nothing", node)
            self.widen(cell, item.type, node)
            self.item_allowed(cell, node)
            arguments = [self.convert(item, cell.item, node)]
            if name == "insert":
                arguments.insert(0, self.integer(node.args[0], "the position"))
            return t.Builtin(NONE, line, f"list.{name}", [base, *arguments])
        if name == "extend":
            other = self.expr(node.args[0])
            if other.type == BOTTOM:
                return t.Builtin(NONE, line, "list.extend", [base, other])
            if not isinstance(other.type, ListT):
                refuse(f"extend of {other.type} is outside the native subset", node)
            self.widen(cell, other.type.item, node)
            return t.Builtin(NONE, line, "list.extend", [base, self.copied(other, cell, node)])
        if name == "pop":
            position = [self.integer(node.args[0], "the position")] if node.args else []
            return t.Builtin(self.item(cell), line, "list.pop", [base, *position])
        if name in {"index", "count"}:
            item = self.expr(node.args[0])
            if item.type != self.item(cell) and BOTTOM not in {item.type, cell.item}:
                refuse(f"{name} of {item.type} in a list of {cell.item} is outside the native subset", node)
            return t.Builtin(INT, line, f"list.{name}", [base, item])
        if name == "copy":
            copied = ListT(self.cell(node))
            self.widen(copied.cell, cell.item, node)
            return self.copied(t.Slice(base.type, line, base, None, None, None), copied.cell, node)
        return t.Builtin(NONE, line, f"list.{name}", [base])
