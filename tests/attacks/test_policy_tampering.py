"""Changing what is not the cell's: namespaces, functions, library objects. Each source with its exact verdict."""

from __future__ import annotations

from typing import Final

import pytest

from tests.policy.driver import verdict

CASES: Final[dict[str, tuple[str, str]]] = {
    "a name of a module": (
        "import json\njson.loads = print",
        "refused 2:0-10 json cannot be changed: keep the value in a name of your own",
    ),
    "a new name of a module": (
        "import math\nmath.tau2 = 6",
        "refused 2:0-9 math cannot be changed: keep the value in a name of your own",
    ),
    "delete a name of a module": (
        "import json\ndel json.loads",
        "refused 2:4-14 json cannot be changed: keep the value in a name of your own",
    ),
    "in place": (
        "import math\nmath.pi += 1",
        "refused 2:0-7 math cannot be changed: keep the value in a name of your own",
    ),
    "by unpacking": (
        "import json\na, json.loads = 1, 2",
        "refused 2:3-13 json cannot be changed: keep the value in a name of your own",
    ),
    "by a with": (
        "import json\nfrom contextlib import nullcontext\nwith nullcontext(1) as json.loads: pass",
        "refused 3:23-33 json cannot be changed: keep the value in a name of your own",
    ),
    "by a star": (
        "import json\na, *json.loads = 1, 2",
        "refused 2:4-14 json cannot be changed: keep the value in a name of your own",
    ),
    "by an annotation": (
        "import json\njson.loads: int = 3",
        "refused 2:0-10 json cannot be changed: keep the value in a name of your own",
    ),
    "by an item": (
        "import json\njson['loads'] = 1",
        "raised TypeError: the module json cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "a function of the library": (
        "import json\njson.dumps.x = 1",
        "raised TypeError: 'function' object cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "defaults of a function": (
        "import json\njson.dumps.__defaults__ = ()",
        "refused 2:11-23 __defaults__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "keyword defaults by setattr": (
        "import json\nsetattr(json.dumps, '__kwdefaults__', {})",
        "raised AttributeError: __kwdefaults__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "the agent": (
        "call_agent.x = 1",
        "raised TypeError: 'function' object cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "the agent's function": (
        "result = call_agent.__globals__",
        "refused 1:20-31 __globals__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a class of the library": (
        "from collections import Counter\nCounter.most_common = 1",
        "raised TypeError: the class Counter cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "a constant of the library": (
        "import string\nstring.digits = ''",
        "refused 2:0-13 string cannot be changed: keep the value in a name of your own",
    ),
    "a method of a type": (
        "str.upper = 1",
        "raised TypeError: the class str cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "a tuple": (
        "t = (1,)\nt[0] = 2",
        "raised TypeError: 'tuple' object cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "a text": (
        "s = 'a'\ns[0] = 'b'",
        "raised TypeError: 'str' object cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "items of a set's type": (
        "x = {1}\nx.y = 1",
        "raised TypeError: 'set' object cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "a pattern": (
        "import re\nre.compile('a').pattern = 'b'",
        "raised TypeError: 'Pattern' object cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "an exception's arguments": (
        "e = ValueError(1)\ne.args = (2,)\nresult = e.args",
        "raised TypeError: 'ValueError' object cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "a copy of a module": (
        "import copy, json\nresult = copy.copy(json) is json, copy.deepcopy(json) is json",
        "returned (True, True)",
    ),
    "a pickle of a module": (
        "import pickle",
        "refused 1:7-13 import of pickle: a pure tool reaches the world only by call_agent",
    ),
    "own reduce by the instance": (
        "import copy\nclass A: pass\na = A()\nsetattr(a, '__reduce_ex__', lambda n: (print, ()))",
        "raised AttributeError: __reduce_ex__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "own deepcopy by the class": (
        "class A:\n    def __deepcopy__(self, memo): return memo",
        "refused 2:8-20 the special method __deepcopy__ is not available to a pure tool",
    ),
    "own function's attribute": ("def f(): pass\nf.x = 1\nf.x += 1\nresult = f.x", "returned 2"),
    "own function's hidden attribute": (
        "def f(): pass\nf.__wrapped__ = 1",
        "refused 2:2-13 __wrapped__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "own function's defaults": (
        "def f(x=[]): return x\nresult = f.__defaults__",
        "refused 2:11-23 __defaults__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a member of an enum": (
        "from enum import Enum\nclass E(Enum):\n    A = 1\nE.A = 2",
        "raised AttributeError: cannot reassign member 'A'",
    ),
    "a frozen dataclass": (
        "from dataclasses import dataclass\n@dataclass(frozen=True)\nclass P:\n    x: int\nP(1).x = 2",
        "raised FrozenInstanceError: cannot assign to field 'x'",
    ),
    "shadow a module": ("json = 5\nresult = json", "returned 5"),
    "shadow a built-in": ("len = lambda x: 'own'\nresult = len([])", "returned 'own'"),
    "one cell does not see another's": ("import json\njson = {'loads': 1}\nresult = json['loads']", "returned 1"),
    "the namespace's slots": (
        "import json\nresult = json._Namespace__members",
        "refused 2:9-33 json has no _Namespace__members here",
    ),
    "the namespace's slots by getattr": (
        "import json\nresult = getattr(json, '_Namespace__members')",
        "raised AttributeError: json has no _Namespace__members here",
    ),
    "the namespace's slots by setattr": (
        "import json\nsetattr(json, '_Namespace__members', {})",
        "raised TypeError: the module json cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "a cached property's cache": (
        "from functools import cached_property\nresult = cached_property(len).func",
        "raised AttributeError: 'cached_property' object has no attribute 'func'",
    ),
    "a queue's list": (
        "import asyncio\nq = asyncio.Queue()\nq.x = 1",
        "raised TypeError: 'Queue' object cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "seed without a number": (
        "import random\nrandom.seed()",
        "raised TypeError: seed() missing 1 required positional argument: 'value'",
    ),
    "seed of nothing": (
        "import random\nrandom.seed(None)",
        "raised TypeError: chance wants a seed: an int, a float, a str or bytes",
    ),
    "seed, then chance": ("import random\nrandom.seed(1)\nresult = random.randint(1, 6)", "returned 2"),
    "a generator of numbers anew": (
        "import random\nr = random.Random(1)\nr.seed()",
        "raised AttributeError: attribute seed of 'Random' object is not available to a pure tool",
    ),
    "chance without a seed": (
        "import random\nresult = random.random()",
        "raised RuntimeError: call random.seed(number) before random.random: a pure tool has no other chance",
    ),
    "chance with no seed": (
        "import random\nresult = random.Random()",
        "raised TypeError: Random() missing 1 required positional argument: 'seed'",
    ),
    "chance with nothing as the seed": (
        "import random\nresult = random.Random(None)",
        "raised TypeError: chance wants a seed: an int, a float, a str or bytes",
    ),
    "chance of the system": (
        "import random\nresult = random.SystemRandom()",
        "refused 2:9-28 random has no SystemRandom here",
    ),
    "chance of secrets": (
        "import secrets",
        "refused 1:7-14 import of secrets: chance comes from random.seed(number) or random.Random(seed) only",
    ),
    "chance of uuid": (
        "from uuid import uuid4",
        "refused 1:5-9 import of uuid: chance comes from random.seed(number) or random.Random(seed) only",
    ),
    "time of a date": (
        "from datetime import datetime\nresult = datetime.now()",
        "refused 2:9-21 datetime.datetime.now is not available: a pure tool has no clock; give it the time as an argument",
    ),
    "time of a date by another name": (
        "import datetime as d\nresult = d.datetime.utcnow()",
        "refused 2:9-26 datetime.datetime.utcnow is not available: a pure tool has no clock; give it the time as an argument",
    ),
    "today": (
        "from datetime import date\nresult = date.today()",
        "refused 2:9-19 datetime.date.today is not available: a pure tool has no clock; give it the time as an argument",
    ),
    "today by an instance": (
        "from datetime import date\nresult = getattr(date(2020, 1, 1), 'today')()",
        "raised AttributeError: today: a pure tool has no clock; give it the time as an argument",
    ),
    "time by a path that cannot be known": (
        "from datetime import datetime\nf = [datetime][0]\nresult = f.now()",
        "raised AttributeError: now: a pure tool has no clock; give it the time as an argument",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_source_has_its_verdict(name: str) -> None:
    source, expected = CASES[name]
    assert verdict(source) == expected
