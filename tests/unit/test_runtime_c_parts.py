"""The runtime's parts of texts: cut one after the other into one object, into places, and joined without objects."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.runtime_cases import LINE
from tests.unit.runtime_native import Runtime, loaded
from tests.unit.runtime_sequences import SLICE, taken

if TYPE_CHECKING:
    from collections.abc import Callable

LETTERS = st.text("ab ,\xe9\U0001f600\t", max_size=60)
SEPARATOR = st.sampled_from((",", " ", "a", "ab", "\xe9", "aa,"))
NO_MORE = 2**32 - 1


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    """The compiled sources."""
    return loaded()


def blocks(runtime: Runtime) -> tuple[int, int]:
    """Blocks that are held, and those that came back with a wrong size."""
    names = ("hnb_test_blocks", "hnb_test_wrong_sizes")
    held, wrong = (ctypes.c_int64.in_dll(runtime.library, name).value for name in names)
    return held, wrong


class Family:
    """The operations of str or of bytes."""

    def __init__(self, runtime: Runtime, family: str) -> None:
        self.runtime, self.name = runtime, f"hnb_{family}"
        self.is_str = family == "str"
        self.make: Callable[[Any], int] = runtime.text if self.is_str else runtime.octets
        self.read = runtime.read_text if self.is_str else runtime.read_octets

    def plain(self, text: str) -> Any:
        """The value in Python."""
        return text if self.is_str else text.encode()

    def free(self, address: object) -> None:
        """Give back one reference."""
        assert isinstance(address, int)
        count = ctypes.c_int32.from_address(address)
        count.value -= 1
        if count.value == 0:
            self.runtime.call(f"{self.name}_free", address)


@pytest.mark.parametrize("family", ["str", "bytes"])
@given(text=LETTERS, by=st.one_of(SEPARATOR, st.none()), data=st.data())
def test_parts_one_after_the_other(
    runtime: Runtime, family: str, text: str, by: str | None, data: st.DataObject
) -> None:
    """Each part takes the place of the one before, unless somebody holds that."""
    some = Family(runtime, family)
    given_text = some.plain(text)
    expected = given_text.split(None if by is None else some.plain(by))
    whole = some.make(given_text)
    separator = some.make(some.plain(by or ","))
    held: list[tuple[int, Any]] = []
    before = blocks(runtime)
    place = ctypes.c_uint32(0)
    old: Any = 0
    for wanted in expected:
        if by is None:
            start: Any = runtime.small(f"{some.name}_word_start", whole, place.value)
            old = runtime.call(f"{some.name}_next_word", whole, start, ctypes.addressof(place), old, LINE)
        else:
            at = ctypes.addressof(place)
            old = runtime.call(f"{some.name}_next_part", whole, separator, place.value, at, old, LINE)
        assert some.read(old) == wanted
        if data.draw(st.booleans()):
            ctypes.c_int32.from_address(old).value += 1
            held.append((old, wanted))
    assert by is None or place.value == NO_MORE
    for address, wanted in held:
        assert some.read(address) == wanted
        some.free(address)
    if expected:
        some.free(old)
    assert some.read(whole) == given_text
    assert blocks(runtime) == before


@pytest.mark.parametrize("family", ["str", "bytes"])
@given(text=LETTERS, by=st.one_of(SEPARATOR, st.none()), wanted=st.integers(1, 5))
def test_parts_into_places(runtime: Runtime, family: str, text: str, by: str | None, wanted: int) -> None:
    """As many as wanted are cut; else it is told how many there are, or that there are more."""
    some = Family(runtime, family)
    given_text = some.plain(text)
    expected = given_text.split(None if by is None else some.plain(by))
    whole = some.make(given_text)
    places: Any = (ctypes.c_void_p * (2 * wanted))()
    before = [some.make(some.plain("abcd"[:n])) if n % 2 else None for n in range(wanted)]
    places[:wanted] = before
    at = ctypes.addressof(places)
    if by is None:
        count = runtime.small(f"{some.name}_split_into_space", whole, at, wanted, LINE)
    else:
        count = runtime.small(f"{some.name}_split_into", whole, some.make(some.plain(by)), at, wanted, LINE)
    assert count == min(len(expected), wanted + 1)
    if count == wanted:
        assert [some.read(place) for place in places[:wanted]] == expected
    else:
        assert places[:wanted] == before


@given(first=LETTERS, second=LETTERS, cut=SLICE, other=SLICE)
def test_parts_joined(runtime: Runtime, first: str, second: str, cut: Any, other: Any) -> None:
    """The sum of two slices."""
    (low, high, _, has), (less, more, _, given_too) = cut, other
    joined = runtime.call(
        "hnb_str_concat_parts",
        *(runtime.text(first), low, high),
        *(runtime.text(second), less, more),
        *(has | given_too << 2, LINE),
    )
    assert runtime.read_text(joined) == first[taken((low, high, 1, has))] + second[taken((less, more, 1, given_too))]


@given(first=LETTERS, second=LETTERS)
def test_texts_are_equal_and_have_one_hash(runtime: Runtime, first: str, second: str) -> None:
    """Of any length: the last characters are compared too."""
    for one, other in ((first, second), (first, first), (first + second, first + second[::-1])):
        a, b = runtime.text(one), runtime.text(other)
        assert runtime.small("hnb_str_eq", a, b) == (one == other)
        if one == other:
            assert runtime.small("hnb_hash_str", a) == runtime.small("hnb_hash_str", b)


def test_hashes_of_short_texts_differ(runtime: Runtime) -> None:
    """Every character of a text counts, wherever it stands."""
    texts = {
        "".join(parts)
        for size in range(7)
        for parts in zip(*["abcdefg"[at:] + "abcdefg"[:at] for at in range(size)], strict=True)
    }
    texts |= {"x" * at + letter + "x" * (6 - at) for at in range(7) for letter in "abc\xe9\u20ac\U0001f600"}
    hashes = {runtime.small("hnb_hash_str", runtime.text(text)) for text in texts}
    assert len(hashes) == len(texts)
