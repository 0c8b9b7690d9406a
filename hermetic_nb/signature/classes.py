"""What names of a cell mean in its annotations: its imports, aliases, and classes with their definitions."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from hermetic_nb.signature import members
from hermetic_nb.signature.annotations import WORDS, AnnotationRefusedError, parse_annotation
from hermetic_nb.signature.definitions import Definition, Field
from hermetic_nb.signature.types import ANY, NONE, NamedType, Type, union

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hermetic_nb.signature.definitions import Kind

_KINDS: dict[str, Kind] = {"NamedTuple": "namedtuple", "TypedDict": "typeddict", **dict.fromkeys(members.ENUMS, "enum")}
_FACTORIES = {"namedtuple", "NamedTuple", "TypedDict", "NewType", "TypeVar", *members.ENUMS}
_FIELD_WORDS = {"Required", "NotRequired", "ReadOnly"}


class CellScope:
    """The names of a cell's top level. Only classes that an annotation reaches are read."""

    def __init__(self, tree: ast.Module) -> None:
        self._classes: dict[str, ast.ClassDef] = {}
        self._values: dict[str, ast.expr] = {}
        self._imports: dict[str, str] = {}
        self._found: dict[str, Definition | None] = {}
        self._open: list[str] = []
        for node in _statements(tree.body):
            self._index(node)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """The definitions that were reached, in that order."""
        return tuple(definition for definition in self._found.values() if definition is not None)

    def imported(self, name: str) -> str:
        """The name that the cell imported under this name, with its module; any other name as it is."""
        return self._imports.get(name, name)

    def find(self, name: str, node: ast.expr, *, is_result: bool) -> Type | None:
        """The type that a name of the cell means; None if it is not the cell's. Raises AnnotationRefusedError."""
        if name in self._classes:
            if name in WORDS:
                raise AnnotationRefusedError(f"the cell's own class {name} hides the type {name}", node)
            return self._class_type(name, node, is_result=is_result)
        value = self._values.get(name)
        if value is None:
            return None
        if isinstance(value, ast.Call) and self._word(value.func) in _FACTORIES:
            return self._made(name, value, node)
        if name in self._open:
            raise AnnotationRefusedError(f"{name} is defined by itself", node)
        if name in WORDS and ast.unparse(value).rpartition(".")[2] == name:
            return None
        self._open.append(name)
        try:
            return parse_annotation(value, self, is_result=is_result)
        except AnnotationRefusedError as refused:
            raise AnnotationRefusedError(f"{name} is not a type: {refused}", node) from None
        finally:
            self._open.pop()

    # ---------------------------------------------------------------- what the cell has

    def _index(self, node: ast.stmt) -> None:
        match node:
            case ast.ClassDef():
                self._classes[node.name] = node
            case ast.Import():
                for alias in node.names:
                    if alias.asname is not None:
                        self._imports[alias.asname] = alias.name
            case ast.ImportFrom(module=str(module), level=0):
                for alias in node.names:
                    self._imports[alias.asname or alias.name] = f"{module}.{alias.name}"
            case ast.Assign(targets=[ast.Name(name)]):
                self._values[name] = node.value
            case ast.AnnAssign(target=ast.Name(name), value=ast.expr() as value):
                self._values[name] = value
            case _:
                pass

    def _word(self, node: ast.expr) -> str:
        """The last part of a name that may stand behind a module or an alias."""
        text = ast.unparse(node.value if isinstance(node, ast.Subscript) else node)
        first, dot, rest = text.partition(".")
        return (self.imported(first) + dot + rest).rpartition(".")[2]

    def _bases(self, node: ast.ClassDef) -> list[str]:
        return [base for base in map(self._word, node.bases) if base not in {"Generic", "Protocol", "ABC", "object"}]

    # ---------------------------------------------------------------- classes

    def _class_type(self, name: str, node: ast.expr, *, is_result: bool) -> Type:
        """A class; of results also the classes of the cell that derive from it, for their values are values of it."""
        # Not of arguments: the runner makes them instances of the classes that the annotations themselves name.
        family = [
            other for other in self._classes if other == name or (is_result and self._derives(other, name, set()))
        ]
        kinds = {other: self._kind(other, set()) for other in family}
        known = [other for other in family if kinds[other] is not None]
        if not known:
            raise AnnotationRefusedError(f"{name} is a plain class; a tool takes and gives dataclasses", node)
        if kinds[name] in {"typeddict", "namedtuple", "enum"}:
            known = [name]
        for other in known:
            if other not in self._found:
                self._found[other] = None  # a class may hold itself
                self._found[other] = self._define(other)
        return union(map(NamedType, known))

    def _derives(self, name: str, base: str, seen: set[str]) -> bool:
        if name not in self._classes or name in seen:
            return False
        bases = self._bases(self._classes[name])
        return base in bases or any(self._derives(other, base, {*seen, name}) for other in bases)

    def _kind(self, name: str, seen: set[str]) -> Kind | None:
        node = self._classes.get(name)
        if node is None or name in seen:
            return _KINDS.get(name)
        if any(self._is_dataclass(decorator) for decorator in node.decorator_list):
            return "dataclass"
        kinds = [self._kind(base, {*seen, name}) for base in self._bases(node)]
        return next((kind for kind in kinds if kind is not None), None)

    def _is_dataclass(self, decorator: ast.expr) -> bool:
        return self._word(decorator.func if isinstance(decorator, ast.Call) else decorator) == "dataclass"

    def _define(self, name: str) -> Definition:
        node, kind = self._classes[name], self._kind(name, set())
        assert kind is not None
        if kind == "enum":
            return Definition(name, kind, members=members.of_class(node, self._bases(node)))
        fields: dict[str, Field] = {}
        for owner in self._line(name, set()):
            for field in self._fields(owner, kind):
                fields[field.name] = field
        return Definition(name, kind, tuple(fields.values()))

    def _line(self, name: str, seen: set[str]) -> Iterator[ast.ClassDef]:
        """The classes that give a class its fields, the furthest first."""
        node = self._classes.get(name)
        if node is None or name in seen:
            return
        for base in reversed(self._bases(node)):
            if base not in self._classes and base not in _KINDS:
                raise AnnotationRefusedError(f"the fields of {base} are not known", node.bases[0])
            yield from self._line(base, {*seen, name})
        yield node

    def _fields(self, node: ast.ClassDef, kind: Kind) -> Iterator[Field]:
        if kind == "dataclass" and not any(map(self._is_dataclass, node.decorator_list)):
            return  # it adds none
        total = not any(keyword.arg == "total" and ast.unparse(keyword.value) == "False" for keyword in node.keywords)
        for statement in node.body:
            if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
                continue
            annotation = statement.annotation
            word = self._word(annotation)
            if word in {"ClassVar", "KW_ONLY"}:
                continue
            if word == "InitVar":
                raise AnnotationRefusedError("a record that crosses the border has no InitVar", annotation)
            is_required = statement.value is None and total
            if word in _FIELD_WORDS and isinstance(annotation, ast.Subscript):
                annotation = annotation.slice
                is_required = word == "Required" or (word == "ReadOnly" and is_required)
            elif isinstance(statement.value, ast.Call) and self._word(statement.value.func) == "field":
                given = {keyword.arg: ast.unparse(keyword.value) for keyword in statement.value.keywords}
                is_required = not ({"default", "default_factory"} & given.keys()) and given.get("init") != "False"
            declared = parse_annotation(annotation, self)
            if isinstance(statement.value, ast.Constant) and statement.value.value is None:
                declared = union([declared, NONE])
            yield Field(statement.target.id, declared, is_required, _default(statement.value, self._word))

    # ---------------------------------------------------------------- classes made by a call

    def _made(self, name: str, call: ast.Call, node: ast.expr) -> Type:
        word = self._word(call.func)
        if word == "NewType" and len(call.args) > 1:
            return parse_annotation(call.args[1], self)
        if word == "TypeVar":
            bound = next((keyword.value for keyword in call.keywords if keyword.arg == "bound"), None)
            return ANY if bound is None else parse_annotation(bound, self)
        if name not in self._found:
            self._found[name] = None
            self._found[name] = self._called(name, word, call, node)
        return NamedType(name)

    def _called(self, name: str, word: str, call: ast.Call, node: ast.expr) -> Definition:
        body = call.args[1] if len(call.args) > 1 else None
        if word in members.ENUMS:
            if (found := members.of_call(body)) is not None:
                return Definition(name, "enum", members=found)
        elif word == "namedtuple":
            if (names := members.names(body)) is not None:
                given = next((keyword.value for keyword in call.keywords if keyword.arg == "defaults"), None)
                first = len(names) - (len(given.elts) if isinstance(given, (ast.List, ast.Tuple)) else 0)
                fields = tuple(Field(field, ANY, index < first) for index, field in enumerate(names))
                return Definition(name, "namedtuple", fields)
        elif (pairs := members.pairs(body)) is not None:
            total = not any(
                keyword.arg == "total" and ast.unparse(keyword.value) == "False" for keyword in call.keywords
            )
            read = tuple(Field(field, parse_annotation(type_, self), total) for field, type_ in pairs)
            return Definition(name, _KINDS[word], read)
        raise AnnotationRefusedError(f"{name} is not written so that its fields can be read; write it as a class", node)


def _default(node: ast.expr | None, word: Callable[[ast.expr], str]) -> str | None:
    """The wire text of a field's default that is a constant, also in ``field(default=...)``."""
    if isinstance(node, ast.Call) and word(node.func) == "field":
        node = next((keyword.value for keyword in node.keywords if keyword.arg == "default"), None)
    return None if node is None else members.constant(node)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of the top level, also those under if and try."""
    for node in body:
        yield node
        for part in ("body", "handlers", "orelse", "finalbody"):
            inner = getattr(node, part, None)
            if isinstance(node, (ast.If, ast.Try, ast.ExceptHandler)) and inner:
                yield from _statements(inner)
