"""Patterns: they read attributes and bind names without looking so. Each source with its exact verdict."""

from __future__ import annotations

from typing import Final

import pytest

from tests.policy.driver import verdict

CASES: Final[dict[str, tuple[str, str]]] = {
    "a guard as a capture": (
        "match 1:\n    case _getattr_:\n        pass",
        "refused 2:9-18 _getattr_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a guard as a capture under as": (
        "match 1:\n    case int() as _write_:\n        pass",
        "refused 2:18-25 _write_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a guard as a star": (
        "match [1]:\n    case [*_getitem_]:\n        pass",
        "refused 2:11-20 _getitem_: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a guard as the rest of a mapping": (
        "match {}:\n    case {**__builtins__}:\n        pass",
        "refused 2:12-24 __builtins__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "class of a value": (
        "match ():\n    case tuple(__class__=c):\n        result = c",
        "refused 2:15-24 __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "frame by a pattern": (
        "g = (x for x in [])\nmatch g:\n    case object(gi_frame=f):\n        result = f",
        "refused 3:16-24 gi_frame: frames and code are private here",
    ),
    "mro by a pattern": (
        "match int:\n    case object(mro=m):\n        result = m()",
        "refused 2:16-19 a pattern cannot read mro: use a condition after if instead",
    ),
    "a method by a pattern on object": (
        "match [1]:\n    case object(append=a):\n        a(2)",
        "raised TypeError: a pattern cannot read append of object: use a condition after if instead",
    ),
    "format by a pattern": (
        "match '{0.__class__}':\n    case str(format=f):\n        result = f(1)",
        "refused 2:13-19 a pattern cannot read format: use a condition after if instead",
    ),
    "loop by a pattern on object": (
        "import asyncio\nasync def f(): pass\nasync def run():\n    t = asyncio.create_task(f())\n    await t\n    match t:\n        case object(get_loop=g):\n            return g()",
        "raised TypeError: a pattern cannot read get_loop of object: use a condition after if instead",
    ),
    "a module's insides as a value": (
        "import json\nclass Spy:\n    def __eq__(self, other):\n        seen.append(other)\n        return True\nseen = []\nmatch Spy():\n    case json.codecs:\n        result = seen",
        "refused 8:9-20 json has no codecs here",
    ),
    "a module's insides as a value, not known before": (
        "import json\nj = [json][0]\nclass Spy:\n    def __eq__(self, other):\n        return True\nmatch Spy():\n    case j.codecs:\n        result = 1",
        "raised AttributeError: json has no codecs here",
    ),
    "dunder in a value": ("match 1:\n    case int.__class__:\n        pass", "returned 'nothing'"),
    "dunder in a class": (
        "match 1:\n    case int.__class__():\n        pass",
        "raised TypeError: a class pattern names a class, not 'TypeOf' object",
    ),
    "dunder in a key": ("match {}:\n    case {int.__class__: x}:\n        pass", "returned 'nothing'"),
    "fields that name what is Python's own": (
        "class A:\n    __match_args__ = ('__class__',)",
        "refused 2:4-18 __match_args__: names that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a slot that names it": ("class S(str):\n    __slots__ = ('format',)", "returned 'nothing'"),
    "clock by a pattern": (
        "from datetime import date\nmatch date(2020, 1, 1):\n    case date(today=t):\n        result = t()",
        "raised TypeError: a pattern cannot read today of date: use a condition after if instead",
    ),
    "year by a pattern": (
        "from datetime import date\nmatch date(2020, 1, 1):\n    case date(year=y):\n        result = y",
        "returned 2020",
    ),
    "what an error has": ("match ValueError(3):\n    case ValueError(args=(n,)):\n        result = n", "returned 3"),
    "traceback of an error": (
        "match ValueError(3):\n    case ValueError(with_traceback=n):\n        result = n",
        "refused 2:20-34 a pattern cannot read with_traceback: use a condition after if instead",
    ),
    "object of an error": (
        "match AttributeError('x', obj=5):\n    case AttributeError(obj=o):\n        result = o",
        "refused 2:24-27 a pattern cannot read obj: use a condition after if instead",
    ),
    "private of one's own": (
        "class A:\n    def __init__(self): self._x = 4\nmatch A():\n    case A(_x=x):\n        result = x",
        "returned 4",
    ),
    "a class that answers for itself": (
        "class A:\n    def __instancecheck__(self, other): return True",
        "refused 2:8-25 the special method __instancecheck__ is not available to a pure tool",
    ),
    "an object in the place of a class": (
        "class A: pass\na = A()\nmatch 1:\n    case a():\n        pass",
        "raised TypeError: a class pattern names a class, not 'A' object",
    ),
    "condition with a dunder": (
        "match 1:\n    case x if x.__class__.__bases__:\n        pass",
        "refused 2:26-35 __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "names for what does not match stay unbound": (
        "match 5:\n    case 4 | 3: result = 'no'\n    case _: result = 'other'",
        "returned 'other'",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_source_has_its_verdict(name: str) -> None:
    source, expected = CASES[name]
    assert verdict(source) == expected
