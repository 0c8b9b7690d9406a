"""The runtime's C functions for lists, strings and bytes do what CPython's methods and operators do."""

from __future__ import annotations

import array
import ctypes
import math
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb import traps
from tests.unit.runtime_cases import INTEGERS, outcome, same
from tests.unit.runtime_native import List, Runtime, Trapped, loaded

if TYPE_CHECKING:
    from collections.abc import Callable

LINE = 9

INDEX = st.one_of(st.integers(-12, 12), st.sampled_from(INTEGERS))
SLICE = st.tuples(INDEX, INDEX, st.one_of(st.integers(-3, 3), st.sampled_from(INTEGERS)), st.integers(0, 3))
INT = st.one_of(st.integers(-2, 2), st.integers(-(2**63), 2**63 - 1))
FLOAT = st.one_of(st.sampled_from((0.0, -0.0, 1.0, 2.0)), st.floats())
ITEMS: dict[str, st.SearchStrategy[Any]] = {
    "q": INT,
    "d": FLOAT,
    "B": st.integers(0, 1),
    "I": st.integers(0, 2**32 - 1),
}
SIZE = {"q": 8, "d": 8, "B": 1, "I": 4}
NAME = {"q": "i64", "d": "f64", "B": "bool"}
TEXT = st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from("ab")), max_size=20)
FEW_LETTERS = st.text("ab", max_size=40)


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    """The compiled sources."""
    return loaded()


def taken(given: tuple[int, int, int, int]) -> slice:
    """The slice that these four arguments mean."""
    low, high, step, has = given
    return slice(low if has & 1 else None, high if has & 2 else None, step)


def agrees(expected: object, actual: object) -> bool:
    """Equal by representation, which tells -0.0 from 0.0 and True from 1; or the same kind of exception."""
    if isinstance(actual, Trapped):
        return isinstance(expected, Exception) and traps.BY_CODE[actual.code].exception == type(expected).__name__
    return repr(expected) == repr(actual)


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
    if item != item and any(z != z for z in a):
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


@pytest.mark.parametrize("family", ["str", "bytes"])
@given(data=st.data())
def test_text_and_bytes(runtime: Runtime, family: str, data: st.DataObject) -> None:
    """Slices, concatenation, repetition, comparison, search."""
    a, b = data.draw(st.one_of(TEXT, FEW_LETTERS)), data.draw(st.one_of(TEXT, st.text("ab", max_size=4)))
    check_family(runtime, family, a, b, data)


def check_family(runtime: Runtime, family: str, first: str, second: str, data: st.DataObject) -> None:
    """One pair of texts, as text or as bytes."""
    make: Callable[[Any], int] = runtime.text if family == "str" else runtime.octets
    read = runtime.read_text if family == "str" else runtime.read_octets
    a: Any = first if family == "str" else first.encode("utf-8", "surrogatepass")
    b: Any = second if family == "str" else second.encode("utf-8", "surrogatepass")
    b = data.draw(st.sampled_from((b, a[1:4], a[:3] + b)))
    x, y, name = make(a), make(b), f"hnb_{family}"
    cut, times = data.draw(SLICE), data.draw(st.integers(-2, 4))
    assert agrees(outcome(lambda: a[taken(cut)]), read(runtime.call(f"{name}_slice", x, *cut, LINE)))
    assert agrees(a + b, read(runtime.call(f"{name}_concat", x, y, LINE)))
    assert agrees(a * times, read(runtime.call(f"{name}_repeat", x, times, LINE)))
    assert runtime.small(f"{name}_cmp", x, y) == (a > b) - (a < b)
    assert runtime.small(f"{name}_eq", x, y) == (a == b)
    assert runtime.small(f"{name}_eq", x, make(a)) == 1
    assert runtime.call(f"{name}_find", x, y) == a.find(b)
    assert runtime.call(f"{name}_count", x, y) == a.count(b)
    held = make(a)
    count = ctypes.c_int32.from_address(held)
    count.value = 2
    grown = runtime.call(f"{name}_append", held, y, LINE)
    assert (read(grown), read(held), count.value) == (a + b, a, 1)
    for _ in range(data.draw(st.integers(0, 4))):
        before = read(grown)
        itself = data.draw(st.booleans())
        assert isinstance(grown, int)
        grown = runtime.call(f"{name}_append", grown, grown if itself else y, LINE)
        assert read(grown) == before + (before if itself else b)  # type: ignore[operator]


@pytest.mark.parametrize("family", ["str", "bytes"])
@pytest.mark.parametrize("needle", ["a" * 50 + "b", "b" + "a" * 50, "ab" * 25 + "c", "a" * 60, "aab" * 20])
@pytest.mark.parametrize("hay", ["a" * 3000, "ab" * 1500, "aab" * 1000, "a" * 2999 + "b", "ab" * 1500 + "c"])
def test_search_beyond_its_budget(runtime: Runtime, family: str, hay: str, needle: str) -> None:
    """Text on which a plain search is quadratic goes through the two-way method; also where nothing is left."""
    make: Callable[[Any], int] = runtime.text if family == "str" else lambda text: runtime.octets(text.encode())
    for text in (hay, hay[:60], hay + needle, hay + needle * 2, needle[1:] * 40 + needle):
        assert runtime.call(f"hnb_{family}_find", make(text), make(needle)) == text.find(needle)
        assert runtime.call(f"hnb_{family}_count", make(text), make(needle)) == text.count(needle)


