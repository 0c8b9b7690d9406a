"""What LLVM is told of memory: lookups made once, parts joined and moved, lists that stand in the module, against CPython."""

from __future__ import annotations

import pytest

from tests.unit.native_cells import check

_KEYS = ("", "a", "ab", "abc", "abcd", "abcde", "abcdefgh", "abcdefghi", "é", "\U0001f600" * 5, "a" * 70)


def test_a_key_is_looked_up_again_after_its_dict_changed() -> None:
    source = """
def f(key: str, other: str) -> list[int]:
    d = {"a": 1, "abc": 2}
    out = [d.get(key, -1)]
    if key in d:
        d[key] += 10
        out.append(d[key])
        del d[key]
    out.append(d.get(key, -2))
    if key in d:
        out.append(100)
    d[other] = 5
    if key in d:
        d[key] += int("7")
        out.append(d[key])
    d[key] = d.get(key, 0) + d.get(other, 0)
    for number in range(20):
        d[str(number)] = number
    return out + [d[key], d[other], len(d)]
"""
    check(source, *((key, other) for key in _KEYS for other in _KEYS))


@pytest.mark.parametrize("kind", ["int", "bytes", "tuple[int, str]", "float"])
def test_keys_of_other_types(kind: str) -> None:
    keys = {
        "int": "[3, 5, 3, -1]",
        "bytes": 'b"ab,ab,,c".split(b",")',
        "tuple[int, str]": '[(1, "x"), (1, "y"), (2, "x"), (1, "x")]',
        "float": "[0.5, 1.5, 0.5]",
    }[kind]
    source = f"""
def f(n: int) -> list[int]:
    d: dict[{kind}, int] = {{}}
    out: list[int] = []
    for i in range(n):
        for key in {keys}:
            if key in d:
                d[key] += i
            else:
                d[key] = i
            if key in d and i % 3 == 0:
                del d[key]
            out.append(d.get(key, -5))
    return out
"""
    check(source, (0,), (1,), (7,))


def test_an_overflow_between_two_lookups() -> None:
    source = """
def f(key: str, number: str) -> int:
    d = {"a": 2**62}
    if key in d:
        d[key] += int(number)
    return d[key]
"""
    check(source, ("a", "5"), ("a", str(2**62)), ("a", "x"), ("b", "1"), ("a", " 1_0 "), ("a", "-" + "1" * 18))


def test_an_int_that_is_no_int_is_caught_between_lookups() -> None:
    source = """
def f(key: str, number: str) -> int:
    d = {"a": 2}
    for text in number.split(","):
        try:
            d[key] += int(text)
        except ValueError:
            d[key] -= 1
        except KeyError:
            d[key] = 100
    return d[key]
"""
    check(source, ("a", "5,x,6,,7"), ("b", "x,5"), ("b", "5,5,y"))


@pytest.mark.parametrize(
    "joined",
    [
        "s[:i] + s[j:]",
        "s[i:j] + t",
        "t + s[i:]",
        "s[i:j] + s[j:i] + t[:]",
        "s[:i] + 'x' + s[i + 1:]",
        "s[-3:i] + t[j:-1]",
        "s[::-1] + t[i:]",
        "(s + t)[i:] + (t + s)[:j]",
    ],
)
def test_parts_of_texts_joined(joined: str) -> None:
    source = f"""
def f(s: str, t: str, i: int, j: int) -> tuple[str, int]:
    u = {joined}
    u += s[i:]
    return u, len({joined})
"""
    ends = (0, 1, 2, 5, 9, -1, -4, 2**63 - 1, -(2**63))
    bounds = [(i, j) for i in ends for j in ends if i < 2**63 - 1 or "i + 1" not in joined]
    check(source, *((s, t, i, j) for s, t in (("", "ab"), ("abcdefgh", "xé\U0001f600")) for i, j in bounds))


def test_parts_that_are_unpacked_move() -> None:
    source = """
def f(text: str) -> list[str]:
    kept: list[str] = []
    first = second = "start"
    for line in text.split(";"):
        kept.append(second)
        first, second = line.split(",")
        second, first = line.split(",")
        whole = line
        whole, last = (whole + "!").split(",")
        kept += [first, second, whole, last]
        if first == "stop":
            break
    return kept + [first, second]
"""
    check(source, ("a,b",), ("a,b;c,dd;eee,ffff",), ("a,stop;b,c",), ("a,b;c",), ("a,b,c",), ("x,x;x,x",))


def test_a_part_stays_where_the_unpacking_after_it_fails() -> None:
    source = """
def f(text: str) -> str:
    a, b = "p", "q"
    for line in text.split(";"):
        try:
            a, b = line.split(":")
            b, a = a.split("-")
        except ValueError:
            a = a + b
    return a + "|" + b
"""
    check(source, ("x-y:z;u:v;a-b-c:d;1-2:3",), ("",), ("a:b:c;d-e:f",))


@pytest.mark.parametrize(
    "literal", ["[(1, 0), (-1, 2)]", "[(1, 2.5), (0, -0.0)]", "[('a', 1), ('b', 2)]", "[(True, 1)]"]
)
def test_loops_over_lists_of_literals(literal: str) -> None:
    source = f"""
def f(n: int) -> list[str]:
    out: list[str] = []
    for i in range(n):
        for x, y in {literal}:
            out.append(str(x) + str(y))
        for k, (x, y) in enumerate({literal}):
            out.append(str(k) + str(x) + str(y))
        for pair in {literal}:
            out.append(str(pair))
        for x, y in reversed({literal}):
            out.append(str(x))
    return out
"""
    check(source, (0,), (1,), (3,))


def test_a_literal_that_is_kept_is_its_own_each_time() -> None:
    source = """
def f(n: int) -> list[list[int]]:
    out: list[list[int]] = []
    for i in range(n):
        for row in [[1, 2], [3]]:
            row.append(i)
            out.append(row)
        for number in [4, 5, i]:
            out[0].append(number)
    return out
"""
    check(source, (1,), (3,))


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "9.3e18", "-9.3e18"])
def test_floats_that_are_no_ints_in_a_loop(number: str) -> None:
    source = """
def f(xs: list[float], n: int) -> int:
    counts = [0] * n
    for x in xs:
        counts[int(x)] += 1
    return counts[0]
"""
    for last in (float(number), -(2.0**63), 2.0**63, 1.5, -1.0, 7.0):
        check(source, ([0.5, 1.0, last, 0.25], 3), ([last], 1), ([], 0))
