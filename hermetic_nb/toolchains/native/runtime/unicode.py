"""Unicode as CPython 3.14 knows it, packed into C tables for the native runtime.

The facts are asked of CPython itself, one question for each code point: `QUESTIONS` is the program that answers, and
runs in the python tier's own CPython (Unicode 16.0), so the tables do not depend on the Python at hand.
``python -m tests.unit.unicode_facts`` asks, and writes ``unicode_tables.h``.

Both kinds of tables are tries of three levels, because equal parts are kept once: a set of code points ends in bits,
a mapping ends in numbers of records. A record is a distance, or the place and length of several code points.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

T = TypeVar("T")

CODE_POINTS: Final = 0x110000
SETS: Final = (
    *("alpha", "decimal", "digit", "numeric", "lower", "upper", "title", "printable", "xid_start", "xid_continue"),
    *("cased", "ignorable"),
)
MAPPINGS: Final = ("to_upper", "to_lower", "to_title", "to_fold")
SET_SHIFTS: Final = (7, 3)
"""Bits of a code point that the last and the middle level of a set take."""
MAPPING_SHIFTS: Final = (4, 5)
SEVERAL: Final = 1 << 30
"""The bit of a record that tells several code points from a distance; lowest two bits: how many, less one."""

QUESTIONS: Final = r"""
def f(span):
    first, end = span
    sets = {
        "alpha": str.isalpha,
        "decimal": str.isdecimal,
        "digit": str.isdigit,
        "numeric": str.isnumeric,
        "lower": str.islower,
        "upper": str.isupper,
        "title": lambda c: c.istitle() and not c.isupper(),
        "space": str.isspace,
        "line_end": lambda c: len(("a" + c + "b").splitlines()) == 2,
        "printable": str.isprintable,
        "xid_start": str.isidentifier,
        "xid_continue": lambda c: ("a" + c).isidentifier(),
        # After a cased character title() writes a small letter.
        "cased": lambda c: (c + "a").title()[-1] == "a",
        # A capital sigma that ends a word is another small letter; what is ignorable is looked through.
        "ignorable": lambda c: ("A" + c + "\u03a3").lower()[-1] == "\u03c2" != (c + "\u03a3").lower()[-1],
    }
    mappings = {"to_upper": str.upper, "to_lower": str.lower, "to_title": str.title, "to_fold": str.casefold}
    points = [chr(i) for i in range(first, end)]
    found = {name: [ord(c) for c in points if test(c)] for name, test in sets.items()}
    for name, change in mappings.items():
        found[name] = [[ord(c), change(c)] for c in points if change(c) != c]
    return found
"""


def header(members: Mapping[str, set[int]], mapped: Mapping[str, Mapping[int, str]]) -> str:
    """``unicode_tables.h``: the sets and mappings as C."""
    parts = [
        "/* Written by unicode.py from what CPython 3.14 (Unicode 16.0) says of every code point. */",
        "#ifndef HNB_UNICODE_TABLES_H",
        "#define HNB_UNICODE_TABLES_H",
        "",
        "#include <stdint.h>",
        "",
        f"enum {{ SET_LOW = {SET_SHIFTS[0]}, SET_MIDDLE = {SET_SHIFTS[1]} }};",
        f"enum {{ MAP_LOW = {MAPPING_SHIFTS[0]}, MAP_MIDDLE = {MAPPING_SHIFTS[1]}, SEVERAL = 1 << 30 }};",
        "",
    ]
    for name in SETS:
        parts += _set(name, members[name])
    for name in MAPPINGS:
        parts += _mapping(name, mapped[name])
    return "\n".join([*parts, "#endif", ""])


def _set(name: str, points: set[int]) -> list[str]:
    low = 1 << SET_SHIFTS[0]
    top, middle, last = _trie([i in points for i in range(max(points) + 1)], SET_SHIFTS, default=False)
    octets = [
        sum(bit << place for place, bit in enumerate(block[i : i + 8])) for block in last for i in range(0, low, 8)
    ]
    return [*_array(name, "top", top), *_array(name, "middle", middle), *_array(name, "bits", octets), ""]


def _mapping(name: str, points: Mapping[int, str]) -> list[str]:
    records: dict[int, int] = {0: 0}
    several: list[int] = []
    numbers = [0] * (max(points) + 1)
    for point, text in sorted(points.items()):
        if len(text) == 1:
            record = ord(text) - point
        else:
            record = SEVERAL | len(several) << 2 | len(text) - 1
            several += map(ord, text)
        numbers[point] = records.setdefault(record, len(records))
    top, middle, last = _trie(numbers, MAPPING_SHIFTS, default=0)
    return [
        *_array(name, "top", top),
        *_array(name, "middle", middle),
        *_array(name, "numbers", [number for block in last for number in block]),
        *_array(name, "records", list(records), "int32_t"),
        *_array(name, "several", several, "uint16_t"),
        "",
    ]


def _trie(
    values: Sequence[T], shifts: tuple[int, int], *, default: T
) -> tuple[list[int], list[int], list[tuple[T, ...]]]:
    """The three levels: numbers of middle blocks, numbers of last blocks, and the last blocks themselves."""
    low, middle = 1 << shifts[0], 1 << shifts[1]
    padded = [*values, *[default] * (-len(values) % (low * middle))]
    last: dict[tuple[T, ...], int] = {}
    rows = [last.setdefault(tuple(padded[i : i + low]), len(last)) for i in range(0, len(padded), low)]
    blocks: dict[tuple[int, ...], int] = {}
    top = [blocks.setdefault(tuple(rows[i : i + middle]), len(blocks)) for i in range(0, len(rows), middle)]
    return top, [row for block in blocks for row in block], list(last)


def _array(name: str, level: str, values: Sequence[int], kind: str = "") -> list[str]:
    kind = kind or ("uint8_t" if max(values) < 256 else "uint16_t")
    lines = [f"static const {kind} {name}_{level}[{len(values)}] = {{"]
    line = "   "
    for value in values:
        if len(line) + len(str(value)) > 116:
            lines.append(line)
            line = "   "
        line += f" {value},"
    return [*lines, line, "};"]
