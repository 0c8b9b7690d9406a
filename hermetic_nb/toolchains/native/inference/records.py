"""Typing of classes: making instances, calling methods, reading properties."""

from __future__ import annotations

import ast
import copy

from hermetic_nb.toolchains.native import tree as t
from hermetic_nb.toolchains.native.inference.operators import is_quiet
from hermetic_nb.toolchains.native.inference.saying import meant
from hermetic_nb.toolchains.native.inference.sorting import SortingTyper
from hermetic_nb.toolchains.native.parse.classes import ClassDef, symbol
from hermetic_nb.toolchains.native.parse.refusal import refuse
from hermetic_nb.toolchains.native.types import BOTTOM, NONE, RecordT


class RecordTyper(SortingTyper):
    """Types what is done with instances of the cell's classes."""

    def invoke(self, name: str, values: list[t.Expr], node: ast.AST) -> t.Expr:
        """A call of one of the cell's functions with typed arguments (see `calls`)."""
        raise NotImplementedError

    def supplied(self, function: ast.FunctionDef, node: ast.Call, *, first: int = 0) -> list[t.Expr]:
        """The typed arguments of a call, in the order of the parameters (see `calls`)."""
        raise NotImplementedError

    def make_record(self, name: str, node: ast.Call) -> t.Expr:
        """``Name(...)``."""
        declared = self.program.module.classes[name]
        record = self.program.records[name]
        kind = RecordT(record)
        if declared.is_simple:
            return self._initialised(t.RecordOf(kind, node.lineno, []), symbol(name, "__init__"), node)
        values = self._field_values(declared, node)
        order = [*node.args, *(keyword.value for keyword in node.keywords)]
        made: list[t.Expr] = []
        for cell, value in zip(record.fields.values(), values, strict=True):
            given = self.expr(value)
            if value in order and order.index(value) != len(made):
                refuse(f"give the arguments of {name} in the order of its fields", node)
            made.append(self.add(cell, given, value))
        whole = t.RecordOf(kind, node.lineno, made)
        if "__post_init__" in declared.methods:
            bare = ast.copy_location(ast.Call(node.func, [], []), node)
            return self._initialised(whole, symbol(name, "__post_init__"), bare)
        return whole

    def _field_values(self, declared: ClassDef, node: ast.Call) -> list[ast.expr]:
        names = list(declared.fields)
        if len(node.args) > len(names):
            refuse(f"{declared.name} takes {len(names)} arguments", node)
        given = dict(zip(names, node.args, strict=False))
        for keyword in node.keywords:
            if keyword.arg not in names or keyword.arg in given:
                refuse(f"{declared.name} takes no such argument {keyword.arg}, or has it already", node)
            given[keyword.arg] = keyword.value
        values = []
        for name in names:
            value = given.get(name, declared.fields[name])
            if value is None:
                refuse(f"{declared.name} needs its argument {name}", node)
            values.append(value)
        return values

    def _initialised(self, made: t.Expr, method: str, node: ast.Call) -> t.Expr:
        """A new instance after its ``__init__`` or ``__post_init__``."""
        line = node.lineno
        name = self.hidden("instance", node)
        held = self.assign(name, made, node)
        function = self.program.module.functions[method]
        values = [self.local(name, line), *self.supplied(function, node, first=1)]
        called = self.invoke(method, values, node)
        if called.type not in {NONE, BOTTOM}:
            refuse("__init__ returns nothing", node)
        return t.Comprehension(made.type, line, name, [held, t.Eval(line, called)])

    def record_method(self, base: t.Expr, name: str, node: ast.Call) -> t.Expr:
        """``instance.name(...)``."""
        assert isinstance(base.type, RecordT)
        declared = self.program.module.classes[base.type.record.name]
        if name not in declared.methods or name in declared.properties:
            refuse(f"{declared.name} has no method {name}", node)
        method = symbol(declared.name, name)
        function = self.program.module.functions[method]
        own = [] if name in declared.statics else [base]
        return self.invoke(method, [*own, *self.supplied(function, node, first=len(own))], node)

    def _method(self, target: ast.Attribute, node: ast.Call) -> t.Expr:
        owner = self._class_of(target.value)
        return super()._method(target, node) if owner is None else self._method_of_class(owner, target.attr, node)

    def _class_of(self, node: ast.expr) -> ClassDef | None:
        """The class of the cell that an expression names."""
        if isinstance(node, ast.Name) and not self.hides(node.id):
            return self.program.module.classes.get(node.id)
        return None

    def _method_of_class(self, owner: ClassDef, name: str, node: ast.Call) -> t.Expr:
        """``Class.name(...)``: a static method, or another one with its instance as the first argument."""
        if name not in owner.methods or name in owner.properties:
            refuse(f"{owner.name} has no method {name}{meant(name, owner.methods)}", node)
        method = symbol(owner.name, name)
        return self.invoke(method, self.supplied(self.program.module.functions[method], node), node)

    def of_class(self, base: t.Expr | None, constant: ast.expr, node: ast.AST) -> t.Expr:
        """A constant of a class, of an instance that was evaluated."""
        value = self.expr(ast.copy_location(copy.deepcopy(constant), node))
        if base is None or is_quiet(base):
            return value
        name = self.hidden("constant", node)
        body: list[t.Stmt] = [t.Eval(value.line, base), self.assign(name, value, node)]
        return t.Comprehension(self.instance.variables.get(name, BOTTOM), value.line, name, body)

    def _expr_Attribute(self, node: ast.Attribute) -> t.Expr:
        made = self._class_of(node.value)
        if made is not None and node.attr in made.constants:
            return self.of_class(None, made.constants[node.attr], node)
        return super()._expr_Attribute(node)

    def field(self, base: t.Expr, node: ast.Attribute) -> t.Expr:
        """``instance.name``: a field or a property."""
        assert isinstance(base.type, RecordT)
        record = base.type.record
        if node.attr in record.fields:
            return t.Field(self.item(record.fields[node.attr]), node.lineno, base, node.attr)
        declared = self.program.module.classes[record.name]
        if node.attr in declared.constants:
            return self.of_class(base, declared.constants[node.attr], node)
        if node.attr in declared.properties:
            return self.invoke(symbol(record.name, node.attr), [base], node)
        return refuse(f"{record.name} has no field {node.attr}{meant(node.attr, record.fields)}", node)
