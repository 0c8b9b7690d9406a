"""Python annotations -> interface types.

What names mean is a `Scope`'s to say: that of a cell knows its imports, aliases and classes (`classes.CellScope`), and
`Known` only the names of stored definitions.
"""

from __future__ import annotations

import ast
from typing import Final, Protocol

from hermetic_nb.signature.types import (
    ANY,
    BOOL,
    BYTES,
    FLOAT,
    INT,
    NONE,
    STR,
    ArrayType,
    BoolType,
    DictType,
    FloatType,
    FrozenSetType,
    IntType,
    ListType,
    LiteralType,
    NamedType,
    SetType,
    TupleType,
    Type,
    may_be_hashed,
    union,
)

PLAIN: Final[dict[str, Type]] = {
    "int": INT,
    "float": FLOAT,
    "bool": BOOL,
    "str": STR,
    "bytes": BYTES,
    "None": NONE,
    "Any": ANY,
    "object": ANY,
    "Hashable": ANY,
    "Text": STR,
    "LiteralString": STR,
}
_ROWS: Final = frozenset({"Sequence", "MutableSequence", "Iterable", "Collection"})
"""What a caller fills with a list, while a function may return a tuple for it."""
_LISTS: Final = frozenset({"list", "List", *_ROWS})
_SETS: Final = frozenset({"set", "Set", "MutableSet", "AbstractSet"})
_FROZEN: Final = frozenset({"frozenset", "FrozenSet"})
_TUPLES: Final = frozenset({"tuple", "Tuple"})
_DICTS: Final = frozenset({"dict", "Dict", "Mapping", "MutableMapping"})
_RETURNED: Final = frozenset({"defaultdict", "DefaultDict", "OrderedDict", "Counter"})
"""Kinds of dict that leave a tool as plain dicts; none comes in."""
_FORMS: Final = frozenset({"Optional", "Union", "Literal", "Annotated", "Final"})
WORDS: Final = frozenset({*PLAIN, *_LISTS, *_SETS, *_FROZEN, *_TUPLES, *_DICTS, *_RETURNED, *_FORMS})
"""Names that mean a type wherever they come from; no class of a cell may take them."""
MODULES: Final = frozenset(
    {"typing", "t", "typing_extensions", "collections", "collections.abc", "abc", "builtins", "hermetic_nb"}
)

_INSTEAD: Final = {
    "complex": "a tool takes and gives no complex numbers; use tuple[float, float]",
    "bytearray": "write bytes",
    "memoryview": "write bytes",
    "Callable": "a function cannot cross the border of a tool",
    "type": "a class cannot cross the border of a tool",
    "Type": "a class cannot cross the border of a tool",
    "Iterator": "an iterator is read only once; write list[...]",
    "Generator": "a generator is read only once; write list[...]",
    "AsyncIterator": "an iterator is read only once; write list[...]",
    "deque": "write list[...]",
    **dict.fromkeys(_RETURNED, "a tool gets plain dicts; write dict[...]"),
}
_SHOWN: Final = 60
"""Characters of an annotation in a message."""


class AnnotationRefusedError(ValueError):
    """The annotation names no interface type. ``node`` is where."""

    def __init__(self, message: str, node: ast.expr | ast.stmt) -> None:
        super().__init__(message)
        self.node = node


class Scope(Protocol):
    """What names mean where an annotation stands."""

    def find(self, name: str, node: ast.expr, *, is_result: bool) -> Type | None:
        """The type that a name of the cell means; None if it is not the cell's. Raises AnnotationRefusedError at ``node``."""

    def imported(self, name: str) -> str:
        """The name that the cell imported under this name, with its module; any other name as it is."""


class Known:
    """The scope of stored texts: names of definitions."""

    def __init__(self, names: frozenset[str] = frozenset()) -> None:
        self._names = names

    def find(self, name: str, node: ast.expr, *, is_result: bool) -> Type | None:  # noqa: ARG002 (the protocol)
        """The type of a defined name."""
        return NamedType(name) if name in self._names else None

    def imported(self, name: str) -> str:
        """The name itself."""
        return name


_NOTHING: Final = Known()


def parse_annotation(node: ast.expr, scope: Scope = _NOTHING, *, is_result: bool = False) -> Type:
    """The interface type of an annotation's syntax tree. Raises AnnotationRefusedError."""
    return _Reading(scope, is_result=is_result).read(node)


def parse_type(text: str, scope: Scope = _NOTHING) -> Type:
    """The interface type of its text form. Raises ValueError."""
    try:
        return parse_annotation(ast.parse(text, mode="eval").body, scope)
    except (SyntaxError, RecursionError, MemoryError):
        raise ValueError(f"not a type: {text[:_SHOWN]!r}") from None


