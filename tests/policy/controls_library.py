"""Ordinary programs: the library. Each defines ``run``; under the policy it does what it does without."""

PROGRAMS: dict[str, str] = {
    "json": """
import json

def run():
    data = json.loads('{"a": [1, 2.5, null, true], "b": "\\u00e9"}')
    try:
        json.loads("{bad}")
    except json.JSONDecodeError as e:
        where = (e.msg, e.pos, e.lineno, e.colno)
    class Odd:
        pass
    text = json.dumps({"o": Odd()}, default=lambda o: type(o).__name__)
    return data, where, text, json.dumps(data, indent=2, sort_keys=True, ensure_ascii=False)
""",
    "re": """
import re

WORD = re.compile(r"(?P<first>\\w)(\\w*)", re.IGNORECASE)

def run():
    m = WORD.match("Hello world")
    return (m.group("first"), m.groups(), m.span(), m.groupdict(), m[2],
            re.sub(r"\\d+", lambda m: str(int(m.group()) * 2), "a1 b22"),
            re.findall(r"[a-z]+", "ab cd"), [x.start() for x in re.finditer("a", "banana")],
            re.split(r"[,;]\\s*", "a, b;c"), re.fullmatch("x", "y"), re.escape("a.b"), WORD.pattern)
""",
    "math and statistics": """
import math
import statistics as st
from fractions import Fraction
from decimal import Decimal, ROUND_HALF_UP

def run():
    return (math.sqrt(2), math.floor(-1.5), math.isclose(0.1 + 0.2, 0.3), math.comb(5, 2), math.inf > 1, math.pi,
            st.mean([1, 2, 4]), st.median([3, 1]), st.stdev([1.0, 2.0]), st.mode("aab"), st.quantiles([1, 2, 3, 4]),
            Fraction(1, 3) + 1, Fraction(6, 4).numerator, Decimal("1.10") + 1,
            Decimal("2.675").quantize(Decimal("0.01"), rounding=ROUND_HALF_UP))
""",
    "datetime": """
from datetime import date, datetime, timedelta, timezone
import datetime as dt

def run():
    start = datetime(2024, 2, 28, 12, tzinfo=timezone.utc)
    later = start + timedelta(days=2, hours=3)
    return (later.isoformat(), (later - start).total_seconds(), date.fromisoformat("2024-01-31").weekday(),
            later.strftime("%Y-%m-%d"), datetime.strptime("03/04/2021", "%d/%m/%Y").date().year, start < later,
            dt.timedelta(minutes=90).seconds, later.date().replace(day=1).isoformat(), date(2024, 1, 1).isocalendar().week)
""",
    "collections": """
from collections import Counter, OrderedDict, defaultdict, deque, namedtuple
import collections

Point = namedtuple("Point", "x y", defaults=[0])

def run():
    groups = defaultdict(list)
    for w in "the cat the dog".split():
        groups[len(w)].append(w)
    c = Counter("mississippi")
    c["z"] += 1
    c.update("zz")
    q = deque([1, 2, 3], maxlen=3)
    q.append(4)
    q.rotate(1)
    q[0] = 9
    p = Point(3)
    chain = collections.ChainMap({"a": 1}, {"b": 2})
    o = OrderedDict(a=1)
    o["b"] = 2
    o.move_to_end("a")
    return dict(groups), c.most_common(2), c["z"], list(q), p, p.x, p._replace(y=5), p._asdict(), chain["b"], list(o), p == (3, 0)
""",
    "itertools": """
import itertools
from itertools import chain, groupby, islice, pairwise

def run():
    rows = sorted([("a", 1), ("b", 2), ("a", 3)])
    return ({k: [v for _, v in g] for k, g in groupby(rows, key=lambda r: r[0])}, list(chain.from_iterable([[1], [2]])),
            list(islice(itertools.count(5, 2), 3)), list(itertools.product("ab", repeat=2))[:2], list(pairwise([1, 2, 3])),
            list(itertools.accumulate([1, 2, 3])), list(itertools.zip_longest([1], [2, 3], fillvalue=0)),
            list(itertools.combinations("abc", 2)))
""",
    "functools": """
import functools
from functools import lru_cache, partial, reduce, cached_property, total_ordering

@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

@functools.cache
def square(n):
    return n * n

@total_ordering
class Version:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == other.n

    def __lt__(self, other):
        return self.n < other.n

    @cached_property
    def text(self):
        return f"v{self.n}"

def run():
    add = partial(lambda a, b: a + b, 5)
    by = functools.cmp_to_key(lambda a, b: b - a)
    return (fib(40), fib.cache_info().misses, square(4), reduce(lambda a, b: a * b, [1, 2, 3], 1), add(2), sorted([1, 3, 2], key=by),
            Version(2) >= Version(1), Version(3).text, add.args)
""",
    "dataclasses": """
from dataclasses import asdict, astuple, dataclass, field, fields, replace
from typing import ClassVar, Optional

@dataclass(order=True)
class Item:
    name: str
    price: float = 1.0
    tags: list[str] = field(default_factory=list)
    parent: "Optional[Item]" = None
    count: ClassVar[int] = 0

    def __post_init__(self):
        self.name = self.name.strip()
        Item.count += 1

@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0

def run():
    a = Item(" a ", tags=["t"])
    a.price *= 2
    p = Point(1)
    try:
        p.x = 5
    except AttributeError as e:
        frozen = type(e).__name__
    return (asdict(a), astuple(p), [f.name for f in fields(a)], repr(replace(p, y=9)), frozen, hash(p) == hash(Point(1)),
            Item.count, repr(a), a == Item("a", 2.0, ["t"]), Item("b") > a)
""",
    "enum": """
from enum import Enum, IntEnum, Flag, StrEnum, auto, unique

@unique
class Status(Enum):
    OPEN = "open"
    DONE = "done"

    @property
    def is_final(self):
        return self is Status.DONE

class Level(IntEnum):
    LOW = 1
    HIGH = auto()

class Mode(StrEnum):
    FAST = auto()

class Right(Flag):
    READ = auto()
    WRITE = auto()

class Kind(str, Enum):
    A = "a"

def run():
    both = Right.READ | Right.WRITE
    return (Status("open").name, Status["DONE"].value, [s.value for s in Status], Status.DONE.is_final, Level.HIGH > Level.LOW,
            f"{Mode.FAST}", Right.READ in both, Kind.A == "a", Kind.A.upper(), isinstance(Kind.A, str), len(Status), Level(2).name)
""",
    "typing": """
from typing import Any, Generic, Literal, NamedTuple, Protocol, TypedDict, TypeVar, cast, runtime_checkable

T = TypeVar("T")

class Row(NamedTuple):
    key: str
    n: int = 0

class Options(TypedDict, total=False):
    depth: int
    mode: Literal["fast", "slow"]

class Box(Generic[T]):
    def __init__(self, value: T) -> None:
        self.value = value

    def get(self) -> T:
        return self.value

@runtime_checkable
class Named(Protocol):
    name: str

class Dog:
    name = "rex"

def run():
    options: Options = {"depth": 2}
    row = Row("k")
    return row, row.key, row._replace(n=3), options["depth"], Box[int](4).get(), cast(Any, 5), isinstance(Dog(), Named)
""",
    "abstract classes": """
from abc import ABC, abstractmethod

class Shape(ABC):
    @abstractmethod
    def area(self): ...

    def twice(self):
        return 2 * self.area()

class Square(Shape):
    def __init__(self, side):
        self.side = side

    def area(self):
        return self.side ** 2

def run():
    try:
        Shape()
        made = True
    except TypeError:
        made = False
    return Square(3).twice(), made, isinstance(Square(1), Shape)
""",
    "contexts": """
from contextlib import contextmanager, suppress, nullcontext

log = []

@contextmanager
def section(name):
    log.append(f"+{name}")
    try:
        yield name.upper()
    finally:
        log.append(f"-{name}")

def run():
    with section("a") as a, section("b"):
        log.append(a)
    with suppress(KeyError, ValueError):
        {}["x"]
    with nullcontext(5) as n:
        log.append(n)
    return log
""",
    "text": """
import string
import textwrap
import html
import difflib
from string import Template

def run():
    return (textwrap.dedent("  a\\n  b"), textwrap.shorten("hello big world", 10), string.ascii_lowercase[:3], html.escape("<a>"),
            Template("$who is ${what}").substitute(who="x", what="y"), "".join(c for c in "a-b!" if c not in string.punctuation),
            difflib.get_close_matches("appel", ["apple", "pear"]), textwrap.wrap("aa bb cc", 5), string.capwords("a b"))
""",
    "hashes and encodings": """
import base64
import hashlib
import zlib
import unicodedata
from urllib.parse import quote, urlencode, urlparse

def run():
    url = urlparse("https://host:8/p/q?x=1#f")
    return (hashlib.sha256(b"abc").hexdigest()[:8], hashlib.md5("é".encode()).digest().hex(), base64.b64encode(b"hi").decode(),
            base64.b64decode("aGk="), quote("a b/c"), urlencode({"q": "x y"}), url.netloc, url.hostname, url.port, url.query,
            zlib.crc32(b"a"), unicodedata.normalize("NFKD", "é") != "é")
""",
    "heaps and bisection": """
import bisect
import heapq
import operator
import copy

def run():
    h = [5, 1, 4]
    heapq.heapify(h)
    heapq.heappush(h, 0)
    xs = [1, 3, 5]
    bisect.insort(xs, 4)
    deep = {"a": [1]}
    other = copy.deepcopy(deep)
    other["a"].append(2)
    rows = [{"n": 2}, {"n": 1}]
    return (heapq.heappop(h), heapq.nsmallest(2, h), xs, bisect.bisect_left(xs, 3), sorted(rows, key=operator.itemgetter("n")),
            deep, other, list(heapq.merge([1, 4], [2, 3])), operator.attrgetter("real")(3 + 4j), operator.methodcaller("upper")("a"))
""",
    "seeded chance": """
import random

def run():
    rng = random.Random(42)
    xs = list(range(5))
    rng.shuffle(xs)
    return rng.random(), rng.randint(1, 6), rng.choice("abc"), xs, rng.sample(range(100), 3), random.Random("s").uniform(0, 1)
""",
    "chance with one seed": """
import random
from random import choice

def run():
    random.seed(7)
    xs = [1, 2, 3]
    random.shuffle(xs)
    return random.random(), random.randint(1, 6), choice("abc"), random.sample(range(9), 2), xs, random.uniform(1, 2)
""",
    "lazy annotations": """
from __future__ import annotations
from dataclasses import dataclass, field
import datetime as dt

@dataclass
class Node:
    name: str
    next: Node | None = None
    at: dt.date | None = None
    kids: list[Node] = field(default_factory=list)

def depth(node: Node | None) -> int:
    return 0 if node is None else 1 + depth(node.next)

def run():
    return depth(Node("a", Node("b"))), Node("x").kids
""",
    "imports in functions": """
def run():
    import json as j
    from math import sqrt as root, pi
    import collections.abc
    import urllib.parse
    from urllib import parse
    from collections import abc
    return j.dumps([root(4)]), round(pi, 2), isinstance([], collections.abc.Sequence), urllib.parse.quote(" "), parse.unquote("%20"), \\
        isinstance({}, abc.Mapping)
""",
    "classes from classes": """
class Registry(dict):
    def __missing__(self, key):
        self[key] = len(self)
        return self[key]

class Loud(str):
    def shout(self):
        return self.upper() + "!"

class Bag(list):
    def total(self):
        return sum(self)

class NotFound(KeyError, ValueError):
    pass

def run():
    r = Registry()
    r["a"], r["b"]
    b = Bag([1, 2])
    b.append(3)
    b[0] = 10
    try:
        raise NotFound("x")
    except ValueError as e:
        caught = type(e).__name__
    return dict(r), Loud("hey").shout(), "{}".format(Loud("x")), Loud("{}").format(1), b.total(), caught
""",
}
