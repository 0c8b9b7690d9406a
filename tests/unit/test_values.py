"""The wire form: every value comes back as it was, and no text does harm."""

from __future__ import annotations

import collections
import copy
import enum
import json
import math
import pickle
import sys
from dataclasses import dataclass, field, make_dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb import values
from hermetic_nb.values import Member, Record

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = st.sampled_from(["x", "y", "name", "fields", "_private", "é", "value"])
NUMBERS = st.integers() | st.integers(-(2**70), 2**70) | st.floats() | st.booleans()
TEXTS = st.text(max_size=4) | st.sampled_from(["\ud800", "$int", "$", "a\udfff"])
SCALARS = NUMBERS | TEXTS | st.binary(max_size=4) | st.none()


def records(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    fields = st.dictionaries(NAMES, inner, max_size=3)
    made = st.builds(lambda name, fields, of: Record(name, fields, is_tuple=of), NAMES, fields, st.booleans())
    return made | st.builds(Member, NAMES, TEXTS.filter(str.isascii), inner)


HASHABLE = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3) | records(inner)
)
VALUES = st.recursive(
    SCALARS | HASHABLE,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(TEXTS, inner, max_size=3)
        | st.dictionaries(HASHABLE, inner, max_size=3)
        | st.sets(HASHABLE, max_size=3)
        | st.frozensets(HASHABLE, max_size=3)
        | records(inner)
    ),
    max_leaves=12,
)


def shape(value: Any) -> Any:
    """The value with its types, so that 1, True and 1.0 differ, and nan equals nan."""
    if isinstance(value, Record):
        return (value._is_tuple_, value._name_, [(name, shape(item)) for name, item in value._asdict().items()])
    if isinstance(value, Member):
        return ("member", value.enum, value.name, shape(value.value))
    if isinstance(value, dict):
        return ("dict", [(shape(key), shape(item)) for key, item in value.items()])
    if isinstance(value, (set, frozenset)):
        return (type(value), sorted(map(repr, map(shape, value))))
    return (type(value), list(map(shape, value)) if isinstance(value, (list, tuple)) else repr(value))


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # ints of thousands of digits are meant
@given(VALUES)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    text = values.encode(value)
    assert text.encode()
    assert shape(values.decode(text)) == shape(value)
    assert values.encode(values.decode(text)) == text


ROWS = ("tuple", "set", "frozenset", "member")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3), inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [f"${name}" for name in ("no", "int", "float", "bytes", "str", "dict", "record", "namedtuple", *ROWS)]
            ),
            inner | st.lists(st.text(max_size=3) | inner, min_size=2, max_size=3),
            min_size=1,
            max_size=1,
        )
    ),
    max_leaves=10,
)


@given(JSON)
def test_any_json_is_a_value_or_a_value_error(data: Any) -> None:
    try:
        value = values.from_wire(data)
    except ValueError:
        return
    assert shape(values.decode(values.encode(value))) == shape(value)


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "NaN", "Infinity", '"\\ud800', '{"$int": 1}', '{"$int": "1 "}', '{"$int": "+1"}', '{"$int": "٣"}'),
        *('{"$int": "0x10"}', '{"$int": "01"}', '{"$int": "-0"}', '{"$int": ""}', '{"$int": "1_0"}', '{"$int": null}'),
        *(
            '{"$float": "1"}',
            '{"$float": []}',
            '{"$bytes": "*"}',
            '{"$bytes": "é"}',
            '{"$str": "zz"}',
            '{"$str": "ff"}',
        ),
        *('{"$tuple": {}}', '{"$tuple": "ab"}', '{"$set": [[]]}', '{"$dict": {"ab": 1}}', '{"$dict": ["ab"]}'),
        *('{"$dict": [[[], 1]]}', '{"$dict": [[1]]}', '{"$none": 1}', '{"$int": "1", "a": 1}', '{"a": 1, "$b": 2}'),
        *('{"$record": []}', '{"$record": ["P", []]}', '{"$record": ["P", {"a b": 1}]}', '{"$record": ["", {}]}'),
        *('{"$namedtuple": [1, {}]}', '{"$member": ["E", "A"]}', '{"$member": [1, "A", 1]}'),
        *("[" * 500 + "]" * 500, "[" * 100_000, '{"a":' * 300 + "1" + "}" * 300, '{"$int": "' + "1" * 4301 + '"}'),
    ],
)
def test_malformed_texts(text: str) -> None:
    with pytest.raises(ValueError):
        values.decode(text)


