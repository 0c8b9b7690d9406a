"""Ordinary programs: the language. Each defines ``run``; under the policy it does what it does without."""

PROGRAMS: dict[str, str] = {
    "annotations": """
limit: int = 3
names: list[str] = []

async def run(call_agent) -> dict[str, int]:
    total: int = 0
    for i in range(limit):
        total += i
    pair: tuple[int, str]
    pair = (total, "x")
    names.append(pair[1])
    return {"total": total, "names": len(names)}
""",
    "items in place": """
def run():
    d = {"a": 1, "b": [1, 2]}
    d["a"] += 5
    d["b"][0] *= 10
    d.setdefault("c", {})["x"] = 1
    d["c"]["x"] -= 3
    del d["b"][1]
    return d
""",
    "attributes in place": """
class Counter:
    step = 2

    def __init__(self, start=0):
        self.value = start
        self._calls = 0

    def next(self):
        self.value += self.step
        self._calls += 1
        return self

def run():
    c = Counter()
    c.next().next()
    c.extra = "new"
    Counter.step = 5
    c.next()
    del c.extra
    return c.value, c._calls, hasattr(c, "extra")
""",
    "nonlocal and global": """
calls = 0

def make():
    n = 0

    def inner():
        nonlocal n
        global calls
        n += 1
        calls += 10
        return n

    return inner

def run():
    f = make()
    f()
    return f(), calls
""",
    "comprehensions": """
def run():
    rows = [(1, "a"), (2, "b"), (3, "c")]
    lists = [n * 2 for n, _ in rows if n > 1]
    dicts = {name: n for n, name in rows}
    sets = {n % 2 for n, _ in rows}
    nested = [(x, y) for x in range(2) for y in range(2)]
    return lists, dicts, sorted(sets), nested, sum(n for n, _ in rows)
""",
    "generators": """
def numbers(n):
    for i in range(n):
        got = yield i
        if got:
            yield got

def chained():
    yield from numbers(3)
    return "end"

def run():
    g = numbers(5)
    first = next(g)
    return first, g.send("hello"), list(chained()), next(iter([]), "none")
""",
    "lambda and keys": """
def run():
    people = [{"name": "bo", "age": 3}, {"name": "al", "age": 9}]
    by_name = sorted(people, key=lambda p: p["name"])
    oldest = max(people, key=lambda p: p["age"])
    return [p["name"] for p in by_name], oldest["name"], min([3, 1], default=0), list(reversed([1, 2]))
""",
    "exceptions": """
class ToolError(Exception):
    def __init__(self, message, code=1):
        super().__init__(message)
        self.code = code

def risky(n):
    if n == 0:
        raise ToolError("zero", code=7)
    if n == 1:
        return 1 // 0
    assert n < 3, f"too big: {n}"
    return n

def run():
    log = []
    for n in range(5):
        try:
            log.append(risky(n))
        except ToolError as e:
            log.append((str(e), e.code, e.args))
        except (ZeroDivisionError, KeyError) as e:
            log.append(type(e).__name__)
        except AssertionError as e:
            log.append(e.args[0])
        else:
            log.append("fine")
        finally:
            log.append("|")
    try:
        try:
            {}["k"]
        except KeyError as e:
            raise ValueError("no k") from e
    except:
        log.append("caught")
    return log
""",
    "f-strings": """
def run():
    name, width, x = "é", 8, 3.14159
    return [f"{name!r:>{width}}", f"{x:.2f}", f"{1234567:,}", f"{name=}", f"{'a' if x > 3 else 'b'}", f"{{{x:08.3f}}}"]
""",
    "other formatting": """
class Point:
    def __init__(self, x):
        self.x = x

def run():
    p = Point(4)
    return [
        "%s is %d%%" % ("a", 5),
        "%(k)s" % {"k": 1},
        "{} {}".format(1, 2),
        "{p.x:>3}|{d[k]}".format(p=p, d={"k": "v"}),
        "{0:{1}}".format("r", ">4"),
        "{k}".format_map({"k": 9}),
        ", ".join(map("<{}>".format, [1, 2])),
        format(0.5, ".0%"),
    ]
""",
    "match on data": """
def kind(value):
    match value:
        case None | True | False:
            return "flag"
        case int() | float() as n if n > 100:
            return f"big {n}"
        case int(n):
            return f"int {n}"
        case str(text) if text.startswith("#"):
            return "tag"
        case "yes" | "no":
            return "answer"
        case []:
            return "empty"
        case [first, *rest]:
            return f"list {first} +{len(rest)}"
        case {"type": "point", "at": (x, y), **more}:
            return f"point {x},{y} {sorted(more)}"
        case _:
            return "other"

def run():
    return [kind(v) for v in (None, 500, 7, "#x", "no", [], [1, 2, 3], {"type": "point", "at": (1, 2), "z": 0}, {})]
""",
    "match on classes": """
from dataclasses import dataclass
from enum import Enum

class Color(Enum):
    RED = 1
    BLUE = 2

@dataclass
class Circle:
    radius: float
    color: Color = Color.RED

@dataclass
class Box:
    width: float
    height: float

def area(shape):
    match shape:
        case Circle(radius=r, color=Color.BLUE):
            return ("blue", r)
        case Circle(r):
            return ("circle", r)
        case Box(w, h) if w == h:
            return ("square", w)
        case Box(width=w) | Circle(radius=w):
            return ("box", w)

def run():
    return [area(s) for s in (Circle(1, Color.BLUE), Circle(2), Box(3, 3), Box(4, 5))]
""",
    "unpacking": """
def total(*args, scale=1, **named):
    return sum(args) * scale + sum(named.values())

def run():
    a, (b, *c), d = 1, (2, 3, 4), 5
    first, *middle, last = range(5)
    x = y = [*middle, *c]
    [p, q], r = (1, 2), 3
    merged = {**{"a": 1}, "b": 2}
    a, b = b, a
    for i, (k, v) in enumerate({"z": (1)}.items()):
        a += i
    return total(*x, **{"scale": 2}, extra=1), a, b, c, d, last, p + q + r, merged, y is x
""",
    "walrus and conditions": """
def run():
    data = [5, 12, 7]
    if (n := len(data)) > 2 and any((big := x) > 10 for x in data):
        out = (n, big)
    else:
        out = None
    while (item := data.pop()) > 6:
        out += (item,)
        if not data:
            break
    return out, 1 < 2 < 3 != 4, not data, data or "empty"
""",
    "decorators": """
import functools

def logged(label):
    def wrap(fn):
        @functools.wraps(fn)
        def inner(*args, **kwargs):
            inner.calls += 1
            return f"{label}:{fn(*args, **kwargs)}"
        inner.calls = 0
        return inner
    return wrap

@logged("L")
def double(x, *, plus=0):
    return 2 * x + plus

def run():
    return double(2), double(3, plus=1), double.calls, double.__name__
""",
    "classes with everything": """
class Base:
    kind = "base"

    def __init__(self, name):
        self.name = name

    def describe(self):
        return f"{self.kind} {self.name}"

    @property
    def upper(self):
        return self.name.upper()

    @upper.setter
    def upper(self, value):
        self.name = value.lower()

    @classmethod
    def make(cls, *names):
        return [cls(n) for n in names]

    @staticmethod
    def twice(x):
        return x * 2

class Child(Base):
    kind = "child"

    def __init__(self, name, age):
        super().__init__(name)
        self.age = age

    def describe(self):
        return super().describe() + f" ({self.age})"

    def __repr__(self):
        return f"Child({self.name!r})"

    def __eq__(self, other):
        return isinstance(other, Child) and self.age == other.age

    def __lt__(self, other):
        return self.age < other.age

    def __hash__(self):
        return hash(self.age)

def run():
    a, b = Child("ann", 9), Child("bob", 3)
    a.upper = "ZED"
    return a.describe(), a.upper, [repr(c) for c in sorted([a, b])], Base.make("q")[0].describe(), Base.twice(4), a == b, len({a, b})
""",
    "containers of one's own": """
class Stack:
    def __init__(self):
        self._items = []

    def __len__(self):
        return len(self._items)

    def __getitem__(self, i):
        return self._items[i]

    def __setitem__(self, i, v):
        self._items[i] = v

    def __iter__(self):
        return iter(self._items)

    def __contains__(self, x):
        return x in self._items

    def __iadd__(self, x):
        self._items.append(x)
        return self

    def __call__(self):
        return "called"

    def __enter__(self):
        return self

    def __exit__(self, kind, error, place):
        return kind is ValueError

def run():
    s = Stack()
    s += 1
    s += 2
    s[0] = 5
    with s as inner:
        raise ValueError("swallowed")
    return len(s), s[1], list(s), 5 in s, s(), bool(s)
""",
    "slices and strings": """
def run():
    s = "hello world"
    xs = list(range(10))
    xs[2:4] = [0]
    return s[::-1][:3], s.title(), s.split()[-1].upper(), xs[1:-1:3], s.replace("o", "0"), "a,b".partition(","), s.find("w")
""",
    "sets, tuples, bytes": """
def run():
    a, b = {1, 2, 3}, frozenset([2, 3, 4])
    data = "é".encode("utf-8")
    return sorted(a & b), sorted(a ^ b), a.issubset({1, 2, 3, 4}), data.hex(), data.decode(), bytes([65]), (1, 2).index(2)
""",
    "script block": """
import asyncio

async def run(call_agent):
    return __name__

if __name__ == "__main__":
    asyncio.run(run(None))
""",
    "introspection": """
class A:
    x = 1

def run():
    a = A()
    setattr(a, "y", 2)
    names = [n for n in ("x", "y", "z") if hasattr(a, n)]
    delattr(a, "y")
    return names, getattr(a, "y", None), type(a) is A, type(3) is int, isinstance(a, (int, A)), callable(run), type(a).__name__, \\
        a.__class__.__name__, issubclass(bool, int), vars(a)
""",
    "private helpers": """
_LIMIT = 3

def _clip(x, _low=0):
    return max(_low, min(x, _LIMIT))

def run():
    return [_clip(x) for x in (-1, 2, 9)]
""",
    "loops with else": """
def run():
    out = []
    for n in range(2, 12):
        for d in range(2, n):
            if n % d == 0:
                break
        else:
            out.append(n)
            continue
        if n > 9:
            break
    i = 0
    while i < 3:
        i += 1
    else:
        out.append("done")
    return out
""",
    "arithmetic": """
def run():
    return 7 // 2, -7 % 3, 2 ** 10, 5 & 3 | 8, 1 << 4, ~5, divmod(17, 5), round(2.567, 1), abs(-3j), 0.1 + 0.2 == 0.3, pow(3, 4, 5)
""",
    "recursion": """
def flatten(xs):
    for x in xs:
        if isinstance(x, list):
            yield from flatten(x)
        else:
            yield x

def fib(n, memo={}):
    if n < 2:
        return n
    if n not in memo:
        memo[n] = fib(n - 1) + fib(n - 2)
    return memo[n]

def run():
    return list(flatten([1, [2, [3, []]]])), fib(50)
""",
    "printing": """
def run():
    print("a", 1, sep="-", end="!")
    print()
    return "ok"
""",
    "iterators": """
class Countdown:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n <= 0:
            raise StopIteration
        self.n -= 1
        return self.n

def run():
    pairs = list(zip(Countdown(3), "ab"))
    return pairs, list(map(lambda x: x + 1, Countdown(2))), list(filter(None, [0, 1])), list(enumerate("ab", 1)), all([]), any([0, 2])
""",
    "type aliases": """
from typing import Callable, Optional, TypeVar, Union

T = TypeVar("T")
Number = Union[int, float]
Rows = list[dict[str, Optional["Number"]]]

def apply(f: Callable[[T], T], x: T) -> T:
    return f(x)

def run(rows: Rows = None) -> "Number | None":
    return apply(lambda x: x * 2, 4)
""",
}
