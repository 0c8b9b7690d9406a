"""The runtime's C functions for the methods of str and bytes do what CPython's do."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.runtime_cases import LINE, outcome
from tests.unit.runtime_native import Runtime, loaded
from tests.unit.runtime_sequences import agrees
from tests.unit.text_samples import PARTS, TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable

LEFT, RIGHT, BOTH = 1, 2, 3
SMALL = st.integers(-3, 20)
BOUND = st.one_of(st.integers(-15, 15), st.sampled_from((2**63 - 1, -(2**63))))


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    """The compiled sources."""
    return loaded()


@dataclass(frozen=True, slots=True)
class Method:
    """A function of the runtime: what stands for its arguments, what kind of result it has, what it should do."""

    name: str
    reference: Callable[..., Any]
    takes: str = ""
    """A letter for each argument after the text: p a part, l a list of texts, n a small int, b a bound."""
    gives: str = "text"
    fixed: tuple[int, ...] = ()
    """Arguments that follow and are the same each time."""

    def __str__(self) -> str:
        return "-".join((self.name, *map(str, self.fixed)))


def _justified(s: Any, width: int, fill: Any, sides: int) -> Any:
    try:
        return (s.rjust, s.ljust, s.center)[sides - 1](width, fill)
    except TypeError as error:
        return error


METHODS: Final = (
    *(Method(name, lambda s, name=name: getattr(s, name)(), gives="bool") for name in (
        "isalpha", "isdigit", "isalnum", "isspace", "isascii", "islower", "isupper", "istitle")),
    *(Method(name, lambda s, name=name: getattr(s, name)()) for name in (
        "upper", "lower", "swapcase", "capitalize", "title")),
    Method("find_in", lambda s, p, a, b: s.find(p, a, b), "pbb", "int"),
    Method("rfind_in", lambda s, p, a, b: s.rfind(p, a, b), "pbb", "int"),
    Method("count_in", lambda s, p, a, b: s.count(p, a, b), "pbb", "int"),
    Method("startswith", lambda s, p: s.startswith(p), "p", "bool"),
    Method("endswith", lambda s, p: s.endswith(p), "p", "bool"),
    Method("startswith_in", lambda s, p, a, b: s.startswith(p, a, b), "pbb", "bool"),
    Method("endswith_in", lambda s, p, a, b: s.endswith(p, a, b), "pbb", "bool"),
    Method("removeprefix", lambda s, p: s.removeprefix(p), "p"),
    Method("removesuffix", lambda s, p: s.removesuffix(p), "p"),
    Method("replace", lambda s, p, q, n: s.replace(p, q, n), "ppn"),
    Method("split_space", lambda s, n: s.split(None, n), "n", "texts"),
    Method("rsplit_space", lambda s, n: s.rsplit(None, n), "n", "texts"),
    Method("split", lambda s, p, n: s.split(p, n), "pn", "texts"),
    Method("rsplit", lambda s, p, n: s.rsplit(p, n), "pn", "texts"),
    Method("splitlines", lambda s, keep: s.splitlines(bool(keep)), "", "texts", fixed=(0,)),
    Method("splitlines", lambda s, keep: s.splitlines(bool(keep)), "", "texts", fixed=(1,)),
    *(Method("strip_space", lambda s, sides: (s.lstrip, s.rstrip, s.strip)[sides - 1](), fixed=(sides,))
      for sides in (LEFT, RIGHT, BOTH)),
    *(Method("strip", lambda s, p, sides: (s.lstrip, s.rstrip, s.strip)[sides - 1](p), "p", fixed=(sides,))
      for sides in (LEFT, RIGHT, BOTH)),
    *(Method("justify", _justified, "np", fixed=(sides,)) for sides in (LEFT, RIGHT, BOTH)),
    Method("zfill", lambda s, n: s.zfill(n), "n"),
    Method("expandtabs", lambda s, n: s.expandtabs(n), "n"),
    Method("join", lambda s, parts: s.join(parts), "l"),
    Method("repr", repr, gives="str"),
)  # fmt: skip
OF_STR: Final = (
    *(Method(name, lambda s, name=name: getattr(s, name)(), gives="bool") for name in (
        "isdecimal", "isnumeric", "isprintable", "isidentifier")),
    Method("casefold", lambda s: s.casefold()),
    Method("join_text", lambda s, p: s.join(p), "p"),
    Method("to_utf8", lambda s: s.encode(), gives="bytes"),
    Method("to_bytes", lambda s, *_: s.encode("ascii"), gives="bytes", fixed=(128, 0)),
    Method("to_bytes", lambda s, *_: s.encode("ascii", "ignore"), gives="bytes", fixed=(128, 1)),
    Method("to_bytes", lambda s, *_: s.encode("latin-1", "replace"), gives="bytes", fixed=(256, 2)),
    Method("translate", lambda s, p, q, r: s.translate(str.maketrans(p, q, r)), "ppp"),
)  # fmt: skip
OF_BYTES: Final = (
    Method("hex", lambda b: b.hex(), gives="str"),
    Method("from_utf8", lambda b: b.decode(), gives="str"),
    Method("to_str", lambda b, _: b.decode("ascii"), gives="str", fixed=(128,)),
    Method("to_str", lambda b, _: b.decode("latin-1"), gives="str", fixed=(256,)),
)
ALL: Final = [
    *(("str", method) for method in METHODS + OF_STR),
    *(("bytes", method) for method in METHODS + OF_BYTES),
]


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize(("family", "method"), ALL, ids=str)
@given(data=st.data())
def test_methods(runtime: Runtime, family: str, method: Method, data: st.DataObject) -> None:
    """Each on many texts."""
    given_text = (lambda text: text) if family == "str" else _octets
    make: Callable[[Any], int] = runtime.text if family == "str" else runtime.octets
    text: Any = given_text(data.draw(TEXTS))
    if method.name == "from_utf8" and data.draw(st.booleans()):
        text = data.draw(st.binary(max_size=5))
    values: list[Any] = []
    for kind in method.takes:
        if kind == "p":
            drawn = data.draw(PARTS)
            if method.name == "translate" and len(values) == 1:
                drawn = drawn[: len(values[0])].ljust(len(values[0]), "x") if data.draw(st.booleans()) else drawn
            values.append(given_text(drawn))
        elif kind == "l":
            values.append([given_text(part) for part in data.draw(st.lists(PARTS, max_size=5))])
        else:
            values.append(data.draw(SMALL if kind == "n" else BOUND))
    passed = [
        runtime.list([make(part) for part in value], "Q")
        if isinstance(value, list)
        else value
        if isinstance(value, int)
        else make(value)
        for value in values
    ]
    expected = outcome(lambda: method.reference(text, *values, *method.fixed))
    line = data.draw(st.sampled_from((LINE, -LINE)))  # below zero: the function notes its exception and returns
    result = runtime.call(f"hnb_{family}_{method.name}", make(text), *passed, *method.fixed, line)
    assert agrees(expected, read(runtime, family, method.gives, result)), (text, values)


def read(runtime: Runtime, family: str, gives: str, result: object) -> object:
    """What a call of the runtime gave, as Python's."""
    if not isinstance(result, int) or gives == "int":
        return result
    if gives == "bool":
        return bool(ctypes.c_int32(result).value)
    read_one = runtime.read_text if gives == "str" or (family == "str" and gives != "bytes") else runtime.read_octets
    if gives != "texts":
        return read_one(result)
    parts = runtime.read_list(result, "Q")
    assert isinstance(parts, list)
    return [read_one(part) for part in parts]


