"""Program text: the imports and classes that it needs, and literals of every type."""

from __future__ import annotations

import random
import re
from typing import Final

from tests.fuzz.kinds import INT, Kind, kind
from tests.fuzz.records import RECORDS
from tests.unit.whole_values import BYTES, FLOATS, INTS, TEXTS

MODULES: Final = (
    *("bisect", "collections", "functools", "heapq", "itertools", "math", "operator", "statistics", "string", "sys"),
)
SAMPLES: Final = {"int": "3", "float": "1.5", "bool": "True", "str": "'ab'", "bytes": "b'ab'"}
SPECIALS: Final = {"small": "2", "nat": "2", "index": "1", "step": "2", "digits": "'12'", "sep": "','", "char": "'a'"}
"""For each hole that is no type something that fits."""
_WORDS: Final = ("ab", "GATTACA", "x,y", "a b", "12", "-7", "3.5", "", "Ab", "ñ", "😀x", " 5 ", "1e3")


def whole(*parts: str) -> str:
    """A program of these parts, with the imports and classes that they name before them."""
    body = "\n\n".join(parts)
    head = [f"import {module}" for module in MODULES if re.search(rf"\b{module}\.", body)]
    classes = [record.source for record in RECORDS.values() if re.search(rf"\b{record.name}\b", body)]
    if any("@dataclass" in text for text in classes):
        head.append("from dataclasses import dataclass")
    if any("NamedTuple" in text for text in classes):
        head.append("from typing import NamedTuple")
    return "\n\n".join(["\n".join(head), *classes, body] if head or classes else [body]) + "\n"


def sample(wanted: Kind) -> str:
    """A plain literal of a type."""
    if wanted.head in SAMPLES:
        return SAMPLES[wanted.head]
    if wanted.head in RECORDS:
        return f"{wanted.head}({', '.join(sample(kind(type_)) for _, type_ in RECORDS[wanted.head].fields)})"
    items = [sample(item) for item in wanted.items]
    match wanted.head:
        case "list":
            return f"[{items[0]}, {items[0]}]"
        case "set":
            return f"{{{items[0]}}}"
        case "dict":
            return f"{{{items[0]}: {items[1]}}}"
        case "tuple":
            return f"({', '.join(items)})"
    return f"({items[0]} if len('ab') > 1 else None)"


class Literals:
    """Draws literals, plain and extreme."""

    def __init__(self, source: random.Random) -> None:
        self._random = source

    def scalar(self, head: str) -> str:
        """A literal of a scalar type."""
        pick = self._random.choice
        match head:
            case "int":
                return pick((str(self._random.randint(0, 9)), str(self._random.randint(-9, 99)), f"({pick(INTS)})"))
            case "float":
                value = pick((*FLOATS, 0.25, 1.5, -3.0, 100.125))
                return f"float('{value}')" if value - value != 0 else f"({value!r})"
            case "bool":
                return pick(("True", "False"))
            case "bytes":
                return repr(pick(BYTES))
        return repr(pick((*TEXTS, *_WORDS)))

    def special(self, name: str) -> str:
        """What stands in a hole that is no type (see `productions`)."""
        pick, number = self._random.choice, self._random.randint
        match name:
            case "small" | "index":
                return str(number(-2 if name == "index" else -1, 6 if name == "small" else 3))
            case "nat":
                return str(number(0, 4))
            case "step":
                return pick(("2", "-1", "3", "-2", "1"))
            case "digits":
                return repr(pick(("12", "-7", " 5 ", "0", "+3", "1_000")))
            case "sep":
                return repr(pick((",", " ", "a", "ab", "", "A", "TT")))
        return repr(pick(("a", "b", "A", "z", " ", "ñ", "0", "T")))


def is_scalar(wanted: Kind) -> bool:
    """Whether a type has literals of its own."""
    return wanted.head in SAMPLES or wanted == INT
