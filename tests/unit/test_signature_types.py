"""Annotations of cells as interface types: their texts, their classes, their defaults, and what natives cannot take."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb import values
from hermetic_nb.cell import parse, parse_sig
from hermetic_nb.errors import ArgumentError, SpecError
from hermetic_nb.signature import INT, Parameter, Signature, border, native, schema, wit
from hermetic_nb.signature.annotations import parse_type
from hermetic_nb.toolbox import literals

IMPORTS = "from __future__ import annotations\nimport typing as tp, enum, dataclasses\nfrom dataclasses import InitVar, dataclass, field\n"


@cache
def read(annotation: str, before: str = "", *, result: bool = False) -> Signature:
    head = f"def f() -> {annotation}:" if result else f"def f(x: {annotation}) -> int:"
    return parse(f"{before}\n{head}\n    return 1\n").signature


def refused(annotation: str, before: str = "", *, result: bool = False) -> str:
    with pytest.raises(SpecError) as caught:
        read(annotation, before, result=result)
    assert caught.value.diagnostics[0].line
    assert caught.value.help.startswith("types of an interface: int, float")
    return caught.value.diagnostics[0].message


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        ("typing.Dict[str, t.List[int]]", "dict[str, list[int]]"),
        ("collections.abc.Sequence[int]", "list[int]"),
        ("Iterable[tuple[str, int]]", "list[tuple[str, int]]"),
        ("Mapping[int, set[str]]", "dict[int, set[str]]"),
        ("Dict", "dict[Any, Any]"),
        ("list", "list[Any]"),
        ("tuple", "tuple[Any, ...]"),
        ("tuple[()]", "tuple[()]"),
        ("Tuple[int, ...]", "tuple[int, ...]"),
        ("tuple['int', 'list[int]']", "tuple[int, list[int]]"),
        ("frozenset[tuple[int, int]]", "frozenset[tuple[int, int]]"),
        ("Optional[int]", "int | None"),
        ("Union[int, Optional[str], int]", "int | str | None"),
        ("None | int", "None | int"),
        ("int | Any", "Any"),
        ("object", "Any"),
        ("Literal['a', 'é', 1, True, b'x', None, -1]", "Literal['a', '\\xe9', 1, True, b'x', None, -1]"),
        ("Annotated[float, 'metres']", "float"),
        ("'list[int] | None'", "list[int] | None"),
    ],
)
def test_annotations(annotation: str, text: str) -> None:
    found = read(annotation).parameters[0].type
    assert str(found) == text
    assert parse_type(text) == found


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        ("Foo", "Foo is not a type of an interface"),
        ("np.ndarray", "np.ndarray is not a type of an interface"),
        ("'1 +'", "'1 +' is not a type"),
        ("list[int, str]", "not a type"),
        ("dict[str]", "not a type"),
        ("3", "3 is not a type"),
        ("set[list[int]]", r"list[int] cannot be hashed"),
        ("dict[tuple[int, set[int]], int]", "cannot be hashed"),
        ("Callable[[int], int]", "a function cannot cross"),
        ("complex", "use tuple[float, float]"),
        ("Iterator[int]", "write list[...]"),
        ("Counter[str]", "a tool gets plain dicts"),
        ("Literal[1.5]", "Literal[...] takes"),
        ("Literal[f'']", "Literal[...] takes"),
        ("|".join(["int"] * 300) + " | x", "x is not a type"),
    ],
    ids=count(),
)
def test_annotations_that_name_no_type(annotation: str, said: str) -> None:
    assert said in refused(annotation)


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        ("Sequence[int]", "list[int] | tuple[int, ...]"),
        ("Counter[str]", "dict[str, int]"),
        ("Counter", "dict[Any, int]"),
        ("defaultdict[str, list[int]]", "dict[str, list[int]]"),
        ("None", "None"),
    ],
)
def test_what_a_function_may_return(annotation: str, text: str) -> None:
    assert str(read(annotation, result=True).result) == text


CLASSES = f"""{IMPORTS}
from collections import namedtuple
from enum import Enum, IntEnum, StrEnum, auto
from typing import Generic, NamedTuple, NewType, NotRequired, Required, TypedDict, TypeVar, Optional as Maybe
Vector = list[float]
Matrix: tp.TypeAlias = "list[Vector]"
Id = NewType("Id", int)
T = TypeVar("T")
B = TypeVar("B", bound=int)
class Colour(Enum):
    RED = 1
    GREEN = "g"
    BLUE = [1.5]
    ODD = some_function
    _ignored = 3
    def method(self): ...
