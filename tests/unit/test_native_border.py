"""Values of every type into native cells and back: through the compiled module, and held against CPython."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import hermetic_nb as hnb
from hermetic_nb.errors import ArgumentError, ArgumentRangeError, NotNativeError
from hermetic_nb.signature import Type
from hermetic_nb.signature.layouts import layout, structure
from hermetic_nb.toolchains.native import types
from hermetic_nb.toolchains.native.interface import Interface
from hermetic_nb.toolchains.native.lowering.border import same_memory
from hermetic_nb.toolchains.native.lowering.shapes import item_size
from hermetic_nb.values import Record
from tests.unit.interface_types import CELL, CLASSES, NATIVE, of_type, signature_of
from tests.unit.native_cells import Cell, Stopped, check

UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""Each example is a module: to make a failing one smaller would take minutes."""


def typed(most: int) -> st.SearchStrategy[list[tuple[Type, Any]]]:
    one = NATIVE.flatmap(lambda type_: of_type(type_).map(lambda value: (type_, value)))
    return st.lists(one, min_size=1, max_size=most)


def cell(kinds: list[Type], body: str, result: str) -> Cell:
    parameters = ", ".join(f"p{number}: {type_}" for number, type_ in enumerate(kinds))
    return Cell(f"{CELL}def f({parameters}) -> {result}:\n    {body}\n", "f")


@given(typed(3), st.data())
@settings(max_examples=40, phases=UNSHRUNK)
def test_what_goes_in_comes_out(arguments: list[tuple[Type, Any]], data: st.DataObject) -> None:
    kinds = [type_ for type_, _ in arguments]
    number = data.draw(st.integers(0, len(kinds) - 1))
    made = cell(kinds, f"return p{number}", str(kinds[number]))
    for case in ([value for _, value in arguments], [data.draw(of_type(type_)) for type_ in kinds]):
        found = made.run(*case)
        assert found == case[number]
        assert repr(found) == repr(case[number]) or isinstance(found, set | dict | tuple | list | Record)


@given(typed(6))
@settings(max_examples=15, phases=UNSHRUNK)
def test_all_of_many_parameters_come_out(arguments: list[tuple[Type, Any]]) -> None:
    kinds = [type_ for type_, _ in arguments] * 3
    case = [value for _, value in arguments] * 3
    names = ", ".join(f"p{number}" for number in range(len(kinds)))
    made = cell(kinds, f"return ({names},)", f"tuple[{', '.join(map(str, kinds))}]")
    assert made.run(*case) == tuple(case)


RESULTS: list[tuple[str, str, list[Any]]] = [
    # An int where a float is declared, at any depth.
    ("n: int) -> tuple[float, float | None]", "return (n, n if n > 1 else None)", [1, 2, -(2**53)]),
    ("n: int) -> dict[str, list[float]]", "return {'a': [n, n + 1], 'b': []}", [3]),
    ("n: int) -> list[tuple[int, float]]", "return [(i, i) for i in range(n)]", [0, 3]),
    ("n: int) -> list[list[float]]", "return [[0] * n for _ in range(n)]", [0, 2]),
    # A bool where an int is declared: what CPython gives equals it.
    ("n: int) -> list[int]", "return [n > 1, n > 2]", [2]),
    # Characters become texts, values become options.
    ("s: str) -> list[str]", "return [c for c in s]", ["", "aé漢😀"]),
    ("s: str) -> dict[str, int]", "return {c: ord(c) for c in s}", ["", "abca"]),
    ("s: str) -> tuple[str, str | None]", "return (s[0], s[-1])", ["ab"]),
    ("n: int) -> list[int | None]", "return [n, n + 1]", [3]),
    ("n: int) -> int | None", "return None if n < 0 else n", [-1, 4]),
    ("n: int) -> str | None", "return None if n < 0 else 'x' * n", [-1, 0, 4]),
    ("n: int) -> tuple[int, int] | None", "return None if n < 0 else (n, n)", [-1, 4]),
    ("n: int) -> list[int] | None", "return None if n < 0 else [n]", [-1, 4]),
    ("n: int) -> bool | None", "return None if n < 0 else n > 1", [-1, 0, 4]),
    ("n: int) -> tuple[bool | None, bool]", "return (None if n < 0 else n > 1, n == 4)", [-1, 0, 4]),
    # Nothing ever stood in it.
    ("n: int) -> list[str]", "return []", [1]),
    ("n: int) -> dict[str, list[int]]", "return {}", [1]),
    ("n: int) -> tuple[list[float], set[str], int | None]", "return ([], set(), None)", [1]),
    # No value, one core value, the order of keys after removals.
    ("n: int) -> None", "n += 1", [1]),
    ("n: int) -> tuple[int]", "return (n,)", [5]),
    ("n: int) -> tuple[tuple[float]]", "return ((n / 2,),)", [5]),
    ("n: int) -> tuple[bool]", "return (n > 2,)", [5]),
    (
        "n: int) -> dict[int, str]",
        "d = {i: str(i) for i in range(n)}\n    del d[1]\n    d[0] = 'x'\n    d[1] = 'y'\n    return d",
        [3, 40],
    ),
    ("n: int) -> set[int]", "s = {i * i % 7 for i in range(n)}\n    s.discard(4)\n    return s", [0, 20]),
    ("n: int) -> tuple[bytes, list[bytes]]", "return (b'a' * n, [b'x', b''])", [0, 3]),
]


