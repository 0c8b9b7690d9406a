"""The runtime's C functions for lists do what CPython's methods and operators do."""

from __future__ import annotations

import array
import ctypes
import math
import random
from collections import deque
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb.toolchains.native.linking.llvm import compile_module
from tests.unit.ir_programs import TRAP, run
from tests.unit.runtime_cases import LINE, Numbers, outcome
from tests.unit.runtime_native import List, Runtime, Trapped, loaded
from tests.unit.runtime_sequences import INDEX, INT, SLICE, agrees, taken

if TYPE_CHECKING:
    from collections.abc import Callable


FLOAT = st.one_of(st.sampled_from((0.0, -0.0, 1.0, 2.0)), st.floats())
ITEMS: dict[str, st.SearchStrategy[Any]] = {
    "q": INT,
    "d": FLOAT,
    "B": st.integers(0, 1),
    "I": st.integers(0, 2**32 - 1),
}
SIZE = {"q": 8, "d": 8, "B": 1, "I": 4}
NAME = {"q": "i64", "d": "f64", "B": "bool"}


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    """The compiled sources."""
    return loaded()


kinds = pytest.mark.parametrize("kind", "qdBI")


@kinds
@given(data=st.data())
def test_lists_made_of_lists(runtime: Runtime, kind: str, data: st.DataObject) -> None:
    """Slices, concatenation, repetition, copies, reversal."""
    a, b = data.draw(st.lists(ITEMS[kind], max_size=30)), data.draw(st.lists(ITEMS[kind], max_size=5))
    x, y, es = runtime.list(a, kind), runtime.list(b, kind), SIZE[kind]
    cut, times = data.draw(SLICE), data.draw(st.integers(-2, 5))
    assert agrees(
        outcome(lambda: a[taken(cut)]), runtime.read_list(runtime.call("hnb_list_slice", x, *cut, es, LINE), kind)
    )
    assert agrees(a + b, runtime.read_list(runtime.call("hnb_list_concat", x, y, es, LINE), kind))
    assert agrees(a * times, runtime.read_list(runtime.call("hnb_list_repeat", x, times, es, LINE), kind))
    copy = runtime.call("hnb_list_copy", x, es, LINE)
    assert isinstance(copy, int)
    runtime.call("hnb_list_reverse", copy, es)
    assert agrees(a[::-1], runtime.read_list(copy, kind))
    assert agrees(a, runtime.read_list(x, kind))


@kinds
@given(data=st.data())
def test_lists_changed_in_place(runtime: Runtime, kind: str, data: st.DataObject) -> None:
    """append, extend (also by itself), pop and insert, in any order."""
    items = data.draw(st.lists(ITEMS[kind], max_size=10))
    more = data.draw(st.lists(ITEMS[kind], max_size=5))
    x, y, es = runtime.list(items, kind), runtime.list(more, kind), SIZE[kind]
    head = List.from_address(x)
    for step in data.draw(st.lists(st.sampled_from(("append", "extend", "double", "pop", "insert")), max_size=12)):
        item, index = data.draw(ITEMS[kind]), data.draw(INDEX)
        raw = array.array(kind, [item]).tobytes()
        if step == "append":
            runtime.call("hnb_list_grow", x, es, LINE)
            ctypes.memmove(head.data + head.len * es, raw, es)
            head.len += 1
            items.append(item)
        elif step == "extend":
            runtime.call("hnb_list_extend", x, y, es, LINE)
            items.extend(more)
        elif step == "double" and len(items) < 100:
            runtime.call("hnb_list_extend", x, x, es, LINE)
            items.extend(items)
        elif step == "pop":
            expected, code = outcome(items.pop, index), 31
            result = runtime.call("hnb_list_delete", x, index, es, LINE, code)
            assert isinstance(result, Trapped) == isinstance(expected, IndexError)
        elif step == "insert":
            place = runtime.call("hnb_list_insert", x, index, es, LINE)
            assert isinstance(place, int)
            ctypes.memmove(head.data + place * es, raw, es)
            items.insert(index, item)
        assert agrees(items, runtime.read_list(x, kind))
    runtime.call("hnb_list_free", x, es)
    assert ctypes.c_int64.in_dll(runtime.library, "hnb_test_wrong_sizes").value == 0


