"""The border of the python and pure tiers: all that annotations can say, in and out, and as JSON."""

from __future__ import annotations

import dataclasses
import enum
import json
from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hermetic_nb import cell, values
from hermetic_nb.errors import ArgumentError
from hermetic_nb.signature import Signature, border, schema
from hermetic_nb.signature.annotations import parse_type
from hermetic_nb.signature.signature import Parameter

CELL = """
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple, TypedDict

class Colour(Enum):
    RED = 1
    GREEN = "g"

class Pair(NamedTuple):
    x: int
    y: float = 0.0

class Options(TypedDict, total=False):
    depth: int

@dataclass
class Tree:
    colour: Colour
    children: "list[Tree]"
    note: str | None = None

def f(tree: Tree, pair: Pair, options: Options) -> Tree:
    return tree
"""
SIGNATURE = cell.parse(CELL).signature


@dataclasses.dataclass
class Tree:
    colour: Any
    children: list[Any]


class Colour(enum.Enum):
    RED = 1
    GREEN = "g"


class Pair(NamedTuple):
    x: int
    y: float


def fit(annotation: str, value: Any) -> Any:
    signature = Signature((Parameter("x", parse_type(annotation)),), parse_type("Any"))
    return border.fit(signature, (value,), {}, wide=True)[0]


@pytest.mark.parametrize(
    ("annotation", "value", "fitted"),
    [
        ("int", 2**100, 2**100),
        ("int", np.int64(3), 3),
        ("float", 3, 3.0),
        ("float", np.float32(0.5), 0.5),
        ("str", "\ud800", "\ud800"),
        ("bytes", bytearray(b"ab"), b"ab"),
        ("list[int]", np.array([1, 2]), [1, 2]),
        ("list[float]", (1, 2.5), [1.0, 2.5]),
        ("list[list[int]]", np.array([[1], [2]]), [[1], [2]]),
        ("list", [1, "a", None], [1, "a", None]),
        ("dict[str, float]", OrderedDict(a=1), {"a": 1.0}),
        ("dict[tuple[int, int], str]", {(1, 2): "a"}, {(1, 2): "a"}),
        ("dict", {1: [2]}, {1: [2]}),
        ("set[int]", [1, 1, 2], {1, 2}),
        ("frozenset[str]", {"a"}, frozenset("a")),
        ("tuple[int, str]", [1, "a"], (1, "a")),
        ("tuple[int, ...]", [], ()),
        ("int | None", None, None),
        ("float | str", "1", "1"),
        ("int | float", 1.0, 1.0),
        ("float | int", 1, 1),
        ("Literal['a', 1]", 1, 1),
        ("Any", np.float64(0.5), 0.5),
        ("Any", {"a": (1, {2})}, {"a": (1, {2})}),
        ("Any", Pair(1, 0.5), values.Record("Pair", {"x": 1, "y": 0.5}, is_tuple=True)),
    ],
)
def test_what_fits(annotation: str, value: Any, fitted: Any) -> None:
    found = fit(annotation, value)
    assert (found, type(found)) == (fitted, type(fitted))


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        ("int", True),
        ("int", 1.0),
        ("float", "1"),
        ("float", 2**60 + 1),
        ("str", b"a"),
        ("bytes", "a"),
        ("list[int]", [1, "a"]),
        ("list[int]", {1}),
        ("dict[str, int]", {1: 1}),
        ("dict[str, int]", [("a", 1)]),
        ("set[int]", [[1]]),
        ("tuple[int, int]", (1,)),
        ("int | None", "a"),
        ("Literal['a', 1]", True),
        ("None", 0),
        ("Any", object()),
        ("Any", lambda: 0),
    ],
)
def test_what_does_not_fit(annotation: str, value: Any) -> None:
    with pytest.raises(ArgumentError) as caught:
        fit(annotation, value)
    assert "'x" in caught.value.message
    assert " at 0x" not in str(caught.value)


def test_the_place_is_named() -> None:
    with pytest.raises(ArgumentError, match=r"""'x\["a"\]\[1\]' is declared int, not str"""):
        fit("dict[str, list[int]]", {"a": [1, "2"]})


def test_arguments_are_copies() -> None:
    given_ = {"a": [1]}
    found = fit("dict[str, list[int]]", given_)
    given_["a"].append(2)
    assert found == {"a": [1]}