class Level(enum.IntEnum):
    LOW = auto()
    HIGH = auto()
class Word(StrEnum):
    YES = auto()
Called = Enum("Called", "A B")
@dataclass(frozen=True, order=True)
class Base:
    kinds: tp.ClassVar[int] = 1
    x: int
    y: float = 0.5
    z: list[int] = field(default_factory=list)
@dataclasses.dataclass
class More(Base):
    w: Maybe[str] = None
    v: int = None
    u: int = field(init=False)
class Plainly(More):
    extra = 1
@dataclass
class Tree:
    left: Tree | None = None
    right: "Tree | None" = None
    paint: Colour = Colour.RED
@dataclass
class Box(Generic[T]):
    held: T
    size: B
class Pair(NamedTuple):
    a: int
    b: str = ""
Old = namedtuple("Old", ["p", "q"], defaults=[1])
Older = NamedTuple("Older", [("p", int)])
class Options(TypedDict, total=False):
    depth: int
    name: Required[str]
class Wide(Options):
    deep: NotRequired[bool]
    all: int
Given = TypedDict("Given", {{"a b": int}})
class Shape: ...
@dataclass
class Circle(Shape):
    r: float
@dataclass
class Square(Shape):
    side: float
    inner: "Circle | None" = None
class Selfish(list[int]): ...
Loop = list["Loop"]
limit = 3
@dataclass
class Broken:
    x: Foo
@dataclass
class Init:
    x: InitVar[int]
