"""Attributes that are Python's own, written and computed. Each source with its exact verdict."""

from __future__ import annotations

from typing import Final

import pytest

from tests.policy.driver import verdict

CASES: Final[dict[str, tuple[str, str]]] = {
    "bases of a class": (
        "result = ().__class__.__bases__[0].__subclasses__()",
        "refused 1:22-31 __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here; 1:35-49 __subclasses__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "globals of a function": (
        "def f(): pass\nresult = f.__globals__",
        "refused 2:11-22 __globals__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "code of a function": (
        "def f(): pass\nf.__code__ = f.__code__",
        "refused 2:2-10 __code__: attributes that begin with __, or begin and end with _, are Python's own and private here; 2:15-23 __code__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "self of a built-in": (
        "result = len.__self__",
        "refused 1:13-21 __self__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "dict of a class": (
        "class A: pass\nresult = A.__dict__",
        "raised TypeError: the class A has no __dict__ that a pure tool may read",
    ),
    "class by getattr": ("result = getattr((), '__class__')", "returned <class 'tuple'>"),
    "bases by getattr": (
        "result = getattr(tuple, '__bases__')",
        "raised AttributeError: __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "globals by getattr": (
        "def f(): pass\nresult = getattr(f, '__glo' + 'bals__')",
        "raised AttributeError: __globals__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a name that lies about itself": (
        "class S(str):\n    def __eq__(self, other): return False\n    def __hash__(self): return 1\nresult = getattr((), S('__class__'))",
        "raised TypeError: attribute name must be string, not 'S'",
    ),
    "getattr with a default": ("result = getattr((), '__bases__', 'safe')", "returned 'safe'"),
    "hasattr": ("result = hasattr((), '__bases__'), hasattr((), 'index')", "returned (False, True)"),
    "wide letters in an attribute": (
        "result = ().__bases\uff3f\uff3f",
        "refused 1:16-21 __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "wide underscores": (
        "x = ()\nresult = x.\uff3f\uff3fbases\uff3f\uff3f",
        "refused 2:11-12 not Python: invalid character '\uff3f' (U+FF3F)",
    ),
    "mro": (
        "result = (1).__class__.mro()",
        "raised AttributeError: attribute mro of the class int is not available to a pure tool",
    ),
    "mro of a class of one's own": (
        "class A: pass\nresult = A.mro()",
        "raised AttributeError: attribute mro of the class A is not available to a pure tool",
    ),
    "mro by way of a class attribute": (
        "class A: pass\nresult = getattr(A, 'mro')",
        "raised AttributeError: attribute mro of the class A is not available to a pure tool",
    ),
    "a method's function": (
        "class A:\n    def f(self): pass\nresult = A().f.__func__",
        "refused 3:15-23 __func__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a method's attributes": (
        "class A:\n    def f(self): pass\nresult = A().f.im_func",
        "raised AttributeError: 'method' object has no attribute 'im_func'",
    ),
    "class set": (
        "class A: pass\nclass B: pass\na = A()\na.__class__ = B",
        "refused 4:2-11 __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "class set by setattr": (
        "class A: pass\na = A()\nsetattr(a, '__class__', A)",
        "raised AttributeError: __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "dict changed": (
        "class A: pass\na = A()\na.__dict__['__reduce_ex__'] = 1",
        "refused 3:2-10 __dict__ is a copy here: set attributes, or use setattr(object, name, value)",
    ),
    "dict updated": (
        "class A: pass\na = A()\na.__dict__.update(x=1)",
        "refused 3:2-10 __dict__ is a copy here: set attributes, or use setattr(object, name, value)",
    ),
    "dict is a copy": ("class A: pass\na = A()\nd = vars(a)\nd['__reduce_ex__'] = 1\nresult = vars(a)", "returned {}"),
    "dict of data": (
        "result = [].__dict__",
        "raised TypeError: 'list' object has no __dict__ that a pure tool may read",
    ),
    "vars of a module": (
        "import json\nresult = vars(json)",
        "raised TypeError: the module json has no __dict__ that a pure tool may read",
    ),
    "attrgetter": (
        "import operator\nresult = operator.attrgetter('__class__')(1)",
        "raised AttributeError: __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "attrgetter with a path": (
        "import operator\nresult = operator.attrgetter('real.__class__')(1)",
        "raised AttributeError: __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "attrgetter of a module": (
        "import operator, json\nresult = operator.attrgetter('codecs')(json)",
        "raised AttributeError: json has no codecs here",
    ),
    "methodcaller": (
        "import operator\nresult = operator.methodcaller('__dir__')(1)",
        "raised AttributeError: __dir__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "methodcaller format": (
        "import operator\nresult = operator.methodcaller('format', 1)('{0.__class__}')",
        "raised AttributeError: __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "doc": (
        "def f():\n    'd'\nresult = f.__doc__",
        "refused 3:11-18 __doc__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "name mangling": (
        "class A:\n    def f(self):\n        self.__x = 1",
        "refused 3:13-16 __x: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a name that ends with an underscore": (
        "class A: pass\na = A()\na._value_ = 1",
        "refused 3:2-9 _value_: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "private of data": (
        "from collections import Counter\nresult = Counter()._keep_positive",
        "raised AttributeError: 'Counter' object has no attribute '_keep_positive'",
    ),
    "private of a library object": (
        "import asyncio\nresult = asyncio.Queue()._queue",
        "raised AttributeError: 'Queue' object has no attribute '_queue'",
    ),
    "roles": ("class A: pass\na = A()\na.x__roles__ = 1\nresult = a.x__roles__", "returned 1"),
    "partial's insides": (
        "from functools import partial\np = partial(max, 1)\nresult = p.func is max, p.args",
        "returned (True, (1,))",
    ),
    "a view's mapping": (
        "result = {}.keys().mapping",
        "raised AttributeError: attribute mapping of 'dict_keys' object is not available to a pure tool",
    ),
    "a method of a type of data": (
        "result = str.join('-', 'ab'), dict.fromkeys('a', 1), int.from_bytes(b'a', 'big')",
        "returned ('a-b', {'a': 1}, 97)",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_source_has_its_verdict(name: str) -> None:
    source, expected = CASES[name]
    assert verdict(source) == expected