@pytest.mark.parametrize(
    "tree",
    [
        Tree(Colour.RED, [Tree(Colour.GREEN, [])]),
        {"colour": "RED", "children": [{"colour": "GREEN", "children": []}]},
        values.Record(
            "Tree",
            {
                "colour": values.Member("Colour", "RED", 1),
                "children": [values.Record("Tree", {"colour": Colour.GREEN, "children": ()})],
            },
        ),
    ],
)
def test_records_are_taken_in_every_shape(tree: Any) -> None:
    found, pair, options = border.fit(SIGNATURE, (tree, (1,), {"depth": 2}), {}, wide=True)
    assert repr(found) == ("Tree(colour=<Colour.RED: 1>, children=[Tree(colour=<Colour.GREEN: 'g'>, children=[])])")
    assert (pair.x, tuple(pair), options) == (1, (1,), {"depth": 2})


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ({"colour": "BLUE", "children": []}, 'Colour has no member "BLUE"'),
        ({"colour": "RED"}, "Tree needs children"),
        ({"colour": "RED", "children": [], "extra": 1}, "Tree has no field extra"),
        ({"colour": "RED", "children": [3]}, r"'tree\.children\[0\]' is declared Tree, not int"),
        (values.Record("Other", {}), "is declared Tree, not Other"),
    ],
)
def test_records_that_are_none(tree: Any, said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        border.fit(SIGNATURE, (tree, (1, 2.0), {}), {}, wide=True)


@pytest.mark.parametrize(
    ("annotation", "value", "fitted"),
    [
        ("float", 1, 1.0),
        ("dict[str, list[float]]", {"a": [1, 0.5]}, {"a": [1.0, 0.5]}),
        ("int", True, 1),
        ("Any", {1}, {1}),
    ],
)
def test_results_become_their_declared_type(annotation: str, value: Any, fitted: Any) -> None:
    found = border.fit_result(Signature((), parse_type(annotation)), value)
    assert (found, repr(found)) == (fitted, repr(fitted))


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        ("int", 1.0),
        ("int", "1"),
        ("list[int]", (1,)),
        ("tuple[int, ...]", [1]),
        ("dict[str, int]", {"a": "b"}),
        ("None", 0),
    ],
)
def test_results_of_another_type(annotation: str, value: Any) -> None:
    with pytest.raises(TypeError, match="is declared to give"):
        border.fit_result(Signature((), parse_type(annotation)), value)


def _typed() -> st.SearchStrategy[tuple[str, Any]]:
    """An annotation and a value of it."""
    plain: list[tuple[str, st.SearchStrategy[Any]]] = [
        ("int", st.integers()),
        ("float", st.floats(allow_nan=False)),
        ("bool", st.booleans()),
        ("str", st.text()),
        ("bytes", st.binary()),
        ("None", st.none()),
    ]
    keys = ["int", "str", "bool"]

    def grown(inner: st.SearchStrategy[tuple[str, Any]]) -> st.SearchStrategy[tuple[str, Any]]:
        def several(pair: tuple[str, Any]) -> st.SearchStrategy[tuple[str, Any]]:
            name, value = pair
            return st.sampled_from(
                [
                    (f"list[{name}]", [value, value]),
                    (f"tuple[{name}, int]", (value, 1)),
                    (f"tuple[{name}, ...]", (value,)),
                    (f"dict[str, {name}]", {"$a": value, "b": value}),
                    (f"dict[int, {name}]", {3: value}),
                    *([(f"set[{name}]", {value})] if name in keys else []),
                    *([(f"{name} | None", value)] if "None" not in name else []),
                ]
            )

        return inner.flatmap(several)

    base = st.one_of(*[strategy.map(lambda value, name=name: (name, value)) for name, strategy in plain])  # type: ignore[misc] # the name is bound in the lambda
    return st.recursive(base, grown, max_leaves=6)


@given(_typed())
def test_a_value_of_a_type_is_the_same_after_the_border_and_after_json(typed: tuple[str, Any]) -> None:
    annotation, value = typed
    kind = parse_type(annotation)
    assert str(parse_type(str(kind))) == str(kind)
    assert repr(fit(annotation, value)) == repr(value)
    assert repr(border.fit_result(Signature((), kind), value)) == repr(value)
    data = json.loads(json.dumps(schema.write(kind, value)))
    assert repr(fit(annotation, schema.read(kind, data))) == repr(value)


def test_the_schema_of_records() -> None:
    found = schema.parameters_schema(SIGNATURE)
    assert found["properties"]["tree"] == {"$ref": "#/$defs/Tree"}
    assert found["$defs"]["Colour"] == {"enum": ["RED", "GREEN"]}
    assert found["$defs"]["Tree"]["required"] == ["colour", "children"]
    assert found["$defs"]["Tree"]["properties"]["note"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}