@given(text=TEXT)
def test_text_to_utf8(runtime: Runtime, text: str) -> None:
    """And the lone surrogate that has no UTF-8."""
    size = ctypes.c_uint32()
    result = runtime.call("hnb_str_encode", runtime.text(text), ctypes.addressof(size), LINE)
    expected = outcome(text.encode)
    assert agrees(expected, ctypes.string_at(result, size.value) if isinstance(result, int) else result)


PIECES = (
    b"\x41",
    b"\x80",
    b"\xbf",
    b"\xc0",
    b"\xc2",
    b"\xdf",
    b"\xe0\x9f",
    b"\xe0\xa0",
    b"\xed\xa0\x80",
    b"\xef\xbf\xbf",
)
MORE_PIECES = (
    b"\xf0\x8f",
    b"\xf0\x90\x80\x80",
    b"\xf4\x8f\xbf\xbf",
    b"\xf4\x90\x80\x80",
    b"\xf5",
    b"\xff",
    b"\xc3\xa9",
)


@given(
    raw=st.one_of(
        TEXT.map(lambda t: t.encode("utf-8", "surrogatepass")),
        st.binary(max_size=6),
        st.lists(st.sampled_from(PIECES + MORE_PIECES), max_size=4).map(b"".join),
    )
)
def test_utf8_to_text(runtime: Runtime, raw: bytes) -> None:
    """Exactly what CPython accepts; the rest is trap 54."""
    data = ctypes.create_string_buffer(raw, len(raw) + 1)
    result = runtime.read_text(runtime.call("hnb_str_decode", ctypes.addressof(data), len(raw), LINE))
    expected = outcome(raw.decode)
    assert result == Trapped(54, LINE) if isinstance(expected, UnicodeDecodeError) else result == expected


NUMERALS = st.one_of(
    st.integers(-(2**65), 2**65).map(str),
    st.integers(-3, 3).map(lambda d: str(2**63 + d)),
    st.text("0179_+- \t\n\x1c\x0bx", max_size=8),
    st.builds(
        lambda n, tail: "0" * n + tail,
        st.sampled_from((1, 19, 20, 4299, 4300, 4301)),
        st.sampled_from(("", "7", "_9", "x")),
    ),
)


@given(text=NUMERALS)
def test_text_to_integer(runtime: Runtime, text: str) -> None:
    """int(s), with the limit on digits."""
    assert same(outcome(int, text), runtime.call("hnb_str_to_int", runtime.text(text), LINE))


def test_text_beyond_ascii_to_integer(runtime: Runtime) -> None:
    """CPython knows digits of many scripts; here they are a declared limit."""
    assert runtime.call("hnb_str_to_int", runtime.text("\u0663"), LINE) == Trapped(53, LINE)
    assert 53 in traps.LIMITS


@given(value=st.one_of(INT, st.sampled_from(INTEGERS)))
def test_integer_to_text(runtime: Runtime, value: int) -> None:
    """str(n)."""
    assert runtime.read_text(runtime.call("hnb_str_from_int", value, LINE)) == str(value)


@given(parts=st.lists(TEXT, max_size=5), separator=TEXT)
def test_join(runtime: Runtime, parts: list[str], separator: str) -> None:
    """sep.join(parts)."""
    listed = runtime.list([runtime.text(part) for part in parts], "Q")
    assert runtime.read_text(runtime.call("hnb_str_join", runtime.text(separator), listed, LINE)) == separator.join(
        parts
    )


def test_sizes_beyond_memory_are_memory_errors(runtime: Runtime) -> None:
    """n * es is checked before it is multiplied in 32 bits."""
    x, s, b = runtime.list([1, 2, 3], "q"), runtime.text("abc"), runtime.octets(b"abc")
    for n in (2**29, 2**30, 2**32, 2**32 + 1, 2**61, 2**63 - 1):
        assert runtime.call("hnb_list_new", n, 8, LINE) == Trapped(17, LINE)
        assert runtime.call("hnb_list_repeat", x, n, 8, LINE) == Trapped(17, LINE)
        assert runtime.call("hnb_str_repeat", s, n, LINE) == Trapped(17, LINE)
        assert runtime.call("hnb_bytes_repeat", b, 3 * n if n < 2**32 else n, LINE) == Trapped(17, LINE)
        assert runtime.call("hnb_str_new", n, LINE) == Trapped(17, LINE)
    assert runtime.call("hnb_bytes_new", 2**32 - 8, LINE) == Trapped(17, LINE)
    for new in ("hnb_str_new", "hnb_bytes_new"):
        address = runtime.call(new, -5, LINE)
        assert isinstance(address, int)
        assert ctypes.c_uint32.from_address(address + 4).value == 0
