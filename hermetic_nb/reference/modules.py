"""The modules that a cell may import in the reference: of each the names that lead to values only.

`math` and `operator` have variants (see `definition`). Left out is what reads attributes by their names
(`operator.attrgetter`), makes classes or texts of code, or has an effect.
"""

from __future__ import annotations

import bisect
import collections
import collections.abc
import copy
import dataclasses
import functools
import heapq
import itertools
import operator
import statistics
import string
import sys
import typing
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from hermetic_nb.arrays import Array

if TYPE_CHECKING:
    from collections.abc import Callable

_TYPING: Final = (
    *("TYPE_CHECKING", "AbstractSet", "Annotated", "Any", "AnyStr", "Callable", "ClassVar", "Collection", "Container"),
    *("Counter", "DefaultDict", "Deque", "Dict", "Final", "FrozenSet", "Generator", "Generic", "Hashable", "Iterable"),
    *("Iterator", "List", "Literal", "LiteralString", "Mapping", "MutableMapping", "MutableSequence", "MutableSet"),
    *("NamedTuple", "Never", "NewType", "NoReturn", "Optional", "OrderedDict", "Reversible", "Self", "Sequence", "Set"),
    *("Sized", "SupportsAbs", "SupportsFloat", "SupportsIndex", "SupportsInt", "Text", "Tuple", "Type", "TypeAlias"),
    *("TypeGuard", "TypeVar", "Union", "cast", "final"),
)
_ABC: Final = (
    *("Callable", "Collection", "Container", "Generator", "Hashable", "Iterable", "Iterator", "Mapping"),
    *("MutableMapping", "MutableSequence", "MutableSet", "Reversible", "Sequence", "Set", "Sized"),
)
_HEAPQ: Final = (*("heapify", "heappop", "heappush", "heappushpop", "heapreplace", "merge", "nlargest", "nsmallest"),)
_STATISTICS: Final = (
    *("StatisticsError", "correlation", "covariance", "fmean", "geometric_mean", "harmonic_mean", "linear_regression"),
    *("mean", "median", "median_grouped", "median_high", "median_low", "mode", "multimode", "pstdev", "pvariance"),
    *("quantiles", "stdev", "variance"),
)
_STRING: Final = (
    *("ascii_letters", "ascii_lowercase", "ascii_uppercase", "capwords", "digits", "hexdigits", "octdigits"),
    *("printable", "punctuation", "whitespace"),
)
_OPERATOR: Final = (
    *("add", "and_", "concat", "contains", "countOf", "delitem", "eq", "floordiv", "ge", "getitem", "gt", "indexOf"),
    *("inv", "invert", "is_", "is_not", "itemgetter", "le", "lt", "mod", "ne", "neg", "not_", "or_", "pos", "rshift"),
    *("setitem", "sub", "truediv", "truth", "xor"),
)


def _public(module: Any) -> SimpleNamespace:
    return SimpleNamespace(**{name: item for name, item in vars(module).items() if not name.startswith("_")})


def _some(module: Any, *names: str) -> SimpleNamespace:
    return SimpleNamespace(**{name: getattr(module, name) for name in names})


_ABSTRACT: Final = _some(collections.abc, *_ABC)
MODULES: Final[dict[str, Any]] = {
    "__future__": SimpleNamespace(annotations=None),
    "bisect": _some(bisect, "bisect", "bisect_left", "bisect_right", "insort", "insort_left", "insort_right"),
    "collections": SimpleNamespace(
        Counter=collections.Counter,
        OrderedDict=collections.OrderedDict,
        abc=_ABSTRACT,
        defaultdict=collections.defaultdict,
        deque=collections.deque,
    ),
    "collections.abc": _ABSTRACT,
    "copy": _some(copy, "copy", "deepcopy"),
    "dataclasses": _some(dataclasses, "dataclass", "field"),
    "functools": _some(functools, "cache", "cmp_to_key", "lru_cache", "partial", "reduce"),
    "heapq": _some(heapq, *_HEAPQ),
    "hermetic_nb": SimpleNamespace(Array=Array),
    "itertools": _public(itertools),
    "statistics": _some(statistics, *_STATISTICS),
    "string": _some(string, *_STRING),
    "sys": _some(sys, "float_info", "maxsize", "maxunicode"),
    "typing": _some(typing, *_TYPING),
}
"""Modules that may be imported, beside those that have variants."""
VARIANTS: Final = frozenset({"math", "operator"})


def operators(
    multiply: Callable[[Any, Any], Any], power: Callable[[Any, Any], Any], shift: Callable[[Any, Any], Any]
) -> SimpleNamespace:
    """`operator`, of which three functions refuse results that are too large."""
    made = _some(operator, *_OPERATOR)
    made.mul, made.pow, made.lshift = multiply, power, shift
    return made