@given(data=st.data())
@pytest.mark.parametrize("es", [1, 2, 4, 8, 12, 16, 24, 40])
def test_items_of_any_size(runtime: Runtime, es: int, data: st.DataObject) -> None:
    """Everything that moves items, for items that are structures: a list of blocks of bytes against Python's."""
    blocks = st.integers(0, 255).map(lambda n: bytes((n + i) % 256 for i in range(es)))
    items, more = data.draw(st.lists(blocks, max_size=12)), data.draw(st.lists(blocks, max_size=6))
    lists = Blocks(runtime, es)
    x, y = lists.new(items), lists.new(more)
    cut, times = data.draw(SLICE), data.draw(st.integers(-2, 3))
    assert agrees(outcome(lambda: items[taken(cut)]), lists.read(runtime.call("hnb_list_slice", x, *cut, es, LINE)))
    assert items + more == lists.read(runtime.call("hnb_list_concat", x, y, es, LINE))
    assert items * times == lists.read(runtime.call("hnb_list_repeat", x, times, es, LINE))
    for step in data.draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=6)):
        lists.change(step, x, y, items, more, data)
        assert lists.read(x) == items
    assert lists.read(y) == more
    runtime.call("hnb_list_free", x, es)
    runtime.call("hnb_list_free", y, es)
    assert ctypes.c_int64.in_dll(runtime.library, "hnb_test_wrong_sizes").value == 0


CHANGES = ("reverse", "rotate", "pop", "insert", "extend", "delete slice", "set slice", "own slice", "set steps")


class Blocks:
    """Lists of blocks of ``es`` bytes, and changes made to one and to Python's."""

    def __init__(self, runtime: Runtime, es: int) -> None:
        self.runtime, self.es = runtime, es

    def new(self, items: list[bytes]) -> int:
        """The address of a new list."""
        address = self.runtime.call("hnb_list_new", len(items), self.es, LINE)
        assert isinstance(address, int)
        if items:
            ctypes.memmove(List.from_address(address).data, b"".join(items), len(items) * self.es)
        return address

    def read(self, address: object) -> object:
        """The items; a Trapped passes through."""
        if not isinstance(address, int):
            return address
        head = List.from_address(address)
        assert head.len <= head.cap
        whole = ctypes.string_at(head.data, head.len * self.es) if head.len else b""
        return [whole[at : at + self.es] for at in range(0, len(whole), self.es)]

    def change(self, step: str, x: int, y: int, items: list[bytes], more: list[bytes], data: st.DataObject) -> None:
        """One change of the list x and of its model ``items``; y and ``more`` are another list."""
        call, es = self.runtime.call, self.es
        low, high, apart, has = data.draw(SLICE)
        if step == "reverse":
            call("hnb_list_reverse", x, es)
            items.reverse()
        elif step == "rotate":
            call("hnb_list_rotate", x, low, es)
            turned = deque(items)
            turned.rotate(low)
            items[:] = turned
        elif step == "pop":
            got = call("hnb_list_delete", x, low, es, LINE, 31)
            assert isinstance(got, Trapped) == isinstance(outcome(items.pop, low), IndexError)
        elif step == "insert" and more:
            place = call("hnb_list_insert", x, low, es, LINE)
            assert isinstance(place, int)
            ctypes.memmove(List.from_address(x).data + place * es, more[0], es)
            items.insert(low, more[0])
        elif step == "extend":
            call("hnb_list_extend", x, y, es, LINE)
            items.extend(more)
        elif step == "delete slice":
            got = call("hnb_list_delete_slice", x, low, high, apart, has, es, LINE)
            assert not isinstance(got, Trapped) or (got == Trapped(21, LINE) and apart == 0)
            if apart:
                del items[taken((low, high, apart, has))]
        elif step in {"set slice", "own slice"}:
            own = step == "own slice" and len(items) < 50
            call("hnb_list_set_slice", x, low, high, has, x if own else y, es, LINE)
            items[taken((low, high, 1, has))] = items if own else more
        elif step == "set steps":
            self._set_steps(x, y, items, more, (low, high, apart, has), own=data.draw(st.booleans()))

    def _set_steps(
        self, x: int, y: int, items: list[bytes], more: list[bytes], cut: tuple[int, int, int, int], *, own: bool
    ) -> None:
        """Also with as many items as the slice has, which chance does not give."""
        place = taken(cut)
        fitting = place.step and not own and more
        other = [more[n % len(more)] for n in range(len(items[place]))] if fitting else more
        source = x if own else self.new(other) if fitting else y
        expected = outcome(items.__setitem__, place, list(items) if own else other)
        got = self.runtime.call("hnb_list_set_steps", x, *cut, source, self.es, LINE)
        if isinstance(expected, ValueError):
            assert got == Trapped(110 if place.step else 21, LINE)
        else:
            assert not isinstance(got, Trapped)


