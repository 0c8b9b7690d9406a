"""The runtime's C functions for strings and bytes do what CPython's methods and operators do."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb import traps
from tests.unit.runtime_cases import INTEGERS, LINE, outcome, same
from tests.unit.runtime_native import Runtime, Trapped, loaded
from tests.unit.runtime_sequences import INT, SLICE, agrees, taken

if TYPE_CHECKING:
    from collections.abc import Callable

TEXT = st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from("ab")), max_size=20)
FEW_LETTERS = st.text("ab", max_size=40)


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    """The compiled sources."""
    return loaded()


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


@given(text=TEXT.filter(lambda t: not any("\ud800" <= c <= "\udfff" for c in t)))
def test_utf8_to_text(runtime: Runtime, text: str) -> None:
    """All text that UTF-8 can carry; that the bytes are well-formed is the host's part of the canonical ABI."""
    raw = text.encode()
    data = ctypes.create_string_buffer(raw, len(raw) + 1)
    assert runtime.read_text(runtime.call("hnb_str_decode", ctypes.addressof(data), len(raw), LINE)) == text


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