some_function = len
"""


def fields(annotation: str) -> dict[str, str]:
    found = read(annotation, CLASSES)
    definition = next(one for one in found.definitions if one.name == str(found.parameters[0].type))
    return {field.name: f"{field.type}{'' if field.is_required else '?'}" for field in definition.fields}


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("More", {"x": "int", "y": "float?", "z": "list[int]?", "w": "str | None?", "v": "int | None?", "u": "int?"}),
        ("Tree", {"left": "Tree | None?", "right": "Tree | None?", "paint": "Colour?"}),
        ("Box[int]", {"held": "Any", "size": "int"}),
        ("Pair", {"a": "int", "b": "str?"}),
        ("Old", {"p": "Any", "q": "Any?"}),
        ("Older", {"p": "int"}),
        ("Options", {"depth": "int?", "name": "str"}),
        ("Wide", {"depth": "int?", "name": "str", "deep": "bool?", "all": "int"}),
        ("Given", {"a b": "int"}),
    ],
)
def test_fields_of_the_cell_s_classes(annotation: str, expected: dict[str, str]) -> None:
    if annotation == "More":
        expected = dict(expected)
        assert str(read(annotation, CLASSES).parameters[0].type) == "More"
        assert str(read(annotation, CLASSES, result=True).result) == "More | Plainly"
        (more, plainly) = read(annotation, CLASSES, result=True).definitions
        assert more.fields == plainly.fields
        assert {f.name: f"{f.type}{'' if f.is_required else '?'}" for f in more.fields} == expected
    else:
        assert fields(annotation) == expected


@pytest.mark.parametrize(
    ("annotation", "members"),
    [
        ("Colour", {"RED": "1", "GREEN": '"g"', "BLUE": "[1.5]", "ODD": None}),
        ("Level", {"LOW": "1", "HIGH": "2"}),
        ("Word", {"YES": '"yes"'}),
        ("Called", {"A": "1", "B": "2"}),
    ],
)
def test_members_of_the_cell_s_enums(annotation: str, members: dict[str, str | None]) -> None:
    (definition,) = read(annotation, CLASSES).definitions
    assert {member.name: member.value for member in definition.members} == members


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        ("Vector", "list[float]"),
        ("Matrix", "list[list[float]]"),
        ("dict[Id, T]", "dict[int, Any]"),
        ("Maybe[B]", "int | None"),
        ("tp.Optional[Pair]", "Pair | None"),
        ("Circle | Square", "Circle | Square"),
    ],
)
def test_aliases(annotation: str, text: str) -> None:
    assert str(read(annotation, CLASSES).parameters[0].type) == text


def test_a_result_may_be_of_a_class_that_derives_from_the_declared() -> None:
    found = read("list[Shape]", CLASSES, result=True)
    assert str(found.result) == "list[Circle | Square]"
    value = [values.Record("Circle", {"r": 1}), values.Record("Square", {"side": 2.0, "inner": None})]
    assert repr(border.fit_result(found, value)) == "[Circle(r=1.0), Square(side=2.0, inner=None)]"


@pytest.mark.parametrize(
    ("annotation", "said"),
    [
        ("Selfish", "Selfish is a plain class"),
        ("Shape", "Shape is a plain class"),
        ("Loop", "Loop is defined by itself"),
        ("limit", "limit is not a type"),
        ("Broken", "Foo is not a type"),
        ("Init", "InitVar"),
        ("some_function", "some_function is not a type"),
    ],
)
def test_classes_that_cannot_cross(annotation: str, said: str) -> None:
    assert said in refused(annotation, CLASSES)


def test_a_class_with_the_name_of_a_type_is_refused() -> None:
    assert "hides the type list" in refused("list", "class list: ...")


def test_a_mistake_in_a_class_is_placed_there() -> None:
    with pytest.raises(SpecError) as caught:
        read("P", "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: Foo\n")
    assert caught.value.diagnostics[0].line == 4


def test_a_signature_is_stored_with_the_definitions_it_reaches() -> None:
    signature = read("dict[str, Tree]", CLASSES)
    document = json.loads(json.dumps(signature.to_json()))
    assert [definition["name"] for definition in document["definitions"]] == ["Tree", "Colour"]
    assert Signature.from_json(document) == signature
    assert "definitions" not in read("dict[str, int]", CLASSES).to_json()
    assert str(signature.to_inspect()) == "(x: dict[str, Tree]) -> int"


# ---------------------------------------------------------------- defaults and forms


@pytest.mark.parametrize(
    ("parameter", "default"),
    [
        ("x: int = 2**64", "18446744073709551616"),
        ("x: float = -1 / 4", "-0.25"),
        ("x: float = math.inf", "inf"),
        ("x: float = float('nan')", "nan"),
        ("x: list[float] = [1, 2]", "[1.0, 2.0]"),
        ("x: dict[str, int] = dict()", "{}"),
        ("x: set[int] = frozenset({1})", "{1}"),
        ("x: tuple[int, int] = LIMITS", "(1, 2)"),
        ("x: int = None", "None"),
        ("x: Colour = Colour.RED", "<Colour.RED: 1>"),
        ("x: Point = Point(1, y=2)", "Point(x=1, y=2)"),
        ("x = 'text'", "'text'"),
    ],
)
def test_defaults(parameter: str, default: str) -> None:
    cell = f"""import math
from enum import Enum
from dataclasses import dataclass
LIMITS = (1, LAST)
LAST = 2
class Colour(Enum):
    RED = 1
@dataclass
class Point:
    x: int
    y: int
def f({parameter}) -> int:
    return 1