def nans_meet(a: list[Any], b: list[Any]) -> bool:
    """Whether the first items that differ by == are two NaNs: then CPython's answer depends on their identity."""
    pair = next(((x, y) for x, y in zip(a, b, strict=False) if x != y), None)
    return pair is not None and pair[0] != pair[0] and pair[1] != pair[1]


@pytest.mark.parametrize("kind", "qdB")
@given(data=st.data())
def test_lists_compared_and_searched(runtime: Runtime, kind: str, data: st.DataObject) -> None:
    """==, <, <=, >, >=, index and count; where two NaNs meet, the declared limit."""
    a = data.draw(st.lists(ITEMS[kind], max_size=8))
    b = data.draw(st.one_of(st.just(list(a)), st.just(a[:-1]), st.lists(ITEMS[kind], max_size=8)))
    x, y = runtime.list(a, kind), runtime.list(b, kind)
    operators: tuple[Callable[[Any, Any], bool], ...] = (
        *(lambda p, q: p < q, lambda p, q: p <= q, lambda p, q: p > q),
        lambda p, q: p >= q,
    )
    for op, compare in enumerate(operators):
        got = runtime.small(f"hnb_list_cmp_{NAME[kind]}", x, y, op)
        assert got == (Trapped(55, 0) if nans_meet(a, b) else compare(a, b))
    got = runtime.small(f"hnb_list_eq_{NAME[kind]}", x, y)
    limit = nans_meet(a, b) and len(a) == len(b)
    assert got == (Trapped(55, 0) if limit else a == b and not nans_meet(a, b))
    item = data.draw(st.one_of(ITEMS[kind], st.sampled_from(a or [0 if kind != "d" else 0.0])))
    if math.isnan(item) and any(math.isnan(z) for z in a):
        assert runtime.call(f"hnb_list_find_{NAME[kind]}", x, item) == Trapped(55, 0)
        return
    assert runtime.call(f"hnb_list_find_{NAME[kind]}", x, item) == (a.index(item) if item in a else -1)
    assert runtime.call(f"hnb_list_count_{NAME[kind]}", x, item) == a.count(item)


SIZES = st.sampled_from((0, 1, 2, 15, 16, 17, 23, 24, 25, 48, 49, 97, 200))


def shapes(items: list[Any]) -> st.SearchStrategy[list[Any]]:
    """The same items in orders that a sort may meet."""
    ordered = sorted(items)
    third = len(items) // 3
    return st.sampled_from(
        (
            *(items, ordered, ordered[::-1], ordered[third:] + ordered[:third], ordered[:-1] + ordered[:1]),
            *(ordered[::-1][third:] + ordered[: third + 1], ordered[::2] + ordered[1::2]),
        )
    )


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("kind", "qdBI")
@given(data=st.data())
def test_lists_sorted(runtime: Runtime, kind: str, data: st.DataObject, *, reverse: bool) -> None:
    """Stable (-0.0 and 0.0 are equal and keep their order); a NaN among several is the declared limit."""
    size = data.draw(SIZES)
    item = st.one_of(ITEMS[kind], st.sampled_from([0, 1] if kind != "d" else [0.0, -0.0]))
    items = data.draw(shapes(data.draw(st.lists(item, min_size=size, max_size=size))))
    x = runtime.list(items, kind)
    name = {**NAME, "I": "char"}[kind]
    result = runtime.call(f"hnb_list_sort_{'down_' if reverse else ''}{name}", x, LINE)
    if len(items) > 1 and any(math.isnan(item) for item in items):
        assert result == Trapped(52, LINE)
    else:
        assert agrees(sorted(items, reverse=reverse), runtime.read_list(x, kind))