@pytest.mark.parametrize(("head", "body", "cases"), RESULTS, ids=range(len(RESULTS)))
def test_results_are_brought_to_their_declared_type(head: str, body: str, cases: list[Any]) -> None:
    check(f"def f({head}:\n    {body}\n", *[(case,) for case in cases])


PARAMETERS: list[tuple[str, str, list[tuple[Any, ...]]]] = [
    # The cell's container holds more than the parameter is declared to hold.
    ("xs: list[int]) -> list[int | None]", "xs.append(None)\n    return xs", [([1, 2],), ([],)]),
    ("xs: list[str]) -> list[str | None]", "xs.append(None)\n    return xs", [(["a"],)]),
    ("xs: list[int]) -> list[float]", "xs.append(0.5)\n    return xs", [([1, 2],)]),
    ("d: dict[str, int]) -> dict[str, float]", "d['z'] = 0.5\n    return d", [({"a": 1},)]),
    ("d: dict[str, int]) -> dict[str, int | None]", "d['z'] = None\n    return d", [({"a": 1},)]),
    # Objects that two places hold.
    (
        "xs: list[list[int]]) -> list[list[int]]",
        "xs.append(xs[0])\n    xs[0].append(9)\n    return xs",
        [([[1], [2]],)],
    ),
    (
        "t: tuple[list[int], str]) -> tuple[str, list[int]]",
        "a, b = t\n    a.append(1)\n    return (b + b, a)",
        [(([], "x"),)],
    ),
    ("a: str | None, b: int) -> str", "return 'none' if a is None else a * b", [(None, 2), ("é", 2)]),
    ("a: list[int] | None = None) -> int", "return -1 if a is None else sum(a)", [(None,), ([3, 4],)]),
    (
        "a: tuple[int, int] | None, b: bool | None) -> int",
        "return (0 if a is None else a[1]) + (2 if b else 1)",
        [(None, None), ((1, 5), True), ((1, 5), False)],
    ),
    (
        "d: dict[tuple[int, str], list[str]]) -> list[str]",
        "return d[1, 'a'] + [k[1] for k in d]",
        [({(1, "a"): ["x"], (2, "b"): []},)],
    ),
    (
        "d: dict[Literal['a', 'b'], int], k: Literal['a', 'b'], s: set[Literal[1, 2]]) -> int",
        "return d[k] + sum(s)",
        [({"a": 5, "b": 6}, "b", {2})],
    ),
    ("s: set[str], k: str) -> bool", "return k in s", [({"a", "b"}, "b"), (set(), "")]),
    ("s: set[tuple[int, bool]]) -> int", "return len(s) + ((1, True) in s)", [({(1, True), (1, False)},)]),
    (
        "g: dict[str, dict[str, int]]) -> int",
        "return sum(sum(v.values()) for v in g.values())",
        [({"a": {"b": 1, "c": 2}, "d": {}},)],
    ),
]