"""
    (found,) = parse(cell).signature.parameters
    assert repr(values.decode(found.default or "")) == default


@pytest.mark.parametrize(
    ("before", "default"),
    [
        ("A = 1\nA = 2\n", "A"),
        ("A = 1\ndef _g():\n    global A\n    A = 2\n", "A"),
        ("A = A\n", "A"),
        ("for A in [1]: pass\n", "A"),
        ("", "1 / 0"),
        ("", "1 << 99999"),
        ("", "10 ** 10 ** 10"),
        ("", "'a' * 9"),
        ("", "[*'a']"),
        ("", "open('a')"),
        ("", "1j"),
        ("", "..."),
        ("", "bytes(10 ** 9)"),
    ],
)
def test_what_is_no_constant(before: str, default: str) -> None:
    with pytest.raises(SpecError) as caught:
        parse(f"{before}def f(x: Any = {default}) -> int:\n    return 1\n")
    assert "constant" in caught.value.diagnostics[0].message


def test_parameters_by_name_only() -> None:
    signature = parse("def f(a, *, b: int = 1, c: str) -> None:\n    pass\n").signature
    assert str(signature) == "(a: Any, *, b: int = 1, c: str) -> None"
    assert str(signature.to_inspect()) == "(a: Any, *, b: int = 1, c: str) -> None"
    assert border.fit(signature, (1,), {"c": "x"}, wide=True) == (1, 1, "x")
    with pytest.raises(ArgumentError, match="2 arguments for 1 parameter"):
        border.fit(signature, (1, 2), {"c": "x"}, wide=True)
    assert Signature.from_json(signature.to_json()) == signature


def test_an_async_def_keeps_call_agent_to_itself() -> None:
    spec = parse("async def f(question: str, call_agent, *, n=1):\n    return await call_agent('a', {})\n")
    assert str(spec.signature) == "(question: str, *, n: Any = 1) -> Any"


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("(x: list[list[int]]) -> bytes", None),
        ("(x) -> int", "x has no declared type"),
        ("(x: int)", "the result has no declared type"),
        ("(x: list) -> int", "x does not say what its list holds"),
        ("(x: dict[str, str], y: int | None = None) -> None", None),
        ("(x: list[int | None], y: Point) -> set[tuple[int, str]]", None),
        ("(x: tuple[int, ...] = (1,)) -> tuple[Point, Pair]", None),
        ("(x: None) -> int", "None is not a type of the native tier"),
        ("(x: list[None]) -> int", "list[None] is not a type of the native tier: None is a result, or one of two"),
        ("(x: int | str) -> int", "int | str is not a type of the native tier: int | str is a choice of types"),
        (
            "(x: list[int | str | None]) -> int",
            "list[int | str | None] is not a type of the native tier: int | str | None is a choice of types",
        ),
        ("(x: Literal[1], y: list[Literal['a', 'b']] | None = None, z: Literal[True] = True) -> int", None),
        (
            "(x: int) -> Literal[1]",
            "Literal[1] is not a type of the native tier: a result is not checked to be Literal[1]",
        ),
        (
            "(x: Literal[1, 'a']) -> int",
            "Literal[1, 'a'] is not a type of the native tier: Literal[1, 'a'] is a choice of values of several types",
        ),
        (
            "(x: Literal[9223372036854775808]) -> int",
            (
                "Literal[9223372036854775808] is not a type of the native tier: Literal[9223372036854775808] is a choice of "
                "values that native code does not hold"
            ),
        ),
        (
            "(x: dict[float, int]) -> int",
            "dict[float, int] is not a type of the native tier: float is no key of a dict or set here",
        ),
        (
            "(x: set[tuple[str, float]]) -> int",
            "set[tuple[str, float]] is not a type of the native tier: tuple[str, float] is no key of a dict or set here",
        ),
        ("(x: tuple[()]) -> int", "tuple[()] is not a type of the native tier: an empty tuple holds nothing"),
        ("(x: int) -> Colour", "Colour is not a type of the native tier: Colour is an enum"),
        ("(x: int) -> list[Options]", "list[Options] is not a type of the native tier: Options is a TypedDict"),
        ("(x: int) -> Tree | None", "Tree | None is not a type of the native tier: Tree holds itself"),
        ("(x: Pair) -> int", None),
        ("(x: Base) -> int", "x takes a Base whose field z may be left out, for no constant"),
        ("(x: Halves) -> int", "x takes a Halves whose field y may be left out, for no constant"),
        ("(x: dict) -> int", "x does not say what its dict holds"),
        ("(x: list[set]) -> int", "x does not say what its set holds"),
        ("(x: int) -> Loose", "Loose is not a type of the native tier: the field d of Loose holds any dict"),
        ("(x: tuple[int, list[int]] = (1, [])) -> int", "x has a list as default"),
        ("(x: tuple[int, int] = (1, 2**63)) -> int", "the default of x needs more than 64 bits"),
        ("(*, x: int) -> int", None),
        ("(x: list[int] = []) -> int", "x has a list as default"),
        ("(x: int = 2**63) -> int", "the default of x needs more than 64 bits"),
        ("(x: str = '\\udc00') -> int", "the default of x holds half of a character"),
    ],
)
def test_the_first_reason_against_the_native_tier(head: str, reason: str | None) -> None:
    classes = f"{CLASSES}\n@dataclass\nclass Point:\n    x: float\n    y: float\n@dataclass\nclass Loose:\n    d: dict\n@dataclass\nclass Halves:\n    x: int = 1\n    y: float = 0\n"
    signature = parse(f"{classes}def f{head}:\n    return 1\n").signature
    assert native.refusal(signature) == reason


@pytest.mark.parametrize("field", ["{}", "list[{}]"])
def test_classes_that_double_are_refused_at_once(field: str) -> None:
    source, before = "", "int"
    for number in range(40):
        kind = field.format(before)
        source += f"@dataclass\nclass C{number}:\n    a: {kind}\n    b: {kind}\n"
        before = f"C{number}"
    signature = parse(f"{IMPORTS}\n{source}def f(x: int) -> C39:\n    return x\n").signature
    assert native.refusal(signature) == ("C39 is not a type of the native tier: it is made of more than 1000 types")
    small = parse(f"{IMPORTS}\n{source}def f(x: C3) -> C3:\n    return x\n").signature
    assert native.refusal(small) is None


def test_a_stored_default_of_another_type() -> None:
    assert native.refusal(Signature((Parameter("x", INT, "2.5"),), INT)) == "the default of x is no int"


def test_modules_of_other_languages_have_native_interfaces() -> None:
    with pytest.raises(SpecError, match="is not a type of the native tier"):
        parse_sig("f(x: int | str) -> int")
    assert str(parse_sig("f(x: dict[str, int]) -> tuple[int, str]")[1]) == "(x: dict[str, int]) -> tuple[int, str]"


# ---------------------------------------------------------------- the border


class Colour(enum.Enum):
    RED = "other"


@dataclass
class Circle:
    r: Any


class Pair(NamedTuple):
    a: Any
    b: Any = ""


def fit(annotation: str, value: Any) -> Any:
    return border.fit(read(annotation, CLASSES), (value,), {}, wide=True)[0]


@pytest.mark.parametrize(
    ("annotation", "value", "shown"),
    [
        ("Circle | Square", Circle(1), "Circle(r=1.0)"),
        ("Circle | Square", {"side": 1}, "Square(side=1.0)"),
        ("Colour", Colour.RED, "<Colour.RED: 1>"),
        ("Colour", "ODD", "<Colour.ODD: None>"),
        ("Pair", Pair(1, "x"), "Pair(a=1, b='x')"),
        ("tuple[int, str]", Pair(1, "x"), "(1, 'x')"),
        ("list[float] | list[int]", [1, 2], "[1, 2]"),
        ("list[int] | list[float]", [1, 2.0], "[1.0, 2.0]"),
        ("float | int", True, None),
        ("str | bytes", bytearray(b"a"), "b'a'"),
        ("Wide", {"all": 1, "name": "n"}, "{'all': 1, 'name': 'n'}"),
        ("dict[tuple[int, int], Pair]", {(1, np.int64(2)): (1,)}, "{(1, 2): Pair(a=1)}"),
        ("Any", [np.int64(1), {"a": np.arange(2)}, Circle((Colour.RED, range(2)))], None),
        ("Any", memoryview(b"ab"), "b'ab'"),
        ("Literal['a', 1]", np.int64(1), "1"),
        ("set[float]", [1, 1.0, 2], "{1.0, 2.0}"),
    ],
    ids=count(),
)
def test_what_fits(annotation: str, value: Any, shown: str | None) -> None:
    if shown is None and annotation == "Any":
        shown = "[1, {'a': [0, 1]}, Circle(r=(<Colour.RED: 'other'>, [0, 1]))]"
    if shown is None:
        with pytest.raises(ArgumentError, match=r"declared float \| int, not bool"):
            fit(annotation, value)
    else:
        assert repr(fit(annotation, value)) == shown


@pytest.mark.parametrize(
    ("annotation", "value", "said"),
    [
        ("Circle", Pair(1), "'x' is declared Circle, not Pair"),
        ("Circle", {}, "'x': Circle needs r"),
        ("Pair", (1, "", 3), "'x': 3 items, and Pair has 2"),
        ("Colour", "BLACK", "'x': Colour has no member \"BLACK\""),
        ("Colour", Pair(1), "declared Colour, not Pair"),
        ("tuple[int, int]", [1], "'x': 1 items, and tuple[int, int] is declared"),
        ("dict[str, Tree]", {"k": {"left": {"paint": 3}}}, "'x[\"k\"].left.paint' is declared Colour, not int"),
        ("dict[str, int]", {"a" * 99: "b"}, "is declared int, not str"),
        ("dict[int, int]", {10**5000: "b"}, "'x[an int of 16610 bits]' is declared int, not str"),
        ("set[int]", {"a", b"b", None, 1.5}, "'x item' is declared int, not None"),
        ("Any", [{"a": object()}], "'x[0][\"a\"]': a tool's values cannot hold object"),
        ("Literal['a']", "b", "'x': \"b\" is not one of 'a'"),
        ("int | list[int]", ["a"], "'x[0]' is declared int, not str"),
        ("set[Any]", [[1]], "'x': it holds what cannot be hashed"),
    ],
    ids=count(),
)
def test_what_does_not_fit(annotation: str, value: Any, said: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        fit(annotation, value)
    assert said in caught.value.message
    assert len(caught.value.message) < 200


NESTED = """from dataclasses import dataclass
@dataclass
class A:
    next: "A | B | None"
    same: "A | B | None"