@pytest.mark.parametrize("count", [99, 100, 999, 1000, 3000])
@pytest.mark.parametrize("kind", "qd")
def test_many_numbers_sorted(runtime: Runtime, kind: str, count: int) -> None:
    """Long lists are sorted by digits: all ranges, all signs, and zeros of both signs in their order."""
    numbers = Numbers(count)
    small, wide = (lambda: numbers.randint(-200, 200)), numbers.integer
    makers: list[Callable[[], float]] = [small, wide, lambda: numbers.randint(2**62, 2**63 - 1)]
    if kind == "d":
        signed = numbers.choice
        makers = [
            lambda: numbers.uniform(-1, 1),
            lambda: signed((0.0, -0.0, 1.5, -1.5)),
            lambda: signed((-0.0, math.inf)),
        ]
        makers += [lambda: signed((-math.inf, 5e-324, -5e-324, -1e300)), lambda: float(numbers.integer())]
    for make in makers:
        items = [make() for _ in range(count)]
        for reverse in (False, True):
            x = runtime.list(items, kind)
            runtime.call(f"hnb_list_sort_{'down_' if reverse else ''}{NAME[kind]}", x, LINE)
            assert agrees(sorted(items, reverse=reverse), runtime.read_list(x, kind))


def less(runtime: Runtime, counted: list[int]) -> Any:
    """A C function that compares two unsigned 32-bit integers, ignoring their low 4 bits, and counts its calls."""

    def compare(a: int, b: int) -> int:
        counted[0] += 1
        return ctypes.c_uint32.from_address(a).value >> 4 < ctypes.c_uint32.from_address(b).value >> 4

    return ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p)(compare)


def sort_with(runtime: Runtime, keys: list[int], es: int, *, own: bool, reverse: bool) -> int:
    """Sort by the comparison above and check the order; how often it compared."""
    lists, counted = Blocks(runtime, es), [0]
    items = [key.to_bytes(4, "little") + bytes([n % 256] * (es - 4)) for n, key in enumerate(keys)]
    x, y = lists.new(items), runtime.list(keys, "I")
    compare = less(runtime, counted)
    address = ctypes.cast(compare, ctypes.c_void_p).value
    assert address is not None
    runtime.call("hnb_sort_with", x, es, 0 if own else y, 4, address, int(reverse), LINE)
    order = sorted(range(len(keys)), key=lambda n: keys[n] >> 4, reverse=reverse)
    assert lists.read(x) == [items[n] for n in order]
    assert runtime.read_list(y, "I") == keys
    runtime.call("hnb_list_free", x, es)
    assert ctypes.c_int64.in_dll(runtime.library, "hnb_test_wrong_sizes").value == 0
    return counted[0]


@given(data=st.data(), own=st.booleans(), reverse=st.booleans(), es=st.sampled_from((4, 8, 12, 24, 40)))
def test_sorted_by_a_comparison(runtime: Runtime, data: st.DataObject, es: int, *, own: bool, reverse: bool) -> None:
    """Items of any size by keys of their own or of another list, stable both ways."""
    size = data.draw(SIZES)
    keys = data.draw(shapes(data.draw(st.lists(st.integers(0, 255), min_size=size, max_size=size))))
    sort_with(runtime, keys, es, own=own, reverse=reverse)


