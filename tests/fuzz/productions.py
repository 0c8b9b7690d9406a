"""What random programs are made of: for each result type the expressions that give it, as templates.

``«int»`` is a hole for an expression of a type (see `kinds`); ``«~int»`` for a name or a literal, ``«=int»`` for a name. Others are no types: ``«small»`` is
an int from -1 to 6, ``«nat»`` from 0 to 4, ``«index»`` an int that is often a good index, ``«step»`` one that is not 0,
``«digits»`` a text that is often a number, ``«sep»`` a short text, ``«char»`` a text of one character.
A template after a question mark is a rare one.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tests.fuzz.kinds import Kind, kind
from tests.fuzz.records import RECORDS

HOLE: Final = re.compile("«([^»]+)»")
SPECIAL: Final = frozenset({"step", "small", "nat", "index", "digits", "sep", "char"})


@dataclass(frozen=True, slots=True)
class Production:
    """One way to make a value of a type."""

    result: Kind
    template: str
    is_rare: bool = False
    """Whether it often raises, so that a program with many of them would end early."""

    @property
    def holes(self) -> list[str]:
        """What stands in its holes."""
        return HOLE.findall(self.template)


_TEXT: Final = {
    "int": """
        collections.Counter(«str»)[«char»]
        sum(collections.Counter(«list[int]»).values())
        len(collections.Counter(«list[K]»))
        len(collections.deque(«list[T]», maxlen=3))
        math.comb(«nat» + 2, «nat»)
        math.perm(«nat» + 2, «nat»)
        math.lcm(«nat», «small»)
        math.prod(«list[bool]»)
        math.factorial(«nat»)
        ? math.trunc(«float» % 100)
        sum(itertools.chain(«list[int]», «list[int]»))
        sum(a * b for a, b in itertools.combinations(«list[int]»[:4], 2))
        sum(len(p) for p in itertools.permutations(«list[T]»[:3]))
        sum(a ^ b for a, b in itertools.product(«list[int]»[:3], «list[int]»[:3]))
        sum(1 for a, b in itertools.pairwise(«list[O]») if a < b)
        sum(x for x in itertools.islice(«list[int]», 2))
        heapq.nsmallest(1, [«int», «int»])[0]
        min(«list[int]» or [«int»], key=lambda x: x % 10)
        max(range(len(«str»)), default=-1)
        («=int» if isinstance(«=int», int) else 0)
        string.ascii_lowercase.find(«char»)
        ? (sys.maxsize - abs(«small»))
        (len(«str») << 2 | «nat»)
        int(f'{«=int»}')
        bin(«int»).count('1')
        («list[int]» + [0]).index(0)
        operator.mul(«nat», «int»)
        («int» + «int»)
        («int» - «int»)
        ? («int» * «int»)
        ? («int» // «int»)
        ? («int» % «int»)
        («int» // («int» | 1))
        («int» % (abs(«int») + 1))
        («small» * «small»)
        («int» * «small»)
        («int» // 3)
        («int» % 7)
        («int» & «int»)
        («int» | «int»)
        («int» ^ «int»)
        («int» << «nat»)
        («int» << 1)
        («=int» << 33)
        («int» >> «nat»)
        («small» ** «nat»)
        ((«int» * «int» + «int») & 0xFFFFFFFF)
        ((«int» * 31 + «int») & 0xFFFFFFFFFFFFFFFF) % 1000003
        (-«int»)
        (~«int»)
        (+«bool»)
        abs(«int»)
        min(«int», «int»)
        max(«int», «int», «small»)
        len(«str»)
        len(«bytes»)
        len(«list[T]»)
        len(«dict[K, T]»)
        len(«set[K]»)
        ? int(«float»)
        int(«bool»)
        int(«digits»)
        int(«digits», 16)
        ? round(«float»)
        round(«int», -1)
        ord(«char»)
        «str».find(«str»)
        «str».rfind(«str»)
        «str».count(«str»)
        ? «str».index(«str»)
        ? «list[T]».index(«T»)
        «list[T]».count(«T»)
        sum(«list[int]»)
        sum(«list[int]», «~int»)
        sum(«list[bool]»)
        ? min(«list[int]»)
        max(«list[int]», default=«~int»)
        ? divmod(«~int», «~int»)[0]
        ? divmod(«~int», «~int»)[1]
        ? pow(«int», «nat», «int»)
        pow(«small», «nat»)
        («int»).bit_length()
        («=int | None» or «int»)
        math.gcd(«int», «int»)
        math.isqrt(abs(«int»))
        ? math.floor(«float»)
        ? «bytes»[«index»]
        sum(«dict[K, int]».values())
        («bool» + «int»)
        sum(a * b for a, b in zip(«list[int]», «list[int]»))
        sum(i * len(s) for i, s in enumerate(«list[str]», 1))
        max((len(s) for s in «list[str]»), default=-1)
        (lambda a, b: a - b * 2)(«int», «int»)
        hash(«bool»)
        len(«str».split())
        len(«str».split(«sep»))
        len(set(«list[int]»))
        len([k for k in «set[K]» if k != «K»])
        len(tuple(«list[T]») + («T»,))
        len({tuple(«list[K]»), tuple(«list[K]»)})
        sum(tuple(«list[int]»)[«small»:])
        {tuple(«list[K]»): «int», (): «int»}.get(tuple(«list[K]»), «int»)
        sum(k % 7 for k in «set[int]»)
        max((k % 5 for k in «set[int]»), default=«int»)
        sum(1 for c in «str» if c.isalpha())
        bisect.bisect_left(sorted(«list[int]»), «int»)
        sum(map(int, «list[bool]»))
        functools.reduce(lambda a, b: (a * 3 + b) % 1009, «list[int]», «int»)
    """,
    "float": """
        statistics.mean([1.5, «float»])
        statistics.median(«list[float]» + [0.5])
        statistics.median(«list[int]» + [1])
        math.hypot(3.0, 4.0)
        sum(«list[float]», «~float»)
        («int» + «float»)
        («float» if «bool» else 0.5)
        float(f'{«=float»:.4f}')
        max(«float», 0.0)
        math.ldexp(«float», «nat»)
        math.modf(«float»)[0]
        ? math.trunc(«float» % 50) / 3
        («float» + «float»)
        («float» - «float»)
        («float» * «float»)
        ? («float» / «float»)
        ? («int» / «int»)
        ? («float» // «float»)
        ? («float» % «float»)
        («float» * «int»)
        («float» / 4)
        («int» / 8)
        («float» % 1.5)
        round(«float», 2)
        (-«float»)
        abs(«float»)
        float(«int»)
        float(«bool»)
        ? float(«digits»)
        min(«float», «float»)
        max(«float», «float»)
        round(«float», «nat»)
        math.sqrt(abs(«float»))
        math.fabs(«float»)
        math.copysign(«float», «float»)
        ? math.fmod(«float», «float»)
        math.inf
        sum(«list[float]»)
        ? min(«list[float]»)
        max(«list[float]», default=«~float»)
        math.fsum(«list[float]»)
        ? (sum(«list[float]») / len(«list[float]»))
        sum(x * x for x in «list[float]»)
        «float» ** 2
        ? divmod(«~float», «~float»)[1]
    """,
    "bool": """
        («str» <= «str» < «str»)
        («T» is not None)
        any(«T» == x for x in «list[T]»)
        («K», «K») in [(«K», «K»)]
        all(a <= b for a, b in itertools.pairwise(«list[O]»))
        collections.Counter(«str») == collections.Counter(«str»)
        («tuple[int, str]» < «tuple[int, str]»)
        «str».istitle()
        «str».isnumeric()
        «str».isidentifier()
        «str».isascii()
        («int» < «int»)
        («int» == «int»)
        («int» != «float»)
        («float» <= «int»)
        («int» < «int» <= «int»)
        («O» < «O»)
        («O» >= «O»)
        («T» == «T»)
        («T» != «T»)
        (not «bool»)
        (not «list[T]»)
        (not «dict[K, T]»)
        (not «str»)
        («bool» and «bool»)
        («bool» or «bool»)
        («bool» & «bool»)
        («bool» ^ «bool»)
        («T» in «list[T]»)
        («T» not in «list[T]»)
        («K» in «dict[K, T]»)
        («K» not in «set[K]»)
        any(k == «K» for k in «set[K]»)
        (tuple(«list[K]») < tuple(«list[K]»))
        (tuple(«list[T]») == («T», «T»))
        («T» in tuple(«list[T]»))
        (tuple(«list[K]») in {(«K»,): 1, tuple(«list[K]»): 2})
        all(k < «K» for k in «set[K]»)
        («K» in «set[K]»)
        («str» in «str»)
        («int» in («int», «int», «int»))
        («char» in 'aeiou')
        («str» in ('a', «str», 'b'))
        bool(«int»)
        bool(«str»)
        bool(«list[T]»)
        any(«list[bool]»)
        «int» in «dict[str, int]».values()
        all(«list[bool]»)
        any(x > «int» for x in «list[int]»)
        all(x == «int» for x in «list[int]»)
        any(c == «char» for c in «str»)
        «str».startswith(«str»)
        «str».endswith(«str»)
        «str».isdigit()
        «str».isalpha()
        «str».isalnum()
        «str».isupper()
        «str».islower()
        «str».isspace()
        («T | None» is None)
        («T | None» is not None)
        («T | None» == «T»)
        («=set[K]» <= «=set[K]»)
        «=set[K]».issubset(«=set[K]»)
        «set[K]».isdisjoint(«set[K]»)
        math.isnan(«float»)
        math.isclose(«float», «float»)
        («list[O]» == sorted(«list[O]»))
        isinstance(«int», int)
    """,
    "str": """
        str(tuple(«list[int]»))
        ' '.join(tuple(«list[str]»))
        collections.Counter(«str» + 'a').most_common(1)[0][0]
        string.ascii_uppercase[«nat»]
        ''.join(collections.Counter(«str»))
        ''.join(k * v for k, v in collections.Counter(«str»).items())[:40]
        '-'.join(map(str, «list[float]»))[:60]
        ''.join(map(chr, [97 + «nat», 98]))
        «str».translate(str.maketrans('ab', 'xy'))
        «str».expandtabs()
        '%05.1f|%s' % («float», «str»)
        '{:>6}|{:.2f}'.format(«str», «float»)
        ' '.join(«str».split()[::-1])
        ''.join([«str», «char», «str»])[:50]
        str(«dict[str, int]»)[:60]
        str((«int», «float»))
        f'{«=str»:*^7}'
        f'{«=int»:>6}{«=str»:<4}|'
        f'{«=float»:+.1f}'
        f'{«=list[int]»}'
        «str».rsplit(' ', 1)[-1]
        «str».casefold()
        («str» + «str»)[:40]
        («str» * «small»)[:40]
        («str» + str(«int»))[-30:]
        ? «str»[«index»]
        («str» + «char»)[0]
        «str»[:1]
        «str»[«small»:«small»]
        «str»[::-1]
        «str»[«small»:]
        «str»[:«index»]
        «str»[::«step»]
        «str».upper()
        «str».lower()
        «str».title()
        «str».capitalize()
        «str».swapcase()
        «str».strip()
        «str».lstrip()
        «str».rstrip(«sep»)
        «str».strip(«sep»)
        «str».replace(«sep», «str»)[:40]
        «str».replace(«sep», «char», «small»)
        «str».center(«nat»)
        «str».ljust(«nat», «char»)
        «str».rjust(9, '*')
        «str».zfill(«nat»)
        «str».removeprefix(«sep»)
        «str».removesuffix(«sep»)
        «sep».join(«list[str]»)[:60]
        ''.join(«list[str]»)[:60]
        ''.join(sorted(«str»))
        ''.join(reversed(«str»))
        ''.join(c for c in «str» if c not in «sep»)
        ''.join(str(x) for x in «list[int]»)[:60]
        ' '.join(map(str, «list[int]»))[:60]
        ','.join([s.upper() for s in «list[str]»])[:60]
        chr(97 + «nat»)
        chr(«int» % 200 + 32)
        str(«int»)
        str(«float»)
        str(«bool»)
        repr(«str»)
        repr(«float»)
        f'{«=int»}'
        f'{«=str»}-{«=int»}'[:40]
        f'{«=int»:5d}|'
        f'{«=int»:05d}'
        f'{«=int»:+d}'
        f'{«=int»:x}'
        f'{«=int»:b}'
        f'{«=int»:,}'
        f'{«=float»:.2f}'
        f'{«=float»:10.3f}'
        f'{«=float»:.3e}'
        f'{«=float»:g}'
        f'{«=float»}'
        f'{«=bool»}'
        f'{«=str»:>8}'
        f'{«=str»:^9}|'
        f'{«=str»!r}'
        '{} and {}'.format(«int», «str»)[:40]
        '%d:%s' % («int», «str»)
        bin(«int»)
        hex(«int»)
        oct(«int»)
        min(«str», «str»)
        ? max(«list[str]»)
        str(«list[int]»)
        str(«tuple[int, str]»)
        repr(«list[str]»)
        «bytes».hex()
        («=str | None» or «str»)
        ? max(«list[str]», key=len)
        ? min(«list[str]», key=lambda s: (len(s), s))
        «str».partition(«char»)[0]
    """,
    "bytes": """
        («bytes» + «bytes»)[:40]
        «bytes»[«small»:«small»]
        «bytes»[::-1]
        «str».encode()
        bytes([«nat», 65 + «nat»])
    """,
    "list[T]": """
        list(tuple(«list[T]»)[«small»:] + («T»,))
        list(tuple(«list[T]»[:3]) * «nat»)[:12]
        [x for p in itertools.permutations(«list[T]»[:3]) for x in p]
        list(collections.deque(«list[T]», maxlen=3))
        list(itertools.chain(«list[T]», «list[T]»))[:20]
        list(itertools.islice(«list[T]», 2))
        [x for p in itertools.combinations(«list[T]»[:3], 2) for x in p]
        [p[0] for p in itertools.permutations(«list[T]»[:3], 2)]
        list(itertools.chain.from_iterable(«list[list[T]]»))[:20]
        [x for i, x in enumerate(«list[T]») if i % 2 == 0]
        [*«list[T]», *«list[T]»][:20]
        sum([«list[T]», «list[T]»], [])[:20]
        list(itertools.repeat(«T», 2))
        [«T»]
        [«T», «T»]
        [«T», «T», «T»]
        («list[T]» + «list[T]»)[:20]
        [*«list[T]», «T»][:20]
        ? ([«T»] * «small»)
        («list[T]»[:5] * «small»)
        «list[T]»[«small»:«small»]
        «list[T]»[::-1]
        «list[T]»[::«step»]
        «list[T]»[«index»:]
        «list[T]».copy()
        list(«list[T]»)
        list(reversed(«list[T]»))
        [x for x in «list[T]»]
        [x for x in «list[T]» if «bool»]
        [«list[T]»[i] for i in range(«small») if i < len(«list[T]»)]
        («list[T]» or [«T»])
        ? [t[0] for t in «list[tuple[T, A]]»]
        [a for a, b in «list[tuple[T, A]]»]
        list(«dict[K, T]».values())
        [v for k, v in «dict[K, T]».items()]
        [«T» for _ in range(«small»)]
        [x for row in «list[list[T]]» for x in row][:20]
    """,
    "list[O]": """
        heapq.nlargest(2, «list[O]»)
        heapq.nsmallest(3, «list[O]»)
        [max(a, b) for a, b in itertools.pairwise(«list[O]»)]
        sorted(«list[O]»)
        sorted(«list[O]», reverse=True)
        sorted(«list[O]», key=lambda x: x)
    """,
    "list[K]": """
        list(collections.Counter(«list[K]»))
        [k for k, g in itertools.groupby(«list[K]»)]
        list(«dict[K, T]»)
        list(«dict[K, T]».keys())
        sorted(«set[K]»)
        sorted(k for k in «set[K]» if k != «K»)
        list(sorted({tuple(«list[K]»), («K»,)})[0])
        sorted(«dict[K, T]»)
        [k for k in «dict[K, T]»]
        list(dict.fromkeys(«list[K]»))
    """,
    "list[int]": """
        [len(list(g)) for k, g in itertools.groupby(«list[int]»)]
        list(collections.Counter(«str»).values())
        list(itertools.accumulate(«list[int]», lambda a, b: a * 2 - b))
        [v for k, v in collections.Counter(«list[int]»).most_common()]
        [i for i in range(«small», «nat», -1)]
        sorted(«list[int]», key=abs)
        list(map(int, «str».split(',') if «bool» else ['4', ' 5']))
        [a + b for a, b in zip(«list[int]», «list[int]»[1:])]
        list({x: None for x in «list[int]»})
        list(range(«small»))
        list(range(«small», «nat» + 5, 2))
        [x * x for x in «list[int]» if -99 < x < 99]
        [x + i for i, x in enumerate(«list[int]»)]
        [len(s) for s in «list[str]»]
        [ord(c) for c in «str»]
        [int(x) for x in «list[bool]»]
        list(map(len, «list[str]»))
        list(map(lambda x: x // 2, «list[int]»))
        list(filter(lambda x: x % 2 == 0, «list[int]»))
        sorted(«list[int]», key=lambda x: -x % 5)
        [a - b for a, b in zip(«list[int]», «list[int]»)]
        [sum(row) for row in «list[list[int]]»]
        list(«bytes»)
        list(itertools.accumulate(«list[int]»))
    """,
    "list[float]": """
        [x / 2 for x in «list[float]»]
        [float(x) for x in «list[int]»]
        [x / «int» for x in «list[int]»]
    """,
    "list[bool]": """
        [x > 0 for x in «list[int]»]
        [s == «str» for s in «list[str]»]
        [«bool»] * «small»
    """,
    "list[str]": """
        list(«str»)
        «str».split()
        «str».split(«sep»)
        «str».split(',', 1)
        «str».splitlines()
        [c for c in «str»]
        [s[::-1] for s in «list[str]»]
        [str(x) for x in «list[int]»]
        [s.lower() for s in «list[str]» if s]
        sorted(«list[str]», key=len)
        sorted(«list[str]», key=lambda s: s[::-1])
        [«str»[i:i + 2] for i in range(«small»)]
        sorted(set(«str»))
    """,
    "list[tuple[A, B]]": """
        [(a, b) for a, b in zip(«list[A]», «list[B]»)]
        list(itertools.product(«list[A]»[:2], «list[B]»[:2]))
        list(zip(«list[A]», «list[B]»))
        [(a, b) for a in «list[A]» for b in «list[B]»][:20]
    """,
    "list[tuple[int, A]]": """
        list(enumerate(«list[A]»))
        [(i, x) for i, x in enumerate(«list[A]»)]
    """,
    "list[tuple[K, A]]": """
        list(«dict[K, A]».items())
        sorted(«dict[K, A]».items(), key=lambda p: p[0])
    """,
    "list[list[T]]": """
        [[«T»] * 2 for _ in range(«small»)]
        [«list[T]», «list[T]»]
        [list(row) for row in «list[list[T]]»]
        [row[::-1] for row in «list[list[T]]»]
    """,
    "tuple[A, B]": """
        («A», «B»)
    """,
    "tuple[T, T]": """
        («T», «T»)
    """,
    "tuple[A, B, T]": """
        («A», «B», «T»)
    """,
    "tuple[int, int]": """
        ? divmod(«~int», «~int»)
    """,
    "dict[K, T]": """
        {k: «T» for k in «set[K]» if «bool»}
        dict(«list[tuple[K, T]]»)
        dict([(«K», «T»)])
        {«K»: «T»}
        {«K»: «T», «K»: «T»}
        {k: «T» for k in «list[K]»}
        dict(zip(«list[K]», «list[T]»))
        dict.fromkeys(«list[K]», «T»)
        «dict[K, T]».copy()
        dict(«dict[K, T]»)
        («dict[K, T]» | «dict[K, T]»)
        {**«dict[K, T]», «K»: «T»}
        {k: v for k, v in «dict[K, T]».items() if «bool»}
    """,
    "dict[str, int]": """
        dict(collections.Counter(«str»))
        dict(collections.Counter(«list[str]») + collections.Counter(«str»))
        {s: len(s) for s in «list[str]»}
        {c: «str».count(c) for c in «str»}
        dict(sorted(«dict[str, int]».items()))
    """,
    "dict[int, T]": """
        {i: x for i, x in enumerate(«list[T]»)}
    """,
    "set[K]": """
        {«K», «K»}
        set(«list[K]»)
        {x for x in «list[K]»}
        («set[K]» | «set[K]»)
        («set[K]» & «set[K]»)
        («set[K]» - «set[K]»)
        («set[K]» ^ «set[K]»)
        {k for k in «set[K]» if k != «K»}
        «set[K]».union(«set[K]»)
        «set[K]».copy()
        set(«dict[K, T]»)
    """,
    "set[str]": """
        set(«str»)
        {c for c in «str» if c != ' '}
    """,
    "T | None": """
        «T»
        «dict[K, T]».get(«K»)
        («T» if «bool» else None)
        next((x for x in «list[T]» if «bool»), None)
    """,
    "T": """
        (lambda x: x)(«T»)
        collections.deque([«T», «T»]).popleft()
        max([(0, «T»)], key=lambda p: p[0])[1]
        ? «list[list[T]]»[0][0]
        [«T»].pop()
        ? {«K»: «T»}.pop(«~K»)
        ? «list[T]»[«index»]
        ? «list[T]»[0]
        ? «list[T]»[-1]
        ? «dict[K, T]»[«K»]
        «dict[K, T]».get(«K», «T»)
        («list[T]» or [«T»])[0]
        («list[T]» + [«T»])[-1]
        («list[T]» + [«T»])[0]
        {**«dict[K, T]», «K»: «T»}[«K»]
        («T» if «bool» else «T»)
        «tuple[T, A]»[0]
        «tuple[A, T]»[1]
        (lambda: «T»)()
        next((x for x in «list[T]»), «T»)
    """,
    "O": """
        min(«O», «O»)
        ? max(«list[O]»)
        sorted([«O», «O»])[0]
    """,
}


def _safe(template: str) -> str:
    """The template in parentheses, unless whatever is put after it applies to all of it."""
    tree = ast.parse(HOLE.sub("h", template), mode="eval").body
    closed = ast.Call | ast.Name | ast.Attribute | ast.Subscript | ast.List | ast.Dict | ast.Set | ast.ListComp
    is_closed = isinstance(tree, closed | ast.DictComp | ast.SetComp | ast.JoinedStr | ast.GeneratorExp)
    return template if is_closed or tree.col_offset > 0 or isinstance(tree, ast.Tuple) else f"({template})"


def _all() -> tuple[Production, ...]:
    return tuple(
        Production(kind(result), _safe(line.strip().removeprefix("? ")), line.strip().startswith("? "))
        for result, text in _TEXT.items()
        for line in text.splitlines()
        if line.strip()
    )


def _of_records() -> Iterator[Production]:
    for record in RECORDS.values():
        this = f"«{record.name}»"
        arguments = ", ".join(f"«{type_}»" for _, type_ in record.fields)
        yield Production(kind(record.name), f"{record.name}({arguments})")
        for name, type_ in record.fields:
            yield Production(kind(type_), f"{this}.{name}")
        for call, type_ in record.methods:
            yield Production(kind(type_), f"{this}.{call}")
        if record.is_compared:
            yield Production(kind("bool"), f"({this} == {this})")


PRODUCTIONS: Final = (*_all(), *_of_records())
