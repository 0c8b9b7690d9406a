"""What generated inputs are drawn from: numbers, edges of the types, and what source and examples name."""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.signature import BOOL, BYTES, FLOAT, INT, STR, ListType, LiteralType, Type
from hermetic_nb.signature.types import ArrayType, DictType, FrozenSetType, NoneType, SetType, TupleType, UnionType
from hermetic_nb.values import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hermetic_nb.model import ToolSpec
    from hermetic_nb.signature import Definition

LONGEST: Final = 500
"""Items and characters of an example's arguments that are varied; longer ones would make the comparison slow."""

_SIZED: Final = frozenset({str, list, bytes, tuple, dict, set, frozenset})
_MASK: Final = (1 << 64) - 1
_LOWEST, _HIGHEST = -(1 << 63), (1 << 63) - 1
EDGES: Final[dict[Type, tuple[Any, ...]]] = {
    INT: (
        *(0, 1, -1, 2, -2, 3, 10, 255, 256),
        *(2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**32, 2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1),
        *(_HIGHEST, _HIGHEST - 1, _LOWEST, _LOWEST + 1),
    ),
    FLOAT: (
        *(0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -0.5, -2.5, 0.1, 1e-9, math.pi),
        *(math.inf, -math.inf, math.nan, 5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308),
        *(9007199254740993.0, 9.223372036854776e18, -9.223372036854776e18, 1e16, 1e300),
    ),
    BOOL: (False, True),
    STR: (
        *("", "a", " ", "0", "\n", "\x00", "é", "İ", "ß", "漢字", "😀"),
        *("e\u0301", "a😀b", "٣", "\ufeff", "-1", "1e3", "nan"),
    ),
    BYTES: (b"", b"\x00", b"a", b"\xff", b"\r\n", b"\x80\x7f"),
}


class Stream:
    """Pseudo-random numbers that are the same everywhere.

    SplitMix64 (Steele, Lea, Flood 2014, Fast splittable pseudorandom number generators, OOPSLA).
    """

    def __init__(self, seed: int) -> None:
        self._state = seed & _MASK

    def bits(self) -> int:
        """64 bits."""
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        z = self._state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def below(self, bound: int) -> int:
        """An int of ``range(bound)``."""
        return self.bits() * bound >> 64

    def one_in(self, count: int) -> bool:
        """True once in ``count`` times."""
        return self.below(count) == 0

    def pick(self, items: Sequence[Any]) -> Any:
        """One of the items."""
        return items[self.below(len(items))]


@dataclass(slots=True)
class Pools:
    """What the source and the examples suggest."""

    seen: Sequence[Sequence[Any]] = ()
    classes: Mapping[str, Definition] = field(default_factory=dict)
    """The cell's own classes in its interface."""
    ints: list[int] = field(default_factory=list)
    floats: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    blobs: list[bytes] = field(default_factory=list)

    @property
    def letters(self) -> str:
        """Characters of the texts."""
        return "".join(dict.fromkeys("".join(self.texts)))


def pools_of(spec: ToolSpec, seen: Sequence[Sequence[Any]]) -> Pools:
    """The constants of the source, and the arguments ``seen`` in examples that are short enough to vary."""
    classes = {definition.name: definition for definition in spec.signature.definitions}
    pools = Pools([arguments for arguments in seen if sum(map(_length_of, arguments)) <= LONGEST], classes)
    if spec.language == "python":
        for node in ast.walk(ast.parse(spec.source)):
            # Not the docstrings, which are statements; their examples come in `seen`.
            for child in () if isinstance(node, ast.Expr) else ast.iter_child_nodes(node):
                if isinstance(child, ast.Constant):
                    _collect(pools, child.value)
    for arguments in pools.seen:
        for value in arguments:
            _collect(pools, value)
    return pools


def _collect(pools: Pools, value: Any) -> None:
    kind = type(value)
    if kind is int and _LOWEST <= value <= _HIGHEST:
        pools.ints.append(value)
    elif kind is float:
        pools.floats.append(value)
    elif kind is str and len(value) <= 200 and not _has_surrogate(value):
        pools.texts.append(value)
    elif kind is bytes and len(value) <= 200:
        pools.blobs.append(value)
    elif kind in {list, tuple, set, frozenset}:
        for item in islice(sorted(value, key=repr) if kind in {set, frozenset} else value, 20):
            _collect(pools, item)
    elif kind is dict:
        for pair in islice(value.items(), 20):
            _collect(pools, pair)
    elif isinstance(value, Record):
        _collect(pools, list(value._asdict().values()))


def _has_surrogate(text: str) -> bool:
    return any(0xD800 <= ord(character) <= 0xDFFF for character in text)


def known(kind: Type, pools: Pools) -> Sequence[Any]:
    """Values that the source or the examples name, ints with their neighbours."""
    if isinstance(kind, ListType) or (isinstance(kind, ArrayType) and kind.axes == 1):
        return [[value] for value in known(kind.item, pools)]
    if isinstance(kind, ArrayType):
        return [(1, 1, [value]) for value in known(kind.item, pools)]
    if isinstance(kind, UnionType):
        return [value for member in kind.members for value in known(member, pools)]
    if kind == INT:
        return list(dict.fromkeys(clamped(n + d) for n in pools.ints for d in (-1, 0, 1)))
    named: dict[Type, Sequence[Any]] = {FLOAT: pools.floats, STR: pools.texts, BYTES: pools.blobs}
    return list(dict.fromkeys(named.get(kind, ())))


def edges(kind: Type) -> Sequence[Any]:
    """Values of a type at which programs go wrong."""
    if isinstance(kind, ListType) or (isinstance(kind, ArrayType) and kind.axes == 1):
        return [[], *([edge] for edge in edges(kind.item)[:12])]
    if isinstance(kind, ArrayType):
        return [(0, 0, []), (0, 2, []), (2, 0, []), *((1, 1, [edge]) for edge in edges(kind.item)[:9])]
    if isinstance(kind, UnionType):
        return [edge for member in kind.members for edge in edges(member)]
    if isinstance(kind, NoneType):
        return [None]
    if isinstance(kind, LiteralType):
        return kind.values
    if isinstance(kind, TupleType):
        kinds = kind.items if kind.rest is None else (kind.rest,)
        rows = [edges(part) for part in kinds]
        most = max((len(row) for row in rows), default=0)
        whole = [tuple(row[at % len(row)] for row in rows) for at in range(most)] if all(rows) else []
        return [(), *whole] if kind.rest is not None else whole
    if isinstance(kind, DictType):
        items = edges(kind.item)
        return [{}, *({key: items[at % len(items)]} for at, key in enumerate(edges(kind.key)[:12]) if items)]
    if isinstance(kind, SetType | FrozenSetType):
        made = set if isinstance(kind, SetType) else frozenset
        return [made(), *(made([edge]) for edge in edges(kind.item)[:12])]
    return EDGES.get(kind, ())


def clamped(number: int) -> int:
    """The nearest signed 64-bit int."""
    return min(max(number, _LOWEST), _HIGHEST)


def _length_of(value: Any) -> int:
    if type(value) is list:
        return len(value) + (sum(map(_length_of, value)) if value and type(value[0]) in _SIZED else 0)
    if type(value) in {tuple, set, frozenset}:
        return len(value) + sum(map(_length_of, value))
    if type(value) is dict:
        return sum(map(_length_of, value.items()))
    return len(value) if type(value) in {str, bytes} else 0