@pytest.mark.parametrize("family", ["str", "bytes"])
@pytest.mark.parametrize("needle", ["a" * 50 + "b", "b" + "a" * 50, "ab" * 25 + "c", "a" * 60, "aab" * 20])
@pytest.mark.parametrize("hay", ["a" * 3000, "ab" * 1500, "aab" * 1000, "b" + "a" * 2999, "c" + "ab" * 1500])
def test_search_from_the_end(runtime: Runtime, family: str, hay: str, needle: str) -> None:
    """Text on which a plain search is quadratic."""
    make: Callable[[Any], int] = runtime.text if family == "str" else lambda text: runtime.octets(text.encode())
    for text in (hay, hay[:60], needle + hay, needle * 2 + hay, needle + hay[1:] * 2, hay + needle[:-1]):
        found = runtime.call(f"hnb_{family}_rfind_in", make(text), make(needle), 0, 2**63 - 1)
        assert found == text.rfind(needle)


def test_nothing_is_copied_that_stays(runtime: Runtime) -> None:
    """A text that a method leaves as it is is the same object with one reference more."""
    text = runtime.text("word")
    assert runtime.call("hnb_str_strip_space", text, BOTH, LINE) == text
    assert ctypes.c_int32.from_address(text).value == 2


@given(text=st.one_of(st.text("0123456789abcdefABCDEFg \t\n\x1c", max_size=8), TEXTS))
def test_hexadecimal(runtime: Runtime, text: str) -> None:
    """bytes.fromhex."""
    result = runtime.call("hnb_bytes_fromhex", runtime.text(text), LINE)
    assert agrees(outcome(bytes.fromhex, text), runtime.read_octets(result))


