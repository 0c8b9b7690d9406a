"""The runtime's C functions for lists do what CPython's methods and operators do."""

from __future__ import annotations

import array
import ctypes
import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.runtime_cases import LINE, outcome
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


@pytest.mark.parametrize("kind", "qdB")
@given(data=st.data())
def test_lists_sorted(runtime: Runtime, kind: str, data: st.DataObject) -> None:
    """Ascending and stable (-0.0 and 0.0 are equal and keep their order); a NaN among several is the declared limit."""
    size = data.draw(st.sampled_from((0, 1, 2, 23, 24, 25, 48, 49, 97, 200)))
    items = data.draw(
        st.lists(
            st.one_of(ITEMS[kind], st.sampled_from([0, 1] if kind != "d" else [0.0, -0.0])),
            min_size=size,
            max_size=size,
        )
    )
    items = data.draw(st.sampled_from((items, sorted(items), sorted(items)[::-1])))
    x = runtime.list(items, kind)
    result = runtime.call(f"hnb_list_sort_{NAME[kind]}", x, LINE)
    if size > 1 and any(math.isnan(item) for item in items):
        assert result == Trapped(52, LINE)
    else:
        assert agrees(sorted(items), runtime.read_list(x, kind))
