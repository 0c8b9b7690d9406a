"""Inputs for the comparison with CPython: a fixed number, decided by the source alone.

Two thirds are drawn (small sizes and numbers mostly, so that loops end; constants of the source; mutations of the examples'
arguments), one third puts each edge of a type into each parameter. Cheap-looking inputs come first.
"""

from __future__ import annotations

import ast
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb import values
from hermetic_nb.digest import hex_of
from hermetic_nb.signature import BOOL, BYTES, FLOAT, INT, STR, ListType, Type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hermetic_nb.model import ToolSpec

COUNT: Final = 120
"""Inputs of one comparison, where the types have that many values."""
SWEEP: Final = 40
"""Of these, at most so many put an edge into one parameter."""

_MASK: Final = (1 << 64) - 1
_LOWEST, _HIGHEST = -(1 << 63), (1 << 63) - 1
_EDGES: Final[dict[Type, tuple[Any, ...]]] = {
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
        "",
        "a",
        " ",
        "0",
        "\n",
        "\x00",
        "é",
        "İ",
        "ß",
        "漢字",
        "😀",
        "e\u0301",
        "a😀b",
        "٣",
        "\ufeff",
        "-1",
        "1e3",
        "nan",
    ),
    BYTES: (b"", b"\x00", b"a", b"\xff", b"\r\n", b"\x80\x7f"),
}
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,;:-_()[]+*/\n\t"
_WIDE: Final = "éßİıñÅæЖשع漢字かな😀🧬𐍈\u0301\u200d\ufeff٣½"


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
class _Pools:
    """What the source and the examples suggest."""

    seen: Sequence[Sequence[Any]] = ()
    ints: list[int] = field(default_factory=list)
    floats: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    blobs: list[bytes] = field(default_factory=list)

    @property
    def letters(self) -> str:
        """Characters of the texts."""
        return "".join(dict.fromkeys("".join(self.texts)))


def seed_of(spec: ToolSpec) -> int:
    """The seed: the first 64 bits of the source's digest."""
    return int(hex_of(spec.source_digest)[:16], 16)