@given(items=st.lists(st.integers(-2, 257), max_size=6), count=st.integers(-3, 9))
def test_bytes_of_ints(runtime: Runtime, items: list[int], count: int) -> None:
    """bytes(list), bytes(n), and whether an int is in one."""
    made = runtime.call("hnb_bytes_from_list", runtime.list(items, "q"), LINE)
    assert agrees(outcome(bytes, items), runtime.read_octets(made))
    assert agrees(outcome(bytes, count), runtime.read_octets(runtime.call("hnb_bytes_zeros", count, LINE)))
    found = runtime.call("hnb_bytes_has", runtime.octets(b"\x00\x01\xff"), count, LINE)
    expected = outcome(lambda: count in b"\x00\x01\xff")
    assert agrees(expected, bool(found) if isinstance(found, int) else found)


def test_join_of_characters(runtime: Runtime) -> None:
    """A list of characters holds code points."""
    for text in ("", "a", "añ😀"):
        for separator in ("", "-", "ab"):
            listed = runtime.list([ord(c) for c in text], "I")
            made = runtime.call("hnb_str_join_chars", runtime.text(separator), listed, LINE)
            assert runtime.read_text(made) == separator.join(text)


@pytest.mark.parametrize("side", [LEFT, RIGHT])
@given(text=TEXTS, separator=PARTS, data=st.data())
def test_partition(runtime: Runtime, side: int, text: str, separator: str, data: st.DataObject) -> None:
    """The first part comes back, the others are written."""
    if text and data.draw(st.booleans()):
        start = data.draw(st.integers(0, len(text) - 1))
        separator = text[start : start + 2]
    families: list[tuple[Callable[[Any], int], Callable[[object], object], Any, Any]] = [
        (runtime.text, runtime.read_text, text, separator),
        (runtime.octets, runtime.read_octets, _octets(text), _octets(separator)),
    ]
    for (make, read_one, a, b), family in zip(families, ("str", "bytes"), strict=True):
        rest = (ctypes.c_void_p * 2)()
        whole = runtime.call(f"hnb_{family}_partition", make(a), make(b), side, ctypes.addressof(rest), LINE)
        expected = outcome(a.partition if side == LEFT else a.rpartition, b)
        assert agrees(expected, (read_one(whole), *map(read_one, rest)) if b else whole)
