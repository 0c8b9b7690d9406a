"""Texts that are split for a loop or to be unpacked, part by part, against CPython."""

from __future__ import annotations

import itertools

import pytest

from tests.unit.native_cells import check

_TEXTS = [
    "",
    "a",
    "a,b",
    "a,b,c",
    ",",
    ",,",
    "a,",
    ",a",
    " a  b ",
    " ",
    "ab  cd e\tf\n",
    "x,yy,zzz,",
    "日本,語",
    " x y",
]


@pytest.mark.parametrize("by", ['","', '",,"', '" "', "", '"ab"'])
def test_loops_over_parts(by: str) -> None:
    check(
        f"""
def f(s: str) -> list[str]:
    out = []
    for w in s.split({by}):
        out.append(w)
    for i, w in enumerate(s.split({by})):
        out.append(w * i)
    for w, v in zip(s.split({by}), s.split()):
        out.append(w + v)
        s += w
        w += "!"
    out += [w for w in s.split({by}) if w != "a"]
    return out
""",
        *((s,) for s in _TEXTS),
    )
    check(
        f"""
def f(s: bytes) -> list[bytes]:
    out = []
    for w in s.split({"b" + by if by else ""}):
        if len(w) == 3:
            continue
        out.append(w)
    return out
""",
        *((s.encode(),) for s in _TEXTS),
    )


def test_separators_that_are_not_constant() -> None:
    check(
        """
def f(s: str, by: str) -> int:
    n = 0
    try:
        for w in s.split(by):
            if len(w) > 2:
                break
            n += len(w)
            s = ""
            by = "x" + by
    except ValueError:
        n = -7
    for w in s.split(by):
        n += 1
    return n
""",
        *itertools.product(_TEXTS, ["", ",", " ", "b,", ",,"]),
    )


_BODIES = [
    "a, b = s.split(BY)",
    "a, b, c = s.split(BY)",
    "a, s = s.split(BY)\n    b = s",
    "s, a = (s + BY2).split(BY)\n    b = s",
]


@pytest.mark.parametrize("by", ['","', '" "', "", '"ab"', '""'])
def test_parts_are_unpacked(by: str) -> None:
    for body in _BODIES:
        source = body.replace("(BY)", f"({by})").replace("BY2", by or '" "')
        plain = "def f(s: str) -> str:\n    a = b = c = '-'\n    {}\n    return a + '|' + b + '|' + c\n"
        inside = source.replace("\n", "\n    ")
        caught = f"try:\n        {inside}\n    except ValueError:\n        c = 'no'"
        check(plain.format(source), *((s,) for s in _TEXTS))
        check(plain.format(caught), *((s,) for s in _TEXTS))


@pytest.mark.parametrize("by", ['b","', 'b" "', "", 'b"ab"', 'b""'])
def test_parts_of_bytes_are_unpacked(by: str) -> None:
    source = f"def f(s: bytes) -> bytes:\n    a, b = s.split({by})\n    return b + a\n"
    check(source, *((s.encode(),) for s in _TEXTS))