# ---------------------------------------------------------------- numbers


@pytest.fixture
def digits(request: pytest.FixtureRequest) -> Iterator[None]:
    before = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(request.param)
    yield
    sys.set_int_max_str_digits(before)


@pytest.mark.usefixtures("digits")
@pytest.mark.parametrize("digits", [0, 640, 4300], indirect=True, ids=str)
@pytest.mark.parametrize("size", [600, 641, 1200, 4299, 4300, 4301, 20_000])
def test_large_ints_do_not_hang_on_a_setting(size: int) -> None:
    for value in (10 ** (size - 1), 10**size - 1, -(10 ** (size - 1)) - 7):
        text = values.encode(value)
        assert values.decode(text) == value
        assert ("0x" in text) is (size > 4300)


def test_ints_of_up_to_4300_digits_are_decimal() -> None:
    assert values.encode(2**53 + 1) == '{"$int":"9007199254740993"}'
    assert values.encode(-(10**4299)) == '{"$int":"-1' + "0" * 4299 + '"}'
    assert values.encode(-(16**4000)) == '{"$int":"-0x1' + "0" * 4000 + '"}'


def test_a_set_keeps_each_nan() -> None:
    found = values.decode(values.encode({float("nan"), float("nan"), 1}))
    assert sorted(map(str, found)) == ["1", "nan", "nan"]


def test_minus_zero_and_infinities() -> None:
    assert [repr(values.decode(values.encode(x))) for x in (-0.0, math.inf, -math.inf)] == ["-0.0", "inf", "-inf"]


# ---------------------------------------------------------------- instances of classes


@dataclass
class Point:
    dimensions: ClassVar[int] = 2
    x: int
    y: float = field(default=0.5, repr=False)


class Pair(NamedTuple):
    left: Any
    right: Any = None


N = collections.namedtuple("N", "a b")  # noqa: PYI024


class Colour(enum.Enum):
    RED = "r"
    DARK = (1, 2)


class Level(enum.IntEnum):
    LOW = 1


class Word(enum.StrEnum):
    YES = "yes"


def make_named(name: str) -> Any:
    kind: Any = type(name, (Pair,), {})
    return kind(1, 2)


class Row(tuple[int, ...]):
    __slots__ = ()