@dataclass
class B:
    next: "A | B | None"
    same: "A | B | None"
"""


def test_unions_in_unions_are_tried_once() -> None:
    tree: Any = {"next": 3, "same": None}
    for _ in range(60):
        tree = {"next": tree, "same": tree}
    signature = read("A", NESTED)
    with pytest.raises(ArgumentError, match=r"'x.*next' is declared A"):
        border.fit(signature, (tree,), {}, wide=True)
    # The same as JSON, which holds each part twice over.
    tree = 3
    for _ in range(9):
        tree = {"next": tree, "same": tree}
    data = schema.read(signature.parameters[0].type, json.loads(json.dumps(tree)), signature.definitions)
    with pytest.raises(ArgumentError, match=r"'x.*next' is declared A"):
        border.fit(signature, (data,), {}, wide=True)


def test_what_is_nested_without_end() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(ArgumentError, match="nested too deep"):
        fit("Any", loop)
    with pytest.raises(TypeError, match="nested too deep"):
        border.fit_result(Signature((), parse_type("Any")), loop)


@pytest.mark.parametrize(
    ("annotation", "value", "said"),
    [
        ("list[int]", [1, "a"], "is declared to give list[int], and gave str at [1]"),
        ("int", None, "is declared to give int, and gave None"),
        ("dict[str, float]", {"a": 2**60 + 1}, 'gave a value that does not fit at ["a"]: no float is exactly this int'),
        ("Pair", (1, ""), "is declared to give Pair, and gave tuple"),
        ("int | str", 1.0, "gave float"),
    ],
)
def test_results_that_do_not_fit(annotation: str, value: Any, said: str) -> None:
    with pytest.raises(TypeError) as caught:
        border.fit_result(read(annotation, CLASSES, result=True), value)
    assert said in str(caught.value)


# ---------------------------------------------------------------- JSON, WIT, texts

SCALARS: list[tuple[str, st.SearchStrategy[Any]]] = [
    ("int", st.integers()),
    ("float", st.floats(allow_nan=False)),
    ("bool", st.booleans()),
    ("str", st.text(max_size=3) | st.just("\ud800") | st.just("YQ==")),
    ("bytes", st.binary(max_size=3)),
    ("None", st.none()),
    ("Any", st.sampled_from([1, "a", (1, {2}), {"$a": b""}])),
    ("Literal['a', 1, b'x']", st.sampled_from(["a", 1, b"x"])),
    ("Colour", st.just(values.Member("Colour", "RED", 1))),
    ("Circle", st.floats(0, 9).map(lambda r: values.Record("Circle", {"r": r}))),
    ("Pair", st.integers().map(lambda a: values.Record("Pair", {"a": a, "b": ""}, is_tuple=True))),
    ("Given", st.integers().map(lambda a: {"a b": a})),
]
KEYS = [pair for pair in SCALARS if pair[0] not in {"Any", "Given", "Circle"}]


def named(pairs: list[tuple[str, st.SearchStrategy[Any]]]) -> st.SearchStrategy[tuple[str, Any]]:
    return st.one_of([st.tuples(st.just(name), strategy) for name, strategy in pairs])


def grown(inner: st.SearchStrategy[tuple[str, Any]]) -> st.SearchStrategy[tuple[str, Any]]:
    def more(first: tuple[str, Any], key: tuple[str, Any], other: tuple[str, Any]) -> st.SearchStrategy[Any]:
        (name, value), (of_key, one), (of_other, _) = first, key, other
        return st.sampled_from(
            [
                (f"list[{name}]", [value, value]),
                (f"tuple[{name}, {of_key}]", (value, one)),
                (f"tuple[{name}, ...]", (value,)),
                (f"dict[{of_key}, {name}]", {one: value}),
                (f"dict[str, {name}]", {"$a": value}),
                (f"dict[str, {name}]", {"a": value, "b": value}),
                (f"set[{of_key}]", {one}),
                (f"frozenset[tuple[{of_key}, ...]]", frozenset([(one,)])),
                (f"{of_other} | {name}", value),
                (f"{name} | {of_other}", value),
            ]
        )

    return st.tuples(inner, named(KEYS), inner).flatmap(lambda three: more(*three))


TYPED = st.recursive(named(SCALARS), grown, max_leaves=5)


@given(TYPED)
def test_json_gives_back_every_value(typed: tuple[str, Any]) -> None:
    annotation, value = typed
    signature = read(annotation, CLASSES)
    (type_,) = (parameter.type for parameter in signature.parameters)
    data = json.loads(json.dumps(schema.write(type_, value, signature.definitions)))
    found = border.fit(signature, (schema.read(type_, data, signature.definitions),), {}, wide=True)[0]
    assert values.encode(found) == values.encode(value)
    result = read(annotation, CLASSES, result=True)
    assert values.encode(border.fit_result(result, value)) == values.encode(value)
    wit.world(signature)
    assert json.dumps(schema.parameters_schema(signature))
    sample = literals.sample(type_, signature.definitions)
    border.fit(signature, (literals.literal(type_, sample, signature.definitions),), {}, wide=True)


@given(st.text(max_size=20), TYPED)
def test_any_text_is_a_value_or_a_value_error(text: str, typed: tuple[str, Any]) -> None:
    signature = read(typed[0], CLASSES)
    try:
        value = literals.literal(signature.parameters[0].type, text, signature.definitions)
        border.fit(signature, (value,), {}, wide=True)
    except (ValueError, ArgumentError):
        return


def test_schemas() -> None:
    found = schema.parameters_schema(
        parse(
            CLASSES
            + "def f(a: Literal['x'], b: bytes | str, c: tuple[int, ...], d: dict[int, Any], e: Pair = Pair(1)):\n"
            "    return 1\n"
        ).signature
    )
    assert found["properties"] == {
        "a": {"const": "x"},
        "b": {
            "anyOf": [
                {
                    "type": "object",
                    "properties": {"$bytes": {"type": "string", "contentEncoding": "base64"}},
                    "required": ["$bytes"],
                    "additionalProperties": False,
                },
                {"type": "string"},
            ]
        },
        "c": {"type": "array", "items": {"type": "integer"}},
        "d": {
            "type": "array",
            "items": {"type": "array", "prefixItems": [{"type": "integer"}, {}], "minItems": 2, "maxItems": 2},
            "description": "pairs of key and value",
        },
        "e": {"$ref": "#/$defs/Pair", "default": {"a": 1}},
    }
    assert found["$defs"]["Pair"]["required"] == ["a"]


def test_a_world_with_the_cell_s_classes() -> None:
    signature = parse(
        CLASSES
        + "def f(a: Pair, b: Colour | None, c: dict[str, Options], d: Tree, e: Any, g: set[int], h: tuple[int, str]"
        ") -> None:\n    pass\n"
    ).signature
    assert wit.world(signature) == (
        "package hermetic:tool;\n\n"
        "world tool {\n"
        "  record pair { a: s64, b: string }\n"
        "  enum colour { RED, GREEN, BLUE, ODD }\n"
        "  record options { depth: option<s64>, name: string }\n"
        "  export run: func(a: pair, b: option<colour>, c: list<tuple<string, options>>, d: string, e: string, "
        "g: list<s64>, h: tuple<s64, string>);\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("annotation", "text", "value"),
    [
        ("Any", '{"a": [1]}', {"a": [1]}),
        ("Any", "(1, 'a')", (1, "a")),
        ("Any", "just words", "just words"),
        ("int | str", "3", 3),
        ("int | str", '"3"', "3"),
        ("str | None", "None", None),
        ("Literal['two words', 1]", "two words", "two words"),
        ("Literal['two words', 1]", "1", 1),
        ("Colour", "RED", "RED"),
        ("Colour | None", "null", None),
        ("tuple[int, str]", '[1, "a"]', (1, "a")),
        ("dict[int, str]", '[[1, "a"]]', {1: "a"}),
        ("dict[int, str]", "{1: 'a'}", {1: "a"}),
        ("list[bytes]", '["AA=="]', [b"\0"]),
        ("Circle", '{"r": 1}', values.Record("Circle", {"r": 1})),
    ],
)
def test_texts_of_arguments(annotation: str, text: str, value: Any) -> None:
    signature = read(annotation, CLASSES)
    assert literals.literal(signature.parameters[0].type, text, signature.definitions) == value


@pytest.mark.parametrize("annotation", ["Literal['a', 'b']", "Literal['a', 'b'] | None", "bool", "Colour", "int"])
def test_choices(annotation: str) -> None:
    signature = read(annotation, CLASSES)
    expected = {"bool": ["true", "false"], "Colour": ["RED", "GREEN", "BLUE", "ODD"], "int": []}
    assert literals.choices(signature.parameters[0].type, signature.definitions) == expected.get(annotation, ["a", "b"])


@given(st.text(max_size=30))
def test_any_text_is_a_type_or_a_value_error(text: str) -> None:
    try:
        found = parse_type(text)
    except ValueError:
        return
    assert parse_type(str(found)) == found
    assert Parameter("x", found) == Parameter("x", found, None) != Parameter("x", INT, "1")