@pytest.mark.parametrize(("head", "body", "cases"), PARAMETERS, ids=range(len(PARAMETERS)))
def test_parameters_are_the_cell_s_own_values(head: str, body: str, cases: list[tuple[Any, ...]]) -> None:
    check(f"from typing import Literal\n\ndef f({head}:\n    {body}\n", *cases)


def test_records_in_and_out() -> None:
    point = Record("Point", {"x": 2**40, "flag": True, "note": None})
    other = Record("Point", {"x": -1, "flag": False, "note": "é"})
    made = Cell(
        CELL + "def f(p: Point, pairs: list[Pair], known: dict[str, Point | None]) -> list[Pair]:\n"
        "    p.x += 1\n"
        "    q = known.get('q')\n"
        "    if q is not None:\n"
        "        q.note = 'seen'\n"
        "        pairs.append(Pair(q, [1, 2.5]))\n"
        "    pairs.append(Pair(p, []))\n"
        "    return pairs\n"
    )
    pair = Record("Pair", {"at": other, "ys": [0.5]}, is_tuple=True)
    assert repr(made.run(point, [pair], {"q": other, "r": None})) == (
        "[Pair(at=Point(x=-1, flag=False, note='é'), ys=[0.5]), "
        "Pair(at=Point(x=-1, flag=False, note='seen'), ys=[1.0, 2.5]), "
        "Pair(at=Point(x=1099511627777, flag=True, note=None), ys=[])]"
    )


def test_an_int_that_no_float_is_stops() -> None:
    made = Cell("def f(n: int) -> dict[str, list[float]]:\n    return {'a': [n]}\n")
    assert made.run(2**53) == {"a": [2.0**53]}
    stopped = made.run(2**53 + 1)
    assert isinstance(stopped, Stopped)
    assert stopped.is_limit


def test_lists_of_the_same_bytes_are_not_copied() -> None:
    # 32 MiB of arguments: a copy of them would be seen.
    plain = "def f(xs: list[tuple[int, bool]]) -> int:\n    return xs[-1][0] if xs else 0\n"
    rows = [(1, True)] * (1 << 21)
    made = Cell(plain)
    before, after = made.pages_after([]), made.pages_after(rows)
    assert after - before <= (len(rows) * 16 >> 16) + 2


@given(NATIVE)
def test_what_is_the_same_bytes_has_the_same_size(type_: Type) -> None:
    records = {d.name: types.Record(d.name, {f.name: types.Cell(types.BOTTOM) for f in d.fields}) for d in CLASSES}
    (held,) = Interface(signature_of([type_]), records).parameters
    if same_memory(type_, held):
        assert layout(structure(type_, CLASSES)).size == item_size(held)


@pytest.mark.parametrize(
    ("head", "body", "reason"),
    [
        ("x: frozenset[int]) -> int", "return len(x)", "a frozenset[int] is not held in native code"),
        ("n: int) -> list[int]", "return ['a']", "returns list[str] where list[int] is declared"),
        ("n: int) -> int", "return None if n else 1", "returns int | None where int is declared"),
        ("n: int) -> tuple[int, int]", "return (n, n, n)", "where tuple[int, int] is declared"),
        ("n: int) -> dict[str, int]", "return {n: n}", "returns dict[int, int] where dict[str, int] is declared"),
        ("n: int) -> list[bool]", "return [n]", "returns list[int] where list[bool] is declared"),
        ("n: int) -> set[str]", "return ['a']", "returns list[str] where set[str] is declared"),
        (
            "n: int) -> Point",
            "return Point(n, True, 1.5)",
            "the field note of Point is float where str | None is declared",
        ),
        ("n: int) -> Made", "return Made(n)", None),
        ("m: Made) -> int", "return m.x", "an instance of Made is made by its __post_init__"),
    ],
)
def test_refused(head: str, body: str, reason: str | None) -> None:
    made = "@dataclass\nclass Made:\n    x: int\n\n    def __post_init__(self):\n        self.x += 1\n\n"
    source = f"{CELL}{made}def f({head}:\n    {body}\n"
    if reason is None:
        assert Cell(source, "f").run(3) == Record("Made", {"x": 4})
        return
    with pytest.raises(NotNativeError) as caught:
        Cell(source, "f")
    assert reason in caught.value.message


# ---------------------------------------------------------------- sealed


