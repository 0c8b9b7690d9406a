"""Calls of the library that make classes or change functions. Each source with its exact verdict."""

from __future__ import annotations

from typing import Final

import pytest

from tests.policy.driver import verdict

CASES: Final[dict[str, tuple[str, str]]] = {
    "enum in a call": (
        "from enum import Enum\nresult = Enum('E', 'A B')",
        "raised TypeError: write class NAME(Enum): its members below",
    ),
    "enum without members in a call": (
        "from enum import Enum\nclass E(Enum): pass\nresult = E('X', {'A': 1, '__reduce_ex__': print})",
        "raised TypeError: write class NAME(E): its members below",
    ),
    "enum with names as keyword": (
        "from enum import Enum\nclass E(Enum): pass\nresult = E('X', names='A')",
        "raised TypeError: write class NAME(E): its members below",
    ),
    "enum of another type": (
        "from enum import Enum\nclass E(Enum): pass\nresult = E('X', names='A', type=int)",
        "raised TypeError: write class NAME(E): its members below",
    ),
    "enum's table": (
        "from enum import Enum\nclass E(Enum):\n    A = 1\nresult = E.__members__",
        "refused 4:11-22 __members__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "named tuple with a dunder": (
        "from collections import namedtuple\nresult = namedtuple('A', ['__class__'])",
        "raised ValueError: Field names cannot start with an underscore: '__class__'",
    ),
    "named tuple with code in its name": (
        "from collections import namedtuple\nresult = namedtuple('A(): pass\\nimport os\\nclass B', 'x')",
        "raised ValueError: 'A(): pass\\nimport os\\nclass B' cannot name a class of a pure tool",
    ),
    "named tuple with code in a field": (
        "from collections import namedtuple\nresult = namedtuple('A', ['x=__import__(\"os\")'])",
        "raised ValueError: Type names and field names must be valid identifiers: 'x=__import__(\"os\")'",
    ),
    "named tuple with a module": (
        "from collections import namedtuple\nresult = namedtuple('A', 'x', module='os')",
        "raised TypeError: namedtuple() got an unexpected keyword argument 'module'",
    ),
    "NamedTuple in a call": (
        "from typing import NamedTuple\nP = NamedTuple('P', [('x', int)])\nresult = P(1).x",
        "returned 1",
    ),
    "NamedTuple named as a guard": (
        "from typing import NamedTuple\nresult = NamedTuple('_getattr_', [('x', int)])",
        "raised ValueError: '_getattr_' cannot name a class of a pure tool",
    ),
    "dataclass of another's class": (
        "from dataclasses import dataclass\nresult = dataclass(int)",
        "raised TypeError: dataclass wants a class of the cell",
    ),
    "dataclass with a hidden field": (
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    __class__: int",
        "refused 4:4-13 __class__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "make_dataclass": (
        "from dataclasses import make_dataclass",
        "refused 1:24-38 dataclasses has no make_dataclass here",
    ),
    "total_ordering of another's class": (
        "from functools import total_ordering\nresult = total_ordering(int)",
        "raised TypeError: only a class of the cell can be decorated",
    ),
    "wraps with a list of attributes": (
        "from functools import wraps\ndef f(): pass\nimport json\nresult = wraps(json.dumps, updated=('__globals__',))(f)",
        "raised TypeError: wraps() got an unexpected keyword argument 'updated'",
    ),
    "wraps with another list": (
        "from functools import wraps\ndef f(): pass\nimport json\nresult = wraps(json.dumps, assigned=('__code__',))(f)",
        "raised TypeError: wraps() got an unexpected keyword argument 'assigned'",
    ),
    "wraps and what it leaves": (
        "from functools import wraps\nimport json\n@wraps(json.dumps)\ndef f(): pass\nresult = f.__wrapped__",
        "refused 5:11-22 __wrapped__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "update_wrapper": ("from functools import update_wrapper", "refused 1:22-36 functools has no update_wrapper here"),
    "singledispatch": ("from functools import singledispatch", "refused 1:22-36 functools has no singledispatch here"),
    "attribute of a class of Python": (
        "int.x = 1",
        "raised TypeError: the class int cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "attribute of a class given": (
        "AgentError.x = 1",
        "raised TypeError: the class AgentError cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "attribute of an exception of Python": (
        "ValueError.x = 1",
        "raised TypeError: the class ValueError cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "register of an abstract class": (
        "from abc import ABC\nclass A(ABC): pass\nresult = A.register(int)",
        "raised AttributeError: attribute register of the class A is not available to a pure tool",
    ),
    "type parameters": (
        "class A[T]: pass",
        "refused 1:6-7 type parameters in brackets are not available: use typing.TypeVar",
    ),
    "type parameters of a function": (
        "def f[T](x: T): pass",
        "refused 1:4-5 type parameters in brackets are not available: use typing.TypeVar",
    ),
    "a type statement": ("type X = int", "refused 1:0-4 a type statement is not available: write NAME = ..."),
    "a class that counts its own": (
        "class A:\n    n = 0\n    def __init__(self): A.n += 1\nA(); A()\nresult = A.n",
        "returned 2",
    ),
    "super in a static method": (
        "class A:\n    @staticmethod\n    def f(): return super().x\nresult = A.f()",
        "raised RuntimeError: super(): no arguments",
    ),
    "super's new": (
        "class A:\n    def f(self): return super().__new__(A)",
        "refused 2:32-39 super().__new__ is not available to a pure tool",
    ),
    "super's setattr": (
        "class A:\n    def f(self): super().__setattr__('__class__', int)",
        "refused 2:25-36 super().__setattr__ is not available to a pure tool",
    ),
    "super's reduce": (
        "class A:\n    def f(self): return super().__reduce_ex__(2)",
        "refused 2:32-45 super().__reduce_ex__ is not available to a pure tool",
    ),
    "super as a name": ("def super(): pass", "refused 1:4-9 super is a reserved name"),
    "super's class": (
        "class A:\n    def f(self): return super().__class__",
        "refused 2:32-41 super().__class__ is not available to a pure tool",
    ),
    "typing's cast to nothing": ("from typing import cast\nresult = cast('__import__(\"os\")', 5)", "returned 5"),
    "generic alias called": ("result = list[int]((1, 2))", "returned [1, 2]"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_source_has_its_verdict(name: str) -> None:
    source, expected = CASES[name]
    assert verdict(source) == expected
