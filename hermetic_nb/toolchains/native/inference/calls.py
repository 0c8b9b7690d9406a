"""Typing of calls: the cell's own functions, built-ins, methods and `math`."""

from __future__ import annotations

import ast

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.kinds import KindTyper
from hermetic_nb.toolchains.native.inference.operators import is_ordered, is_quiet
from hermetic_nb.toolchains.native.inference.saying import counted, quoted, unknown_call
from hermetic_nb.toolchains.native.parse.cellmodule import fold
from hermetic_nb.toolchains.native.parse.refusal import RefusedError, refuse
from hermetic_nb.toolchains.native.types import (
    BOOL,
    BOTTOM,
    BYTES,
    CHAR,
    FLOAT,
    INT,
    STR,
    DictT,
    ListT,
    SetT,
    TupleT,
    is_text,
)


class CallTyper(KindTyper):
    """Types calls."""

    def _expr_Call(self, node: ast.Call) -> t.Expr:
        if any(isinstance(argument, ast.Starred) for argument in node.args):
            spread = self._spread(node)
            return t.Invoke(BOTTOM, node.lineno, self.instance.function, []) if spread is None else self.expr(spread)
        if any(keyword.arg is None for keyword in node.keywords):
            refuse("** unpacking is outside the native subset", node)
        target = node.func
        module = self.program.module
        if isinstance(target, ast.Name) and not self.hides(target.id):
            if target.id in module.functions:
                return self.invoke(target.id, self.supplied(module.functions[target.id], node), node)
            if target.id in module.classes:
                return self.make_record(target.id, node)
            if target.id in module.math_names:
                return self.math_call(module.math_names[target.id], node)
            if target.id in module.constants:
                refuse(f"{target.id} is not a function", node)
            known = self.collection(target.id, node)
            if known is not None:
                return known
            method = getattr(self, f"_call_{target.id.replace('.', '_')}", None)
            if method is not None:
                result: t.Expr = method(node)
                return result
            refuse(unknown_call(target.id), node)
        if isinstance(target, ast.Attribute):
            if self.is_math(target.value):
                return self.math_call(target.attr, node)
            return self._method(target, node)
        if isinstance(target, ast.Call):
            refuse("a function that a call gives is outside the native subset: call it where it is defined", node)
        return refuse(f"calling {ast.unparse(target)} is outside the native subset", node)

    def _spread(self, node: ast.Call) -> ast.Call | None:
        """``f(*pair)``: the call with the items of a tuple one by one; None while its type is not known."""
        arguments: list[ast.expr] = []
        for argument in node.args:
            if not isinstance(argument, ast.Starred):
                arguments.append(argument)
                continue
            kind = self.expr(argument.value).type
            if kind == BOTTOM:
                return None
            if not isinstance(kind, TupleT) or not isinstance(argument.value, ast.Name):
                refuse("a star hands on a tuple that has a name, of a fixed length, in the native subset", argument)
            places = (ast.copy_location(ast.Constant(place), argument) for place in range(len(kind.items)))
            arguments += [ast.copy_location(ast.Subscript(argument.value, at, ast.Load()), argument) for at in places]
        key = (node, len(arguments))
        if key not in self.program.spreads:
            self.program.spreads[key] = ast.copy_location(ast.Call(node.func, arguments, node.keywords), node)
        return self.program.spreads[key]

    # ------------------------------------------------------------ the cell's functions

    def invoke(self, name: str, values: list[t.Expr], node: ast.AST) -> t.Expr:
        """A call of one of the cell's functions with typed arguments, in the order of its parameters."""
        line = getattr(node, "lineno", 0)
        if any(value.type == BOTTOM for value in values):
            return t.Invoke(BOTTOM, line, self.instance.function, values)
        callee = self.program.instance(name, [value.type for value in values], node)
        self.instance.callees.add(callee)
        for value, (parameter, kind) in zip(values, callee.function.parameters, strict=True):
            self.bridge(value.type, kind, node, f"{name}'s argument {parameter}")
        return t.Invoke(self.own(callee.result, node), line, callee.function, values)

    def supplied(self, function: ast.FunctionDef, node: ast.Call, *, first: int = 0) -> list[t.Expr]:
        """The typed arguments of a call, in the order of the parameters from number ``first`` on."""
        given = self._bind(function, node, first)
        values = [self.expr(argument) for argument in given]
        for value, argument in zip(values, given, strict=True):
            self.a_value(value, argument)
        order = [*node.args, *(keyword.value for keyword in node.keywords)]
        noisy = [order.index(a) for v, a in zip(values, given, strict=True) if a in order and not is_quiet(v)]
        if noisy != sorted(noisy):
            refuse(f"give the arguments of {function.name} in the order of its parameters", node)
        return values

    def _bind(self, function: ast.FunctionDef, node: ast.Call, first: int) -> list[ast.expr]:
        spec = function.args
        if spec.vararg or spec.kwarg:
            refuse("*args and **kwargs are outside the native subset", function)
        names = [a.arg for a in [*spec.posonlyargs, *spec.args]][first:]
        supplied: dict[str, ast.expr] = dict(zip(names, node.args, strict=False))
        if len(node.args) > len(names):
            refuse(f"{function.name} takes {counted(len(names), 'positional argument')}, not {len(node.args)}", node)
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
        if isinstance(node, ast.Constant):
            return node
        try:
            return ast.copy_location(ast.Constant(fold(self.program.module, node)), node)
        except RefusedError:
            return refuse("a default value must be a constant in the native subset", node)

    # ------------------------------------------------------------ built-ins

    def _call_len(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 1)
        counted_only = isinstance(node.args[0], ast.ListComp)
        given = self.gathered(node.args[0], ordered=False) if counted_only else self.reading(node.args[0])
        value = self.need(given, node)
        if self.has(value.type, "__len__"):
            return self.length(value, node)
        if value.type == CHAR:
            value = self.convert(value, STR, node)
        if value.type not in {STR, BYTES, BOTTOM} and not isinstance(value.type, ListT | DictT | SetT | TupleT):
            refuse(f"{quoted(node.args[0])} is {value.type}, which has no len", node)
        return t.Builtin(INT, node.lineno, "len", [value])

    def _call_abs(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 1)
        argument = self.expr(node.args[0])
        made = self.special("__abs__", argument, [], node)
        if made is not None:
            return made
        value = self.as_number(argument, node.args[0])
        return t.Builtin(value.type, node.lineno, "abs", [value])

    def _call_bool(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 1)
        return self.as_truth(self.expr(node.args[0]), node)

    def _call_ord(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 1)
        value = self.expr(node.args[0])
        if not is_text(value.type) and value.type != BOTTOM:
            refuse(f"ord() needs a str, not {value.type}", node)
        return t.Builtin(INT, node.lineno, "ord", [value])

    def _call_chr(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 1)
        return t.Builtin(CHAR, node.lineno, "chr", [self.integer(node.args[0], "the argument of chr")])

    def _call_round(self, node: ast.Call) -> t.Expr:
        if len(node.args) == 1 and [keyword.arg for keyword in node.keywords] == ["ndigits"]:
            node = ast.copy_location(ast.Call(node.func, [node.args[0], node.keywords[0].value], []), node)
        self.positional(node, 1, 2)
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
        self.positional(node, 2, 2)
        left, right = (self.number(argument) for argument in node.args)
        if not (is_quiet(left) and is_quiet(right)):
            refuse("give the arguments of divmod names first", node)
        parts = [self.binary(op, left, right, node) for op in ("//", "%")]
        return t.TupleOf(TupleT(tuple(part.type for part in parts)), node.lineno, parts)

    def _call_pow(self, node: ast.Call) -> t.Expr:
        self.positional(node, 2, 3)
        values = [self.number(argument) for argument in node.args]
        if len(values) == 2:
            return self.binary("**", values[0], values[1], node)
        if any(value.type not in {INT, BOTTOM} for value in values):
            refuse("pow() with three arguments needs ints", node)
        return t.Builtin(INT, node.lineno, "int.pow_mod", values)

    def extreme(self, name: str, node: ast.Call) -> t.Expr:
        """Min or max without a key."""
        if len(node.args) == 1:
            return self._aggregate(name, node)
        self.positional(node, 2)
        values = [self.expr(argument) for argument in node.args]
        kind, values = self.joined(values, node, f"the value of {name}")
        if not is_ordered(kind):
            refuse(f"{name} of {kind} is outside the native subset", node)
        if kind == BOOL:
            refuse(f"{name} of bools is outside the native subset: use and / or", node)
        return t.Builtin(kind, node.lineno, name, values)

    def _call_sum(self, node: ast.Call) -> t.Expr:
        return self._aggregate("sum", node)

    def _call_any(self, node: ast.Call) -> t.Expr:
        return self._aggregate("any", node)

    def _call_next(self, node: ast.Call) -> t.Expr:
        self.positional(node, 1, 2)
        if not isinstance(node.args[0], ast.GeneratorExp):
            refuse("next() takes a generator expression, written in it, in the native subset", node)
        return self._aggregate("next", node)

    def _call_all(self, node: ast.Call) -> t.Expr:
        return self._aggregate("all", node)
