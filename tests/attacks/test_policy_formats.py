"""Texts that read attributes when they are filled in. Each source with its exact verdict."""

from __future__ import annotations

from typing import Final

import pytest

from tests.policy.driver import verdict

CASES: Final[dict[str, tuple[str, str]]] = {
    "class by format": (
        "result = '{0.__class__}'.format(1)",
        "raised AttributeError: __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "globals by format": (
        "def f(): pass\nresult = '{f.__globals__[call_agent]}'.format(f=f)",
        "raised AttributeError: __globals__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "format_map": (
        "result = '{x.__class__}'.format_map({'x': 1})",
        "raised AttributeError: __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "by way of the type": (
        "result = str.format('{0.__class__}', 1)",
        "raised AttributeError: __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "by way of map": (
        "result = list(map('{0.__class__}'.format, [1]))",
        "raised AttributeError: __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "by way of map and the type": (
        "result = list(map(str.format, ['{0.__class__}'], [1]))",
        "raised AttributeError: __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "taken first, called later": (
        "f = '{0.__class__}'.format\nresult = f(1)",
        "raised AttributeError: __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "in a nested field": (
        "result = '{0:{1.__class__}}'.format(1, 2)",
        "raised AttributeError: __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "in an index": ("result = '{0[__class__]}'.format({'__class__': 'only a key'})", "returned 'only a key'"),
    "a module's insides": (
        "import json\nresult = '{0.codecs}'.format(json)",
        "raised AttributeError: json has no codecs here",
    ),
    "frames": (
        "def g(): yield\nresult = '{0.gi_frame.f_globals}'.format(g())",
        "raised AttributeError: gi_frame: frames and code are private here",
    ),
    "a subclass of str": (
        "class S(str): pass\nresult = S('{0.__class__}').format(1)",
        "raised AttributeError: __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a subclass of str, by super": (
        "class S(str):\n    def go(self): return super().format(1)\nresult = S('{0.__class__}').go()",
        "refused 2:33-39 super().format is not available to a pure tool",
    ),
    "a subclass of str, by match": (
        "class S(str): pass\nmatch S('{0.__class__}'):\n    case S(format=f):\n        result = f(1)",
        "refused 3:11-17 a pattern cannot read format: use a condition after if instead",
    ),
    "a subclass of str, by the parent": (
        "class S(str): pass\nresult = super(S, S('{0.__class__}')).format(1)",
        "refused 2:9-14 super is only available as super().name(...)",
    ),
    "a subclass of str, in place": (
        "class S(str): pass\nclass R:\n    def __radd__(self, other): return other\ns = S('{0.__class__}')\ns.format += R()",
        "refused 5:2-8 format cannot be changed in place: use another name",
    ),
    "an enum of str": (
        "from enum import Enum\nclass E(str, Enum):\n    A = '{0.__class__}'\nresult = E.A.format(1)",
        "raised AttributeError: __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "a grandchild of str": (
        "class S(str): pass\nclass T(S): pass\nresult = T('{0.__class__}').format(1)",
        "raised AttributeError: __class__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "f-string with a dunder": (
        "x = 1\nresult = f'{x.__class__.__bases__}'",
        "refused 2:9-35 __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "f-string with a dunder in the format": (
        "x = 1\nresult = f'{1:{x.__bases__}}'",
        "refused 2:9-29 __bases__: attributes that begin with __, or begin and end with _, are Python's own and private here",
    ),
    "Formatter": (
        "import string\nresult = string.Formatter().format('{0.__class__}', 1)",
        "refused 2:9-25 string has no Formatter here",
    ),
    "Formatter imported": ("from string import Formatter", "refused 1:19-28 string has no Formatter here"),
    "Template": (
        "from string import Template\nresult = Template('${x.__class__}').safe_substitute(x=1)",
        "returned '${x.__class__}'",
    ),
    "Template's own pattern": (
        "from string import Template\nTemplate.pattern = 1",
        "raised TypeError: the class Template cannot be changed by a pure tool: it may change its own objects, lists and dicts",
    ),
    "percent": ("class A:\n    def __repr__(self): return 'own'\nresult = '%r %s' % (A(), 5)", "returned 'own 5'"),
    "a format spec": (
        "class A:\n    def __format__(self, spec): return spec.upper()\nresult = '{0:abc.def}'.format(A()), f'{A():x}'",
        "returned ('ABC.DEF', 'X')",
    ),
    "strftime": (
        "from datetime import date\nresult = '{0:%Y}'.format(date(2020, 1, 1)), '{0.year}'.format(date(2020, 1, 1))",
        "returned ('2020', '2020')",
    ),
    "the clock by format": (
        "from datetime import date\nresult = '{0.today}'.format(date)",
        "raised AttributeError: today: a pure tool has no clock; give it the time as an argument",
    ),
    "public attributes": (
        "class A: pass\na = A()\na.b = [1]\nresult = '{0.b[0]:>3}{x}'.format(a, x=2)",
        "returned '  12'",
    ),
    "a field that cannot be read": (
        "result = '{0.}'.format(1)",
        "raised ValueError: the replacement field 0. cannot be read",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_source_has_its_verdict(name: str) -> None:
    source, expected = CASES[name]
    assert verdict(source) == expected
