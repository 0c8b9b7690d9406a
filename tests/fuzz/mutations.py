"""How values change in random programs: templates by the type of the variable, which is ``{v}``; ``{n}`` is a new name.

A template after a question mark is a rare one (see `productions`).
"""

from __future__ import annotations

from typing import Final

from tests.fuzz.kinds import Kind, kind
from tests.fuzz.records import RECORDS

_TEXT: Final = {
    "int": """
        {v} += «int»
        {v} -= «int»
        ? {v} *= «int»
        ? {v} //= «int»
        ? {v} %= «int»
        {v} &= «int»
        {v} ^= «int»
        {v} *= «small»
        {v} //= («int» | 1)
        {v} <<= «nat»
        {v} <<= 2
        ? {v} <<= 33
        {v} >>= 1
        {v} = {v} * 31 + «int» & 0xFFFFFFFF
        {v} = -{v}
        for {n} in «set[int]»:;    {v} += {n} % 9
        for {n} in «set[K]»:;    if {n} == «K»:;        {v} = «small»;        break
        for {n} in «set[int]»:;    if {n} > {v}:;        {v} = {n}
    """,
    "float": """
        {v} += «float»
        {v} *= «float»
        ? {v} /= «float»
        {v} -= «int»
        ? {v} //= «float»
        ? {v} %= «float»
    """,
    "bool": """
        {v} = not {v}
        {v} &= «bool»
        {v} = {v} or «bool»
    """,
    "str": """
        if len({v}) < 40:;    {v} += «str»
        if len({v}) < 40:;    {v} += «char»
        if len({v}) < 20:;    {v} *= «nat»
        {v} = {v}[«small»:]
    """,
    "list[T]": """
        if len({v}) < 24:;    {v}.append(«T»)
        if len({v}) < 24:;    {v}.append(«T»);    {v}.append(«T»)
        if len({v}) < 24:;    {v}.insert(«index», «T»)
        if len({v}) < 24:;    {v}.extend(«list[T]»[:9])
        if len({v}) < 24:;    {v} += «list[T]»[:9]
        if len({v}) < 24:;    {v}.extend(«T» for {n} in range(«nat»))
        {v}.extend({n} for {n} in {v} if len({v}) < 24)
        if len({v}) < 24:;    {v} = {v} + [«T»]
        if {v}:;    {v}.pop()
        ? {v}.pop()
        if {v}:;    {v}.pop(0)
        ? {v}.pop(«index»)
        ? {v}[«index»] = «T»
        if {v}:;    {v}[«index» % len({v})] = «T»
        ? {v}.remove(«T»)
        if {v}:;    {v}.remove({v}[-1])
        {v}.reverse()
        {v}.clear()
        {v} = {v}[1:]
        if {v}:;    del {v}[0]
        ? del {v}[«index»]
        del {v}[«small»:«small»]
        if len({v}) < 20:;    {v}[«small»:«small»] = «list[T]»[:5]
        {v}[:] = {v}[::-1]
        if {v}:;    {v}[0], {v}[-1] = {v}[-1], {v}[0]
        if len({v}) > 1:;    {n} = {v}.pop();    {v}.insert(1, {n})
        if len({v}) < 9:;    {v} *= «nat»
        {n}, *{v} = [«T», *{v}][:20]
        *{v}, {n} = [*{v}[:20], «T»]
        if len({v}) < 24:;    {v}[1:1] = [«T»]
        {n} = {v} = {v}[:9]
        while ({n} := len({v})) > 3:;    {v}.pop()
        if ({n} := len({v})) < 9:;    {v}.append(«T»)
        {n} = {v};if len({n}) < 24:;    {n}.append(«T»)
    """,
    "list[O]": """
        {v}.sort()
        {v}.sort(reverse=True)
        {v} = sorted({v})
    """,
    "list[int]": """
        ? {v}[«index»] += «int»
        if {v}:;    {v}[-1] += «int»
        {v}.sort(key=lambda x: -x)
        if len({v}) < 24:;    bisect.insort({v}, «int»)
        if len({v}) < 24:;    heapq.heappush({v}, «int»)
        {n} = collections.deque({v});{n}.appendleft(«int»);{v} = list({n})[:20]
        {n} = collections.deque({v}, maxlen=2);{n}.append(«int»);{n}.rotate(1);{v} = list({n})
        for {n} in range(len({v})):;    {v}[{n}] += {n}
        if {v}:;    heapq.heapify({v});    heapq.heappop({v})
    """,
    "list[str]": """
        {v}.sort(key=len)
        if {v} and len({v}[0]) < 30:;    {v}[0] += «str»
    """,
    "list[list[T]]": """
        if {v} and len({v}[0]) < 24:;    {v}[0].append(«T»)
        if {v} and {v}[-1]:;    {v}[-1][0] = «T»
        if {v} and {v}[0]:;    {v}[0].pop()
        for {n} in {v}:;    {n}.reverse()
        if 0 < len({v}) < 24:;    {v}.append({v}[0][:5])
    """,
    "list[list[int]]": """
        if {v} and {v}[0]:;    {v}[0][-1] += «int»
    """,
    "dict[K, T]": """
        {v}[«K»] = «T»
        if len({v}) < 24:;    {v}[«K»] = «T»;    {v}[«K»] = «T»
        ? {v}.pop(«K»)
        {n} = {v}.pop(«~K», «~T»)
        ? del {v}[«K»]
        if {v}:;    {n} = next(iter({v}));    del {v}[{n}];    {v}[{n}] = «T»
        {v}.update(«dict[K, T]»)
        {v} |= «dict[K, T]»
        {v}.clear()
        {n} = {v}.setdefault(«~K», «~T»)
        ? {v}.popitem()
        for {n} in {v}:;    if {n} == «K»:;        del {v}[{n}];        {v}[«K»] = «T»
        if «K» in {v}:;    {v}[«K»] = «T»
        {v} = {**{v}, «K»: «T»}
    """,
    "dict[K, int]": """
        {n} = «K»;{v}[{n}] = {v}.get({n}, 0) + 1
        ? {v}[«K»] += «int»
        for {n} in {v}:;    {v}[{n}] += 1
        {n} = collections.defaultdict(int, {v});{n}[«K»] += «nat»;{v} = dict({n})
        {n} = collections.Counter({v});{n}[«K»] += 1;{v} = dict({n})
    """,
    "dict[K, list[T]]": """
        {n} = «K»;if len({v}.setdefault({n}, [])) < 24:;    {v}[{n}].append(«T»)
        {n} = «K»;if {n} in {v} and {v}[{n}]:;    {v}[{n}].pop()
        {n} = «K»;if {n} not in {v}:;    {v}[{n}] = []
        {n} = «K»;if {n} in {v} and len({v}[{n}]) < 24:;    {v}[{n}] += {v}.pop({n})
    """,
    "set[K]": """
        {v}.add(«K»)
        {v}.discard(«K»)
        ? {v}.remove(«K»)
        if «K» in {v}:;    {v}.remove(«K»)
        {v}.update(«list[K]»)
        {v}.update({n} for {n} in «list[K]» if len({v}) < 24)
        for {n} in «set[K]»:;    {v}.discard({n})
        {v} |= «set[K]»
        {v} -= «set[K]»
        {v} &= «set[K]»
        {v}.clear()
    """,
    "T | None": """
        {v} = None
        {v} = «T»
        if {v} is None:;    {v} = «T»
    """,
    "tuple[A, B]": """
        {v} = ({v}[0], «B»)
        {v} = («A», {v}[1])
    """,
}