@pytest.mark.parametrize("tier", ["native", "python"])
def test_fields_that_are_left_out_are_the_class_s_constants(tier: str) -> None:
    box = hnb.Toolbox(":memory:")
    try:
        tool = box.seal(
            "from dataclasses import dataclass, field\nfrom typing import NamedTuple\n\n"
            "class Range(NamedTuple):\n    low: int\n    high: int = 10\n\n"
            "@dataclass\nclass Config:\n    within: Range\n    rate: float = 0.5\n    note: str | None = None\n"
            "    sign: int = field(default=-1)\n\n"
            "def f(config: Config) -> tuple[float, str | None]:\n"
            "    return (config.rate * config.sign * (config.within.high - config.within.low), config.note)\n",
            tier=tier,
        )
        assert tool.tier == tier
        assert tool({"within": (4,)}) == (-3.0, None)
        assert tool({"within": {"low": 4, "high": 5}, "rate": 1, "note": "n", "sign": 2}) == (2.0, "n")
        with pytest.raises(ArgumentError, match="Config needs within"):
            tool({})
        assert box.get(str(tool.digest)).signature == tool.signature
    finally:
        box.close()


def test_parameters_given_by_name_only() -> None:
    box = hnb.Toolbox(":memory:")
    try:
        tool = box.seal(
            "def f(a: int, *, scale: float = 2.0, name: str) -> str:\n"
            '    """\n    >>> f(1, name="x")\n    \'x2.0\'\n    """\n'
            "    return name + str(a * scale)\n"
        )
        assert tool.tier == "native"
        assert (tool(2, name="q"), tool(2, name="q", scale=0.5)) == ("q4.0", "q1.0")
        with pytest.raises(ArgumentError, match="3 arguments for 1 parameter"):
            tool(2, 0.5, "q")
    finally:
        box.close()


def test_a_sealed_tool_takes_and_gives_them() -> None:
    box = hnb.Toolbox(":memory:")
    try:
        tool = box.seal(
            "from dataclasses import dataclass\n\n@dataclass\nclass Stop:\n    name: str\n    at: tuple[float, float]\n\n"
            "def near(stops: list[Stop], limits: dict[str, int], skip: set[str] | None = None) -> dict[str, list[Stop]]:\n"
            '    """Stops by name.\n\n'
            "    >>> near([Stop('a', (0, 1)), Stop('b', (2, 3))], {'a': 1})\n"
            "    {'a': [Stop(name='a', at=(0.0, 1.0))]}\n"
            '    """\n'
            "    found: dict[str, list[Stop]] = {}\n"
            "    for stop in stops:\n"
            "        if stop.name in limits and (skip is None or stop.name not in skip):\n"
            "            row = found.setdefault(stop.name, [])\n"
            "            if len(row) < limits[stop.name]:\n"
            "                row.append(stop)\n"
            "    return found\n"
        )
        assert tool.tier == "native"
        stops = [{"name": "x", "at": (1, 2)}, Record("Stop", {"name": "x", "at": [0.5, 1]})]
        receipt = tool.call(stops, {"x": 1})
        assert repr(receipt.value) == "{'x': [Stop(name='x', at=(1.0, 2.0))]}"
        assert receipt.arguments["stops"][1] == Record("Stop", {"name": "x", "at": (0.5, 1.0)})
        assert tool(stops, {"x": 2}, ["x"]) == {}
        assert tool.verify().digest == tool.digest
        for wrong, kind, said in (
            (([{"name": "x"}], {}), ArgumentError, "argument 'stops[0]': Stop needs at"),
            (
                ([{"name": "x", "at": (1, True)}], {}),
                ArgumentError,
                "argument 'stops[0].at[1]' is declared float, not bool",
            ),
            (([], {"x": 2**63}), ArgumentRangeError, "argument 'limits[\"x\"]': 9223372036854775808 does not fit"),
            (([], {"\ud800": 1}), ArgumentError, "holds the lone surrogate U+D800"),
            (([], {}, "x"), ArgumentError, "argument 'skip' is declared set[str] | None, not str"),
        ):
            with pytest.raises(kind) as caught:
                tool(*wrong)
            assert said in caught.value.message
    finally:
        box.close()