class _Reading:
    def __init__(self, scope: Scope, *, is_result: bool) -> None:
        self._scope = scope
        self._is_result = is_result

    def read(self, node: ast.expr) -> Type:
        if isinstance(node, ast.Constant):
            return self._constant(node)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return union(self.read(member) for member in _members(node))
        # Of a generic class of the cell, what its parameters stand for is not looked at.
        name = node.value if isinstance(node, ast.Subscript) else node
        if isinstance(name, ast.Name):
            found = self._scope.find(name.id, name, is_result=self._is_result)
            if found is not None:
                return found
        if isinstance(node, ast.Subscript):
            return self._generic(node)
        return self._bare(node)

    def _constant(self, node: ast.Constant) -> Type:
        if node.value is None:
            return NONE
        if not isinstance(node.value, str):
            raise _refused(node)
        try:
            quoted = ast.parse(node.value.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise AnnotationRefusedError(f"{node.value[:_SHOWN]!r} is not a type", node) from None
        try:
            return self.read(quoted)
        except AnnotationRefusedError as refused:
            raise AnnotationRefusedError(str(refused), node) from None

    def _bare(self, node: ast.expr) -> Type:
        """A name without brackets: what it holds may be anything."""
        word = self._word(node)
        if word in PLAIN:
            return PLAIN[word]
        if word in _LISTS:
            return self._row(word, ANY)
        if word in _SETS:
            return SetType(ANY)
        if word in _FROZEN:
            return FrozenSetType(ANY)
        if word in _TUPLES:
            return TupleType((), ANY)
        if word in _DICTS or (word in _RETURNED and self._is_result):
            return DictType(ANY, INT if word == "Counter" else ANY)
        raise _refused(node, word)

    def _generic(self, node: ast.Subscript) -> Type:
        word = self._word(node.value)
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if word in _TUPLES:
            return self._tuple(inner)
        if word == "Array":
            return self._array(inner, node)
        if word == "Union":
            return union(map(self.read, inner))
        if word == "Literal":
            return LiteralType(tuple({ascii(value): value for value in map(_literal, inner)}.values()))
        if word == "Annotated":
            return self.read(inner[0])
        if word in {"Optional", "Final"} and len(inner) == 1:
            return union([self.read(inner[0]), NONE]) if word == "Optional" else self.read(inner[0])
        if word in _LISTS and len(inner) == 1:
            return self._row(word, self.read(inner[0]))
        if word in _SETS and len(inner) == 1:
            return SetType(self._hashed(inner[0]))
        if word in _FROZEN and len(inner) == 1:
            return FrozenSetType(self._hashed(inner[0]))
        if word == "Counter" and self._is_result and len(inner) == 1:
            return DictType(self._hashed(inner[0]), INT)
        if (word in _DICTS or (word in _RETURNED and self._is_result)) and len(inner) == 2:
            return DictType(self._hashed(inner[0]), self.read(inner[1]))
        raise _refused(node, word)

    def _row(self, word: str, item: Type) -> Type:
        if self._is_result and word in _ROWS:
            return union([ListType(item), TupleType((), item)])
        return ListType(item)

    def _tuple(self, inner: list[ast.expr]) -> Type:
        last = inner[-1] if inner else None
        if isinstance(last, ast.Constant) and last.value is Ellipsis and len(inner) == 2:
            return TupleType((), self.read(inner[0]))
        if inner and isinstance(inner[0], ast.Tuple):  # tuple[()]
            inner = inner[0].elts
        return TupleType(tuple(map(self.read, inner)))

    def _array(self, inner: list[ast.expr], node: ast.expr) -> Type:
        item, axes = self.read(inner[0]), 1
        if len(inner) == 2 and isinstance(inner[1], ast.Constant) and type(inner[1].value) is int:
            axes = inner[1].value
        if not isinstance(item, IntType | FloatType | BoolType) or axes not in {1, 2} or len(inner) > 1 + (axes == 2):
            text = "Array[float], Array[int] and Array[bool] have one axis, Array[float, 2] and its like two"
            raise AnnotationRefusedError(text, node)
        return ArrayType(item, axes)

    def _hashed(self, node: ast.expr) -> Type:
        found = self.read(node)
        if not may_be_hashed(found):
            raise AnnotationRefusedError(f"{found} cannot be hashed: no key of a dict, no item of a set", node)
        return found

    def _word(self, node: ast.expr) -> str:
        """The type's own name, without the module that it comes from; empty if the node is no name."""
        whole = _dotted(node)
        first, dot, rest = whole.partition(".")
        module, _, name = (self._scope.imported(first) + dot + rest).rpartition(".")
        return name if not module or module in MODULES else ""


def _literal(node: ast.expr) -> object:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        value = ...
    if type(value) not in {int, bool, str, bytes, type(None)}:
        raise AnnotationRefusedError("Literal[...] takes ints, bools, texts, bytes and None", node)
    return value


def _members(node: ast.expr) -> list[ast.expr]:
    found = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        found.append(node.right)
        node = node.left
    return [node, *reversed(found)]


def _dotted(node: ast.expr) -> str:
    parts = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def _refused(node: ast.expr, word: str = "") -> AnnotationRefusedError:
    text = ast.unparse(node)
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
    if word in _INSTEAD:
        return AnnotationRefusedError(f"{shown} is not a type of an interface: {_INSTEAD[word]}", node)
    return AnnotationRefusedError(f"{shown} is not a type of an interface", node)
