"""What a cell imports of the standard library, brought into the cell.

Imports of the modules below go, and every use of what they bring becomes a constant, an operator, a call of a function
that is added to the cell (`library`), or, for what the compiler itself knows, a name with a dot in it, which no cell
can define. An import inside a function counts for that function; there `math` becomes a module of the cell as well.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from hermetic_nb.toolchains.native.parse import constants, iterators, library, operations
from hermetic_nb.toolchains.native.parse.arguments import listed, takes, without_none
from hermetic_nb.toolchains.native.parse.names import Comprehension, imports, own_names
from hermetic_nb.toolchains.native.parse.placing import name as named
from hermetic_nb.toolchains.native.parse.placing import placed
from hermetic_nb.toolchains.native.parse.refusal import Refused, RefusedError, no_module, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES: Final = frozenset({*library.MODULES, "collections", "copy", "operator", "string", "sys"})
KNOWN: Final = frozenset(
    {
        *("collections.Counter", "collections.OrderedDict", "collections.defaultdict", "collections.deque"),
        *("copy.copy", "copy.deepcopy", "functools.cache", "functools.lru_cache", "functools.total_ordering"),
        *("functools.cmp_to_key", "statistics.StatisticsError"),
    }
)
"""Names that the compiler knows itself."""

_HOISTED: Final = "math"
_SILENT: Final = frozenset({"typing", "collections.abc"})


def link_library(tree: ast.Module) -> ast.Module:
    """The cell with what it imports of the standard library, in place. Raises RefusedError."""
    return _Linker(tree).link()


class _Linker(ast.NodeTransformer):
    """Brings the uses of imported names to what the compiler knows."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        self.scopes: list[dict[str, str | None]] = []
        """What each enclosing scope's names stand for: a dotted name of the library, or None for a name of its own."""
        self.copies = library.Copies()
        self.places = iterators.Places(tree)

    def link(self) -> ast.Module:
        """Link the whole cell."""
        top: dict[str, str | None] = {}
        for statement in self.tree.body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                self._import(statement, top, hoisting=False)
        own = _top_level(self.tree)
        for name in top.keys() & own.keys():
            refuse(f"{name} is imported and defined at the top level", own[name])
        if not top and not any(isinstance(node, ast.Import | ast.ImportFrom) for node in _inner(self.tree)):
            return self.tree
        self.scopes.append(dict.fromkeys(own) | top)
        self.generic_visit(self.tree)
        if taken := sorted(self.copies.builtins & own.keys()):
            refuse(f"{taken[0]} is built in, and the library uses it: give this another name", own[taken[0]])
        for name in self.copies.builtins & top.keys() & _builtins():
            refuse(f"{name} is built in, and the library uses it: import it under another name", self.tree.body[0])
        self.tree.body += self.copies.made.values()
        if self.copies.uses_math:
            self.tree.body.insert(0, ast.Import(names=[ast.alias(_HOISTED, library.MATH)], lineno=1, col_offset=0))
        return self.tree

    # ------------------------------------------------------------ import statements

    def _import(self, node: ast.Import | ast.ImportFrom, names: dict[str, str | None], *, hoisting: bool) -> bool:
        """Note what an import brings; whether the whole statement is done with."""
        if isinstance(node, ast.ImportFrom):
            return self._import_from(node, names, hoisting=hoisting)
        rest = []
        for alias in node.names:
            module, _, inner = alias.name.partition(".")
            if module in MODULES and not inner:
                names[alias.asname or module] = module
            elif hoisting and alias.name == _HOISTED:
                names[alias.asname or _HOISTED], self.copies.uses_math = library.MATH, True
            elif not (hoisting and alias.name in _SILENT):
                rest.append(alias)
        if rest and hoisting:
            refuse(no_module(rest[0].name), node)
        node.names = rest
        return not rest

    def _import_from(self, node: ast.ImportFrom, names: dict[str, str | None], *, hoisting: bool) -> bool:
        module = node.module or ""
        if node.level == 0 and module in MODULES | ({_HOISTED} if hoisting else set()):
            for alias in node.names:
                if alias.name == "*":
                    refuse(f"name what you import from {module}", node)
                prefix = library.MATH if module == _HOISTED else module
                names[alias.asname or alias.name] = f"{prefix}.{alias.name}"
                self.copies.uses_math |= module == _HOISTED
            return True
        if hoisting and module in _SILENT:
            return True
        if hoisting:
            refuse(no_module(module), node)
        return False

    def visit_Import(self, node: ast.Import) -> ast.AST | None:
        """Drop what has been noted."""
        if len(self.scopes) > 1 or not node.names:
            return ast.copy_location(ast.Pass(), node)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | None:
        """Drop what has been noted."""
        if len(self.scopes) > 1 or (node.level == 0 and node.module in MODULES):
            return ast.copy_location(ast.Pass(), node)
        return node

    # ------------------------------------------------------------ scopes

    def visit(self, node: ast.AST) -> ast.AST:
        """Visit a node, knowing the names of the scopes around it."""
        if isinstance(node, Comprehension):
            # The first source is computed outside.
            node.generators[0].iter = self.visit(node.generators[0].iter)  # type: ignore[assignment] # an expression
            first = node.generators[0].iter
            node.generators[0].iter = ast.Constant(None)
            self._inside(node, dict.fromkeys(own_names(node)))
            node.generators[0].iter = first
            return node
        if isinstance(node, ast.Lambda):
            node.args.defaults = [self._expression(default) for default in node.args.defaults]
            self.scopes.append(dict.fromkeys(own_names(node)))
            node.body = self._expression(node.body)
            self.scopes.pop()
            return node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return self._function(node)
        if isinstance(node, ast.stmt) and len(self.scopes) > 1:
            return self._statement(node)
        return super().visit(node)  # type: ignore[no-any-return] # a node for a node

    def _statement(self, node: ast.stmt) -> ast.AST:
        """A statement of a function; what is refused in it is told where the function is reached."""
        depth = len(self.scopes)
        try:
            return super().visit(node)  # type: ignore[no-any-return] # a node for a node
        except RefusedError as refused:
            del self.scopes[depth:]
            return Refused(node, refused)

    def _inside(self, node: ast.AST, names: dict[str, str | None]) -> None:
        self.scopes.append(names)
        self.generic_visit(node)
        self.scopes.pop()

    def _expression(self, node: ast.expr) -> ast.expr:
        return self.visit(node)  # type: ignore[return-value] # an expression for an expression

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.decorator_list = [self._expression(part) for part in node.decorator_list]
        node.args.defaults = [self._expression(part) for part in node.args.defaults]
        node.args.kw_defaults = [part and self._expression(part) for part in node.args.kw_defaults]
        own = own_names(node)
        names: dict[str, str | None] = {}
        for statement in imports(node):
            self._import(statement, names, hoisting=True)
            for name in names.keys() & own:
                refuse(f"{name} is imported and assigned in one function", statement)
        self.scopes.append(dict.fromkeys(own) | names)
        block = ast.Module(node.body, [])
        self.generic_visit(block)
        node.body = block.body
        self.scopes.pop()
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """The names of a class's body are none of its methods'."""
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Annotations are not computed here."""
        node.target = self.visit(node.target)  # type: ignore[assignment] # a target
        node.value = node.value and self._expression(node.value)
        return node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """Annotations are not computed here."""
        return node

    # ------------------------------------------------------------ uses

    def meaning(self, node: ast.expr) -> str | None:
        """The dotted name that an expression stands for, if it is of the library."""
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            for names in reversed(self.scopes):
                if node.id in names:
                    return names[node.id]
            return None
        if isinstance(node, ast.Attribute):
            base = self.meaning(node.value)
            return base and f"{base}.{node.attr}"
        return None

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """A name of the library, or another."""
        return self._value(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """A name of a module of the library, or another attribute."""
        return self._value(node)

    def _value(self, node: ast.Name | ast.Attribute) -> ast.AST:
        meaning = self.meaning(node)
        if meaning is None:
            return self.generic_visit(node)
        if meaning in MODULES or meaning == library.MATH:
            refuse(f"the module {meaning.rstrip('.')} is no value in the native tier", node)
        if meaning.startswith(library.MATH):
            return placed(ast.Attribute(named(library.MATH), meaning[len(library.MATH) + 1 :], ast.Load()), node)
        constant = constants.find(meaning)
        if constant is not None:
            return placed(constant, node)
        if meaning in KNOWN:
            return placed(named(meaning), node)
        made = operations.as_lambda(meaning)
        if made is not None:
            return placed(made, node)
        module, _, name = meaning.partition(".")
        function = library.source(module).find(name) if module in library.MODULES else None
        if function is None or name.startswith("_"):
            refuse(f"{meaning} is outside the native subset", node)
        if module == "itertools":
            refuse(f"{meaning} is only called in the native subset", node)
        return placed(named(self.copies.copy(module, function, node)), node)

    def visit_For(self, node: ast.For) -> ast.AST | list[ast.AST]:
        """A loop over `itertools.count`, or another."""
        if isinstance(node.iter, ast.Call) and self.meaning(node.iter.func) == "itertools.count":
            statements = iterators.endless(node, node.iter)
            return [self.visit(statement) for statement in statements]
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """A call of the library, or another."""
        meaning = self.meaning(node.func)
        if meaning is None or meaning in KNOWN or meaning.startswith(library.MATH):
            return self.generic_visit(node)
        module, _, name = meaning.partition(".")
        if module == "itertools":
            self.places.check(node, self)
        node.args = [self._expression(argument) for argument in node.args]
        for keyword in node.keywords:
            keyword.value = self._expression(keyword.value)
        made = operations.call(meaning, node)
        if made is None and module == "itertools":
            made = iterators.call(name, node, self)
        if made is not None:
            return made
        if module not in library.MODULES:
            refuse(f"{meaning} is outside the native subset", node)
        return self.call(module, name, node)

    def call(self, module: str, name: str, node: ast.Call) -> ast.expr:
        """A call of the variant of a function that takes the arguments that are given."""
        variants = [] if name.startswith("_") else library.source(module).variants(name)
        if not variants:
            refuse(f"{module}.{name} is outside the native subset", node)
        node.args = [listed(argument) for argument in node.args]
        without_none(name, node)
        for taken, function in variants:
            if takes(function, taken, node):
                return placed(ast.Call(named(self.copies.copy(module, function, node)), node.args, node.keywords), node)
        return refuse(f"{module}.{name} does not take these arguments in the native subset", node)

    def define(self, module: str, function: ast.FunctionDef, node: ast.Call) -> ast.expr:
        """A call of a function that was written for it."""
        node.args = [listed(argument) for argument in node.args]
        return placed(ast.Call(named(self.copies.copy(module, function, node)), node.args, node.keywords), node)

    def is_builtin(self, node: ast.expr) -> str | None:
        """The name of a built-in function that an expression is."""
        if isinstance(node, ast.Name) and not any(node.id in names for names in self.scopes):
            return node.id
        return None


def _top_level(tree: ast.Module) -> dict[str, ast.stmt]:
    """The names that the cell's top level defines, with where."""
    found: dict[str, ast.stmt] = {}
    for statement in tree.body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found[name] = statement
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                for part in ast.walk(statement):
                    if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                        found[part.id] = statement
    return found


def _inner(tree: ast.Module) -> Iterator[ast.AST]:
    for statement in tree.body:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            yield from ast.walk(statement)


def _builtins() -> frozenset[str]:
    return frozenset({"len", "list", "max", "range", "sorted", "zip"})
