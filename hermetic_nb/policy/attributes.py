"""Which public attributes a pure tool may read of objects that are not its own. What is not listed is refused."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import decimal
import fractions
import functools
import hashlib
import itertools
import random
import re
import statistics
import string
import types
import typing
import urllib.parse
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from typing import Any, Final

from hermetic_nb.policy.rules import INHERITED_ATTRIBUTES

CLOCK: Final = frozenset({"now", "today", "utcnow"})
"""Class methods of dates that ask a clock."""

_DATA: Final[tuple[type, ...]] = (
    *(bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range, slice),
    *(Counter, defaultdict, deque, OrderedDict, ChainMap, decimal.Decimal, fractions.Fraction),
    *(dt.date, dt.datetime, dt.time, dt.timedelta, dt.timezone),
    *(re.Pattern, re.Match, type(None), type(...), type(NotImplemented)),
    *(
        type({}.keys()),
        type({}.values()),
        type({}.items()),
        type(iter([])),
        type(iter({})),
        type(iter("")),
        type(iter(())),
    ),
    *(enumerate, filter, map, zip, reversed, itertools.chain, itertools.count, itertools.islice, itertools.product),
)


def _public(kind: type) -> frozenset[str]:
    refused = INHERITED_ATTRIBUTES | CLOCK | {"mapping"}
    return frozenset(name for name in dir(kind) if not name.startswith("_") and name not in refused)


_RANDOM: Final = """
    random randint randrange choice choices shuffle sample uniform triangular gauss normalvariate lognormvariate expovariate
    betavariate gammavariate paretovariate weibullvariate vonmisesvariate getrandbits randbytes binomialvariate
"""
_URL: Final = "scheme netloc path query fragment username password hostname port geturl"
_AWAITED: Final = "result done cancel cancelled exception add_done_callback"

_LISTED: Final[dict[type, str]] = {
    types.GeneratorType: "send throw close",
    types.CoroutineType: "close",
    property: "getter setter deleter",
    functools.partial: "func args keywords",
    type(functools.lru_cache(len)): "cache_info cache_clear",
    dataclasses.Field: "name type default default_factory init repr hash compare metadata kw_only",
    types.MappingProxyType: "get items keys values",
    random.Random: _RANDOM,
    string.Template: "template substitute safe_substitute is_valid get_identifiers",
    asyncio.Future: _AWAITED,
    asyncio.Task: f"{_AWAITED} get_name set_name",
    asyncio.tasks._GatheringFuture: _AWAITED,  # type: ignore[attr-defined]  # noqa: SLF001 (what gather returns has no public name)
    asyncio.Lock: "acquire release locked",
    asyncio.Semaphore: "acquire release locked",
    asyncio.BoundedSemaphore: "acquire release locked",
    asyncio.Event: "set clear is_set wait",
    asyncio.Queue: "put get put_nowait get_nowait qsize empty full task_done join maxsize",
    asyncio.PriorityQueue: "put get put_nowait get_nowait qsize empty full task_done join maxsize",
    asyncio.LifoQueue: "put get put_nowait get_nowait qsize empty full task_done join maxsize",
    typing.ParamSpec: "args kwargs",
    urllib.parse.ParseResult: f"{_URL} params",
    urllib.parse.SplitResult: _URL,
    type(dt.date(1, 1, 1).isocalendar()): "year week weekday",
    type(dt.date(1, 1, 1).timetuple()): "tm_year tm_mon tm_mday tm_hour tm_min tm_sec tm_wday tm_yday tm_isdst",
    type(statistics.linear_regression([1, 2], [1, 2])): "slope intercept",
    type(functools.lru_cache(len).cache_info()): "hits misses maxsize currsize",
    type(decimal.Decimal(0).as_tuple()): "sign digits exponent",
}

INSTANCES: Final[dict[type, frozenset[str]]] = {
    **{kind: _public(kind) for kind in _DATA},
    **{kind: frozenset(names.split()) for kind, names in _LISTED.items()},
    **{
        type(hashlib.new(name)): frozenset(
            {"update", "digest", "hexdigest", "copy", "name", "digest_size", "block_size"}
        )
        for name in ("sha256", "sha3_256", "blake2b", "blake2s", "md5", "sha1")
    },
}
"""Of the instances of exactly this type."""

CLASSES: Final[dict[type, frozenset[str]]] = {kind: INSTANCES[kind] for kind in _DATA}
"""Of the class itself."""

EXCEPTIONS: Final = frozenset(
    """
    args add_note msg message name path value errno strerror filename filename2 pos doc lineno colno offset text end_lineno
    end_offset encoding object start end reason exceptions code pattern winerror
    """.split()  # noqa: SIM905 (thirty quoted words read worse)
)
"""Of exceptions. Neither traceback nor the object of an AttributeError: these lead to what the tool was not given."""

WRITABLE: Final[frozenset[type]] = frozenset(
    {dict, list, bytearray, Counter, defaultdict, deque, OrderedDict, ChainMap}
)
"""Types whose items may be set, beside the cell's own."""

RETURNED: Final[frozenset[Any]] = frozenset({*_DATA, *(kind for kind in INSTANCES if kind is random.Random)})
"""Types that ``type(value)`` may return, beside the cell's own: to call them makes data."""
