"""Class statements and what makes classes. Each source with its exact verdict."""

from __future__ import annotations

from typing import Final

import pytest

from tests.policy.driver import verdict

CASES: Final[dict[str, tuple[str, str]]] = {
    "metaclass": ("class A(metaclass=type): pass", "refused 1:8-22 a metaclass is not available to a pure tool"),
    "metaclass by keywords": (
        "class A(**{'metaclass': 1}): pass",
        "refused 1:8-26 a metaclass is not available to a pure tool",
    ),
    "metaclass by a base": (
        "class M(type): pass",
        "raised TypeError: a class of a pure tool cannot derive from 'TypeOf' object",
    ),
    "base of type, by value": (
        "t = type(int)\nclass M(t): pass",
        "raised TypeError: a class of a pure tool cannot derive from 'TypeOf' object",
    ),
    "getattribute": (
        "class A:\n    def __getattribute__(self, n): return 1",
        "refused 2:8-24 the special method __getattribute__ is not available to a pure tool",
    ),
    "getattr": (
        "class A:\n    def __getattr__(self, n): return 1",
        "refused 2:8-19 the special method __getattr__ is not available to a pure tool",
    ),
    "setattr": (
        "class A:\n    def __setattr__(self, n, v): pass",
        "refused 2:8-19 the special method __setattr__ is not available to a pure tool",
    ),
    "del": (
        "class A:\n    def __del__(self): pass",
        "refused 2:8-15 the special method __del__ is not available to a pure tool",
    ),
    "new": (
        "class A:\n    def __new__(cls): return 1",
        "refused 2:8-15 the special method __new__ is not available to a pure tool",
    ),
    "reduce": (
        "class A:\n    def __reduce_ex__(self, n): return print, ()",
        "refused 2:8-21 the special method __reduce_ex__ is not available to a pure tool",
    ),
    "init_subclass": (
        "class A:\n    def __init_subclass__(cls): pass",
        "refused 2:8-25 the special method __init_subclass__ is not available to a pure tool",
    ),
    "set_name": (
        "class A:\n    def __set_name__(self, owner, name): pass",
        "refused 2:8-20 the special method __set_name__ is not available to a pure tool",
    ),
    "descriptor": (
        "class A:\n    def __get__(self, o, t): return 1",
        "refused 2:8-15 the special method __get__ is not available to a pure tool",
    ),
    "class as a property": (
        "class A:\n    @property\n    def __class__(self): return int",
        "refused 3:8-17 the special method __class__ is not available to a pure tool",
    ),
    "class assigned in a body": (
        "class A:\n    __class__ = int",
        "refused 2:4-13 __class__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "subclasses hook": (
        "class A:\n    @classmethod\n    def __subclasshook__(cls, c): return True",
        "refused 3:8-24 the special method __subclasshook__ is not available to a pure tool",
    ),
    "special methods outside of a class": (
        "def __init__(self): pass",
        "refused 1:4-12 __init__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "special method by a lambda": ("class A:\n    __str__ = lambda self: 'x'\nresult = str(A())", "returned 'x'"),
    "forbidden special method by a lambda": (
        "class A:\n    __getattr__ = lambda self, n: 1",
        "refused 2:4-15 __getattr__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "prepare": (
        "class A:\n    @classmethod\n    def __prepare__(cls): return {}",
        "refused 3:8-19 the special method __prepare__ is not available to a pure tool",
    ),
    "derive from a module": (
        "import json\nclass A(json): pass",
        "raised TypeError: a class of a pure tool cannot derive from the module json",
    ),
    "derive from a function": (
        "class A(len): pass",
        "raised TypeError: a class of a pure tool cannot derive from 'builtin_function_or_method' object",
    ),
    "derive from a task": (
        "import asyncio\nclass A(asyncio.Task): pass",
        "raised TypeError: a class of a pure tool cannot derive from the class Task",
    ),
    "derive from datetime": (
        "import datetime\nclass A(datetime.datetime):\n    def f(self): return super().now()",
        "raised TypeError: a class of a pure tool cannot derive from the class datetime",
    ),
    "derive from a pattern": (
        "import re\nclass A(re.Pattern): pass",
        "raised TypeError: a class of a pure tool cannot derive from the class Pattern",
    ),
    "derive from an instance that lies": (
        "class L:\n    def __eq__(self, o): return True\n    def __hash__(self): return hash(object)\nclass A(L()): pass",
        "raised TypeError: a class of a pure tool cannot derive from 'L' object",
    ),
    "derive from bool": (
        "class A(bool): pass",
        "raised TypeError: a class of a pure tool cannot derive from the class bool",
    ),
    "derive from property": (
        "class A(property): pass",
        "raised TypeError: a class of a pure tool cannot derive from the class property",
    ),
    "derive from the base exception": (
        "class A(Exception.__base__): pass",
        "refused 1:18-26 __base__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_source_has_its_verdict(name: str) -> None:
    source, expected = CASES[name]
    assert verdict(source) == expected
