"""Methods of str and bytes in the native tier against CPython."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hermetic_nb.errors import NotNativeError
from tests.unit.native_cells import Cell, check
from tests.unit.native_pools import selected
from tests.unit.text_samples import CHARACTERS, FEW, WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

WHOLE: Final = CHARACTERS.replace("\ud800", "")
"""The interface carries no halves of characters."""
TEXTS: Final = st.one_of(st.text(st.sampled_from(WHOLE), max_size=12), WORDS, FEW)
PARTS: Final = st.one_of(st.text("ab", max_size=3), st.text(st.sampled_from(WHOLE), max_size=2))
SMALL: Final = st.integers(-4, 16)
CELLS: Final[dict[str, tuple[tuple[str, ...], str, tuple[str, ...]]]] = {
    "kinds": (
        ("str",),
        "bool",
        (
            *(f"a.{name}()" for name in ("isalpha", "isdigit", "isalnum", "isspace", "islower", "isupper", "istitle")),
            *(f"a.{name}()" for name in ("isascii", "isdecimal", "isnumeric", "isprintable", "isidentifier")),
            *("any(c.isalpha() for c in a)", "all(c.isalnum() for c in a)", "any(c.isspace() for c in a)"),
            *("any(c.isdigit() for c in a)", "any(c.isdecimal() for c in a)", "any(c.isnumeric() for c in a)"),
            *("all(c.islower() for c in a)", "any(c.isupper() for c in a)", "any(c.istitle() for c in a)"),
            *("all(c.isprintable() for c in a)", "all(c.isidentifier() for c in a)", "all(c.isascii() for c in a)"),
        ),
    ),
    "cases": (
        ("str",),
        "str",
        (
            *(f"a.{name}()" for name in ("upper", "lower", "swapcase", "title", "capitalize", "casefold")),
            *(f"''.join(c.{name}() for c in a)" for name in ("upper", "lower", "swapcase", "title", "casefold")),
            "''.join([c.capitalize() for c in a])",
            *("a.strip()", "a.lstrip()", "a.rstrip()", "a.strip(None)", "a.expandtabs()", "a.expandtabs(tabsize=3)"),
            *("'|'.join(a.split())", "'|'.join(a.rsplit())", "'|'.join(a.splitlines())", "'|'.join(a.splitlines(True))"),
            *("'|'.join(a.splitlines(keepends=True))", "'-'.join(a)", "a.join('xyz')", "''.join([c for c in a])"),
            *("'<>'.join(c for c in a if c.isalpha())", "''.join(reversed(a))", "''.join(sorted(a))"),
            "a.translate(str.maketrans('abΣ', 'xyz'))",
            "a.translate(str.maketrans('ab', 'Σb', 'z.'))",
            "a.translate(str.maketrans({'a': 'Σ', 'b': None, 223: 'x', 'Σ': 98}))",
            "a.encode().decode()",
            "a.encode('ascii', 'ignore').decode('ascii')",
            "a.encode('latin-1', errors='replace').decode('latin-1')",
            "a.encode().hex()",
            *("a[0].upper() + a[1:].lower()", "a[::-1]", "a[0].strip()", "a[0].center(5, '*')"),
        ),
    ),
    "parts": (
        ("str", "str"),
        "str",
        (
            *("a.strip(b)", "a.lstrip(b)", "a.rstrip(b)", "a.removeprefix(b)", "a.removesuffix(b)"),
            *("a.replace(b, '')", "a.replace(b, '<>')", "a.replace(b, a, 2)", "a.replace('a', b, count)"),
            *("'|'.join(a.split(b))", "'|'.join(a.rsplit(b))", "'|'.join(a.split(b, 1))", "'|'.join(a.rsplit(b, 1))"),
            *("'|'.join(a.split(sep=b, maxsplit=2))", "'|'.join(a.split(None, 1))", "'|'.join(a.rsplit(maxsplit=1))"),
            *("'|'.join(a.split(','))", "b.join(a.split())", "b.join(a)", "b.join([a, b, a])", "b.join((a, b))"),
            *("a.center(9, b)", "a.ljust(7, b)", "a.rjust(8, b)", "a + b.upper()", "a.lower() + b"),
            *("a.partition(b)[0]", "a.partition(b)[1]", "a.partition(b)[2]", "a.rpartition(b)[0]"),
            *("a.rpartition(b)[1]", "a.rpartition(b)[2]", "a.translate(str.maketrans(b, b[::-1]))"),
        ),
    ),
    "places": (
        ("str", "str"),
        "int",
        (
            *("a.find(b)", "a.rfind(b)", "a.index(b)", "a.rindex(b)", "a.count(b)"),
            *(f"a.{name}(b, {bounds})" for name in ("find", "rfind", "index", "count", "rindex") for bounds in (
                "1", "-3", "2, 5", "-5, -1", "0, None", "None, 3", "9", "3, 1")),
            *("len(a.split())", "len(a.split(b))", "len(a.splitlines())", "len(a.rsplit(b, 2))"),
        ),
    ),
    "tests": (
        ("str", "str"),
        "bool",
        (
            *("a.startswith(b)", "a.endswith(b)", "a.startswith(b, 1)", "a.endswith(b, -4, -1)", "a.startswith(b, 3, 1)"),
            *("a.startswith(('a', b))", "a.endswith((b, 'ß', '.'), 1)", "a.startswith('a')", "b in a", "a.startswith(())"),
            *("any(c in 'aeiouß😀' for c in a)", "any(c not in b for c in a)", "any(c in a for c in b)"),
            *("any(c.lower() in 'ab\\u03c3' for c in a)", "any(c.upper() in 'ABSS' for c in a)", "a.lower() in 'abc'"),
            *("any(c in 'abcdefghijklmnopqrstuvwxyzß' for c in a)", "a.lower() == b", "any(c.lower() == 'ß' for c in a)"),
            *("any(c.lower() in 'xi\\u0307' for c in a)", "all(c.lower() == d.lower() for c, d in zip(a, b))"),
            *("any(c.upper() == d.upper() for c, d in zip(a, b))", "any(c.upper() in b for c in a)", "'\\u0130'.lower() in a"),
            *("any(c.lower() not in 'abcdefghijklmn\\u03c3' for c in a)", "any(c != c.lower() for c in a)"),
            *("any(c.lower() in set('aeiouß') for c in a)", "b in list(a)", "b in set(a)", "b in {c: 1 for c in a}"),
            *("a.endswith(ENDS)", "a.startswith(ENDS, 1)", "b in [c for c in a]", "a.startswith((b, b + 'a'))"),
            *("a in 'aabb'", "any(c.upper() == c for c in a)", "all(c in 'ab' for c in a)", "'' in a", "a[:1] in 'xyz'"),
        ),
    ),
    "widths": (
        ("str", "int"),
        "str",
        (
            *("a.center(b)", "a.ljust(b)", "a.rjust(b)", "a.center(b, '.')", "a.ljust(b, 'ß')", "a.rjust(b, '😀')"),
            *("a.zfill(b)", "a.expandtabs(b)", "('-' + a).zfill(b)", "a.replace('a', 'b', b)", "a.replace('', '.', b)"),
            *("'|'.join(a.split(None, b))", "'|'.join(a.split('a', b))", "'|'.join(a.rsplit('b', b))", "a * b"),
        ),
    ),
    "bytes": (
        ("bytes", "bytes"),
        "bytes",
        (
            *(f"a.{name}()" for name in ("upper", "lower", "swapcase", "title", "capitalize", "strip", "expandtabs")),
            *("a.strip(b)", "a.lstrip(b)", "a.rstrip(b)", "a.removeprefix(b)", "a.removesuffix(b)", "a.replace(b, b'<>')"),
            *("b'|'.join(a.split())", "b'|'.join(a.split(b))", "b.join(a.rsplit(b, 1))", "b'|'.join(a.splitlines())"),
            *("a.center(9, b)", "a.ljust(7)", "a.zfill(5)", "a.partition(b)[0]", "a.rpartition(b)[2]", "bytes(len(a))"),
            *("bytes([x for x in a])", "bytes([len(a), len(b) * 40])", "bytes(x ^ 255 for x in a)", "bytes(a)"),
            *("bytes(range(len(a)))", "bytes.fromhex(a.hex())", "a.decode().encode()", "bytes(a.hex(), 'ascii')"),
        ),
    ),
    "of bytes": (
        ("bytes", "bytes"),
        "int",
        (
            *("a.find(b)", "a.rfind(b)", "a.index(b)", "a.count(b)", "a.find(b, 1, -1)", "len(a.split(b))"),
            *(f"int(a.{name}())" for name in (
                "isalpha", "isdigit", "isalnum", "isspace", "isascii", "islower", "isupper", "istitle")),
            *("int(a.startswith(b))", "int(a.endswith((b, b'a')))", "int(b in a)", "int(len(b) in a)"),
            *("int(65 in a)", "int(300 in a)", "len(a.decode('ascii'))", "len(a.hex())"),
        ),
    ),
}  # fmt: skip
VALUES: Final = {"str": TEXTS, "int": SMALL, "bytes": st.one_of(TEXTS.map(str.encode), st.binary(max_size=6))}


@cache
def cell(name: str, k: int) -> Cell:
    """One expression of a group."""
    kinds, result, forms = CELLS[name]
    return selected(kinds, result, [forms[k]], "count = 1\nENDS = ('a', '.', 'ß')")


@pytest.fixture(scope="module", autouse=True)
def _cells() -> Iterator[None]:
    """The cells end before the interpreter does."""
    yield
    cell.cache_clear()


@pytest.mark.parametrize(("name", "k"), [(name, k) for name, group in CELLS.items() for k in range(len(group[2]))])
@settings(max_examples=25)
@given(data=st.data())
def test_methods(name: str, k: int, data: st.DataObject) -> None:
    """Each method, in the forms in which it is written."""
    kinds = CELLS[name][0]
    drawn: list[Any] = [data.draw(VALUES[kinds[0]])]
    for kind in kinds[1:]:
        parts = {"str": PARTS, "int": SMALL, "bytes": PARTS.map(str.encode)}[kind]
        drawn.append(data.draw(parts))
        if kind != "int" and drawn[0] and data.draw(st.booleans()):
            start = data.draw(st.integers(0, len(drawn[0]) - 1))
            drawn[1] = drawn[0][start : start + data.draw(st.integers(1, 3))]
    found = cell(name, k).differences([(0, *drawn)])
    assert not found, f"{found[0]}\n{CELLS[name][2][k]}"


def test_stops() -> None:
    """What CPython raises, at its line."""
    check("def f(s: str) -> int:\n    n = 1\n    return s.index('x') + n\n", ("",), ("ax",))
    check("def f(s: str) -> int:\n    return len(s.split(''))\n", ("",), ("ax",))
    check(
        "def f(s: str, w: str) -> str:\n    return s.center(3, w)\n", ("a", ""), ("a", "ab"), ("abcd", "ab"), ("a", "x")
    )
    check(
        "def f(b: bytes) -> str:\n    return b.decode()\n",
        (b"\xff",),
        (b"\xed\xa0\x80",),
        ("é😀".encode(),),
        (b"\xc3",),
    )
    check("def f(s: str) -> bytes:\n    return s.encode('ascii')\n", ("é",), ("e",))
    check("def f(s: str) -> bytes:\n    return bytes.fromhex(s)\n", ("0g",), ("0",), (" 0a FF ",), ("0 a",), ("é0",))
    check("def f(n: int) -> bytes:\n    return bytes(n)\n", (-1,), (0,), (3,))
    check("def f(n: int) -> bytes:\n    return bytes([n, 1])\n", (-1,), (0,), (255,), (256,))
    check("def f(s: str) -> str:\n    return s.translate(str.maketrans(s, 'ab'))\n", ("a",), ("xy",))
    check("def f(s: str, n: int) -> str:\n    return s.expandtabs(n)\n", ("\ta", 2**40), ("\ta", -(2**63)), ("a\tb", 4))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("s.format_map(3)", "the method format_map of a str"),
        ("s.startswith(3)", "startswith needs a str here, not int"),
        ("s.replace('a')", "replace needs 2 arguments"),
        ("s.replace('a', 'b', 1, 2)", "replace takes at most 3 arguments"),
        ("s.split(by='a')", "split takes no such argument by"),
        ("s.split(',', sep='a')", "split takes no such argument sep"),
        ("s.encode('utf-16')", "only UTF-8, ASCII and Latin-1"),
        ("s.translate(s)", "translate is in the native subset with str.maketrans"),
        ("s.translate(str.maketrans({'a': 'bc'}))", "the dict of maketrans has characters"),
        ("str.maketrans('a', 'b')", "a table that is kept is outside the native subset"),
        ("s.join([1, 2])", "join needs parts of str, not int"),
        ("s.decode()", "a str has no decode"),
    ],
)
def test_refusals(body: str, reason: str) -> None:
    """What is outside the subset is told with the reason."""
    with pytest.raises(NotNativeError, match=reason):
        Cell(f"def f(s: str) -> int:\n    return len({body})\n")


def test_objects_are_given_back() -> None:
    """Memory does not grow with the number of calls of a method."""
    source = """