def test_few_comparisons(runtime: Runtime) -> None:
    """Where runs are there already a sort compares little more than once an item; else about n log2 n."""
    n, numbers = 4096, random.Random(5)
    ordered = [k << 4 for k in range(n)]
    chance = numbers.sample(ordered, n)
    for keys, most in (
        *((ordered, n), (ordered[::-1], n), (ordered[n // 2 :] + ordered[: n // 2], n + n // 4)),
        *((ordered[:-5] + numbers.sample(ordered[-5:], 5), n + 200), (ordered + chance[:20], n + 500)),
        *((chance[:20] + ordered, n + 500), (chance, 12 * n)),
    ):
        assert sort_with(runtime, keys, 4, own=True, reverse=False) <= most
    assert sort_with(runtime, ordered[::-1], 4, own=True, reverse=True) <= n


@pytest.mark.parametrize("kind", "qd")
@given(data=st.data(), reverse=st.booleans(), es=st.sampled_from((4, 8, 24)))
def test_sorted_by_numbers(runtime: Runtime, kind: str, data: st.DataObject, es: int, *, reverse: bool) -> None:
    """Items by a list of int or float keys, stable both ways; a NaN among several is the declared limit."""
    size = data.draw(SIZES)
    key = st.one_of(ITEMS[kind], st.sampled_from([0, 1] if kind != "d" else [0.0, -0.0]))
    keys = data.draw(shapes(data.draw(st.lists(key, min_size=size, max_size=size))))
    lists = Blocks(runtime, es)
    items = [n.to_bytes(es, "little") for n in range(len(keys))]
    x, y = lists.new(items), runtime.list(keys, kind)
    result = runtime.call(f"hnb_sort_by_{NAME[kind]}", x, es, y, int(reverse), LINE)
    if len(keys) > 1 and any(math.isnan(key) for key in keys):
        assert result == Trapped(52, LINE)
    else:
        assert lists.read(x) == [items[n] for n in sorted(range(len(keys)), key=keys.__getitem__, reverse=reverse)]


SORTED_IN_WASM = (
    TRAP
    + """
declare ptr @hnb_list_new(i64, i32, i32)
declare void @hnb_sort_with(ptr, i32, ptr, i32, ptr, i32, i32)
define internal i32 @up(ptr %a, ptr %b) {
  %x = load i64, ptr %a
  %y = load i64, ptr %b
  %c = icmp slt i64 %x, %y
  %r = zext i1 %c to i32
  ret i32 %r
}
define internal i32 @odd_first(ptr %a, ptr %b) {
  %x = load i64, ptr %a
  %y = load i64, ptr %b
  %p = and i64 %x, 1
  %q = and i64 %y, 1
  %c = icmp ugt i64 %p, %q
  %r = zext i1 %c to i32
  ret i32 %r
}
define i64 @run(i64 %n, i32 %odd) {
  %l = call ptr @hnb_list_new(i64 %n, i32 8, i32 1)
  %dp = getelementptr i8, ptr %l, i32 12
  %d = load ptr, ptr %dp
  br label %loop
loop:
  %i = phi i64 [0, %0], [%i2, %loop]
  %x = mul i64 %i, 7
  %v = urem i64 %x, %n
  %k = trunc i64 %i to i32
  %p = getelementptr i64, ptr %d, i32 %k
  store i64 %v, ptr %p
  %i2 = add i64 %i, 1
  %c = icmp slt i64 %i2, %n
  br i1 %c, label %loop, label %sort
sort:
  %o = icmp ne i32 %odd, 0
  %f = select i1 %o, ptr @odd_first, ptr @up
  call void @hnb_sort_with(ptr %l, i32 8, ptr null, i32 0, ptr %f, i32 0, i32 3)
  %e = load ptr, ptr %dp
  br label %fold
fold:
  %j = phi i32 [0, %sort], [%j2, %fold]
  %s = phi i64 [0, %sort], [%s2, %fold]
  %q = getelementptr i64, ptr %e, i32 %j
  %w = load i64, ptr %q
  %t = mul i64 %s, 31
  %s2 = add i64 %t, %w
  %j2 = add i32 %j, 1
  %m = trunc i64 %n to i32
  %g = icmp slt i32 %j2, %m
  br i1 %g, label %fold, label %done
done:
  ret i64 %s2
}
"""
)
"""``run(n, odd)``: 7 * i % n for each i, sorted ascending or odd ones first, folded into one number."""


@pytest.mark.parametrize("odd", [0, 1])
def test_comparison_of_the_program(odd: int) -> None:
    """In a sealed module: the runtime calls a function of the program through the table."""
    keys = (lambda x: x, lambda x: -(x & 1))
    expected = 0
    for item in sorted((7 * i % 500 for i in range(500)), key=keys[odd]):
        expected = (expected * 31 + item) % 2**64
    assert run(compile_module(SORTED_IN_WASM), 500, odd) % 2**64 == expected
