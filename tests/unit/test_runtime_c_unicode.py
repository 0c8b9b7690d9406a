"""The runtime knows every character as CPython 3.14 does."""

from __future__ import annotations

import ctypes

import pytest

from hermetic_nb.toolchains.native.runtime.unicode import header
from tests.unit.runtime_cases import LINE
from tests.unit.runtime_native import List, Runtime, loaded, low_half
from tests.unit.text_samples import CHARACTERS
from tests.unit.unicode_facts import TABLES, facts

POINTS = (*range(0x1F000), *range(0x1F000, 0x110000, 61))
"""Most characters beyond these are alike."""


@pytest.fixture(scope="module")
def runtime() -> Runtime:
    """The compiled sources."""
    return loaded()


def test_tables_are_those_that_the_script_writes() -> None:
    """From what the python tier's CPython says."""
    assert TABLES.read_text() == header(facts().members, facts().mapped)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("isalpha", ("alpha",)),
        ("isdecimal", ("decimal",)),
        ("isdigit", ("digit",)),
        ("isnumeric", ("numeric",)),
        ("isalnum", ("alpha", "decimal", "digit", "numeric")),
        ("islower", ("lower",)),
        ("isupper", ("upper",)),
        ("istitle", ("upper", "title")),
        ("isspace", ("space",)),
        ("isprintable", ("printable",)),
        ("isidentifier", ("xid_start",)),
    ],
)
def test_kinds_of_every_character(runtime: Runtime, name: str, wanted: tuple[str, ...]) -> None:
    """As CPython 3.14 sees them, alone and as a text."""
    members = set().union(*(facts().members[part] for part in wanted))
    found = runtime.many(f"hnb_char_{name}", [((c,), ()) for c in range(0x110000)])
    assert {c for c, holds in enumerate(found) if low_half(holds)} == members
    text = runtime.text("a")
    for c in [*sorted(members)[:: 1 + len(members) // 500], *range(0, 0x20000, 251)]:
        ctypes.c_uint32.from_address(text + 12).value = c
        assert runtime.small(f"hnb_str_{name}", text) == (c in members)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [("upper", "to_upper"), ("lower", "to_lower"), ("title", "to_title"), ("casefold", "to_fold")],
)
def test_case_of_every_character(runtime: Runtime, name: str, wanted: str) -> None:
    """As CPython 3.14 changes it, alone and as a text."""
    mapping = facts().mapped[wanted]
    made = runtime.many(f"hnb_char_{name}", [((c, LINE), ()) for c in POINTS])
    for c, address in zip(POINTS, made, strict=True):
        assert runtime.read_text(address) == mapping.get(c, chr(c))
    for c, text in mapping.items():
        assert runtime.read_text(runtime.call(f"hnb_str_{name}", runtime.text(chr(c)), LINE)) == text


def test_every_character_inside_a_word(runtime: Runtime) -> None:
    """Whether it has case, is ignored by case, goes on an identifier, ends a line."""
    known = facts()
    for name in ("cased", "ignorable", "xid_continue"):
        found = runtime.many(f"hnb_wide_{name}", [((c,), ()) for c in range(0x110000)])
        assert {c for c, holds in enumerate(found) if low_half(holds)} == known.members[name]
    ends = set()
    for c in range(0x3000):
        parts = runtime.call("hnb_str_splitlines", runtime.text(f"a{chr(c)}b"), 0, LINE)
        assert isinstance(parts, int)
        if List.from_address(parts).len == 2:
            ends.add(c)
    assert ends == known.members["line_end"]


def test_samples_are_known_to_all_versions() -> None:
    """The characters of the comparisons above are the same to the Python that runs them and to 3.14."""
    known = facts()
    for c in CHARACTERS:
        for name, test in (("alpha", str.isalpha), ("numeric", str.isnumeric), ("printable", str.isprintable)):
            assert test(c) == (ord(c) in known.members[name])
        for name, change in (("to_upper", str.upper), ("to_title", str.title), ("to_fold", str.casefold)):
            assert change(c) == known.mapped[name].get(ord(c), c)