def f(s: str, n: int) -> int:
    total = 0
    for i in range(n):
        parts = s.split()
        text = "-".join(parts).upper().replace("A", "bb").strip().center(40).title()
        head, mark, tail = text.partition("B")
        total += len(head + mark + tail) + len([c.lower() for c in text])
        total += len(text.encode().hex()) + len(bytes([i % 256] * 9).decode("latin-1"))
        for part in parts:
            if part.startswith(("a", "b")) or part.lower() in "xyz":
                total += part.rfind("a")
    return total
"""
    cell = Cell(source)
    assert cell.run("a bee sees é ab", 3) == cell.expect("a bee sees é ab", 3)
    assert cell.pages_after("a bee sees é ab", 2) == cell.pages_after("a bee sees é ab", 20_000)


@pytest.mark.parametrize(
    ("call", "taken", "cases"),
    [
        ("len(s.split(t))", "ValueError", [("aba", "b"), ("aba", "")]),
        ("len(s.rsplit(t, 1)) + s.index(t)", "ValueError", [("aba", "b"), ("aba", ""), ("aba", "c")]),
        ("len(s.partition(t)[0])", "ValueError", [("aba", "b"), ("aba", ""), ("aba", "c")]),
        ("len(s.center(7, t))", "TypeError", [("aba", "b"), ("aba", "")]),
        ("len(s.expandtabs(len(t) << 31))", "OverflowError", [("a", ""), ("a", "b")]),
        ("len(s.encode('ascii'))", "UnicodeEncodeError", [("a", ""), ("é", "")]),
        ("len(s.encode('ascii'))", "ValueError", [("a", ""), ("é", "")]),
        ("len(bytes.fromhex(s))", "ValueError", [("a0", ""), ("a", "")]),
        ("len(bytes.fromhex(s).decode())", "ValueError", [("41", ""), ("ff", ""), ("f", "")]),
        ("len(bytes.fromhex(s).decode('ascii'))", "UnicodeDecodeError", [("41", ""), ("ff", "")]),
        ("len(bytes([len(s) * 100]))", "ValueError", [("a", ""), ("aaa", "")]),
        ("len(bytes(len(t) - len(s)))", "ValueError", [("a", ""), ("", "a")]),
        ("int(len(s) * 100 in b'd')", "ValueError", [("a", ""), ("aaa", "")]),
        ("len(s.translate(str.maketrans(s, t)))", "ValueError", [("a", ""), ("a", "b")]),
    ],
)
def test_exceptions_are_handled(call: str, taken: str, cases: list[tuple[str, str]]) -> None:
    """A handler in the cell takes what a method raises; nothing is lost but the call."""
    source = f"""
def f(s: str, t: str) -> int:
    made = -1
    try:
        made = {call}
    except {taken}:
        made -= 1
    return made
"""
    check(source, *cases)