class Access(enum.Flag):
    READ = 1
    WRITE = 2


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (Point(1), {"$record": ["Point", {"x": 1, "y": 0.5}]}),
        (Pair(Point(1), {1}), {"$namedtuple": ["Pair", {"left": values.to_wire(Point(1)), "right": {"$set": [1]}}]}),
        (N(1, 2), {"$namedtuple": ["N", {"a": 1, "b": 2}]}),
        (Colour.RED, {"$member": ["Colour", "RED", "r"]}),
        (Colour.DARK, {"$member": ["Colour", "DARK", {"$tuple": [1, 2]}]}),
        (Level.LOW, {"$member": ["Level", "LOW", 1]}),
        (Word.YES, {"$member": ["Word", "YES", "yes"]}),
        (Access.READ | Access.WRITE, {"$member": ["Access", "READ|WRITE", 3]}),
        ({Word.YES: 1}, {"$dict": [[{"$member": ["Word", "YES", "yes"]}, 1]]}),
        (collections.Counter("aab"), {"a": 2, "b": 1}),
        (collections.defaultdict(list, {"a": [1]}), {"a": [1]}),
        (collections.OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (type("L", (list,), {"__iter__": None})([1, 2]), [1, 2]),
        (type("S", (str,), {"__str__": None})("text"), "text"),
        (type("I", (int,), {"__int__": None})(7), 7),
        (type("F", (float,), {"__float__": None})("nan"), {"$float": "nan"}),
        (type("B", (bytes,), {})(b"\0"), {"$bytes": "AA=="}),
        (Row((1,)), {"$tuple": [1]}),
        (type("F", (frozenset,), {})((1,)), {"$frozenset": [1]}),
    ],
    ids=count(),
)
def test_instances_are_written_by_what_they_are(value: Any, wire: Any) -> None:
    assert values.to_wire(value) == wire
    assert values.to_wire(values.from_wire(wire)) == wire


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (object(), "cannot hold object"),
        (Point, "cannot hold type"),
        (1j, "cannot hold complex"),
        ([collections.deque()], "cannot hold deque"),
        (Access(0), "Access without a name"),
        (object.__new__(make_dataclass("P", [("x", int)])), "a field that is not set"),
        (make_named("a b"), "a class named 'a b'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_has_no_wire_form(value: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        values.encode(value)


def test_nesting_ends_somewhere() -> None:
    deep: Any = 1
    for _ in range(values.MAX_DEPTH + 1):
        deep = {1: deep}
    assert values.decode(values.encode(deep)) == deep
    loop: list[Any] = []
    loop.append(loop)
    for value in ([deep], {"a": deep}, Record("R", {"x": deep}), (deep,), loop):
        with pytest.raises(ValueError, match="nested too deep"):
            values.encode(value)
    with pytest.raises(ValueError, match="nested too deep"):
        values.from_wire([json.loads(values.encode(deep))])


# ---------------------------------------------------------------- records


def test_a_record_is_like_the_instance() -> None:
    record: Any = Record("Person", {"name": "Ada", "fields": [1]})
    assert (record.name, record.fields, record._fields, record._name_) == ("Ada", [1], ("name", "fields"), "Person")
    assert repr(record) == "Person(name='Ada', fields=[1])"
    assert record == Record("Person", {"fields": [1], "name": "Ada"})
    assert record != Record("Other", {"name": "Ada", "fields": [1]})
    assert record != {"name": "Ada", "fields": [1]}
    assert {"name", "fields"} < set(dir(record))
    assert hash(Record("P", {"x": 1})) == hash(Record("P", {"x": 1}))
    with pytest.raises(TypeError, match="unhashable"):
        hash(record)
    with pytest.raises(AttributeError, match="Person has no field age"):
        _ = record.age
    with pytest.raises(AttributeError, match="does not change"):
        record.name = "Bob"
    with pytest.raises(AttributeError, match="does not change"):
        del record.name
    with pytest.raises(TypeError):
        iter(record)


def test_a_named_tuple_is_a_tuple_too() -> None:
    pair: Any = Record("Pair", {"left": 1, "right": 2}, is_tuple=True)
    left, right = pair
    assert (left, right, pair[-1], pair[:1], len(pair), pair.left) == (1, 2, 2, (1,), 2, 1)
    assert pair == (1, 2) == pair
    assert pair == Pair(1, 2)
    assert hash(pair) == hash((1, 2))
    assert pair != Record("Pair", {"left": 1, "right": 2})
    assert pair != [1, 2]


def test_a_member_is_like_the_member() -> None:
    member = Member("Colour", "RED", "r")
    assert (member.enum, member.name, member.value, repr(member)) == ("Colour", "RED", "r", "<Colour.RED: 'r'>")
    assert member == values.from_wire(values.to_wire(Colour.RED)) != Member("Colour", "BLUE", "r") != "r"
    assert {member: 1}[Member("Colour", "RED", "r")] == 1
    with pytest.raises(AttributeError, match="does not change"):
        member.name = "BLUE"


@pytest.mark.parametrize(
    "value", [Record("P", {"x": [1]}), Record("P", {"x": [1]}, is_tuple=True), Member("E", "A", 1)], ids=count()
)
def test_copies_and_pickles(value: Any) -> None:
    for made in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value))):
        assert made == value
        assert type(made) is type(value)