def _all() -> tuple[tuple[Kind, str, bool], ...]:
    found = [
        (kind(pattern), line.strip().removeprefix("? ").replace(";", "\n"), line.strip().startswith("? "))
        for pattern, text in _TEXT.items()
        for line in text.splitlines()
        if line.strip()
    ]
    for record in RECORDS.values():
        this = kind(record.name)
        found += [(this, f"{{n}} = {{v}}.{call}", False) for call, _ in record.methods]
        if not record.is_frozen:
            found += [(this, f"{{v}}.{name} = «{type_}»", False) for name, type_ in record.fields]
            found += [(this, f"{{v}}.{name} += 1", False) for name, type_ in record.fields if type_ == "int"]
    return tuple(found)


MUTATIONS: Final = _all()

LOOPS: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("int",), "range(«small»)"),
    (("int",), "range(«small», «nat» + 4)"),
    (("int",), "range(«nat», -2, -1)"),
    (("int",), "range(len(«list[T]»))"),
    (("int",), "range(len(«str»))"),
    (("T",), "«list[T]»"),
    (("T",), "«list[T]»"),
    (("T",), "«list[T]»[::-1]"),
    (("T",), "reversed(«list[T]»)"),
    (("T",), "list(«list[T]»)"),
    (("T",), "(«T», «T»)"),
    (("O",), "sorted(«list[O]»)"),
    (("str",), "«str»"),
    (("str",), "«str».split()"),
    (("int",), "«bytes»"),
    (("K",), "«dict[K, T]»"),
    (("K",), "sorted(«set[K]»)"),
    (("K",), "list(«dict[K, T]»)"),
    (("T",), "«dict[K, T]».values()"),
    (("K", "T"), "«dict[K, T]».items()"),
    (("K", "T"), "list(«dict[K, T]».items())"),
    (("K", "T"), "sorted(«dict[K, T]».items(), key=lambda p: p[0])"),
    (("int", "T"), "enumerate(«list[T]»)"),
    (("int", "T"), "enumerate(«list[T]», 1)"),
    (("int", "str"), "enumerate(«str»)"),
    (("A", "B"), "zip(«list[A]», «list[B]»)"),
    (("A", "B"), "«list[tuple[A, B]]»"),
    (("str", "T"), "zip(«str», «list[T]»)"),
    (("int", "int"), "itertools.pairwise(«list[int]»)"),
)
"""What loops go over, with the types of their targets."""
