"""Arguments and results of the cell's own classes."""

from __future__ import annotations

from tests.runner.instance import Runner

CLASSES = """
from __future__ import annotations
import enum
from dataclasses import dataclass, field
from typing import NamedTuple, TypedDict

class Colour(enum.Enum):
    RED = "r"

@dataclass
class Point:
    x: float
    y: float = 0.0

@dataclass(frozen=True)
class Line:
    ends: list[Point]
    colour: Colour | None = None
    length: float = field(init=False, default=0.0)

class Pair(NamedTuple):
    a: Point
    b: int

class Named(TypedDict):
    point: Point
"""
POINT = {"$record": ["Point", {"x": 1.0, "y": 2.0}]}
RED = {"$member": ["Colour", "RED", "r"]}


def test_arguments_are_instances_of_the_cells_classes(runner: Runner) -> None:
    source = (
        CLASSES
        + "def f(p: Point, c: Colour, q: Pair):\n    return p.x + p.y, c is Colour.RED, type(p) is Point, q.a == p, q[1]\n"
    )
    pair = {"$namedtuple": ["Pair", {"a": POINT, "b": 3}]}
    assert runner.call(source, {"p": POINT, "c": RED, "q": pair}) == {"done": {"$tuple": [3.0, True, True, True, 3]}}


def test_also_inside_of_containers_and_unions(runner: Runner) -> None:
    source = CLASSES + (
        "def f(a: list[Point], b: dict[str, Point | None], c: tuple[Point, ...], d: Named, e: Line, g: set[Colour]):\n"
        "    found = [*a, *b.values(), *c, d['point'], *e.ends]\n"
        "    return [type(one).__name__ for one in found], e.colour is Colour.RED, e.length, g == {Colour.RED}\n"
    )
    line = {"$record": ["Line", {"ends": [POINT], "colour": RED, "length": 5.0}]}
    given = {
        "a": [POINT],
        "b": {"k": POINT, "n": None},
        "c": {"$tuple": [POINT]},
        "d": {"point": POINT},
        "e": line,
        "g": {"$set": [RED]},
    }
    names = ["Point", "Point", "NoneType", "Point", "Point", "Point"]
    assert runner.call(source, given) == {"done": {"$tuple": [names, True, 5.0, True]}}


def test_results_go_out_by_their_names(runner: Runner) -> None:
    source = CLASSES + "def f():\n    return [Point(1.0, 2.0), Colour.RED, Pair(Point(1.0, 2.0), 3)]\n"
    assert runner.call(source) == {"done": [POINT, RED, {"$namedtuple": ["Pair", {"a": POINT, "b": 3}]}]}


def test_what_goes_out_comes_back(runner: Runner) -> None:
    source = CLASSES + "def f(x: Line):\n    return x\n"
    line = {"$record": ["Line", {"ends": [POINT], "colour": RED, "length": 0.0}]}
    assert runner.call(source, {"x": line}) == {"done": line}


def test_without_an_annotation_a_record_is_read_by_its_fields(runner: Runner) -> None:
    assert runner.call("def f(x):\n    return x.x + x.y\n", {"x": POINT}) == {"done": 3.0}