def generate(spec: ToolSpec, seen: Sequence[Sequence[Any]] = (), count: int = COUNT) -> list[tuple[Any, ...]]:
    """Up to ``count`` different argument tuples for a spec; ``seen`` are those of its examples. The same on every host."""
    stream = Stream(seed_of(spec))
    parameters = spec.signature.parameters
    if not parameters:
        return [()]
    pools = _pools(spec, seen)
    kinds = [parameter.type for parameter in parameters]
    defaults = [() if p.default is None else (values.decode(p.default),) for p in parameters]
    found: dict[str, tuple[Any, ...]] = {}
    for edge in _sweep(stream, kinds, pools, min(SWEEP, count // 3)):
        found.setdefault(values.encode(list(edge)), edge)
    for attempt in range(12 * count):
        if len(found) >= count:
            break
        case = _draw(stream, kinds, pools, 1 + attempt * 4 // count % 4)
        for index, default in enumerate(defaults):
            if default and stream.one_in(4):
                case[index] = default[0]
        found.setdefault(values.encode(list(case)), tuple(case))
    return sorted(found.values(), key=_weight)


def _pools(spec: ToolSpec, seen: Sequence[Sequence[Any]]) -> _Pools:
    pools = _Pools(seen)
    if spec.language == "python":
        for node in ast.walk(ast.parse(spec.source)):
            # Not the docstrings, which are statements; their examples come in `seen`.
            for child in () if isinstance(node, ast.Expr) else ast.iter_child_nodes(node):
                if isinstance(child, ast.Constant):
                    _collect(pools, child.value)
    for arguments in seen:
        for value in arguments:
            _collect(pools, value)
    return pools


def _collect(pools: _Pools, value: Any) -> None:
    kind = type(value)
    if kind is int and _LOWEST <= value <= _HIGHEST:
        pools.ints.append(value)
    elif kind is float:
        pools.floats.append(value)
    elif kind is str and len(value) <= 200 and not _has_surrogate(value):
        pools.texts.append(value)
    elif kind is bytes and len(value) <= 200:
        pools.blobs.append(value)
    elif kind is list:
        for item in value[:20]:
            _collect(pools, item)


def _has_surrogate(text: str) -> bool:
    return any(0xD800 <= ord(character) <= 0xDFFF for character in text)


def _sweep(stream: Stream, kinds: Sequence[Type], pools: _Pools, count: int) -> list[tuple[Any, ...]]:
    """Constants of the source, then edges of the type, in each parameter in turn; the other parameters small."""
    cases = []
    known = [(index, edge) for index, kind in enumerate(kinds) for edge in _known(kind, pools)]
    edges = [(index, edge) for index, kind in enumerate(kinds) for edge in _edges(kind)]
    for index, edge in [*_shuffled(stream, known)[: count * 2 // 3], *_shuffled(stream, edges)][:count]:
        case = list(stream.pick(pools.seen)) if pools.seen and stream.one_in(2) else _draw(stream, kinds, pools, 0)
        case[index] = edge
        cases.append(tuple(case))
    return cases


def _shuffled(stream: Stream, items: Sequence[Any]) -> list[Any]:
    return [items[number] for number in sorted(range(len(items)), key=lambda _: stream.bits())]


def _known(kind: Type, pools: _Pools) -> Sequence[Any]:
    """Values that the source or the examples name, ints with their neighbours."""
    if isinstance(kind, ListType):
        return [[known] for known in _known(kind.item, pools)]
    if kind == INT:
        return list(dict.fromkeys(_clamped(n + d) for n in pools.ints for d in (-1, 0, 1)))
    named: dict[Type, Sequence[Any]] = {FLOAT: pools.floats, STR: pools.texts, BYTES: pools.blobs}
    return list(dict.fromkeys(named.get(kind, ())))


def _edges(kind: Type) -> Sequence[Any]:
    if isinstance(kind, ListType):
        return [[], *([edge] for edge in _edges(kind.item)[:12])]
    return _EDGES[kind]


def _clamped(number: int) -> int:
    return min(max(number, _LOWEST), _HIGHEST)


def _draw(stream: Stream, kinds: Sequence[Type], pools: _Pools, scale: int) -> list[Any]:
    """One input. Sequences often have one length in common, and ints are often near it."""
    if pools.seen and scale and stream.below(10) < 4:
        case = list(stream.pick(pools.seen))
        index = stream.below(len(kinds))
        case[index] = _mutate(stream, kinds[index], case[index], pools)
        return case
    length = _length(stream, pools, scale)
    return [
        _value(stream, kind, pools, scale, length if stream.below(10) < 7 else _length(stream, pools, scale))
        for kind in kinds
    ]


def _length(stream: Stream, pools: _Pools, scale: int) -> int:
    small = [n for n in pools.ints if 0 <= n <= 64]
    if small and stream.one_in(4):
        return max(0, int(stream.pick(small)) + stream.below(3) - 1)
    return stream.below((4, 5, 9, 17, 41)[scale])


def _value(stream: Stream, kind: Type, pools: _Pools, scale: int, length: int) -> Any:
    if isinstance(kind, ListType):
        return _list(stream, kind, pools, scale, length)
    if kind == INT:
        return _int(stream, pools, scale, length)
    if kind == FLOAT:
        return _float(stream, pools, scale)
    if kind == BOOL:
        return stream.one_in(2)
    if kind == STR:
        return _text(stream, pools, length)
    return bytes(_byte(stream, pools) for _ in range(length))


def _int(stream: Stream, pools: _Pools, scale: int, length: int) -> int:
    choice = stream.below(20)
    if choice < 9:
        return stream.below(12) - 2
    if choice < 12:
        return length + stream.below(3) - 1
    if choice < 15 and pools.ints:
        return _clamped(int(stream.pick(pools.ints)) + stream.below(3) - 1)
    if choice < 18 or scale < 3:
        return stream.below(200) - 60
    if choice < 19:
        return int(stream.pick(_EDGES[INT]))
    size = stream.bits() >> (1 + stream.below(63))
    return size if stream.one_in(2) else -size


def _float(stream: Stream, pools: _Pools, scale: int) -> float:
    choice = stream.below(20)
    if choice < 5:
        return (stream.below(41) - 10) / 2
    if choice < 11:
        return (stream.bits() >> 11) / (1 << 53)
    if choice < 15:
        return ((stream.bits() >> 11) / (1 << 53) - 0.5) * 10.0 ** stream.below(1 + 2 * scale)
    if choice < 17 and pools.floats:
        return float(stream.pick(pools.floats))
    if choice < 19 or scale < 2:
        return float(stream.below(30) - 5)
    return float(stream.pick(_EDGES[FLOAT]))


def _text(stream: Stream, pools: _Pools, length: int) -> str:
    if pools.texts and stream.one_in(6):
        return str(stream.pick(pools.texts))
    letters = pools.letters
    choice = stream.below(10)
    if choice < 6 and letters:
        alphabet = letters
    elif choice < 9:
        alphabet = letters + _LETTERS
    else:
        alphabet = letters + _WIDE
    return "".join(stream.pick(alphabet) for _ in range(length))


def _byte(stream: Stream, pools: _Pools) -> int:
    known = b"".join(pools.blobs) or "".join(pools.texts).encode("utf-8", "ignore")
    return int(stream.pick(known)) if known and stream.below(3) < 2 else stream.below(256)


def _list(stream: Stream, kind: ListType, pools: _Pools, scale: int, length: int) -> list[Any]:
    inner = stream.below(5)
    items = [_value(stream, kind.item, pools, scale, inner) for _ in range(length)]
    shape = stream.below(8)
    if shape == 0 and items:
        return [items[0]] * length
    if shape == 1 and not isinstance(kind.item, ListType):
        return sorted(items)
    if shape == 2 and kind.item == FLOAT and items:
        # What is small beside the rest, and what is left after large terms cancel.
        large = 10.0 ** (8 + stream.below(10))
        return [large, *items, -large]
    return items


def _mutate(stream: Stream, kind: Type, value: Any, pools: _Pools) -> Any:
    if kind == BOOL:
        return not value
    if kind == INT:
        return (
            min(max(value + stream.below(5) - 2, _LOWEST), _HIGHEST) if stream.below(3) else _int(stream, pools, 1, 3)
        )
    if kind == FLOAT:
        return value * (1 + (stream.below(9) - 4) / 8) if stream.below(3) else _float(stream, pools, 1)
    whole: Any = value
    at = stream.below(len(whole) + 1)
    one = _value(stream, kind.item, pools, 1, 2) if isinstance(kind, ListType) else None
    piece = [one] if isinstance(kind, ListType) else _value(stream, kind, pools, 1, 1)
    change = stream.below(8)
    if change == 0:
        return whole[:at] + whole[at + 1 :]
    if change == 1:
        return whole[:at] + piece + whole[at:]
    if change > 3 and at < len(whole):
        return whole[:at] + piece[:1] + whole[at + 1 :]
    if change == 3:
        return whole[::-1]
    return whole[:at] if stream.one_in(2) else whole[at:]


def _weight(case: tuple[Any, ...]) -> float:
    """What an input looks like costing: the magnitudes of its ints and the lengths of its sequences."""
    return sum(map(_weight_of, case))


def _weight_of(value: Any) -> float:
    if type(value) is int:
        return float(value.bit_length() ** 2)
    if type(value) is list:
        return 4.0 + sum(map(_weight_of, value)) if value and type(value[0]) in {str, list} else 4.0 * len(value)
    return float(len(value)) if type(value) in {str, bytes} else 1.0
