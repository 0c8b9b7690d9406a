"""Annotations are code too. Each source with its exact verdict."""

from __future__ import annotations

from typing import Final

import pytest

from tests.policy.driver import verdict

CASES: Final[dict[str, tuple[str, str]]] = {
    "a dunder in an argument's": (
        "def f(x: ().__class__.__bases__): pass",
        "refused 1:22-31 __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a dunder in a result's": (
        "def f() -> ().__class__.__bases__: pass",
        "refused 1:24-33 __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a dunder in a variable's": (
        "x: ().__class__.__bases__ = 1",
        "refused 1:16-25 __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a dunder in a class's": (
        "class A:\n    x: ().__class__.__bases__",
        "refused 2:20-29 __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a dunder in an attribute's": (
        "class A:\n    def __init__(self):\n        self.x: ().__class__.__bases__ = 1",
        "refused 3:29-38 __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a guard under future annotations": (
        "from __future__ import annotations\ndef f(x: _getattr_): pass",
        "refused 2:9-18 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a target that is a module's": (
        "import json\njson.x: int",
        "refused 2:0-6 json cannot be changed: keep the value in a name of your own",
    ),
    "a call of eval": (
        "def f(x: eval('1')): pass",
        "refused 1:9-13 eval is not available: code comes from the cell only",
    ),
    "a walrus": (
        "def f(x: (_getattr_ := 1)): pass",
        "refused 1:10-24 not Python: this cannot be used within an annotation",
    ),
    "the dict of annotations": (
        "x: int = 1\nresult = __annotations__",
        "refused 2:9-24 __annotations__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "annotations of a function": (
        "def f(x: int): pass\nresult = f.__annotations__",
        "refused 2:11-26 __annotations__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a text is not run": ("def f(x: '().__class__.__bases__[0]'): return x\nresult = f(1)", "returned 1"),
    "a reference is not run": (
        "from typing import Optional\nT = Optional['().__class__.__bases__[0]']\nresult = 1",
        "returned 1",
    ),
    "hints by the library": ("from typing import get_type_hints", "refused 1:19-33 typing has no get_type_hints here"),
    "a reference by the library": ("from typing import ForwardRef", "refused 1:19-29 typing has no ForwardRef here"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_source_has_its_verdict(name: str) -> None:
    source, expected = CASES[name]
    assert verdict(source) == expected
